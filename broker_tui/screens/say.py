"""Codes of records as words on cards and in forms; the words themselves stand in `i18n.words`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from broker_tui.domain.hours import default_measure
from broker_tui.domain.views import CaseCard, InvalidInput
from broker_tui.i18n import words
from broker_tui.widgets.choice_field import Option
from sync.records.types import Case, Placement


def codes(table: str) -> list[tuple[str, str]]:
    """Codes and words of a table, in the order in which they are offered; programmes by their badges."""
    if table == "programme":
        return [(code, words.badge(code)) for code, _word in words.codes(table)]
    return words.codes(table)


def word(table: str, code: str | None) -> str:
    """One word."""
    return words.label(table, code) if code else ""


def inline(text: str) -> str:
    """A label within a line: it begins small unless it is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def as_options(pairs: Iterable[tuple[str, str]]) -> list[Option]:
    """Options of a choice."""
    return [Option(code, label) for code, label in pairs]


def badge(programme: str | None, step: str | None) -> tuple[str, str]:
    """`UIF2` and `phase 3`."""
    return (words.badge(programme), words.step(programme, step)) if programme else ("", "")


def programme_step(case: Case) -> str:
    """`UIF2 phase 3`."""
    return " ".join(part for part in badge(case.programme, case.step) if part)


def placement(record: Placement, companies: Mapping[str, str]) -> str:
    """`flex job · Dalum Købmand`."""
    kind = inline(word("placement_type", record.type))
    where = companies.get(record.company_id or "", "")
    return f"{kind} · {where}" if where else kind


def usual_measure(placement_type: str, card: CaseCard | None) -> str:
    """What hours count as unless the broker says otherwise: as the placement does, else as the programme counts."""
    case = card.current_case if card else None
    programme = case.record.programme if case else None
    return default_measure(placement_type) or ("flexjob" if programme in ("uif2", "flexjob") else "ordinary")


def renamed(error: ValueError, fields: Mapping[str, str]) -> ValueError:
    """Errors of a record told at the fields of a form that names them differently."""
    if not isinstance(error, InvalidInput):
        return error
    return InvalidInput(tuple(replace(fault, field=fields.get(fault.field, fault.field)) for fault in error.errors))
