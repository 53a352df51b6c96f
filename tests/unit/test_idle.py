"""When an open caseload locks by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.idle import LONGEST, SHORTEST, USUAL, IdleWatch, bounded


def after(seconds: int, limit: int = 300) -> str:
    """The verdict after looking each second without a key."""
    watch = IdleWatch(limit, 0.0, 1_000_000.0)
    said = "open"
    for second in range(1, seconds + 1):
        said = watch.look(float(second), 1_000_000.0 + second)
    return said


def test_t14_five_minutes_without_a_key_lock_and_not_a_second_earlier() -> None:
    assert [after(second) for second in (269, 270, 299, 300, 301)] == ["open", "warn", "warn", "lock", "lock"]


def test_t14_a_key_begins_the_time_anew() -> None:
    watch = IdleWatch(300, 0.0, 0.0)
    for second in range(1, 1000):
        if second % 250 == 0:
            watch.touched(float(second))
        assert watch.look(float(second), float(second)) == "open"


@pytest.mark.parametrize(
    ("steady", "wall", "verdict"),
    [(1.0, 32.1, "lock"), (1.0, -30.1, "lock"), (31.0, 31.0, "lock"), (30.0, 30.0, "open"), (1.0, 31.0, "open")],
)
def test_t14_a_jump_of_either_clock_is_sleep(steady: float, wall: float, verdict: str) -> None:
    assert IdleWatch(300, 0.0, 0.0).look(steady, wall) == verdict


@given(st.integers() | st.text() | st.none() | st.floats(allow_nan=False))
def test_the_limit_stays_in_its_bounds_whatever_was_written(value: object) -> None:
    assert SHORTEST <= bounded(value) <= LONGEST
    assert bounded("300") == USUAL
