"""What is agreed to happen: a follow-up with date, place, who and what, or a promise the broker gave."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from textual.widget import Widget

from broker_tui.domain.views import CaseCard, Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import clock, short_date
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, moment_reader, text, typed_day
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import DateField, TextField
from sync.records.types import FollowUp, Promise


class PlanForm(RecordForm):
    """A follow-up or a promise; with `record_id` a change of one."""

    FORM = "follow_up"
    ENTER_SAVES = True

    def __init__(
        self,
        citizen_id: str | None = None,
        *,
        company_id: str | None = None,
        kind: Literal["follow_up", "promise"] = "follow_up",
        record_id: str | None = None,
        focus: Literal["what", "due"] = "what",
        draft_key: str | None = None,
    ) -> None:
        """Open on a person, a company or a record."""
        super().__init__(citizen_id, draft_key=draft_key, company_id=company_id, record_id=record_id)
        self.kind_of_draft = self.plan_kind = kind
        self._start_in: str = focus
        self._record: FollowUp | Promise | None = None
        self._card: CaseCard | None = None
        self._due = ""

    def prepare(self) -> None:
        """Read whom it is about, and the record that is changed."""
        today = self.clock_today
        company_id = self.args.get("company_id")
        if record_id := self.args.get("record_id"):
            plans = self.services.plans
            record: FollowUp | Promise
            if self.plan_kind == "follow_up":
                record = plans.require(FollowUp, record_id)[1]
            else:
                record = plans.require(Promise, record_id)[1]
            self._record = record
            self.about = self.about or record.citizen_id
            company_id = company_id or record.company_id
        if self.about:
            self._card = self.services.people.card(self.about, today)
        elif company_id:
            self._company = self.services.companies.card(company_id, today).company.record.name

    _company = ""

    def _whose(self) -> str:
        return self.guard.name(self._card.citizen.record.name) if self._card else self._company

    def heading(self) -> Line:
        """What it is, and for whom."""
        if self._record is not None:
            title = _("Change follow-up") if self.plan_kind == "follow_up" else _("Change promise")
            title = _("Move to another day") if self._start_in == "due" else title
        else:
            title = _("New follow-up") if self.plan_kind == "follow_up" else _("New promise")
        return line((title, "strong"), (f"   {self._whose()}", "name"))

    def fields(self) -> Iterable[Widget]:
        """What, when, where, who."""
        record = self._record
        now = self.services.clock.now()
        plan = record if isinstance(record, FollowUp) else None
        if record is None and self.plan_kind == "follow_up":
            kinds = [Option("follow_up", _("follow-up")), Option("promise", _("promise"))]
            yield ChoiceField("kind", _("Kind"), options=kinds, value=self.plan_kind)
        what = "" if record is None else (record.what if isinstance(record, FollowUp) else record.text)
        yield text("what", _("What"), what, label_width=10)
        due = typed_day(record.due, now) if record else ""
        if plan and plan.at:
            due = f"{due} {clock(plan.at)}"
        yield DateField("due", _("When"), parser=moment_reader(now), value=due, control_width=22)
        if record is None or plan:
            yield TextField("place", _("Where"), value=(plan and plan.place) or "")
            yield TextField("who", _("Who"), value=(plan and plan.who) or "")

    def focus_first(self) -> None:
        """Moving begins in the date, with the old one out of the way."""
        field = self.field(self._start_in)
        field.focus()
        if self._start_in == "due" and self._draft is None:
            self.call_after_refresh(field.control.action_select_all)  # type: ignore[attr-defined]  # an Input

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new record, or the changed fields of one."""
        read = Values(values, self.services.clock.now())
        what = read.needed("what")
        read.needed("due")
        when = read.moment("due")
        due = when.day
        read.check()
        self._due = short_date(due)
        fields: dict[str, Any] = {"due": due}
        plans = self.services.plans
        kind = values.get("kind") or self.plan_kind
        place: dict[str, Any] = {"place": read.text("place"), "who": read.text("who"), "at": when.at}
        if record_id := self.args.get("record_id"):
            if isinstance(self._record, FollowUp):
                return plans.edit(record_id, {**fields, **place, "what": what})
            return plans.edit_promise(record_id, {**fields, "text": what})
        company_id = self.args.get("company_id")
        if kind == "promise":
            made_on = self.clock_today
            promise = Promise(citizen_id=self.about, company_id=company_id, text=what, due=due, made_on=made_on)
            return plans.add_promise(promise)
        case = self._card.current_case if self._card else None
        case_id = case.id if case else None
        return plans.add(
            FollowUp(citizen_id=self.about, company_id=company_id, case_id=case_id, what=what, due=due, **place)
        )

    def said(self) -> str:
        """When it is due, and for whom."""
        if self._start_in == "due":
            return _("Moved to {day}: {name}").format(day=self._due, name=self._whose())
        return _("Agreed for {day}: {name}").format(day=self._due, name=self._whose())
