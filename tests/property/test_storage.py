"""Whatever is saved, undone, moved and synced: record and journal tell the same, nothing gets lost or legible."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker_tui.services.ports import Operation, Page, Write
from broker_tui.storage import search_index
from broker_tui.storage.ops import COLUMNS, op_of
from broker_tui.storage.projection import columns, loads, project
from broker_tui.storage.store import SqlStore
from sync.merge import FieldRevs, merge, rebase
from sync.protocol import Change, Cursor, Op, OpAnswer
from sync.records import RECORD_TYPES, SHARED, Doc, Scope, case_scope
from tests.fakes.keys import open_store

NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
CASES = ("citizen-1", "citizen-2")
WORDS = st.sampled_from(["Åse", "truck", "cykel", "ødelagt", "Kjær", "noget andet"])
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def opened() -> Iterator[SqlStore]:
    """A store that leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        try:
            yield store
        finally:
            store.close()


def inverse(operation: Operation) -> Write:
    """What undoes an operation."""
    kind, scope = operation.kind, operation.scope
    patch = {name: operation.before.get(name) for name in operation.patch}
    if kind == "create":
        return Write("delete", operation.type, operation.record_id, scope)
    if kind in ("delete", "restore"):
        return Write("restore" if kind == "delete" else "delete", operation.type, operation.record_id, scope)
    if kind == "move":
        return Write("move", operation.type, operation.record_id, operation.former_scope, patch)
    return Write("patch", operation.type, operation.record_id, scope, patch)


def assert_consistent(store: SqlStore) -> None:
    """Columns, index, links and journal all follow from the documents."""
    indexed = dict(store._rows("SELECT record_id, rowid FROM note"))
    expected = set()
    for name in RECORD_TYPES:
        names = ", ".join(f'"{column}"' for column in ("id", "doc", "deleted", "replaced_by", *columns(name)))
        for record_id, text, deleted, replaced_by, *values in store._rows(f'SELECT {names} FROM "{name}"'):  # noqa: S608 - names from the contract
            doc = loads(text)
            assert values == project(name, doc)
            if not deleted and replaced_by is None and search_index.text_of(name, doc):
                expected.add(record_id)
    assert set(indexed) == expected
    store._writer.execute("INSERT INTO note_text (note_text, rank) VALUES ('integrity-check', 0)")


STEP = st.one_of(
    st.tuples(st.just("person"), st.integers(0, 1), WORDS),
    st.tuples(st.just("rename"), st.integers(0, 1), WORDS),
    st.tuples(st.just("contact"), st.integers(0, 1), WORDS),
    st.tuples(st.just("correct"), st.integers(0, 5), WORDS),
    st.tuples(st.just("delete"), st.integers(0, 5), WORDS),
    st.tuples(st.just("restore"), st.integers(0, 5), WORDS),
    st.tuples(st.just("move"), st.integers(0, 5), WORDS),
    st.tuples(st.just("undo"), st.integers(0, 1), WORDS),
)


def step(store: SqlStore, contacts: list[str], what: str, which: int, word: str) -> None:
    """One thing a broker may do."""
    citizen = CASES[which % 2]
    scope = case_scope(citizen)
    fact = {"occurred_on": "2026-03-01", "kind": "phone", "outcome": "reached", "note": word}
    chosen = contacts[which % len(contacts)] if contacts else None
    held = store.get("contact", chosen) if chosen else None
    new = f"contact-{len(contacts)}"
    if what == "person" and store.get("citizen", citizen) is None:
        store.save([Write("create", "citizen", citizen, scope, {"name": word, "kept": 1})])
    elif what == "rename" and store.get("citizen", citizen) is not None:
        store.save([Write("patch", "citizen", citizen, scope, {"name": word, "area": word})])
    elif what == "contact":
        store.save([Write("create", "contact", new, scope, {**fact, "citizen_id": citizen})])
        contacts.append(new)
    elif what == "correct" and held is not None:
        doc = {**fact, "citizen_id": held.doc["citizen_id"], "replaces": held.id}
        store.save([Write("create", "contact", new, held.scope, doc)])
        contacts.append(new)
    elif what in ("delete", "restore") and held is not None:
        store.save([Write(what, "contact", held.id, held.scope)])  # type: ignore[arg-type]  # one of two literals
    elif what == "move" and held is not None:
        store.save([Write("move", "contact", held.id, scope, {"citizen_id": citizen})])
    elif what == "undo" and (last := store.last_undoable()) is not None:
        store.save([inverse(op) for op in reversed(store.operations(last.tx))], undoes=last.tx)


@FEW
@given(st.lists(STEP, max_size=25))
def test_a_record_is_what_its_journal_says(steps: list[tuple[str, int, str]]) -> None:
    with opened() as store:
        contacts: list[str] = []
        for what, which, word in steps:
            step(store, contacts, what, which, word)
        ops: dict[tuple[str, str], list[Op]] = {}
        for row in store._rows(f"SELECT {COLUMNS} FROM op WHERE mine = 1 ORDER BY seq"):  # noqa: S608 - a constant
            ops.setdefault((row[2], row[1]), []).append(op_of(row))
        for (type_name, record_id), line in ops.items():
            found = store.get(type_name, record_id)
            assert found is not None
            replayed = rebase(RECORD_TYPES[type_name], None, line)
            assert (found.doc, found.deleted) == (replayed.doc, replayed.deleted)
            assert found.scope == line[-1].scope
            assert found.unsent
        assert_consistent(store)


