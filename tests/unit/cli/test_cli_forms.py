"""Forms by command: listed, filled in, completed, withdrawn; sensitive fields masked, what cannot stand refused."""

import json

import pytest

from tests.unit.cli.cli_helpers import Laptop

FORM = "G-F3"
SECRET = "hemmeligt om helbred"


@pytest.fixture
def bo(laptop: Laptop) -> str:
    """Somebody in the guarantee programme."""
    return str(laptop.json("add", "citizen", "--name", "Bo Prøve", "--programme", "guarantee")["id"])


def _secret_field(laptop: Laptop, person: str) -> tuple[str, str]:
    """A form that can be filled in once and a sensitive text field of it."""
    from broker_tui.programmes import forms as shapes

    for form in shapes.forms("guarantee").values():
        for field in form.fields.values():
            asked = field.if_ is None and field.type == "long" and field.sensitivity == "S2"
            if asked and form.about == "case" and not form.repeat and not form.authority_only:
                return form.id, field.name
    raise AssertionError("no such field")


def test_forms_are_listed_begun_completed_and_withdrawn(laptop: Laptop, bo: str) -> None:
    listed = laptop.json("form", "list", bo)
    assert {"G-F3", "G-F7"} <= {one["form"] for one in listed}
    assert all(one["filled"] == [] for one in listed)
    begun = laptop.json("form", "fill", bo, FORM, "--set", "first_talk_on=i går", "--set", "statutory_talk=ja")
    assert (begun["state"], begun["values"]["first_talk_on"]) == ("begun", "2026-11-16")
    assert "first_talk_kind" in begun["missing"]
    more = laptop.json("form", "fill", bo, FORM, "--from-json", "-", stdin='{"first_talk_kind": "phone"}')
    assert more["id"] == begun["id"], "it is continued"
    assert more["values"]["statutory_talk"] is True
    (entry,) = next(one["filled"] for one in laptop.json("form", "list", bo) if one["form"] == FORM)
    assert entry["state"] == "begun"
    assert "Begun" in laptop.run("form", "list", bo).stdout
    laptop.run("form", "withdraw", begun["id"])
    assert laptop.json("form", "show", bo, FORM)["id"] is None
    laptop.run("undo")
    assert laptop.json("form", "show", bo, FORM)["id"] == begun["id"]


def test_the_first_talk_of_the_form_is_one_with_the_consultant(laptop: Laptop, bo: str) -> None:
    laptop.run("form", "fill", bo, FORM, "--set", "first_talk_on=2026-11-16", "--set", "first_talk_kind=meeting")
    shown = laptop.json("show", "case", bo)
    assert (shown["since"], shown["signals"]["talks_held"]) == ("2026-11-16", 1)


def test_a_day_without_a_year_lies_behind_or_where_it_is_agreed_ahead(laptop: Laptop, bo: str) -> None:
    given = ("--set", "date=17/11", "--set", "next_on=1/2")
    filled = laptop.json("form", "fill", bo, "G-F8", *given)
    assert (filled["values"]["date"], filled["values"]["next_on"]) == ("2026-11-17", "2027-02-01")


def test_a_place_on_a_team_written_in_a_form_brings_the_dates_of_the_team(laptop: Laptop) -> None:
    mia = str(laptop.json("add", "citizen", "--name", "Mia Prøve", "--programme", "mastery")["id"])
    laptop.run(
        "form", "fill", mia, "F-M5", "--set", "date=2026-11-16", "--set", "type=caseworker", "--set", "outcome=held"
    )
    laptop.run("form", "fill", mia, "M-X7", "--set", "date=2026-11-16", "--set", "team=T1")
    laptop.run(
        "form", "fill", mia, "F-M14", "--set", "name=T1", "--set", "t0=2026-12-07", "--set", "variant=recommended"
    )
    assert laptop.json("form", "show", mia, "F-M14")["values"]["set_up_on"] == "2026-11-17", "today is proposed"
    owed = {one["rule"]: one["due"] for one in laptop.json("show", "case", mia)["obligations"]}
    assert owed["mastery.phase2.min-length"] == "2026-11-30", "a week before the first teaching day"
    assert laptop.json("programmes", "project", "mastery", "--team", "T1")


def test_complete_is_refused_while_something_is_missing_and_changes_nothing(laptop: Laptop, bo: str) -> None:
    refused = laptop.refuse("form", "fill", bo, FORM, "--set", "first_talk_on=2026-11-16", "--complete")
    assert any(line.startswith("first_talk_kind") for line in refused)
    assert laptop.json("form", "show", bo, FORM)["id"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ('{"first_talk_on": "32/13"}', "first_talk_on"),
        ('{"first_talk_kind": "telepathy"}', "first_talk_kind"),
        ('{"no_such_field": 1}', "no_such_field"),
        ('{"statutory_talk": "perhaps"}', "statutory_talk"),
        ('{"talks_held": 3}', "talks_held"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(laptop: Laptop, bo: str, given: str, field: str) -> None:
    assert laptop.refuse("form", "fill", bo, FORM, "--from-json", "-", stdin=given)[0].startswith(field)
    assert laptop.refuse("form", "show", bo, "G-F99")


def test_rows_are_given_as_a_list(laptop: Laptop, bo: str) -> None:
    from broker_tui.programmes import forms as shapes

    form = shapes.forms("guarantee")["G-F5"]
    rows = next(field for field in form.fields.values() if field.type == "list")
    text = next(part for part in rows.fields if part.type in ("text", "long") and part.sensitivity == "S0")
    given = json.dumps({rows.name: [{text.name: "Kasse"}, {text.name: "Lager"}]})
    told = laptop.json("form", "fill", bo, "G-F5", "--from-json", "-", stdin=given)
    assert [row[text.name] for row in told["values"][rows.name]] == ["Kasse", "Lager"]
    wrong = json.dumps({rows.name: [{"no_such": 1}]})
    refused = laptop.refuse("form", "fill", bo, "G-F5", "--from-json", "-", stdin=wrong)
    assert refused[0].startswith(f"{rows.name}.0.no_such")


def test_sensitive_values_are_masked_unless_asked_for_and_stand_nowhere_else(laptop: Laptop, bo: str) -> None:
    form, field = _secret_field(laptop, bo)
    laptop.run("form", "fill", bo, form, "--set", f"{field}=-", stdin=SECRET)
    shown = laptop.json("form", "show", bo, form)
    assert SECRET not in json.dumps(shown)
    laptop.run("form", "fill", bo, form, "--from-json", "-", stdin=json.dumps({field: shown["values"][field]}))
    assert laptop.json("form", "show", bo, form, "--reveal")["values"][field] == SECRET, "a mask changes nothing"
    for command in (
        ("form", "list", bo),
        ("form", "show", bo, form),
        ("show", "case", bo),
        ("today",),
        ("list", "drafts"),
        ("log", bo),
        ("find", SECRET),
        ("export", "case", bo),
    ):
        told = laptop.run(*command).stdout
        assert SECRET not in told, command
        if command[0] != "export":
            assert SECRET not in laptop.run(*command, "--json").stdout, command


def test_forms_for_authority_are_not_offered_to_a_broker(laptop: Laptop, bo: str) -> None:
    from broker_tui.programmes import forms as shapes

    (only, *_more) = [form.id for form in shapes.forms("guarantee").values() if form.authority_only]
    assert only not in {one["form"] for one in laptop.json("form", "list", bo)}
    assert "authority" in laptop.refuse("form", "show", bo, only)[0]
