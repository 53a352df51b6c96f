"""Records by command: what is added is shown, found, changed, undone; what cannot be is refused and changes nothing."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.cli_helpers import Laptop

TODAY = "2026-11-17"


def test_a_day_of_work_by_command(laptop: Laptop) -> None:
    jonas = laptop.person("Jonas Prøve", "--area", "Vollsmose", "--cpr", "010190-0000")
    mia = laptop.person("Mia Test", "--local-number", "A-17")
    company = laptop.json("add", "company", "--name", "Kantinen Åen", "--cvr", "12345678", "--stage", "agreement")["id"]
    contact = laptop.json(
        *("add", "contact", "--citizen", "0101900000", "--kind", "phone", "--date", "i går 14", "--note", "-"),
        *("--next", "fre", "--next-what", "Møde i kantinen", "--promise", "Ringe om løn", "--promise-due", "i morgen"),
        stdin="Talt om løn, æøå\n",
    )
    assert contact["record_type"] == "contact"
    assert contact["note"] == "Talt om løn, æøå"
    assert contact["occurred_at"] == "2026-11-16T14:00:00+01:00"
    visit = laptop.json(
        *("add", "visit", "--company", "12345678", "--note", "Vist rundt", "--date", "i dag 9.30"),
        *("--part", "jonas=Trives", "--part", "A-17=Lærer kassen", "--absent", "mia test"),
    )
    assert visit["company_id"] == company
    goal = laptop.json("add", "goal", "--citizen", "jonas", "--text", "Job i et køkken", "--hours", "12")["id"]
    laptop.run("add", "step", "--citizen", "jonas", "--text", "Prøve opvasken", "--due", "+14d")
    laptop.run("add", "note", "--goal", goal, "--text", "Det går bedre")
    placement = laptop.json(
        *("add", "placement", "--citizen", "jonas", "--company", "kantinen aaen", "--type", "flexjob"),
        *("--start", "2026-11-01", "--hours", "7,5"),
    )["id"]
    laptop.run(
        *("add", "hours", "--citizen", "jonas", "--placement-id", placement, "--start", "2026-11-10"),
        *("--hours", "8", "--measure", "flexjob"),
    )
    laptop.run("add", "consent", "--citizen", "jonas", "--kind", "network", "--state", "given", "--expires", "+10d")
    laptop.run("add", "memo", "--text", "Husk kaffe", "--due", "i dag")
    laptop.run("add", "company-contact", "--company", "12345678", "--name", "Bo Holm")

    case = laptop.json("show", "case", "jonas")
    assert case["id"] == jonas
    assert case["citizen"]["cpr"] == "010190-****"
    assert [c["note"] for c in case["contacts"]] == ["Trives", "Talt om løn, æøå"]
    assert case["minutes_per_week"] == {"flexjob": 480}
    assert [g["text"] for g in case["goals"]] == ["Job i et køkken", "Prøve opvasken"]
    assert case["goals"][0]["target_minutes_per_week"] == 720
    assert case["allowed"] == ["network"]
    assert laptop.json("show", "case", case["case"])["id"] == jonas
    parts = laptop.json("list", "contacts", "--citizen", "mia")
    assert [(p["note"], p["participants"]) for p in parts] == [("Lærer kassen", ["broker", "company_contact"])]
    shown = laptop.json("show", "company", "Kantinen Åen")
    assert [v["note"] for v in shown["visits"]] == ["Vist rundt"]
    assert jonas not in json.dumps(shown["visits"])
    assert laptop.json("show", "contact", contact["id"])["staff"] == "Birthe Broker"

    today = laptop.json("today")
    assert today["on"] == TODAY
    asked = [item for item in today["items"] if item["rule"] is not None]
    assert {item["rule"].partition(".")[0] for item in asked} == {"uif2"}
    today["items"] = [item for item in today["items"] if item["rule"] is None]
    assert [set(item) for item in [*asked, *today["items"]][-4:]] == [
        {"id", "case", "citizen", "due", "state", "rule", "why", "source", "closes_with"}
    ] * 4
    assert [(item["citizen"], item["due"], item["state"]) for item in today["items"]] == [
        (None, "2026-11-17", "today"),
        ("Jonas Prøve", "2026-11-18", "this_week"),
        ("Jonas Prøve", "2026-11-20", "this_week"),
        ("Jonas Prøve", "2026-11-27", "later"),
    ]
    assert today["items"][1]["case"] == case["case"]
    assert laptop.json("today", "--on", "2026-11-21")["items"][0]["state"] == "overdue"
    assert [row["id"] for row in laptop.json("list", "cases")] == [jonas, mia]
    assert [row["id"] for row in laptop.json("list", "people", "--area", "Vollsmose")] == [jonas]
    assert [row["name"] for row in laptop.json("list", "companies", "--stage", "agreement")] == ["Kantinen Åen"]
    assert {found["open"]["id"] for found in laptop.json("find", "opvask")} == {jonas}
    assert {row["by"] for row in laptop.json("log", "jonas")} == {"Birthe Broker"}
    assert laptop.json("list", "drafts") == []


def test_text_answers_stand_in_columns_and_words(laptop: Laptop) -> None:
    laptop.person("Jonas Prøve")
    laptop.run("add", "plan", "--citizen", "jonas", "--what", "Møde", "--due", "i morgen", "--at", "9.30")
    assert "This week  18 Nov  9:30  Jonas Prøve  UIF2       Møde" in laptop.run("today").stdout
    danish = laptop.run("today", "--lang", "da").stdout
    assert danish.startswith("Tirsdag 17. november")
    assert "Denne uge" in danish
    card = laptop.run("show", "case", "jonas", "--lang", "da").stdout
    assert "\nPlan\n  Hvad: Møde" in card
    assert "Kontakter" in card
    for command in (("list", "cases"), ("show", "case", "jonas"), ("find", "møde")):
        assert "Jonas" in laptop.run(*command).stdout, command
    assert "Follow-up  new" in laptop.run("log").stdout
    assert "Nothing here." in laptop.run("list", "companies").stdout


def test_cpr_is_masked_until_asked_for_and_asking_is_noted(laptop: Laptop) -> None:
    laptop.person("Jonas Prøve", "--cpr", "010190-0000")
    for command in (("show", "case", "jonas"), ("list", "cases"), ("find", "jonas"), ("log",)):
        assert "0000" not in laptop.run(*command).stdout.replace("-0000-", ""), command
    assert laptop.json("show", "case", "jonas", "--reveal")["citizen"]["cpr"] == "010190-0000"


@pytest.mark.parametrize(
    ("args", "lines"),
    [
        (("add", "citizen", "--cpr", "320190-0000"), ["name (Name)", "cpr (CPR number)"]),
        (
            ("add", "contact", "--citizen", "jonas", "--date", "2027-01-01", "--kind", "fax"),
            ["occurred_on (Date)", "kind (Kind)"],
        ),
        (("add", "contact", "--citizen", "nobody"), ["citizen (Citizen)"]),
        (("add", "plan", "--citizen", "jonas", "--due", "snart"), ["due (Date)", "what (What)"]),
        (
            ("add", "placement", "--citizen", "jonas", "--type", "flexjob", "--hours", "x"),
            ["minutes_per_week", "start"],
        ),
        (
            ("add", "hours", "--citizen", "jonas", "--start", TODAY, "--hours", "99", "--measure", "flexjob"),
            ["minutes"],
        ),
        (("add", "course", "--citizen", "jonas"), ["programme"]),
        (("edit", "citizen", "jonas", "--set", "colour=blue"), ["colour"]),
        (("edit", "citizen", "jonas", "--clear", "name"), ["name"]),
        (("done", "00000000-0000-7000-8000-000000000000"), ["Follow-up: nothing answers"]),
        (("show", "case", "nobody"), ["Citizen: nothing answers"]),
        (("undo", "00000000-0000-7000-8000-000000000000"), ["Change: nothing answers"]),
        (("reschedule", "x", "31/2"), ["date (Date): This day does not exist"]),
    ],
)
def test_each_fault_has_its_line_and_nothing_changes(laptop: Laptop, args: tuple[str, ...], lines: list[str]) -> None:
    laptop.person()
    before = laptop.json("log")
    told = laptop.refuse(*args)
    assert len(told) == len(lines), told
    for line, beginning in zip(told, lines, strict=True):
        assert line.startswith(beginning), line
        assert line.rstrip(")").endswith(".") or "(" in line
    assert laptop.json("log") == before


def test_codes_are_offered_where_one_was_wrong(laptop: Laptop) -> None:
    laptop.person()
    (line,) = laptop.refuse("add", "contact", "--citizen", "jonas", "--kind", "fax")
    assert line.endswith("(meeting, video, phone, text, letter)")


def test_an_ambiguous_name_lists_the_ids(laptop: Laptop) -> None:
    first, second = laptop.person("Anna Berg"), laptop.person("Anna Berg")
    told = laptop.refuse("show", "case", "anna berg")
    assert set(told[1:]) == {first, second}
    (line,) = laptop.refuse("add", "memo", "--text", "x", "--citizen", "anna berg")
    assert first in line
    assert second in line


def test_json_in_gives_the_same_record_as_flags(laptop: Laptop, tmp_path: Path) -> None:
    laptop.person()
    company = laptop.json("add", "company", "--name", "Bageriet")["id"]
    given = {
        "company": "Bageriet",
        "occurred_on": TODAY,
        "note": "Talt om opgaver",
        "parts": [{"citizen": "jonas", "note": "Glad", "follow_up": {"what": "Igen", "due": "2026-11-24"}}],
        "promise": {"text": "Sende kontrakt", "due": "2026-11-20"},
    }
    saved = laptop.json("add", "visit", "--from-json", "-", stdin=json.dumps(given))
    assert (saved["company_id"], len(saved["ids"])) == (company, 4)
    file = tmp_path / "memo.json"
    file.write_text('\ufeff{"text": "fra fil", "due": "2026-11-17"}', encoding="utf-8")
    assert laptop.json("add", "memo", "--from-json", str(file), "--text", "flag vinder")["text"] == "flag vinder"
    for broken in ("{", "[1]", '{"text": ["a"]}', '{"text": 1.5}', '{"nope": 1, "text": "x"}'):
        assert laptop.refuse("add", "memo", "--from-json", "-", stdin=broken)
    assert laptop.refuse("add", "memo", "--from-json", str(tmp_path / "none.json"))
    assert laptop.refuse(
        "add", "visit", "--from-json", "-", stdin='{"company": "Bageriet", "parts": [{"citizen": "x"}]}'
    )


def test_standard_input_is_read_once_and_in_either_code_page(laptop: Laptop) -> None:
    laptop.person()
    saved = laptop.json("add", "memo", "--text", "-", stdin="blåbær\n".encode("cp1252"))
    assert saved["text"] == "blåbær"
    laptop.refuse("add", "contact", "--citizen", "jonas", "--note", "-", "--agreed", "-", stdin="x", exit_code=2)
    edited = laptop.json("edit", "memo", saved["id"], "--set", "text=-", stdin="jordbær")
    assert edited["text"] == "jordbær"


def test_edit_done_reschedule_drop_and_undo(laptop: Laptop) -> None:
    jonas = laptop.person("Jonas Prøve", "--area", "Vollsmose")
    laptop.run("edit", "citizen", "jonas", "--set", "phone=12 34 56 78", "--clear", "area")
    record = laptop.json("show", "case", jonas)["citizen"]
    assert record["phone"] == "12 34 56 78"
    assert "area" not in record
    assert "Taken back: Citizen, changed" in laptop.run("undo").stdout
    assert laptop.json("show", "case", jonas)["citizen"]["area"] == "Vollsmose"
    plan = laptop.json("add", "plan", "--citizen", "jonas", "--what", "Møde", "--due", "i morgen", "--at", "9")["id"]
    assert laptop.json("reschedule", plan, "+7d", "--at", "10.15")["at"].startswith("10:15")
    item = laptop.json("today")["items"][0]["id"]
    done = laptop.json("done", item)
    assert (done["state"], done["done_on"]) == ("done", TODAY)
    undone = laptop.json("undo", done["tx"])
    assert undone["ids"] == [plan]
    laptop.run("drop", plan)
    assert laptop.json("today")["items"] == []
    promise = laptop.json("add", "promise", "--citizen", "jonas", "--text", "Ringer", "--due", "fre")["id"]
    memo = laptop.json("add", "memo", "--text", "x", "--due", "fre")["id"]
    laptop.run("reschedule", promise, "i morgen")
    laptop.run("reschedule", memo, "i morgen")
    laptop.run("done", promise)
    laptop.run("drop", memo)
    assert laptop.json("today")["items"] == []
    assert laptop.json("edit", "plan", plan, "--set", "what=Møde")["tx"] is None


def test_facts_are_corrected_moved_and_withdrawn(laptop: Laptop) -> None:
    laptop.person("Forkert Person")
    right = laptop.person("Rigtig Person")
    contact = laptop.json("add", "contact", "--citizen", "forkert", "--note", "tastefejl")["id"]
    fixed = laptop.json("edit", "contact", contact, "--set", "note=rettet", "--set", "place=company")
    assert (fixed["replaces"], fixed["note"], fixed["place"]) == (contact, "rettet", "company")
    laptop.run("move", "contact", fixed["id"], "rigtig")
    assert laptop.json("list", "contacts", "--citizen", "forkert", "--replaced") == []
    assert [c["note"] for c in laptop.json("list", "contacts", "--citizen", right)] == ["rettet"]
    laptop.run("withdraw", "contact", fixed["id"])
    laptop.run("undo")
    assert len(laptop.json("list", "contacts", "--citizen", right)) == 1
    goal = laptop.json("add", "goal", "--citizen", right, "--text", "Job")["id"]
    reached = laptop.json("edit", "goal", goal, "--set", "state=reached")
    assert reached["state_on"] == TODAY


def test_courses_and_walk_ins(laptop: Laptop) -> None:
    laptop.person()
    closed = laptop.json("close-case", "jonas", "--date", "i går", "--reason", "job")
    assert (closed["status"], closed["closed_on"]) == ("closed", "2026-11-16")
    assert laptop.json("list", "cases") == []
    laptop.run("reopen", "jonas")
    assert len(laptop.json("list", "cases", "--programme", "uif2")) == 1
    assert laptop.refuse("reopen", "jonas")
    course = laptop.json("add", "course", "--citizen", "jonas", "--programme", "fsm2", "--start", TODAY)
    assert course["programme"] == "fsm2"
    walk_in = laptop.json("add", "contact", "--walk-in", "Ny Borger", "--kind", "meeting", "--area", "Gellerup")["id"]
    assert [row["id"] for row in laptop.json("list", "contacts", "--walk-ins")] == [walk_in]
    person = laptop.json("take-in", walk_in, "--programme", "guarantee")
    assert (person["name"], person["area"]) == ("Ny Borger", "Gellerup")
    assert laptop.json("list", "contacts", "--walk-ins") == []


def test_hostile_text_reaches_the_terminal_harmless(laptop: Laptop) -> None:
    laptop.person("Jonas [/b] \x1b]0;owned\x07\u202egnp.exe")
    for command in (("list", "cases"), ("show", "case", "jonas"), ("today",), ("find", "jonas")):
        shown = laptop.run(*command).stdout
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "[/b]" in laptop.run("list", "cases").stdout
