"""The hard constraints H1 to H7 between a citizen and a task; each failure is named, nothing is traded."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from broker_tui.matching.model import HOUR, Citizen, Company, Slot, Task
from broker_tui.matching.needs import clashes

Rule = Literal["H1", "H2", "H3", "H4", "H5", "H6", "H7"]
Verdict = Literal["passed", "failed", "ask"]
RULES: tuple[Rule, ...] = ("H1", "H2", "H3", "H4", "H5", "H6", "H7")


class Check(msgspec.Struct, frozen=True):
    """One constraint: passed, failed, or to be asked (the company about a demand, the citizen about times).

    The code with its arguments is what the sentence is made of. What H2 tells is health related: those outside the
    case's team see that there is a conflict, not which.
    """

    rule: Rule
    verdict: Verdict
    code: str = ""
    args: dict[str, Any] = {}

    @property
    def key(self) -> str:
        """What it is counted under: competence, need.max_lifting, ask.noise, time, travel ..."""
        if self.verdict == "ask":
            return f"ask.{self.args.get('demand', self.code)}"
        return f"need.{self.args['need']}" if self.code == "need" else self.code

    @property
    def sensitive(self) -> bool:
        return self.rule == "H2" and self.verdict != "passed"


def checks(citizen: Citizen, task: Task, company: Company, residual: int | None = None) -> tuple[Check, ...]:
    """Every constraint of one citizen and one task; a passed one says so once, a broken one once per reason."""
    free = citizen.residual if residual is None else residual
    found = {
        "H1": list(_competences(citizen, task)),
        "H2": list(_needs(citizen, task)),
        "H3": list(_times(citizen, task)),
        "H4": list(_travel(citizen, company)),
        "H5": list(_refused(citizen, task, company)),
        "H6": [Check("H6", "failed", "company_excluded", {"company": company.id})] if company.excluded else [],
        "H7": list(_hours(citizen, task, free)),
    }
    return tuple(check for rule in RULES for check in found[rule] or [Check(rule, "passed")])


def open_to(found: Sequence[Check], *, hours: bool = True) -> bool:
    """Whether nothing stands in the way; without `hours` H7 is left to whoever gives out the hours."""
    return all(check.verdict == "passed" for check in found if hours or check.rule != "H7")


def askable(found: Sequence[Check]) -> bool:
    """Whether an answer could open the task: something is to be asked and nothing fails."""
    verdicts = {check.verdict for check in found}
    return "ask" in verdicts and "failed" not in verdicts


def covers(availability: Sequence[Slot], slot: Slot) -> bool:
    """Whether a stretch lies inside what is available; stretches that touch are one."""
    reached = slot.start
    for free in sorted(one for one in availability if one.day == slot.day):
        if free.start <= reached < free.end:
            reached = free.end
    return reached >= slot.end


def _competences(citizen: Citizen, task: Task) -> Iterator[Check]:
    if task.trainable:
        return
    for code, required in sorted(task.must.items()):
        level = citizen.competences.get(code, 0)
        if level < required:
            yield Check("H1", "failed", "competence", {"competence": code, "level": level, "required": required})


def _needs(citizen: Citizen, task: Task) -> Iterator[Check]:
    for need in sorted(citizen.needs, key=lambda one: (one.code, one.value or 0)):
        if not need.hard:
            continue
        for demand, verdict in clashes(need, task):
            args = {"need": need.code, "value": need.value, "demand": demand, "amount": task.said(demand)}
            yield Check("H2", "failed" if verdict == "conflict" else "ask", "need", args)


def _times(citizen: Citizen, task: Task) -> Iterator[Check]:
    if not task.slots:
        if task.said("fixed_time"):
            yield Check("H3", "ask", "fixed_time")
        return
    if citizen.availability is None:
        yield Check("H3", "ask", "availability")
        return
    for slot in sorted(task.slots):
        if not covers(citizen.availability, slot):
            yield Check("H3", "failed", "time", {"day": slot.day, "start": slot.start, "end": slot.end})


def _travel(citizen: Citizen, company: Company) -> Iterator[Check]:
    minutes = citizen.travel.get(company.id)
    if minutes is not None and citizen.travel_limit is not None and minutes > citizen.travel_limit:
        yield Check("H4", "failed", "travel", {"minutes": minutes, "limit": citizen.travel_limit})


def _refused(citizen: Citizen, task: Task, company: Company) -> Iterator[Check]:
    if task.area in citizen.refused_areas:
        yield Check("H5", "failed", "area_refused", {"area": task.area})
    if company.id in citizen.refused_companies:
        yield Check("H5", "failed", "company_refused", {"company": company.id})


def _hours(citizen: Citizen, task: Task, free: int) -> Iterator[Check]:
    if citizen.capacity is None:
        yield Check("H7", "failed", "capacity_unknown")
    elif free < max(HOUR, task.smallest):
        yield Check("H7", "failed", "hours", {"free": free, "needed": max(HOUR, task.smallest)})
