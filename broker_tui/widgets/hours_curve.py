"""The hours curve: a citizen's way, one step at a time, with words before axes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textual.geometry import Size

from broker_tui.i18n import _, language
from broker_tui.i18n import format as forms
from broker_tui.widgets.curve_data import (
    CurveData,
    FollowUp,
    HoursScale,
    LanePlacement,
    TimeScale,
    hours_scale,
    time_scale,
)
from broker_tui.widgets.glyphs import glyph, level
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, Role, Span, cut, ends, join, line, width
from broker_tui.widgets.tiny_curve import tiny_curve

__all__ = ["HoursCurve", "Words", "default_words", "render_curve", "tiny_curve"]

AXIS = 3
"""Two cells of axis numbers and a space."""
LABELS = 11
"""A space and the words right of the drawing; below NARROW they stand in the heading instead."""
NARROW = 60

_FREE, _LINE, _DRAWN, _WORD = range(4)


@dataclass(frozen=True, slots=True)
class Words:
    """How numbers and months are written."""

    hours: Callable[[float], str]
    month: Callable[[int], str]

    def whole(self, hours: float) -> str:
        """A limit: without decimals where it has none."""
        return str(int(hours)) if hours == int(hours) else self.hours(hours)


def default_words() -> Words:
    """Numbers and months in the language of the program."""
    return Words(forms.decimal, forms.month)


class _Canvas:
    """Cells with a role, and what claims them."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self._cells: list[list[tuple[str, Role, int]]] = [[(" ", "text", _FREE)] * columns for _row in range(rows)]

    def claim(self, row: int, x: int) -> int:
        """What claims a cell; outside the canvas a word does."""
        if not (0 <= row < len(self._cells) and 0 <= x < self.columns):
            return _WORD
        return self._cells[row][x][2]

    def put(self, row: int, x: int, text: str, role: Role, claim: int) -> None:
        """Write one-cell characters."""
        for offset, char in enumerate(text):
            if 0 <= x + offset < self.columns:
                self._cells[row][x + offset] = (char, role, claim)

    def label(self, row: int, x: int, parts: Iterable[tuple[str, Role]]) -> bool:
        """Write a word if there is room for it and a cell on both sides; False when it was dropped."""
        pieces = list(parts)
        cells = sum(len(text) for text, _role in pieces)
        if x < 0 or x + cells > self.columns or not 0 <= row < len(self._cells):
            return False
        if any(self.claim(row, at) >= _DRAWN for at in range(x, x + cells)):
            return False
        edges = [at for at in (x - 1, x + cells) if 0 <= at < self.columns]
        if any(self.claim(row, at) >= _DRAWN for at in edges):
            return False
        for at in edges:
            self.put(row, at, " ", "text", _FREE)
        for text, role in pieces:
            self.put(row, x, text, role, _WORD)
            x += len(text)
        return True

    def lines(self) -> list[Line]:
        """The rows as lines, neighbours of one role joined."""
        return [_joined(row) for row in self._cells]


def _joined(cells: list[tuple[str, Role, int]]) -> Line:
    spans: list[Span] = []
    text, role = "", cells[0][1] if cells else "text"
    for char, own, _claim in cells:
        if own != role:
            spans.append(Span(text, role))
            text, role = "", own
        text += char
    spans.append(Span(text, role))
    return tuple(span for span in spans if span.text)


