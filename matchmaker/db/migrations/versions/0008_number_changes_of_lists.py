"""Number the changes of rows that are shown in long lists.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

LISTED = ('need', 'offering', 'organisation', 'person')


def upgrade() -> None:
    changes = op.create_table('list_change',
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('table_name', name=op.f('pk_list_change'))
    )
    op.bulk_insert(changes, [{'table_name': name, 'number': 0, 'epoch': 0} for name in LISTED])
    for name in LISTED:
        # SQLite adds a column with a default in place; a copied table would lose what points at it.
        op.add_column(name, sa.Column('change_number', sa.Integer(), server_default='0', nullable=False))
        op.create_index(op.f(f'ix_{name}_change_number'), name, ['change_number'], unique=False)


def downgrade() -> None:
    for name in reversed(LISTED):
        op.drop_index(op.f(f'ix_{name}_change_number'), table_name=name)
        op.drop_column(name, 'change_number')
    op.drop_table('list_change')
