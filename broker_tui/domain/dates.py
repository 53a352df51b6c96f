"""Dates and times as brokers type them, in Danish and English, and counting in months as the trade's rules do.

`i går 14`, `fre`, `næste ons`, `+14d`, `om 2 uger`, `24/11 kl. 9`, `24. nov`, `2026-11-24`, `9.40`. What is left out
is filled in towards the past for what has happened and towards the future for what is planned; `When.assumed` says
that something was filled in, so that a form can show the day it understood.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from broker_tui.domain.text import clean_line, fold

Prefer = Literal["past", "future"]


DateCode = Literal["date_missing", "not_a_date", "no_such_day", "no_such_time", "not_a_time"]


class DateFault(ValueError):
    """A text that is no date or time.

    Attributes:
        code: why; the sentence stands in `i18n.words`.
        args_: arguments of the sentence.
    """

    def __init__(self, code: DateCode) -> None:
        super().__init__(code)
        self.code = code
        self.args_: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class When:
    """A day, perhaps with a time. `assumed`: which way a missing year, week or day was filled in, if one was."""

    day: date
    at: time | None = None
    assumed: Prefer | None = None

    def moment(self, zone: datetime) -> datetime | None:
        """Day and time in the time zone of `zone`; None without a time."""
        return None if self.at is None else datetime.combine(self.day, self.at, zone.tzinfo)


def add_months(day: date, months: int) -> date:
    """The same day number `months` later, or the last day of that month (domain section 0.3, point 2)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if day.day <= 28:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def parse(text: str, now: datetime, prefer: Prefer = "future") -> When:
    """What a typed text means at the moment `now`.

    `10.11` is a date wherever it can be one; `10:11` and `kl. 10.11` are times.

    Raises:
        DateFault: empty, no date, or a day or time that does not exist.
    """
    plain = fold(clean_line(text)).strip(" ,.")
    if not plain:
        raise DateFault("date_missing")
    if plain in ("nu", "now"):
        return When(now.date(), now.time().replace(second=0, microsecond=0))
    day_only = _day(plain, now.date(), prefer)
    if day_only is not None:
        return day_only
    rest, at = _split_time(plain)
    if at is None:
        raise DateFault("not_a_date")
    if not rest:
        return _nearest(at, now, prefer)
    found = _day(rest, now.date(), prefer)
    if found is None:
        raise DateFault("not_a_date")
    return When(found.day, at, found.assumed)


def parse_day(text: str, today: date, prefer: Prefer) -> date:
    """The day a typed text means; a time beside it is left aside.

    Raises:
        DateFault: as `parse`.
    """
    return parse(text, datetime.combine(today, time(12)), prefer).day


def parse_moment(text: str, now: datetime, prefer: Prefer) -> tuple[date, time | None]:
    """The day a typed text means, and the time if one was typed.

    Raises:
        DateFault: as `parse`.
    """
    found = parse(text, now, prefer)
    return found.day, found.at


def parse_time(text: str) -> time:
    """`9.40`, `9:40`, `kl 14`, `14`, `2pm` as a time of day.

    Raises:
        DateFault: empty, no time, or one that does not exist.
    """
    plain = fold(clean_line(text)).strip(" ,.")
    if not plain:
        raise DateFault("date_missing")
    found = re.fullmatch(r"(?:kl|at)?\.? ?(\d{1,2})(?:[.:](\d{2}))? ?(am|pm)?", plain)
    if found is None:
        raise DateFault("not_a_time")
    return _clock(*found.groups())


_TIME = re.compile(
    r"(?:^| |,)(?:(?:kl|at)\.? ?(?P<h1>\d{1,2})(?:[.:](?P<m1>\d{2}))? ?(?P<p1>am|pm)?"
    r"|(?P<h2>\d{1,2})[.:](?P<m2>\d{2}) ?(?P<p2>am|pm)?"
    r"|(?P<h3>\d{1,2}) ?(?P<p3>am|pm)"
    r"|(?P<h4>\d{1,2}))$"
)
_ISO_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)t(\d\d):(\d\d)(?::\d\d)?$")


