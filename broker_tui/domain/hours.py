"""Hours per week over time, per measure. Ordinary, flex-job and internship hours are never added together."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from broker_tui.domain.views import Entry, HoursPeriod
from sync.records.types import Hours, HoursMeasure, Placement, PlacementType

MEASURES: tuple[HoursMeasure, ...] = ("ordinary", "flexjob", "internship")
_MEASURE_OF: dict[PlacementType, HoursMeasure] = {
    "ordinary_employment": "ordinary",
    "flexjob": "flexjob",
    "internship": "internship",
    "taster": "internship",
}


_TYPED = re.compile(r"^(\d{1,3})(?:[.,](\d{1,2})|:([0-5]\d))? ?(?:t|timer|h|hours)?\.?$", re.ASCII)


def typed_minutes(text: str) -> int | None:
    """Minutes for hours as a broker types them (`8`, `7,5`, `7.5`, `7:30`), None for anything else."""
    found = _TYPED.match(text.strip().casefold())
    if found is None:
        return None
    fraction = round(int(found[2]) * 60 / 10 ** len(found[2])) if found[2] else int(found[3] or 0)
    return int(found[1]) * 60 + fraction


def default_measure(placement_type: str) -> HoursMeasure | None:
    """The measure a placement's hours count as; a subsidised job or education must be told (domain section 0.7)."""
    return _MEASURE_OF.get(placement_type)  # type: ignore[call-overload, no-any-return]  # codes arrive as text


def periods(
    entries: Sequence[Entry[Hours]], placements: Sequence[Entry[Placement]], today: date
) -> dict[str, list[HoursPeriod]]:
    """Stretches of hours per measure, oldest first.

    An entry holds from its start until the day before the next entry of the same placement and measure, its own
    end, or the last day of the placement, whichever comes first. Withdrawn and replaced entries, entries that start
    after `today` and those of placements that never began do not count.
    """
    ended = {entry.id: entry.record.actual_end for entry in placements}
    gone = {entry.id for entry in placements if entry.deleted or entry.record.status == "cancelled"}
    lines: dict[tuple[str, str | None], list[Entry[Hours]]] = {}
    for entry in entries:
        hours = entry.record
        if entry.deleted or entry.replaced_by or hours.start > today or hours.placement_id in gone:
            continue
        lines.setdefault((hours.measure, hours.placement_id), []).append(entry)
    found: dict[str, list[HoursPeriod]] = {}
    for (measure, placement_id), line in lines.items():
        line.sort(key=lambda entry: (entry.record.start, entry.id))
        for index, entry in enumerate(line):
            following = line[index + 1].record.start - timedelta(days=1) if index + 1 < len(line) else None
            ends = [day for day in (entry.record.end, following, ended.get(placement_id or "")) if day is not None]
            end = min(ends, default=None)
            if end is None or end >= entry.record.start:
                period = HoursPeriod(entry.record.start, end, entry.record.minutes_per_week, measure, placement_id)
                found.setdefault(measure, []).append(period)
    for stretches in found.values():
        stretches.sort(key=lambda period: (period.start, period.placement_id or ""))
    return found


def minutes_on(stretches: Mapping[str, Sequence[HoursPeriod]], day: date) -> dict[str, int]:
    """Minutes per week on a day, per measure; two jobs of the same measure add up, two measures never do."""
    return {
        measure: sum(period.minutes_per_week for period in line if holds(period, day))
        for measure, line in stretches.items()
        if any(holds(period, day) for period in line)
    }


def holds(period: HoursPeriod, day: date) -> bool:
    """Whether a stretch covers a day."""
    return period.start <= day and (period.end is None or day <= period.end)


def leading_measure(stretches: Mapping[str, Sequence[HoursPeriod]], day: date, programme: str | None) -> str | None:
    """The measure one figure should show: what the programme counts if there is any, else what holds on the day."""
    preferred = "flexjob" if programme in ("uif2", "flexjob") else "ordinary"
    now = minutes_on(stretches, day)
    for measure in (preferred, *MEASURES):
        if measure in now:
            return measure
    latest = max((period for line in stretches.values() for period in line), key=lambda p: p.start, default=None)
    return latest.measure if latest else None
