"""Write tables as files beside the pages.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db.base

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

INSTANT = matchmaker.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table('table_export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('district_code', sa.String(length=16), nullable=False),
    sa.Column('listing', sa.String(length=32), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('form', sa.Enum('xlsx', 'csv', name='form', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'writing', 'ready', 'failed', 'gone', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('asked_at', INSTANT, nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('written', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('beat_at', INSTANT, nullable=True),
    sa.Column('failure', sa.Enum('rights', 'too_long', 'no_room', 'unfinished', 'broken', name='failure', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('finished_at', INSTANT, nullable=True),
    sa.Column('keep_until', INSTANT, nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("(state = 'ready') = (sha256 IS NOT NULL)", name=op.f('ck_table_export_ready_has_file')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_table_export_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_table_export_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_export'))
    )
    op.create_index('ix_table_export_unfinished', 'table_export', ['state', 'id'])
    op.create_index('ix_table_export_person', 'table_export', ['person_id', 'id'])
    op.create_index('ix_table_export_digest', 'table_export', ['sha256'])


def downgrade() -> None:
    op.drop_table('table_export')