def _split_time(plain: str) -> tuple[str, time | None]:
    iso = _ISO_TIME.match(plain)
    if iso:
        return iso[1], _clock(iso[2], iso[3], None)
    found = _TIME.search(plain)
    if found is None:
        return plain, None
    rest = plain[: found.start()].strip(" ,.")
    for index in "1234":
        if found[f"h{index}"] is not None:
            if index == "4" and not rest:
                return plain, None  # a lone number may be a day or an hour: better asked than guessed
            groups = found.groupdict()
            return rest, _clock(groups[f"h{index}"], groups.get(f"m{index}"), groups.get(f"p{index}"))
    return plain, None


def _clock(hour: str, minute: str | None, half: str | None) -> time:
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise DateFault("no_such_time")
        hours = hours % 12 + (12 if half == "pm" else 0)
    try:
        return time(hours, int(minute or 0))
    except ValueError:
        raise DateFault("no_such_time") from None


def _nearest(at: time, now: datetime, prefer: Prefer) -> When:
    """A time alone: today, unless it lies on the wrong side of now."""
    late = at > now.time()
    if prefer == "past" and late:
        return When(now.date() - timedelta(days=1), at, "past")
    if prefer == "future" and not late:
        return When(now.date() + timedelta(days=1), at, "future")
    return When(now.date(), at, prefer)


