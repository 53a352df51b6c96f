"""What two laptops and a hub promise each other, on every combination of fake and real parts."""

import pytest

from broker_tui.domain.views import InvalidInput, NotFound
from broker_tui.services.ports import Write
from sync.errors import SyncError
from sync.records import case_scope
from tests.contract.sync.conftest import MakeLaptop
from tests.contract.sync.worlds import HubWorld, Laptop


@pytest.fixture
def pair(laptop: MakeLaptop, mette: str) -> tuple[Laptop, Laptop]:
    """Two laptops of one broker."""
    return laptop(mette), laptop(mette)


def clash(
    one: Laptop, two: Laptop, field: str = "note", values: tuple[str, str, str] = ("before", "first", "second")
) -> str:
    """Both change the same field of the same company without seeing each other; the company."""
    company = one.company(**{field: values[0]})
    one.run()
    two.run()
    one.write("patch", company, {field: values[1]})
    two.write("patch", company, {field: values[2]})
    one.run()
    two.run()
    one.run()
    return company


def test_what_one_laptop_saves_stands_on_the_other(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    citizen = one.citizen("Ida Invented")
    notes = [one.contact(citizen, f"note {n}") for n in range(5)]
    assert one.sync.state().unsent == 6
    receipt = one.run()
    assert (receipt.sent, receipt.acknowledged, receipt.unsent, receipt.outcome) == (6, 6, 0, "ok")
    incoming = two.run()
    assert incoming.received >= 6
    assert two.doc(citizen, "citizen")["name"] == "Ida Invented"
    assert [two.doc(note, "contact")["note"] for note in notes] == [f"note {n}" for n in range(5)]
    again = two.run()
    assert (again.sent, again.received) == (0, 0)


def test_different_fields_merge(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = one.company(note="n", area="a")
    one.run()
    two.run()
    one.write("patch", company, {"note": "by one"})
    two.write("patch", company, {"area": "by two"})
    one.run()
    receipt = two.run()
    one.run()
    assert receipt.conflicts == 0
    for machine in pair:
        assert {k: machine.doc(company)[k] for k in ("note", "area")} == {"note": "by one", "area": "by two"}
        assert machine.store.unsent_count() == 0


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("mine", "second"), ("theirs", "first"), ("before", "before")],
)
def test_the_same_field_keeps_both_until_settled(pair: tuple[Laptop, Laptop], choice: str, expected: str) -> None:
    one, two = pair
    company = clash(one, two)
    assert one.doc(company)["note"] == two.doc(company)["note"] == "first"
    [difference] = two.sync.differences()
    assert (difference.mine["note"], difference.theirs["note"]) == ("second", "first")
    assert difference.before["note"] == "before"
    assert difference.text
    assert not difference.current_is_mine
    [mirror] = one.sync.differences()
    assert (mirror.mine["note"], mirror.current_is_mine) == ("first", True)
    two.sync.settle(difference.conflict_id, choice)  # type: ignore[arg-type]  # the parametrised literal
    assert two.doc(company)["note"] == expected
    assert two.sync.differences() == []
    assert two.sync.state().conflicts == 0
    two.run()
    one.run()
    for machine in pair:
        assert machine.doc(company)["note"] == expected
        assert machine.sync.differences() == []
        assert machine.store.unsent_count() == 0


