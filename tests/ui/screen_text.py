"""What stands on the screen, as plain text: for assertions and for text snapshots."""

from typing import Any

from textual.app import App


def screen_lines(app: App[Any]) -> list[str]:
    """Every row of the screen as composited (dialogs over what is behind them), trailing blanks removed."""
    width, height = app.size
    compositor = app.screen._compositor
    rows = compositor.render_strips(app.size)
    lines = ["".join(segment.text for segment in strip)[: max(width, 0)].rstrip() for strip in rows]
    return [*lines, *[""] * (height - len(lines))]


def screen_text(app: App[Any]) -> str:
    """The screen as one text of as many lines as it is high."""
    return "\n".join(screen_lines(app))
