"""How a course team, its days and its participants are shown."""

from collections.abc import Sequence
from datetime import date

from broker_tui.i18n import _, ngettext, pgettext, programme_words
from broker_tui.i18n.format import decimal, full_date, short_date
from broker_tui.programmes.families.mastery_register import MARKS, Slot
from broker_tui.services.teams import Participant, TeamSheet
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, Role, join, line

RULE = "rule:"
"""In front of the key of a row about a rule."""
_SIGNS: dict[str, tuple[str, Role]] = {
    "present": ("ok", "ok"),
    "late": ("ok", "warn"),
    "left_early": ("ok", "warn"),
    "no_show": ("overdue", "err"),
    "sick": ("refused", "err"),
    "cancelled": ("refused", "warn"),
    "worked": ("soon", "warn"),
}


def mark_words() -> dict[str, str]:
    """What a participant was marked with."""
    return {
        "present": pgettext("attendance", "present"),
        "late": pgettext("attendance", "late"),
        "left_early": pgettext("attendance", "left"),
        "sick": pgettext("attendance", "ill"),
        "cancelled": pgettext("attendance", "excused"),
        "agreed": pgettext("attendance", "agreed"),
        "no_show": pgettext("attendance", "no show"),
        "worked": pgettext("attendance", "at work"),
        "not_held": pgettext("attendance", "off"),
    }


def columns() -> Columns:
    """One row per participant."""
    return Columns(
        (
            Column("who", _("Who"), width=20),
            Column("mark", _("Mark"), width=12),
            Column("rate", _("Attendance"), width=10, align="right", drop=2),
            Column("weekly", _("Weekly day"), width=11, align="right", drop=1),
            Column("due", _("Contact by"), width=14),
            Column("more", _("Missing"), min_width=14),
        )
    )


def legend() -> Line:
    """Digits and what they mark."""
    words = list(mark_words().values())
    return join([line((str(n), "key"), (f" {word}", "muted")) for n, word in enumerate(words, 1)], 1)


def title(sheet: TeamSheet) -> tuple[Line, Line]:
    """Which team, where it stands; how many."""
    team = sheet.timetable.team
    phase = {
        "not_planned": _("no first day yet"),
        "preparing": _("begins {day}").format(day=short_date(team.t0) if team.t0 else ""),
        "teaching": _("teaching until {day}").format(day=short_date(team.last_teaching) if team.last_teaching else ""),
        "internship": _("internship until {day}").format(day=short_date(team.end) if team.end else ""),
        "ended": _("ended {day}").format(day=short_date(team.end) if team.end else ""),
    }[sheet.timetable.phase]
    here = len(sheet.participants)
    count = ngettext("{count} here", "{count} here", here).format(count=here)
    right: list[Line] = [line((count, "muted"))]
    if sheet.accepted is not None:
        right.insert(0, _size(sheet.accepted, sheet.size))
    return line((sheet.name, "strong"), (f"   {phase}", "muted")), join(right, 2)


def _size(accepted: int, state: str) -> Line:
    told: dict[str, tuple[str, Role]] = {
        "too_small": (_("too few"), "err"),
        "too_large": (_("too many"), "err"),
        "allowed": (_("allowed"), "warn"),
        "recommended": (_("recommended size"), "ok"),
    }
    muted: Role = "muted"
    word, role = told.get(state, ("", muted))
    said = _("{count} accepted").format(count=accepted)
    return line((f"{said}: {word}" if word else said, role))


def day_line(sheet: TeamSheet, place: int) -> Line:
    """The day that is marked, and how many lack a mark."""
    slots = sheet.timetable.slots
    if not slots:
        return line((_("Without a first day the team has no days: w fills in the form about the team."), "muted"))
    slot = slots[place]
    kind = _("teaching") if slot.type == "teaching" else _("weekly day")
    week = _("week {number}").format(number=slot.week) if slot.week else ""
    before, after = (glyph("left") if place else " "), (glyph("right") if place + 1 < len(slots) else " ")
    parts: list[Line] = [
        line((f"{before} ", "key"), (full_date(slot.on), "strong"), (f" {after}", "key")),
        line((" · ".join(part for part in (kind, week) if part), "muted")),
    ]
    if slot.cancelled:
        parts.append(line((_("called off: {reason}").format(reason=slot.reason), "warn")))
    elif not slot.planned:
        parts.append(line((_("outside the timetable"), "muted")))
    return join(parts, 2)


