"""A choice of up to eight words on one line: all are read, one is a chip."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from broker_tui.i18n import N_
from broker_tui.widgets.field import LABEL_WIDTH, Field
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, line, width


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str


class ChoiceBar(LineWidget, can_focus=True):
    """The words themselves."""

    DEFAULT_CSS = """
    ChoiceBar { width: 1fr; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", N_("previous"), show=False, id="choice.previous"),
        Binding("right", "step(1)", N_("next"), show=False, id="choice.next"),
        Binding("space", "step(1, True)", N_("next"), show=False, id="choice.turn"),
    ]

    @dataclass
    class Picked(Message):
        """Another word was chosen."""

        value: str

    def __init__(self, options: Sequence[Option], value: str | None) -> None:
        """Offer `options`."""
        super().__init__()
        self._options = tuple(options)
        self._index = self._find(value)

    def _find(self, value: str | None) -> int | None:
        return next((i for i, option in enumerate(self._options) if option.value == value), None)

    @property
    def value(self) -> str:
        """What is chosen, empty while nothing is."""
        return self._options[self._index].value if self._index is not None else ""

    def choose(self, value: str | None) -> None:
        """Choose without telling anybody."""
        self._index = self._find(value)
        self.refresh()

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other words; the choice stays if it is among them."""
        kept = self.value
        self._options = tuple(options)
        self._index = self._find(kept)
        self.refresh(layout=True)

    def _rows(self, cells: int) -> list[list[int]]:
        rows: list[list[int]] = [[]]
        used = 0
        for index, option in enumerate(self._options):
            wide = width(line(option.label)) + 2
            if rows[-1] and used + wide > max(cells, 1):
                rows.append([])
                used = 0
            rows[-1].append(index)
            used += wide
        return rows

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as all words."""
        return sum(width(line(option.label)) + 2 for option in self._options)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line, more only where the words do not fit."""
        return len(self._rows(width))

    def line_at(self, y: int) -> Line:
        """One row of words."""
        rows = self._rows(self.size.width)
        if y >= len(rows):
            return EMPTY
        content: Line = EMPTY
        for index in rows[y]:
            text = f" {self._options[index].label} "
            if index == self._index:
                content += line((text, "badge" if self.has_focus else "chip-name"))
            elif self.has_focus and self._index is None and index == 0:
                content += line((text, "key"))  # nothing chosen yet: the focus still has to be seen
            else:
                content += line((text, "muted"))
        return content

    def _take(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self.refresh()
            self.post_message(self.Picked(self.value))

    def action_step(self, step: int, around: bool = False) -> None:
        """Choose the neighbour; `around` goes on at the other end."""
        if not self._options:
            return
        if self._index is None:
            self._take(0 if step > 0 else len(self._options) - 1)
            return
        index = self._index + step
        index = index % len(self._options) if around else max(0, min(index, len(self._options) - 1))
        self._take(index)

    def on_key(self, event: events.Key) -> None:
        """A letter chooses the next word that begins with it."""
        if not event.character or not event.character.isalnum():
            return
        letter = event.character.casefold()
        start = -1 if self._index is None else self._index
        count = len(self._options)
        for ahead in range(1, count + 1):
            index = (start + ahead) % count
            if self._options[index].label.casefold().startswith(letter):
                event.stop()
                event.prevent_default()
                self._take(index)
                return

    def on_click(self, event: events.Click) -> None:
        """A click chooses a word."""
        rows = self._rows(self.size.width)
        x = 0
        for index in rows[event.y] if 0 <= event.y < len(rows) else ():
            wide = width(line(self._options[index].label)) + 2
            if x <= event.x < x + wide:
                self._take(index)
                return
            x += wide

    def on_focus(self) -> None:
        """The chip takes the accent."""
        self.refresh()

    def on_blur(self) -> None:
        """The chip is calm again."""
        self.refresh()


class ChoiceField(Field):
    """A choice with its label."""

    def __init__(
        self,
        key: str,
        label: str = "",
        *,
        options: Sequence[Option],
        value: str | None = None,
        hint: str = "",
        label_width: int = LABEL_WIDTH,
        inline: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a choice.

        Args:
            key: its name in the values of the form.
            label: what stands left of it.
            options: the words, up to eight; for more use a list in a sheet.
            value: what is chosen.
            hint: muted text right of it.
            label_width: cells of the label.
            inline: only as wide as its words, to stand beside another field.
            id: widget id.
            classes: CSS classes.
        """
        super().__init__(key, label, label_width=label_width, hint=hint, id=id, classes=classes)
        self._bar = ChoiceBar(options, value)
        if inline:
            words = sum(width(line(option.label)) + 2 for option in options)
            self.styles.width = words + (label_width if label else 0)

    def make_control(self) -> Widget:
        """The words."""
        return self._bar

    @property
    def value(self) -> str:
        """What is chosen, empty while nothing is."""
        return self._bar.value

    def set_value(self, value: str) -> None:
        """Choose `value`."""
        self._bar.choose(value)
        self.error = ""

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other words."""
        self._bar.set_options(options)

    def on_choice_bar_picked(self, event: ChoiceBar.Picked) -> None:
        """Pass the choice on."""
        event.stop()
        self.error = ""
        self.post_message(self.Changed(self, event.value))