def render_curve(
    data: CurveData,
    columns: int,
    rows: int = 7,
    words: Words | None = None,
    *,
    lanes: bool = True,
    ansi: bool = False,
    empty: Line = EMPTY,
) -> list[Line]:
    """The curve as lines of text.

    Args:
        data: what is drawn.
        columns: cells from the axis numbers to the end of the words at the right.
        rows: rows the drawing may take: 7 at 80x24 and in previews, 13 from 40 rows up.
        words: how numbers and months are written; in the language of the program by default.
        lanes: draw placements, follow-ups and their legend under the months.
        ansi: the theme has no backgrounds, so the area is drawn with a sign.
        empty: the sentence when there are no hours yet.
    """
    words = words or default_words()
    wide = columns >= NARROW
    heading = _heading(data, columns, words, wide)
    if not data.begun:
        return [heading, cut(empty or line(_("No hours yet.")), columns)]
    scale = hours_scale(data, rows)
    plot = max(8, columns - AXIS - (LABELS if wide else 0))
    time = time_scale(data, plot)
    canvas = _Canvas(columns, scale.rows)
    _draw_axis(canvas, data, scale)
    _draw_limits(canvas, data, scale, plot)
    _draw_steps(canvas, data, scale, time, ansi=ansi)
    _draw_words(canvas, data, scale, time, words, wide)
    drawn = [heading, *canvas.lines(), _months(time, columns, words)]
    if lanes:
        drawn += _lanes(data, time, columns)
    return drawn


def _heading(data: CurveData, columns: int, words: Words, wide: bool) -> Line:
    title = line((_("Hours a week"), "strong"))
    now = data.now
    value: Line = line((words.hours(now.hours), "key")) if now else line((glyph("none"), "faint"))
    if not wide:
        return ends(title, join([value, *_limit_words(data, words)]), columns)
    if not data.begun:
        return ends(title, EMPTY, columns)
    first = data.begun[0]
    since = EMPTY
    if now is not None and now != first:
        change = now.hours - first.hours
        sign = "+" if change >= 0 else glyph("against")
        month = words.month(first.start.month)
        text = _("{change} since {month}").format(change=f"{sign}{words.hours(abs(change))}", month=month)
        since = line((text, "muted"))
    return ends(title, join([line((f"{_('now')} ", "muted"), value), since], 3), columns)


def _limit_words(data: CurveData, words: Words) -> list[Line]:
    found: list[Line] = []
    if data.goal_minutes is not None:
        found.append(line((_("goal {hours}").format(hours=words.whole(data.goal_minutes / 60)), "text")))
    if data.exit_minutes is not None:
        found.append(line((_("exit >{hours}").format(hours=words.whole(data.exit_minutes / 60)), "muted")))
    return found


def _draw_axis(canvas: _Canvas, data: CurveData, scale: HoursScale) -> None:
    numbers: dict[int, float] = {}
    for minutes in (data.exit_minutes, data.goal_minutes):
        if minutes is not None:
            numbers[scale.level(minutes / 60)] = minutes / 60
    for index in range(scale.rows):
        hours = index * scale.step
        if hours % 4 == 0:
            numbers[index] = hours
    for index, hours in numbers.items():
        if hours == int(hours):
            canvas.put(scale.rows - 1 - index, 0, f"{int(hours):>2}", "muted", _WORD)


def _draw_limits(canvas: _Canvas, data: CurveData, scale: HoursScale, plot: int) -> None:
    if data.exit_minutes is not None:
        row = scale.rows - 1 - scale.level(data.exit_minutes / 60)
        for x in range(plot):
            if x % 3 < 2:
                canvas.put(row, AXIS + x, glyph("exit-line"), "faint", _LINE)
    if data.goal_minutes is not None:
        row = scale.rows - 1 - scale.level(data.goal_minutes / 60)
        canvas.put(row, AXIS, " " * plot, "text", _FREE)
        for x in range(0, plot, 2):
            canvas.put(row, AXIS + x, glyph("goal-line"), "muted", _LINE)


