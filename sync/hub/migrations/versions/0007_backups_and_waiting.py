"""What of a feed is in a backup, what waits for others, with which save an entry came, and the lead's samples."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_TENANT = "tenant = nullif(current_setting('hub.tenant', true), '')::integer"


def upgrade() -> None:
    """Make the columns and the tables, and keep jobcenters apart in them."""
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
    op.create_table(
        "audit_sample",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("drawn_at", sa.String(length=40), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "month"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("waiting", "audit_sample"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_tenant ON {table} USING ({_TENANT})")


def downgrade() -> None:
    """Go back; the policies go with the tables."""
    op.drop_table("audit_sample")
    op.drop_table("waiting")
    op.drop_column("feed_entry", "tx")
    for name in ("stable_at", "backup_mark"):
        op.drop_column("tenant", name)
    for name in ("stable", "marked"):
        op.drop_column("feed", name)
