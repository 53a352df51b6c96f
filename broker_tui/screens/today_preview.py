"""The sheet beside the list of Today: why the row stands there, the hours, the last contact."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical

from broker_tui.domain.views import CaseCard, ContactRow, NotFound, TodayItem
from broker_tui.i18n import _, ngettext
from broker_tui.screens.reader import Reader
from broker_tui.screens.today_why import sheet_head
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, ends, line

_DELAY = 0.12


class TodayPreview(Vertical, Reader):
    """What there is to know about the row under the cursor; the person is read once the cursor rests."""

    DEFAULT_CSS = """
    TodayPreview { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; overflow: hidden; }
    .-wide TodayPreview, .-broad TodayPreview { display: block; }
    .-broad TodayPreview { width: 60; }
    TodayPreview:ansi { background: ansi_default; }
    """
    SCOPED_CSS = False  # the width of the screen decides

    _item: TodayItem | None = None
    _asked: tuple[CaseCard, ContactRow | None] | None = None

    def compose(self) -> ComposeResult:
        """Three parts."""
        yield Lines(id="preview-why")
        yield Lines(id="preview-curve")
        yield Lines(wrapped=True, id="preview-last")

    def show(self, item: TodayItem | None) -> None:
        """Another row, or the same one drawn anew."""
        if item != self._item:
            self._item, self._asked = item, None
            if item is not None and item.citizen_id is not None:
                self.set_timer(_DELAY, lambda: self._ask(item))
        head = () if item is None else sheet_head(item, self.clock_today, self.guard, self._cells)
        self.query_one("#preview-why", Lines).update(*head)
        asked = self._asked
        self.query_one("#preview-curve", Lines).update(*(self._curve(asked[0]) if asked else ()))
        self.query_one("#preview-last", Lines).update(*(self._last(*asked) if asked else ()))

    def read_again(self) -> None:
        """Something was written; what is shown stays until the newer is read."""
        if self._item is not None:
            self._ask(self._item)

    def _ask(self, item: TodayItem) -> None:
        citizen_id = item.citizen_id
        if self._item is not item or citizen_id is None or not self.display:
            return
        services, today = self.services, self.clock_today

        def work() -> tuple[CaseCard, ContactRow | None]:
            last = services.people.contacts(citizen_id, limit=1)
            return services.people.card(citizen_id, today), last[0] if last else None

        def show(found: tuple[CaseCard, ContactRow | None]) -> None:
            if self._item is item:
                self._asked = found
                self.show(item)

        self.read(work, show, group="preview", description="read preview", failed=lambda e: isinstance(e, NotFound))

    @property
    def _cells(self) -> int:
        return (60 if self.app.size.width >= 150 else 42) - 4

    def _curve(self, card: CaseCard) -> Iterable[Line]:
        from broker_tui.screens.case_curve import curve_data
        from broker_tui.widgets.hours_curve import render_curve

        data = curve_data(card, (), self.clock_today)[0]
        if not data.begun:
            return ()
        ansi = self.app.current_theme.ansi
        return (EMPTY, *render_curve(data, self._cells, 7, lanes=False, ansi=ansi))

    def _last(self, card: CaseCard, contact: ContactRow | None) -> Iterable[Line]:
        title = line((_("Last contact"), "strong"))
        if contact is None or card.last_contact is None:
            return EMPTY, title, line((_("none yet"), "muted"))
        days = (self.clock_today - card.last_contact).days
        away = ngettext("{count} day ago", "{count} days ago", days).format(count=days)
        record = contact.entry.record
        words = record.note or record.agreed or ""
        return EMPTY, ends(title, line((away, "muted")), self._cells), self.guard.note(words[:400])
