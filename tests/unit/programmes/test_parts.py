"""Day expressions, pauses and checkpoints: the arithmetic everything else rests on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.domain.workdays import is_closed
from broker_tui.programmes.evaluators.counting import checkpoints
from broker_tui.programmes.expressions import ExpressionFault, reckon
from broker_tui.programmes.pauses import extend, merged

JUNE = date(2021, 6, 1)


class Days:
    """Two named days."""

    def day(self, name: str) -> date | None:
        return {"start": date(2021, 1, 31), "later": JUNE}.get(name)

    def closed(self, day: date) -> bool:
        return is_closed(day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start", date(2021, 1, 31)),
        ("start + 1m", date(2021, 2, 28)),
        ("start + 12 m", date(2022, 1, 31)),
        ("later - 28d", date(2021, 5, 4)),
        ("later + 2w", date(2021, 6, 15)),
        ("later + $n d", date(2021, 6, 6)),
        ("max(start, later)", JUNE),
        ("max(start + 1m, nowhere)", date(2021, 2, 28)),
        ("min(start, later) + 1d", date(2021, 2, 1)),
        ("later + 3wd", date(2021, 6, 4)),
        ("later + 4wd", date(2021, 6, 7)),
        ("later + 1m - 1d", date(2021, 6, 30)),
        ("nowhere + 7d", None),
        ("$day + 1d", date(2020, 4, 2)),
    ],
)
def test_expressions(text: str, expected: date | None) -> None:
    assert reckon(text, {"n": 5, "day": "2020-04-01"})(Days()) == expected


@pytest.mark.parametrize("text", ["", "start +", "start + 7", "start + d", "(start", "start later", "max(start", "$n"])
def test_nonsense_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ExpressionFault):
        reckon(text, {"n": 5})


def test_a_pause_that_runs_into_the_next_moves_the_day_again() -> None:
    spans = [(date(2021, 1, 5), date(2021, 1, 9)), (date(2021, 1, 12), date(2021, 1, 13))]
    assert extend(date(2021, 1, 1), date(2021, 1, 8), spans, JUNE) == date(2021, 1, 15)


def test_a_running_pause_counts_until_today() -> None:
    assert extend(date(2021, 1, 1), date(2021, 1, 8), [(date(2021, 1, 5), None)], date(2021, 1, 7)) == date(2021, 1, 11)


def test_overlapping_and_adjacent_pauses_are_one() -> None:
    spans = [(date(2021, 1, 5), date(2021, 1, 9)), (date(2021, 1, 8), date(2021, 1, 11)), (date(2021, 1, 12), None)]
    assert merged(spans) == [(date(2021, 1, 5), None)]


DAYS = st.dates(date(2020, 1, 1), date(2022, 12, 31))


@given(DAYS, st.integers(1, 120), st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=5))
def test_extension_counts_exactly_the_paused_days(anchor: date, days: int, pauses: list[tuple[date, int]]) -> None:
    due = anchor + timedelta(days=days)
    spans = merged([(start, start + timedelta(days=length)) for start, length in pauses])
    moved = extend(anchor, due, spans, date(2030, 1, 1))
    paused = sum(
        any(start <= day and (end is None or day <= end) for start, end in spans)
        for day in (anchor + timedelta(days=n) for n in range((moved - anchor).days + 1))
    )
    assert moved == due + timedelta(days=paused)


def test_checkpoints_of_the_first_half_year() -> None:
    found = checkpoints(date(2021, 1, 11), date(2021, 7, 10), 4)
    assert found == (date(2021, 2, 25), date(2021, 4, 11), date(2021, 5, 26), date(2021, 7, 10))


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 6, 5), True),
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2023, 5, 5), True),
        (date(2024, 4, 26), False),
        (date(2026, 4, 6), True),
        (date(2026, 6, 7), True),
        (date(2026, 6, 8), False),
    ],
)
def test_danish_working_days(day: date, closed: bool) -> None:
    assert is_closed(day) is closed
