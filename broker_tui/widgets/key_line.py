"""The last row of a screen: the keys that work now, made from the live bindings, and how a key is written."""

from typing import NamedTuple

from textual import events
from textual.binding import ActiveBinding, Binding
from textual.reactive import reactive

from broker_tui.i18n import _
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, join, line, width

RIGHT = Binding.Group("right")
"""Give a binding this group and its hint stands in the right group, with what is always there."""

LEFT_LIMIT, RIGHT_LIMIT = 5, 3
"""Hints at 80 columns; the rest is in help and the palette (style guide, section 10)."""

_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "shift+tab": "Shift+Tab",
}


def key_name(key: str) -> str:
    """A Textual key as we write it: `Enter`, `^N`, `F9`, `/`."""
    if key in ("left", "right", "up", "down"):
        return glyph(key)
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return f"^{key_name(key[5:]).upper()}"
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return key


class KeyHint(NamedTuple):
    """A key as it is written, what it does, and the key to simulate when the hint is clicked."""

    shown: str
    label: str
    key: str = ""

    @property
    def content(self) -> Line:
        """The hint as a line."""
        return line((self.shown, "key"), (f" {self.label}" if self.label else "", "muted"))


class KeyLine(LineWidget):
    """Left what acts on the row or the form, right what is always there."""

    DEFAULT_CSS = """
    KeyLine { height: 1; width: 1fr; padding: 0 3; }
    """

    note: reactive[Line] = reactive(EMPTY)
    """A standing word at the left ("draft saved 9.43"); all keys then go to the right."""

    def __init__(
        self,
        left: tuple[KeyHint, ...] | None = None,
        right: tuple[KeyHint, ...] = (),
        *,
        id: str | None = None,
    ) -> None:
        """Show the live bindings, or the given hints when `left` is not None."""
        super().__init__(id=id)
        self._fixed = None if left is None else (left, right)
        self._spots: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def set_hints(self, left: tuple[KeyHint, ...], right: tuple[KeyHint, ...] = ()) -> None:
        """Show these instead of the live bindings."""
        self._fixed = (left, right)
        self.refresh()

    def hints(self) -> tuple[tuple[KeyHint, ...], tuple[KeyHint, ...]]:
        """The hints for the left and the right group, before any is left out for room."""
        if self._fixed is not None:
            return self._fixed
        left: list[KeyHint] = []
        right: list[KeyHint] = []
        seen: set[str] = set()
        for active in self._in_order():
            binding = active.binding
            name = binding.id or binding.action
            if not binding.show or not binding.description or not active.enabled or name in seen:
                continue
            seen.add(name)
            shown = binding.key_display or key_name(binding.key)
            label = _(binding.description)
            hint = KeyHint(shown, label, binding.key)
            always = binding.group == RIGHT or binding.key == "f1"
            (right if always else left).append(hint)
        left.sort(key=lambda hint: hint.key == "tab")  # moving comes after acting
        right.sort(key=lambda hint: hint.key == "f1")
        return tuple(left), tuple(right)

    def _in_order(self) -> list[ActiveBinding]:
        """The live bindings as the page lists them; Textual puts a key of one's own last, where it would not fit."""
        found = list(self.screen.active_bindings.values())
        listed = [binding for binding in type(self.screen).BINDINGS if isinstance(binding, Binding)]
        place = {binding.id: n for n, binding in enumerate(listed) if binding.id}
        usual = {binding.id: binding.key for binding in listed}
        moved = [a for a in found if a.binding.id in place and a.binding.key not in usual[a.binding.id].split(",")]
        for active in moved:
            found.remove(active)
            mine = place[active.binding.id or ""]
            later = (n for n, other in enumerate(found) if place.get(other.binding.id or "", -1) > mine)
            found.insert(next(later, len(found)), active)
        return found

    def line_at(self, y: int) -> Line:
        """The hints that fit; the last of the left group go first."""
        cells = self.size.width
        left, right = self.hints()
        narrow = self.app.size.width < 116
        gap = 2 if narrow else 3
        if narrow:
            # the glance guard gives way first: its badge stands in the places bar
            right = tuple(hint for hint in right if hint.key != "f9" or len(right) <= RIGHT_LIMIT)[-RIGHT_LIMIT:]
            left = left[: LEFT_LIMIT + RIGHT_LIMIT - len(right)]
        if self.note:
            left, right = (), left + right
        while True:
            start = self.note or join((hint.content for hint in left), gap)
            tail = join((hint.content for hint in right), gap)
            needed = width(start) + width(tail) + (gap if start and tail else 0)
            if needed <= cells or not (left or right):
                break
            if left:
                left = left[:-1]
            else:
                right = right[:-2] + right[-1:]
        fill = line(" " * max(0, cells - width(start) - width(tail)))
        self._spots = _spots(left, 0, gap) + _spots(right, cells - width(tail), gap)
        return start + fill + tail

    def on_click(self, event: events.Click) -> None:
        """A click on a hint presses its key."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for begin, end, key in self._spots:
            if begin <= offset.x < end and key:
                self.app.simulate_key(key)
                return


def _spots(hints: tuple[KeyHint, ...], x: int, gap: int) -> list[tuple[int, int, str]]:
    spots: list[tuple[int, int, str]] = []
    for hint in hints:
        cells = width(hint.content)
        spots.append((x, x + cells, hint.key))
        x += cells + gap
    return spots
