"""What of a feed is in a backup, since when operations wait for others, and with which save an entry came."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_TENANT = "tenant = nullif(current_setting('hub.tenant', true), '')::integer"


def upgrade() -> None:
    """Make the columns and the table, and keep jobcenters apart in it."""
    for name in ("marked", "stable"):
        op.add_column("feed", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("feed_entry", sa.Column("tx", sa.String(length=36), nullable=True))
    op.add_column("tenant", sa.Column("backup_mark", sa.String(length=36), nullable=True))
    op.add_column("tenant", sa.Column("stable_at", sa.String(length=40), nullable=True))
    op.create_table(
        "waiting",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("op", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("since", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "op", "device"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE waiting ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE waiting FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_tenant ON waiting USING ({_TENANT})")


def downgrade() -> None:
    """Go back; its policy goes with the table."""
    op.drop_table("waiting")
    op.drop_column("feed_entry", "tx")
    for name in ("stable_at", "backup_mark"):
        op.drop_column("tenant", name)
    for name in ("stable", "marked"):
        op.drop_column("feed", name)
