"""Forms as data: every file is right, every rule has a way to its evidence, values are checked, facts follow."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from broker_tui.programmes import evidence, loading
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.definition import Info, Kpi
from broker_tui.programmes.forms import Emits, FormDefinition, FormField, FormSection, FormsFile, Lock, Show
from broker_tui.programmes.loading import PROGRAMMES
from broker_tui.screens.programme_values import typed, value_of

DAY = date(2026, 11, 17)


def form(*fields: FormField, fact: list[Emits] | None = None, version: int = 1) -> FormDefinition:
    section = FormSection(da="Afsnit", en="Section", field=list(fields))
    return FormDefinition(id="T-1", da="Ark", en="Sheet", section=[section], fact=fact or [], version=version)


def field(name: str, kind: str, **more: Any) -> FormField:
    return msgspec.convert({"name": name, "type": kind, "da": name, "en": name, **more}, FormField)


# The files that ship


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_forms_have_words_in_both_languages_and_belong_to_the_programme(programme: str) -> None:
    for one in shapes.forms(programme).values():
        assert all((one.da.strip(), one.en.strip())), one.id
        assert one.fields, one.id
        for each in one.fields.values():
            parts = [each, *each.fields]
            assert all(words.strip() for part in parts for words in (part.da, part.en)), (one.id, each.name)
            assert all(choice.da and choice.en for part in parts for choice in part.choices), (one.id, each.name)
    keys = [prompt.key for prompt in shapes._file(programme).prompt]
    assert len(keys) == len(set(keys))


def _rules() -> list[tuple[str, str]]:
    return [(name, rule) for name in PROGRAMMES for rule in loading.program(name).rules]


def test_all_647_rules_have_a_way_to_their_evidence_or_are_shown() -> None:
    every = _rules()
    assert len(every) == 647
    lost: list[str] = []
    for programme, rule_id in every:
        program, forms = loading.program(programme), shapes.forms(programme)
        way = evidence.path(program, forms, rule_id)
        asks = not isinstance(program.rules[rule_id].rule.evaluator, Info | Kpi)
        if way is None or (way.way == "shown") == asks:
            lost.append(rule_id)
        elif way.way == "form":
            name, _dot, part = way.field.partition(".")
            fields = forms[way.form].fields
            parts = {one.name for one in fields[name].fields} if name in fields else set()
            if name not in fields or (part and part not in parts):
                lost.append(f"{rule_id}: {way.form} {way.field}")
    assert lost == []


# What cannot stand


@pytest.mark.parametrize(
    ("given", "value", "code"),
    [
        (field("a", "choice", choices=[{"code": "x", "da": "x", "en": "x"}]), "y", "not_allowed"),
        (field("a", "choices", choices=[{"code": "x", "da": "x", "en": "x"}]), ["x", "y"], "not_allowed"),
        (field("a", "int", min=2, max=5), 6, "out_of_bounds"),
        (field("a", "int", min=2, max=5), 1, "out_of_bounds"),
        (field("a", "scale"), 6, "out_of_bounds"),
        (field("a", "hours", max=2220), "7,5", "out_of_bounds"),
        (field("a", "date"), "i morgen", "not_a_date"),
    ],
)
def test_a_value_that_cannot_stand_is_told_at_its_field(given: FormField, value: Any, code: str) -> None:
    (fault,) = shapes.faults(form(given), {"a": value})
    assert (fault.field, fault.code) == ("a", code)


def test_an_end_before_its_start_and_unknown_fields_are_told() -> None:
    ark = form(field("start", "date"), field("end", "date", after="start"))
    faults = shapes.faults(ark, {"start": "2026-11-17", "end": "2026-11-16", "other": 1})
    assert [(fault.field, fault.code) for fault in faults] == [("end", "end_before_start"), ("other", "unknown_field")]
    assert not shapes.faults(ark, {"start": "2026-11-17", "end": "2026-11-17"})


def test_only_what_is_asked_for_can_be_missing() -> None:
    ark = form(
        field("kind", "choice", required=True, choices=[{"code": c, "da": c, "en": c} for c in ("a", "b")]),
        field("why", "text", required=True, **{"if": {"field": "kind", "is": "b"}}),
        field("rows", "list", fields=[{"name": "text", "type": "text", "da": "t", "en": "t", "required": True}]),
    )
    assert ark.missing({}) == ["kind"]
    assert ark.missing({"kind": "a"}) == []
    assert ark.missing({"kind": "b", "rows": [{"text": "x"}, {}]}) == ["why", "rows.1.text"]
    assert [fault.code for fault in shapes.faults(ark, {"kind": "b"}, complete=True)] == ["required"]


@pytest.mark.parametrize(
    ("show", "values", "holds"),
    [
        (Show(field="a"), {"a": "x"}, True),
        (Show(field="a"), {"a": False}, False),
        (Show(field="a"), {}, False),
        (Show(field="a", is_="x"), {"a": ["y", "x"]}, True),
        (Show(field="a", is_=["x", "y"]), {"a": "y"}, True),
        (Show(field="a", not_="x"), {"a": "y"}, True),
        (Show(field="a", not_="x"), {"a": "x"}, False),
        (Show(field="a", not_="x"), {}, False),
    ],
)
def test_skip_logic(show: Show, values: Mapping[str, Any], holds: bool) -> None:
    assert show.holds(values) is holds


# What follows


def test_facts_follow_from_fields_rows_literals_and_what_is_filled() -> None:
    ark = form(
        field("held_on", "date"),
        field("kind", "text"),
        field("hidden", "text", **{"if": {"field": "kind", "is": "b"}}),
        field("rows", "list", fields=[{"name": "when", "type": "date", "da": "w", "en": "w"}]),
        fact=[
            Emits(
                fact="talk", on="held_on", values={"kind": "kind", "own": {"is": True}, "said": {"filled": "hidden"}}
            ),
            Emits(fact="line", each="rows", on="when", values={"kind": "kind"}),
            Emits(fact="never", if_=Show(field="kind", is_="z")),
        ],
    )
    values = {"held_on": "2026-11-10", "kind": "a", "hidden": "x", "rows": [{"when": "2026-11-11"}, {}]}
    made = [(fact.kind, fact.on, dict(fact.values)) for fact in shapes.facts(ark, values, DAY, "r1")]
    assert made == [
        ("talk", date(2026, 11, 10), {"kind": "a", "own": True}),
        ("line", date(2026, 11, 11), {"kind": "a"}),
    ]


def test_a_wrong_file_is_refused_with_form_field_and_what_to_do() -> None:
    program = loading.program("fsm2")
    wrong = form(
        field("a", "choice"),
        field("b", "list"),
        field("c", "date", after="nowhere", **{"if": {"field": "gone"}}),
        fact=[Emits(fact="no-such-kind"), Emits(fact="cv", on="z", values={"no_such": "a"})],
    )
    wrong = msgspec.structs.replace(wrong, lock=Lock(by="sealed"))
    told = [str(fault) for fault in shapes.check(FormsFile(form=[wrong, wrong]), program)]
    for part in (
        "twice",
        "a choice needs codes",
        "sub-fields",
        "'nowhere'",
        "'gone'",
        "no-such-kind",
        "no_such",
        "'sealed'",
    ):
        assert any(part in line for line in told), (part, told)


# Days without a year


def test_what_is_agreed_is_read_ahead_and_stands_in_its_field_as_typed() -> None:
    now = datetime(2026, 11, 17, 9, 40, tzinfo=UTC)
    ahead, behind = field("next_on", "date", ahead=True), field("held_on", "date")
    for one, day in ((ahead, "2027-02-01"), (behind, "2026-02-01")):
        assert value_of(one, "1/2", now) == day
        assert typed(one, day, now) == "1/2", "the year is not needed to understand it"
    assert typed(ahead, "2026-02-01", now) == "1/2/2026"


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_only_days_are_read_ahead(programme: str) -> None:
    fields = [each for one in shapes.forms(programme).values() for each in one.fields.values()]
    ahead = [part for each in fields for part in (each, *each.fields) if part.ahead]
    assert ahead
    assert {part.type for part in ahead} == {"date"}
    assert not {part.name for part in ahead} & {"held_on", "signed_on", "decided_on", "last_day", "noted_on"}
