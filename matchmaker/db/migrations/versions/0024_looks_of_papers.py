"""Keep how the pictures among papers look; those that were read before are read once more.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper_text") as batch:
        batch.add_column(sa.Column("looks", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("paper_text") as batch:
        batch.alter_column("looks", server_default=None)
    op.execute("DELETE FROM paper_text WHERE text = ''")


def downgrade() -> None:
    with op.batch_alter_table("paper_text") as batch:
        batch.drop_column("looks")
