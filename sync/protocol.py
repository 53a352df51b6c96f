"""Protocol 2: the messages between laptop and hub. Sans-IO; both sides use these Structs.

A body is one JSON object. Items travel raw and are decoded one by one, so that one bad item is refused alone.
An object that does not parse to its end is no answer at all. Everything is POST with `Cache-Control: no-store`,
so that no cursor stands in a URL, cache or log.

    POST /v1/devices         EnrolRequest   -> EnrolAnswer      (the one-time code is the only credential)
    POST /v1/sync/status     StatusRequest  -> StatusAnswer
    POST /v1/sync/push       PushRequest    -> PushAnswer
    POST /v1/sync/pull       PullRequest    -> PullAnswer
    POST /v1/devices/list    DevicesRequest -> DevicesAnswer
    POST /v1/devices/lost    LostRequest    -> DevicesAnswer
    POST /v1/devices/wiped   WipedRequest   -> WipedAnswer      (the receipt inside is signed)

Every request but the first and the last is signed by the device key (RFC 9421 over @method, @target-uri path,
content-digest, created, nonce). Errors are RFC 9457 problem documents (`Problem`).
"""

from typing import Literal

import msgspec

from sync.records import Doc

PROTOCOL = "2"
"""Value of the `Sync-Protocol` header on every request and answer."""
MAX_ITEMS = 500
"""Most items in one body."""
MAX_BODY = 16 * 1024 * 1024
"""Most decompressed bytes of one body."""

OpKind = Literal["create", "patch", "delete", "restore", "move", "resolve"]
"""What an operation does.

create  `patch` is the whole new document. patch: changed fields, null removes one. delete: soft; a delete with a
stale base does not delete but becomes a difference. restore: takes a delete back. move: gives the record a new
`scope` (and the fields in `patch`), so the note leaves the wrong person's feeds. resolve: settles the differences
named in `closes` by an ordinary patch of the same record.
"""
AnswerStatus = Literal["applied", "merged", "conflict", "duplicate", "rejected", "waiting"]
"""applied: nothing else had changed. merged: other fields had changed meanwhile. conflict: at least one field group
was kept as a difference. duplicate: seen before, the recorded answer again. rejected: `problem` says why; the
operation waits in quarantine. waiting: the operation named in `after` (or a link) is missing; send it first, and this
one again. After five days it is judged without the missing one. With a `problem` it waits for a newer hub instead."""

# Messages come by the thousand and never point back at what holds them: `gc=False` keeps the search for garbage away.


