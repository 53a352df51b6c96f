"""Hours per week: whatever was entered, a day has at most one figure per placement, and measures stay apart."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from broker_tui.domain.hours import MEASURES, minutes_on, periods
from broker_tui.domain.views import Entry
from sync.records.types import Hours, Placement

TODAY = date(2026, 11, 17)
START = date(2026, 1, 1)
days = st.integers(0, 400).map(lambda offset: START + timedelta(days=offset))


@st.composite
def entries(draw: st.DrawFn) -> list[Entry[Hours]]:
    made = []
    for number in range(draw(st.integers(0, 8))):
        start = draw(days)
        end = draw(st.none() | st.integers(0, 200).map(lambda more, start=start: start + timedelta(days=more)))  # type: ignore[misc]  # a default argument binds the start
        record = Hours(
            citizen_id="c",
            start=start,
            minutes_per_week=draw(st.integers(1, 2220)),
            measure=draw(st.sampled_from(MEASURES)),
            placement_id=draw(st.sampled_from(["p", "q", None])),
            end=end,
        )
        made.append(Entry(f"{number:02}", record, deleted=draw(st.booleans()) and draw(st.booleans())))
    return made


placements = st.none() | days


@given(entries(), placements, days)
def test_a_day_has_the_newest_entry_of_each_placement(
    made: list[Entry[Hours]], last_day: date | None, day: date
) -> None:
    stays = [Entry("p", Placement(citizen_id="c", type="flexjob", start=START, actual_end=last_day))]
    found = periods(made, stays, TODAY)
    expected: dict[str, int] = {}
    for measure in MEASURES:
        for placement_id in ("p", "q", None):
            line = [
                entry
                for entry in made
                if not entry.deleted
                and entry.record.measure == measure
                and entry.record.placement_id == placement_id
                and entry.record.start <= min(day, TODAY)
            ]
            newest = max(line, key=lambda entry: (entry.record.start, entry.id), default=None)
            if newest is None or (newest.record.end is not None and newest.record.end < day):
                continue
            if placement_id == "p" and last_day is not None and last_day < day:
                continue
            expected[measure] = expected.get(measure, 0) + newest.record.minutes_per_week
    assert minutes_on(found, day) == expected


@given(entries())
def test_stretches_of_one_placement_never_overlap(made: list[Entry[Hours]]) -> None:
    for line in periods(made, [], TODAY).values():
        for placement_id in ("p", "q", None):
            own = [period for period in line if period.placement_id == placement_id]
            for earlier, later in pairwise(own):
                assert earlier.end is not None
                assert earlier.end < later.start
