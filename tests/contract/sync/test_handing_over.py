"""A case goes from one laptop to another through the real hub: nothing stays behind, nothing is lost (T38)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from broker_tui.domain.clock import SystemClock
from broker_tui.domain.views import InvalidInput, Late, NotFound, Offer
from broker_tui.i18n.pack_words import sections
from broker_tui.services.handovers import Handovers
from broker_tui.services.ports import Page
from broker_tui.storage.store import SqlStore
from sync.errors import SyncError
from sync.records import case_scope, new_id
from tests.contract.sync.test_leaving import found, rows_about
from tests.contract.sync.worlds import Laptop, ServiceWorld, encrypted
from tests.fakes.hub import lost


class Pair:
    """Mette has Zebrastian's case, Niels is asked; both laptops know each other's names."""

    def __init__(self, hub: ServiceWorld, templates: Path, folder: Path) -> None:
        self.hub = hub
        self.mette, self.niels = hub.add_broker("Mette"), hub.add_broker("Niels")
        self.one = encrypted(hub, templates, folder / "one").join(self.mette)
        self.other = encrypted(hub, templates, folder / "other").join(self.niels)
        one = self.one
        self.person = one.citizen("Zebrastian Prøve")
        role = {"citizen_id": self.person, "staff_id": self.mette, "role": "broker", "start": "2026-01-01"}
        one.write("create", new_id(), role, type_name="role_assignment", scope=case_scope(self.person))
        self.note = one.contact(self.person, "kanariefuglen sang")
        self.task = new_id()
        doc = {"citizen_id": self.person, "what": "Ring mandag", "due": "2026-12-01"}
        one.write("create", self.task, doc, type_name="follow_up", scope=case_scope(self.person))
        self.both()

    def both(self) -> None:
        for laptop in (self.one, self.other, self.one):
            laptop.run()

    def at(self, laptop: Laptop) -> Handovers:
        return Handovers(laptop.store, laptop.clock, lambda: None)  # type: ignore[arg-type,return-value]  # not asked here

    def offered(self, text: str = "Han foretrækker sms") -> Offer:
        self.at(self.one).offer(self.person, self.niels, text)
        self.both()
        (offer,) = self.at(self.other).incoming()
        return offer

    def box(self) -> list[Late]:
        return self.at(self.other).box()


@pytest.fixture
def pair(real_hub: ServiceWorld, templates: Path, tmp_path: Path) -> Iterator[Pair]:
    made = Pair(real_hub, templates, tmp_path)
    yield made
    made.one.close()
    made.other.close()


def test_the_offer_shows_a_name_and_words_and_nothing_of_the_case(pair: Pair) -> None:
    offer = pair.offered()
    assert (offer.who, offer.other, offer.text, offer.incoming) == (
        "Zebrastian Prøve", "Mette", "Han foretrækker sms", True,
    )  # fmt: skip
    assert rows_about(pair.other, pair.person) == 0
    assert (found(pair.other, "kanariefuglen"), found(pair.other, "Zebrastian")) == (0, 0)
    (mine,) = pair.at(pair.one).offers()
    assert (mine.incoming, mine.other) == (False, "Niels")


def test_t38_accepted_the_case_goes_with_what_was_unsent_first(pair: Pair) -> None:
    kept = pair.one.citizen("Kvaksalver Prøve")
    offer = pair.offered()
    pair.at(pair.other).accept(offer.id)
    pair.other.run()
    one, person = pair.one, pair.person
    unsent = one.contact(person, "kanariefuglen fløj")
    one.write("patch", pair.task, {"what": "Ring tirsdag"}, type_name="follow_up")
    one.store.save_draft(f"contact:{person}", "contact", person, {"note": "kanariefuglen halvt"})
    one.contact(kept, "bliver her")
    receipt = one.run()
    assert (receipt.outcome, receipt.late, receipt.refused, receipt.unsent) == ("ok", 2, (), 0)
    assert rows_about(one, person) == 0
    assert (found(one, "kanariefuglen"), found(one, "Zebrastian"), found(one, "Kvaksalver")) == (0, 0, 1)
    assert one.store.drafts() == []
    assert one.doc(unsent, "contact") == one.doc(offer.id, "handover") == {}
    assert pair.at(one).offers() == []
    assert isinstance(one.store, SqlStore)
    blob = "kanariefuglen"
    assert one.store._rows("SELECT count(*) FROM op WHERE instr(patch, ?) OR instr(before, ?)", (blob, blob))[0][0] == 0

    pair.other.run()
    other = pair.other
    assert other.doc(person, "citizen")["name"] == "Zebrastian Prøve"
    assert other.doc(pair.task, "follow_up")["what"] == "Ring mandag"
    late = {one.difference.record_id: one for one in pair.box()}
    assert set(late) == {unsent, pair.task}
    assert late[unsent].kind == "create"
    assert late[unsent].doc["note"] == "kanariefuglen fløj"
    assert (late[unsent].difference.theirs_by, late[unsent].difference.who) == ("Mette", "Zebrastian Prøve")
    assert (late[pair.task].kind, late[pair.task].difference.theirs) == ("patch", {"what": "Ring tirsdag"})
    assert len(other.store.contact_rows(citizen_id=person, page=Page())) == 1, "the late note waits apart"

    one.run()
    assert rows_about(one, person) == 0, "nothing comes back"


@pytest.mark.parametrize("keep", [True, False])
def test_the_box_is_emptied_by_taking_in_or_putting_away(pair: Pair, keep: bool) -> None:
    offer = pair.offered()
    pair.at(pair.other).accept(offer.id)
    pair.other.run()
    note = pair.one.contact(pair.person, "sagt i går")
    pair.one.write("patch", pair.task, {"what": "Ring tirsdag"}, type_name="follow_up")
    pair.both()
    pair.other.run()
    desk = pair.at(pair.other)
    for item in desk.box():
        (desk.take_in if keep else desk.put_away)(item.difference.conflict_id)
    assert desk.box() == []
    pair.other.run()
    fresh = pair.other
    stored = fresh.store.get("contact", note)
    assert stored is not None
    assert stored.deleted is not keep
    assert fresh.doc(pair.task, "follow_up")["what"] == ("Ring tirsdag" if keep else "Ring mandag")
    rows = fresh.store.contact_rows(citizen_id=pair.person, page=Page())
    marks = {row.entry.id: row.taken_in and (row.taken_in.sender, row.taken_in.taker) for row in rows}
    assert marks == {pair.note: None} | ({note: ("Mette", "Niels")} if keep else {})
    assert all(row.taken_in is None or row.taken_in.at for row in rows)
    assert fresh.store.unsent_count() == 0
    with pytest.raises(NotFound):
        desk.take_in(new_id())


def test_declined_it_stays_and_the_reason_is_told(pair: Pair) -> None:
    offer = pair.offered()
    pair.at(pair.other).decline(offer.id, "Jeg har for mange")
    pair.both()
    pair.both()
    (told,) = pair.at(pair.one).offers()
    assert (told.state, told.answer, told.waits) == ("declined", "Jeg har for mange", False)
    assert pair.at(pair.other).offers() == []
    assert pair.other.doc(offer.id, "handover") == {}
    assert rows_about(pair.one, pair.person) > 0
    pair.one.clock.at += timedelta(days=20)
    assert pair.at(pair.one).offers() == []


def test_withdrawn_before_the_answer_and_after_it(pair: Pair) -> None:
    offer = pair.offered()
    pair.at(pair.one).withdraw(offer.id)
    pair.at(pair.other).accept(offer.id)  # has not heard of it
    assert pair.at(pair.other).offers()[0].waits
    pair.both()
    pair.other.run()
    assert pair.at(pair.other).offers() == []
    assert pair.one.doc(pair.person, "citizen")["name"] == "Zebrastian Prøve"
    assert pair.other.store.refused_rows() == pair.one.store.refused_rows() == []
    assert pair.one.store.unsent_count() == pair.other.store.unsent_count() == 0


def test_an_offer_is_answered_once_and_made_once(pair: Pair) -> None:
    offer = pair.offered()
    with pytest.raises(InvalidInput):
        pair.at(pair.one).offer(pair.person, pair.niels)
    with pytest.raises(NotFound):
        pair.at(pair.one).accept(offer.id)
    with pytest.raises(NotFound):
        pair.at(pair.other).withdraw(offer.id)
    pair.at(pair.other).accept(offer.id)
    with pytest.raises(InvalidInput):
        pair.at(pair.other).decline(offer.id)


def test_from_one_to_the_other_and_back_while_the_first_is_away(pair: Pair) -> None:
    offer = pair.offered()
    pair.at(pair.other).accept(offer.id)
    pair.other.run()
    added = pair.other.contact(pair.person, "hos Niels")
    pair.at(pair.other).offer(pair.person, pair.mette)
    pair.other.run()
    pair.one.run()
    (back,) = pair.at(pair.one).incoming()
    pair.at(pair.one).accept(back.id)
    pair.one.run()
    assert pair.one.doc(added, "contact")["note"] == "hos Niels"
    assert pair.one.doc(pair.note, "contact")["note"] == "kanariefuglen sang"
    pair.other.run()
    assert rows_about(pair.other, pair.person) == 0


def test_a_line_that_breaks_after_the_late_push_repeats_nothing(pair: Pair) -> None:
    offer = pair.offered()
    pair.at(pair.other).accept(offer.id)
    pair.other.run()
    note = pair.one.contact(pair.person, "næsten tabt")
    line = pair.one.line()
    line.after = lambda name, number: lost() if name == "push" else None
    with pytest.raises(SyncError):
        pair.one.run()
    assert pair.one.store.unsent_count() == 1
    line.after = lambda name, number: None
    pair.one.run()
    pair.other.run()
    assert [one.difference.record_id for one in pair.box()] == [note]
    assert rows_about(pair.one, pair.person) == 0


def test_a_substitute_has_the_case_in_those_days(pair: Pair) -> None:
    today = SystemClock().today()  # that of the hub
    pair.one.clock.at = pair.one.clock.at.replace(year=today.year, month=today.month, day=today.day)
    case = {"citizen_id": pair.person, "programme": "fsm2", "known_from": "2026-01-01"}
    pair.one.write("create", new_id(), case, type_name="case", scope=case_scope(pair.person))
    desk = pair.at(pair.one)
    desk.stand_in(pair.niels, today, today + timedelta(days=7))
    ((role, colleague, who),) = desk.substitutes()
    assert (role.record.role, colleague, who) == ("substitute", "Niels", "Zebrastian Prøve")
    pair.both()
    assert pair.other.doc(pair.person, "citizen")["name"] == "Zebrastian Prøve"
    with pytest.raises(InvalidInput) as refused:
        pair.at(pair.other).offer(pair.person, pair.mette)
    assert [error.code for error in refused.value.errors] == ["not_yours"]
    desk.stand_in(pair.niels, today, today + timedelta(days=7))
    assert len(desk.substitutes()) == 1, "named already"


def test_broker_and_caseworker_share_a_case(pair: Pair) -> None:
    pair.hub.admin.assign(case_scope(pair.person), "Niels", "caseworker")
    pair.both()
    note = pair.other.contact(pair.person, "fra sagsbehandleren")
    pair.other.write("patch", pair.task, {"due": "2026-12-08"}, type_name="follow_up")
    pair.one.write("patch", pair.task, {"what": "Ring onsdag"}, type_name="follow_up")
    pair.both()
    pair.both()
    for laptop in (pair.one, pair.other):
        assert laptop.doc(note, "contact")["note"] == "fra sagsbehandleren"
        task = laptop.doc(pair.task, "follow_up")
        assert (task["what"], task["due"]) == ("Ring onsdag", "2026-12-08")
    third = pair.hub.add_broker("Olga")
    pair.both()
    pair.at(pair.one).offer(pair.person, third)
    pair.both()
    assert pair.at(pair.other).offers() == [], "the caseworker is not asked"


def test_whoever_reads_the_pack_is_told_who_gave_the_case(pair: Pair, templates: Path, tmp_path: Path) -> None:
    """Not only whoever got it: a caseworker had it all along."""
    third = encrypted(pair.hub, templates, tmp_path / "third").join(pair.hub.add_broker("Olga"))
    pair.hub.admin.assign(case_scope(pair.person), "Olga", "caseworker")
    pair.at(pair.other).accept(pair.offered().id)
    pair.both()
    third.run()
    told = []
    for laptop in (pair.other, third):
        (section, *_rest) = sections(pair.at(laptop).pack(pair.person), laptop.clock.today())
        told.append(section.parts[0].text)
    third.close()
    assert told == ["handed over by Mette"] * 2
