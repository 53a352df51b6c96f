"""Fields one writes in: a line, a date with what was understood beside it, and a passphrase."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.widgets.bar_input import BarInput as BarInput
from broker_tui.widgets.field import LABEL_WIDTH, Field


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
