"""How many days a laptop's lease lasts, where the municipality says so."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the column."""
    op.add_column("tenant", sa.Column("lease_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back; laptops keep the figure they were told."""
    op.drop_column("tenant", "lease_days")
