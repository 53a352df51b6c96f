"""The hub's watch book: what was refused, and whom it concerned."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_TENANT = "tenant = nullif(current_setting('hub.tenant', true), '')::integer"


def upgrade() -> None:
    """Make the table, and keep jobcenters apart in it."""
    op.create_table(
        "hub_event",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.String(length=40), nullable=False),
        sa.Column("last_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "hour", "kind", "subject"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE hub_event ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE hub_event FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_tenant ON hub_event USING ({_TENANT})")


def downgrade() -> None:
    """Go back; its policy goes with it."""
    op.drop_table("hub_event")
