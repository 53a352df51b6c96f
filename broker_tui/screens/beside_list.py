"""A list with the card of the row under the cursor beside it, where the screen is wide enough."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from broker_tui.domain.views import NotFound
from broker_tui.screens.base import PlaceScreen
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.spans import Line

Card = TypeVar("Card")
_DELAY = 0.12
"""Seconds the cursor rests on a row before its card is read."""


class BesideList(PlaceScreen, Generic[Card]):
    """A place with a list `#rows` and `#preview-lines` beside it."""

    _card: Card | None = None

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    def card_reader(self, key: str) -> Callable[[], Card]:
        """What reads the card of row `key`, in a worker."""
        raise NotImplementedError

    def key_of(self, card: Card) -> str:
        """The row a card belongs to."""
        raise NotImplementedError

    def preview(self, card: Card, cells: int) -> Iterable[Line]:
        """The card in `cells` columns."""
        raise NotImplementedError

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Keys follow the row; read the card beside the list, once the cursor rests."""
        event.stop()
        if self.wide and event.key is not None:
            key = event.key
            self.set_timer(_DELAY, lambda: self._ask(key))
        self.refresh_bindings()

    def _ask(self, key: str) -> None:
        if self.rows.cursor_key != key:
            return

        def show(card: Card) -> None:
            self._card = card
            self.show_preview()

        self.read(
            self.card_reader(key),
            show,
            group="preview",
            description="read preview",
            failed=lambda error: isinstance(error, NotFound),
        )

    def show_preview(self) -> None:
        """Show the card beside the list, if it is that of the row under the cursor."""
        lines = self.query_one("#preview-lines", Lines)
        if not self.wide or self._card is None or self.key_of(self._card) != self.rows.cursor_key:
            lines.update()
            return
        lines.update(*self.preview(self._card, 54 if self.app.size.width >= 150 else 36))
