"""Lay down the tables of flags and reconciliations, and seals over the trail.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base
from matchmaker.db import append_only

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_seal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('after_id', sa.Integer(), nullable=False),
    sa.Column('until_id', sa.Integer(), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('after_id', name=op.f('uq_audit_seal_after_id'))
    )
    op.create_table('paper_text',
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('read_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_paper_text_file_id')),
    sa.PrimaryKeyConstraint('file_id', name=op.f('pk_paper_text'))
    )
    op.create_table('reconciliation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('began_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('counted', sa.JSON(), nullable=False),
    sa.Column('mismatches', sa.Integer(), nullable=False),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('head_position', sa.Integer(), nullable=False),
    sa.Column('head_digest', sa.String(length=64), nullable=False),
    sa.CheckConstraint('length(head_digest) = 64', name=op.f('ck_reconciliation_digest_length')),
    sa.CheckConstraint('mismatches >= 0', name=op.f('ck_reconciliation_mismatches_not_negative')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reconciliation_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reconciliation'))
    )
    op.create_table('party_fact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('owner', 'account', 'member', 'legal_person', 'shareholder', 'phone', 'address', 'name', name='shared', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('value', sa.String(length=160), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('source', sa.String(length=160), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=True),
    sa.Column('noted_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("key <> ''", name=op.f('ck_party_fact_key_not_empty')),
    sa.CheckConstraint("kind IN ('legal_person', 'shareholder', 'phone', 'address', 'account')", name=op.f('ck_party_fact_kind_is_written_down')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_party_fact_noted_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_party_fact_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party_fact')),
    sa.UniqueConstraint('organisation_id', 'kind', 'key', name=op.f('uq_party_fact_organisation_id_kind_key'))
    )
    with op.batch_alter_table('party_fact', schema=None) as batch_op:
        batch_op.create_index('ix_party_fact_key', ['kind', 'key'], unique=False)

    op.create_table('redemption_flag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('redemption_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Enum('related', 'split', 'duplicate', 'early', 'price', 'two_schemes', 'circle', name='rule', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('limits_year', sa.Integer(), nullable=False),
    sa.Column('raised_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('lapsed_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('overridden_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('overridden_by_id', sa.Integer(), nullable=True),
    sa.Column('overridden_reason', sa.Text(), nullable=False),
    sa.CheckConstraint("(overridden_at IS NULL) = (overridden_reason = '')", name=op.f('ck_redemption_flag_override_has_reason')),
    sa.CheckConstraint('(overridden_at IS NULL) = (overridden_by_id IS NULL)', name=op.f('ck_redemption_flag_override_by_somebody')),
    sa.CheckConstraint('weight BETWEEN 0 AND 100', name=op.f('ck_redemption_flag_weight_is_a_share')),
    sa.ForeignKeyConstraint(['overridden_by_id'], ['person.id'], name=op.f('fk_redemption_flag_overridden_by_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_redemption_flag_redemption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption_flag')),
    sa.UniqueConstraint('redemption_id', 'rule', 'fingerprint', name=op.f('uq_redemption_flag_redemption_id_rule_fingerprint'))
    )
    with op.batch_alter_table('redemption_flag', schema=None) as batch_op:
        batch_op.create_index('ix_redemption_flag_redemption', ['redemption_id', 'id'], unique=False)
        batch_op.create_index('ix_redemption_flag_stands', ['weight', 'id'], unique=False, sqlite_where=sa.text('overridden_at IS NULL AND lapsed_at IS NULL'), postgresql_where=sa.text('overridden_at IS NULL AND lapsed_at IS NULL'))

    for table in ('audit_seal', 'reconciliation'):
        append_only.protect(table, op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table('redemption_flag', schema=None) as batch_op:
        batch_op.drop_index('ix_redemption_flag_stands', sqlite_where=sa.text('overridden_at IS NULL AND lapsed_at IS NULL'), postgresql_where=sa.text('overridden_at IS NULL AND lapsed_at IS NULL'))
        batch_op.drop_index('ix_redemption_flag_redemption')

    op.drop_table('redemption_flag')
    with op.batch_alter_table('party_fact', schema=None) as batch_op:
        batch_op.drop_index('ix_party_fact_key')

    op.drop_table('party_fact')
    op.drop_table('reconciliation')
    op.drop_table('paper_text')
    op.drop_table('audit_seal')