class Op(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """One operation, drawn when the person pressed save.

    Attributes:
        op: id of the operation, UUIDv7; the same id with another content is refused.
        id, type, scope: the record.
        v: schema version of `patch`.
        base: hub revision the person's screen was built from; 0 for a record the hub never had. All operations of a
            chain have the base of its first one, whatever was pulled meanwhile.
        before: what the device saw before: former values of the fields of `patch` and of those that merge with
            them (`sync.merge.former`); absent fields were empty. Shown in a difference, and compared with what stands.
        chain: id of the run of offline edits of this record since `base` (the first operation's id).
        after: previous operation of this chain; absent for the first.
        tx: operations with the same `tx` were saved together and are applied together or not at all.
        at: device time with offset; shown, never used for order.
        staff: who saved; the hub replaces it by the device's own person.
        closes: ids of conflict records a `resolve` settles.
    """

    op: str
    id: str
    type: str
    scope: str
    kind: OpKind
    base: int = 0
    v: int = 1
    patch: Doc = {}
    before: Doc = {}
    chain: str = ""
    after: str | None = None
    tx: str | None = None
    at: str = ""
    staff: str | None = None
    closes: list[str] = []


class Problem(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """RFC 9457 problem. `code` is stable; `detail` is English and holds no personal data.

    retry: same-op (send again later), new-op (correct and save again), wait, never.
    order: an order of the municipality for a laptop that is shut out, as in `StatusAnswer`.
    """

    code: str
    title: str = ""
    status: int = 0
    detail: str = ""
    retry: Literal["same-op", "new-op", "wait", "never"] = "never"
    pointer: str | None = None
    order: str = ""


class OpAnswer(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """The hub's word on one operation. An operation that is not named in the answer stays unsent.

    `late`: it was taken, but the case had gone to somebody else, who decides about it; the case leaves this laptop.
    """

    op: str
    status: AnswerStatus
    rev: int = 0
    seq: int = 0
    conflicts: list[str] = []
    problem: Problem | None = None
    late: bool = False


class PushRequest(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Oldest unacknowledged operations in save order; one batch in flight per device.

    `epoch`: the history their revisions belong to, as the laptop was told; empty if it was not. Somebody on the way may
    have kept that word, and a hub that was put back must not take a revision of the lost history for one of its own.
    """

    batch: str
    items: list[msgspec.Raw]
    v: int = 1
    epoch: str = ""


class PushAnswer(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One `OpAnswer` (raw) per item, in order.

    `batch`: that of the request, said again: an answer somebody kept on the way names operations the hub may have lost
    since, when an older copy of it was put back.
    """

    items: list[msgspec.Raw]
    receipt: str
    v: int = 1
    next_sync_after: int = 0
    batch: str = ""


class By(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """Who made the newest change of a record, for the log on the other laptop."""

    staff: str | None = None
    device: str | None = None
    at: str | None = None
    fields: list[str] = []
    op: str | None = None


class Change(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """One entry of a feed.

    put: the record as it is now (`deleted` marks a soft delete; the document stays so it can be restored).
    revoke: this device may no longer hold the record (moved to another person, or the case was handed over).
    purge: the record is erased; nothing of it may stay.
    `ops` names operations of this device that are contained in `rev`; a change that holds only this device's own
    operations and was not merged comes without `doc` (`doc` absent, `kind` put): the laptop has it already.
    """

    seq: int
    kind: Literal["put", "revoke", "purge"]
    id: str
    type: str
    scope: str
    rev: int = 0
    v: int = 1
    doc: Doc | None = None
    deleted: bool = False
    ops: list[str] = []
    by: By | None = None


class Cursor(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """Where a device stands in one feed: the hub's epoch, the feed's sequence, the chain hash there."""

    epoch: str = ""
    seq: int = 0
    chain: str = ""


class PullRequest(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Cursor per feed (`broker:<id>` and `shared`); an unknown feed starts at zero.

    `limit`: of a page; one save that is longer comes whole all the same, up to `MAX_ITEMS`. No page ends inside a save
    that a page can hold, so that whoever applies pages in one go applies whole saves of a feed.

    `page`: an id of this very request, said again in the answer, so that an old answer kept somewhere on the way is
    not taken for this one. `whole`: this laptop does not hold all it once sent (an older copy was put back); nothing
    comes without its document. `digests`: what this laptop holds per scope (`sync.digests`), to be compared. `only`:
    these scopes and no others; such a page is for mending, and its cursors are not kept.
    """

    cursors: dict[str, Cursor] = {}
    limit: int = MAX_ITEMS
    page: str = ""
    whole: bool = False
    digests: dict[str, str] | None = None
    only: list[str] = []
    v: int = 1


class PullAnswer(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A page: at most `limit` raw `Change` items in feed and sequence order, and the cursors after them.

    `count` must equal the number of items and `end` must be true, or the page is thrown away. `stable`: per feed
    the sequence up to which a backup of the hub holds everything; what was acknowledged is kept until then. A hub that
    says nothing about a feed is not waited for.
    `digests`: the hub's, of the scopes that differ from what was claimed; absent when none were, or when the cursors of
    the request were not the newest.
    """

    items: list[msgspec.Raw]
    count: int
    next: dict[str, Cursor]
    more: bool = False
    stable: dict[str, int] = {}
    next_sync_after: int = 0
    end: bool = False
    page: str = ""
    digests: dict[str, str] | None = None
    v: int = 1


class AuditHead(msgspec.Struct, kw_only=True, frozen=True):
    """A line of a laptop's audit chain: its number and its seal (64 hex digits; empty when there is no such line)."""

    seq: int
    mac: str


class AuditAnchor(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The newest line the hub was told of, countersigned.

    `signature`: base64, Ed25519 by `org_sign_key` over the canonical JSON `["audit", device, seq, mac, at]`.
    """

    seq: int
    mac: str
    at: str = ""
    signature: str = ""


AuditVerdict = Literal["", "kept", "stale", "forked"]
"""What the hub thinks of a claim. kept: it follows what the hub remembers. stale: it says nothing about that; claim
again with the number in `anchor`. forked: the chain is another one, or shorter: an older file was put back."""


class StatusRequest(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Asked first: costs the hub one indexed look-up.

    `audit`: the newest line of the laptop's audit chain; `since`: what that chain has at the number the hub remembers,
    as far as the laptop knows that number. `digest`: of everything the laptop holds and what it knows to be at the hub
    alone, once in a while (`sync.digests`). `unsent`: how many saved operations the hub has not confirmed; that is what
    an administrator has to know before an order to wipe.
    """

    cursors: dict[str, Cursor] = {}
    audit: AuditHead | None = None
    since: AuditHead | None = None
    digest: str = ""
    unsent: int | None = None
    v: int = 1


class StatusAnswer(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the hub speaks and whether there is anything new; `org_hpke_key` so that a new key reaches every laptop.

    `same`: whether the digest of the request is the hub's; absent when none was sent or the cursors were not newest.
    `org_order_key`: the key orders are signed with; a laptop keeps the first one it is told. `order`: one for this
    laptop (`sync.orders.SignedOrder` as text), believed by its signature alone. `policy`: figures of the municipality
    that take the place of those said at enrolment; one that is not named stays.
    """

    epoch: str
    heads: dict[str, int]
    staff_id: str
    device_id: str
    protocol: str = PROTOCOL
    time: str = ""
    org_hpke_key: str = ""
    audit: AuditVerdict = ""
    anchor: AuditAnchor | None = None
    same: bool | None = None
    org_order_key: str = ""
    order: str = ""
    policy: dict[str, int] = {}
    v: int = 1


class EnrolRequest(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The one-time code of the hub and the laptop's new Ed25519 public key (base64, 32 bytes)."""

    code: str
    public_key: str
    device_name: str = ""
    app_version: str = ""
    disk_encrypted: bool | None = None
    v: int = 1


class EnrolAnswer(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The laptop's identity from now on. `org_hpke_key`, `org_sign_key` and `org_order_key` may be empty until the hub
    has them; the last one is the key it believes orders by from now on.
    """

    device_id: str
    staff_id: str
    staff_name: str
    tenant: str
    epoch: str
    org_hpke_key: str = ""
    org_sign_key: str = ""
    org_order_key: str = ""
    policy: dict[str, int] = {}
    v: int = 1


class OwnDevice(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One laptop of the person who asks. `this`: it is the one that asks."""

    id: str
    name: str = ""
    enrolled_at: str = ""
    last_seen: str | None = None
    revoked_at: str | None = None
    this: bool = False


class DevicesRequest(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Which laptops do I have?"""

    v: int = 1


class DevicesAnswer(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The laptops of the person who asked, oldest first."""

    devices: list[OwnDevice]
    v: int = 1


class LostRequest(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A laptop of mine is lost: shut it out. Somebody else's, and the one that asks, are answered as unknown."""

    device: str
    v: int = 1


class WipedRequest(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A laptop carried an order out; sent by a program that has no key any more.

    `line`: the first line of the rescue file, which holds the receipt the laptop signed before (`docs/exports.md`).
    `rescue`: base64 of the whole file, empty when it is too large for a body and has to be carried.
    """

    line: str
    rescue: str = ""
    v: int = 1


class WipedAnswer(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The receipt is written down. `kept`: the hub has the rescue file, so it may go from the laptop."""

    kept: bool = False
    v: int = 1
