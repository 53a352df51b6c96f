"""What the program works out for the computed fields of a form: from the placement it is about, or from the engine."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from broker_tui.domain.views import CaseCard
from broker_tui.i18n import _
from broker_tui.i18n.format import dated
from broker_tui.programmes.forms import FormDefinition
from broker_tui.screens.programme_values import key_of
from sync.records.types import Placement

if TYPE_CHECKING:
    from broker_tui.services import Services


def computed_words(
    services: "Services", case_id: str, form: FormDefinition, values: Mapping[str, Any], card: CaseCard
) -> dict[str, str]:
    """Words by key of the field; what nobody knows is left out."""
    names = [field.name for field in form.fields.values() if field.type == "computed"]
    if not names:
        return {}
    placed = {entry.id: entry.record for entry in card.placements}
    about = [placed[value] for value in values.values() if isinstance(value, str) and value in placed]
    of_placement = _of_placement(about[0], card) if about else {}
    signals = services.programmes.standing(case_id, services.clock.today()).evaluation.signals
    found = {name: of_placement.get(name) or _words(signals.get(name)) for name in names}
    return {key_of(name): words for name, words in found.items() if words}


def _of_placement(record: Placement, card: CaseCard) -> dict[str, str]:
    end = record.actual_end or record.planned_end
    return {
        "company": card.companies.get(record.company_id or "", ""),
        "start": dated(record.start),
        "end": dated(end) if end else "",
    }


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return dated(value) if isinstance(value, date) else str(value)
