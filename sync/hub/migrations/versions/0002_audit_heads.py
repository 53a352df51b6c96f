"""Heads of the laptops' audit chains."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "audit_head",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("forked_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "device"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("audit_head")
