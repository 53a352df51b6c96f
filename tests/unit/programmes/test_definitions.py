"""The five definitions hold exactly the rules of the programme documents, complete in both languages."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from broker_tui.domain.facts import Fact
from broker_tui.programmes import loading
from broker_tui.programmes.definition import Level, Rule
from broker_tui.programmes.engine import course_of, evaluate_level
from broker_tui.programmes.results import OWED
from broker_tui.programmes.sampling import closers, closing_facts

SPEC = Path(__file__).parent / "spec_rules.tsv"
RULES = [line.split("\t") for line in SPEC.read_text("utf-8").splitlines()]
programme = pytest.mark.parametrize("name", loading.PROGRAMMES)
ASKS_NOTHING = ("info", "kpi")


def rules(name: str) -> list[Rule]:
    return [ready.rule for ready in loading.program(name).rules.values()]


def tag(rule: Rule) -> str:
    return str(rule.evaluator.__struct_config__.tag)


def test_the_documents_have_647_rules() -> None:
    assert len(RULES) == 647
    assert sum(len(rules(name)) for name in loading.PROGRAMMES) == 647


@programme
def test_exactly_the_rules_of_the_document(name: str) -> None:
    asked = {row[0]: tuple(row[1:]) for row in RULES if row[0].split(".")[0] == name}
    there = {rule.id: (rule.step, rule.kind, rule.severity) for rule in rules(name)}
    assert there == asked


@programme
def test_every_rule_has_words_in_both_languages_and_they_differ(name: str) -> None:
    for rule in rules(name):
        for words in (rule.da, rule.en):
            assert all(len(text) > 3 for text in (words.demand, words.why, words.closes)), rule.id
        assert rule.da.demand != rule.en.demand, rule.id
        assert rule.da.why != rule.da.demand, rule.id
        assert rule.source, rule.id
        assert rule.who, rule.id


@programme
def test_danish_texts_are_danish(name: str) -> None:
    danish = " ".join(f"{r.da.demand} {r.da.why} {r.da.closes}" for r in rules(name))
    english = " ".join(f"{r.en.demand} {r.en.why} {r.en.closes}" for r in rules(name))
    assert len(re.findall("[æøå]", danish)) > len(danish) / 200
    assert len(re.findall("[æøå]", english)) < 30
    assert not re.search(r"\b(the|citizen|and)\b", danish)


@programme
def test_what_is_mandatory_or_recommended_can_be_closed_by_recording_something(name: str) -> None:
    program = loading.program(name)
    without = [rule.id for rule in rules(name) if tag(rule) not in ASKS_NOTHING and not closers(program, rule.id)]
    assert without == []


@programme
def test_local_settings_are_parameters_with_words(name: str) -> None:
    params = loading.program(name).definition.params
    assert any(param.local for param in params.values())
    assert all(param.da and param.en for param in params.values())


@programme
def test_every_rule_has_a_short_name_that_fits_a_list(name: str) -> None:
    titles = loading.titles()
    for rule in rules(name):
        words = titles[rule.id]
        assert 4 <= len(words.da) <= 44, rule.id
        assert 4 <= len(words.en) <= 44, rule.id
        assert words.da != words.en or words.da.isupper() or " " not in words.da, rule.id


def test_no_short_name_is_left_over() -> None:
    assert set(loading.titles()) == {row[0] for row in RULES}


@programme
def test_what_is_asked_of_project_and_team_can_be_closed(name: str) -> None:
    program, today = loading.program(name), date(2026, 6, 15)
    team = Fact(kind="team", on=date(2026, 1, 5), values={"team": "Hold 1", "t0": "2026-08-17"})
    base = [team] if name == "mastery" else []
    levels: tuple[Level, ...] = ("project", "team", "company")
    wrong = []
    for level in levels:
        for owed in evaluate_level(program, base, today, level):
            if owed.state not in OWED:
                continue
            course = course_of(program, base, today)
            more = [msgspec.structs.replace(f, id=f"c{n}") for n, f in enumerate(closing_facts(course, owed))]
            after = [o for o in evaluate_level(program, [*base, *more], today, level) if o.id == owed.id]
            if after and after[0].state in OWED and after[0].count == owed.count:
                wrong.append((owed.id, owed.state, [f.kind for f in more]))
    assert wrong == []
