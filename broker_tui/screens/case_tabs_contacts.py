"""Contacts: newest first, paged, with the one under the cursor in full below."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.case_card import CONTACTS
from broker_tui.domain.views import CaseCard, ContactRow, TakenIn
from broker_tui.i18n import _
from broker_tui.i18n.format import clock, dated, short_date
from broker_tui.screens import registry
from broker_tui.screens.card_base import Pane
from broker_tui.screens.case_lines import marked
from broker_tui.screens.contact_presets import kind_word, outcome_word
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.lines import Lines, LineWidget
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.spans import EMPTY, Line, join, line
from sync.records.types import Contact


class RuleLine(LineWidget):
    """A line across."""

    DEFAULT_CSS = """
    RuleLine { height: 1; padding: 0 3; width: 1fr; }
    """

    def line_at(self, y: int) -> Line:
        """All of it."""
        return line((glyph("rule") * self.size.width, "rule"))


class ContactsPane(Pane[CaseCard]):
    """The contacts of a person."""

    SCOPED_CSS = False  # the width of the screen decides
    DEFAULT_CSS = """
    ContactsPane #detail { height: 4; padding: 0 3; max-width: 92; }
    .-airy ContactsPane #detail { height: 9; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(CONTACTS)

    def __init__(self, *, id: str) -> None:
        """Start empty."""
        super().__init__(id=id)
        self._known: dict[str, ContactRow] = {}

    def compose(self) -> ComposeResult:
        """List, line, detail."""
        yield RowList(columns=contact_columns(), header=True, id="contacts")
        yield RuleLine()
        yield Lines(wrapped=True, id="detail")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#contacts", RowList)

    def target(self) -> Widget:
        """The list."""
        return self.rows

    def draw(self, card: CaseCard) -> None:
        """Ask for the rows again as they come into sight."""
        self._known = {}
        self.rows.set_columns(contact_columns())
        self.rows.set_empty(line((_("No contacts yet: c logs the first."), "muted")))
        self.rows.set_provider(card.contact_count, self._provide)
        self._show_detail()

    def _provide(self, offset: int, limit: int) -> Sequence[Row]:
        if self.card is None:
            return ()
        found = self.services.people.contacts(self.card.citizen.id, offset, limit)
        self._known |= {row.entry.id: row for row in found}
        return [contact_row(row, self.guard, self._first_name()) for row in found]

    def _first_name(self) -> str:
        name = self.guard.name(self.card.citizen.record.name) if self.card else ""
        return name.split()[0] if name.split() else ""

    @property
    def chosen(self) -> ContactRow | None:
        """The contact under the cursor."""
        return self._known.get(self.rows.cursor_key or "")

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Show another one in full."""
        event.stop()
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        row = self.chosen
        detail = self.query_one("#detail", Lines)
        if row is None:
            detail.update()
            return
        detail.update(*contact_detail(row, self.clock_today, self.guard))

    def on_resize(self, _event: events.Resize) -> None:
        """Nothing is measured here; the lines wrap themselves."""

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Read it in full; a difference is settled on Sync."""
        event.stop()
        row = self.chosen
        if row is None:
            return
        if row.entry.conflicts:
            self.broker.go("sync")
            return
        title = line((kind_word(row.entry.record), "strong"), (f"   {dated(row.entry.record.occurred_on)}", "muted"))
        self.app.push_screen(registry.read_sheet(title, contact_detail(row, self.clock_today, self.guard)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts need a contact."""
        if action in ("correct", "move", "withdraw"):
            return self.is_mounted and bool(self.query("#contacts")) and self.chosen is not None
        return super().check_action(action, parameters)

    def action_correct(self) -> None:
        """A new contact that replaces this one."""
        row = self.chosen
        if row is not None:
            self.broker.fill_in(registry.contact_form(row.entry.record.citizen_id, contact_id=row.entry.id))

    def action_move(self) -> None:
        """To the right person."""
        row = self.chosen
        if row is not None:
            from broker_tui.screens.move_contact import move_contact

            move_contact(self, row)

    def action_withdraw(self) -> None:
        """Away, after a question; undo brings it back."""
        row = self.chosen
        if row is None:
            return
        contact_id = row.entry.id

        def withdraw() -> None:
            self.act(lambda: self.services.contacts.withdraw(contact_id), _("Contact withdrawn"))

        sentence = _("Withdraw the contact of {day}? It leaves the case; undo brings it back.")
        self.ask(sentence.format(day=dated(row.entry.record.occurred_on)), "t", _("withdraw"), withdraw)


def contact_columns() -> Columns:
    """Date, kind, who, words."""
    return Columns(
        (
            Column("date", _("Date"), width=9),
            Column("kind", _("How"), width=12),
            Column("who", _("Took part"), width=16, drop=1),
            Column("note", _("Note"), min_width=20),
            Column("unsent", "", width=1, gap=1),
        )
    )


def contact_row(row: ContactRow, guard: Guard, first_name: str) -> Row:
    """One contact."""
    record = row.entry.record
    held = record.outcome == "reached"
    kind = line(kind_word(record)) if held else line((f"{glyph('refused')} {outcome_word(record.outcome)}", "muted"))
    who = join((line(took_part(record, guard, first_name)),)) or line((glyph("none"), "faint"))
    cells = {
        "date": line((short_date(record.occurred_on), "muted")),
        "kind": kind,
        "who": who,
        "note": join((_late_mark(row), guard.note(record.note or record.agreed or "")), 2),
        "unsent": line((glyph("unsent"), "accent")) if row.entry.unsent else EMPTY,
    }
    sign, role = marked(row.entry)
    return Row(row.entry.id, cells, sign=sign, sign_role=role)


def _late_mark(row: ContactRow) -> Line:
    return line((f"{glyph('received')} {_('sent late')}", "muted")) if row.taken_in else EMPTY


def _came_late(late: TakenIn) -> Line:
    """Whose note it is, and who took it in when."""
    sender, taker = late.sender or _("a colleague"), late.taker or _("a colleague")
    day = dated(late.at.date()) if late.at else glyph("none")
    words = _("sent by {name} after the hand-over, taken in {day} by {taker}")
    return line((f"{glyph('received')} ", "accent"), (words.format(name=sender, day=day, taker=taker), "muted"))


def took_part(record: Contact, guard: Guard, first_name: str) -> str:
    """Who was there besides the broker."""
    others = guard.words(record.others or "")
    parts = (first_name if "citizen" in record.participants else "", others)
    return ", ".join(part for part in parts if part)


def contact_detail(row: ContactRow, today: date, guard: Guard) -> list[Line]:
    """A contact in full."""
    record = row.entry.record
    when = dated(record.occurred_on)
    if record.occurred_at:
        when = _("{day} at {time}").format(day=when, time=clock(record.occurred_at))
    way = _("in") if record.direction == "in" else _("out")
    head = [line((when, "strong")), line((kind_word(record), "text")), line((outcome_word(record.outcome), "muted"))]
    head += [line((way, "muted")), line((row.staff_name or "", "muted")), line((row.company_name or "", "muted"))]
    if record.replaces:
        head.append(line((_("corrected"), "muted")))
    if row.taken_in:
        head.append(_came_late(row.taken_in))
    if row.entry.unsent:
        head.append(line((f"{glyph('unsent')} ", "accent"), (_("unsent"), "muted")))
    if row.entry.conflicts:
        head.append(line((f"{glyph('conflict')} ", "warn"), _("difference: Enter settles it")))
    found = [join(head)]
    if record.agreed:
        found.append(line((f"{_('Agreed')}: ", "muted")) + guard.note(record.agreed))
    for paragraph in (record.note or "").split("\n"):
        if paragraph.strip():
            found.append(guard.note(paragraph))
    return found
