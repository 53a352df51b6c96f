"""The hub's tables. Every one carries the tenant, so that no query can forget whose row it is.

Documents, patches and answers are stored as the JSON bytes that went over the wire or will go: the hub reads
fields only when it merges. Portable Core constructs only; SQLite keeps small tables clustered on their key.
"""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()


def _tenant() -> Column[int]:
    """A small number, because it stands in every row of every index."""
    return Column("tenant", Integer, primary_key=True)


tenant = Table(
    "tenant",
    metadata,
    _tenant(),
    Column("name", Text, nullable=False),
    Column("epoch", String(36), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("sign_key", String(44)),
    Column("backup_mark", String(36)),
    Column("stable_at", String(40)),
    Column("lease_days", Integer),
)
"""`sign_key`: public half of the key every process of this hub must countersign with; empty until one did.
`backup_mark`: the backup that is being made; `stable_at`: when one was confirmed last (`stability`).
`lease_days`: how long a laptop may be silent (`leasing`)."""

member = Table(
    "member",
    metadata,
    _tenant(),
    Column("staff_id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("added_at", String(40), nullable=False),
)
"""Who may have a device. Rights come from here, never from a `staff` record, which any broker may write."""

enrolment = Table(
    "enrolment",
    metadata,
    _tenant(),
    Column("locator", String(4), primary_key=True),
    Column("staff_id", String(36), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("expires", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used", Boolean, nullable=False),
)

attempt = Table("enrol_attempt", metadata, _tenant(), Column("hour", Integer, primary_key=True), Column("n", Integer))
"""Refused enrolments per hour."""

device = Table(
    "device",
    metadata,
    _tenant(),
    Column("id", String(36), primary_key=True),
    Column("staff_id", String(36), nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("app_version", Text, nullable=False),
    Column("disk_encrypted", Boolean),
    Column("enrolled_at", String(40), nullable=False),
    Column("last_seen", String(40)),
    Column("revoked_at", String(40)),
    Column("unsent", Integer),
    Index("device_id", "id", unique=True),
)
"""`unsent`: operations the laptop had not got confirmed when it last asked, less those taken since."""

nonce = Table(
    "nonce",
    metadata,
    _tenant(),
    Column("device", String(36), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("expires", Float, nullable=False),
    Index("nonce_expires", "expires"),
    sqlite_with_rowid=False,
)

record = Table(
    "record",
    metadata,
    _tenant(),
    Column("id", String(36), primary_key=True),
    Column("type", String(40), nullable=False),
    Column("scope", String(80), nullable=False),
    Column("rev", Integer, nullable=False),
    Column("v", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("doc", LargeBinary, nullable=False),
    Column("field_revs", LargeBinary, nullable=False),
    Column("by", LargeBinary, nullable=False),
    Index("record_scope", "tenant", "scope"),
)

op = Table(
    "op",
    metadata,
    _tenant(),
    Column("op", String(36), primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("record_id", String(36), nullable=False),
    Column("type", String(40), nullable=False),
    Column("scope", String(80), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("base", Integer, nullable=False),
    Column("chain", String(36)),
    Column("after", String(36)),
    Column("tx", String(36)),
    Column("v", Integer, nullable=False),
    Column("patch", LargeBinary, nullable=False),
    Column("rest", LargeBinary),
    Column("staff", String(36)),
    Column("device", String(36)),
    Column("at", String(40), nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("feed", String(80)),
    Column("seq", Integer, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("conflicts", Text),
    Index("op_record", "tenant", "record_id", "rev"),
    Index("op_device", "tenant", "device", "seq"),
)
"""Every accepted operation, kept for ever: the history, and the memory that makes pushing twice the same as once.

`rest` holds what few operations have: `before`, `closes`, and `idle` for one that changed nothing. `chain` is empty for
the first of its run.
"""

refused = Table(
    "refused",
    metadata,
    _tenant(),
    Column("op", String(80), primary_key=True),
    Column("device", String(36), primary_key=True),
    Column("code", String(40), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
)
"""The dead letters: what was refused last, so that a person can help. A refused operation is judged anew each time."""

waiting = Table(
    "waiting",
    metadata,
    _tenant(),
    Column("op", String(36), primary_key=True),
    Column("device", String(36), primary_key=True),
    Column("since", String(40), nullable=False),
)
"""Since when an operation has been waiting for another one; its content stays on the laptop."""

conflict = Table(
    "open_conflict",
    metadata,
    _tenant(),
    Column("conflict_id", String(36), primary_key=True),
    Column("record_id", String(36), nullable=False),
    Column("chain", String(36), nullable=False),
    Column("fields", Text, nullable=False),
    Index("conflict_record", "tenant", "record_id"),
)
"""Which conflict records are open, by the record they are about."""

grant = Table(
    "scope_grant",
    metadata,
    _tenant(),
    Column("source", String(100), primary_key=True),
    Column("scope", String(80), nullable=False),
    Column("staff_id", String(36), nullable=False),
    Column("since", String(10)),
    Column("until", String(10)),
    Column("active", Boolean, nullable=False),
    Index("grant_scope", "tenant", "scope"),
    Index("grant_staff", "tenant", "staff_id"),
)
"""Who may see a case. `source` is the id of the role assignment, or `creator:<scope>` until there is one. `since`: the
day it waits for, empty once it came. Those that ended stay: what such a person saved before is still taken, as late."""

feed = Table(
    "feed",
    metadata,
    _tenant(),
    Column("feed", String(80), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("chain", String(32), nullable=False),
    Column("marked", Integer, nullable=False, server_default="0"),
    Column("stable", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
"""The counter of each feed. It moves in the transaction that writes the entries: the order of commits is the order
of the feed, and no reader can step over a number that appears later. `stable`: what a confirmed backup holds;
`marked`: what one that is being made will hold."""

feed_chain = Table(
    "feed_chain",
    metadata,
    _tenant(),
    Column("feed", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("chain", String(32), nullable=False),
    sqlite_with_rowid=False,
)

entry = Table(
    "feed_entry",
    metadata,
    _tenant(),
    Column("feed", String(80), primary_key=True),
    Column("record_id", String(36), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("kind", String(6), nullable=False),
    Column("type", String(40), nullable=False),
    Column("scope", String(80), nullable=False),
    Column("solo", String(36)),
    Column("solo_after", Integer, nullable=False),
    Column("tx", String(36)),
    Index("entry_seq", "tenant", "feed", "seq", unique=True),
    sqlite_with_rowid=False,
)
"""One row per record and feed, moved to the newest number. `solo`: the one device that made every change after the
number `solo_after`, each on top of what it knew; that device needs no document back. `tx`: the save that moved it here,
if that moved more than this one (`cutting`)."""

counter = Table("counter", metadata, _tenant(), Column("name", String(40), primary_key=True), Column("n", Integer))

receipt = Table(
    "receipt",
    metadata,
    _tenant(),
    Column("receipt", String(40), primary_key=True),
    Column("device", String(36)),
    Column("batch", String(80), nullable=False),
    Column("items", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("at", String(40), nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    _tenant(),
    Column("device", String(36), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("forked_at", String(40)),
)
"""The newest line of each laptop's audit chain the hub was told of; `forked_at`: since when claims do not follow."""

audit_sample = Table(
    "audit_sample",
    metadata,
    _tenant(),
    Column("month", String(7), primary_key=True),
    Column("drawn_at", String(40), nullable=False),
    Column("doc", Text, nullable=False),
)
"""What was drawn for the lead (`sampling`), so that it is the same whenever somebody asks."""

event = Table(
    "hub_event",
    metadata,
    _tenant(),
    Column("hour", Integer, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("subject", String(36), primary_key=True),
    Column("n", Integer, nullable=False),
    Column("first_at", String(40), nullable=False),
    Column("last_at", String(40), nullable=False),
)
"""What was refused and whom it concerned (`events`); the subject: the id of a device or broker, a figure, or empty."""

wipe = Table(
    "wipe",
    metadata,
    _tenant(),
    Column("device", String(36), primary_key=True),
    Column("counter", Integer, primary_key=True),
    Column("mode", String(12), nullable=False),
    Column("expires", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("queued_at", String(40), nullable=False),
    Column("receipt", LargeBinary),
    Column("done_at", String(40)),
    Column("rescue", LargeBinary),
    Column("rescued_at", String(40)),
)
"""Orders to laptops as they were signed, and what came back: the laptop's receipt, and the file with what it could not
send. `rescued_at`: since when what was in that file is among the records."""
