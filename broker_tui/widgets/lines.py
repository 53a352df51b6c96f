"""The base of every widget that draws lines of spans itself, and the plain one that shows a few of them."""

from collections.abc import Sequence

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from broker_tui.widgets.palette import State, palette
from broker_tui.widgets.spans import EMPTY, Line, cut, wrap
from broker_tui.widgets.spans import width as line_width


def background(widget: Widget) -> Style:
    """The background of a widget as a style to draw spans on."""
    return Style(bgcolor=widget.background_colors[1].rich_color)


class LineWidget(Widget):
    """A widget that says what stands on each of its lines."""

    ALLOW_SELECT = False

    def line_at(self, y: int) -> Line:
        """What stands on line `y` of the content; lines that are too long are cut with the cut sign."""
        raise NotImplementedError

    def state_at(self, y: int) -> State:
        """Whether line `y` is under a cursor."""
        return "rest"

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        cells = self.size.width
        return palette(self).strip(cut(self.line_at(y), cells), cells, background(self), self.state_at(y))


class Lines(LineWidget):
    """Some lines of text; as tall as they are."""

    DEFAULT_CSS = """
    Lines { width: 1fr; height: auto; }
    """

    def __init__(
        self,
        *content: Line,
        wrapped: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Show `content`.

        Args:
            content: the lines, from the top.
            wrapped: break sentences between words instead of cutting them.
            id: widget id.
            classes: CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self._content: tuple[Line, ...] = content
        self._wrapped = wrapped
        self._broken: tuple[int, list[Line]] = (-1, [])

    @property
    def content(self) -> tuple[Line, ...]:
        """The lines shown."""
        return self._content

    def update(self, *content: Line) -> None:
        """Show other lines."""
        if content == self._content:
            return
        taller = self._wrapped or len(content) != len(self._content)
        self._content = content
        self._broken = (-1, [])
        self.refresh(layout=taller)

    def _rows(self, cells: int) -> Sequence[Line]:
        if not self._wrapped:
            return self._content
        if self._broken[0] != cells:
            self._broken = (cells, [row for entry in self._content for row in wrap(entry, cells)])
        return self._broken[1]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as the longest line."""
        return max((line_width(row) for row in self._content), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row per line, more where sentences are broken."""
        return len(self._rows(width))

    def line_at(self, y: int) -> Line:
        """The line at `y`, nothing below the last."""
        rows = self._rows(self.size.width)
        return rows[y] if y < len(rows) else EMPTY
