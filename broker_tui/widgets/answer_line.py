"""The row above the keys: the answer to the last act, gone at the next key press or after eight seconds.

It is a widget of each screen and not a toast, so that it never covers anything and a test can read it.
"""

from textual.timer import Timer

from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, Role, blank, line

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
        self._timer: Timer | None = None

    @property
    def content(self) -> Line:
        """What is said now, empty when nothing is."""
        return self._content

    def show(self, sign: str, sentence: str, key: str = "", label: str = "") -> None:
        """Say something.

        Args:
            sign: meaning of the sign in front: `ok`, `soon`, `refused`, `missing` and so on; empty for none.
            sentence: one sentence.
            key: the one key that is worth knowing now, as it is displayed.
            label: what that key does.
        """
        self._content = line(
            (f"{glyph(sign)} " if sign else "", _SIGN_ROLES.get(sign, "text")),
            sentence,
            blank(3) if key else EMPTY,
            (key, "key"),
            (f" {label}" if label else "", "muted"),
        )
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SECONDS, self.clear)
        self.refresh()

    def clear(self) -> None:
        """Say nothing any more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._content:
            self._content = EMPTY
            self.refresh()

    def line_at(self, y: int) -> Line:
        """The answer."""
        return self._content
