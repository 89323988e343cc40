"""Keep which matches of a need were opened, by the day.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_opening",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_match_opening_place")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_match_opening_need_id")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_match_opening_offering_id")),
        sa.PrimaryKeyConstraint("need_id", "offering_id", "opened_on", name=op.f("pk_match_opening")),
    )
    op.create_index("ix_match_opening_opened_on", "match_opening", ["opened_on"])


def downgrade() -> None:
    op.drop_table("match_opening")
