"""People who came in and are on no caseload yet: who, when, what was said, and the way onto the caseload."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.walk_ins import COMMANDS
from broker_tui.domain.views import ContactRow
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens import registry
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.case_lines import marked, unsent_sign
from broker_tui.screens.contact_presets import kind_word
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import line

_SHOWN = 500


class WalkInsScreen(PlaceScreen):
    """One list, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "today"
    reads = frozenset(("contact", "citizen"))

    _rows: tuple[ContactRow, ...] = ()

    def body(self) -> Iterable[Widget]:
        """One list."""
        columns = Columns(
            (
                Column("date", _("Date"), width=9),
                Column("kind", _("How"), width=12, drop=1),
                Column("who", _("Who"), width=20),
                Column("note", _("Note"), min_width=20),
                Column("unsent", "", width=1, gap=1),
            )
        )
        yield RowList(columns=columns, header=True, id="rows")

    def load(self) -> None:
        """Read all of them."""
        contacts = self.services.contacts
        self.read(lambda: contacts.walk_ins(0, _SHOWN), self._show, group="walk-ins", description="read walk-ins")

    def _show(self, rows: list[ContactRow]) -> None:
        self._rows = tuple(rows)
        self.redraw()
        self.refresh_bindings()

    def redraw(self) -> None:
        """Show the rows."""
        rows = self.query_one("#rows", RowList)
        rows.set_empty(line((_("Nobody came in: w on Today notes a walk-in."), "muted")))
        rows.set_rows([_row(row, self.guard) for row in self._rows])
        self.set_title(line((_("Walk-ins"), "strong")), line((str(len(self._rows)), "muted")))

    @property
    def _chosen(self) -> str | None:
        return self.query_one("#rows", RowList).cursor_key if self.is_mounted and self.query("#rows") else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts need somebody."""
        if action in ("take_in", "correct", "withdraw"):
            return self._chosen is not None
        return super().check_action(action, parameters)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Read and correct it."""
        event.stop()
        self.action_correct()

    def action_take_in(self) -> None:
        """A person of the caseload, with this contact."""
        contact_id = self._chosen
        if contact_id is not None:
            self.broker.fill_in(registry.citizen_form(contact_id=contact_id))

    def action_correct(self) -> None:
        """Correct the contact."""
        contact_id = self._chosen
        if contact_id is not None:
            self.broker.correct_contact(contact_id)

    def action_withdraw(self) -> None:
        """Withdraw it after a question."""
        contact_id, contacts = self._chosen, self.services.contacts
        if contact_id is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.act(lambda: contacts.withdraw(contact_id), _("Contact withdrawn"))

        ask = Question(
            _("Withdraw this contact? It stays in the log."), "t", _("withdraw"), _("keep it"), opened_by="x"
        )
        self.app.push_screen(ask, answered)


def _row(found: ContactRow, guard: Guard) -> Row:
    record = found.entry.record
    cells = {
        "date": line((short_date(record.occurred_on), "muted")),
        "kind": line(kind_word(record)),
        "who": line((guard.name(record.walk_in_name or ""), "name")),
        "note": guard.note(record.note or record.agreed or ""),
        "unsent": unsent_sign(found.entry),
    }
    sign, role = marked(found.entry)
    return Row(found.entry.id, cells, sign=sign, sign_role=role)
