"""Keep pairs that may be one, groups of needs, and which matches are new.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('generic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('industry_code', sa.String(length=32), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['industry_code'], ['industry.code'], name=op.f('fk_generic_industry_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_generic'))
    )
    with op.batch_alter_table('generic', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_generic_ended_on'), ['ended_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_generic_industry_code'), ['industry_code'], unique=False)

    op.create_table('arrival_digest',
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('wished_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_arrival_digest_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_arrival_digest'))
    )
    op.create_table('arrival',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('offering_id', sa.Integer(), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('is_strong', sa.Boolean(), nullable=False),
    sa.Column('seen_by_enterprise_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('seen_by_provider_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_arrival_need_id')),
    sa.ForeignKeyConstraint(['offering_id'], ['offering.id'], name=op.f('fk_arrival_offering_id')),
    sa.PrimaryKeyConstraint('need_id', 'offering_id', name=op.f('pk_arrival'))
    )
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrival_found_on'), ['found_on'], unique=False)
        batch_op.create_index('ix_arrival_need_unseen', ['need_id', 'seen_by_enterprise_at'], unique=False)
        batch_op.create_index('ix_arrival_offering_unseen', ['offering_id', 'seen_by_provider_at'], unique=False)

    op.create_table('generic_member',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('generic_id', sa.Integer(), nullable=False),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['generic_id'], ['generic.id'], name=op.f('fk_generic_member_generic_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_generic_member_need_id')),
    sa.PrimaryKeyConstraint('need_id', name=op.f('pk_generic_member'))
    )
    with op.batch_alter_table('generic_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_generic_member_generic_id'), ['generic_id'], unique=False)

    op.create_table('twin',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_need_id', sa.Integer(), nullable=True),
    sa.Column('second_need_id', sa.Integer(), nullable=True),
    sa.Column('first_offering_id', sa.Integer(), nullable=True),
    sa.Column('second_offering_id', sa.Integer(), nullable=True),
    sa.Column('likeness_percent', sa.Integer(), nullable=False),
    sa.Column('signs', sa.JSON(), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('found', 'asked', 'merged', 'different', name='twinstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('decided_at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state IN ('merged', 'different')) = (decided_at IS NOT NULL)", name=op.f('ck_twin_decided_has_instant')),
    sa.CheckConstraint('(first_need_id IS NULL) <> (first_offering_id IS NULL)', name=op.f('ck_twin_needs_or_offerings')),
    sa.CheckConstraint('(first_need_id IS NULL) = (second_need_id IS NULL)', name=op.f('ck_twin_two_needs_or_none')),
    sa.CheckConstraint('(first_offering_id IS NULL) = (second_offering_id IS NULL)', name=op.f('ck_twin_two_offerings_or_none')),
    sa.CheckConstraint('first_need_id < second_need_id', name=op.f('ck_twin_older_need_first')),
    sa.CheckConstraint('first_offering_id < second_offering_id', name=op.f('ck_twin_older_offering_first')),
    sa.CheckConstraint('likeness_percent BETWEEN 0 AND 100', name=op.f('ck_twin_likeness_is_a_share')),
    sa.ForeignKeyConstraint(['first_need_id'], ['need.id'], name=op.f('fk_twin_first_need_id')),
    sa.ForeignKeyConstraint(['first_offering_id'], ['offering.id'], name=op.f('fk_twin_first_offering_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_twin_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_twin_person_id')),
    sa.ForeignKeyConstraint(['second_need_id'], ['need.id'], name=op.f('fk_twin_second_need_id')),
    sa.ForeignKeyConstraint(['second_offering_id'], ['offering.id'], name=op.f('fk_twin_second_offering_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_twin')),
    sa.UniqueConstraint('first_need_id', 'second_need_id', name=op.f('uq_twin_first_need_id_second_need_id')),
    sa.UniqueConstraint('first_offering_id', 'second_offering_id', name=op.f('uq_twin_first_offering_id_second_offering_id'))
    )
    with op.batch_alter_table('twin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_twin_second_need_id'), ['second_need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_twin_second_offering_id'), ['second_offering_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_twin_state'), ['state'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('twin', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_twin_state'))
        batch_op.drop_index(batch_op.f('ix_twin_second_offering_id'))
        batch_op.drop_index(batch_op.f('ix_twin_second_need_id'))

    op.drop_table('twin')
    with op.batch_alter_table('generic_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_generic_member_generic_id'))

    op.drop_table('generic_member')
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.drop_index('ix_arrival_offering_unseen')
        batch_op.drop_index('ix_arrival_need_unseen')
        batch_op.drop_index(batch_op.f('ix_arrival_found_on'))

    op.drop_table('arrival')
    op.drop_table('arrival_digest')
    with op.batch_alter_table('generic', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_generic_industry_code'))
        batch_op.drop_index(batch_op.f('ix_generic_ended_on'))

    op.drop_table('generic')
