"""A note that is moved into or out of a case that has left: refused in a clear sentence, and lost nowhere."""

import pytest

from broker_tui.i18n import causes
from broker_tui.services.contacts import Contacts
from broker_tui.services.ports import Page
from tests.contract.sync.test_handing_over import Pair, pair
from tests.contract.sync.test_leaving import rows_about
from tests.contract.sync.worlds import Laptop

__all__ = ["pair"]


def notes(laptop: Laptop, person: str) -> list[str | None]:
    return [row.entry.record.note for row in laptop.store.contact_rows(citizen_id=person, page=Page())]


@pytest.mark.parametrize("sent", [True, False], ids=["known to the hub", "not sent yet"])
@pytest.mark.parametrize("way", ["into", "out of"])
def test_a_move_that_came_too_late_says_so_and_is_given_up(pair: Pair, way: str, sent: bool) -> None:
    one, other, gone = pair.one, pair.other, pair.person
    kept = one.citizen("Kvaksalver Prøve")
    offer = pair.offered()
    note = one.contact(kept if way == "into" else gone, "skrevet forkert")
    if sent:
        pair.both()
    pair.at(other).accept(offer.id)
    other.run()
    Contacts(one.store, one.clock).move(note, gone if way == "into" else kept)
    one.run()
    other.run()
    (refused,) = one.store.refused_rows()
    first, what_to_do = causes.refused(refused)
    assert ("It cannot go there" in first) is (way == "into")
    assert "Give the move up" in what_to_do
    waiting = [late.doc["note"] for late in pair.box()]
    if way == "out of":  # it is the new owner's, in the case or in the box
        assert (notes(other, gone) + waiting).count("skrevet forkert") == 1
    else:
        assert notes(one, gone) == ["skrevet forkert"], "still to be read until somebody decides"
        assert "skrevet forkert" not in notes(other, gone) + waiting
    one.store.discard_refused(refused.unsent.op_id)
    assert notes(one, kept) == (["skrevet forkert"] if way == "into" else [])
    assert rows_about(one, gone) == 0
    assert one.run().unsent == 0
