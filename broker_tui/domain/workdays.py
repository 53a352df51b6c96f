"""Danish working days: weekends, public holidays, and 5 June, 24 and 31 December, on which offices are closed.

Great Prayer Day is a working day from 2024 (the holidays library knows); due dates are never moved, the app only
shows the nearest earlier working day beside them.
"""

from datetime import date
from functools import lru_cache


@lru_cache(8)
def _closed_days(year: int) -> frozenset[date]:
    """Weekdays of a year on which Danish offices are closed. The library is loaded when a day is first asked for."""
    from holidays import country_holidays

    days = set(country_holidays("DK", years=year))
    days |= {date(year, 6, 5), date(year, 12, 24), date(year, 12, 31)}
    return frozenset(days)


def is_closed(day: date) -> bool:
    """Whether `day` is a Saturday, a Sunday or a day on which Danish offices are closed."""
    return day.weekday() >= 5 or day in _closed_days(day.year)
