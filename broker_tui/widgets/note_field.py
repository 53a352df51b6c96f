"""A note that grows: apart from the other fields, since Textual's text area is large and the lock screen has none."""

from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from broker_tui.widgets.bar_input import BAR_CSS, without_app_keys
from broker_tui.widgets.field import LABEL_WIDTH, Field
from broker_tui.widgets.spans import visible


class BarArea(TextArea, inherit_bindings=False):
    """Textual's text area with our look; it is as tall as its text between two bounds."""

    DEFAULT_CSS = (
        BAR_CSS.format(name="BarArea")
        + """
    BarArea { width: 1fr; height: 3; }
    BarArea .text-area--cursor { color: $input-cursor-foreground; background: $input-cursor-background; }
    BarArea .text-area--placeholder { color: $text-muted; }
    BarArea .text-area--cursor-line { background: transparent; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = without_app_keys(TextArea.BINDINGS)

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn; pasted control characters must not reach the terminal."""
        return Text(visible(self.document.get_line(line_index)), end="", no_wrap=True)


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

    def enter(self) -> None:
        """Go on after the last word."""
        self._area.move_cursor(self._area.document.end)
        self._area.focus()

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
