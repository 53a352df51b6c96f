"""Programmes by command: what they ask, what a case owes, and what people say about it."""

import json
from datetime import date
from pathlib import Path

import pytest

from broker_tui.programmes.loading import PROGRAMMES
from tests.unit.cli.cli_helpers import Laptop

WEEKLY = "fsm2.step2.weekly-contact"
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def searching(laptop: Laptop) -> str:
    """Somebody in step 2 of fsm2 since 2 November; today is the 17th."""
    laptop.clock.day = date(2026, 10, 12)
    person = laptop.json(*("add", "citizen", "--name", "Mia Prøve", "--programme", "fsm2", "--start", "2026-10-12"))[
        "id"
    ]
    laptop.clock.day = date(2026, 11, 17)
    given = ("--citizen", person, "--date", "2026-11-02", "--from-json", "-")
    laptop.run("add", "fact", "group_decision", *given, stdin='{"group": "1"}')
    return str(person)


def _step1(laptop: Laptop, person: str) -> None:
    """Whatever the exit criteria of step 1 ask for, from the definition itself."""
    for rule in laptop.json("programmes", "rules", "fsm2", "--step", "step1"):
        if rule["kind"] == "exit":
            for fact in rule["closes_with"]:
                values = json.dumps({k: v for k, v in fact.items() if k != "fact" and not str(v).startswith("@")})
                given = ("--citizen", person, "--date", "2026-11-02", "--from-json", "-")
                laptop.run("add", "fact", fact["fact"], *given, stdin=values)


def test_the_programmes_and_their_rules(laptop: Laptop) -> None:
    assert [one["id"] for one in laptop.json("programmes", "list")] == list(PROGRAMMES)
    for name in PROGRAMMES:
        for rule in laptop.json("programmes", "rules", name):
            assert rule["severity"] in "MRA"
            assert rule["source"]
            assert rule["evaluator"]
            assert all(rule[language][part] for language in ("da", "en") for part in ("demand", "why", "closes"))


def test_one_rule_and_one_programme_can_be_read(laptop: Laptop) -> None:
    text = laptop.run("programmes", "show", WEEKLY).stdout
    assert "001 KE3" in text
    assert "weekly_days = 7" in text
    danish = laptop.run("programmes", "show", WEEKLY, "--lang", "da").stdout
    assert "Kilde" in danish
    assert "registration" in laptop.json("programmes", "show", "fsm2", "--facts")["facts"]
    assert "There is no rule" in laptop.refuse("programmes", "show", "fsm2.step2.nonsense")[0]
    assert "There is no programme" in laptop.refuse("programmes", "show", "nonsense")[0]


def test_a_case_says_step_missing_and_what_is_owed_and_why(laptop: Laptop, searching: str) -> None:
    _step1(laptop, searching)
    case = laptop.json("show", "case", searching)
    assert (case["step"], case["since"]) == ("step2", "2026-11-02")
    assert "fsm2.step2.exit-agreement" in case["missing"]
    weekly = next(o for o in case["obligations"] if o["rule"] == WEEKLY)
    assert (weekly["state"], weekly["due"], weekly["days"]) == ("overdue", "2026-11-09", 8)
    items = laptop.json("today")["items"]
    mine = next(item for item in items if item["rule"] == WEEKLY)
    assert mine["case"] == case["case"]
    assert mine["source"] == "001 KE3"
    assert "2026" in mine["id"]
    earlier = laptop.json("show", "case", searching, "--on", "2026-11-05")
    assert next(o for o in earlier["obligations"] if o["rule"] == WEEKLY)["state"] == "open"
    laptop.run("add", "contact", "--citizen", searching, "--kind", "phone", "--note", "x")
    assert WEEKLY not in [item["rule"] for item in laptop.json("today")["items"] if item["state"] == "overdue"]


def test_why_a_rule_is_due_or_not(laptop: Laptop, searching: str) -> None:
    _step1(laptop, searching)
    laptop.run("add", "contact", "--citizen", searching, "--kind", "letter", "--note", "x")
    shape = laptop.json("programmes", "show", WEEKLY, "--case", searching)["case"]
    assert "near_miss" in shape["codes"]
    other = laptop.json("programmes", "show", "fsm2.post.monthly", "--case", searching)["case"]
    assert other["obligations"] == []
    assert other["codes"] == ["not_in_step"]


def test_explain_waive_settle_snooze_and_confirm(laptop: Laptop, searching: str) -> None:
    _step1(laptop, searching)
    given = ("--citizen", searching, "--date", "2026-11-02", "--from-json", "-")
    laptop.run("add", "fact", "registration", *given, stdin='{"system": "min_plan", "item": "broker_name"}')
    laptop.run("explain", searching, WEEKLY, "--reason", "Ferie", "--until", "2026-11-30")
    weekly = _weekly(laptop, searching)
    assert (weekly["state"], weekly["due"]) == ("explained", "2026-11-30")
    assert "at most" in laptop.refuse("explain", searching, WEEKLY, "--reason", "x", "--until", "2027-11-30")[0]
    mandatory = "fsm2.step2.approach-companies"
    assert "mandatory" in laptop.refuse("explain", searching, mandatory, "--reason", "x", "--until", "2026-11-30")[0]
    laptop.run("waive", searching, mandatory, "--reason", "x", "--name", "L. Leder", "--role", "lead")
    refused = laptop.refuse("waive", searching, mandatory, "--reason", "x", "--name", "B", "--role", "broker")
    assert "role" in refused[0]
    case = laptop.json("show", "case", searching)
    assert next(o for o in case["obligations"] if o["rule"] == mandatory)["state"] == "waived"
    laptop.run("undo")
    laptop.run("confirm", searching)
    confirmed = laptop.json("show", "case", searching)["confirmed"]
    assert (confirmed["step"], confirmed["by"]) == ("step2", "Birthe Broker")
    assert confirmed["version"]


