"""Rows of the step board: what is met and missing, due and counted, explained and unknown; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from broker_tui.i18n import _, programme_words
from broker_tui.i18n.format import short_date
from broker_tui.programmes.results import Gate, Obligation
from broker_tui.screens import say, step_fields
from broker_tui.screens.step_board import Board, Exit, Snoozed, said_about
from broker_tui.screens.step_lines import counted, sign_of, state_words
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, Span, blank, line, wrap

_DONE_SHOWN = 20
_INDENT = 11
_STATE = 12


@dataclass(frozen=True, slots=True)
class Spot:
    """What a row is about: a rule of the case, and which of its obligations."""

    rule: str
    obligation: Obligation | None = None

    @property
    def key(self) -> str:
        """The obligation's key."""
        return self.obligation.key if self.obligation is not None else ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rows, and what each is about."""

    items: tuple[Item, ...]
    spots: dict[str, Spot]


def columns() -> Columns:
    """Day, demand, state."""
    return Columns(
        (Column("when", width=9), Column("what", min_width=30), Column("state", width=_STATE, align="right"))
    )


def drawn(board: Board, guard: Guard, cells: int, *, by_field: bool = False) -> Drawn:
    """The whole board, in rows of `cells`; `by_field` puts what is asked under the four fields of the 2x2 board."""
    items: list[Item] = []
    spots: dict[str, Spot] = {}
    for title, count, rows in _by_field(board, guard) if by_field else _sections(board, guard):
        made = list(rows)
        if made:
            items.append(Heading(title, count or str(len(made))))
            for row, spot in made:
                items.append(_broken(row, cells - _INDENT - _STATE - 2))
                if spot is not None:
                    spots[row.key] = spot
    return Drawn(tuple(items), spots)


Made = tuple[Row, Spot | None]


def _broken(row: Row, room: int) -> Row:
    """The row with a long sentence in two lines."""
    first, *rest = wrap(row.cells["what"], max(room, 20))
    if not rest:
        return row
    second: Line = tuple(span for part in rest for span in (*part, Span(" ")))
    return replace(row, cells={**row.cells, "what": first}, more=(blank(_INDENT) + second, *row.more))


def _sections(board: Board, guard: Guard) -> Iterator[tuple[str, str, Iterator[Made]]]:
    """Headings in the order of what a broker asks first."""
    standing = board.standing
    debt = {o.id for o in board.evaluation.doc_debt}
    leaving = {rule for one in board.exits for rule in one.rules}
    met = programme_words.progress(standing.exits_met, standing.exits_all)
    told = [o for o in board.obligations("overdue", "due_soon", "open", "missed") if o.id not in debt]
    windows = [o for o in told if o.count is not None]
    missed = [o for o in told if o.count is None and o.state == "missed"]
    owed = [o for o in told if o.count is None and o.state != "missed"]
    undated = [o for o in owed if o.due is None and o.rule not in leaving]
    yield _("To leave this step"), met, (_exit(board, one) for one in board.exits)
    yield _("Missing registrations"), "", (_row("debt", o) for o in board.evaluation.doc_debt)
    yield _("Next"), "", (_row("due", o) for o in owed if o.due is not None)
    yield _("Counted"), "", (_window(o) for o in windows)
    yield _("Without a date"), "", (_row("open", o) for o in undated)
    yield _("Missed"), "", (_row("missed", o) for o in missed)
    yield _("Locked"), "", (_gate(board, name, gate) for name, gate in board.evaluation.gates.items() if not gate.open)
    yield _("Explained, waived, left aside"), "", _said(board, guard)
    yield _("Before this program: unknown"), "", (_row("unknown", o) for o in board.obligations("unknown"))
    yield _("Later"), "", (_row("later", o) for o in board.obligations("upcoming", "paused", "blocked"))
    done = board.obligations("closed", "closed_late", "met_to_window_end")
    done = [o for o in done if o.rule not in leaving]
    done.sort(key=lambda o: (o.closed_on is not None, o.closed_on), reverse=True)
    yield _("Met"), str(len(done)), (_row("done", o) for o in done[:_DONE_SHOWN])


def _by_field(board: Board, guard: Guard) -> Iterator[tuple[str, str, Iterator[Made]]]:
    """What is asked field by field, then what no field holds."""
    for number, (title, met, owed) in enumerate(step_fields.sections(board), 1):
        yield title, met, (_window(o, f"field{number}") for o in owed)
    asked = (_("Next"), _("Counted"), _("Without a date"), _("Missed"))
    for title, count, rows in _sections(board, guard):
        if title not in asked:
            yield title, count, rows


def _row(section: str, obligation: Obligation) -> Made:
    on = obligation.closed_on or obligation.due or obligation.opens
    sign, role = sign_of(obligation)
    cells = {
        "when": line((short_date(on), "muted")) if on else line((glyph("none"), "faint")),
        "what": line(programme_words.title(obligation.rule)),
        "state": EMPTY if section == "unknown" else state_words(obligation),
    }
    row = Row(f"{section}|{obligation.id}", cells, more=_missing_parts(obligation), sign=sign, sign_role=role)
    return row, Spot(obligation.rule, obligation)


def _missing_parts(obligation: Obligation) -> tuple[Line, ...]:
    """Parts that are not there yet."""
    if not obligation.missing:
        return ()
    named = ", ".join(say.inline(programme_words.part(obligation.rule, part)) for part in obligation.missing)
    return (blank(_INDENT) + line((_("missing: "), "muted"), (named, "muted")),)


def _exit(board: Board, one: Exit) -> Made:
    """A criterion: met with its day, or missing with what would close it."""
    rule, obligation = one.rules[0], one.obligation
    demand = _(" or ").join(programme_words.title(each) for each in one.rules)
    gone = one.met and obligation is None
    on = obligation.closed_on if obligation is not None else None
    state = line((_("not relevant"), "faint")) if gone else line((_("met"), "ok")) if one.met else EMPTY
    if not one.met:
        state = line((_("missing"), "text"))
    cells = {"when": line((short_date(on), "muted")) if on else EMPTY, "what": line(demand), "state": state}
    more: tuple[Line, ...] = ()
    if not one.met:
        closes = programme_words.closes(rule)
        more = (blank(_INDENT) + line((_("do: "), "muted"), (closes, "muted")),)
    sign, role = (glyph("ok"), "ok") if one.met else (glyph("missing"), "warn")
    made = Row(f"exit|{rule}", cells, more=more, sign=sign, sign_role="ok" if role == "ok" else "warn")
    return made, Spot(rule, obligation)


def _window(obligation: Obligation, section: str = "count") -> Made:
    """So many of so many, drawn."""
    row, spot = _row(section, obligation)
    if obligation.count is None:
        return row, spot
    more = (blank(_INDENT) + counted(obligation.count),)
    return Row(row.key, row.cells, more=more, sign=row.sign, sign_role=row.sign_role), spot


def _gate(board: Board, name: str, gate: Gate) -> Made:
    """An act that waits, and the rules it waits for."""
    what = line(programme_words.gate(board.standing.programme, name))
    more = tuple(blank(_INDENT) + line((programme_words.title(rule), "muted")) for rule in gate.failing)
    cells = {"when": EMPTY, "what": what, "state": line((_("waits for"), "muted"))}
    row = Row(f"gate|{name}", cells, more=more, sign=glyph("refused"), sign_role="muted")
    return row, Spot(gate.failing[0]) if gate.failing else None


def _said(board: Board, guard: Guard) -> Iterator[Made]:
    """What people said about rules, and what was left aside."""
    for obligation in board.obligations("explained", "waived"):
        row, spot = _row("said", obligation)
        fact = said_about(board, obligation)
        more = (blank(_INDENT) + _words(fact, guard),) if fact is not None else ()
        yield Row(row.key, row.cells, more=more, sign=glyph("planned"), sign_role="muted"), spot
    for entry in board.snoozed:
        yield _snoozed(board, entry, guard)


def _words(fact: Any, guard: Guard) -> Line:
    """Who said it, when, and why."""
    role = fact.get("role")
    name = str(fact.get("name") or "")
    if role:
        name = f"{name}, {programme_words.role(str(fact.get('rule')).partition('.')[0], str(role))}"
    told = _("{name}, {day}: ").format(name=name, day=short_date(fact.on))
    return line((told, "muted")) + guard.note(str(fact.get("reason") or ""), "muted")


def _snoozed(board: Board, entry: Snoozed, guard: Guard) -> Made:
    """Something of Today that was left aside."""
    rule = entry.item.partition(":")[2].partition(":")[2].partition("@")[0] if entry.item.startswith("rule:") else ""
    known = rule in board.program.rules
    cells = {
        "when": line((short_date(entry.until), "muted")),
        "what": line(programme_words.title(rule)) if known else line(_("something agreed")),
        "state": line((_("left aside"), "muted")),
    }
    more = (blank(_INDENT) + guard.note(entry.reason, "muted"),)
    row = Row(f"aside|{entry.item}", cells, more=more, sign=glyph("planned"), sign_role="muted")
    return row, Spot(rule) if known else None
