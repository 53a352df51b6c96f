"""The hand-over pack in words: sections of short lines, the same for the screen, the command line and a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from broker_tui.domain.pack import Pack, Work
from broker_tui.i18n import N_, _, ngettext, programme_words, words
from broker_tui.i18n.format import clock, dated, hours, short_date

Shows = Literal["", "name", "note"]
"""What a line gives away: a person's name, something typed, or neither."""
_LABEL = 14


@dataclass(frozen=True, slots=True)
class Part:
    """One line: what it is, what it says, and what that gives away."""

    label: str
    text: str
    shows: Shows = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines."""

    title: str
    parts: tuple[Part, ...]


def sections(pack: Pack, today: date) -> tuple[Section, ...]:
    """The whole page; what there is nothing of says so, or is left out where nobody would miss it."""
    made = (
        (N_("What the colleague says"), _said(pack), False),
        (N_("Who"), _who(pack, today), False),
        (N_("Next"), _next(pack, today), True),
        (N_("The programme asks"), _owed(pack, today), False),
        (N_("Goals"), _goals(pack), True),
        (N_("Job"), _jobs(pack), True),
        (N_("Consents"), _consents(pack), True),
        (N_("Last contacts"), _contacts(pack, today), True),
        (N_("Together with"), _helpers(pack), False),
    )
    found = []
    for title, parts, missed in made:
        every = tuple(parts)
        if every or missed:
            found.append(Section(_(title), every or (Part("", _("nothing noted")),)))
    return tuple(found)


def plain(pack: Pack, today: date) -> str:
    """The page as plain text."""
    lines = [_("Hand-over pack, {day}").format(day=dated(today)), ""]
    for section in sections(pack, today):
        lines.append(section.title.upper())
        for part in section.parts:
            first, *rest = part.text.splitlines() or [""]
            lines.append(f"  {part.label:<{_LABEL}}{first}".rstrip() if part.label else f"  {first}")
            lines += [f"  {'':<{_LABEL if part.label else 0}}{row}" for row in rest]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _said(pack: Pack) -> Iterator[Part]:
    if pack.words is not None:
        on = pack.words.answered_on or pack.words.offered_on
        yield Part(short_date(on), _("handed over by {name}").format(name=pack.words.giver))
        if pack.words.text:
            yield Part("", pack.words.text, "note")
    if pack.late:
        text = ngettext("{count} late change waits on Sync", "{count} late changes wait on Sync", pack.late)
        yield Part("", text.format(count=pack.late))


def _who(pack: Pack, today: date) -> Iterator[Part]:
    citizen, case = pack.citizen, pack.case
    yield Part(words.field("name"), citizen.name, "name")
    for name, value in (("phone", citizen.phone), ("area", citizen.area), ("language", citizen.language)):
        if value:
            yield Part(words.field(name), value)
    if case is not None:
        step = words.step(case.programme, case.step)
        yield Part(words.field("programme"), ", ".join(p for p in (words.programme(case.programme), step) if p))
        if case.step_since:
            yield Part(words.field("step_since"), dated(case.step_since))
        if case.start and case.start <= today:
            days = (today - case.start).days
            yield Part(words.field("start"), f"{dated(case.start)} ({_('day {count}').format(count=days)})")
        if case.status == "closed":
            yield Part(words.field("status"), words.label("case_status", case.status))


def _next(pack: Pack, today: date) -> Iterator[Part]:
    for plan in pack.plans:
        when = short_date(plan.due) + (f" {clock(plan.at)}" if plan.at else "")
        yield Part(when, ", ".join(p for p in (plan.what, plan.who, plan.place) if p), "note")
    for promise in pack.promises:
        yield Part(short_date(promise.due), _("Promised: ") + promise.text, "note")


def _owed(pack: Pack, today: date) -> Iterator[Part]:
    for one in pack.owed:
        title = programme_words.title(one.rule)
        state = programme_words.state(one.state) if one.state == "overdue" else ""
        yield Part(short_date(one.due) if one.due else "", f"{title} ({state})" if state else title)


def _goals(pack: Pack) -> Iterator[Part]:
    for goal in pack.goals:
        target = goal.target_minutes_per_week
        more = [_("{hours} hours a week").format(hours=hours(target))] if target else []
        more += [short_date(goal.due)] if goal.due else []
        label = words.label("goal_kind", goal.kind)
        yield Part(label, f"{goal.text} ({', '.join(more)})" if more else goal.text, "note")
    if pack.own_words is not None:
        yield Part(_("In own words"), pack.own_words.text, "note")


def _jobs(pack: Pack) -> Iterator[Part]:
    for work in pack.work:
        yield Part(words.label("placement_status", work.placement.status), _job(work))


def _job(work: Work) -> str:
    record = work.placement
    until = record.planned_end
    parts = [
        words.label("placement_type", record.type),
        record.job_title,
        work.company,
        work.person,
        _("from {day}").format(day=dated(record.start)),
        _("until {day}").format(day=dated(until)) if until else None,
        _("{hours} hours a week").format(hours=hours(work.minutes_per_week)) if work.minutes_per_week else None,
    ]
    return ", ".join(part for part in parts if part)


def _consents(pack: Pack) -> Iterator[Part]:
    for consent in pack.consents:
        until = _("until {day}").format(day=dated(consent.expires)) if consent.expires else ""
        kind = words.label("consent_kind", consent.kind)
        yield Part(
            words.label("consent_state", consent.state), ", ".join(p for p in (kind, consent.receiver, until) if p)
        )


def _contacts(pack: Pack, today: date) -> Iterator[Part]:
    for contact in pack.contacts:
        kind = words.label("contact_kind", contact.kind)
        how = kind if contact.outcome == "reached" else f"{kind}, {words.label('outcome', contact.outcome)}"
        yield Part(short_date(contact.occurred_on), how)
        for text in (contact.note, contact.agreed):
            if text:
                yield Part("", text, "note")


def _helpers(pack: Pack) -> Iterator[Part]:
    for helper in pack.helpers:
        until = f" ({_('until {day}').format(day=dated(helper.end))})" if helper.end else ""
        yield Part(words.label("case_role", helper.role), f"{helper.name}{until}")
