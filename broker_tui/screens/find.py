"""Find: people, companies and notes as one types, newest first; Enter opens."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.commands import bindings_of
from broker_tui.commands.find import COMMANDS
from broker_tui.domain.views import Hit
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.i18n.words import record_type
from broker_tui.screens.base import PlaceScreen
from broker_tui.widgets.bar_input import BarInput
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, blank, fit, line

_DELAY = 0.08
_LIMIT = 60


class FindScreen(PlaceScreen):
    """A field and what it finds; the arrows move in the list while one types."""

    DEFAULT_CSS = """
    FindScreen #find-field { margin: 0 3; width: 60; }
    FindScreen #hits { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    AUTO_FOCUS = "#find-field"

    _hits: tuple[Hit, ...] = ()
    _asked = ""
    _timer: Timer | None = None

    def body(self) -> Iterable[Widget]:
        """Field and hits."""
        field = BarInput(id="find-field", placeholder=_("name, number, company or word"), select_on_focus=False)
        field.cursor_blink = False
        yield field
        hits = RowList(id="hits")
        hits.can_focus = False
        yield hits

    def on_mount(self) -> None:
        """Say what is searched."""
        self.redraw()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_DELAY, self._ask)

    def _ask(self) -> None:
        text = self.query_one("#find-field", BarInput).value.strip()
        self._asked = text
        if not text:
            self._show(())
            return
        self._search(text, self._show)

    def _search(self, text: str, then: Callable[[tuple[Hit, ...]], None]) -> None:
        services = self.services
        self.read(lambda: tuple(services.search.find(text, limit=_LIMIT)), then, group="find", description="find")

    def _show_and_open(self, hits: tuple[Hit, ...]) -> None:
        self._show(hits)
        self._open()

    def _show(self, hits: Sequence[Hit]) -> None:
        self._hits = tuple(hits)
        self.redraw()

    def redraw(self) -> None:
        """Show the hits again."""
        found = self.query_one("#hits", RowList)
        nothing = _("Nothing found.") if self._asked else _("Write two letters or more; æ ø å may be left out.")
        found.set_empty(line((nothing, "muted")))
        found.set_rows(list(self._rows()))
        count = _("{count} found").format(count=len(self._hits)) if self._asked else ""
        self.set_title(line((_("Find"), "strong")), line((count, "muted")))

    def _rows(self) -> Iterable[Item]:
        groups: dict[str, list[Hit]] = {}
        for hit in self._hits:
            kind = hit.type if hit.type in ("citizen", "company") else "note"
            groups.setdefault(kind, []).append(hit)
        names = {"citizen": _("People"), "company": _("Companies"), "note": _("Notes")}
        for kind, name in names.items():
            if kind in groups:
                yield Heading(name, str(len(groups[kind])))
                for hit in groups[kind]:
                    yield self._row(hit, kind)

    def _row(self, hit: Hit, kind: str) -> Row:
        about_person = hit.open_type in ("citizen", "walk_in")
        name = self.guard.name(hit.title) if about_person else hit.title
        content = fit(line((name, "name")), 26) + blank(2)
        if kind == "note":
            content += fit(line((short_date(hit.on) if hit.on else "", "muted")), 7, "right") + blank(2)
            content += fit(line((record_type(hit.type), "muted")), 13) + blank(2)
        content += self.guard.note(hit.snippet, "text") if hit.snippet else EMPTY
        return Row(f"{hit.type}:{hit.id}", content=content)

    def _leave_trace(self) -> None:
        """What was looked for is noted when somebody goes on, not at every letter."""
        asked, hits, trail = self._asked, len(self._hits), self.services.trail
        self._asked = ""
        if asked:
            self.broker.read(
                lambda: trail.searched(asked, hits),
                lambda _noted: None,
                group="audit",
                description="note a search",
                alone=False,
            )

    def action_back(self) -> None:
        """Leave the page."""
        self._leave_trace()
        super().action_back()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """A click on a hit."""
        event.stop()
        self.action_open()

    def action_move(self, step: int) -> None:
        """Another hit."""
        self.query_one("#hits", RowList).action_move(step)

    def action_page(self, step: int) -> None:
        """Hits further on."""
        self.query_one("#hits", RowList).action_page(step)

    def action_open(self) -> None:
        """The card of the hit under the cursor, in place of this page."""
        self.after_typing(self._open)

    def _open(self) -> None:
        # What was typed faster than it was found is found first, so that Enter never opens the answer to less.
        text = self.query_one("#find-field", BarInput).value.strip()
        if text and text != self._asked:
            if self._timer is not None:
                self._timer.stop()
            self._asked = text
            self._search(text, self._show_and_open)
            return
        key = self.query_one("#hits", RowList).cursor_key
        hit = next((hit for hit in self._hits if f"{hit.type}:{hit.id}" == key), None)
        if hit is None:
            return
        broker = self.broker
        self._leave_trace()
        if hit.open_type == "walk_in":
            broker.correct_contact(hit.open_id)
            return
        self.dismiss(None)
        if hit.open_type == "citizen":
            broker.call_later(broker.open_citizen, hit.open_id)
        elif hit.open_type == "company":
            broker.call_later(broker.open_company, hit.open_id)
        else:
            broker.call_later(lambda: broker.edit_plan("memo", hit.open_id, focus="what"))
