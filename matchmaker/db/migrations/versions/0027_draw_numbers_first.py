"""Let a transfer's number be drawn before its accounts are locked; make the ledger's triggers again.

Revision ID: 0027
Revises: 0024
"""

from alembic import op

from matchmaker.ledger import triggers

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    triggers.renew(op.get_bind())


def downgrade() -> None:
    """The rules of before refuse transfers that were made since; the new ones hold for both."""
