"""`broker audit`: what a person may be told is exactly what was done, and a changed log is named."""

import json
from pathlib import Path

from broker_tui.storage.store import SqlStore
from tests.unit.cli.cli_helpers import Laptop


def actions(lines: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(line["action"], line["entity"]) for line in reversed(lines)]


def test_t28_the_insight_of_a_person_is_what_was_done_and_nothing_of_others(laptop: Laptop, tmp_path: Path) -> None:
    person = laptop.person("Jonas Prøve")
    other = laptop.person("Bo Lund")
    laptop.run("add", "contact", "--citizen", other, "--kind", "phone", "--note", "hemmeligt")
    contact = laptop.json("add", "contact", "--citizen", person, "--kind", "phone", "--note", "snak")["id"]
    laptop.run("edit", "citizen", person, "--set", "phone=20304050")
    laptop.run("show", "case", person, "--reveal")
    laptop.run("show", "case", other)
    laptop.run("find", "Jonas")
    laptop.run("undo")
    out = tmp_path / "indsigt.json"
    laptop.run("audit", "person", person, "--out", str(out))
    told = json.loads(out.read_text(encoding="utf-8"))["lines"]
    expected = [
        *(("create", "citizen"), ("create", "case"), ("create", "role_assignment")),
        *(("create", "contact"), ("patch", "citizen")),
        *(("reveal", "citizen"), ("opened", "citizen"), ("undo", "citizen")),
    ]
    assert actions(told) == expected
    assert {line["who"] for line in told} == {"Birthe Broker"}
    assert contact in {line["entity_id"] for line in told}
    text = out.read_text(encoding="utf-8")
    assert not any(word in text for word in ("hemmeligt", "snak", "20304050", "Bo Lund", "Jonas"))
    assert laptop.json("audit", "person", person)["lines"][0]["action"] == "export"  # the insight is noted too


def test_looking_is_noted_once_in_a_while(laptop: Laptop) -> None:
    person = laptop.person()
    laptop.run("show", "case", person)
    before = laptop.json("audit", "list", "--person", person)
    assert [line["action"] for line in before].count("opened") == 1
    searched = [line for line in laptop.json("audit", "list") if line["action"] == "searched"]
    laptop.run("find", "kvaksalver")
    laptop.run("find", "KVAKSALVER")
    marks = [line["entity_id"] for line in laptop.json("audit", "list") if line["action"] == "searched"]
    assert searched == []
    assert len(marks) == 2
    assert len(set(marks)) == 1
    assert "kvaksalver" not in laptop.run("audit", "list").stdout


def test_the_log_is_whole_until_somebody_changes_it(laptop: Laptop) -> None:
    laptop.person()
    assert laptop.json("audit", "verify")["broken_at"] is None
    from broker_tui.bootstrap import open_services
    from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation

    services = open_services(laptop.home, PASSPHRASE, kdf=FreeDerivation())
    assert isinstance(services.store, SqlStore)
    services.store._writer.execute("DROP TRIGGER audit_fixed_update")
    services.store._writer.execute("UPDATE audit SET actor = 'x' WHERE seq = 2")
    services.close()
    assert "Line 2" in laptop.run("audit", "verify", exit_code=1).stdout


def test_wrong_passphrases_stand_in_the_log_of_the_next_opening(laptop: Laptop) -> None:
    laptop.person()
    secret = laptop.folder / "passphrase"
    right = secret.read_text(encoding="utf-8")
    secret.write_text("forkert men lang nok\n", encoding="utf-8")
    laptop.run("list", "cases", exit_code=3)
    secret.write_text(right, encoding="utf-8")
    opened = next(line for line in laptop.json("audit", "list") if line["action"] == "unlocked")
    assert opened["detail"] == "failed 1"


def test_lines_drawn_for_the_lead_are_found_by_their_numbers(laptop: Laptop) -> None:
    laptop.person("Jonas Prøve")
    lines = laptop.json("audit", "list")
    wanted = sorted({lines[0]["seq"], lines[-1]["seq"]}, reverse=True)
    arguments = [text for number in wanted for text in ("--line", str(number))]
    found = laptop.json("audit", "list", *arguments, "--line", "999999")
    assert [line["seq"] for line in found] == wanted
