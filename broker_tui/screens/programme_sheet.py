"""What the sheets of a programme's form share: pickers for people, companies and placements, and noting what is opened.

The form itself and the sheet of one row both fill in fields of a definition.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from textual import on

from broker_tui.domain.views import CaseCard
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.programmes.forms import FormField
from broker_tui.screens import registry, say
from broker_tui.screens.form_fields import PickField
from broker_tui.screens.reader import Reader
from broker_tui.widgets.field import Field


@dataclass(frozen=True, slots=True)
class Known:
    """Names of what can be picked, by id."""

    people: Mapping[str, str]
    companies: Mapping[str, str]
    placements: Mapping[str, str]

    @property
    def names(self) -> dict[str, str]:
        """All of them."""
        return {**self.people, **self.companies, **self.placements}


def known_of(card: CaseCard, people: Mapping[str, str]) -> Known:
    """What can be picked for the person of a card; companies are those met so far, others are found by their picker."""
    placements = {
        entry.id: f"{say.placement(entry.record, card.companies)} · {short_date(entry.record.start)}"
        for entry in sorted(card.placements, key=lambda entry: entry.record.start, reverse=True)
        if not entry.deleted
    }
    return Known(people, dict(card.companies), placements)


class FilledSheet(Reader):
    """Mixed into sheets whose fields come from a definition."""

    known: Known
    noted_about: str = ""
    """Id that stands in the audit log when something hidden is opened."""

    def field_of(self, key: str) -> FormField:
        """The definition of a field by its key."""
        raise NotImplementedError

    @on(PickField.Asked)
    def _pick(self, event: PickField.Asked) -> None:
        event.stop()
        field, kind = event.field, self.field_of(event.field.key).type

        def chosen(picked: str | None) -> None:
            if picked:
                field.put(picked, self._named(kind, picked))
                self.screen.focus_next()

        if kind == "company":
            picker = registry.company_picker(_("Which company?"), begin=event.begin)
        elif kind == "person":
            picker = registry.choice_picker(_("Who?"), list(self.known.people.items()), begin=event.begin)
        else:
            picker = registry.choice_picker(_("Which placement?"), list(self.known.placements.items()))
        self.app.push_screen(picker, chosen)

    def _named(self, kind: str, picked: str) -> str:
        if kind == "company" and picked not in self.known.companies:
            return self.services.companies.card(picked, self.clock_today).company.record.name
        return self.known.names.get(picked, "")

    @on(Field.Opened)
    def _opened(self, event: Field.Opened) -> None:
        """Note that something hidden was read."""
        event.stop()
        store, about, name = self.services.store, self.noted_about, event.field.key
        self.read(
            lambda: store.note_audit("reveal", "form", about, name),
            lambda _nothing: None,
            group="audit",
            description="note what was opened",
            alone=False,
        )
