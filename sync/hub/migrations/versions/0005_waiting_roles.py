"""Roles that wait for their day: a substitute is named on Friday for the week that begins on Monday."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the column. Roles that are open stay open."""
    op.add_column("scope_grant", sa.Column("since", sa.String(length=10), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("scope_grant", "since")
