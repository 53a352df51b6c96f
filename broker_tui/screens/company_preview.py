"""The sheet beside the list of companies: whom to ask for, what is agreed, who is there, what was said last."""

from datetime import date
from typing import Any

from broker_tui.domain.views import CompanyCard, Entry
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens import say
from broker_tui.screens.case_lines import WHEN, at_of, is_open, labelled, what_of, when_words
from broker_tui.widgets.badges import chip
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.spans import EMPTY, Line, cut, fit, line, wrap

_TASKS, _PLACED, _LINES = 4, 6, 6
"""Rows of each group at most."""


def preview(card: CompanyCard, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
    """Lines of at most `cells` cells."""
    company = card.company.record
    found = [line((company.name, "strong")), chip(say.word("company_stage", company.stage)), EMPTY]
    people = [e.record for e in card.contacts if e.record.active and not e.deleted]
    facts = (
        (_("Contact"), ", ".join(part for part in (people[0].name, people[0].title) if part) if people else ""),
        (_("Phone"), (people[0].phone if people else None) or company.phone or ""),
        (_("Area"), company.area or ""),
    )
    found += [labelled(label, line(value)) for label, value in facts if value]
    every: list[Entry[Any]] = [*card.follow_ups, *card.promises]
    tasks = sorted(filter(is_open, every), key=lambda e: (e.record.due or date.max, e.id))
    found += [EMPTY, line((_("Next"), "strong"))]
    found += [
        fit(when_words(e.record.due, today, at_of(e.record)), WHEN) + what_of(e.record, guard) for e in tasks[:_TASKS]
    ] or [line((_("Nothing agreed: p plans."), "muted"))]
    placed = [e.record for e in card.placements if e.record.status == "active" and not e.deleted]
    if placed:
        found += [EMPTY, line((_("Placed"), "strong"), (f"  {len(placed)}", "muted"))]
        for record in placed[:_PLACED]:
            kind = say.inline(say.word("placement_type", record.type))
            name = guard.name(card.citizens.get(record.citizen_id, ""))
            found.append(line((name, "name"), (f"  {kind}", "muted")))
    visits = [e.record for e in card.visits if not e.deleted and e.replaced_by is None]
    if visits:
        last = max(visits, key=lambda visit: visit.occurred_on)
        found += [EMPTY, line((_("Last visit"), "strong"), (f"  {short_date(last.occurred_on)}", "muted"))]
        found += wrap(guard.note(last.note or last.promised or ""), cells)[:_LINES]
    return tuple(cut(one, cells) for one in found)
