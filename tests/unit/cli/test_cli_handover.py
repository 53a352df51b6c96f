"""`broker handover` and `broker substitute` on one laptop; the moving itself is the hub's and tested there."""

from pathlib import Path

import pytest

from broker_tui.bootstrap import open_services
from sync.protocol import Change, Cursor
from sync.records import handover_scope, new_id
from tests.unit.cli.cli_helpers import Laptop
from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation

NIELS = "00000000-0000-7000-8000-000000000001"


@pytest.fixture
def office(laptop: Laptop) -> Laptop:
    """A laptop that knows a colleague."""
    arrive(
        laptop, Change(seq=1, kind="put", id=NIELS, type="staff", scope="shared", rev=1, doc={"name": "Niels Prøve"})
    )
    return laptop


def arrive(laptop: Laptop, *changes: Change) -> None:
    """Let something come in as a sync would."""
    services = open_services(laptop.home, PASSPHRASE, laptop.clock, FreeDerivation())
    services.store.apply_page(changes, {"shared": Cursor(epoch="e", seq=1, chain="c")}, {})
    services.close()


def asked(laptop: Laptop) -> str:
    """An offer that came in; its id."""
    services = open_services(laptop.home, PASSPHRASE, laptop.clock, FreeDerivation())
    me = services.me.staff_id
    services.close()
    record, citizen = new_id(), new_id()
    doc = {"citizen_id": citizen, "from_id": NIELS, "to_id": me, "who": "Zebra P.", "offered_on": "2026-11-16"}
    arrive(
        laptop,
        Change(seq=2, kind="put", id=record, type="handover", scope=handover_scope(record), rev=1, doc=doc),
    )
    return record


def test_an_offer_is_made_listed_and_withdrawn(office: Laptop) -> None:
    office.person("Jonas Prøve")
    made = office.json("handover", "offer", "Jonas Prøve", "--to", "niels prøve", "--text", "-", stdin="Ring først\n")
    (listed,) = office.json("handover")
    assert (listed["who"], listed["colleague"], listed["text"], listed["incoming"]) == (
        "Jonas Prøve", "Niels Prøve", "Ring først", False,
    )  # fmt: skip
    (line,) = office.refuse("handover", "offer", "Jonas Prøve", "--to", "Niels Prøve")
    assert "offered to somebody already" in line
    office.run("handover", "withdraw", made["id"], "--reason", "fejl")
    assert [(one["state"], one["unsent"]) for one in office.json("handover", "list")] == [("withdrawn", True)]
    office.refuse("handover", "offer", "Jonas Prøve", "--to", "Ukendt")
    (line,) = office.refuse("handover", "offer", "Jonas Prøve", "--to", "Birthe Broker")
    assert "That is you" in line


@pytest.mark.parametrize(("verb", "state"), [("accept", "accepted"), ("decline", "declined")])
def test_an_offer_is_answered_once(office: Laptop, verb: str, state: str) -> None:
    record = asked(office)
    assert "from Niels Prøve" in office.run("handover").stdout
    assert office.json("handover", verb, "Zebra P.")["id"] == record
    assert [(one["state"], one["unsent"]) for one in office.json("handover")] == [(state, True)]
    office.refuse("handover", verb, record)


def test_the_pack_is_read_and_leaves_sealed(office: Laptop, tmp_path: Path) -> None:
    person = office.person("Jonas Prøve", "--phone", "12345678")
    office.run("add", "plan", "--citizen", person, "--what", "Ring om køkkenet", "--due", "2026-11-20")
    page = office.run("handover", "pack", "Jonas Prøve").stdout
    assert "Ring om køkkenet" in page
    assert "12345678" in page
    titles = [one["title"] for one in office.json("handover", "pack", person)]
    assert titles[0] == "Who"
    secret, file, out = tmp_path / "hemmelig", tmp_path / "pakke.btx", tmp_path / "pakke.txt"
    secret.write_text("blåmejse over kirsebærtræet\n", encoding="utf-8")
    sealed = ("--seal-passphrase-file", str(secret))
    assert office.json("handover", "pack", person, "--out", str(file), *sealed)["sealed"] is True
    assert b"Jonas" not in file.read_bytes()
    office.run("open", str(file), "--out", str(out), *sealed)
    assert "Ring om køkkenet" in out.read_text("utf-8")
    exported = [line for line in office.json("audit", "list") if line["action"] == "export"]
    assert [line["entity"] for line in exported] == ["handover_pack"]


def test_what_came_late_is_listed_taken_in_or_put_away(office: Laptop) -> None:
    person = office.person("Jonas Prøve")
    scope, ids = f"case:{person}", [new_id(), new_id()]
    changes = []
    for number, note in enumerate(ids):
        doc = {"citizen_id": person, "occurred_on": "2026-11-15", "kind": "phone", "outcome": "reached"}
        text = {"note": f"sent nr. {number}"}
        changes.append(
            Change(
                seq=3 + number, kind="put", id=note, type="contact", scope=scope, rev=1, doc=doc | text, deleted=True
            )
        )
        differs = {
            **{"record_id": note, "record_type": "contact", "fields": ["deleted"], "chain": note, "late": True},
            **{"kept": {"values": {"deleted": True}}, "before": {"values": {}}},
            "other": {"values": {"deleted": False}, "staff_id": NIELS, "at": "2026-11-15T16:00:00+01:00"},
        }
        changes.append(
            Change(seq=5 + number, kind="put", id=new_id(), type="conflict", scope=scope, rev=1, doc=differs)
        )
    arrive(office, *changes)
    assert "Contact, new: sent nr. 0" in office.run("handover", "box").stdout
    box = {one["record_id"]: one for one in office.json("handover", "box")}
    assert {(one["by"], one["kind"]) for one in box.values()} == {("Niels Prøve", "create")}
    assert office.json("conflicts") == []
    office.run("handover", "take-in", box[ids[0]]["id"])
    office.run("handover", "put-away", box[ids[1]]["id"])
    assert office.json("handover", "box") == []
    office.run("add", "contact", "--citizen", person, "--note", "egen")
    told = {one["note"]: one.get("taken_in") for one in office.json("list", "contacts", "--citizen", person)}
    assert set(told) == {"sent nr. 0", "egen"}
    assert told["egen"] is None
    assert (told["sent nr. 0"]["from"], told["sent nr. 0"]["by"]) == ("Niels Prøve", "Birthe Broker")
    assert office.json("show", "contact", ids[0])["taken_in"] == told["sent nr. 0"]
    assert "taken_in" not in office.json("show", "contact", ids[1])


def test_a_substitute_is_named_for_all_cases_or_one(office: Laptop) -> None:
    office.person("Jonas Prøve")
    other = office.person("Bo Prøve")
    office.run("substitute", "Niels Prøve", exit_code=2)
    office.json("substitute", "Niels Prøve", "--from", "2026-11-23", "--until", "2026-11-27")
    found = office.json("substitute")
    assert [(one["who"], one["start"], one["end"]) for one in found] == [
        ("Bo Prøve", "2026-11-23", "2026-11-27"),
        ("Jonas Prøve", "2026-11-23", "2026-11-27"),
    ]
    office.json("substitute", "Niels Prøve", "--from", "2026-12-01", "--until", "2026-12-02", "--citizen", other)
    assert len(office.json("substitute")) == 3
    (line,) = office.refuse("substitute", "Niels Prøve", "--from", "2026-12-09", "--until", "2026-12-02")
    assert "before the start" in line
    (line,) = office.refuse("substitute", "Birthe Broker", "--until", "2026-12-02")
    assert "That is you" in line
