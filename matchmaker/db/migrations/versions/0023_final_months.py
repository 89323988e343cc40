"""Let nobody change a month that two people froze, nor why one of its figures is another one today.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

from matchmaker.db import append_only

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

IS_CONFIRMED = "OLD.confirmed_at IS NOT NULL"
IS_OF_CONFIRMED = (
    "EXISTS (SELECT 1 FROM metric_freeze AS one WHERE one.id = OLD.freeze_id AND one.confirmed_at IS NOT NULL)"
)


def upgrade() -> None:
    append_only.finish("metric_freeze", op.get_bind(), IS_CONFIRMED)
    append_only.finish("metric_frozen", op.get_bind(), IS_OF_CONFIRMED)
    append_only.protect("metric_restatement", op.get_bind())


def downgrade() -> None:
    for table in ("metric_freeze", "metric_frozen", "metric_restatement"):
        append_only.release(table, op.get_bind())
