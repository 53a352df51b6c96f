"""Orders to laptops and what came of them; how much a laptop had not sent when it last asked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
_TENANT = "tenant = nullif(current_setting('hub.tenant', true), '')::integer"


def upgrade() -> None:
    """Make the table and the column, and keep jobcenters apart in it."""
    op.add_column("device", sa.Column("unsent", sa.Integer(), nullable=True))
    op.create_table(
        "wipe",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("expires", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("queued_at", sa.String(length=40), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", sa.String(length=40), nullable=True),
        sa.Column("rescue", sa.LargeBinary(), nullable=True),
        sa.Column("rescued_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "device", "counter"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE wipe ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE wipe FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_tenant ON wipe USING ({_TENANT})")


def downgrade() -> None:
    """Go back; its policy goes with it."""
    op.drop_table("wipe")
    op.drop_column("device", "unsent")