def _draw_steps(canvas: _Canvas, data: CurveData, scale: HoursScale, time: TimeScale, *, ansi: bool) -> None:
    zero = scale.rows - 1
    flat = ansi or level() == "ascii"
    area = glyph("area-ansi") if ansi else glyph("area")
    last = time.column(data.today)
    for x in range(time.columns):
        canvas.put(zero, AXIS + x, glyph("rule"), "rule", _LINE)
        if x > last:
            continue
        period = data.at(min(time.middle(x), data.today))
        if period is None:
            continue
        half = scale.half_rows(period.hours)
        ribbon = zero - half // 2
        for row in range(ribbon + 1, zero):
            canvas.put(row, AXIS + x, area, "area", _DRAWN)
        if ribbon < zero and not flat:
            canvas.put(zero, AXIS + x, glyph("ribbon-top"), "zero", _DRAWN)
        if half % 2 and ribbon < zero:
            canvas.put(ribbon, AXIS + x, glyph("ribbon-top"), "ribbon-area", _DRAWN)
        elif half % 2:
            canvas.put(ribbon, AXIS + x, glyph("ribbon-top"), "ribbon", _DRAWN)
        else:
            canvas.put(ribbon, AXIS + x, glyph("ribbon"), "ribbon", _DRAWN)


def _draw_words(canvas: _Canvas, data: CurveData, scale: HoursScale, time: TimeScale, words: Words, wide: bool) -> None:
    """Words by priority: now, goal, exit, plan, then the newest step first."""
    zero = scale.rows - 1
    now = data.now
    if now is not None:
        row = zero - scale.half_rows(now.hours) // 2
        text = words.hours(now.hours)
        x = AXIS + time.column(data.today) + 2
        if not canvas.label(row, x, [(text, "key")]):
            canvas.label(max(0, row - 1), min(x, canvas.columns - len(text)), [(text, "key")])
    if wide:
        limits = [m for m in (data.goal_minutes, data.exit_minutes) if m is not None]
        for minutes, content in zip(limits, _limit_words(data, words), strict=True):
            span = cut(content, LABELS - 1)[0]
            row = zero - scale.level(minutes / 60)
            canvas.label(row, AXIS + time.columns + 1, [(span.text, span.role)])
    for plan in sorted(data.plans, key=lambda plan: plan.on):
        hours = plan.minutes_per_week / 60
        row, x = zero - scale.half_rows(hours) // 2, AXIS + time.column(plan.on)
        sign = glyph("planned")
        if not AXIS <= x < AXIS + time.columns:
            continue
        if not canvas.label(row, x, [(f"{sign} {words.hours(hours)}", "text")]):
            canvas.label(row, x, [(sign, "text")])
    for period in reversed(data.begun):
        column = time.column(period.start)
        if period != now and column >= 0:
            row = zero - scale.half_rows(period.hours) // 2 - 1
            canvas.label(row, AXIS + column, [(words.hours(period.hours), "muted")])


def _months(time: TimeScale, columns: int, words: Words) -> Line:
    row = _Canvas(columns, 1)
    starts = time.month_starts()
    spacing = time.columns * 30 / time.days
    every = next((n for n in (1, 2, 3, 6) if spacing * n >= 5), 12)
    for column, month in starts[::every]:
        name = words.month(month)
        if AXIS + column + len(name) <= columns:
            row.label(0, AXIS + column, [(name, "muted")])
    return row.lines()[0]


def _lanes(data: CurveData, time: TimeScale, columns: int) -> list[Line]:
    found: list[Line] = []
    if data.placements:
        found.append(_placement_lane(data, time, columns))
    if data.follow_ups:
        found.append(_follow_up_lane(data.follow_ups, time, columns))
    legend = _legend(data)
    if legend:
        found.append(cut(line(" " * AXIS) + legend, columns))
    return found


def _placement_lane(data: CurveData, time: TimeScale, columns: int) -> Line:
    row = _Canvas(columns, 1)
    free = 0
    for placement in sorted(data.placements, key=lambda p: p.start):
        ends_on = placement.end or max(data.today, placement.start)
        first = max(free, time.column(placement.start), 0)
        last = min(time.column(ends_on), time.columns - 1)
        if last - first < 1:
            continue
        closed = placement.end is not None and time.column(placement.end) < time.columns
        inner = _lane_text(placement, last - first - 1)
        text = glyph("lane-start") + inner + glyph("lane-end" if closed else "lane-open")
        row.put(0, AXIS + first, text, "muted", _WORD)
        free = last + 1
    return row.lines()[0]


