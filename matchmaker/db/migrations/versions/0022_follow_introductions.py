"""Keep how far each introduction has come, as the funnel counts it; keep who was served by month alone.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COUNTED = ("metric_presence", "metric_first")


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
    # Quarters and years are told from months, and what is counted from records needs no keys of its own.
    op.execute("DELETE FROM metric_presence WHERE span < 100000")
    for table in COUNTED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_enterprise_id", type_="foreignkey")


def downgrade() -> None:
    for table in COUNTED:
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(f"fk_{table}_enterprise_id", "organisation", ["enterprise_id"], ["id"])
    op.drop_table("metric_path")
