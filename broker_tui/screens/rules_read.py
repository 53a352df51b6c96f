"""What the rule pages show, read in a worker thread."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from broker_tui.domain.text import fold
from broker_tui.i18n import evaluator_words, programme_words, step_words, words
from broker_tui.programmes import loading
from broker_tui.programmes.definition import Rule
from broker_tui.programmes.explain import Explanation
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import Obligation

if TYPE_CHECKING:
    from broker_tui.services import Services


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule of the list, with everything that finds it."""

    rule: str
    step: str
    title: str
    severity: str
    found_by: str


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of one programme in the language spoken now."""

    programme: str
    name: str
    rules: tuple[Listed, ...]
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Touched:
    """One of my people of whom a rule asks something."""

    case_id: str
    citizen_id: str
    name: str
    obligation: Obligation


@dataclass(frozen=True, slots=True)
class RulePicture:
    """A rule, who it touches, and how it stands for one of them."""

    rule: Rule
    program: Program
    touched: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Why a rule is or is not due for one person."""

    case_id: str
    citizen_id: str
    name: str
    explanation: Explanation


def read_book(services: "Services", programme: str) -> Book:
    """A programme as a list; one that cannot be used is an empty one that says so."""
    if not services.programmes.usable(programme):
        return Book(programme, words.programme(programme), (), usable=False)
    program = services.programmes.program(programme)
    return Book(programme, programme_words.name_of(program), tuple(_listed(program)))


def _listed(program: Program) -> list[Listed]:
    found: list[Listed] = []
    for ready in program.rules.values():
        rule = ready.rule
        step = steps(program, rule)
        demand = programme_words.demand(rule.id)
        title = programme_words.title(rule.id)
        said = (
            rule.id,
            step,
            title,
            demand,
            programme_words.why(rule.id),
            programme_words.closes(rule.id),
            rule.source,
        )
        more = (programme_words.severity(rule.severity), evaluator_words.kind(rule))
        found.append(Listed(rule.id, step, title, rule.severity, fold(" ".join((*said, *more)))))
    return found


def steps(program: Program, rule: Rule) -> str:
    """The steps of a rule, and other parts of its programme, by their names."""
    return ", ".join(step_words.part(program.id, code) for code in rule.steps)


def programmes() -> tuple[str, ...]:
    """The programmes in the order they are shown."""
    return loading.PROGRAMMES


def read_rule(services: "Services", rule_id: str, today: date) -> RulePicture:
    """One rule, and of whom it asks something.

    Raises:
        NotFound: no such rule.
    """
    rule = services.programmes.rule(rule_id)
    program = services.programmes.program(rule_id.partition(".")[0])
    touched = tuple(
        Touched(standing.case_id, standing.citizen_id, standing.citizen_name, obligation)
        for standing, obligation in services.programmes.touched_by(rule_id, today)
        if obligation.state not in ("na", "info")
    )
    return RulePicture(rule, program, touched)


def read_seen(services: "Services", rule_id: str, case_id: str, today: date) -> Seen:
    """Why it is or is not due for a case.

    Raises:
        NotFound: no such case or rule.
    """
    explanation = services.programmes.explain(case_id, rule_id, today)
    citizen = services.programmes.records(case_id).citizen
    return Seen(case_id, citizen.id, citizen.record.name, explanation)
