"""The floor for start-up: the smallest Textual app that paints a line."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        yield Static("Ready now")


if __name__ == "__main__":
    Bare().run()
