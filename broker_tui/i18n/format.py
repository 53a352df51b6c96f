"""Dates, times and numbers as each language writes them (storage is always ISO and integers)."""

from datetime import date, datetime, time

from broker_tui.i18n import language

_DAYS = {
    "da": ("man", "tir", "ons", "tor", "fre", "lør", "søn"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_FULL_DAYS = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "da": ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_FULL_MONTHS = {
    "da": (
        *("januar", "februar", "marts", "april", "maj", "juni"),
        *("juli", "august", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def month(number: int) -> str:
    """Short name of month 1..12."""
    return _MONTHS[language()][number - 1]


def weekday(day: date) -> str:
    """Short name of the day of the week."""
    return _DAYS[language()][day.weekday()]


def short_date(day: date) -> str:
    """`24. nov` or `24 Nov`."""
    dot = "." if language() == "da" else ""
    return f"{day.day}{dot} {month(day.month)}"


def dated(day: date) -> str:
    """`24. nov 2026` or `24 Nov 2026`."""
    return f"{short_date(day)} {day.year}"


def day_of_week(day: date) -> str:
    """`ons 18` or `Wed 18`."""
    return f"{weekday(day)} {day.day}"


def full_date(day: date) -> str:
    """`Tirsdag 17. november` or `Tuesday 17 November`."""
    dot = "." if language() == "da" else ""
    name = _FULL_DAYS[language()][day.weekday()].capitalize()
    return f"{name} {day.day}{dot} {_FULL_MONTHS[language()][day.month - 1]}"


def clock(at: time | datetime) -> str:
    """`9.43` in Danish, `9:43` in English."""
    return f"{at.hour}{'.' if language() == 'da' else ':'}{at.minute:02d}"


def moment(at: datetime, today: date) -> str:
    """A clock time today, otherwise the date before it."""
    return clock(at) if at.date() == today else f"{short_date(at.date())} {clock(at)}"


def decimal(value: float, digits: int = 1) -> str:
    """A number with its decimal comma (Danish) or point."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language() == "da" else text


def hours(minutes: int) -> str:
    """Minutes per week as hours with one decimal: `8,0`; quarters keep both decimals."""
    return decimal(minutes / 60, 1 if minutes % 6 == 0 else 2)


def integer(value: int) -> str:
    """`12.345` or `12,345`."""
    return f"{value:,}".replace(",", "." if language() == "da" else ",")