def unmarked_line(sheet: TeamSheet, slot: Slot, today: date) -> Line:
    """How many lack a mark; a day to come has none."""
    if slot.on > today:
        return line((_("to come"), "muted"))
    count = sheet.unmarked(slot)
    if slot.cancelled or not sheet.participants:
        return EMPTY
    if not count:
        return line((f"{glyph('ok')} ", "ok"), (_("all marked"), "muted"))
    said = ngettext("{count} without a mark", "{count} without a mark", count).format(count=count)
    return line((f"{glyph('soon')} ", "warn"), said)


def items(sheet: TeamSheet, slot: Slot | None, guard: Guard, today: date) -> list[Item]:
    """Participants, and under them what the programme asks of the team."""
    found: list[Item] = [_row(one, slot, guard, today) for one in sheet.participants]
    if not found:
        found.append(Heading(_("Nobody on this caseload is on the team: p adds a person."), role="muted"))
    if sheet.owed:
        found.append(Heading(_("Asked of the team"), str(len(sheet.owed))))
        for owed in sheet.owed:
            late = owed.state in ("overdue", "missed")
            role: Role = "err" if late else "warn"
            due: Line = line((short_date(owed.due), "muted")) if owed.due else EMPTY
            what = line((programme_words.title(owed.rule), "text"), ("  ", "muted"), due)
            key = f"{RULE}{owed.rule}@{owed.key}"
            found.append(Row(key, content=what, sign=glyph("overdue" if late else "soon"), sign_role=role))
    return found


def _row(one: Participant, slot: Slot | None, guard: Guard, today: date) -> Row:
    mark = one.meeting.marks.get((slot.on, slot.type), ("blank", ""))[0] if slot is not None else "blank"
    muted: Role = "muted"
    sign, role = _SIGNS.get(mark, ("", muted))
    word = mark_words().get(mark, "–" if slot is not None and slot.on <= today and not slot.cancelled else "")
    waiting = one.meeting.waiting
    due: Line = EMPTY
    if waiting is not None:
        late: Role = "err" if waiting.due < today else "warn"
        due = line((short_date(waiting.due), late))
    cells = {
        "who": line((guard.name(one.standing.citizen_name), "name")),
        "mark": line((word, "text" if mark in MARKS else "muted")),
        "rate": _share(one.signals.get("attendance_rate")),
        "weekly": _share(one.signals.get("weekly_day_rate")),
        "due": due,
        "more": line((", ".join(lacks(one)), "warn")),
    }
    return Row(one.standing.case_id, cells, sign=glyph(sign) if sign else "", sign_role=role)


def _share(value: object) -> Line:
    return line((f"{decimal(100 * value, 0)} %", "muted")) if isinstance(value, int | float) else EMPTY


FORMS = ("F-M5", "F-M8", "F-M16", "M-X7", "F-M9", "M-X10", "M-X18")
"""What is written about one participant, besides the marks: preparation, mentor, travel, place, readiness, leaving."""


def _needs(one: Participant) -> list[tuple[str, str]]:
    """What a participant lacks, the gravest first, with the form that answers it: time to prepare, travel, mentor,
    and absence that goes on."""
    signals = one.signals
    open_rules = {o.rule for o in one.standing.evaluation.obligations if o.state in ("overdue", "due_soon", "open")}
    told: list[tuple[bool, str, str]] = [
        (bool(signals.get("next_team")), _("next team"), "M-X7"),
        (signals.get("prep_state") == "blocked", _("under 7 days to prepare"), "M-X7"),
        (signals.get("absence_chain") == "escalated", _("absence: work group"), "M-X10"),
        (bool(signals.get("frequent_absence")), _("much absence"), "M-X10"),
        (bool(signals.get("pass_missing") or signals.get("pass_gap")), _("travel pass"), "F-M16"),
        (not signals.get("prep_state"), _("not prepared"), "F-M5"),
        ("mastery.programme.mentor-throughout" in open_rules, _("mentor"), "F-M8"),
        ("mastery.programme.mentor-need-assessed" in open_rules, _("mentor need"), "F-M8"),
        (signals.get("prep_state") == "short", _("short preparation"), "F-M5"),
        (bool(signals.get("postponed_days")), _("postponed"), "F-M9"),
    ]
    return [(word, form) for holds, word, form in told if holds]


def lacks(one: Participant) -> Sequence[str]:
    """What a participant lacks, the gravest first."""
    return [word for word, _form in _needs(one)]


def forms_of(one: Participant) -> list[tuple[str, str]]:
    """The forms about a participant, each with what it would answer: what is lacking first, then the rest with ""."""
    found: dict[str, list[str]] = {}
    for word, form in _needs(one):
        found.setdefault(form, []).append(word)
    return [*((form, ", ".join(words)) for form, words in found.items()), *((f, "") for f in FORMS if f not in found)]
