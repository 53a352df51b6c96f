"""Who has seen and changed what about one person, in words, the newest first."""

from collections.abc import Iterable

from textual.widget import Widget

from broker_tui.domain.audit import AuditLine
from broker_tui.i18n import _, audit_words
from broker_tui.i18n.format import moment
from broker_tui.screens.base import PlaceScreen
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.spans import line

_STRETCH = 200


class TrailScreen(PlaceScreen):
    """The audit log of a person."""

    place = "caseload"

    _lines: tuple[AuditLine, ...] = ()
    _more = True

    def __init__(self, citizen_id: str) -> None:
        """Open on a person."""
        super().__init__()
        self._about = citizen_id
        self._names: dict[str, str] = {}
        self._who = ""

    def body(self) -> Iterable[Widget]:
        """One list."""
        columns = (
            Column("when", _("When"), width=14),
            Column("who", _("Who"), width=18),
            Column("done", _("What was done"), min_width=18),
        )
        yield RowList(columns=Columns(columns), header=True, id="rows")

    def load(self) -> None:
        """Read from the newest."""
        self._lines = ()
        self._read_on()

    def _read_on(self) -> None:
        offset, trail, people, about = len(self._lines), self.services.trail, self.services.people, self._about
        today = self.clock_today

        def work() -> tuple[list[AuditLine], dict[str, str], str]:
            found = trail.lines(about, offset=offset, limit=_STRETCH)
            return found, trail.names(found), people.card(about, today).citizen.record.name

        def found(read: tuple[list[AuditLine], dict[str, str], str]) -> None:
            lines, names, self._who = read
            self._lines = (*self._lines[:offset], *lines)
            self._names |= names
            self._more = len(lines) == _STRETCH
            self.redraw()

        self.read(work, found, group="trail", description="read who looked")

    def redraw(self) -> None:
        """Show the rows."""
        rows = self.query_one("#rows", RowList)
        rows.set_empty(line((_("Nobody has looked yet."), "muted")))
        rows.set_rows([self._row(found) for found in self._lines])
        name = self.guard.name(self._who)
        self.set_title(line((_("Who looked"), "strong"), (f"   {name}", "name")))

    def _row(self, found: AuditLine) -> Row:
        what = audit_words.what(found)
        cells = {
            "when": line((moment(found.moment, self.clock_today), "muted")),
            "who": line(self._names.get(found.actor) or found.actor[:8]),
            "done": line(audit_words.action(found), (f"  {what}" if what else "", "muted")),
        }
        return Row(str(found.seq), cells)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """At the end, read on."""
        event.stop()
        if self._more and self._lines and event.key == str(self._lines[-1].seq):
            self._read_on()
