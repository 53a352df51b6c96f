"""The step board drawn: where the case stands, and the head above the rows; pure."""

from datetime import date
from typing import Any

from broker_tui.i18n import _, ngettext, programme_words
from broker_tui.i18n.format import dated, decimal, short_date
from broker_tui.i18n.setting_words import WORDS, setting
from broker_tui.programmes.results import Count, Evaluation, Obligation
from broker_tui.screens.step_board import Board
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import EMPTY, Line, Role, ends, join, line

_BOXES = 12
"""More than these are told, not drawn."""


def head(board: Board, today: date, cells: int) -> list[Line]:
    """Step and day, who confirmed it, what is raised, what holds it back."""
    evaluation, name = board.evaluation, board.standing.programme
    first = ends(line((programme_words.step(name, evaluation.step), "strong")), day_of(board, today), cells)
    found = [first, confirmation(board)]
    if evaluation.exit_proposed:
        demand = programme_words.demand(evaluation.exit_proposed)
        found.append(line((f"{glyph('ok')} ", "ok"), _("Ready to leave: {demand}").format(demand=demand)))
    raised = signals(evaluation)
    if raised:
        found.append(raised)
    debt = len(evaluation.doc_debt)
    if debt:
        text = ngettext(
            "{count} registration is missing and holds the confirmation of a later step.",
            "{count} registrations are missing and hold the confirmation of a later step.",
            debt,
        ).format(count=debt)
        found.append(line((f"{glyph('overdue')} ", "err"), text))
    found += [_change(board, reason) for reason in evaluation.changes]
    return found


def _change(board: Board, reason: Any) -> Line:
    """Attention that is no obligation."""
    rule = str(reason.args.get("rule") or board.standing.programme)
    said = programme_words.reason(rule, reason) or reason.code.replace("_", " ")
    return line((f"{glyph('soon')} ", "warn"), said)


def day_of(board: Board, today: date) -> Line:
    """`day 41 of 91`."""
    since = board.evaluation.since
    if since is None:
        return EMPTY
    day = (today - since).days
    most = longest(board)
    if most is None:
        return line((_("day {count}").format(count=day), "muted"))
    role: Role = "err" if day > most else "muted"
    return line((_("day {count} of {most}").format(count=day, most=most), role))


def longest(board: Board) -> int | None:
    """How many days the step may last, where the programme says so."""
    from broker_tui.services.stages import limit_of

    limit = limit_of(board.program, board.evaluation)
    return limit.days if limit is not None else None


def confirmation(board: Board) -> Line:
    """Since when, and whether a person has confirmed it."""
    evaluation, name = board.evaluation, board.standing.programme
    since = line((_("since {day}").format(day=dated(evaluation.since)), "muted")) if evaluation.since else EMPTY
    confirmed = evaluation.confirmed
    if confirmed is None or not confirmed.step:
        return join((since, line((_("not confirmed yet: f confirms it"), "text"))), 3)
    told = _("confirmed {day}").format(day=dated(confirmed.on))
    if confirmed.by:
        told = _("confirmed {day} by {name}").format(day=dated(confirmed.on), name=confirmed.by)
    if confirmed.step != evaluation.step:
        step = programme_words.step(name, confirmed.step)
        differs = _("{step} was confirmed; f confirms the proposed one").format(step=step)
        return join((since, line((f"{glyph('conflict')} ", "warn"), differs)), 3)
    if confirmed.version and confirmed.version != evaluation.version:
        told = _("{told}, under version {version}").format(told=told, version=confirmed.version)
    return join((since, line((f"{glyph('ok')} ", "ok"), (told, "muted"))), 3)


def signals(evaluation: Evaluation) -> Line:
    """What the programme has found out about the case, in words; what simply holds comes before the figures."""
    every = [(signal_words(evaluation.programme, name, value), value) for name, value in evaluation.signals.items()]
    raised = [words for words, value in every if words and value is True]
    figures = [words for words, value in every if words and value is not True and value]
    told = [*raised, *figures]
    return line((_("Signals: "), "muted"), " · ".join(told)) if told else EMPTY


def signal_words(programme: str, name: str, value: Any) -> str:
    """One signal; those without a name in the programme are for the engine alone."""
    told = programme_words.signal(programme, name)
    if told == name:
        return ""
    if value is True:
        return told
    if isinstance(value, float):
        value = decimal(value)
    if isinstance(value, str) and value in WORDS:
        value = setting(value)
    return _("{name}: {value}").format(name=told, value=short_date(value) if isinstance(value, date) else value)


def boxes(count: Count) -> Line:
    """`■■■□`: what was held of what is asked for."""
    if count.minimum > _BOXES:
        return EMPTY
    held = min(count.done, count.minimum)
    return line((glyph("marked") * held, "ok"), (glyph("unmarked") * (count.minimum - held), "edge"))


def counted(count: Count) -> Line:
    """The boxes, the number in words, the window."""
    number = programme_words.progress(count.done, count.minimum)
    window = _("{first} to {last}").format(first=short_date(count.start), last=short_date(count.end))
    behind = line((f"{glyph('soon')} ", "warn"), _("behind the pace")) if count.behind else EMPTY
    return join((boxes(count), line((number, "num")), line((window, "muted")), behind))


_STATE_ROLES: dict[str, Role] = {"overdue": "err", "missed": "err", "due_soon": "warn", "open": "text"}


def state_words(obligation: Obligation) -> Line:
    """The state, coloured."""
    return line((programme_words.state(obligation.state), _STATE_ROLES.get(obligation.state, "muted")))


def sign_of(obligation: Obligation) -> tuple[str, Role]:
    """The sign in the gutter."""
    if obligation.state in ("overdue", "missed"):
        return glyph("overdue"), "err"
    if obligation.state == "due_soon" or obligation.attention:
        return glyph("soon"), "warn"
    if obligation.state in ("closed", "closed_late", "met_to_window_end"):
        return glyph("ok"), "ok"
    return "", "text"
