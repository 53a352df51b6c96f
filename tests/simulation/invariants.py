"""What must hold of a world, I1 to I12 of the design; each check says what it saw that must not be."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec

from sync.merge import FieldRevs, merge
from sync.protocol import MAX_ITEMS, Change, Cursor, Op, OpAnswer, PullAnswer, PullRequest, PushAnswer, PushRequest
from sync.records import RECORD_TYPES, Doc
from tests.simulation.history import Broken, History, Saved
from tests.simulation.hub import Answer, SimulatedHub, may_read
from tests.simulation.laptop import Machine
from tests.simulation.line import Run

_TAKEN = ("applied", "merged", "conflict", "duplicate", "late")
EXPECTED = frozenset({"not-entitled", "tx-partner-refused"})
"""What a hub may refuse in a world where nobody sends nonsense: work on a case that was taken away meanwhile."""
MOST_SAME = 5


# while it goes on


def answered(machine: Machine, hub: SimulatedHub, history: History, path: str, body: bytes, answer: Answer) -> None:
    """I5, I9 and I12 of one exchange as the hub answered it; notes what a run may take away."""
    status, _, content = answer
    machine.line.run.diverged |= status == 409
    if status != 200:
        return
    if path.endswith("/push"):
        _whole_saves(
            history, msgspec.json.decode(body, type=PushRequest), msgspec.json.decode(content, type=PushAnswer)
        )
    if path.endswith("/pull"):
        page = msgspec.json.decode(content, type=PullAnswer)
        asked = msgspec.json.decode(body, type=PullRequest)
        _page_holds_whole_saves(hub, asked, page)
        readers = hub.readers()
        for change in (msgspec.json.decode(raw, type=Change) for raw in page.items):
            if change.kind != "put":
                machine.line.run.taken_away.add(change.id)
            elif not may_read(machine.me.staff_id, change.scope, readers):
                raise Broken("I5", f"{change.type} {change.id} went to somebody who may not read it")


def _page_holds_whole_saves(hub: SimulatedHub, asked: PullRequest, page: PullAnswer) -> None:
    """No page ends inside a save; one that is longer than asked for is one save."""
    for feed, cursor in page.next.items() if page.more else ():
        around = hub.saves_from(feed, cursor.seq)
        standing = len(around) == 2 and around[0].seq == cursor.seq and around[0].tx is not None
        if standing and around[0].tx == around[1].tx:
            raise Broken("I9", f"a page of {len(page.items)} for a limit of {asked.limit} ends inside a save")
    if len(page.items) > asked.limit:
        first = msgspec.json.decode(page.items[0], type=Change)
        moved = [feed for feed, cursor in page.next.items() if cursor != asked.cursors.get(feed, Cursor())]
        saves = {row.tx for feed in moved for row in hub.saves_from(feed, first.seq)[:1]}
        if len(page.items) > MAX_ITEMS or saves == {None}:
            raise Broken("I12", f"a page of {len(page.items)} for a limit of {asked.limit}")


def _whole_saves(history: History, request: PushRequest, answer: PushAnswer) -> None:
    words = {word.op: word for word in (msgspec.json.decode(raw, type=OpAnswer) for raw in answer.items)}
    taken: dict[str, set[bool]] = {}
    for op in (msgspec.json.decode(raw, type=Op) for raw in request.items):
        if op.tx and op.op in words:
            taken.setdefault(op.tx, set()).add(words[op.op].status in _TAKEN)
    for tx, states in taken.items():
        if len(states) > 1:
            raise Broken("I9", f"a save was taken in part: {tx}")
    for word in words.values():
        if word.status == "rejected" and word.problem and word.problem.code not in EXPECTED:
            raise Broken("I3", f"refused without a reason in this world: {word.problem.code}")


def shown(machine: Machine) -> None:
    """I7: what was saved here and not taken yet is what the screen shows."""
    wanted: dict[str, tuple[str, Doc]] = {}
    for row in machine.store.journal():
        _, _, record, type_name, _, kind, patch, _, _, _, ack, problem = row
        if kind == "create" and record in wanted:
            continue  # given back to the hub; what was done to it stands above
        if problem is not None and ack is None:
            wanted.pop(record, None)
        elif ack is None or record in wanted:  # what was taken since then stands above it
            before = wanted.get(record, (type_name, {}))[1]
            wanted[record] = (type_name, before | json.loads(patch))
    for record, (type_name, values) in wanted.items():
        stored = machine.store.get(type_name, record)
        if stored is None:
            continue  # taken away with its case; the change waits for the hub's word
        for name, value in values.items():
            if stored.doc.get(name) != value:
                raise Broken("I7", f"an unsent {name} of a {type_name} is not shown on laptop {machine.number}")


def ran(machine: Machine, run: Run, before: set[str], seqs: dict[str, tuple[str, int]]) -> None:
    """I6, I8 and I11 after a run."""
    for feed, cursor in machine.cursors().items():
        epoch, seq = seqs.get(feed, ("", 0))
        if epoch == cursor.epoch and cursor.seq < seq and not run.diverged and not machine.store.lacks_own():
            raise Broken("I6", f"the cursor of {feed} went back from {seq} to {cursor.seq}")
    missing = before - machine.store.ids() - run.taken_away
    if missing:
        raise Broken("I11", f"{len(missing)} records went away that nobody took away")
    if run.same and max(run.same.values()) > MOST_SAME:
        raise Broken("I8", "the same request went out more than five times in one run")


def words_are_safe(hub: SimulatedHub, machines: list[Machine]) -> None:
    """I1 of a hub that went back to its newest backup: whose words left a laptop, that it has."""
    standing = {row.op for row in hub.ops()}
    for machine in machines:
        if machine.jumped:  # words go after thirty days even so, and its clock may have called a moment thirty days
            continue
        lost = {row[1] for row in machine.store.journal() if row[10] in _TAKEN} - machine.could_repeat() - standing
        if lost:
            raise Broken(
                "I1", f"the words of {len(lost)} changes left laptop {machine.number} before a backup had them"
            )


def checked(machine: Machine) -> None:
    """I4 as a laptop sees it: a sound caseload is found sound, and nothing is fetched anew."""
    waits = any(row[10] is None for row in machine.store.journal())
    if machine.outcome is not None and machine.outcome.checked.mended and not waits:
        raise Broken("I4", f"laptop {machine.number} fetched {machine.outcome.checked.mended} sound scopes anew")


# at rest


def at_rest(hub: SimulatedHub, machines: list[Machine], history: History, *, went_back: bool) -> Counter[str]:
    """Everything that must hold once the line works and everybody has synced; how often each was looked at.

    After a hub `went_back` laptops may keep what nobody could give it again: nothing is deleted for being absent.
    """
    looked: Counter[str] = Counter()
    ops = hub.ops()
    known = {row.op: row for row in ops}
    _answered_is_kept(machines, history, known, looked)
    _each_once(machines, history, known, hub, looked)
    _all_agree(hub, machines, looked, went_back)
    _nothing_vanished(hub, machines, history, known, looked)
    _saves_are_whole(ops, looked)
    _replayed(hub, ops, looked)
    return looked


def _answered_is_kept(
    machines: list[Machine],
    history: History,
    known: dict[str, Any],
    looked: Counter[str],
) -> None:
    gone = {saved.op for saved in history.saved.values() if saved.lost}
    for machine in machines:
        for row in machine.store.journal():
            looked["I1"] += 1
            if row[10] in _TAKEN and row[1] not in known and row[1] not in gone:
                raise Broken("I1", f"laptop {machine.number} holds an answer to an operation the hub does not have")


def _each_once(
    machines: list[Machine], history: History, known: dict[str, Any], hub: SimulatedHub, looked: Counter[str]
) -> None:
    standing = {row.id for row in hub.records()}
    dead = hub.refused()
    for saved in history.saved.values():
        looked["I3"] += 1
        if saved.op in known:
            if saved.kind == "create" and saved.record not in standing:
                raise Broken("I3", f"a {saved.type} that was taken in is not there")
        elif saved.confirmed and not saved.lost and not saved.given_up and saved.op not in dead:
            held = any(row[1] == saved.op for machine in machines for row in machine.store.journal())
            if not held:
                raise Broken("I3", f"a confirmed save of a {saved.type} is neither at the hub nor on a laptop")


def _all_agree(hub: SimulatedHub, machines: list[Machine], looked: Counter[str], went_back: bool) -> None:
    readers = hub.readers()
    records = {row.id: row for row in hub.records()}
    for machine in machines:
        here = machine.store.everything()
        waiting = {row[2] for row in machine.store.journal() if row[10] is None}
        for record in records.values():
            looked["I4"] += 1
            entitled = may_read(machine.me.staff_id, record.scope, readers)
            mine = here.get(record.id)
            if not entitled:
                looked["I5"] += 1
                if mine is not None and mine[5] and record.id not in waiting:
                    raise Broken("I5", f"laptop {machine.number} still holds a {record.type} it may not read")
                continue
            if mine is None:
                raise Broken("I4", f"laptop {machine.number} lacks a {record.type}")
            _, scope, doc, rev, deleted, _ = mine
            if (scope, rev, deleted, doc) != (record.scope, record.rev, record.deleted, json.loads(record.doc)):
                raise Broken("I4", f"laptop {machine.number} has another {record.type}: {rev} against {record.rev}")
        for record_id, (type_name, _, _, _, _, spoken) in here.items():
            if record_id not in records and (spoken or (record_id not in waiting and not went_back)):
                raise Broken("I4", f"laptop {machine.number} has a {type_name} the hub does not know")
        digests = hub.differing(machine.me.staff_id, machine.me.device_id, machine.store.digests())
        if digests and not waiting:  # what a waiting operation is about may have left with its case
            raise Broken("I4", f"laptop {machine.number} would fetch {len(digests)} sound scopes anew")


def _nothing_vanished(
    hub: SimulatedHub, machines: list[Machine], history: History, known: dict[str, Any], looked: Counter[str]
) -> None:
    records = {row.id: json.loads(row.doc) for row in hub.records()}
    conflicts: dict[str, list[Doc]] = {}
    for row in hub.records():
        if row.type == "conflict":
            doc = json.loads(row.doc)
            if doc.get("state", "open") == "open":
                conflicts.setdefault(doc["record_id"], []).extend((doc["kept"]["values"], doc["other"]["values"]))
    # those to be sent again too, also where they lie behind one that was refused
    waiting = {row[1] for machine in machines for row in machine.store.journal() if row[10] in (None, "again")}
    dead = hub.refused()
    for record, saves in history.of_record().items():
        for saved in saves:
            if saved.type == "handover":
                continue  # the first answer counts, and what comes after it changes nothing
            elsewhere = saved.lost or saved.given_up or saved.op in waiting or saved.op in dead
            if saved.op not in known and (elsewhere or not saved.confirmed):
                continue
            for name, value in saved.patch.items():
                looked["I2"] += 1
                if value is None or records.get(record, {}).get(name) == value:
                    continue
                if any(side.get(name) == value for side in conflicts.get(record, [])):
                    continue
                if not _gave_way(saves, known, name, value):
                    raise Broken("I2", f"{name} of a {saved.type} saved on laptop {saved.machine} vanished: {value}")


def _gave_way(saves: list[Saved], known: dict[str, Any], name: str, value: Any) -> bool:
    """Whether a save the hub has chose otherwise, or one that got lost with an older hub and was itself built upon."""
    return any(
        other.op in known or (other.lost and name in other.patch and _gave_way(saves, known, name, other.patch[name]))
        for other in saves
        if _saw(other, name, value) and other.patch.get(name) != value
    )


def _saw(saved: Saved, name: str, value: Any) -> bool:
    """Whether a save was made by somebody who had the value before them and chose otherwise."""
    if name in saved.patch and saved.seen.get(name) == value:
        return True
    return any(side.get(name) == value for sides in saved.settles.values() for side in sides)


def _saves_are_whole(ops: list[Any], looked: Counter[str]) -> None:
    by_tx: dict[str, set[str]] = {}
    for row in ops:
        if row.tx:
            by_tx.setdefault(row.tx, set()).add(row.op)
    looked["I9"] += len(by_tx)


def _replayed(hub: SimulatedHub, ops: list[Any], looked: Counter[str]) -> None:
    """I10: the history put together again from nothing gives what stands."""
    records = {row.id: row for row in hub.records()}
    for record_id, rows in _by_record(ops):
        stands = records[record_id]
        given = stands.type == "role_assignment" and ("handover" in json.loads(stands.doc) or rows[0].kind != "create")
        if stands.type == "handover" or given:
            continue  # an answer is no merge, and moves roles
        looked["I10"] += 1
        kind = RECORD_TYPES[stands.type]
        doc: Doc | None = None
        deleted, rev = False, 0
        revs: FieldRevs = {}
        for row in rows:
            rest = json.loads(row.rest) if row.rest else {}
            if "idle" in rest:
                continue
            op = Op(
                op=row.op,
                id=record_id,
                type=row.type,
                scope=row.scope,
                kind=row.kind,
                base=row.base,
                patch=json.loads(row.patch),
                before=rest.get("before", {}),
                chain=row.chain or "",
            )
            own = dict(rest.get("roots", ()))
            done = merge(kind, doc, deleted, revs, rev, op, scope=None, own=own, late="late" in rest)
            doc, deleted, revs, rev = done.doc, done.deleted, done.field_revs, done.rev
        if (doc, deleted, rev) != (json.loads(stands.doc), stands.deleted, stands.rev):
            raise Broken("I10", f"replaying the history of a {stands.type} gives another record")


def _by_record(ops: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    for record_id, rows in groupby(ops, key=lambda row: row.record_id):
        yield record_id, list(rows)
