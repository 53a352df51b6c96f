"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "counter",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "name"),
    )
    op.create_table(
        "device",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("app_version", sa.Text(), nullable=False),
        sa.Column("disk_encrypted", sa.Boolean(), nullable=True),
        sa.Column("enrolled_at", sa.String(length=40), nullable=False),
        sa.Column("last_seen", sa.String(length=40), nullable=True),
        sa.Column("revoked_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("device_id", "device", ["id"], unique=True)
    op.create_table(
        "enrol_attempt",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "hour"),
    )
    op.create_table(
        "enrolment",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("locator", sa.String(length=4), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "locator"),
    )
    op.create_table(
        "feed",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "feed"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_chain",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "feed", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_entry",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("solo", sa.String(length=36), nullable=True),
        sa.Column("solo_after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "feed", "record_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("entry_seq", "feed_entry", ["tenant", "feed", "seq"], unique=True)
    op.create_table(
        "member",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "staff_id"),
    )
    op.create_table(
        "nonce",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "device", "nonce"),
        sqlite_with_rowid=False,
    )
    op.create_index("nonce_expires", "nonce", ["expires"], unique=False)
    op.create_table(
        "op",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("op", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=36), nullable=True),
        sa.Column("after", sa.String(length=36), nullable=True),
        sa.Column("tx", sa.String(length=36), nullable=True),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("patch", sa.LargeBinary(), nullable=False),
        sa.Column("rest", sa.LargeBinary(), nullable=True),
        sa.Column("staff", sa.String(length=36), nullable=True),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("conflicts", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "op"),
    )
    op.create_index("op_device", "op", ["tenant", "device", "seq"], unique=False)
    op.create_index("op_record", "op", ["tenant", "record_id", "rev"], unique=False)
    op.create_table(
        "open_conflict",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("conflict_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("chain", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "conflict_id"),
    )
    op.create_index("conflict_record", "open_conflict", ["tenant", "record_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "receipt"),
    )
    op.create_table(
        "record",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("doc", sa.LargeBinary(), nullable=False),
        sa.Column("field_revs", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("record_scope", "record", ["tenant", "scope"], unique=False)
    op.create_table(
        "refused",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("op", sa.String(length=80), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "op", "device"),
    )
    op.create_table(
        "scope_grant",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source"),
    )
    op.create_index("grant_scope", "scope_grant", ["tenant", "scope"], unique=False)
    op.create_index("grant_staff", "scope_grant", ["tenant", "staff_id"], unique=False)
    op.create_table(
        "tenant",
        sa.Column("tenant", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("tenant")
    op.drop_index("grant_staff", table_name="scope_grant")
    op.drop_index("grant_scope", table_name="scope_grant")
    op.drop_table("scope_grant")
    op.drop_table("refused")
    op.drop_index("record_scope", table_name="record")
    op.drop_table("record")
    op.drop_table("receipt")
    op.drop_index("conflict_record", table_name="open_conflict")
    op.drop_table("open_conflict")
    op.drop_index("op_record", table_name="op")
    op.drop_index("op_device", table_name="op")
    op.drop_table("op")
    op.drop_index("nonce_expires", table_name="nonce")
    op.drop_table("nonce")
    op.drop_table("member")
    op.drop_index("entry_seq", table_name="feed_entry")
    op.drop_table("feed_entry")
    op.drop_table("feed_chain")
    op.drop_table("feed")
    op.drop_table("enrolment")
    op.drop_table("enrol_attempt")
    op.drop_index("device_id", table_name="device")
    op.drop_table("device")
    op.drop_table("counter")
