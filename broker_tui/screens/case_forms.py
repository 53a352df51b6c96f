"""Short questions about who helps a person, and how far the person is in the programme."""

from collections.abc import Iterable, Mapping
from typing import get_args

from textual.widget import Widget

from broker_tui.domain.views import Entry, Saved
from broker_tui.i18n import _
from broker_tui.screens import say
from broker_tui.screens.course_forms import CourseForm
from broker_tui.screens.form_fields import Values, choice, day, text
from broker_tui.widgets.spans import Line
from sync.records.types import CaseRole, RoleAssignment


class RoleForm(CourseForm):
    """Somebody takes a role for the person."""

    FORM = "role"

    def heading(self) -> Line:
        """What is noted."""
        return self.titled(_("Who helps in which role"))

    def fields(self) -> Iterable[Widget]:
        """Who, as what, since when."""
        now, people = self.services.clock.now(), self.services.people.colleagues()
        yield choice("staff_id", _("Colleague"), people.items(), next(iter(people)))
        roles = [(code, word) for code, word in say.codes("case_role") if code in get_args(CaseRole)]
        yield choice("role", _("Role"), roles, "substitute")
        yield day("start", _("From"), now, now.date(), "past")

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new role."""
        read = Values(values, self.services.clock.now())
        staff_id, role = read.needed_code("staff_id"), read.needed_code("role")
        start = read.needed_day("start", "past")
        read.check()
        return self.services.people.assign_role(self.about or "", staff_id, role, start)

    def said(self) -> str:
        """Whose."""
        return _("Role noted on {name}").format(name=self.person)


class EndRoleForm(CourseForm):
    """A role ends."""

    FORM = "end_role"

    @property
    def _role(self) -> Entry[RoleAssignment] | None:
        roles = self.card.roles if self.card else ()
        return next((entry for entry in roles if entry.id == self.args.get("role_id")), None)

    def heading(self) -> Line:
        """Which."""
        entry = self._role
        word = say.inline(say.word("case_role", entry.record.role)) if entry else ""
        return self.titled(_("End the role: {role}").format(role=word))

    def fields(self) -> Iterable[Widget]:
        """When."""
        now = self.services.clock.now()
        yield day("end", _("Last day"), now, now.date(), "past")

    def make(self, values: Mapping[str, str]) -> Saved:
        """The ended role."""
        read = Values(values, self.services.clock.now())
        end = read.needed_day("end", "past")
        read.check()
        return self.services.people.end_role(self.args["role_id"], end)

    def said(self) -> str:
        """Whose."""
        return _("Role ended on {name}").format(name=self.person)


class StepForm(CourseForm):
    """The person goes on to another step or phase."""

    FORM = "step"

    def heading(self) -> Line:
        """Of which programme."""
        case = self.card.current_case if self.card else None
        badge = say.badge(case.record.programme, case.record.step)[0] if case else ""
        return self.titled(_("Step or phase of {programme}").format(programme=badge))

    def fields(self) -> Iterable[Widget]:
        """Which, since when."""
        now = self.services.clock.now()
        case = self.card.current_case if self.card else None
        yield text("step", _("Step"), case and case.record.step, control_width=6)
        yield day("step_since", _("From"), now, now.date(), "past")

    def make(self, values: Mapping[str, str]) -> Saved:
        """The changed course."""
        read = Values(values, self.services.clock.now())
        step, since = read.whole("step"), read.needed_day("step_since", "past")
        if step is None and read.text("step") is None:
            read.refuse("step", "required")
        read.check()
        return self.services.people.edit_case(self.args["case_id"], {"step": str(step), "step_since": since})

    def said(self) -> str:
        """Whose."""
        return _("Step changed on {name}").format(name=self.person)