def _lane_text(placement: LanePlacement, cells: int) -> str:
    """What stands between the ends of a placement; the text gives way first."""
    rule = glyph("rule")
    kind = f"{rule} {placement.kind} "
    room = cells - len(kind) - 3  # the separator, a blank and one piece of line
    full = f"{rule} {placement.kind} {glyph('separator')} "
    if placement.company and room >= 4:
        named = line(placement.company)
        company = "".join(span.text for span in cut(named, cells - len(full) - 2))
        if width(line(company)) == len(company):  # wide letters would not keep the columns
            return (full + company + " ").ljust(cells, rule)
    for text in (kind, f" {placement.kind} ", placement.kind):
        if len(text) <= cells:
            return text.ljust(cells, rule)
    return rule * cells


def _sign(follow_up: FollowUp) -> tuple[str, Role]:
    if follow_up.agreed:
        return "planned", "text"
    return ("in-person", "accent") if follow_up.in_person else ("phone", "muted")


def _follow_up_lane(follow_ups: tuple[FollowUp, ...], time: TimeScale, columns: int) -> Line:
    row = _Canvas(columns, 1)
    # drawn last wins a shared cell: agreed before in person before phone
    for follow_up in sorted(follow_ups, key=lambda f: (f.agreed, f.in_person)):
        name, role = _sign(follow_up)
        column = time.column(follow_up.on)
        if 0 <= column < time.columns:
            row.put(0, AXIS + column, glyph(name), role, _WORD)
    return row.lines()[0]


def _legend(data: CurveData) -> Line:
    held = [f for f in data.follow_ups if not f.agreed]
    entries: list[Line] = []
    if any(f.in_person for f in held):
        entries.append(line((glyph("in-person"), "accent"), (f" {_('in person')}", "muted")))
    if any(not f.in_person for f in held):
        entries.append(line((glyph("phone"), "muted"), (f" {_('phone')}", "muted")))
    if data.plans or any(f.agreed for f in data.follow_ups):
        entries.append(line((glyph("planned"), "text"), (f" {_('agreed')}", "muted")))
    return join(entries)


class HoursCurve(LineWidget):
    """The curve as a widget; as tall as what it draws."""

    DEFAULT_CSS = """
    HoursCurve { width: 1fr; height: auto; }
    """

    def __init__(
        self,
        data: CurveData,
        *,
        rows: int = 7,
        lanes: bool = True,
        empty: Line = EMPTY,
        id: str | None = None,
    ) -> None:
        """Draw `data` in at most `rows` rows besides heading, months and lanes."""
        super().__init__(id=id)
        self._data = data
        self._rows = rows
        self._with_lanes = lanes
        self._empty = empty
        self._drawn: tuple[object, list[Line]] = (None, [])

    def show(self, data: CurveData, rows: int | None = None) -> None:
        """Draw something else."""
        self._data = data
        self._rows = rows or self._rows
        self.refresh(layout=True)

    def _lines(self, cells: int) -> list[Line]:
        ansi = self.app.current_theme.ansi
        seen = (self._data, self._rows, cells, ansi, level(), language())
        if self._drawn[0] != seen:
            drawn = render_curve(self._data, cells, self._rows, lanes=self._with_lanes, ansi=ansi, empty=self._empty)
            self._drawn = (seen, drawn)
        return self._drawn[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Heading, drawing, months and lanes."""
        return len(self._lines(width))

    def line_at(self, y: int) -> Line:
        """One row of it."""
        drawn = self._lines(self.size.width)
        return drawn[y] if y < len(drawn) else EMPTY
