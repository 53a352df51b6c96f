"""What a company may be told about a person today: only what the person released, by the newest word on each item.

flexjob B4.1 `honesty_complete` and B12 no. 19, mastery F-M6 ("only ticked items enter the company sheet").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from broker_tui.domain.text import fold


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said about telling one item.

    Args:
        item: code of the item.
        given: yes, or a refusal or withdrawal.
        on: the day it holds from.
        order: tells two words of one day apart; the greater is the newer.
        text: what the company sees.
        until: last day it holds.
        receiver: id or name of the one company it is meant for; empty for any.
    """

    item: str
    given: bool
    on: date
    order: str
    text: str = ""
    until: date | None = None
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """One thing a company may see. `values` are of a form and shown by its definition; else `text` is what is seen."""

    item: str
    text: str = ""
    values: tuple[tuple[Any, Any], ...] = ()
    """Fields of a form with their raw values."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as a company may see them."""

    citizen_id: str
    name: str
    items: tuple[Released, ...]


@dataclass(frozen=True, slots=True)
class CompanyView:
    """A company and the people it may see something of; who helps is the broker."""

    company_id: str
    company: str
    people: tuple[PersonView, ...]
    broker: str = ""
    hidden: int = field(default=0)
    """People placed here of whom nothing is released, not even the name."""


def holding(words: Iterable[Word], company_id: str, company: str, today: date) -> dict[str, Word]:
    """The words that allow telling this company today, by item: of each item only the newest that is about it."""
    newest: dict[str, Word] = {}
    mine = {"", company_id, fold(company)}
    about = (word for word in words if word.on <= today and (word.receiver in mine or fold(word.receiver) in mine))
    for word in sorted(about, key=lambda word: (word.on, word.order)):
        newest[word.item] = word
    return {item: w for item, w in newest.items() if w.given and (w.until is None or today <= w.until)}


def withdrawn(before: Sequence[Word], after: Sequence[Word], company_id: str, company: str, today: date) -> list[str]:
    """Items this company might be told by `before` and may not any more by `after`."""
    now = holding(after, company_id, company, today)
    return sorted(item for item in holding(before, company_id, company, today) if item not in now)
