"""The one-line input with our look: apart from the other fields, so that the lock screen loads nothing else."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input

from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import visible

APP_KEYS = frozenset({"f6", "f7", "ctrl+d", "ctrl+f", "ctrl+s", "ctrl+n", "ctrl+l", "ctrl+p"})
"""Keys that mean something everywhere in the program; Textual's fields bind some of them to editing."""
BAR_CSS = """
    {name} {{
        border: none; border-left: solid $edge; padding: 0 1; background: transparent; color: $text;
        scrollbar-size: 0 0;
    }}
    {name}:focus {{ border: none; border-left: outer $accent; background: $field; background-tint: transparent; }}
    {name}:ansi {{ background: ansi_default; color: ansi_default; }}
"""


def without_app_keys(bindings: list[BindingType]) -> list[BindingType]:
    """The bindings of a field of Textual that do not stand in the way of the program's."""
    kept: list[BindingType] = []
    for binding in Binding.make_bindings(bindings):
        if binding.key not in APP_KEYS:
            kept.append(binding)
    return kept


class BarInput(Input, inherit_bindings=False):
    """Textual's one-line input with our look and without keys that belong to the program."""

    DEFAULT_CSS = (
        BAR_CSS.format(name="BarInput")
        + """
    BarInput { height: 1; width: 1fr; }
    BarInput > .input--placeholder { color: $text-muted; }
    BarInput > .input--cursor { text-style: $input-cursor-text-style; }
    BarInput:ansi > .input--cursor, BarInput:ansi > .input--selection {
        background: ansi_default; color: ansi_default; text-style: reverse;
    }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = without_app_keys(Input.BINDINGS)

    @property
    def _value(self) -> Text:
        if self.password:
            return Text(glyph("passphrase") * len(self.value), no_wrap=True, overflow="ignore", end="")
        return Text(visible(self.value), no_wrap=True, overflow="ignore", end="")
