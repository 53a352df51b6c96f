"""Values as people and files give them become the contract's types, or a fault each."""

from datetime import date, datetime, time
from typing import Any

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.hours import typed_minutes
from broker_tui.domain.typed import coerced
from broker_tui.domain.views import FieldError
from sync.records.types import Contact, FollowUp, Goal, Hours

NOW = datetime(2026, 11, 17, 14, 30, tzinfo=DENMARK)


def test_each_kind_of_field_is_read() -> None:
    faults: list[FieldError] = []
    contact = coerced(
        Contact,
        {
            "occurred_on": "fre",
            "occurred_at": "i går 9.15",
            "two_way": "ja",
            "minutes": "45",
            "participants": "citizen, broker,",
            "note": "x",
            "agreed": None,
        },
        NOW,
        faults,
    )
    assert faults == []
    assert contact == {
        "occurred_on": date(2026, 11, 13),
        "occurred_at": datetime(2026, 11, 16, 9, 15, tzinfo=DENMARK),
        "two_way": True,
        "minutes": 45,
        "participants": ["citizen", "broker"],
        "note": "x",
        "agreed": None,
    }
    assert coerced(FollowUp, {"due": "fre", "at": "9.30"}, NOW, faults) == {
        "due": date(2026, 11, 20),
        "at": time(9, 30),
    }
    assert coerced(Hours, {"minutes_per_week": "7,5"}, NOW, faults) == {"minutes_per_week": 450}
    assert coerced(Goal, {"target_minutes_per_week": 600}, NOW, faults) == {"target_minutes_per_week": 600}
    assert faults == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"occurred_on": "31/2"}, "no_such_day"),
        ({"occurred_at": "i går"}, "not_a_time"),
        ({"two_way": "måske"}, "not_allowed"),
        ({"minutes": "mange"}, "number"),
        ({"minutes": 1.5}, "number"),
        ({"note": {"a": 1}}, "not_allowed"),
        ({"participants": 7}, "not_allowed"),
        ({"colour": "blue"}, "unknown_field"),
    ],
)
def test_what_cannot_be_read_is_named(values: dict[str, Any], code: str) -> None:
    faults: list[FieldError] = []
    assert coerced(Contact, values, NOW, faults, "parts.0.") == {}
    assert [(fault.field, fault.code) for fault in faults] == [(f"parts.0.{next(iter(values))}", code)]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("8", 480), ("7,5", 450), ("7.5", 450), ("7:30", 450), ("7,25 t", 435), ("37 timer", 2220), ("0", 0)],
)
def test_hours_as_typed(text: str, minutes: int) -> None:
    assert typed_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "otte", "-1", "7:75", "1,234", "9999", "٨"])
def test_what_is_no_hours(text: str) -> None:
    assert typed_minutes(text) is None