@FEW
@given(st.lists(STEP, max_size=12))
def test_undoing_everything_leaves_nothing_standing(steps: list[tuple[str, int, str]]) -> None:
    with opened() as store:
        contacts: list[str] = []
        for what, which, word in steps:
            if what not in ("undo", "restore"):
                step(store, contacts, what, which, word)
        for _ in range(100):
            last = store.last_undoable()
            if last is None:
                break
            store.save([inverse(op) for op in reversed(store.operations(last.tx))], undoes=last.tx)
        assert store.find("truck", types=None, page=Page()) == []
        for name in ("citizen", "contact"):
            assert store._row(f"SELECT count(*) FROM {name} WHERE deleted = 0")[0] == 0  # noqa: S608 - names from above
        assert_consistent(store)


@dataclass
class Hub:
    """One company on the hub: the real merge, nothing else."""

    doc: Doc | None = None
    deleted: bool = False
    revs: FieldRevs = field(default_factory=dict)
    rev: int = 0
    news: list[Change] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def take(self, op: Op, *, mine: bool) -> int:
        """Merge an operation once and tell the feed."""
        if op.op in self.done:
            return self.done[op.op]
        kind = RECORD_TYPES["company"]
        merged = merge(kind, self.doc, self.deleted, self.revs, self.rev, op)
        self.doc, self.deleted, self.revs, self.rev = merged.doc, merged.deleted, merged.field_revs, merged.rev
        self.done[op.op] = self.rev
        bare = mine and not merged.merged_with_others and not merged.clashes
        self.news.append(
            Change(
                seq=len(self.done),
                kind="put",
                id="company",
                type="company",
                scope=SHARED,
                rev=self.rev,
                doc=None if bare else self.doc,
                deleted=self.deleted,
                ops=[op.op] if mine else [],
            )
        )
        return self.rev


SYNC_STEP = st.one_of(
    st.tuples(st.just("mine"), st.sampled_from(["name", "area", "note"]), WORDS),
    st.tuples(st.just("theirs"), st.sampled_from(["name", "area", "note"]), WORDS),
    st.tuples(st.just("mine_deletes"), st.just(""), WORDS),
    st.tuples(st.just("push"), st.sampled_from(["answered", "lost"]), WORDS),
    st.tuples(st.just("pull"), st.sampled_from(["all", "one", "again"]), WORDS),
)


def push(store: SqlStore, hub: Hub, *, answered: bool) -> None:
    """Send what is unsent; the answer may be lost."""
    answers = [OpAnswer(op=op.op, status="applied", rev=hub.take(op, mine=True), seq=1) for op in store.unsent(100)]
    if answered:
        store.record_answers(answers, "r", NOW)


def pull(store: SqlStore, hub: Hub, position: int, until: int) -> int:
    """Read the feed from a position."""
    at = Cursor(epoch="e", seq=until, chain="c")
    for change in hub.news[position:until]:
        store.apply_page([change], {"shared": at}, {})
    return max(position, until)


@FEW
@given(st.lists(SYNC_STEP, max_size=20))
def test_after_all_is_said_laptop_and_hub_hold_the_same(steps: list[tuple[str, str, str]]) -> None:
    with opened() as store:
        hub, position = Hub(), 0
        store.save([Write("create", "company", "company", Scope(SHARED), {"name": "Værft", "kept": 1})])
        push(store, hub, answered=True)
        for number, (what, how, word) in enumerate(steps):
            found = store.get("company", "company")
            assert found is not None
            if what == "mine":
                store.save([Write("patch", "company", "company", Scope(SHARED), {how: word})])
            elif what == "mine_deletes":
                store.save([Write("restore" if found.deleted else "delete", "company", "company", Scope(SHARED))])
            elif what == "theirs":
                name = f"their-{number}"
                patch: dict[str, Any] = {how: word}
                hub.take(
                    Op(op=name, id="company", type="company", scope=SHARED, kind="patch", base=hub.rev, patch=patch),
                    mine=False,
                )
            elif what == "push":
                push(store, hub, answered=how == "answered")
            else:
                until = position + 1 if how == "one" else len(hub.news)
                position = pull(store, hub, 0 if how == "again" else position, min(until, len(hub.news)))
        push(store, hub, answered=True)
        pull(store, hub, position, len(hub.news))
        found = store.get("company", "company")
        assert found is not None
        assert hub.doc is not None
        assert (found.doc, found.deleted, found.rev) == (hub.doc, hub.deleted, hub.rev)
        assert store.unsent_count() == 0
        assert store._row("SELECT count(*) FROM company WHERE base IS NOT NULL")[0] == 0
        assert_consistent(store)


CANARIES = ("Kanariefugl", "0101900000", "Zebrafinke", "Papegøje")


def test_no_file_holds_a_legible_word(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    scope = case_scope("c")
    doc = {"name": CANARIES[0], "cpr": CANARIES[1]}
    fact = {"occurred_on": "2026-03-01", "kind": "phone", "outcome": "reached", "citizen_id": "c"}
    store.save([Write("create", "citizen", "c", scope, doc)])
    for number in range(300):
        store.save([Write("create", "contact", f"k{number}", scope, {**fact, "note": f"{CANARIES[2]} {number}"})])
    store.save_draft("contact:c", "contact", "c", {"note": CANARIES[3]})
    store._rows("SELECT doc FROM contact ORDER BY doc")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".db", ".db-wal"}

    def legible() -> list[str]:
        found = []
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            held = path.read_bytes()
            for word in (*CANARIES, "CREATE TABLE", "SQLite format 3"):
                spellings = [w.encode(code) for w in (word, word.lower()) for code in ("utf-8", "utf-16-le")]
                found += [f"{path.name}: {word}" for spelling in spellings if spelling in held]
        return found

    assert legible() == []
    store.close()
    assert legible() == []
    (tmp_path / "plain.txt").write_text(f"{CANARIES[0]}", encoding="utf-16-le")
    assert legible() == ["plain.txt: Kanariefugl"]
