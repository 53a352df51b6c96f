"""Typed dates: every date is found again from each way of writing it, and nothing a person types raises otherwise."""

import contextlib
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.domain.dates import DateFault, add_months, parse, parse_day, parse_moment, parse_time

DENMARK = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 11, 17, 14, 30, tzinfo=DENMARK)  # a Tuesday
days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@given(days)
def test_a_date_written_out_is_found_again(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}-{day.month:02}-{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"d. {day.day}/{day.month} {day.year}".replace(" 2", "/2").replace(" 1", "/1").replace("d./", "d. "),
    ):
        assert parse(text, NOW).day == day, text


@given(days, st.sampled_from(["past", "future"]))
def test_a_missing_year_is_filled_in_towards_the_side_asked_for(day: date, prefer: str) -> None:
    found = parse(f"{day.day}/{day.month}", NOW, prefer)  # type: ignore[arg-type]  # sampled literals
    assert (found.day.day, found.day.month, found.assumed) == (day.day, day.month, prefer)
    assert found.day <= NOW.date() if prefer == "past" else found.day >= NOW.date()
    assert abs((found.day - NOW.date()).days) <= 8 * 366


@given(st.text(max_size=30), st.sampled_from(["past", "future"]))
def test_any_text_is_a_date_or_a_named_fault(text: str, prefer: str) -> None:
    with contextlib.suppress(DateFault):
        parse(text, NOW, prefer)  # type: ignore[arg-type]  # sampled literals


@given(
    st.from_regex(
        r"(i |om |næste |sidste )?[0-9]{1,4}[-./ +dumkl:]{0,3}[0-9]{0,4}[ kl.]{0,3}[0-9]{0,2}", fullmatch=True
    )
)
def test_near_dates_never_raise_anything_else(text: str) -> None:
    with contextlib.suppress(DateFault):
        parse(text, NOW)


@given(days, st.integers(-600, 600))
def test_months_keep_the_day_or_the_last_of_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


TUESDAY = date(2026, 11, 17)


@pytest.mark.parametrize(
    ("text", "prefer", "day", "at"),
    [
        ("i dag", "past", TUESDAY, None),
        ("I DAG", "future", TUESDAY, None),
        ("i går 14", "past", date(2026, 11, 16), time(14)),
        ("i gaar kl. 14.15", "past", date(2026, 11, 16), time(14, 15)),
        ("yesterday 2pm", "past", date(2026, 11, 16), time(14)),
        ("i forgårs", "past", date(2026, 11, 15), None),
        ("i morgen", "future", date(2026, 11, 18), None),
        ("tomorrow at 9", "future", date(2026, 11, 18), time(9)),
        ("i overmorgen", "future", date(2026, 11, 19), None),
        ("fre", "future", date(2026, 11, 20), None),
        ("fre", "past", date(2026, 11, 13), None),
        ("tir", "past", TUESDAY, None),
        ("tir", "future", date(2026, 11, 24), None),
        ("fredag 9.40", "future", date(2026, 11, 20), time(9, 40)),
        ("på fredag", "past", date(2026, 11, 20), None),
        ("i fredags", "future", date(2026, 11, 13), None),
        ("sidste tirsdag", "future", date(2026, 11, 10), None),
        ("lør", "future", date(2026, 11, 21), None),
        ("søn", "future", date(2026, 11, 22), None),
        ("næste ons", "future", date(2026, 11, 25), None),
        ("next Wednesday", "past", date(2026, 11, 25), None),
        ("næste uge", "future", date(2026, 11, 23), None),
        ("+14d", "past", date(2026, 12, 1), None),
        ("+2u", "past", date(2026, 12, 1), None),
        ("+2w", "past", date(2026, 12, 1), None),
        ("+1m", "future", date(2026, 12, 17), None),
        ("-3d", "future", date(2026, 11, 14), None),
        ("om 2 uger", "past", date(2026, 12, 1), None),
        ("in 3 days", "past", date(2026, 11, 20), None),
        ("for 2 dage siden", "past", date(2026, 11, 15), None),
        ("24/11", "future", date(2026, 11, 24), None),
        ("24/11", "past", date(2025, 11, 24), None),
        ("24/11 kl. 9", "future", date(2026, 11, 24), time(9)),
        ("24-11-2026", "past", date(2026, 11, 24), None),
        ("24.11", "future", date(2026, 11, 24), None),
        ("24.11.", "future", date(2026, 11, 24), None),
        ("24.11.26", "future", date(2026, 11, 24), None),
        ("2026-11-24", "past", date(2026, 11, 24), None),
        ("2026-11-24T09:05", "past", date(2026, 11, 24), time(9, 5)),
        ("24. november", "future", date(2026, 11, 24), None),
        ("24 Nov 2026 10:00", "future", date(2026, 11, 24), time(10)),
        ("9.40", "past", TUESDAY, time(9, 40)),
        ("kl 14", "past", TUESDAY, time(14)),
        ("kl 14", "future", date(2026, 11, 18), time(14)),
        ("23:15", "past", date(2026, 11, 16), time(23, 15)),
        ("uge 48", "future", date(2026, 11, 23), None),
        ("29/2", "future", date(2028, 2, 29), None),
        ("nu", "past", TUESDAY, time(14, 30)),
    ],
)
def test_what_brokers_type(text: str, prefer: str, day: date, at: time | None) -> None:
    found = parse(text, NOW, prefer)  # type: ignore[arg-type]  # parametrised literals
    assert (found.day, found.at) == (day, at)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "date_missing"),
        ("  ", "date_missing"),
        ("snart", "not_a_date"),
        ("14", "not_a_date"),
        ("31/2", "no_such_day"),
        ("31-02-2026", "no_such_day"),
        ("2026-13-01", "no_such_day"),
        ("+9999y", "no_such_day"),
        ("i dag kl 25", "no_such_time"),
        ("9.75", "no_such_time"),
        ("fredag i næste måned", "not_a_date"),
    ],
)
def test_what_is_no_date_says_why(text: str, fault: str) -> None:
    with pytest.raises(DateFault) as caught:
        parse(text, NOW)
    assert caught.value.code == fault


def test_times_alone() -> None:
    assert parse_time("9.40") == time(9, 40)
    assert parse_time("kl. 9") == time(9)
    assert parse_time("14") == time(14)
    with pytest.raises(DateFault):
        parse_time("25")


def test_days_and_moments_alone() -> None:
    assert parse_day("fre", TUESDAY, "past") == date(2026, 11, 13)
    assert parse_moment("fre 9", NOW, "future") == (date(2026, 11, 20), time(9))
    assert parse_moment("fre", NOW, "future") == (date(2026, 11, 20), None)
