"""The merge rule holds for whatever two or three people save, in whatever order the hub hears of it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.merge import DELETED, SCOPE, Merged, MergeRefused, former, merge, rebase
from sync.protocol import Op, OpKind
from sync.records import RECORD_TYPES, Doc, canonical, patched

CASE = RECORD_TYPES["case"]
CONTACT = RECORD_TYPES["contact"]
HERE = "case:c1"
FIELDS = ("status", "closed_on", "closed_reason", "step", "step_since", "reference", "start", "from_a_newer_program")
VALUES = st.sampled_from(["a", "b", "c", 1, 2, ["x"], {"k": "v"}])
DOCS = st.dictionaries(st.sampled_from(FIELDS), VALUES)
PATCHES = st.dictionaries(st.sampled_from(FIELDS), st.one_of(st.none(), VALUES), min_size=1)


def op(name: str, kind: OpKind, *, base: int, patch: Doc | None = None, chain: str = "", **more: Any) -> Op:
    return Op(
        op=name, id="r", type="case", scope=more.pop("scope", HERE), kind=kind, base=base, chain=chain,
        patch=patch or {}, **more,
    )  # fmt: skip


def created(doc: Doc) -> Merged:
    return merge(CASE, None, False, {}, 0, op("create", "create", base=0, patch=doc))


def then(state: Merged, operation: Op) -> Merged:
    return merge(CASE, state.doc, state.deleted, state.field_revs, state.rev, operation, scope=HERE)


def edit(name: str, seen: Merged, patch: Doc, chain: str = "") -> Op:
    return op(name, "patch", base=seen.rev, patch=patch, chain=chain, before=former(CASE, seen.doc, patch))


@st.composite
def apart(draw: st.DrawFn) -> tuple[Doc, Doc]:
    """Two patches that share no group."""
    groups = sorted({CASE.group_of(name) for name in FIELDS})
    first = draw(st.sets(st.sampled_from(groups), min_size=1, max_size=len(groups) - 1))
    sides = [[n for n in FIELDS if (CASE.group_of(n) in first) is side] for side in (True, False)]
    one, two = (st.dictionaries(st.sampled_from(side), st.none() | VALUES, min_size=1) for side in sides)
    return draw(one), draw(two)


@given(DOCS, apart())
def test_two_people_on_different_groups_merge_the_same_in_either_order(doc: Doc, pair: tuple[Doc, Doc]) -> None:
    one, two = pair
    start = created(doc)
    a, b = edit("a", start, one), edit("b", start, two)
    ab, ba = then(then(start, a), b), then(then(start, b), a)
    assert not ab.clashes + ba.clashes
    assert ab.doc == ba.doc == patched(patched(doc, one), two)
    assert ab.merged_with_others is then(start, a).changed


@given(DOCS, PATCHES, PATCHES)
def test_two_people_on_one_group_keep_both_values_once(doc: Doc, one: Doc, two: Doc) -> None:
    start = created(doc)
    a, b = edit("a", start, one), edit("b", start, two)
    middle = then(start, a)
    end = then(middle, b)
    for group in {CASE.group_of(name) for name in two}:
        wants = {name: two[name] for name in group if name in two}
        mine = [clash for clash in end.clashes if set(clash.fields) & set(group)]
        changed_by_a = any(middle.field_revs.get(name, (0, ""))[0] == middle.rev for name in group) and middle.changed
        differs = any(middle.doc.get(name) != value for name, value in wants.items())
        assert len(mine) == (1 if changed_by_a and differs else 0)
        for clash in mine:
            assert {n: v for n, v in middle.doc.items() if n in group} == clash.kept
            assert all(clash.other.get(name) == value for name, value in wants.items())
            assert clash.before == former(CASE, doc, wants)
            assert clash.kept_rev == middle.rev
            assert all(end.doc.get(name) == middle.doc.get(name) for name in group)
        if not mine:
            assert all(end.doc.get(name) == value for name, value in wants.items())


@given(DOCS, st.lists(PATCHES, min_size=1, max_size=5))
def test_one_device_never_clashes_with_itself(doc: Doc, patches: list[Doc]) -> None:
    state = start = created(doc)
    for number, patch in enumerate(patches):
        seen = former(CASE, state.doc, patch)
        operation = op(f"o{number}", "patch", base=start.rev, patch=patch, chain="o0", before=seen)
        state = then(state, operation)
        assert not state.clashes
        assert not state.merged_with_others
    expected = doc
    for patch in patches:
        expected = patched(expected, patch)
    assert state.doc == expected


@given(DOCS, PATCHES, PATCHES, PATCHES)
def test_a_run_does_not_write_over_its_own_value_that_nobody_had_before_them(
    doc: Doc, lost: Doc, shown: Doc, patch: Doc
) -> None:
    """Its author was shown another value, in a history the hub has lost."""
    start = created(doc)
    middle = then(start, op("o0", "patch", base=0, patch=lost, chain="o0", before=former(CASE, doc, lost)))
    seen = patched(start.doc, shown)
    end = then(middle, op("o1", "patch", base=0, patch=patch, chain="o0", before=former(CASE, seen, patch)))
    for group in {CASE.group_of(name) for name in patch}:
        wants = {name: value for name, value in patch.items() if name in group}
        gives_way = any(middle.doc.get(name) != value for name, value in wants.items())
        unseen = any(middle.doc.get(name) != seen.get(name) for name in group)
        stands = any(middle.field_revs.get(name) for name in group)
        assert any(set(clash.fields) & set(group) for clash in end.clashes) is (gives_way and unseen and stands)


@given(DOCS, PATCHES)
def test_the_same_change_twice_changes_nothing_the_second_time(doc: Doc, patch: Doc) -> None:
    start = created(doc)
    once = then(start, edit("a", start, patch))
    for again in (then(once, edit("a", start, patch)), then(once, edit("b", start, patch))):
        assert not again.changed
        assert not again.clashes
        assert (again.doc, again.rev, again.field_revs) == (once.doc, once.rev, once.field_revs)


@given(DOCS, st.lists(st.tuples(PATCHES, st.booleans()), max_size=6))
def test_no_value_is_invented_and_unknown_fields_stay(doc: Doc, edits: list[tuple[Doc, bool]]) -> None:
    start = created({**doc, "from_a_newer_program": {"deep": ["kept"]}})
    state = start
    sources = [start.doc]
    for number, (patch, stale) in enumerate(edits):
        wanted = {name: value for name, value in patch.items() if name != "from_a_newer_program"}
        before = canonical(state.doc)
        former_doc = state.doc
        state = then(state, edit(f"e{number}", start if stale else state, wanted))
        assert canonical(former_doc) == before
        sources.append(wanted)
    assert state.doc["from_a_newer_program"] == {"deep": ["kept"]}
    for name, value in state.doc.items():
        assert any(source.get(name) == value for source in sources)


@given(DOCS, PATCHES)
def test_revision_moves_exactly_when_something_changed(doc: Doc, patch: Doc) -> None:
    start = created(doc)
    result = then(start, edit("a", start, patch))
    assert result.changed is (result.doc != start.doc)
    assert result.rev == start.rev + result.changed


@given(DOCS)
def test_nothing_pending_shows_what_the_hub_said(doc: Doc) -> None:
    assert rebase(CASE, doc, []).doc == doc
    assert rebase(CASE, doc, [], True).deleted


@given(DOCS, apart())
def test_what_the_laptop_shows_is_what_the_hub_makes_of_it(doc: Doc, pair: tuple[Doc, Doc]) -> None:
    others, own = pair
    start = created(doc)
    theirs = then(start, edit("b", start, others))
    mine = edit("a", start, own)
    assert rebase(CASE, theirs.doc, [mine]).doc == then(theirs, mine).doc


def test_an_edit_on_a_deleted_record_is_kept_for_a_person_to_decide() -> None:
    start = created({"reference": "a"})
    gone = then(start, op("d", "delete", base=1))
    late = then(gone, edit("p", start, {"reference": "b"}))
    assert gone.deleted
    assert late.deleted
    assert not late.changed
    [clash] = late.clashes
    assert clash.fields == (DELETED, "reference")
    assert clash.kept == {DELETED: True, "reference": "a"}
    assert clash.other == {DELETED: False, "reference": "b"}


def test_a_delete_that_has_not_seen_an_edit_does_not_delete() -> None:
    start = created({"reference": "a"})
    changed = then(start, edit("p", start, {"reference": "b"}))
    late = then(changed, op("d", "delete", base=1))
    assert not late.deleted
    [clash] = late.clashes
    assert (clash.fields, clash.kept, clash.other) == ((DELETED,), {DELETED: False}, {DELETED: True})
    seen = then(changed, op("d2", "delete", base=2))
    assert seen.deleted
    assert seen.doc == changed.doc


def test_a_device_deletes_what_it_just_made_and_takes_it_back() -> None:
    start = merge(CASE, None, False, {}, 0, op("c", "create", base=0, patch={"reference": "a"}, chain="c"))
    gone = then(start, op("d", "delete", base=0, chain="c"))
    back = then(gone, op("r", "restore", base=0, chain="c"))
    assert (gone.deleted, back.deleted) == (True, False)
    assert not gone.clashes + back.clashes
    assert back.doc == start.doc


def test_restoring_a_record_somebody_else_deleted_anew_is_a_difference() -> None:
    start = created({"reference": "a"})
    gone = then(start, op("d", "delete", base=1))
    again = then(then(gone, op("r", "restore", base=2)), op("d2", "delete", base=3))
    late = then(again, op("r2", "restore", base=2))
    assert late.deleted
    assert late.clashes[0].other == {DELETED: False}


def test_facts_are_never_patched_but_may_move() -> None:
    note: Doc = {"citizen_id": "c1", "note": "n"}
    start = merge(CONTACT, None, False, {}, 0, op("c", "create", base=0, patch=note))
    args = (start.doc, start.deleted, start.field_revs, start.rev)
    with pytest.raises(MergeRefused, match="append-only"):
        merge(CONTACT, *args, op("p", "patch", base=1, patch={"note": "other"}))
    away = op("m", "move", base=1, patch={"citizen_id": "c2"}, scope="case:c2")
    moved = merge(CONTACT, *args, away, scope="case:c1")
    assert moved.moved
    assert moved.doc == {"citizen_id": "c2", "note": "n"}
    elsewhere = op("m2", "move", base=1, patch={"citizen_id": "c3"}, scope="case:c3")
    late = merge(CONTACT, moved.doc, False, moved.field_revs, moved.rev, elsewhere, scope="case:c2")
    assert not late.moved
    assert not late.changed
    [clash] = late.clashes
    assert set(clash.fields) == {"citizen_id", SCOPE}
    assert clash.kept == {"citizen_id": "c2", SCOPE: "case:c2"}
    assert clash.other == {"citizen_id": "c3", SCOPE: "case:c3"}


def test_a_record_made_again_has_been_seen_by_whatever_stands_in_its_place() -> None:
    start = created({"reference": "a"})
    again = then(start, op("c2", "create", base=0, patch={"reference": "a"}))
    assert (again.changed, again.merged_with_others) == (False, False)
    first = then(start, op("c3", "create", base=0, patch={"reference": "b"}))
    assert (first.changed, first.clashes, first.merged_with_others) == (False, (), True)
    with pytest.raises(MergeRefused, match="unknown-record"):
        merge(CASE, None, False, {}, 0, op("p", "patch", base=1, patch={"reference": "b"}))


def test_what_two_laptops_give_back_differently_stands_side_by_side() -> None:
    """Both hold what the hub once said, at different times; `before` says that it stood already (decision 0021)."""
    start = created({"reference": "old"})
    newer = {"reference": "new", "note": "n"}
    given = then(start, op("g", "create", base=0, patch=newer, before=newer))
    assert given.doc == {"reference": "old", "note": "n"}
    [clash] = given.clashes
    assert (clash.kept, clash.other) == ({"reference": "old"}, {"reference": "new"})
    same = then(start, op("s", "create", base=0, patch={"reference": "old"}, before={"reference": "old"}))
    assert (same.changed, same.clashes) == (False, ())


def test_a_later_edit_of_the_same_run_replaces_the_value_in_the_difference() -> None:
    start = created({"reference": "a"})
    theirs = then(start, edit("b", start, {"reference": "theirs"}))
    first = then(theirs, op("o1", "patch", base=1, patch={"reference": "mine"}, chain="o1"))
    second = then(first, op("o2", "patch", base=1, patch={"reference": "mine, better"}, chain="o1"))
    assert second.doc["reference"] == "theirs"
    assert [clash.other["reference"] for clash in (*first.clashes, *second.clashes)] == ["mine", "mine, better"]
    assert {clash.chain for clash in (*first.clashes, *second.clashes)} == {"o1"}


def test_settling_is_an_ordinary_change_on_top_of_what_was_seen() -> None:
    start = created({"status": "open"})
    theirs = then(start, edit("b", start, {"status": "closed", "closed_on": "2026-11-02"}))
    mine = edit("a", start, {"status": "closed", "closed_on": "2026-11-09", "closed_reason": "job"})
    kept = then(theirs, mine)
    [clash] = kept.clashes
    choice = {name: clash.other.get(name) for name in clash.fields}
    settled = then(kept, op("s", "resolve", base=kept.rev, patch=choice, closes=["conflict"]))
    assert not settled.clashes
    assert settled.doc == {"status": "closed", "closed_on": "2026-11-09", "closed_reason": "job"}
    assert msgspec.json.decode(msgspec.json.encode(mine), type=Op) == mine
