"""What an administrator does: set a hub up, let brokers in, hand out codes, assign cases, look at the state.

No case content is read here; a case is found by its scope alone.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import cast, get_args

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from sync.hub import leasing
from sync.hub import tables as t
from sync.hub.anchoring import KEY, forget
from sync.hub.clock import Clock, danish_day, system_clock
from sync.hub.dialects import Unusable
from sync.hub.enrolling import new_code
from sync.hub.erasing import Erased, erase
from sync.hub.events import Noted, noted
from sync.hub.locking import hold_tenant
from sync.hub.places import Place
from sync.hub.recovery import key_state
from sync.hub.sampling import Sample, draw, follows, is_over
from sync.hub.scopes import is_id, is_scope
from sync.hub.service import HubService
from sync.hub.stability import Backups, confirm, mark, state
from sync.protocol import Op
from sync.records import SHARED, handover_scope, new_id, to_doc, types

_tenants = select(t.tenant.c.tenant)
ROLES = ("broker", "authority", "lead", "admin")


class AdminError(Unusable):
    """What was asked cannot be done; the message is a sentence for the administrator."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may have devices."""

    staff_id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A revoked laptop, and what a notice of the loss has to say of it (GDPR article 33).

    Attributes:
        last_seen: when it last synced; what it held is at most what its broker had then.
        disk_encrypted: what it said of its disk when it joined; the caseload itself is always encrypted.
        cases: cases its broker may see now.
    """

    id: str
    name: str
    broker: str
    revoked_at: str
    last_seen: str | None
    disk_encrypted: bool | None
    cases: int


def create(folder: Path, name: str, clock: Clock = system_clock, place: Place | None = None) -> None:
    """A new, empty hub in a folder, or in another place with its keys in that folder.

    Raises:
        AdminError: there is one already.
    """
    place = place or Place(folder)
    if place.database is None and not place.is_empty():
        raise AdminError(f"there is a hub in {place} already")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = place.current()
    stamp = clock().isoformat(timespec="seconds")
    row = {"tenant": store.tenant, "name": name, "epoch": str(uuid.uuid4()), "created_at": stamp}

    def add(conn: Connection) -> None:
        if conn.execute(_tenants.where(t.tenant.c.tenant == store.tenant)).first() is not None:
            raise AdminError(f"there is a hub in {place} already")
        conn.execute(insert(t.tenant).values(row))

    try:
        store.commit(add)
    finally:
        store.close()


def opened(folder: Path, clock: Clock = system_clock, place: Place | None = None) -> HubService:
    """The hub of a folder or another place, brought to this program's schema.

    Raises:
        AdminError: there is none.
    """
    place = place or Place(folder)
    none = AdminError(f"there is no hub in {place}; make one with: jobcenter-hub init --data {folder}")
    if place.is_empty():
        raise none
    store = place.current()
    with store.read() as conn:
        found = conn.execute(_tenants.where(t.tenant.c.tenant == store.tenant)).first()
    if found is None:
        store.close()
        raise none
    if place.database is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    service = HubService(store, clock)
    if place.database is not None:
        _check_key(service)
    return service


def _check_key(service: HubService) -> None:
    """All processes of one hub countersign with one key; a folder that was not copied would give its own.

    Raises:
        AdminError: this one has another key than the first.
    """
    store, mine = service.store, t.tenant.c.tenant == service.tenant

    def agree(conn: Connection) -> str | None:
        conn.execute(update(t.tenant).where(mine, t.tenant.c.sign_key.is_(None)).values(sign_key=service.sign_key))
        return conn.execute(select(t.tenant.c.sign_key).where(mine)).scalar()

    if store.commit(agree) != service.sign_key:
        store.close()
        raise AdminError(f"the key in {store.folder} is not that of this hub; copy {KEY} there from its other folder")


class Administration:
    """Commands on an open hub."""

    def __init__(self, service: HubService) -> None:
        self.service = service
        self.store = service.store
        self.tenant = service.tenant

    def add_member(self, name: str, role: str = "broker") -> Member:
        """Let somebody in; brokers find each other by name, so a name stands for one person.

        Raises:
            AdminError: the name is empty or taken.
        """
        name = " ".join(name.split())
        if not name:
            raise AdminError("a broker needs a name")
        member = Member(new_id(), name, role)
        stamp = self.service.clock().isoformat(timespec="seconds")

        def add(conn: Connection) -> None:
            hold_tenant(conn, self.tenant, alone=True)
            if any(m.name.casefold() == name.casefold() for m in self._members(conn)):
                raise AdminError(f"there is a broker named {name} already; add something that tells them apart")
            conn.execute(insert(t.member).values(tenant=self.tenant, added_at=stamp, **asdict(member)))

        self.store.commit(add)
        self._write("staff", member.staff_id, SHARED, {"name": name, "role": role})
        return member

    def members(self) -> list[Member]:
        """Everybody, by name."""
        with self.store.read() as conn:
            return self._members(conn)

    def _members(self, conn: Connection) -> list[Member]:
        rows = conn.execute(
            select(t.member.c.staff_id, t.member.c.name, t.member.c.role)
            .where(t.member.c.tenant == self.tenant)
            .order_by(t.member.c.name)
        )
        return [Member(*row) for row in rows]

    def member(self, text: str) -> Member:
        """A member by name or id.

        Raises:
            AdminError: nobody is called so.
        """
        for m in self.members():
            if text == m.staff_id or " ".join(text.split()).casefold() == m.name.casefold():
                return m
        raise AdminError(f"nobody here is named {text}; add them with: jobcenter-hub broker add")

    def code(self, who: str) -> str:
        """A one-time code for a new device."""
        member = self.member(who)
        return self.store.commit(lambda conn: new_code(conn, self.tenant, member.staff_id, self.service.clock()))

    def scope_of(self, reference: str) -> str:
        """The scope of a case by citizen id, scope or the id of any record in it.

        Raises:
            AdminError: the hub knows no such case.
        """
        text = reference.strip().lower()
        candidate = f"case:{text}" if is_id(text) else text
        with self.store.read() as conn:
            if is_scope(candidate):
                where = (t.record.c.tenant == self.tenant, t.record.c.scope == candidate)
                if conn.execute(select(t.record.c.id).where(*where).limit(1)).first() is not None:
                    return candidate
            where = (t.record.c.tenant == self.tenant, t.record.c.id == text)
            scope = conn.execute(select(t.record.c.scope).where(*where)).scalar()
        if scope is None or not scope.startswith("case:"):
            raise AdminError("the hub knows no such case; give the citizen's id, the scope or the case's id")
        return str(scope)

    def assign(self, case: str, who: str, role: str = "broker") -> str:
        """Give a member a role in a case, from today; the case appears on their laptops with the next sync."""
        if role not in get_args(types.CaseRole):
            raise AdminError(f"there is no role {role}; roles are {', '.join(get_args(types.CaseRole))}")
        member, scope = self.member(who), self.scope_of(case)
        assignment = types.RoleAssignment(
            citizen_id=scope.removeprefix("case:"),
            staff_id=member.staff_id,
            role=cast(types.CaseRole, role),
            start=date.fromisoformat(danish_day(self.service.clock)),
        )
        record_id = new_id()
        self._write("role_assignment", record_id, scope, to_doc(assignment))
        return record_id

    def hand_over(self, case: str, giver: str, taker: str) -> str:
        """Move what one member has in a case to another, who is not asked: somebody left, or is ill for long.

        What the first saved before and sends later waits for the other, as after every hand-over.

        Raises:
            AdminError: no such case or member, nothing to move, or nobody to move it to.
        """
        scope, one, other = self.scope_of(case), self.member(giver), self.member(taker)
        today, record_id = danish_day(self.service.clock), new_id()
        offer = types.Handover(
            citizen_id=scope.removeprefix("case:"),
            from_id=one.staff_id,
            to_id=other.staff_id,
            who="-",
            offered_on=date.fromisoformat(today),
        )
        op_id, scope = new_id(), handover_scope(record_id)
        make = Op(op=op_id, id=record_id, type="handover", scope=scope, kind="create", patch=to_doc(offer), chain=op_id)
        said = {"state": "accepted", "answered_on": today}
        yes = msgspec.structs.replace(make, op=new_id(), kind="patch", base=1, patch=said, after=op_id)
        answers = self.service.administer([make, yes])
        if any(answer.problem is not None for answer in answers):
            raise AdminError(f"{one.name} has no role in this case, or {other.name} cannot take one")
        return record_id

    def erase(self, case: str) -> Erased:
        """Erase a person everywhere: here at once, on each laptop with its next sync.

        Raises:
            AdminError: the hub knows no such case.
        """
        scope = self.scope_of(case)
        taken = self.store.commit(lambda conn: erase(conn, self.tenant, scope, danish_day(self.service.clock)))
        self.store.fold_log()
        return taken

    def audit_heads(self) -> list[dict[str, object]]:
        """The newest audit line of each laptop, and whether its chain still follows from what was told before."""
        with self.store.read() as conn:
            rows = conn.execute(
                select(t.audit_head, t.device.c.name, t.member.c.name.label("broker"))
                .select_from(
                    t.audit_head.join(t.device, t.device.c.id == t.audit_head.c.device).join(
                        t.member, t.device.c.staff_id == t.member.c.staff_id
                    )
                )
                .where(t.audit_head.c.tenant == self.tenant)
                .order_by(t.member.c.name, t.device.c.name)
            ).mappings()
            names = ("device", "name", "broker", "seq", "mac", "at", "forked_at")
            return [{name: row[name] for name in names} for row in rows]

    def events(self) -> list[Noted]:
        """The watch book: what was refused and whom it concerned."""
        with self.store.read() as conn:
            return noted(conn, self.tenant)

    def audit_sample(self, month: str, changes: int = 20, lines: int = 5) -> tuple[Sample, bool]:
        """The lead's sample of a month, drawn once; and whether the history still gives what was drawn from it.

        Args:
            month: as 2026-10; one that is over.
            changes: how many changes to draw, the first time.
            lines: how many lines of each laptop's audit log.

        Raises:
            AdminError: it is no month, or not over yet; or this hub has no key.
        """
        now, key = self.service.clock(), self.service.key
        try:
            over = is_over(month, now)
        except ValueError:
            raise AdminError("a month is written as 2026-10") from None
        if not over:
            raise AdminError("this month is not over yet; what is drawn early can be waited for")
        if key is None:
            raise AdminError("a hub without a folder has no key to draw with")
        sample = self.store.commit(lambda conn: draw(conn, self.tenant, month, now, key, changes, lines))
        with self.store.read() as conn:
            return sample, follows(conn, self.tenant, sample)

    def forget_audit_head(self, device: str) -> None:
        """Begin anew with a laptop whose fork was looked into.

        Raises:
            AdminError: there is nothing to forget.
        """
        with self.store.write() as conn:
            if not forget(conn, self.tenant, device):
                raise AdminError("the hub remembers no audit log of this device; jobcenter-hub audit lists them")

    def new_epoch(self) -> str:
        """After a restore: no cursor from before counts any more, so every laptop reads its feeds from the start.

        Every process of this hub says so from its next answer on.
        """
        epoch = str(uuid.uuid4())
        self.store.commit(
            lambda conn: conn.execute(update(t.tenant).where(t.tenant.c.tenant == self.tenant).values(epoch=epoch))
        )
        return epoch

    def mark_backup(self) -> str:
        """Before a backup begins; the mark is given to `confirm_backup` once it is known to be good."""
        return self.store.commit(lambda conn: mark(conn, self.tenant))

    def confirm_backup(self, name: str) -> Backups:
        """Everything up to a mark is in a backup that can be read back: laptops need not keep it any longer.

        Raises:
            AdminError: that mark is not open.
        """
        if not self.store.commit(lambda conn: confirm(conn, self.tenant, name, self.service.clock())):
            raise AdminError("this mark is not open: another backup was begun since, or it was confirmed already")
        return self.backups()

    def backups(self) -> Backups:
        """When a backup was confirmed last, and whether one is being made."""
        with self.store.read() as conn:
            return state(conn, self.tenant)

    def lease(self) -> int | None:
        """Days a laptop may be silent before its cases close; None while nobody set them."""
        with self.store.read() as conn:
            return leasing.days(conn, self.tenant)

    def set_lease(self, days: int) -> None:
        """Let laptops be silent for so many days; each hears of it with its next sync.

        Raises:
            AdminError: that is no number of days a lease can have.
        """
        if not 1 <= days <= leasing.LONGEST:
            raise AdminError(f"a lease lasts 1 to {leasing.LONGEST} days, and {days} is not among them")
        self.store.commit(lambda conn: leasing.set_days(conn, self.tenant, days, self.service.clock()))

    def revoke(self, device: str) -> Lost:
        """Take nothing from a laptop any more, and hand it nothing: it was lost or stolen.

        Done again it changes nothing; what was revoked first counts.

        Raises:
            AdminError: the hub knows no such device.
        """
        with self.store.write() as conn:
            mine = (t.device.c.tenant == self.tenant) & (t.device.c.id == device)
            stamp = self.service.clock().isoformat(timespec="seconds")
            conn.execute(update(t.device).where(mine & t.device.c.revoked_at.is_(None)).values(revoked_at=stamp))
            found = conn.execute(
                select(t.device, t.member.c.name.label("broker"))
                .select_from(t.device.join(t.member, t.device.c.staff_id == t.member.c.staff_id))
                .where(mine, t.member.c.tenant == self.tenant)
            ).first()
            if found is None:
                raise AdminError("the hub knows no such device; jobcenter-hub status lists them")
            mine = (t.grant.c.tenant == self.tenant) & (t.grant.c.staff_id == found.staff_id) & t.grant.c.active
            cases = conn.execute(select(func.count(t.grant.c.scope.distinct())).where(mine)).scalar_one()
        return Lost(
            id=found.id,
            name=found.name,
            broker=found.broker,
            revoked_at=found.revoked_at,
            last_seen=found.last_seen,
            disk_encrypted=found.disk_encrypted,
            cases=cases,
        )

    def let_back_in(self, device: str) -> None:
        """A revoked laptop was found again, and nobody had it.

        Raises:
            AdminError: it is not revoked.
        """
        with self.store.write() as conn:
            mine = (t.device.c.tenant == self.tenant) & (t.device.c.id == device) & t.device.c.revoked_at.is_not(None)
            if not conn.execute(update(t.device).where(mine).values(revoked_at=None)).rowcount:
                raise AdminError("no such device is revoked; jobcenter-hub status lists them")

    def status(self) -> dict[str, object]:
        """Counts and devices; no content."""
        with self.store.read() as conn:
            counts = {
                table.name: conn.execute(
                    select(func.count()).select_from(table).where(table.c.tenant == self.tenant)
                ).scalar_one()
                for table in (t.record, t.op, t.conflict, t.refused)
            }
            devices = conn.execute(
                select(
                    t.device.c.id,
                    t.device.c.name,
                    t.member.c.name.label("broker"),
                    t.device.c.enrolled_at,
                    t.device.c.last_seen,
                    t.device.c.revoked_at,
                )
                .select_from(t.device.join(t.member, t.device.c.staff_id == t.member.c.staff_id))
                .where(t.device.c.tenant == self.tenant, t.member.c.tenant == self.tenant)
                .order_by(t.device.c.enrolled_at)
            ).mappings()
            listed = [dict(row) for row in devices]
            name = conn.execute(select(t.tenant.c.name).where(t.tenant.c.tenant == self.tenant)).scalar_one()
        return {
            "name": name,
            "epoch": self.service.epoch,
            "records": counts["record"],
            "operations": counts["op"],
            "open_conflicts": counts["open_conflict"],
            "refused": counts["refused"],
            "recovery_key": "none" if self.store.folder is None else key_state(self.store.folder),
            "brokers": [asdict(m) for m in self.members()],
            "devices": listed,
        }

    def _write(self, type_name: str, record_id: str, scope: str, doc: dict[str, object]) -> None:
        op_id = new_id()
        op = Op(op=op_id, id=record_id, type=type_name, scope=scope, kind="create", patch=doc, chain=op_id)
        answer = self.service.administer([op])[0]
        if answer.status != "applied":
            reason = answer.problem.title if answer.problem else answer.status
            raise AdminError(f"the hub did not take the {type_name} record: {reason}")
