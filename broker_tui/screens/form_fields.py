"""Fields as forms need them, and reading back what was typed: dates as people say them, hours with a comma."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from textual import events
from textual.message import Message
from textual.widget import Widget

from broker_tui.domain import dates
from broker_tui.domain.dates import Prefer
from broker_tui.domain.text import clean
from broker_tui.domain.views import FieldError, InvalidInput
from broker_tui.i18n import _
from broker_tui.i18n.format import clock, dated, decimal, weekday
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.field import LABEL_WIDTH, Field
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import Line, Span, line
from broker_tui.widgets.text_fields import DateField, DateParser, MaskedField, Reading, TextField

LABEL = 13
"""Cells of the label in long forms (style guide, section 8)."""


def spoken_day(day: date) -> str:
    """`tir 1. dec 2026`."""
    return f"{weekday(day)} {dated(day)}"


def day_reader(now: datetime, prefer: Prefer = "future") -> DateParser:
    """Understands a day; nothing typed is no error."""
    return _reader(now, prefer, with_time=False)


def moment_reader(now: datetime, prefer: Prefer = "future") -> DateParser:
    """Understands a day with or without a clock time; the value is a `When`."""
    return _reader(now, prefer, with_time=True)


def _reader(now: datetime, prefer: Prefer, *, with_time: bool) -> DateParser:
    def read(text: str) -> Reading:
        if not text.strip():
            return Reading()
        try:
            when = dates.parse(text, now, prefer)
        except dates.DateFault as fault:
            from broker_tui.i18n.words import field_error

            return Reading(error=field_error("", fault.code, fault.args_))
        shown = spoken_day(when.day)
        if when.at is not None and with_time:
            shown = _("{day} at {time}").format(day=shown, time=clock(when.at))
        return Reading(when, shown)

    return read


def typed_day(day: date | None, now: datetime, prefer: Prefer = "future") -> str:
    """A date as it is put into a field: `1/12`, with the year where it would be understood as another one."""
    if day is None:
        return ""
    short = f"{day.day}/{day.month}"
    return short if dates.parse(short, now, prefer).day == day else f"{short}/{day.year}"


def typed_hours(minutes: int | None) -> str:
    """Minutes per week as they are put into a field: `8`, `7,5`."""
    if minutes is None:
        return ""
    if minutes % 60 == 0:
        return str(minutes // 60)
    return decimal(minutes / 60, 2).rstrip("0")


def options(pairs: Iterable[tuple[str, str]]) -> list[Option]:
    """Options of codes and translated words."""
    return [Option(code, word) for code, word in pairs]


class Values:
    """What stands in a form, read field by field; errors are collected and told all at once."""

    def __init__(self, values: Mapping[str, str], now: datetime) -> None:
        """Read `values` at the time `now`."""
        self._values = values
        self._now = now
        self._errors: list[FieldError] = []

    def text(self, key: str) -> str | None:
        """The text, None when there is none."""
        return clean(self._values.get(key, "")).strip() or None

    def needed(self, key: str) -> str:
        """The text, which must be there."""
        text = self.text(key)
        if text is None:
            self.refuse(key, "required")
        return text or ""

    def code(self, key: str) -> Any:
        """The chosen code, None when nothing is chosen."""
        return self._values.get(key) or None

    def needed_code(self, key: str) -> Any:
        """The chosen code, which must be there."""
        code = self.code(key)
        if code is None:
            self.refuse(key, "required")
        return code

    def when(self, key: str, prefer: Prefer = "future") -> dates.When | None:
        """A day with or without a time, None when nothing is typed."""
        text = self.text(key)
        if text is None:
            return None
        try:
            return dates.parse(text, self._now, prefer)
        except dates.DateFault as fault:
            self.refuse(key, fault.code, **fault.args_)
            return None

    def day(self, key: str, prefer: Prefer = "future") -> date | None:
        """The date, None when there is none."""
        when = self.when(key, prefer)
        return when.day if when else None

    def needed_day(self, key: str, prefer: Prefer = "future") -> date:
        """The date, which must be there."""
        if self.text(key) is None:
            self.refuse(key, "required")
        return self.day(key, prefer) or self._now.date()

    def moment(self, key: str, prefer: Prefer = "future") -> dates.When:
        """A day with or without a time; now when nothing is typed."""
        now = dates.When(self._now.date(), self._now.time().replace(second=0, microsecond=0))
        return self.when(key, prefer) or now

    def minutes(self, key: str) -> int | None:
        """Hours per week as minutes: `7,5`, `7.5` and `7:30` are the same."""
        text = self.text(key)
        if text is None:
            return None
        minutes = read_hours(text)
        if minutes is None:
            self.refuse(key, "hours")
        return minutes

    def needed_minutes(self, key: str) -> int:
        """Hours per week as minutes, which must be there."""
        if self.text(key) is None:
            self.refuse(key, "required")
        return self.minutes(key) or 0

    def whole(self, key: str) -> int | None:
        """A whole number, None when there is none."""
        text = self.text(key)
        if text is None:
            return None
        digits = text.replace(".", "").replace(" ", "")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 9):
            self.refuse(key, "number")
            return None
        return int(digits)

    def refuse(self, key: str, code: str, **args: Any) -> None:
        """Note an error."""
        self._errors.append(FieldError(key, code, args))

    @property
    def now(self) -> datetime:
        """The time dates are read at."""
        return self._now

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What was refused so far."""
        return tuple(self._errors)

    def check(self) -> None:
        """Refuse when anything was refused.

        Raises:
            InvalidInput: with all errors.
        """
        if self._errors:
            raise InvalidInput(tuple(self._errors))


