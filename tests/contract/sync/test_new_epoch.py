"""A hub restored from a copy says so with a new epoch: laptops give back what it lost, and nothing else happens."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select

from sync.errors import BadAnswer, HubRefused, NoNetwork
from sync.hub import tables as t
from sync.protocol import PushAnswer, StatusAnswer
from tests.contract.sync.worlds import Laptop, ServiceWorld, encrypted
from tests.fakes.hub import lost


def at_hub(world: ServiceWorld) -> set[str]:
    """Ids of the records the hub holds."""
    with world.service.store.read() as conn:
        return set(conn.execute(select(t.record.c.id)).scalars())


def lose(world: ServiceWorld, record: str) -> None:
    """The hub is put back to a copy that has not got this record."""

    def forget(conn: Connection) -> None:
        for table, column in ((t.record, t.record.c.id), (t.op, t.op.c.record_id), (t.entry, t.entry.c.record_id)):
            conn.execute(delete(table).where(column == record))

    world.service.store.commit(forget)
    world.admin.new_epoch()


def test_a_new_epoch_brings_back_what_the_copy_did_not_have(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    person = real_laptop.citizen()
    before = real_laptop.contact(person, "kept in the copy")
    assert real_laptop.run().unsent == 0
    lost = real_laptop.contact(person, "acknowledged, then the disk went")
    assert real_laptop.run().unsent == 0
    had = at_hub(real_hub)
    assert {person, before, lost} <= had

    lose(real_hub, lost)
    receipt = real_laptop.run()
    assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
    assert at_hub(real_hub) == had
    assert real_laptop.doc(lost, "contact")["note"] == "acknowledged, then the disk went"


def test_a_new_epoch_alone_changes_nothing(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    person = real_laptop.citizen()
    note = real_laptop.contact(person, "as it was")
    real_laptop.run()
    had = at_hub(real_hub)
    real_hub.admin.new_epoch()
    for _ in range(2):
        receipt = real_laptop.run()
        assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
    assert at_hub(real_hub) == had
    assert real_laptop.doc(note, "contact")["note"] == "as it was"


def test_who_changed_what_its_author_cannot_send_again_brings_it(
    real_hub: ServiceWorld, real_laptop: Laptop, templates: Path, tmp_path: Path
) -> None:
    """The author's laptop is gone; a colleague's change would wait for the record for ever."""
    company = real_laptop.company("Nordvest Lager ApS")
    real_laptop.run()
    colleague = encrypted(real_hub, templates, tmp_path / "second").join(real_hub.add_broker("Jonas"))
    try:
        colleague.run()
        lose(real_hub, company)
        colleague.write("patch", company, {"area": "Havnen"})
        for _ in range(2):
            receipt = colleague.run()
        assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
        assert company in at_hub(real_hub)
        assert colleague.doc(company) == {"name": "Nordvest Lager ApS", "area": "Havnen"}
        real_laptop.run()  # and when the author's laptop turns up after all, nothing is doubled or refused
        receipt = real_laptop.run()
        assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
        for laptop in (real_laptop, colleague):
            laptop.run()
            assert laptop.doc(company) == {"name": "Nordvest Lager ApS", "area": "Havnen"}
            assert laptop.sync.differences() == []
    finally:
        colleague.close()


def test_nobody_brings_what_lies_in_a_case_the_hub_does_not_know(
    real_hub: ServiceWorld, real_laptop: Laptop, templates: Path, tmp_path: Path
) -> None:
    """Or a substitute's laptop would make a whole lost case its own."""
    person = real_laptop.citizen()
    real_laptop.run()
    jonas = real_hub.add_broker("Jonas")
    colleague = encrypted(real_hub, templates, tmp_path / "second").join(jonas)
    try:
        real_hub.admin.assign(person, "Jonas")
        colleague.run()
        for record in at_hub(real_hub):
            lose(real_hub, record)
        real_hub.service.store.commit(lambda conn: conn.execute(delete(t.grant)))
        colleague.write("patch", person, {"area": "Havnen"}, type_name="citizen")
        for _ in range(2):
            colleague.run()
        assert person not in at_hub(real_hub)
        assert colleague.doc(person, "citizen")["area"] == "Havnen"
    finally:
        colleague.close()


def test_an_answer_to_an_earlier_push_is_not_believed(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    """Something on the way kept it; the hub was put back since and has not got what it acknowledged then."""
    line = real_laptop.line()
    heard: list[object] = []

    def keep(answer: object) -> object:
        if isinstance(answer, PushAnswer):
            heard.append(answer)
            raise lost()
        return answer

    line.garble = keep
    company = real_laptop.company("Odins Lager")
    with pytest.raises(NoNetwork):
        real_laptop.run()
    lose(real_hub, company)
    line.garble = lambda answer: heard[0] if isinstance(answer, PushAnswer) else answer
    with pytest.raises(BadAnswer):
        real_laptop.run()
    assert real_laptop.sync.state().unsent == 1
    line.garble = lambda answer: answer
    assert real_laptop.run().unsent == 0
    assert company in at_hub(real_hub)


def test_a_word_of_the_lost_history_lets_nothing_be_sent_as_if_it_still_counted(
    real_hub: ServiceWorld, real_laptop: Laptop
) -> None:
    """Something on the way kept the status; revisions of the lost history would pass for ones of the new."""
    line = real_laptop.line()
    company = real_laptop.company("Odins Lager")
    real_laptop.run()
    heard: list[StatusAnswer] = []

    def keep(answer: object) -> object:
        heard.extend([answer] if isinstance(answer, StatusAnswer) else [])
        return answer

    line.garble = keep
    real_laptop.run()
    lose(real_hub, company)
    real_laptop.write("patch", company, {"area": "Havnen"})
    line.garble = lambda answer: heard[0] if isinstance(answer, StatusAnswer) else answer
    with pytest.raises(HubRefused):
        real_laptop.run()
    assert company not in at_hub(real_hub)
    said = iter([heard[0]])
    line.garble = lambda answer: next(said, answer) if isinstance(answer, StatusAnswer) else answer
    receipt = real_laptop.run()  # asked again, the way tells the truth
    assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
    assert company in at_hub(real_hub)
    assert real_laptop.doc(company)["area"] == "Havnen"
