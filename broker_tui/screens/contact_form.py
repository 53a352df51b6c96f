"""The contact dialog: how, outcome, when, who, note, agreed, next; it opens in the note."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from textual.containers import Horizontal
from textual.widget import Widget

from broker_tui.domain.nudge import nudges
from broker_tui.domain.views import CaseCard, InvalidInput, Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import clock, short_date
from broker_tui.screens import say
from broker_tui.screens.contact_presets import PRESETS, TWO_WAY, outcomes, preset, preset_of
from broker_tui.screens.contact_prompts import PromptedForm
from broker_tui.screens.form_fields import Values, day_reader, moment_reader, options, typed_day
from broker_tui.screens.registry import Outcome
from broker_tui.widgets.choice_field import ChoiceField
from broker_tui.widgets.guard import initials
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import DateField, TextField
from sync.records.types import Contact, FollowUp

_FIELDS = {"occurred_on": "when", "occurred_at": "when", "follow_up.due": "next", "follow_up.what": "agreed"}


class ContactForm(PromptedForm):
    """A contact with a person; without one a walk-in, with `contact_id` a correction."""

    FORM = "contact"
    FIRST = "note"
    DEFAULT_CSS = """
    ContactForm .pair { height: auto; }
    """

    def __init__(
        self,
        citizen_id: str | None,
        *,
        contact_id: str | None = None,
        follow_up_id: str | None = None,
        begin: str = "",
        draft_key: str | None = None,
    ) -> None:
        """Open on a person, or on nobody; `begin` is the word for how, where something speaks for one."""
        super().__init__(citizen_id, draft_key=draft_key, contact_id=contact_id, follow_up_id=follow_up_id)
        self.card: CaseCard | None = None
        self.former: Contact | None = None
        self._begin_with = begin
        self._proposed: date | None = None
        self._agreed_already: date | None = None
        self._next: date | None = None

    def prepare(self) -> None:
        """Read the card, the contact that is corrected and the proposed next date."""
        today = self.clock_today
        if contact_id := self.args.get("contact_id"):
            self.former = self.services.contacts.get(contact_id).entry.record
            self.about = self.about or self.former.citizen_id
        if self.about is None:
            return
        self.card = self.services.people.card(self.about, today)
        coming = [
            entry.record.due
            for entry in self.card.follow_ups
            if entry.record.state == "open"
            and not entry.deleted
            and entry.record.due >= today
            and entry.id != self.args.get("follow_up_id")
        ]
        self._agreed_already = min(coming, default=None)
        if self._agreed_already is None and self.former is None:
            self._proposed = self.services.contacts.propose_next(self.about, today)

    @property
    def person(self) -> str:
        """The person as shown now."""
        if self.card is not None:
            return self.guard.name(self.card.citizen.record.name)
        return _("Walk-in")

    @property
    def prompted_case(self) -> str | None:
        """The case of the person, unless an old contact is corrected."""
        case = self.card.current_case if self.card and not self.former else None
        return case.id if case is not None else None

    def heading(self) -> Line:
        """What is written, and whose it is."""
        title = _("Correct contact") if self.former else _("New contact")
        if self.card is None:
            return line((title, "strong"), (f"   {_('somebody who is on no caseload')}", "muted"))
        case = self.card.current_case
        badge = say.programme_step(case.record) if case else ""
        return line((title, "strong"), (f"   {self.person}", "name"), (f"   {badge}", "muted"))

    def fields(self) -> Iterable[Widget]:
        """In the order of talk."""
        former = self.former
        now = self.services.clock.now()
        kind = preset_of(former).code if former else self._begin_with or ("phone" if self.card else "outreach")
        yield ChoiceField("kind", _("How"), options=options((p.code, _(p.label)) for p in PRESETS), value=kind)
        with Horizontal(classes="pair"):
            outcome = former.outcome if former else "reached"
            yield ChoiceField("outcome", _("Outcome"), options=options(outcomes()), value=outcome)
            ways = (("out", _("Out")), ("in", _("In")))
            way = former.direction if former else ("out" if self.card else "in")
            yield ChoiceField("direction", options=options(ways), value=way, inline=True)
        when = self._when_typed(former, now)
        yield DateField("when", _("When"), parser=moment_reader(now, "past"), value=when, control_width=22).apart()
        if self.card is None:
            yield TextField("walk_in_name", _("Name"), value=(former and former.walk_in_name) or "", hint=_("if told"))
            yield TextField("walk_in_phone", _("Phone"), value=(former and former.walk_in_phone) or "")
            yield TextField("area", _("Area"), value=(former and former.area) or "")
        else:
            yield TextField("who", _("Took part"), value=self._who_typed(former))
        yield NoteField("note", _("Note"), value=(former and former.note) or "", min_rows=4, max_rows=8).apart()
        yield TextField("agreed", _("Agreed"), value=(former and former.agreed) or "").apart()
        if former is None and self.card is not None:
            typed = typed_day(self._proposed, now)
            note = _("the usual interval")
            if self._agreed_already:
                note = _("agreed already: {day}").format(day=short_date(self._agreed_already))
            yield DateField("next", _("Next"), parser=day_reader(now), value=typed, note=note)

    def _when_typed(self, former: Contact | None, now: datetime) -> str:
        if former is None:
            return f"{_('today')} {clock(now)}"
        typed = f"{former.occurred_on.day}/{former.occurred_on.month}/{former.occurred_on.year}"
        return f"{typed} {clock(former.occurred_at)}" if former.occurred_at else typed

    def _who_typed(self, former: Contact | None) -> str:
        first = self.person.split()[0] if self.card and self.person.split() else ""
        if former is None:
            return first
        return ", ".join(part for part in (first if "citizen" in former.participants else "", former.others) if part)

    def changed(self, key: str) -> None:
        """Nudge about what stands in the note."""
        if key in ("", "note"):
            self.field("note").nudge = nudge_sentence(self.field("note").value)

    def make(self, values: Mapping[str, str]) -> Saved:
        """One contact, with the next step as an agreed follow-up."""
        contact, following = self._records(values)
        if contact_id := self.args.get("contact_id"):
            try:
                return self.services.contacts.correct(contact_id, contact)
            except InvalidInput as error:
                raise say.renamed(error, _FIELDS) from error
        completes = self.args.get("follow_up_id")
        try:
            return self.services.contacts.add(contact, follow_up=following, completes=completes)
        except InvalidInput as error:
            raise say.renamed(error, _FIELDS) from error

    def _records(self, values: Mapping[str, str]) -> tuple[Contact, FollowUp | None]:
        read = Values(values, self.services.clock.now())
        chosen = preset(values.get("kind", ""))
        when = read.moment("when", "past")
        day = when.day
        outcome = read.code("outcome") or "reached"
        due = read.day("next")
        read.check()
        self._next = due
        old = self.former
        fields: dict[str, Any] = {
            "citizen_id": self.about,
            "occurred_on": day,
            "occurred_at": when.moment(self.services.clock.now()),
            "kind": chosen.kind,
            "place": old.place if old and preset_of(old) is chosen else chosen.place,
            "open_counselling": chosen.open_counselling,
            "outcome": outcome,
            "direction": read.code("direction") or "out",
            "two_way": outcome == "reached" and chosen.kind in TWO_WAY,
            "staff_id": old.staff_id if old else self.services.me.staff_id,
            "note": read.text("note"),
            "agreed": read.text("agreed"),
        }
        if old:
            kept = ("placement_id", "visit_id", "company_id", "topics", "minutes", "needs_reply")
            fields |= {name: getattr(old, name) for name in kept}
        if self.card is None:
            fields["walk_in_name"] = read.text("walk_in_name") or _("Somebody")
            fields["walk_in_phone"] = read.text("walk_in_phone")
            fields["area"] = read.text("area")
        else:
            fields["participants"], fields["others"] = self._took_part(read.text("who") or "")
            fields |= self._workplace(chosen.code) if not old else {}
        following = None
        if due is not None and self.about is not None:
            case = self.card.current_case if self.card else None
            what = (read.text("agreed") or _("Follow up")).splitlines()[0][:200]
            following = FollowUp(citizen_id=self.about, what=what, due=due, case_id=case.id if case else None)
        return Contact(**fields), following

    def _took_part(self, typed: str) -> tuple[list[str], str | None]:
        """Whether the person took part, and who else."""
        name = self.card.citizen.record.name if self.card else ""
        own = {name, *name.split()[:1], initials(name)}  # the guard may have been turned over in between
        known = {part.casefold() for part in own}
        parts = [part.strip() for part in typed.split(",") if part.strip()]
        rest = [part for part in parts if part.casefold() not in known]
        return (["citizen", "broker"] if len(rest) < len(parts) else ["broker"]), ", ".join(rest) or None

    def _workplace(self, code: str) -> dict[str, Any]:
        """The placement a visit belongs to, where the person has only one."""
        running = [e for e in (self.card.placements if self.card else ()) if e.record.status == "active"]
        if code != "visit" or len(running) != 1:
            return {}
        return {"placement_id": running[0].id, "company_id": running[0].record.company_id}

    def said(self) -> str:
        """Where the contact lies, and what comes next."""
        if self.former:
            return _("Contact corrected on {name}").format(name=self.person)
        if self.card is None:
            return _("Walk-in saved")
        said = _("Contact saved on {name}").format(name=self.person)
        return f"{said}, {_('next {day}').format(day=short_date(self._next))}" if self._next else said

    def outcome(self, saved: Saved) -> Outcome:
        """The contact is what one may go on with."""
        return Outcome(self.said(), saved.tx or None, saved.ids[0] if saved.ids else None)


def nudge_sentence(text: str) -> str:
    """What to say under a note in somebody's case, empty for nothing."""
    for nudge in nudges(text):
        if nudge.kind == "cpr":
            return _("There is a CPR number in the note. Is it needed?")
        return _("“{word}” is about health. The note stays on the case.").format(word=nudge.word)
    return ""
