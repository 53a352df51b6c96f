"""The tabs of a company: overview with its tasks, visits, who is placed there, and its people."""

from datetime import date
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.companies import PEOPLE, TASKS, VISITS
from broker_tui.domain.views import CompanyCard, Entry
from broker_tui.i18n import _
from broker_tui.i18n.format import clock, dated, short_date
from broker_tui.screens import registry, say
from broker_tui.screens.card_base import ListPane
from broker_tui.screens.case_lines import is_open, labelled, marked, unsent_sign
from broker_tui.screens.case_tabs_contacts import RuleLine
from broker_tui.screens.case_tabs_plan import kind_of, plan_columns, plan_items
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import Item, Row, RowList
from broker_tui.widgets.spans import Line, join, line, wrap
from sync.records.types import Company, CompanyContact, CompanyVisit, Placement


class FactsPane(ListPane[CompanyCard]):
    """Facts, and what is agreed and promised."""

    DEFAULT_CSS = """
    FactsPane #facts { padding: 0 3; max-width: 92; }
    FactsPane #tasks { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(TASKS)

    def compose(self) -> ComposeResult:
        """Facts above the list."""
        yield Lines(id="facts")
        yield RowList(columns=plan_columns(), id="tasks")

    def draw(self, card: CompanyCard) -> None:
        """Both."""
        cells = min(76, self.app.size.width - 6)
        self.query_one("#facts", Lines).update(*_facts(card, cells))
        self.rows.set_empty(line((_("Nothing is agreed: p plans a follow-up, l a promise."), "muted")))
        every: tuple[Entry[Any], ...] = (*card.follow_ups, *card.promises)
        self.rows.set_rows(plan_items(every, self.clock_today, self.guard, {}, card.citizens))

    @property
    def chosen(self) -> Entry[Any] | None:
        """The task under the cursor."""
        card, key = self.card, self.rows.cursor_key
        if card is None:
            return None
        every: tuple[Entry[Any], ...] = (*card.follow_ups, *card.promises)
        return next((entry for entry in every if entry.id == key), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts need a task that is open."""
        if action in ("reschedule", "done"):
            entry = self.chosen if self.is_mounted and self.query(RowList) else None
            return entry is not None and is_open(entry)
        return super().check_action(action, parameters)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The person it is about, otherwise change it."""
        event.stop()
        entry = self.chosen
        if entry is None:
            return
        if entry.conflicts:
            self.broker.go("sync")
        elif entry.record.citizen_id:
            self.broker.open_citizen(entry.record.citizen_id, "plan")
        else:
            self.broker.edit_plan(kind_of(entry.record), entry.id, focus="what")

    def action_reschedule(self) -> None:
        """Another day."""
        entry = self.chosen
        if entry is not None:
            self.broker.edit_plan(kind_of(entry.record), entry.id, citizen_id=entry.record.citizen_id)

    def action_done(self) -> None:
        """Done today."""
        entry = self.chosen
        if entry is None:
            return
        plans, today, record_id = self.services.plans, self.clock_today, entry.id
        if kind_of(entry.record) == "promise":
            self.act(lambda: plans.complete_promise(record_id, today), _("Done"))
        else:
            self.act(lambda: plans.complete(record_id, today), _("Done"))


def entered(entry: Entry[Company]) -> str:
    """A record of a company by name and number, as it is told from another."""
    record = entry.record
    return " ".join(part for part in (record.name, record.p_number or record.cvr or "") if part)


def _facts(card: CompanyCard, cells: int) -> list[Line]:
    company = card.company.record
    number = company.cvr or ""
    if company.p_number:
        number = f"{number}  {_('P number')} {company.p_number}"
    facts = (
        (_("CVR no."), number),
        (_("Phone"), company.phone),
        (_("E-mail"), company.email),
        (_("Address"), company.address),
        (_("Area"), company.area),
        (_("Also as"), " · ".join(entered(entry) for entry in card.also)),
        (_("Same as?"), " · ".join(entered(entry) for entry in card.likely)),
    )
    found = [labelled(label, line(value)) for label, value in facts if value]
    for title, text in ((_("Tasks"), company.tasks), (_("Note"), company.note)):
        if text:
            rows = wrap(line(text), cells - 13)[:3]
            found += [labelled(title if index == 0 else "", row) for index, row in enumerate(rows)]
    return found or [line((_("Nothing noted yet: e fills it in."), "muted"))]


class VisitsPane(ListPane[CompanyCard]):
    """Visits, the newest first, the one under the cursor in full."""

    SCOPED_CSS = False  # the width of the screen decides
    DEFAULT_CSS = """
    VisitsPane #visit { height: 4; padding: 0 3; max-width: 92; }
    .-airy VisitsPane #visit { height: 9; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(VISITS)

    def compose(self) -> ComposeResult:
        """List, line, detail."""
        columns = Columns(
            (
                Column("date", _("Date"), width=12),
                Column("who", _("Who"), width=16, drop=1),
                Column("note", _("Note"), min_width=20),
                Column("unsent", "", width=1, gap=1),
            )
        )
        yield RowList(columns=columns, header=True)
        yield RuleLine()
        yield Lines(wrapped=True, id="visit")

    def draw(self, card: CompanyCard) -> None:
        """All visits that stand."""
        self.rows.set_empty(line((_("No visits yet: v logs the first."), "muted")))
        self.rows.set_rows([_visit_row(entry, card, self.guard) for entry in _visits(card)])
        self._show()

    def _entry(self) -> Entry[CompanyVisit] | None:
        key = self.rows.cursor_key
        return next((e for e in (self.card.visits if self.card else ()) if e.id == key), None)

    def _show(self) -> None:
        entry = self._entry()
        lines = _visit_lines(entry, self.card, self.guard) if entry and self.card else []
        self.query_one("#visit", Lines).update(*lines)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Show another one in full."""
        super().on_row_list_highlighted(event)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Correcting needs a visit."""
        if action == "correct":
            return self.is_mounted and bool(self.query(RowList)) and self.rows.cursor_key is not None
        return super().check_action(action, parameters)

    def action_correct(self) -> None:
        """Correct what stands in the company's file."""
        entry = self._entry()
        if entry is not None and self.card is not None:
            self.broker.fill_in(registry.visit_correction(self.card.company.id, visit_id=entry.id))

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Read it in full."""
        event.stop()
        entry = self._entry()
        if entry is None or self.card is None:
            return
        if entry.conflicts:
            self.broker.go("sync")
            return
        title = line((_("Visit"), "strong"), (f"   {dated(entry.record.occurred_on)}", "muted"))
        self.app.push_screen(registry.read_sheet(title, _visit_lines(entry, self.card, self.guard)))


def _visits(card: CompanyCard) -> list[Entry[CompanyVisit]]:
    live = [entry for entry in card.visits if not entry.deleted and entry.replaced_by is None]
    return sorted(live, key=lambda entry: (entry.record.occurred_on, entry.id), reverse=True)


def _visit_row(entry: Entry[CompanyVisit], card: CompanyCard, guard: Guard) -> Row:
    record = entry.record
    cells = {
        "date": line((dated(record.occurred_on), "muted")),
        "who": line(card.staff.get(record.staff_id or "", "")),
        "note": guard.note(record.note or record.promised or ""),
        "unsent": unsent_sign(entry),
    }
    sign, role = marked(entry)
    return Row(entry.id, cells, sign=sign, sign_role=role)


def _visit_lines(entry: Entry[CompanyVisit], card: CompanyCard, guard: Guard) -> list[Line]:
    record = entry.record
    when = dated(record.occurred_on)
    if record.occurred_at:
        when = _("{day} at {time}").format(day=when, time=clock(record.occurred_at))
    minutes = _("{count} min").format(count=record.minutes) if record.minutes else ""
    staff = card.staff.get(record.staff_id or "", "")
    found = [join((line((when, "strong")), line((minutes, "muted")), line((staff, "muted"))))]
    if record.promised:
        found.append(line((f"{_('Promised')}: ", "muted")) + guard.note(record.promised))
    found += [guard.note(part) for part in (record.note or "").split("\n") if part.strip()]
    return found


class PlacementsPane(ListPane[CompanyCard]):
    """Who of the broker's own citizens is or was there."""

    def compose(self) -> ComposeResult:
        """One list."""
        columns = Columns(
            (
                Column("name", _("Name"), min_width=18),
                Column("type", _("Kind"), width=18),
                Column("when", _("When"), width=27),
                Column("state", "", width=12, drop=1),
            )
        )
        yield RowList(columns=columns, header=True)

    def draw(self, card: CompanyCard) -> None:
        """Running ones first."""
        live = [entry for entry in card.placements if not entry.deleted]
        live.sort(key=lambda e: (e.record.status == "active", e.record.start, e.id), reverse=True)
        self.rows.set_empty(line((_("Nobody is placed here: t places somebody."), "muted")))
        self.rows.set_rows([_placement_row(entry, card, self.guard) for entry in live])

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The person's card."""
        event.stop()
        found = next((e.record for e in (self.card.placements if self.card else ()) if e.id == event.key), None)
        if found is not None:
            self.broker.open_citizen(found.citizen_id, "job")


