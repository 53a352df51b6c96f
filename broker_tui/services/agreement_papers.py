"""What an agreement says on paper: forms with their values, and facts where a programme has no form for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from broker_tui.domain.agreements import Agreement


@dataclass(frozen=True, slots=True)
class Filled:
    """One form with its values, and at which field of the agreement a fault of a value is told."""

    form: str
    values: dict[str, Any]
    told_at: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of the vocabulary."""

    kind: str
    on: date
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """Ids and names the forms need of the records made with them."""

    placement: str
    company: str
    contact: str
    contact_title: str | None
    contact_phone: str | None
    me: str


Filler = Callable[[Agreement, Names], Iterator[Filled | Told]]


def in_facts(agreement: Agreement, names: Names) -> Iterator[Filled | Told]:
    """Plan and registrations of a programme whose forms have no place for them."""
    yield plan_fact(agreement, names)
    yield from registrations(agreement, names)


def plan_fact(agreement: Agreement, names: Names) -> Told:
    """How often there is follow-up, and who agreed on it."""
    plan = agreement.plan
    told = {"placement": names.placement, "agreed_by": list(plan.agreed_by), "owner": "broker"}
    return Told("follow_up_plan", agreement.signed_on, {**told, "interval": plan.interval})


def registrations(agreement: Agreement, names: Names) -> Iterator[Told]:
    """What was entered elsewhere."""
    for entry in agreement.registered:
        told = {"system": entry.system, "item": "agreement", "placement": names.placement, "by": names.me}
        yield Told("registration", entry.on, {**told, "reference": entry.reference})
