"""Fields one writes in: a line, a date with what was understood beside it, a passphrase, and a note that grows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, TextArea

from broker_tui.widgets.field import LABEL_WIDTH, Field
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import visible

_APP_KEYS = frozenset({"f6", "f7", "ctrl+d", "ctrl+f", "ctrl+s", "ctrl+n", "ctrl+l", "ctrl+p"})
"""Keys that mean something everywhere in the program; Textual's fields bind some of them to editing."""
_BAR_CSS = """
    {name} {{
        border: none; border-left: solid $edge; padding: 0 1; background: transparent; color: $text;
        scrollbar-size: 0 0;
    }}
    {name}:focus {{ border: none; border-left: outer $accent; background: $field; background-tint: transparent; }}
    {name}:ansi {{ background: ansi_default; color: ansi_default; }}
"""


def _without_app_keys(bindings: list[BindingType]) -> list[BindingType]:
    kept: list[BindingType] = []
    for binding in Binding.make_bindings(bindings):
        if binding.key not in _APP_KEYS:
            kept.append(binding)
    return kept


class BarInput(Input, inherit_bindings=False):
    """Textual's one-line input with our look and without keys that belong to the program."""

    DEFAULT_CSS = (
        _BAR_CSS.format(name="BarInput")
        + """
    BarInput { height: 1; width: 1fr; }
    BarInput > .input--placeholder { color: $text-muted; }
    BarInput > .input--cursor { text-style: $input-cursor-text-style; }
    BarInput:ansi > .input--cursor, BarInput:ansi > .input--selection {
        background: ansi_default; color: ansi_default; text-style: reverse;
    }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = _without_app_keys(Input.BINDINGS)

    @property
    def _value(self) -> Text:
        if self.password:
            return Text(glyph("passphrase") * len(self.value), no_wrap=True, overflow="ignore", end="")
        return Text(visible(self.value), no_wrap=True, overflow="ignore", end="")


class BarArea(TextArea, inherit_bindings=False):
    """Textual's text area with our look; it is as tall as its text between two bounds."""

    DEFAULT_CSS = (
        _BAR_CSS.format(name="BarArea")
        + """
    BarArea { width: 1fr; height: 3; }
    BarArea .text-area--cursor { color: $input-cursor-foreground; background: $input-cursor-background; }
    BarArea .text-area--placeholder { color: $text-muted; }
    BarArea .text-area--cursor-line { background: transparent; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = _without_app_keys(TextArea.BINDINGS)

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn; pasted control characters must not reach the terminal."""
        return Text(visible(self.document.get_line(line_index)), end="", no_wrap=True)


class TextField(Field):
    """One line of text."""

    def __init__(
        self,
        key: str,
        label: str = "",
        *,
        value: str = "",
        placeholder: str = "",
        hint: str = "",
        control_width: int = 0,
        max_length: int = 0,
        label_width: int = LABEL_WIDTH,
        id: str | None = None,
    ) -> None:
        """Make a field with `value`; `control_width` leaves room for the hint beside it."""
        super().__init__(key, label, label_width=label_width, hint=hint, id=id)
        self._input = BarInput(value, placeholder, max_length=max_length, select_on_focus=False)
        self._input.cursor_blink = False
        if control_width:
            self._input.styles.width = control_width

    def make_control(self) -> Widget:
        """The input."""
        return self._input

    @property
    def value(self) -> str:
        """The text as typed."""
        return self._input.value

    def set_value(self, value: str) -> None:
        """Fill in `value`."""
        with self._input.prevent(Input.Changed):
            self._input.value = value
        self._input.cursor_position = len(value)
        self.error = ""

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.error = ""
        self.on_typed(event.value)
        self.post_message(self.Changed(self, event.value))

    def on_typed(self, value: str) -> None:
        """What a subclass does while one types."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed date was understood as."""

    value: object = None
    """The date or moment, None when nothing was understood."""
    shown: str = ""
    """The date in words, shown right of what was typed."""
    error: str = ""
    """Why it was not understood, with an example that works."""


DateParser = Callable[[str], Reading]


class DateField(TextField):
    """A date as people say it, and beside it the date that was understood."""

    def __init__(
        self,
        key: str,
        label: str = "",
        *,
        parser: DateParser,
        value: str = "",
        placeholder: str = "",
        note: str = "",
        control_width: int = 16,
        label_width: int = LABEL_WIDTH,
        id: str | None = None,
    ) -> None:
        """Make a field read by `parser`; `note` stands after the date ("the plan says every 14 days")."""
        super().__init__(
            key,
            label,
            value=value,
            placeholder=placeholder,
            control_width=control_width,
            label_width=label_width,
            id=id,
        )
        self._input.select_on_focus = True  # the first key replaces the date that stood there
        self._parser = parser
        self._note = note
        self._show_reading()

    @property
    def reading(self) -> Reading:
        """What the text means now."""
        return self._parser(self.value)

    def _show_reading(self) -> None:
        parts = [self.reading.shown if self.value.strip() else "", self._note]
        self.hint = "   ".join(part for part in parts if part)

    def set_note(self, note: str) -> None:
        """Say something else after the date."""
        self._note = note
        self._show_reading()

    def set_value(self, value: str) -> None:
        """Fill in `value` and say what it means."""
        super().set_value(value)
        self._show_reading()

    def on_typed(self, value: str) -> None:
        """Say what the text means while one types."""
        self._show_reading()

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        event.stop()
        if self.value.strip():
            self.error = self.reading.error


class MaskedField(TextField):
    """A passphrase: one dot per character until it is asked to be shown, hidden again on leaving."""

    def on_mount(self) -> None:
        """Start hidden."""
        self._input.password = True

    @property
    def revealed(self) -> bool:
        """Whether the text can be read."""
        return not self._input.password

    def reveal(self, shown: bool | None = None) -> None:
        """Show or hide the text; without an answer turn it over."""
        self._input.password = self.revealed if shown is None else not shown

    @on(Input.Blurred)
    def _hide(self, event: Input.Blurred) -> None:
        event.stop()
        self._input.password = True


class NoteField(Field):
    """A text of several lines that grows with what is written."""

    def __init__(
        self,
        key: str,
        label: str = "",
        *,
        value: str = "",
        placeholder: str = "",
        min_rows: int = 2,
        max_rows: int = 6,
        label_width: int = LABEL_WIDTH,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a field between `min_rows` and `max_rows` tall."""
        super().__init__(key, label, label_width=label_width, id=id, classes=classes)
        self._rows = (min_rows, max_rows)
        self._area = BarArea(value, placeholder=placeholder, soft_wrap=True, highlight_cursor_line=False)
        self._area.cursor_blink = False
        self._area.styles.height = min_rows

    def make_control(self) -> Widget:
        """The text area."""
        return self._area

    @property
    def value(self) -> str:
        """The text as typed."""
        return self._area.text

    def set_value(self, value: str) -> None:
        """Fill in `value`."""
        with self._area.prevent(TextArea.Changed):
            self._area.text = value
        self._area.move_cursor(self._area.document.end)
        self.error = ""
        self.call_after_refresh(self._grow)

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.error = ""
        self._grow()
        self.post_message(self.Changed(self, self.value))

    def on_resize(self, _event: events.Resize) -> None:
        """Other widths break lines elsewhere."""
        self._grow()

    def _grow(self) -> None:
        least, most = self._rows
        self._area.styles.height = max(least, min(most, self._area.wrapped_document.height))
