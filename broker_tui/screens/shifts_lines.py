"""How a workplace's week, its people and their hours are shown."""

from datetime import date, timedelta

from broker_tui.i18n import _, ngettext, pgettext
from broker_tui.i18n.format import full_date, hours, short_date, weekday
from broker_tui.i18n.setting_words import setting
from broker_tui.programmes.families.flexjob_shifts import BLANK, Week
from broker_tui.screens.team_lines import mark_words as team_words
from broker_tui.services.shifts import WeekSheet, Worker
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Item, Row
from broker_tui.widgets.spans import EMPTY, Line, Role, join, line

_SIGNS: dict[str, tuple[str, Role]] = {
    "present": ("ok", "ok"),
    "late": ("ok", "warn"),
    "left_early": ("ok", "warn"),
    "no_show": ("overdue", "err"),
    "sick": ("refused", "err"),
    "cancelled": ("refused", "warn"),
}
_LETTERS: dict[str, Role] = {"partial": "warn", "agreed": "muted", "na": "muted"}


def mark_words() -> dict[str, str]:
    """What a shift was marked with."""
    team = team_words()
    return {
        "present": team["present"],
        "late": team["late"],
        "left_early": team["left_early"],
        "partial": pgettext("attendance", "part"),
        "sick": team["sick"],
        "cancelled": team["cancelled"],
        "agreed": team["agreed"],
        "no_show": team["no_show"],
        "na": pgettext("attendance", "none"),
    }


def columns(monday: date, chosen: date) -> Columns:
    """One row per person, one narrow column per day; the chosen day stands between marks."""
    days = [monday + timedelta(days=n) for n in range(7)]
    titles = [f"{'›' if day == chosen else ' '}{weekday(day)[:2]}" for day in days]
    return Columns(
        (
            Column("who", _("Who"), min_width=14),
            *(Column(str(n), title, width=3, gap=1) for n, title in enumerate(titles)),
            Column("presence", _("There"), width=9, align="right"),
            Column("effective", _("Effective"), width=9, align="right", drop=2),
            Column("sheet", _("Sheet"), width=13, drop=1),
        )
    )


def legend() -> Line:
    """Digits and what they mark."""
    words = list(mark_words().values())
    return join([line((str(n), "key"), (f" {word}", "muted")) for n, word in enumerate(words, 1)], 1)


def title(sheet: WeekSheet) -> tuple[Line, Line]:
    """Which workplace and week; how many."""
    number = sheet.monday.isocalendar().week
    span = f"{short_date(sheet.monday)} – {short_date(sheet.monday + timedelta(days=6))}"
    week = _("week {number}").format(number=number)
    count = ngettext("{count} in flex job", "{count} in flex job", len(sheet.workers)).format(count=len(sheet.workers))
    return line((sheet.name, "strong"), (f"   {week} · {span}", "muted")), line((count, "muted"))


def day_line(day: date) -> Line:
    """The day that is marked."""
    return line((f"{glyph('left')} ", "key"), (full_date(day), "strong"), (f" {glyph('right')}", "key"))


def unmarked_line(sheet: WeekSheet, day: date, today: date) -> Line:
    """How many usual shifts of the day lack a mark; a day to come has none."""
    if day > today:
        return line((_("to come"), "muted"))
    count = sum(day in one.week.expected for one in sheet.workers)
    if count:
        said = ngettext("{count} without a mark", "{count} without a mark", count).format(count=count)
        return line((f"{glyph('soon')} ", "warn"), said)
    if any(one.week.shifts.get(day) for one in sheet.workers):
        return line((f"{glyph('ok')} ", "ok"), (_("all marked"), "muted"))
    return EMPTY


def key_of(one: Worker) -> str:
    """The key of a person's row."""
    return f"{one.standing.case_id}|{one.job.id}"


def items(sheet: WeekSheet, day: date, guard: Guard) -> list[Item]:
    """People."""
    return [_row(one, day, guard) for one in sheet.workers]


def _row(one: Worker, day: date, guard: Guard) -> Row:
    week = one.week
    days = [week.monday + timedelta(days=n) for n in range(7)]
    cells: dict[str, Line] = {str(n): _mark(week, on, chosen=on == day) for n, on in enumerate(days)}
    agreed = f"/{hours(one.job.presence)}" if one.job.presence is not None else ""
    there = hours(week.presence) if week.presence is not None else "–"
    muted: Role = "muted"
    told: Role = "text" if week.presence is not None else muted
    more = "?" if week.unknown else ""
    cells |= {
        "who": line((guard.name(one.standing.citizen_name), "name")),
        "presence": line((there + more, told), (agreed, "muted")),
        "effective": line((hours(week.effective) if week.effective is not None else "–", told)),
        "sheet": line(_sheet(week)),
    }
    return Row(key_of(one), cells)


def _mark(week: Week, on: date, *, chosen: bool) -> Line:
    shift = week.shifts.get(on)
    mark = shift.mark if shift is not None else BLANK
    muted: Role = "muted"
    if mark in _SIGNS:
        sign, role = _SIGNS[mark]
        text = glyph(sign)
    elif mark in _LETTERS:
        text, role = mark_words()[mark][:1], _LETTERS[mark]
    else:
        text, role = ("·" if on in week.expected else " "), muted
    return line((f"›{text}‹" if chosen else f" {text} ", role))


def _sheet(week: Week) -> tuple[str, Role]:
    if week.approved:
        return _("approved"), "ok"
    if week.sheets:
        return _("begun"), "warn"
    return ("–", "muted") if week.presence is None else (_("not begun"), "warn")


def about(one: Worker | None, day: date, guard: Guard) -> tuple[Line, Line]:
    """The person under the cursor: the day in words; mentor time and what it comes to."""
    if one is None:
        return EMPTY, EMPTY
    shift = one.week.shifts.get(day)
    parts: list[Line] = [line((guard.name(one.standing.citizen_name), "name"))]
    if shift is not None and shift.mark in mark_words():
        parts.append(line(mark_words()[shift.mark]))
        if shift.planned is not None:
            parts.append(line((_("planned {hours} h").format(hours=hours(shift.planned)), "muted")))
        if shift.presence is not None:
            parts.append(line((_("there {hours} h").format(hours=hours(shift.presence)), "muted")))
        else:
            parts.append(line((_("how long? h writes it down"), "warn")))
    elif one.job.flexible:
        parts.append(line((_("hours are placed freely: s writes the week's sheet"), "muted")))
    return join(parts, 2), _mentor(one)


def _mentor(one: Worker) -> Line:
    parts: list[Line] = [line((f"{_('Mentor')}: ", "muted"), setting(one.variant))]
    if one.mentor_agreed is not None:
        parts.append(line((_("agreed {hours} h a week").format(hours=hours(one.mentor_agreed)), "muted")))
    if one.week.mentor is not None:
        over = one.mentor_agreed is not None and one.week.mentor > one.mentor_agreed
        role: Role = "warn" if over else "text"
        parts.append(line((_("this week {hours} h").format(hours=hours(one.week.mentor)), role)))
    told = one.compensation or {}
    if (amount := told.get("dkk")) is not None:
        parts.append(line((_("compensation so far {amount} DKK").format(amount=amount), "text")))
    elif (sum_ := told.get("hours")) is not None:
        parts.append(line((_("compensation so far {hours} h").format(hours=hours(round(sum_ * 60))), "text")))
    return join(parts, 2)
