"""A choice with words too long or too many for one line: one below the other, one or several of them taken."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from broker_tui.i18n import N_
from broker_tui.widgets.choice_field import Option
from broker_tui.widgets.field import LABEL_WIDTH, Field
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, Role, Span, blank, line, wrap


class OptionList(LineWidget, can_focus=True):
    """The words, each on its own line or lines; the cursor moves among them before it leaves the field."""

    DEFAULT_CSS = """
    OptionList { width: 1fr; height: auto; }
    OptionList:focus { background: $field; }
    OptionList:focus:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "take", N_("choose"), id="options.take", key_display="Space"),
    ]

    @dataclass
    class Taken(Message):
        """Other words are taken now."""

        values: tuple[str, ...]

    def __init__(self, options: Sequence[Option], taken: Sequence[str], *, several: bool) -> None:
        """Offer `options`; `several` of them may be taken at once."""
        super().__init__()
        self._options = tuple(options)
        self._several = several
        self._at = 0
        self.taken = self._known(taken)

    def _known(self, taken: Sequence[str]) -> tuple[str, ...]:
        return tuple(option.value for option in self._options if option.value in taken)

    def take_only(self, taken: Sequence[str]) -> None:
        """Take others without telling anybody."""
        self.taken = self._known(taken)
        self.refresh()

    def _rows(self, cells: int) -> list[tuple[int, Line]]:
        """Every drawn line with the option it belongs to."""
        rows: list[tuple[int, Line]] = []
        for index, option in enumerate(self._options):
            taken = option.value in self.taken
            signs = ("marked", "unmarked") if self._several else ("ok", "missing")
            sign = glyph(signs[0] if taken else signs[1])
            words: Role = "strong" if taken else "text"
            for number, words_line in enumerate(wrap(line((option.label, words)), max(8, cells - 4))):
                begin = line((f"{sign} ", "accent" if taken else "muted")) if number == 0 else blank(2)
                rows.append((index, begin + words_line))
        return rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line each, more where words are long."""
        return len(self._rows(width))

    def line_at(self, y: int) -> Line:
        """The bar and the words."""
        rows = self._rows(self.size.width)
        if y >= len(rows):
            return EMPTY
        index, content = rows[y]
        here = self.has_focus and index == self._at
        bar = Span(glyph("cursor"), "accent") if here else Span(glyph("field"), "edge")
        return line(bar, " ", content)

    def action_take(self) -> None:
        """Take the word under the cursor, or let it go."""
        value = self._options[self._at].value
        if value in self.taken:
            wanted = [one for one in self.taken if one != value]
        else:
            wanted = [*self.taken, value] if self._several else [value]
        self.take_only(wanted)
        self.post_message(self.Taken(self.taken))

    def on_key(self, event: events.Key) -> None:
        """Arrows stay within the words up to their ends; a letter goes to the next word that begins with it."""
        step = {"up": -1, "down": 1}.get(event.key)
        if step is not None and 0 <= self._at + step < len(self._options):
            event.stop()
            event.prevent_default()
            self._go(self._at + step)
        elif event.character and event.character.isalnum():
            letter, count = event.character.casefold(), len(self._options)
            for ahead in range(1, count + 1):
                index = (self._at + ahead) % count
                if self._options[index].label.casefold().startswith(letter):
                    event.stop()
                    event.prevent_default()
                    self._go(index)
                    return

    def _go(self, index: int) -> None:
        self._at = index
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click takes a word."""
        rows = self._rows(self.size.width)
        if 0 <= event.y < len(rows):
            self._at = rows[event.y][0]
            self.action_take()

    def on_focus(self) -> None:
        """The bar takes the accent."""
        self.refresh()

    def on_blur(self) -> None:
        """The bar is calm again."""
        self.refresh()


class ListField(Field):
    """A list of words with its label; the value is the code, or a JSON list of codes where several may be taken."""

    def __init__(
        self,
        key: str,
        label: str,
        *,
        options: Sequence[Option],
        value: str = "",
        several: bool = False,
        label_width: int = LABEL_WIDTH,
    ) -> None:
        """Make a field."""
        super().__init__(key, label, label_width=label_width)
        self._several = several
        self._list = OptionList(options, self._codes(value), several=several)

    def _codes(self, value: str) -> list[str]:
        return codes_of(value) if self._several else [value] if value else []

    def make_control(self) -> Widget:
        """The words."""
        return self._list

    @property
    def value(self) -> str:
        """The code, or the codes."""
        taken = self._list.taken
        if self._several:
            return json.dumps(list(taken)) if taken else ""
        return taken[0] if taken else ""

    def set_value(self, value: str) -> None:
        """Take these."""
        self._list.take_only(self._codes(value))
        self.error = ""

    def on_option_list_taken(self, event: OptionList.Taken) -> None:
        """Pass it on."""
        event.stop()
        self.error = ""
        self.post_message(self.Changed(self, self.value))


def codes_of(value: str) -> list[str]:
    """The codes of a value; nothing for a value of another kind of field."""
    try:
        found = json.loads(value or "[]")
    except ValueError:
        return []
    return [str(code) for code in found] if isinstance(found, list) else []