def _placement_row(entry: Entry[Placement], card: CompanyCard, guard: Guard) -> Row:
    record = entry.record
    end: date | None = record.actual_end or record.planned_end
    running = record.status == "active"
    cells = {
        "name": line((guard.name(card.citizens.get(record.citizen_id, "")), "name")),
        "type": line(say.inline(say.word("placement_type", record.type))),
        "when": line((f"{short_date(record.start)} – {dated(end)}" if end else dated(record.start), "muted")),
        "state": line((say.inline(say.word("placement_status", record.status)), "muted")),
    }
    sign = glyph("conflict") if entry.conflicts else glyph("ok" if running else "missing")
    return Row(entry.id, cells, sign=sign, sign_role="ok" if running else "muted")


class PeoplePane(ListPane[CompanyCard]):
    """The company's people."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(PEOPLE)

    def compose(self) -> ComposeResult:
        """One list."""
        columns = Columns(
            (
                Column("name", _("Name"), min_width=20),
                Column("title", _("Title"), width=18),
                Column("phone", _("Phone"), width=14),
                Column("email", _("E-mail"), width=24, drop=1),
            )
        )
        yield RowList(columns=columns, header=True)

    def draw(self, card: CompanyCard) -> None:
        """Those who are there, then those who left."""
        live = sorted((e for e in card.contacts if not e.deleted), key=lambda e: not e.record.active)
        self.rows.set_empty(line((_("No contact persons yet: n makes one."), "muted")))
        items: list[Item] = [_person_row(entry) for entry in live]
        self.rows.set_rows(items)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Changing needs a person."""
        if action == "edit":
            return self.is_mounted and bool(self.query(RowList)) and self.rows.cursor_key is not None
        return super().check_action(action, parameters)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Change the person."""
        event.stop()
        self.action_edit()

    def action_edit(self) -> None:
        """Change the person."""
        key = self.rows.cursor_key
        if key is not None and self.card is not None:
            self.broker.fill_in(registry.company_contact_form(self.card.company.id, contact_id=key))


def _person_row(entry: Entry[CompanyContact]) -> Row:
    record = entry.record
    here = record.active
    cells = {
        "name": line((record.name, "name" if here else "muted")),
        "title": line((record.title or "", "text" if here else "muted")),
        "phone": line((record.phone or "", "text" if here else "muted")),
        "email": line((record.email or "", "muted")),
    }
    sign, role = marked(entry)
    return Row(entry.id, cells, sign=sign, sign_role=role)
