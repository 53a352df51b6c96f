"""An approved hours sheet is the basis of an invoice: its lines stand, a correction is a new line (domain B9)."""

from typing import Any

import pytest

from broker_tui.services import InvalidInput, Services
from sync.records import types
from sync.records.types import Case
from tests.unit.services.services_helpers import TODAY

LINE = {"task": "Opvask", "presence_minutes": 240, "effective_minutes": 180, "rate_ore": 13_541}


def sheet(services: Services) -> tuple[str, str, dict[str, Any]]:
    """Case, form and values of an approved sheet."""
    citizen = services.people.add_citizen(types.Citizen(name="Mia Prøve"), "flexjob", TODAY, TODAY).ids[0]
    case = services.store.entries(Case, where={"citizen_id": citizen})[0].id
    values: dict[str, Any] = {"week": "2026-11-09", "lines": [LINE]}
    made = services.forms.save(case, "F-F9", values).ids[0]
    approved = {**values, "approved_by": "Karen", "approved_on": TODAY.isoformat()}
    services.forms.save(case, "F-F9", approved, record_id=made)
    return case, made, approved


def kept(services: Services, record: str) -> dict[str, Any]:
    entry = services.store.entry(types.Form, record)
    assert entry is not None
    return dict(entry.record.values)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": [{**LINE, "effective_minutes": 60}]}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": [{**LINE, "task": "Gulve"}, LINE]}, "lines"),
        ({"week": "2026-11-02"}, "week"),
        ({"approved_on": None}, "approved_on"),
    ],
)
def test_what_was_approved_stands(services: Services, change: dict[str, Any], field: str) -> None:
    case, record, values = sheet(services)
    with pytest.raises(InvalidInput) as refused:
        services.forms.save(case, "F-F9", {**values, **change}, record_id=record)
    assert [(one.field, one.code) for one in refused.value.errors] == [(field, "approved")]
    assert kept(services, record) == values


def test_a_correction_is_a_new_line_and_both_count(services: Services) -> None:
    case, record, values = sheet(services)
    less = {**LINE, "task": "Rettelse", "presence_minutes": 60, "effective_minutes": 60}
    services.forms.save(case, "F-F9", {**values, "lines": [LINE, less]}, record_id=record)
    assert len(kept(services, record)["lines"]) == 2


def test_before_it_is_approved_everything_may_change(services: Services) -> None:
    citizen = services.people.add_citizen(types.Citizen(name="Ali Prøve"), "flexjob", TODAY, TODAY).ids[0]
    case = services.store.entries(Case, where={"citizen_id": citizen})[0].id
    record = services.forms.save(case, "F-F9", {"week": "2026-11-09", "lines": [LINE]}).ids[0]
    services.forms.save(case, "F-F9", {"week": "2026-11-02", "lines": []}, record_id=record)
    assert kept(services, record) == {"week": "2026-11-02"}
