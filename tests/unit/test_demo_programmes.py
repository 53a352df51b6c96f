"""The demo shows people at every step of every programme, with believable things due, overdue and missing."""

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from broker_tui.demo.caseload import PROGRAMMES, Maker, Size
from broker_tui.domain.case_facts import CaseRecords, facts_of
from broker_tui.domain.views import Entry
from broker_tui.i18n import Language
from broker_tui.programmes import loading
from broker_tui.programmes.engine import evaluate
from broker_tui.programmes.results import Evaluation
from sync.records import RECORD_TYPES, view

TODAY = date(2026, 11, 25)
LATER = TODAY + timedelta(weeks=3)
ME = "me"


@cache
def people(language: Language) -> tuple[CaseRecords, ...]:
    """The forty of the demo, as records."""
    families: dict[str, dict[str, list[Entry[Any]]]] = defaultdict(lambda: defaultdict(list))
    shared: list[Entry[Any]] = []
    for write in Maker(1, TODAY, language, ME, Size()).writes():
        if write.kind != "create":
            continue
        entry = Entry(write.id, view(dict(write.patch), RECORD_TYPES[write.type].struct))
        if write.scope.startswith("case:"):
            families[write.scope][write.type].append(entry)
        elif write.type == "fact":
            shared.append(entry)
    return tuple(_records(found, shared) for found in families.values())


def _records(found: dict[str, list[Entry[Any]]], shared: list[Entry[Any]]) -> CaseRecords:
    case = found["case"][0]
    teams = [fact.record.values["team"] for fact in found["fact"] if fact.record.kind == "team_member"]
    return CaseRecords(
        citizen=found["citizen"][0],
        case=case,
        contacts=found["contact"],
        placements=found["placement"],
        hours=found["hours"],
        goals=found["goal"],
        follow_ups=found["follow_up"],
        consents=found["consent"],
        roles=found["role_assignment"],
        facts=found["fact"],
        shared=[e for e in shared if e.record.programme == case.record.programme and e.record.team in (None, *teams)],
        me=ME,
    )


def said(name: str, on: date, language: Language = "da") -> list[Evaluation]:
    program = loading.program(name)
    mine = [records for records in people(language) if records.case.record.programme == name]
    return [evaluate(program, facts_of(r), on, known_from=r.case.record.known_from) for r in mine]


@pytest.mark.parametrize("name", PROGRAMMES)
def test_somebody_stands_at_every_step(name: str) -> None:
    steps = {step.code for step in loading.program(name).definition.steps if not step.final}
    assert {evaluation.step for evaluation in said(name, TODAY)} >= steps


@pytest.mark.parametrize("name", PROGRAMMES)
def test_most_is_done_something_is_due_and_little_is_late(name: str) -> None:
    for evaluation in said(name, TODAY):
        states = [o.state for o in evaluation.obligations]
        assert states.count("closed") >= 5
        assert states.count("overdue") <= 5
        assert states.count("open") + states.count("due_soon") + states.count("overdue") >= 1
    assert any(evaluation.missing_exit for evaluation in said(name, TODAY))


def test_three_weeks_later_more_is_late() -> None:
    def late(on: date) -> int:
        states = [o.state for name in PROGRAMMES for e in said(name, on) for o in e.obligations]
        return sum(state in ("overdue", "missed") for state in states)

    assert late(LATER) > late(TODAY)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_three_weeks_later_something_has_moved(name: str) -> None:
    now, then = said(name, TODAY), said(name, LATER)
    assert [e.obligations for e in now] != [e.obligations for e in then]


def test_no_placeholder_is_left_and_both_languages_have_their_words() -> None:
    texts: dict[Language, set[str]] = {}
    for language in ("da", "en"):
        values = [fact.record.values for records in people(language) for fact in records.facts]
        words = {v for value in values for v in value.values() if isinstance(v, str) and " " in v}
        assert "x" not in {v for value in values for v in value.values() if isinstance(v, str)}
        texts[language] = words
    assert texts["da"] != texts["en"]
    assert len(texts["da"]) > 20
