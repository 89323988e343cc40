"""Keep how far each introduction has come, as the funnel counts it.

Revision ID: 0022
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "metric_path",
        sa.Column("introduction_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("district_code", sa.String(length=16), nullable=False),
        sa.Column("industry_code", sa.String(length=32), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("introduction_id", name=op.f("pk_metric_path")),
    )


def downgrade() -> None:
    op.drop_table("metric_path")
