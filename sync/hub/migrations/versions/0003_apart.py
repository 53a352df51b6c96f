"""Jobcenters kept apart by the database itself, persons too where they read; the hub's key known to all processes.

The policies are PostgreSQL's; the embedded database serves one jobcenter from a file of its own. They bind the owner of
the tables as well (FORCE). A transaction that did not say whose tenant it is for sees nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_TABLES = (
    *("audit_head", "counter", "device", "enrol_attempt", "enrolment", "feed", "feed_chain", "feed_entry", "member"),
    *("nonce", "op", "open_conflict", "receipt", "record", "refused", "scope_grant", "tenant"),
)
_TENANT = "tenant = nullif(current_setting('hub.tenant', true), '')::integer"
_PERSON = "coalesce(current_setting('hub.person', true), '')"
_GRANTED = (
    "SELECT g.scope FROM scope_grant g WHERE g.active"
    " AND g.staff_id = coalesce(current_setting('hub.person', true), '')"
)
_OWN_SCOPES = f"{_PERSON} = '' OR scope IN ('shared', 'broker:' || {_PERSON}) OR scope IN ({_GRANTED})"
_OWN_FEEDS = f"{_PERSON} = '' OR feed IN ('shared', 'broker:' || {_PERSON})"
_READ = {"record": _OWN_SCOPES, **dict.fromkeys(("feed_entry", "feed", "feed_chain", "op"), _OWN_FEEDS)}


def upgrade() -> None:
    """Make the column and the policies."""
    op.add_column("tenant", sa.Column("sign_key", sa.String(length=44), nullable=True))
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_tenant ON {table} USING ({_TENANT})")
    for table, rule in _READ.items():
        op.execute(f"CREATE POLICY own_person ON {table} AS RESTRICTIVE FOR SELECT USING ({rule})")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in _READ:
            op.execute(f"DROP POLICY own_person ON {table}")
        for table in _TABLES:
            op.execute(f"DROP POLICY own_tenant ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_column("tenant", "sign_key")