_WORDS = {
    **dict.fromkeys(("i dag", "idag", "today"), 0),
    **dict.fromkeys(("i gar", "igar", "yesterday"), -1),
    **dict.fromkeys(("i forgars", "forgars", "iforgars"), -2),
    **dict.fromkeys(("i morgen", "imorgen", "tomorrow"), 1),
    **dict.fromkeys(("i overmorgen", "overmorgen"), 2),
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "man mandag mon monday",
            "tir tirs tirsdag tue tues tuesday",
            "ons onsdag wed weds wednesday",
            "tor tors torsdag thu thur thurs thursday",
            "fre fredag fri friday",
            "lor lordag sat saturday",
            "son sondag sun sunday",
        )
    )
    for name in names.split()
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january",
            "feb februar february",
            "mar marts march",
            "apr april",
            "maj may",
            "jun juni june",
            "jul juli july",
            "aug august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_UNITS = {
    **dict.fromkeys(("", "d", "dag", "dage", "day", "days"), "day"),
    **dict.fromkeys(("u", "w", "uge", "uger", "week", "weeks"), "week"),
    **dict.fromkeys(("m", "md", "mdr", "maned", "maneder", "month", "months"), "month"),
    **dict.fromkeys(("ar", "y", "year", "years"), "year"),
}
_NEXT = ("naeste ", "next ")
_LAST = ("sidste ", "seneste ", "last ")
_SIGNED = re.compile(r"^([+-]) ?(\d{1,4}) ?([a-z]*)$")
_AHEAD = re.compile(r"^(?:om|in) (\d{1,4}) ([a-z]+)$")
_AGO = re.compile(r"^(?:for (\d{1,4}) ([a-z]+) siden|(\d{1,4}) ([a-z]+) ago)$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NUMBERS = re.compile(r"^(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?$")
_NAMED = re.compile(r"^(\d{1,2})\.? ([a-z]+)\.?(?: (\d{4}))?$")
_NAMED_EN = re.compile(r"^([a-z]+) (\d{1,2})(?:, ?| )?(\d{4})?$")
_WEEK = re.compile(r"^(?:uge|week) (\d{1,2})$")


def _day(plain: str, today: date, prefer: Prefer) -> When | None:
    """A day without a time, or None if the text is nothing of the kind."""
    plain = re.sub(r"^(?:d\. ?|den |the )", "", plain)
    if plain in _WORDS:
        return When(today + timedelta(days=_WORDS[plain]))
    return _weekday(plain, today, prefer) or _counted(plain, today) or _calendar(plain, today, prefer)


def _weekday(plain: str, today: date, prefer: Prefer) -> When | None:
    monday = today - timedelta(days=today.weekday())
    if plain in ("naeste uge", "next week"):
        return When(monday + timedelta(days=7))
    for word in _NEXT:
        if plain.startswith(word) and (number := _WEEKDAYS.get(plain.removeprefix(word))) is not None:
            return When(monday + timedelta(days=7 + number))
    name, towards = plain, prefer
    for word in _LAST:
        if plain.startswith(word):
            name, towards = plain.removeprefix(word), "past"
            return _on_weekday(name, today - timedelta(days=1), "past", stated=True)
    if plain.removeprefix("i ").removesuffix("s") in _WEEKDAYS and plain.endswith("dags"):
        return _on_weekday(plain.removeprefix("i ").removesuffix("s"), today - timedelta(days=1), "past", stated=True)
    for word in ("pa ", "nu pa ", "this ", "on "):
        if plain.startswith(word):
            return _on_weekday(plain.removeprefix(word), today, "future", stated=True)
    return _on_weekday(name, today, towards, stated=False)


def _on_weekday(name: str, today: date, towards: Prefer, *, stated: bool) -> When | None:
    """Past: `today` or the days before it; future: the days after it, so `fre` on a Friday is in a week."""
    number = _WEEKDAYS.get(name)
    if number is None:
        return None
    if towards == "past":
        day = today - timedelta(days=(today.weekday() - number) % 7)
    else:
        day = today + timedelta(days=(number - today.weekday()) % 7 or 7)
    return When(day, None, None if stated else towards)


def _counted(plain: str, today: date) -> When | None:
    if found := _SIGNED.match(plain):
        sign, count, unit = (1 if found[1] == "+" else -1), int(found[2]), found[3]
    elif found := _AHEAD.match(plain):
        sign, count, unit = 1, int(found[1]), found[2]
    elif found := _AGO.match(plain):
        sign, count, unit = -1, int(found[1] or found[3]), found[2] or found[4]
    else:
        return None
    kind = _UNITS.get(unit)
    if kind is None:
        return None
    try:
        if kind in ("day", "week"):
            return When(today + timedelta(days=sign * count * (7 if kind == "week" else 1)))
        return When(add_months(today, sign * count * (12 if kind == "year" else 1)))
    except (ValueError, OverflowError):
        raise DateFault("no_such_day") from None


def _calendar(plain: str, today: date, prefer: Prefer) -> When | None:
    if found := _ISO.match(plain):
        return _dated(int(found[3]), int(found[2]), found[1], today, prefer)
    if found := _NUMBERS.match(plain):
        day, sign, month, year = int(found[1]), found[2], int(found[3]), found[4]
        if sign == "." and year is None and not (1 <= month <= 12 and 1 <= day <= 31):
            return None  # 9.40 is a time
        return _dated(day, month, year, today, prefer)
    if (found := _NAMED.match(plain)) and found[2] in _MONTHS:
        return _dated(int(found[1]), _MONTHS[found[2]], found[3], today, prefer)
    if (found := _NAMED_EN.match(plain)) and found[1] in _MONTHS:
        return _dated(int(found[2]), _MONTHS[found[1]], found[3], today, prefer)
    if found := _WEEK.match(plain):
        return _week(int(found[1]), today, prefer)
    return None


def _dated(day: int, month: int, year: str | None, today: date, prefer: Prefer) -> When:
    if year is not None:
        number = int(year) + (2000 if len(year) == 2 else 0)
        try:
            return When(date(number, month, day))
        except ValueError:
            raise DateFault("no_such_day") from None
    step = -1 if prefer == "past" else 1
    for offset in range(9):  # the 29th of February comes every four years, once in a while every eight
        try:
            found = date(today.year + step * offset, month, day)
        except ValueError:
            continue
        if (found <= today) if prefer == "past" else (found >= today):
            return When(found, None, prefer)
    raise DateFault("no_such_day")


def _week(number: int, today: date, prefer: Prefer) -> When:
    """Monday of a week number, this year's or the neighbouring year's."""
    year = today.isocalendar().year
    monday = today - timedelta(days=today.weekday())
    for offset in range(8):
        try:
            found = date.fromisocalendar(year + (-offset if prefer == "past" else offset), number, 1)
        except ValueError:
            continue
        if (found <= today) if prefer == "past" else (found >= monday):
            return When(found, None, prefer)
    raise DateFault("no_such_day")
