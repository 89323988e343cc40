"""Find introductions by when they were opened.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_introduction_opened', 'introduction', ['opened_at', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_introduction_opened', table_name='introduction')
