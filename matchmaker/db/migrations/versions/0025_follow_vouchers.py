"""Keep with each voucher and claim in which transaction it changed last, so that lists in memory can follow.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

from matchmaker.db import changes

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("voucher", "redemption")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("changed_in", sa.BigInteger(), nullable=False, server_default="0"))
        with op.batch_alter_table(table) as batch:
            batch.create_index(batch.f(f"ix_{table}_changed_in"), ["changed_in"], unique=False)
        changes.follow(table, op.get_bind())


def downgrade() -> None:
    for table in TABLES:
        changes.unfollow(table, op.get_bind())
        with op.batch_alter_table(table) as batch:
            batch.drop_index(batch.f(f"ix_{table}_changed_in"))
        with op.batch_alter_table(table) as batch:
            batch.drop_column("changed_in")
    changes.forget(op.get_bind())
