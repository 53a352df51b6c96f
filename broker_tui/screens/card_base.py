"""A card: a head that stays, tabs by number, and one pane at a time, made when it is first shown."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.containers import Vertical
from textual.widget import Widget

from broker_tui.domain.views import NotFound
from broker_tui.i18n import _
from broker_tui.screens.base import PlaceScreen, Reader
from broker_tui.widgets.badges import tab
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import EMPTY, Line, ends, join, width

Card = TypeVar("Card")
AIRY = 30
"""Rows from which lines stand apart."""


class Pane(Vertical, Reader, Generic[Card]):
    """What one tab shows."""

    DEFAULT_CSS = """
    Pane { height: 1fr; width: 1fr; display: none; }
    Pane.-shown { display: block; }
    """

    card: Card | None = None

    def show(self, card: Card) -> None:
        """Show another state of the card."""
        self.card = card
        self.draw(card)

    def draw(self, card: Card) -> None:
        """Put the card's content into the widgets."""
        raise NotImplementedError

    def target(self) -> Widget:
        """What has the focus while the tab is shown."""
        raise NotImplementedError

    def ask(self, sentence: str, key: str, label: str, then: Callable[[], None], *, opened_by: str = "x") -> None:
        """Ask before a step that takes something away."""
        question = Question(sentence, key, label, _("keep it"), opened_by=opened_by)
        self.app.push_screen(question, lambda yes: then() if yes else None)


class ListPane(Pane[Card]):
    """A tab with one list in it."""

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def target(self) -> Widget:
        """The list."""
        return self.rows

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Keys follow the row."""
        event.stop()
        self.refresh_bindings()


class HeadLine(LineWidget):
    """One line with two ends."""

    DEFAULT_CSS = """
    HeadLine { height: 1; width: 1fr; padding: 0 3; }
    """

    def __init__(self, *, id: str) -> None:
        """Start empty."""
        super().__init__(id=id)
        self.left: Line = EMPTY
        self.right: Line = EMPTY

    def show(self, left: Line, right: Line = EMPTY) -> None:
        """Show other words."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def line_at(self, y: int) -> Line:
        """Both ends."""
        return ends(self.left, self.right, self.size.width, 3)


class TabLine(LineWidget):
    """The tabs with their numbers; a click chooses."""

    DEFAULT_CSS = """
    TabLine { height: 1; width: 1fr; padding: 0 3; margin: 0 0 1 0; }
    """

    def __init__(self, labels: Callable[[], Iterable[str]]) -> None:
        """Show `labels`, read when drawn."""
        super().__init__(id="tabs")
        self._labels = labels
        self.active = 1

    def line_at(self, y: int) -> Line:
        """All tabs."""
        airy = self.app.size.width >= 116
        parts = (
            tab(str(number), label, active=number == self.active, spaced=airy)
            for number, label in enumerate(self._labels(), 1)
        )
        return join(parts, 1 if airy else 2)

    def on_click(self, event: events.Click) -> None:
        """A click on a tab shows it."""
        x = 3
        for number, label in enumerate(self._labels(), 1):
            wide = width(tab(str(number), label, active=False, spaced=self.app.size.width >= 116))
            if x <= event.x < x + wide and isinstance(self.screen, CardScreen):
                self.call_later(self.screen.action_tab, number)
                return
            x += wide + (1 if self.app.size.width >= 116 else 2)


class CardScreen(PlaceScreen, Generic[Card]):
    """A page about one record with tabs."""

    DEFAULT_CSS = """
    CardScreen > #body { margin: 0; }
    CardScreen.-airy #tabs { margin: 1 0 1 0; }
    """
    PANES: ClassVar[tuple[str, ...]] = ()
    """Ids of the panes in the order of their numbers."""

    def __init__(self, about: str, tab: str, record: str = "") -> None:
        """Open on a record, with one of the tabs, the cursor on `record` where that tab lists it."""
        super().__init__()
        self.about = about
        self.shown = tab if tab in self.PANES else self.PANES[0]
        self._record = record
        self.data: Card | None = None

    def make_pane(self, name: str) -> Pane[Card]:
        """A pane by its id."""
        raise NotImplementedError

    def labels(self) -> Iterable[str]:
        """Names of the tabs, translated."""
        raise NotImplementedError

    def read_card(self) -> Card:
        """Read the card; called on a worker thread."""
        raise NotImplementedError

    def draw_head(self, card: Card) -> None:
        """Title and second line."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        """Second line of the head, tabs, the pane."""
        yield HeadLine(id="head")
        tabs = TabLine(self.labels)
        tabs.active = self.PANES.index(self.shown) + 1
        yield tabs
        with Vertical(id="panes"):
            pane = self.make_pane(self.shown)
            pane.add_class("-shown")
            yield pane

    def pane(self, name: str) -> Pane[Card] | None:
        """A pane that was shown already."""
        found = self.query(f"#pane-{name}")
        return found.first(Pane) if found else None

    def load(self) -> None:
        """Read the card again."""
        self.read(self.read_card, self._take, group="card", description="read the card", failed=self._gone)

    def _gone(self, error: Exception) -> bool:
        """The record left this laptop: leave the card, and say so below."""
        if not isinstance(error, NotFound):
            return False
        if self.is_current:
            self.dismiss(None)
            self.app.call_later(self.broker.explain, error)
        return True

    def _take(self, card: Card) -> None:
        first = self.data is None
        self.data = card
        self.redraw()
        pane = self.pane(self.shown)
        if first and pane is not None:
            target = pane.target()
            if self.focused is None:
                target.focus()
            if self._record and isinstance(target, RowList):
                target.go_to(self._record)

    def redraw(self) -> None:
        """Show the card again, the shown pane at once, others when they are next shown."""
        if self.data is None or self.too_late:
            return
        self.draw_head(self.data)
        pane = self.pane(self.shown)
        if pane is not None and pane.is_attached:
            pane.show(self.data)
        self.refresh_bindings()

    async def action_tab(self, number: int) -> None:
        """Show a tab."""
        if not 1 <= number <= len(self.PANES):
            return
        before = self.pane(self.shown)
        self.shown = name = self.PANES[number - 1]
        pane = self.pane(name)
        if before is not None and before is not pane:
            before.remove_class("-shown")
        if pane is None:
            pane = self.make_pane(name)
            await self.query_one("#panes").mount(pane)
        pane.add_class("-shown")
        tabs = self.query_one(TabLine)
        tabs.active = number
        tabs.refresh()
        if self.data is not None:
            pane.show(self.data)
        pane.target().focus()
        self.refresh_bindings()

    def fill_in(self, form: Any) -> None:
        """Show a form; its answer appears here."""
        self.broker.fill_in(form)
