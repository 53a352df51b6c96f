"""Job: placements, the hours agreed for them, what may be told to whom, and who helps."""

from datetime import date
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.case_card import JOB
from broker_tui.domain.consents import allows, latest
from broker_tui.domain.views import CaseCard, Entry
from broker_tui.i18n import _
from broker_tui.i18n.format import dated, hours, short_date
from broker_tui.screens import registry, say
from broker_tui.screens.card_base import ListPane
from broker_tui.screens.case_lines import unsent_sign
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.spans import Line, Role, line
from sync.records.types import Consent, Hours, Placement, RoleAssignment


class JobPane(ListPane[CaseCard]):
    """Work and consents of a person."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(JOB)

    def compose(self) -> ComposeResult:
        """One list."""
        yield RowList(columns=job_columns(), id="job")

    def draw(self, card: CaseCard) -> None:
        """All groups."""
        self.rows.set_empty(line((_("No placements yet: n makes one, h notes hours, a a consent."), "muted")))
        self.rows.set_rows(job_items(card, self.clock_today, self.guard))

    @property
    def chosen(self) -> Entry[Any] | None:
        """The record under the cursor."""
        card, key = self.card, self.rows.cursor_key
        if card is None:
            return None
        every: tuple[Entry[Any], ...] = (*card.placements, *card.hours, *card.consents, *card.roles)
        return next((entry for entry in every if entry.id == key), None)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Change it; a difference is settled on Sync."""
        event.stop()
        entry = self.chosen
        if entry is not None and entry.conflicts:
            self.broker.go("sync")
        else:
            self.action_edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Changing needs a record, ending a placement or hours."""
        entry = self.chosen if self.is_mounted and self.query("#job") else None
        if action == "edit":
            return entry is not None
        if action == "end" and entry is not None and isinstance(entry.record, RoleAssignment):
            return entry.record.end is None
        if action == "end":
            if entry is not None and isinstance(entry.record, Placement):
                return entry.record.status in ("active", "planned")
            return entry is not None and isinstance(entry.record, Hours)
        return super().check_action(action, parameters)

    @property
    def _about(self) -> str:
        return self.card.citizen.id if self.card else ""

    def action_new(self) -> None:
        """A placement."""
        self.broker.new_placement(self._about)

    def action_hours(self) -> None:
        """Hours."""
        self.broker.new_hours(self._about)

    def action_edit(self) -> None:
        """Change a placement, correct hours, state a consent anew."""
        entry = self.chosen
        if entry is None:
            return
        if isinstance(entry.record, Placement):
            self.broker.fill_in(registry.placement_form(self._about, placement_id=entry.id))
        elif isinstance(entry.record, Hours):
            self.broker.fill_in(registry.hours_form(self._about, hours_id=entry.id))
        elif isinstance(entry.record, RoleAssignment):
            self.broker.fill_in(registry.course_form("end_role", self._about, role_id=entry.id))
        else:
            self.broker.new_consent(self._about)

    def action_end(self) -> None:
        """End a placement; withdraw hours after a question."""
        entry = self.chosen
        if entry is None:
            return
        if isinstance(entry.record, Placement):
            self.broker.fill_in(registry.course_form("end_placement", self._about, placement_id=entry.id))
        elif isinstance(entry.record, RoleAssignment):
            self.broker.fill_in(registry.course_form("end_role", self._about, role_id=entry.id))
        elif isinstance(entry.record, Hours):
            hours_id = entry.id

            def withdraw() -> None:
                self.act(lambda: self.services.work.withdraw_hours(hours_id), _("Hours withdrawn"))

            self.ask(_("Withdraw these hours? Undo brings them back."), "t", _("withdraw"), withdraw)


def job_columns() -> Columns:
    """What, when, how many."""
    return Columns(
        (
            Column("what", min_width=20),
            Column("when", width=24),
            Column("hours", width=5, align="right", gap=1),
            Column("state", width=12, drop=1),
            Column("unsent", width=1, gap=1),
        )
    )


def job_items(card: CaseCard, today: date, guard: Guard) -> list[Item]:
    """Placements, hours and consents, newest first."""
    items: list[Item] = []
    stays = sorted((e for e in card.placements if not e.deleted), key=lambda e: (e.record.start, e.id), reverse=True)
    if stays:
        items.append(Heading(_("Placements"), str(len(stays))))
        items += [_placement_row(entry, card) for entry in stays]
    live = [e for e in card.hours if not e.deleted]
    live.sort(key=lambda e: (e.record.start, e.id), reverse=True)
    if live:
        items.append(Heading(_("Hours a week"), str(sum(e.replaced_by is None for e in live))))
        items += [_hours_row(entry, card) for entry in live]
    stated = sorted(latest(card.consents).values(), key=lambda e: (e.record.kind, e.record.stated_on))
    if stated:
        items.append(Heading(_("Consents"), str(len(stated))))
        items += [_consent_row(entry, today, guard) for entry in stated]
    roles = sorted((e for e in card.roles if not e.deleted), key=lambda e: (e.record.end or date.max, e.record.start))
    if roles:
        items.append(Heading(_("Who helps"), str(sum(e.record.end is None for e in roles))))
        items += [_role_row(entry, card) for entry in reversed(roles)]
    return items


def _role_row(entry: Entry[RoleAssignment], card: CaseCard) -> Row:
    record = entry.record
    name, role = card.staff.get(record.staff_id, ""), say.word("case_role", record.role)
    cells = {
        "what": line((name or role, "text"), (f"  {say.inline(role)}" if name else "", "muted")),
        "when": _span(record.start, record.end),
        "unsent": unsent_sign(entry),
    }
    return Row(entry.id, cells, sign=glyph("conflict") if entry.conflicts else "", sign_role="warn")


def _span(start: date, end: date | None) -> Line:
    if end is None:
        return line((_("from {day}").format(day=dated(start)), "muted"))
    if start.year == end.year:
        return line((f"{short_date(start)} – {dated(end)}", "muted"))
    return line((f"{start.day}/{start.month}/{start.year} – {end.day}/{end.month}/{end.year}", "muted"))


def _placement_row(entry: Entry[Placement], card: CaseCard) -> Row:
    record = entry.record
    running = record.status == "active"
    text = say.placement(record, card.companies)
    agreed = max(
        (e.record for e in card.hours if e.record.placement_id == entry.id and not e.deleted and not e.replaced_by),
        key=lambda hours_: hours_.start,
        default=None,
    )
    cells = {
        "what": line((text[:1].upper() + text[1:], "name" if running else "text")),
        "when": _span(record.start, record.actual_end or record.planned_end),
        "hours": line((hours(agreed.minutes_per_week), "num")) if agreed else line((glyph("none"), "faint")),
        "state": line((say.inline(say.word("placement_status", record.status)), "muted")),
        "unsent": unsent_sign(entry),
    }
    sign: tuple[str, Role] = ("ok", "ok") if running else ("missing", "muted")
    sign = ("conflict", "warn") if entry.conflicts else sign
    return Row(entry.id, cells, sign=glyph(sign[0]), sign_role=sign[1])


def _hours_row(entry: Entry[Hours], card: CaseCard) -> Row:
    record = entry.record
    where = {e.id: e.record for e in card.placements}.get(record.placement_id or "")
    gone = entry.replaced_by is not None
    text = say.placement(where, card.companies) if where else say.inline(say.word("measure", record.measure))
    cells = {
        "what": line((text, "muted" if gone else "text")),
        "when": _span(record.start, record.end),
        "hours": line((hours(record.minutes_per_week), "muted" if gone else "num")),
        "state": line((_("corrected") if gone else "", "muted")),
        "unsent": unsent_sign(entry),
    }
    return Row(entry.id, cells, sign=glyph("conflict") if entry.conflicts else "", sign_role="warn")


def _consent_row(entry: Entry[Consent], today: date, guard: Guard) -> Row:
    record = entry.record
    yes = allows(record, today)
    until = _span(record.stated_on, record.expires) if record.expires else line((dated(record.stated_on), "muted"))
    receiver = f"  {record.receiver}" if record.receiver else ""
    cells = {
        "what": line(say.word("consent_kind", record.kind), (receiver, "muted")),
        "when": until,
        "state": line((say.inline(say.word("consent_state", record.state)), "text" if yes else "muted")),
        "unsent": unsent_sign(entry),
    }
    return Row(entry.id, cells, sign=glyph("ok" if yes else "refused"), sign_role="ok" if yes else "muted")