def test_taking_both_joins_two_texts_with_their_dates(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = clash(one, two)
    [difference] = two.sync.differences()
    two.sync.settle(difference.conflict_id, "both")
    two.run()
    one.run()
    note = one.doc(company)["note"]
    assert note == two.doc(company)["note"]
    assert "first" in note
    assert "second" in note
    assert "21-11-2026" in note


def test_only_texts_can_be_joined_and_only_open_differences_settled(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    clash(one, two, "stage", ("found", "meeting", "agreement"))
    [difference] = two.sync.differences()
    with pytest.raises(InvalidInput):
        two.sync.settle(difference.conflict_id, "both")
    with pytest.raises(NotFound):
        two.sync.settle("019a0000-0000-7000-8000-000000000000", "mine")
    two.sync.settle(difference.conflict_id, "mine")
    with pytest.raises(NotFound):
        two.sync.settle(difference.conflict_id, "mine")


def test_both_settle_the_same_difference_differently(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = clash(one, two)
    one.sync.settle(one.sync.differences()[0].conflict_id, "theirs")
    two.sync.settle(two.sync.differences()[0].conflict_id, "before")
    for _ in range(2):
        one.run()
        two.run()
    one.run()
    assert one.doc(company)["note"] == two.doc(company)["note"]
    left = [machine.sync.differences() for machine in pair]
    assert len(left[0]) == len(left[1]) <= 1
    if left[0]:
        two.sync.settle(left[1][0].conflict_id, "mine")
        two.run()
        one.run()
    assert one.doc(company)["note"] == two.doc(company)["note"]
    assert [machine.sync.differences() for machine in pair] == [[], []]


def test_a_run_of_offline_edits_never_differs_from_itself(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = one.company(note="0")
    for n in range(1, 8):
        one.write("patch", company, {"note": str(n)})
        if n == 3:
            one.run()
    receipt = one.run()
    two.run()
    assert (receipt.conflicts, receipt.unsent) == (0, 0)
    assert one.doc(company)["note"] == two.doc(company)["note"] == "7"


def test_own_unsent_changes_stay_visible_over_what_comes_in(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = one.company(note="n", area="a")
    one.run()
    two.run()
    two.write("patch", company, {"note": "by two"})
    two.run()
    one.write("patch", company, {"area": "mine"})
    line = one.line()
    line.before = lambda name, number: _gone() if name == "push" else None
    with pytest.raises(Exception, match="no_connection"):
        one.run()
    assert one.doc(company)["area"] == "mine"
    assert one.store.unsent_count() == 1
    line.before = lambda name, number: None
    one.run()
    assert {k: one.doc(company)[k] for k in ("note", "area")} == {"note": "by two", "area": "mine"}


def test_a_delete_and_an_edit_wait_for_a_person(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = one.company(note="n")
    one.run()
    two.run()
    one.write("patch", company, {"note": "still needed"})
    two.write("delete", company)
    one.run()
    two.run()
    one.run()
    assert one.doc(company)["note"] == two.doc(company)["note"] == "still needed"
    [difference] = two.sync.differences()
    assert difference.fields == ("deleted",)
    two.sync.settle(difference.conflict_id, "mine")
    two.run()
    one.run()
    assert one.doc(company) == two.doc(company) == {}
    assert one.sync.differences() == two.sync.differences() == []


def test_an_edit_of_something_deleted_can_bring_it_back(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = one.company(note="n")
    one.run()
    two.run()
    one.write("delete", company)
    two.write("patch", company, {"note": "edited"})
    one.run()
    two.run()
    assert two.doc(company) == {}
    [difference] = two.sync.differences()
    two.sync.settle(difference.conflict_id, "mine")
    assert two.doc(company)["note"] == "edited"
    two.run()
    one.run()
    assert one.doc(company)["note"] == "edited"
    assert one.sync.differences() == two.sync.differences() == []


def test_a_moved_contact_leaves_the_wrong_person(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    wrong, right = one.citizen("Wrong Person"), one.citizen("Right Person")
    note = one.contact(wrong, "about somebody else")
    one.run()
    two.run()
    one.write("move", note, {"citizen_id": right}, type_name="contact", scope=case_scope(right))
    one.run()
    two.run()
    for machine in pair:
        stored = machine.store.get("contact", note)
        assert stored is not None
        assert stored.scope == case_scope(right)
        assert stored.doc["citizen_id"] == right


def test_what_is_saved_together_arrives_together(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    citizen = one.citizen()
    company = one.company()
    one.store.save(
        [
            Write("patch", "citizen", citizen, case_scope(citizen), {"note": "c"}),
            Write("patch", "company", company, one.store.get("company", company).scope, {"note": "v"}),  # type: ignore[union-attr]  # just made
        ]
    )
    one.run()
    two.run()
    assert (two.doc(citizen, "citizen")["note"], two.doc(company)["note"]) == ("c", "v")


def test_two_brokers_share_companies_and_not_their_memos(laptop: MakeLaptop, world: HubWorld, mette: str) -> None:
    other = world.add_broker("Anders Invented")
    one, two = laptop(mette), laptop(other)
    company = one.company("Shared Bakery")
    memo = "019a0000-0000-7000-8000-00000000000a"
    one.write("create", memo, {"text": "mine alone"}, type_name="memo", scope=f"broker:{mette}")
    one.run()
    two.run()
    assert two.doc(company)["name"] == "Shared Bakery"
    assert two.store.get("memo", memo) is None


def _gone() -> SyncError:
    from tests.fakes.hub import lost

    return lost()
