"""A visit note: the company's part for colleagues, one part per citizen for that citizen's case only.

One block per reader; the heading line over each says whose file it is, who can read it and what saving closes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.visit import COMMANDS
from broker_tui.domain.nudge import company_nudges
from broker_tui.domain.views import CompanyCard, Entry, InvalidInput, Saved
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.format import clock
from broker_tui.screens import registry
from broker_tui.screens.contact_form import nudge_sentence
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, moment_reader
from broker_tui.services import VisitPart
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import EMPTY, Line, ends, line
from broker_tui.widgets.text_fields import DateField, TextField
from sync.records.types import CompanyVisit, FollowUp, Promise

CITIZENS = "_citizens"
PART = "part:"


@dataclass(frozen=True, slots=True)
class Talked:
    """A citizen talked about."""

    citizen_id: str
    name: str
    closes: Entry[FollowUp] | None = None


class PartHeading(LineWidget):
    """Whose file, who can read it, and what is closed."""

    DEFAULT_CSS = """
    PartHeading { height: 1; width: 1fr; margin: 1 1 0 0; }
    """

    def __init__(self, left: Line, right: Line = EMPTY, *, id: str | None = None) -> None:
        """Show both ends."""
        super().__init__(id=id)
        self.left, self.right = left, right

    def line_at(self, y: int) -> Line:
        """Both ends."""
        return ends(self.left, self.right, self.size.width, 3)


class VisitForm(RecordForm):
    """A visit to a company with parts for the citizens talked about."""

    FORM = "visit"
    FIRST = "note"
    DEFAULT_CSS = """
    VisitForm .part { height: auto; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    def __init__(self, company_id: str, *, citizen_ids: Sequence[str] = (), draft_key: str | None = None) -> None:
        """Open on a company; without `citizen_ids` with the citizens who are placed there."""
        super().__init__(company_id, draft_key=draft_key)
        self._wanted = list(citizen_ids)
        self._from_draft: list[str] | None = None
        self._card: CompanyCard | None = None
        self.talked: list[Talked] = []

    def take_extra(self, values: Mapping[str, Any]) -> None:
        """The citizens of the draft."""
        kept = values.get(CITIZENS)
        self._from_draft = [str(one) for one in kept] if isinstance(kept, list) else None

    def extra_values(self) -> dict[str, Any]:
        """Whom the parts are about."""
        return {CITIZENS: [talked.citizen_id for talked in self.talked]}

    def prepare(self) -> None:
        """Read the company and whom the note is about."""
        self._card = card = self.services.companies.card(self.about or "", self.clock_today)
        placed = [e.record.citizen_id for e in card.placements if e.record.status == "active" and not e.deleted]
        ids = self._from_draft if self._from_draft is not None else [*self._wanted, *placed]
        self.talked = [self._read(citizen_id) for citizen_id in dict.fromkeys(ids)]

    def _read(self, citizen_id: str) -> Talked:
        card = self.services.people.card(citizen_id, self.clock_today)
        due = [
            entry
            for entry in card.follow_ups
            if entry.record.state == "open"
            and not entry.deleted
            and entry.record.due <= self.clock_today
            and entry.record.company_id == self.about
        ]
        return Talked(citizen_id, card.citizen.record.name, min(due, key=lambda e: e.record.due, default=None))

    @property
    def company(self) -> str:
        """The company's name."""
        return self._card.company.record.name if self._card else ""

    def heading(self) -> Line:
        """Where."""
        return line((_("Visit"), "strong"), (f"   {self.company}", "name"))

    def fields(self) -> Iterable[Widget]:
        """When, the company's part, the citizens' parts."""
        now = self.services.clock.now()
        typed = f"{_('today')} {clock(now)}"
        yield DateField("when", _("When"), parser=moment_reader(now, "past"), value=typed, control_width=22)
        yield TextField("minutes", _("Minutes"), control_width=8)
        reader = line((self.company, "name"), (f"   {_('colleagues can read it')}", "muted"))
        yield PartHeading(reader, id="company-part")
        yield NoteField("note", "", min_rows=2, max_rows=6)
        for talked in self.talked:
            yield self._part(talked)
        with Vertical(id="promise", classes="part"):
            reader = line((_("Promised to the company"), "name"), (f"   {_('colleagues can read it')}", "muted"))
            yield PartHeading(reader)
            yield TextField("promised", _("Promised"))
            yield DateField("promised_by", _("By"), parser=moment_reader(now), control_width=22)

    def _part_heading(self, talked: Talked) -> tuple[Line, Line]:
        right = EMPTY
        if talked.closes is not None:
            right = line((f"{_('closes')} ", "muted"), *self.guard.note(talked.closes.record.what))
        left = line((self.guard.name(talked.name), "name"), (f"   {_('only on the case')}", "muted"))
        return left, right

    def _part(self, talked: Talked) -> Vertical:
        heading = PartHeading(*self._part_heading(talked))
        field = NoteField(f"{PART}{talked.citizen_id}", "", min_rows=2, max_rows=6)
        return Vertical(heading, field, classes="part")

    def focus_first(self) -> None:
        """The company's part comes first."""
        self.field("note").focus()

    def guard_changed(self) -> None:
        """The headings of the parts name people too; who was talked about stays as it is."""
        for talked in self.talked:
            heading = self.field(f"{PART}{talked.citizen_id}").parent
            if heading is not None:
                part = heading.query_one(PartHeading)
                part.left, part.right = self._part_heading(talked)
                part.refresh()

    def changed(self, key: str) -> None:
        """Names do not belong into the company's part."""
        if key in ("", "note", "promised"):
            for name in ("note", "promised"):
                self.field(name).nudge = self._company_nudge(self.field(name).value)
            clean = not (self.field("note").nudge or self.field("promised").nudge)
            heading = self.query_one("#company-part", PartHeading)
            heading.right = line((f"{glyph('ok')} ", "ok"), (_("no names"), "muted")) if clean else EMPTY
            heading.refresh()
        elif key.startswith(PART):
            self.field(key).nudge = nudge_sentence(self.field(key).value)

    def _company_nudge(self, text: str) -> str:
        known = (*(talked.name for talked in self.talked), *(self._card.citizens.values() if self._card else ()))
        for nudge in company_nudges(text, tuple(known)):
            if nudge.kind == "name":
                return _("“{word}” is a citizen; colleagues read this. Write it in the part below.").format(
                    word=nudge.word
                )
            if nudge.kind == "cpr":
                return _("A CPR number may not stand here: colleagues read it.")
            return _("“{word}” is about health; colleagues read this.").format(word=nudge.word)
        return ""

    def action_citizen(self) -> None:
        """Talk about one citizen more."""
        known = [talked.citizen_id for talked in self.talked]

        async def chosen(citizen_id: str | None) -> None:
            if citizen_id is None:
                return
            talked = self._read(citizen_id)
            self.talked.append(talked)
            self.broker.hold_keys(self)  # what is typed already is about the citizen, not for the company's file
            try:
                await self.form.mount(self._part(talked), before="#promise")
                self.field(f"{PART}{citizen_id}").focus()
            finally:
                self.broker.release_keys(self)
            self.keep_draft({})

        self.app.push_screen(registry.person_picker(_("Who was talked about?"), exclude=known), chosen)

    def make(self, values: Mapping[str, str]) -> Saved:
        """The visit with all its parts in one save; parts without a word are left out."""
        read = Values(values, self.services.clock.now())
        when = read.moment("when", "past")
        minutes = read.whole("minutes")
        promised, by = read.text("promised"), read.day("promised_by")
        spoken = [talked for talked in self.talked if read.text(f"{PART}{talked.citizen_id}")]
        if not spoken and not read.text("note") and not promised:
            read.refuse("note", "required")
        read.check()
        visit = CompanyVisit(
            company_id=self.about or "",
            occurred_on=when.day,
            occurred_at=when.moment(self.services.clock.now()),
            minutes=minutes,
            note=read.text("note"),
            promised=promised,
        )
        parts = [
            VisitPart(
                talked.citizen_id,
                read.text(f"{PART}{talked.citizen_id}"),
                completes=talked.closes.id if talked.closes else None,
            )
            for talked in spoken
        ]
        promise = None
        if promised and by:
            made_on = self.clock_today
            promise = Promise(text=promised, due=by, made_on=made_on, company_id=self.about)
        try:
            saved = self.services.companies.add_visit(visit, parts, promise=promise)
        except InvalidInput as error:
            raise InvalidInput(tuple(_at_part(fault, spoken) for fault in error.errors)) from error
        self._parts = len(spoken)
        return saved

    _parts = 0

    def said(self) -> str:
        """Whose files it went to."""
        if not self._parts:
            return _("Visit saved on {company}").format(company=self.company)
        text = ngettext(
            "Visit saved on {company} and {count} case", "Visit saved on {company} and {count} cases", self._parts
        )
        return text.format(company=self.company, count=self._parts)


def _at_part(fault: Any, spoken: Sequence[Talked]) -> Any:
    """An error of `parts.0.note` told at the field of that citizen."""
    pieces = fault.field.split(".")
    if pieces[0] == "parts" and pieces[1].isdecimal():
        return replace(fault, field=f"{PART}{spoken[int(pieces[1])].citizen_id}")
    names = {"occurred_on": "when", "occurred_at": "when", "promise.due": "promised_by", "promise.text": "promised"}
    return replace(fault, field=names.get(fault.field, fault.field))
