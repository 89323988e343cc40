"""Keep who declared themselves not impartial on a claim.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('redemption_recusal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('redemption_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('at', matchmaker.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('passed_to_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_redemption_recusal_has_reason')),
    sa.CheckConstraint('passed_to_id <> person_id', name=op.f('ck_redemption_recusal_passed_to_another')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_redemption_recusal_organisation_id')),
    sa.ForeignKeyConstraint(['passed_to_id'], ['person.id'], name=op.f('fk_redemption_recusal_passed_to_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_redemption_recusal_person_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_redemption_recusal_redemption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption_recusal')),
    sa.UniqueConstraint('redemption_id', 'person_id', name=op.f('uq_redemption_recusal_redemption_id_person_id'))
    )
    with op.batch_alter_table('redemption_recusal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_redemption_recusal_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('redemption_recusal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_redemption_recusal_person_id'))

    op.drop_table('redemption_recusal')
