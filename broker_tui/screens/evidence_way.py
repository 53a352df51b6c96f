"""From a rule to the place where its evidence is written: a field of a form, or the form of a typed record."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from broker_tui.domain.views import Entry
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.forms import FormDefinition
from broker_tui.screens import registry
from broker_tui.screens.registry import Form
from sync.records.types import Placement

if TYPE_CHECKING:
    from broker_tui.services import Services

RecordName = Literal["placement", "placement_end", "hours", "goal", "follow_up", "consent", "role_assignment", "step"]


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go.

    Attributes:
        kind: `form`, `contact`, another typed record, `shown` (nothing is asked), `authority` (not for this person).
        form: the form's id; the field is `list.field` where it stands in a row.
        placement_id: the placement that is meant.
    """

    kind: str
    form: str = ""
    field: str = ""
    form_name: str = ""
    placement_id: str = ""

    def record_form(self, citizen_id: str, case_id: str) -> Form:
        """The form of the typed record."""
        match self.kind:
            case "placement":
                return registry.placement_form(citizen_id, placement_id=self.placement_id or None)
            case "placement_end":
                return registry.course_form("end_placement", citizen_id, placement_id=self.placement_id)
            case "hours":
                return registry.hours_form(citizen_id)
            case "goal":
                return registry.goal_form(citizen_id)
            case "follow_up":
                return registry.plan_form(citizen_id)
            case "consent":
                return registry.consent_form(citizen_id)
            case "role_assignment":
                return registry.course_form("role", citizen_id)
            case _:
                return registry.rule_form("confirm_step", citizen_id, case_id=case_id)


def may_fill(services: "Services", form: FormDefinition) -> bool:
    """Whether this person fills in that form."""
    return not form.authority_only or services.programmes.has_authority()


def way_to(services: "Services", citizen_id: str, case_id: str, rule: str) -> Way | None:
    """The way to the evidence of a rule; None when the forms know none."""
    found = services.forms.way_to(rule)
    if found is None:
        return None
    if found.way == "shown":
        return Way("shown")
    if found.way == "form":
        form = shapes.forms(rule.partition(".")[0])[found.form]
        if not may_fill(services, form):
            return Way("authority", form.id, form_name=both(form))
        return Way("form", form.id, found.field)
    if found.form in ("contact", "visit"):
        return Way("contact")
    return _of_record(services, citizen_id, rule, found.form)


def _of_record(services: "Services", citizen_id: str, rule: str, record: str) -> Way | None:
    """The form of a typed record; a fact of it that its form does not hold has no way here."""
    if record not in get_args(RecordName):
        return None
    if record != "placement":
        return Way(record)
    asked = {str(fact["fact"]) for fact in services.programmes.closes(rule)}
    live = [e for e in services.store.entries(Placement, where={"citizen_id": citizen_id}) if e.record.status in _LIVE]
    newest: Entry[Placement] | None = max(live, key=lambda entry: (entry.record.start, entry.id), default=None)
    if newest is None:
        return Way("placement")
    ends = asked & {"placement_end", "placement_cancelled"}
    known = "" if asked == {"placement"} else newest.id
    return Way("placement_end" if ends else "placement", placement_id=newest.id if ends else known)


_LIVE = ("planned", "active")
