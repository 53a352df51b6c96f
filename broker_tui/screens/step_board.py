"""How a case stands in its programme, read in a worker thread: what the step board shows."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from broker_tui.programmes.definition import Rule
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import Evaluation, Obligation
from broker_tui.services.programmes import Standing

if TYPE_CHECKING:
    from broker_tui.services import Services

SAID = ("explanation", "waiver", "settled")
"""Kinds of facts in which people speak about rules."""


@dataclass(frozen=True, slots=True)
class Exit:
    """One exit criterion: its rules (alternatives), whether it is met, and how it stands."""

    rules: tuple[str, ...]
    met: bool
    obligation: Obligation | None


@dataclass(frozen=True, slots=True)
class Snoozed:
    """An item that was left aside."""

    item: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the step board shows about one case."""

    standing: Standing
    program: Program
    exits: tuple[Exit, ...]
    said: dict[str, Fact]
    snoozed: tuple[Snoozed, ...]

    @property
    def evaluation(self) -> Evaluation:
        """What the engine says."""
        return self.standing.evaluation

    def rule(self, rule_id: str) -> Rule:
        """A rule of the programme."""
        return self.program.rules[rule_id].rule

    def obligations(self, *states: str) -> list[Obligation]:
        """What is in one of these states, advice left out, the soonest first."""
        found = [o for o in self.evaluation.obligations if o.state in states and self.rule(o.rule).severity != "A"]
        return sorted(found, key=lambda o: (o.due or o.opens or date.max, o.rule, o.key))


def read_board(services: "Services", case_id: str, today: date) -> Board:
    """Read and evaluate a case.

    Raises:
        NotFound: no such case.
        Exception: whatever is wrong with the definition of its programme.
    """
    programmes = services.programmes
    standing = programmes.standing(case_id, today)
    program = programmes.program(standing.programme)
    said: dict[str, Fact] = {}
    for fact in sorted(programmes.facts(case_id), key=lambda fact: fact.on):
        if fact.kind in SAID:
            said[_about(fact.get("rule"), fact.get("key"))] = fact
    snoozed = tuple(
        Snoozed(item, entry.record.until or today, str(entry.record.values.get("reason") or ""))
        for item, entry in programmes.snoozed(today).items()
        if entry.record.case_id == case_id
    )
    return Board(standing, program, tuple(_exits(program, standing.evaluation)), said, snoozed)


def said_about(board: Board, obligation: Obligation) -> Fact | None:
    """What somebody said about an obligation."""
    return board.said.get(_about(obligation.rule, obligation.key)) or board.said.get(_about(obligation.rule, ""))


def _about(rule: Any, key: Any) -> str:
    return f"{rule}@{key}" if key else str(rule)


def _exits(program: Program, evaluation: Evaluation) -> list[Exit]:
    """The exit criteria of the step, alternatives together, in the order of the programme."""
    missing = {rule for group in evaluation.missing_exit for rule in group.split("|")}
    asked = {o.rule: o for o in reversed(evaluation.obligations)}
    groups: dict[str, list[str]] = {}
    for rule in program.exits.get(evaluation.step, ()):
        groups.setdefault(rule.alternative or rule.id, []).append(rule.id)
    found: list[Exit] = []
    for rules in groups.values():
        met = not missing.intersection(rules)
        standing = [asked[rule] for rule in rules if rule in asked]
        found.append(Exit(tuple(rules), met, standing[0] if standing else None))
    return found