def _weekly(laptop: Laptop, person: str) -> dict[str, object]:
    found = laptop.json("show", "case", person)["obligations"]
    return next(o for o in found if o["rule"] == WEEKLY)


def test_snoozed_items_leave_today_until_their_day(laptop: Laptop, searching: str) -> None:
    _step1(laptop, searching)
    item = next(i for i in laptop.json("today")["items"] if i["rule"] == WEEKLY)
    laptop.run("snooze", item["id"], "--until", "2026-11-20", "--reason", "Ferie")
    assert item["id"] not in [i["id"] for i in laptop.json("today")["items"]]
    assert item["id"] in [i["id"] for i in laptop.json("today", "--on", "2026-11-20")["items"]]
    laptop.run("undo")
    assert item["id"] in [i["id"] for i in laptop.json("today")["items"]]


def test_a_fact_nobody_knows_is_refused_with_what_there_is(laptop: Laptop, searching: str) -> None:
    assert "no facts called" in laptop.refuse("add", "fact", "weather", "--citizen", searching)[0]
    assert (
        "no such field"
        in laptop.refuse(*("add", "fact", "registration", "--citizen", searching, "--set", "colour=red"))[0]
    )
    assert "one of" in laptop.refuse("add", "fact", "registration", "--citizen", searching, "--set", "system=fax")[0]


def test_a_case_goes_out_without_names_and_comes_in_again(laptop: Laptop, searching: str, tmp_path: Path) -> None:
    _step1(laptop, searching)
    laptop.run(
        "add", "contact", "--citizen", searching, "--kind", "phone", "--date", "2026-11-10", "--note", "Kanariefugl"
    )
    file = tmp_path / "case.json"
    laptop.run("export", "case", searching, "--out", str(file))
    text = file.read_text("utf-8")
    assert "Kanariefugl" not in text
    assert "Prøve" not in text
    assert searching not in text
    assert laptop.json("programmes", "verify", str(file)) == {"held": 1, "total": 1, "failed": []}
    other = laptop.json("import", "case", str(file), "--name", "Bo Prøve")
    mine, theirs = laptop.json("show", "case", searching), laptop.json("show", "case", other["id"])
    assert (theirs["step"], theirs["since"], theirs["missing"]) == (mine["step"], mine["since"], mine["missing"])
    states = [(o["rule"], o["state"], o["due"]) for o in theirs["obligations"]]
    assert states == [(o["rule"], o["state"], o["due"]) for o in mine["obligations"]]


def test_the_municipality_sets_its_own_numbers(laptop: Laptop, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[fsm2]\nbridge_days = 10\n", encoding="utf-8")
    assert laptop.json("programmes", "settings", str(own)) == {"fsm2": {"bridge_days": 10}}
    own.write_text("[fsm2]\nweekly_days = 10\n", encoding="utf-8")
    assert "no local setting" in laptop.refuse("programmes", "settings", str(own))[0]
    assert laptop.json("programmes", "settings") == {"fsm2": {"bridge_days": 10}}


def test_every_worked_example_holds(laptop: Laptop) -> None:
    result = laptop.json("programmes", "verify", str(EXAMPLES))
    assert result["failed"] == []
    assert result["held"] == result["total"] >= 70


def test_an_example_that_does_not_hold_is_told(laptop: Laptop, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(
        '[[example]]\nid = "X"\nprogramme = "fsm2"\ntoday = 2021-01-01\nexpect = { step = "step3" }\n', encoding="utf-8"
    )
    result = json.loads(laptop.run("programmes", "verify", str(file), "--json", exit_code=1).stdout)
    assert result["failed"] == [{"example": "X", "expected": "step = step3", "got": "step = step1"}]
    file.write_text('[[example]]\nid = "X"\nprogramme = "fsm2"\ntoday = 2021-01-01\nfacts = [{ fact = "rain" }]\n')
    assert "rain" in laptop.refuse("programmes", "verify", str(file))[0]
    (tmp_path / "nothing").mkdir()
    assert "no example files" in laptop.refuse("programmes", "verify", str(tmp_path / "nothing"))[0]


def test_check_names_rule_and_key(laptop: Laptop, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('id = "x"\nversion = "1"\nfamily = "fsm2"\nda = "x"\nen = "x"\nsteps = []\n', encoding="utf-8")
    assert laptop.json("programmes", "check", str(file)) == {"faults": [], "id": "x", "rules": 0}
    file.write_text(file.read_text() + '[[rule]]\nid = "x.y"\n', encoding="utf-8")
    assert "x.y" in laptop.refuse("programmes", "check", str(file))[0]
