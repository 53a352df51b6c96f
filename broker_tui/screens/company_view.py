"""What an employer may see, on a page that can be turned towards them.

Nothing else is on it or one key away: no places, no answers, no find. Leaving it switches the glance guard on, so that
whoever presses a key on the employer's side of the table sees no name.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen

from broker_tui.commands import bindings_of
from broker_tui.commands.company_view import COMMANDS
from broker_tui.domain.disclosure import CompanyView, PersonView, Released
from broker_tui.i18n import _
from broker_tui.i18n.disclosure_words import heading
from broker_tui.i18n.format import dated, hours
from broker_tui.screens import say
from broker_tui.screens.base import Reader
from broker_tui.screens.programme_values import words_of
from broker_tui.widgets.key_line import KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, line

_LABEL = 24


class CompanyViewScreen(Screen[None], Reader):
    """The page."""

    DEFAULT_CSS = """
    CompanyViewScreen { layout: vertical; overflow: hidden; }
    CompanyViewScreen > VerticalScroll { height: 1fr; padding: 1 3; scrollbar-size: 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    turned_away: ClassVar[bool] = True
    """The app offers nothing but locking while this page is in front."""

    def __init__(self, company_id: str) -> None:
        """Open on a company."""
        super().__init__()
        self.about = company_id
        self._view: CompanyView | None = None

    def compose(self) -> ComposeResult:
        """Text and the way back."""
        with VerticalScroll():
            yield Lines(wrapped=True, id="view")
        yield KeyLine()

    def on_mount(self) -> None:
        """Read, show and note who was shown what."""
        disclosure, about = self.services.disclosure, self.about

        def work() -> CompanyView:
            view = disclosure.company_view(about)
            disclosure.shown(view)
            return view

        self.read(work, self._show, group="view", description="read what a company may see")

    def _show(self, view: CompanyView) -> None:
        self._view = view
        self.query_one("#view", Lines).update(*self._lines(view))

    def _lines(self, view: CompanyView) -> Iterable[Line]:
        yield line((view.company, "strong"))
        yield line((_("Contact at the jobcenter: {name}").format(name=view.broker), "muted"))
        yield EMPTY
        if not view.people:
            yield line((_("There is nothing to show yet."), "muted"))
        for person in view.people:
            yield from self._person(person)

    def _person(self, person: PersonView) -> Iterable[Line]:
        yield line((person.name, "name"))
        for item in person.items:
            label = heading(item.item)[: _LABEL - 2].ljust(_LABEL)
            yield line((label, "muted"), shown(item))
        yield EMPTY

    def action_scroll(self, rows: int) -> None:
        """Move the text."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_turn_back(self) -> None:
        """Back to the card, with names hidden."""
        broker = self.broker
        self.dismiss(None)
        if not broker.guard.on:
            broker.action_guard()
        broker.answer("ok", _("Names are hidden; F9 shows them."))


def shown(item: Released) -> str:
    """What stands beside the heading."""
    if item.item == "placement":
        ((kind, (start, end)),) = item.values
        until = f" – {dated(end)}" if end else ""
        return f"{say.word('placement_type', kind)}, {dated(start)}{until}"
    if item.item == "hours" and item.values and item.values[0][0] == "minutes":
        return _("{hours} a week").format(hours=hours(item.values[0][1]))
    parts: list[Any] = [words_of(field, raw, {}) for field, raw in item.values]
    return "; ".join(part for part in parts if part) or item.text
