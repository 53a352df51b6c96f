"""Dates and times as brokers type them, in Danish and English, and counting in months as the trade's rules do."""

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day number `months` later, or the last day of that month (domain section 0.3, point 2)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
