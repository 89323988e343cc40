"""Keep tags of needs, key technologies, and lists as they were frozen.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base
from matchmaker.db import append_only

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('key_technology',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('complex_id', sa.Integer(), nullable=False),
    sa.Column('generic_id', sa.Integer(), nullable=True),
    sa.Column('industry_code', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'confirmed', 'withdrawn', name='technologystate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('written_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f('ck_key_technology_withdrawn_has_instant')),
    sa.CheckConstraint("(withdrawn_at IS NULL) = (reason = '')", name=op.f('ck_key_technology_withdrawal_has_reason')),
    sa.CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name=op.f('ck_key_technology_confirmed_has_instant')),
    sa.CheckConstraint("state <> 'draft' OR confirmed_at IS NULL", name=op.f('ck_key_technology_draft_is_not_confirmed')),
    sa.CheckConstraint("title <> '' AND summary <> ''", name=op.f('ck_key_technology_technology_has_words')),
    sa.CheckConstraint('confirmed_by_id <> written_by_id', name=op.f('ck_key_technology_two_people')),
    sa.ForeignKeyConstraint(['complex_id'], ['organisation.id'], name=op.f('fk_key_technology_complex_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_key_technology_confirmed_by_id')),
    sa.ForeignKeyConstraint(['generic_id'], ['generic.id'], name=op.f('fk_key_technology_generic_id')),
    sa.ForeignKeyConstraint(['industry_code'], ['industry.code'], name=op.f('fk_key_technology_industry_code')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['person.id'], name=op.f('fk_key_technology_withdrawn_by_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_key_technology_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_technology'))
    )
    with op.batch_alter_table('key_technology', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_technology_generic_id'), ['generic_id'], unique=False)
        batch_op.create_index('ix_key_technology_listed', ['complex_id', 'state', 'id'], unique=False)

    op.create_table('list_freeze',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=20), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('first_month', sa.Integer(), nullable=False),
    sa.Column('last_month', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'confirmed', 'refused', name='freezestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('proposed_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.CheckConstraint("(scope = 'city') = (organisation_id IS NULL)", name=op.f('ck_list_freeze_scope_is_a_complex_or_the_city')),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_list_freeze_decision_has_instant')),
    sa.CheckConstraint("(state = 'refused') = (reason <> '')", name=op.f('ck_list_freeze_refusal_has_reason')),
    sa.CheckConstraint("state <> 'confirmed' OR decided_by_id <> proposed_by_id", name=op.f('ck_list_freeze_two_people')),
    sa.CheckConstraint('first_month <= last_month AND months > 0', name=op.f('ck_list_freeze_period_in_order')),
    sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_list_freeze_hash_length')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_list_freeze_decided_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_list_freeze_organisation_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_list_freeze_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_freeze'))
    )
    with op.batch_alter_table('list_freeze', schema=None) as batch_op:
        batch_op.create_index('ix_list_freeze_listed', ['state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_list_freeze_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_list_freeze_kept', ['scope', 'first_month', 'last_month'], unique=True, sqlite_where=sa.text("state IN ('proposed', 'confirmed')"), postgresql_where=sa.text("state IN ('proposed', 'confirmed')"))

    op.create_table('key_technology_need',
    sa.Column('technology_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_key_technology_need_need_id')),
    sa.ForeignKeyConstraint(['technology_id'], ['key_technology.id'], name=op.f('fk_key_technology_need_technology_id')),
    sa.PrimaryKeyConstraint('technology_id', 'need_id', name=op.f('pk_key_technology_need'))
    )
    with op.batch_alter_table('key_technology_need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_technology_need_need_id'), ['need_id'], unique=False)

    op.create_table('list_frozen_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('freeze_id', sa.Integer(), nullable=False),
    sa.Column('list', sa.Enum('served', 'needs', 'technologies', 'shortage', 'substitution', 'choke_point', name='listkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['freeze_id'], ['list_freeze.id'], name=op.f('fk_list_frozen_row_freeze_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_list_frozen_row_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_frozen_row')),
    sa.UniqueConstraint('freeze_id', 'list', 'key', name=op.f('uq_list_frozen_row_freeze_id_list_key')),
    sa.UniqueConstraint('freeze_id', 'list', 'position', name=op.f('uq_list_frozen_row_freeze_id_list_position'))
    )
    with op.batch_alter_table('list_frozen_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_list_frozen_row_need_id'), ['need_id'], unique=False)

    append_only.protect('list_frozen_row', op.get_bind())
    op.create_table('need_tag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('shortage', 'substitution', 'choke_point', name='tagkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('tagged_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('tagged_by_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("(file_id IS NULL) = (file_name = '')", name=op.f('ck_need_tag_file_has_name')),
    sa.CheckConstraint("(withdrawn_at IS NULL) = (reason = '')", name=op.f('ck_need_tag_withdrawal_has_reason')),
    sa.CheckConstraint("evidence <> ''", name=op.f('ck_need_tag_tag_has_evidence')),
    sa.CheckConstraint('withdrawn_at >= tagged_at', name=op.f('ck_need_tag_withdrawn_after_tagging')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_need_tag_file_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_tag_need_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_need_tag_organisation_id')),
    sa.ForeignKeyConstraint(['tagged_by_id'], ['person.id'], name=op.f('fk_need_tag_tagged_by_id')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['person.id'], name=op.f('fk_need_tag_withdrawn_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_tag'))
    )
    with op.batch_alter_table('need_tag', schema=None) as batch_op:
        batch_op.create_index('ix_need_tag_listed', ['kind', 'tagged_at', 'id'], unique=False)
        batch_op.create_index('uq_need_tag_standing', ['need_id', 'kind'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('need_tag', schema=None) as batch_op:
        batch_op.drop_index('uq_need_tag_standing', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
        batch_op.drop_index('ix_need_tag_listed')

    op.drop_table('need_tag')
    with op.batch_alter_table('list_frozen_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_list_frozen_row_need_id'))

    op.drop_table('list_frozen_row')
    with op.batch_alter_table('key_technology_need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_key_technology_need_need_id'))

    op.drop_table('key_technology_need')
    with op.batch_alter_table('list_freeze', schema=None) as batch_op:
        batch_op.drop_index('uq_list_freeze_kept', sqlite_where=sa.text("state IN ('proposed', 'confirmed')"), postgresql_where=sa.text("state IN ('proposed', 'confirmed')"))
        batch_op.drop_index(batch_op.f('ix_list_freeze_organisation_id'))
        batch_op.drop_index('ix_list_freeze_listed')

    op.drop_table('list_freeze')
    with op.batch_alter_table('key_technology', schema=None) as batch_op:
        batch_op.drop_index('ix_key_technology_listed')
        batch_op.drop_index(batch_op.f('ix_key_technology_generic_id'))

    op.drop_table('key_technology')