def read_hours(text: str) -> int | None:
    """Minutes for hours as typed, None for anything else."""
    text = text.strip().lower().removesuffix("t").removesuffix("h").strip()
    whole, colon, rest = text.partition(":")
    if colon:
        return int(whole) * 60 + int(rest) if _digits(whole) and _digits(rest) and int(rest) < 60 else None
    whole, _comma, part = text.replace(".", ",").partition(",")
    if not _digits(whole or "0") or (part and not _digits(part)):
        return None
    return round((int(whole or 0) + (int(part) / 10 ** len(part) if part else 0)) * 60) if whole or part else None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5


def text(key: str, label: str, value: object = "", **more: Any) -> TextField:
    """A line of text in a long form."""
    more.setdefault("label_width", LABEL)
    return TextField(key, label, value=str(value or ""), **more)


def day(
    key: str, label: str, now: datetime, value: date | None = None, prefer: Prefer = "future", **more: Any
) -> DateField:
    """A date in a long form."""
    more.setdefault("label_width", LABEL)
    return DateField(key, label, parser=day_reader(now, prefer), value=typed_day(value, now, prefer), **more)


def choice(
    key: str, label: str, pairs: Iterable[tuple[str, str]], value: str | None = None, **more: Any
) -> ChoiceField:
    """A choice in a long form."""
    more.setdefault("label_width", LABEL)
    return ChoiceField(key, label, options=options(pairs), value=value, **more)


class CprField(MaskedField):
    """A CPR number: read while it is written, dots as soon as the field is left."""

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Show what is being written."""
        self.reveal(True)


class PickLine(LineWidget, can_focus=True):
    """A chosen record by name; Enter or a letter opens the list to choose from."""

    DEFAULT_CSS = """
    PickLine { width: 1fr; height: 1; }
    PickLine:focus { background: $field; }
    PickLine:focus:ansi { background: ansi_default; }
    """

    class Asked(Message):
        """The list is wanted."""

        def __init__(self, begin: str) -> None:
            """`begin` is the letter already typed."""
            super().__init__()
            self.begin = begin

    class Emptied(Message):
        """The choice is taken away."""

    def __init__(self, name: str, empty: str) -> None:
        """Show `name`, or `empty` when there is none."""
        super().__init__()
        self.shown = name
        self._empty = empty

    def line_at(self, y: int) -> Line:
        """The bar and the name."""
        bar = Span(glyph("cursor"), "accent") if self.has_focus else Span(glyph("field"), "edge")
        return line(bar, " ", (self.shown, "text"), ("" if self.shown else self._empty, "muted"))

    def on_key(self, event: events.Key) -> None:
        """Open the list, or empty the field."""
        if event.key in ("backspace", "delete"):
            event.stop()
            self.post_message(self.Emptied())
        elif event.key in ("enter", "space") or (event.character and event.character.isalnum()):
            event.stop()
            event.prevent_default()
            begin = event.character if event.character and event.character.isalnum() else ""
            self.post_message(self.Asked(begin))

    def on_click(self) -> None:
        """A click opens the list."""
        self.post_message(self.Asked(""))

    def on_focus(self) -> None:
        """The bar takes the accent."""
        self.refresh()

    def on_blur(self) -> None:
        """The bar is calm again."""
        self.refresh()


class PickField(Field):
    """A field whose value is the id of a record chosen from a list."""

    class Asked(Message):
        """The form is to show the list and call `put` with what was chosen."""

        def __init__(self, field: "PickField", begin: str) -> None:
            """`begin` is the letter already typed."""
            super().__init__()
            self.field = field
            self.begin = begin

    def __init__(
        self,
        key: str,
        label: str,
        *,
        names: Mapping[str, str],
        value: str | None = None,
        empty: str = "",
        label_width: int = LABEL,
    ) -> None:
        """Make a field; `names` knows at least the name of `value`."""
        super().__init__(key, label, label_width=label_width)
        self._names = dict(names)
        self._chosen = value or ""
        self._empty = empty
        self._line = PickLine(self._names.get(self._chosen, ""), empty)

    def make_control(self) -> Widget:
        """The name."""
        return self._line

    @property
    def value(self) -> str:
        """The id, empty for none."""
        return self._chosen

    def set_value(self, value: str) -> None:
        """Choose without telling anybody; a name not known yet is asked of the form by `learn`."""
        self._chosen = value
        self._line.shown = self._names.get(value, "")
        self._line.refresh()
        self.error = ""

    def learn(self, names: Mapping[str, str]) -> None:
        """Know more names."""
        self._names |= names
        self.set_value(self._chosen)

    def put(self, value: str, name: str) -> None:
        """Choose as if the broker did."""
        self._names[value] = name
        self.set_value(value)
        self.post_message(self.Changed(self, value))

    def on_pick_line_asked(self, event: PickLine.Asked) -> None:
        """Pass the wish on to the form."""
        event.stop()
        self.post_message(self.Asked(self, event.begin))

    def on_pick_line_emptied(self, event: PickLine.Emptied) -> None:
        """Choose nothing."""
        event.stop()
        self.put("", "")


__all__ = ["LABEL", "LABEL_WIDTH", "CprField", "PickField", "Values", "choice", "day", "options", "text"]
