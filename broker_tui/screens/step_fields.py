"""The 2x2 board of `flexjob`: citizen and company, before a job and in it (domain B12, row 2); pure.

The four elements are no phases: all of them can ask something at once, and the case is only before a job or in one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from broker_tui.i18n import _, ngettext
from broker_tui.i18n.format import short_date
from broker_tui.programmes.definition import Rule
from broker_tui.programmes.results import Obligation
from broker_tui.screens.step_board import Board
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import EMPTY, Line, fit, join, line

ELEMENTS = ("element1", "element2", "element3", "element4")
_OWED = ("overdue", "missed", "due_soon", "open")
_MET = ("closed", "closed_late", "met_to_window_end")
_SIDE = 12


@dataclass(frozen=True, slots=True)
class BoardField:
    """One of the four: what it asks, the soonest first, and how much of it is met."""

    element: str
    owed: tuple[Obligation, ...]
    met: int

    @property
    def late(self) -> int:
        """How many are overdue or missed."""
        return sum(one.state in ("overdue", "missed") for one in self.owed)

    @property
    def next(self) -> date | None:
        """The next day something is due."""
        return min((one.due for one in self.owed if one.due is not None and one.state != "missed"), default=None)


def has_fields(board: Board) -> bool:
    """Whether the programme is built of the four elements."""
    return any(step in ELEMENTS for ready in board.program.rules.values() for step in ready.rule.steps)


def elements_of(rule: Rule, in_job: bool) -> tuple[str, ...]:
    """The fields a rule belongs to; entry is about the citizen, a design of employment about the company."""
    own = tuple(step for step in rule.steps if step in ELEMENTS)
    if own:
        return own
    if "entry" in rule.steps:
        return ("element1",)
    return ("element4" if in_job else "element2",)


def fields(board: Board) -> tuple[BoardField, ...]:
    """The four fields."""
    in_job = board.evaluation.signals.get("side") == "in_job"
    owed: dict[str, list[Obligation]] = {element: [] for element in ELEMENTS}
    met = dict.fromkeys(ELEMENTS, 0)
    for one in board.obligations(*_OWED):
        for element in elements_of(board.rule(one.rule), in_job):
            owed[element].append(one)
    for one in board.obligations(*_MET):
        for element in elements_of(board.rule(one.rule), in_job):
            met[element] += 1
    return tuple(BoardField(element, tuple(owed[element]), met[element]) for element in ELEMENTS)


def names() -> dict[str, str]:
    """What each field is called, as a heading over its rows."""
    return {
        "element1": _("Citizen, before a job"),
        "element2": _("Company, before a job"),
        "element3": _("Citizen, in the job"),
        "element4": _("Company, in the job"),
    }


def drawn(board: Board, cells: int) -> list[Line]:
    """Two by two, in so many cells: columns before and in the job, rows citizen and company."""
    found = {one.element: one for one in fields(board)}
    width = max(20, (cells - _SIDE) // 2)
    in_job = board.evaluation.signals.get("side") == "in_job"
    here = f" {glyph('marked')}"
    before, after = _("Before a job"), _("In the job")
    head = join(
        [
            fit(EMPTY, _SIDE),
            fit(line((before if in_job else before + here, "muted" if in_job else "strong")), width),
            line((after + here if in_job else after, "strong" if in_job else "muted")),
        ],
        0,
    )
    rows = [head]
    for label, left, right in (
        (_("Citizen"), "element1", "element3"),
        (_("Company"), "element2", "element4"),
    ):
        parts = [fit(line((label, "muted")), _SIDE), fit(_told(found[left]), width), _told(found[right])]
        rows.append(join(parts, 0))
    return rows


def _told(one: BoardField) -> Line:
    if not one.owed and not one.met:
        return line((glyph("none"), "faint"))
    if not one.owed:
        return line((f"{glyph('ok')} ", "ok"), (_("{count} met").format(count=one.met), "muted"))
    said = ngettext("{count} asked", "{count} asked", len(one.owed)).format(count=len(one.owed))
    parts: list[Line] = [line((said, "text"))]
    if one.late:
        late = ngettext("{count} late", "{count} late", one.late).format(count=one.late)
        parts.insert(0, line((f"{glyph('overdue')} {late}", "err")))
    elif one.next is not None:
        parts.append(line((_("next {day}").format(day=short_date(one.next)), "muted")))
    return join(parts, 2)


def sections(board: Board) -> Iterator[tuple[str, str, Sequence[Obligation]]]:
    """Heading, what is met, and what is asked, field by field; a demand on both sides stands in both."""
    titles = names()
    for one in fields(board):
        told = _("{count} met").format(count=one.met)
        yield titles[one.element], told, one.owed
