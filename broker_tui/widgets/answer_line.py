"""The row above the keys: the answer to the last act, gone at the next key press or after eight seconds.

It is a widget of each screen and not a toast, so that it never covers anything and a test can read it.
"""

from collections.abc import Callable

from textual.timer import Timer

from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, Role, blank, cut, line, width

SECONDS = 8.0

_SIGN_ROLES: dict[str, Role] = {"ok": "ok", "soon": "warn", "overdue": "err", "refused": "err", "conflict": "warn"}


class AnswerLine(LineWidget):
    """One line: sign, sentence and one key."""

    DEFAULT_CSS = """
    AnswerLine { height: 1; width: 1fr; padding: 0 3; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        """Start empty."""
        super().__init__(id=id)
        self._content: Line = EMPTY
        self._hint: Line = EMPTY
        self._timer: Timer | None = None
        self._offer: tuple[str, Callable[[], object]] | None = None

    @property
    def content(self) -> Line:
        """What is said now, empty when nothing is."""
        return self._content + self._hint

    def show(
        self,
        sign: str,
        sentence: str,
        key: str = "",
        label: str = "",
        offer: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Say something.

        Args:
            sign: meaning of the sign in front: `ok`, `soon`, `refused`, `missing` and so on; empty for none.
            sentence: one sentence.
            key: the one key that is worth knowing now, as it is displayed.
            label: what that key does.
            offer: a key as Textual names it and what it does, if it is the very next one pressed.
        """
        self._offer = offer
        self._content = line((f"{glyph(sign)} " if sign else "", _SIGN_ROLES.get(sign, "text")), sentence)
        self._hint = line(blank(3) if key else EMPTY, (key, "key"), (f" {label}" if label else "", "muted"))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SECONDS, self.clear)
        self.refresh()

    def offered(self, key: str) -> Callable[[], object] | None:
        """What `key` does while this answer stands; None when it was not offered."""
        return self._offer[1] if self._offer is not None and self._offer[0] == key else None

    def clear(self) -> None:
        """Say nothing any more."""
        self._offer = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._content:
            self._content = self._hint = EMPTY
            self.refresh()

    def line_at(self, y: int) -> Line:
        """The answer; the sentence gives way before the key does."""
        return cut(self._content, self.size.width - width(self._hint)) + self._hint
