"""What the hours curve is drawn from, and how time and hours are scaled to cells (style guide, section 11)."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

_BEFORE = timedelta(weeks=4)
_AFTER = timedelta(weeks=10)
_SHORTEST = 183
_LONGEST = 548
"""Six and eighteen months, in days."""
_STEPS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True, slots=True)
class Period:
    """Hours that hold from a date until another (None: until they change)."""

    start: date
    end: date | None
    minutes_per_week: int

    @property
    def hours(self) -> float:
        """Hours a week."""
        return self.minutes_per_week / 60


@dataclass(frozen=True, slots=True)
class Plan:
    """Hours agreed for a date to come."""

    on: date
    minutes_per_week: int


@dataclass(frozen=True, slots=True)
class LanePlacement:
    """A placement on the time axis; labels are translated and guarded by the owner."""

    kind: str
    company: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up held in person or by phone, or one that is agreed."""

    on: date
    in_person: bool
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class CurveData:
    """One kind of hours of one citizen; ordinary, paid and flex-job hours are never summed."""

    today: date
    periods: tuple[Period, ...] = ()
    goal_minutes: int | None = None
    exit_minutes: int | None = None
    plans: tuple[Plan, ...] = ()
    placements: tuple[LanePlacement, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    window: tuple[date, date] | None = None
    """First and last day drawn; by default from the placements and plans."""

    def at(self, day: date) -> Period | None:
        """The hours that hold on `day`; of several the one that began last."""
        holding = [p for p in self.periods if p.start <= day and (p.end is None or p.end >= day)]
        return max(holding, key=lambda p: p.start, default=None)

    @property
    def now(self) -> Period | None:
        """The hours that hold today."""
        return self.at(self.today)

    @property
    def begun(self) -> tuple[Period, ...]:
        """The periods that have begun, oldest first."""
        return tuple(sorted((p for p in self.periods if p.start <= self.today), key=lambda p: p.start))

    def drawn_window(self) -> tuple[date, date]:
        """First and last day drawn."""
        if self.window is not None:
            return self.window
        starts = [p.start for p in self.placements] or [p.start for p in self.periods] or [self.today]
        start = min(starts) - _BEFORE
        end = max([self.today + _AFTER, *(plan.on for plan in self.plans)])
        end = min(end, self.today + timedelta(days=_LONGEST // 2))
        length = (end - start).days + 1
        if length < _SHORTEST:
            start = end - timedelta(days=_SHORTEST - 1)
        elif length > _LONGEST:
            start = end - timedelta(days=_LONGEST - 1)
        return start, end


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Days to columns."""

    start: date
    days: int
    columns: int

    def column(self, day: date) -> int:
        """The column a day falls in; outside 0..columns-1 when it is not drawn."""
        return floor((day - self.start).days * self.columns / self.days)

    def middle(self, column: int) -> date:
        """The day in the middle of a column."""
        return self.start + timedelta(days=floor((column + 0.5) * self.days / self.columns))

    def month_starts(self) -> list[tuple[int, int]]:
        """Column and number of each month whose first day is drawn."""
        found: list[tuple[int, int]] = []
        day = self.start.replace(day=1)
        end = self.start + timedelta(days=self.days)
        while day < end:
            if day >= self.start:
                found.append((self.column(day), day.month))
            day = (day + timedelta(days=32)).replace(day=1)
        return found


@dataclass(frozen=True, slots=True)
class HoursScale:
    """Hours to rows; a row is one level, centred on its cell."""

    top: int
    step: float

    @property
    def rows(self) -> int:
        """Rows of the drawing, the zero row among them."""
        return round(self.top / self.step) + 1

    def half_rows(self, hours: float) -> int:
        """Height of a value in half rows, round half up."""
        return floor(hours / self.step * 2 + 0.5)

    def level(self, hours: float) -> int:
        """The level nearest to a value, round half up."""
        return floor(hours / self.step + 0.5)


def hours_scale(data: CurveData, rows: int) -> HoursScale:
    """The smallest scale that holds every value in `rows` rows."""
    values = [p.hours for p in data.begun]
    values += [plan.minutes_per_week / 60 for plan in data.plans]
    values += [minutes / 60 for minutes in (data.goal_minutes, data.exit_minutes) if minutes is not None]
    top = max(4, ceil(max(values, default=0) / 4) * 4)
    step = next((step for step in _STEPS if ceil(top / step) + 1 <= rows), _STEPS[-1])
    return HoursScale(round(ceil(top / step) * step), step)


def time_scale(data: CurveData, columns: int) -> TimeScale:
    """The window scaled to `columns`."""
    start, end = data.drawn_window()
    return TimeScale(start, (end - start).days + 1, columns)
