"""What the engine says about a case. Nothing of it is stored: it is computed again from the facts."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

State = Literal[
    "upcoming",
    "open",
    "due_soon",
    "overdue",
    "closed",
    "closed_late",
    "met_to_window_end",
    "missed",
    "paused",
    "explained",
    "waived",
    "unknown",
    "blocked",
    "info",
    "na",
]
SETTLED: frozenset[State] = frozenset({"closed", "closed_late", "met_to_window_end", "waived", "na"})
"""States in which nobody owes anything."""
OWED: frozenset[State] = frozenset({"open", "due_soon", "overdue"})
"""States in which something can be done now that closes the obligation."""


class Reason(msgspec.Struct, frozen=True):
    """Why a state is what it is: a code with arguments; the sentence stands in the language files."""

    code: str
    args: dict[str, Any] = {}


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """Events counted in a window of days, first and last day included."""

    start: date
    end: date
    done: int
    minimum: int
    behind: bool = False
    checkpoints: tuple[date, ...] = ()


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule asks of one case now.

    Attributes:
        rule: the rule's id.
        key: tells apart several obligations of one rule (a day, a moment, a planned date); "" when there is one.
        opens: the first day it is shown.
        due: the last day on time; never moved for weekends.
        due_at: the moment, for reply timers.
        act_by: the nearest earlier working day, when `due` is none.
        since: the day it counts from.
        clock: the name of what happened on that day.
        closed_on: the day of the evidence.
        days: days overdue, or remaining days of a paused deadline.
        missing: parts that are not there yet.
        debt: a registration that was due when a step closed; blocks the confirmation of the step, nothing else.
        attention: deserves a look although nothing is overdue.
        count: for rules that count events.
        window: first and last day of a contact rule that is asked only for a time.
        reason: why, where state and dates do not say it.
    """

    rule: str
    state: State
    key: str = ""
    opens: date | None = None
    due: date | None = None
    due_at: datetime | None = None
    act_by: date | None = None
    since: date | None = None
    clock: str = ""
    closed_on: date | None = None
    closed_at: datetime | None = None
    days: int = 0
    missing: tuple[str, ...] = ()
    debt: bool = False
    attention: bool = False
    count: Count | None = None
    window: tuple[date, date] | None = None
    reason: Reason | None = None

    @property
    def id(self) -> str:
        """The same for the same demand, on every laptop and every day."""
        return f"{self.rule}@{self.key}" if self.key else self.rule


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """An act that waits for rules. `failing` block it; for `soft` ones a reason is asked.

    `never_waived`: the failing rules that no waiver can open.
    """

    open: bool
    failing: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()
    never_waived: tuple[str, ...] = ()


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """The step as a named person confirmed it, under which version of the definition."""

    step: str
    on: date
    by: str | None = None
    version: str | None = None


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the engine says about one case on one day.

    Attributes:
        step: the proposed step or final state; a person confirms it.
        since: the day that step began.
        sub: a state inside the step, for instance `awaiting_internship`.
        reason: the rule that decided a final state.
        missing_exit: exit criteria of the step that are not met; alternatives stand in one entry, joined by "|".
        exit_proposed: the exit rule that is met and waits for a person.
        evidence: what an exit proposal rests on.
        obligations: what the rules ask, settled ones too.
        signals: computed signals by name.
        gates: acts that wait for rules.
        kpis: figures of this one case: a number, or (count, of how many).
        changes: attention that is no obligation ("target group changed", "two decisions contradict").
        explainable: mandatory rules that are only recommended just now, so that a broker may explain them.
    """

    programme: str
    version: str
    today: date
    step: str
    since: date | None = None
    sub: str = ""
    final: bool = False
    reason: str | None = None
    missing_exit: tuple[str, ...] = ()
    exit_proposed: str | None = None
    evidence: str = ""
    obligations: tuple[Obligation, ...] = ()
    signals: dict[str, Any] = {}
    gates: dict[str, Gate] = {}
    kpis: dict[str, Any] = {}
    confirmed: Confirmed | None = None
    changes: tuple[Reason, ...] = ()
    explainable: tuple[str, ...] = ()

    @property
    def doc_debt(self) -> tuple[Obligation, ...]:
        """Registrations that were due when a step closed and are not made."""
        return tuple(o for o in self.obligations if o.debt and o.state in ("overdue", "missed"))

    @property
    def may_confirm(self) -> bool:
        """Whether a person may confirm the proposed step: nothing is in documentation debt."""
        return not self.doc_debt
