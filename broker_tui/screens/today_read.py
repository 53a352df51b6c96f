"""What Today shows, read in a worker thread."""

from datetime import date
from typing import TYPE_CHECKING

from broker_tui.domain.views import NotFound
from broker_tui.screens.today_rows import Aside, Day, DraftRow

if TYPE_CHECKING:
    from broker_tui.services import Services


def read_day(services: "Services", today: date, *, rules: bool) -> Day:
    """The day; without `rules` only what is there before the programmes are read."""
    every = services.today.items(today, snoozed=True, rules=rules)
    snoozed = services.programmes.snoozed(today)
    aside = tuple(
        Aside(item, fact.record.until or today, str(fact.record.values.get("reason") or ""), fact.id)
        for item in every
        if (fact := snoozed.get(item.id)) is not None
    )
    items = tuple(item for item in every if item.id not in snoozed)
    drafts = tuple(DraftRow(draft, _name(services, draft.about, today)) for draft in services.drafts.all())
    anybody = bool(every) or services.people.count(status="all") > 0
    troubles = services.programmes.troubles() if rules else ()
    offers, late = tuple(services.handovers.incoming()), len(services.handovers.box())
    return Day(items, drafts, anybody, aside, troubles, whole=rules, offers=offers, late=late)


def _name(services: "Services", about: str | None, today: date) -> str:
    """Whom or which company a draft is about."""
    if about is None:
        return ""
    try:
        return services.people.card(about, today).citizen.record.name
    except NotFound:
        pass
    try:
        return services.companies.card(about, today).company.record.name
    except NotFound:
        return ""
