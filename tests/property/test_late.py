"""Whatever is sent late changes nothing that stands, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from sync.merge import DELETED, Merged, former, merge
from sync.protocol import Op, OpKind
from sync.records import Doc
from tests.property.test_merge import CASE, DOCS, HERE, PATCHES, created, edit, op, then


def late(state: Merged, operation: Op) -> Merged:
    return merge(
        CASE, state.doc, state.deleted, state.field_revs, state.rev, operation, scope=HERE, late=True
    )  # fmt: skip


@given(DOCS, st.lists(PATCHES, max_size=3), PATCHES)
def test_a_late_change_leaves_the_record_and_keeps_every_value_that_differs(
    doc: Doc, others: list[Doc], patch: Doc
) -> None:
    seen = start = created(doc)
    for number, other in enumerate(others):
        start = then(start, edit(f"b{number}", start, other))
    after = late(start, edit("a", seen, patch))
    assert (after.doc, after.deleted, after.rev, after.changed) == (start.doc, False, start.rev, False)
    kept = {name: clash.other.get(name) for clash in after.clashes for name in clash.fields}
    for name, value in patch.items():
        if start.doc.get(name) != value:
            assert name in kept
            assert kept[name] == value
        for clash in after.clashes:
            assert all(start.doc.get(n) == clash.kept.get(n) for n in clash.fields)


@given(DOCS, st.sampled_from(["delete", "restore"]), st.booleans())
def test_a_late_withdrawal_or_bringing_back_waits(doc: Doc, kind: OpKind, gone: bool) -> None:
    start = created(doc)
    if gone:
        start = then(start, op("d", "delete", base=1))
    after = late(start, op("a", kind, base=1))
    assert (after.doc, after.deleted, after.rev) == (start.doc, start.deleted, start.rev)
    assert [clash.fields for clash in after.clashes] == ([(DELETED,)] if gone is (kind == "restore") else [])


@given(DOCS, PATCHES)
def test_what_is_made_late_is_kept_deleted_and_its_run_goes_on_in_it(doc: Doc, patch: Doc) -> None:
    made = merge(CASE, None, False, {}, 0, op("a", "create", base=0, patch=doc), late=True)
    assert made.deleted
    assert [(clash.kept, clash.other) for clash in made.clashes] == [({DELETED: True}, {DELETED: False})]
    wants = {name: value for name, value in patch.items() if value != doc.get(name)}
    seen = former(CASE, made.doc, patch)
    more = late(made, op("b", "patch", base=0, patch=patch, chain="a", after="a", before=seen))
    assert more.deleted
    assert more.clashes == ()
    assert all(more.doc.get(name) == value for name, value in wants.items())
    back = late(made, op("c", "restore", base=0, chain="a"))
    assert back.deleted, "bringing it back is not the sender's to decide"
    assert back.clashes
