"""Where a rule's evidence is entered: a form and its field, a typed record, or nowhere because nothing is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from broker_tui.programmes.definition import Info, Kpi
from broker_tui.programmes.forms import Emits, FormDefinition
from broker_tui.programmes.program import Program
from broker_tui.programmes.sampling import closers

RECORDS = {
    "contact": "contact",
    "placement": "placement",
    "agreement": "placement",
    "company_contact": "placement",
    "placement_end": "placement",
    "placement_cancelled": "placement",
    "hours": "hours",
    "job_goal": "goal",
    "sub_goal": "goal",
    "planned": "follow_up",
    "role": "role_assignment",
    "consent": "consent",
    "follow_up": "contact",
    "company_approach": "contact",
    "step": "step",
}
"""Fact kinds that typed records make, with the record; a form that makes all the asked fields goes first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where to write it down.

    Attributes:
        way: `form`, `record`, or `shown` for rules that ask nothing.
        form: the form's id, or the record's type.
        field: the field to stand in; `list.field` where it stands in a row.
    """

    way: Literal["form", "record", "shown"]
    form: str = ""
    field: str = ""


def path(program: Program, forms: Mapping[str, FormDefinition], rule_id: str) -> Evidence | None:
    """The way to the evidence of a rule; None when there is none, which is a defect of the forms."""
    rule = program.rules[rule_id].rule
    if isinstance(rule.evaluator, Info | Kpi):
        return Evidence("shown")
    found: list[Evidence] = []
    for asked in closers(program, rule_id):
        way = _of_fact(forms, asked, rule.form)
        if way is None:
            return None
        found.append(way)
    return found[0] if found else None


def _of_fact(forms: Mapping[str, FormDefinition], asked: Mapping[str, Any], preferred: str) -> Evidence | None:
    kind = str(asked["fact"])
    needed = {name for name in asked if name not in ("fact", "on", "placement")}
    best: tuple[int, int, Evidence] | None = None
    for form in forms.values():
        for emits in form.fact:
            if emits.fact != kind or not _fits(emits, asked):
                continue
            covered = needed & emits.values.keys()
            ranked = (len(covered), int(form.id == preferred), Evidence("form", form.id, _field(form, emits, needed)))
            if best is None or ranked[:2] > best[:2]:
                best = ranked
    if best is not None and best[0] == len(needed):
        return best[2]
    if kind in RECORDS:
        return Evidence("record", RECORDS[kind])
    return None


def _fits(emits: Emits, asked: Mapping[str, Any]) -> bool:
    """Whether the codes a form writes by itself are those that are asked for."""
    for name, source in emits.values.items():
        wanted = asked.get(name)
        if isinstance(source, Mapping) and "is" in source and wanted is not None:
            fixed = source["is"]
            if fixed != wanted and not (isinstance(wanted, list) and (fixed in wanted or fixed == wanted)):
                return False
    return True


def _field(form: FormDefinition, emits: Emits, needed: set[str]) -> str:
    """The field of the form that makes the first value the rule needs; `list.field` for one of a row."""
    row = {part.name for part in form.fields[emits.each].fields} if emits.each else set()
    for name, source in emits.values.items():
        if name in needed and isinstance(source, str):
            return f"{emits.each}.{source}" if source in row else source
    return emits.each or emits.on or next((s for s in emits.values.values() if isinstance(s, str)), "")
