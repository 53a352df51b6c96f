"""What closes a rule, as a form: the ones that exist for it, otherwise the facts of the programme's vocabulary."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from broker_tui.domain.views import NotFound
from broker_tui.programmes.definition import Checklist
from broker_tui.screens import registry
from broker_tui.screens.registry import Form

if TYPE_CHECKING:
    from datetime import date

    from broker_tui.services import Services

_OWN_FORMS: dict[str, Callable[[str], Form]] = {
    "contact": registry.contact_form,
    "consent": registry.consent_form,
    "job_goal": registry.goal_form,
    "sub_goal": registry.goal_form,
    "placement": registry.placement_form,
    "hours": registry.hours_form,
    "planned": registry.plan_form,
}
"""Kinds of facts that are records of their own; everything else is written as a fact."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What closes an obligation of a case: the kind of fact to write, and how it is filled in at first."""

    citizen_id: str
    case_id: str
    rule: str
    kind: str
    key: str = ""

    def form(self) -> Form:
        """The form in which it is written."""
        if (own := _OWN_FORMS.get(self.kind)) is not None:
            return own(self.citizen_id)
        if self.kind == "role":
            return registry.course_form("role", self.citizen_id)
        return registry.fact_form(
            self.citizen_id, case_id=self.case_id, rule=self.rule, kind=self.kind, obligation=self.key
        )


def closing_of(services: "Services", citizen_id: str, case_id: str, rule: str, key: str = "") -> Closing | None:
    """What closes a rule: of several facts the first that is not there yet. None when no fact closes it."""
    written = services.programmes.closes(rule)
    if not written:
        return None
    kinds = [str(entry["fact"]) for entry in written]
    if len(set(kinds)) > 1:
        try:
            there = {fact.kind for fact in services.programmes.facts(case_id)}
        except NotFound:
            there = set()
        kinds = [kind for kind in kinds if kind not in there] or kinds
    return Closing(citizen_id, case_id, rule, kinds[0], key)


def first_values(services: "Services", closing: Closing, today: "date") -> dict[str, Any]:
    """What stands in the fields at first: what the rule needs, places and days filled in."""
    written: dict[str, Any] = next(
        (entry for entry in services.programmes.closes(closing.rule) if entry["fact"] == closing.kind), {}
    )
    asked = services.programmes.rule(closing.rule).evaluator
    fixed = asked.where if isinstance(asked, Checklist) else written  # the fields of a list are for the broker to fill
    found: dict[str, Any] = {}
    for name, value in written.items():
        if name == "fact" or name not in fixed:
            continue
        if value == "@today":
            found[name] = today.isoformat()
        elif value == "@event":
            found[name] = closing.key
        elif value == "@current":
            found[name] = _placement(services, closing.citizen_id, today)
        elif value not in ("x", ["x"]):  # stands for any text: that is for the broker to write
            found[name] = value
    return found


def _placement(services: "Services", citizen_id: str, today: "date") -> str:
    """The placement that runs or is planned."""
    live = [
        entry
        for entry in services.people.card(citizen_id, today).placements
        if not entry.deleted and entry.record.status in ("active", "planned")
    ]
    return max(live, key=lambda entry: entry.record.start).id if live else ""
