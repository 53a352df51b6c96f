"""When something is due, in the words of the list."""

from datetime import date

import pytest

from broker_tui.domain.today import due_state, in_sight

TUESDAY, SUNDAY = date(2026, 11, 17), date(2026, 11, 22)


@pytest.mark.parametrize(
    ("due", "today", "state"),
    [
        (date(2026, 11, 16), TUESDAY, "overdue"),
        (TUESDAY, TUESDAY, "today"),
        (date(2026, 11, 18), TUESDAY, "this_week"),
        (SUNDAY, TUESDAY, "this_week"),
        (date(2026, 11, 23), TUESDAY, "later"),
        (date(2026, 11, 23), SUNDAY, "later"),
        (None, TUESDAY, "undated"),
    ],
)
def test_a_week_ends_on_sunday(due: date | None, today: date, state: str) -> None:
    assert due_state(due, today) == state


def test_the_list_looks_fourteen_days_ahead() -> None:
    assert in_sight(date(2026, 12, 1), TUESDAY)
    assert not in_sight(date(2026, 12, 2), TUESDAY)
    assert in_sight(None, TUESDAY)
    assert in_sight(date(2020, 1, 1), TUESDAY)
