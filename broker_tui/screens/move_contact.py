"""Move a contact that was written on the wrong person: choose the right one, then confirm with another key."""

from broker_tui.domain.views import ContactRow
from broker_tui.i18n import _
from broker_tui.i18n.format import dated
from broker_tui.screens import registry
from broker_tui.screens.base import Reader
from broker_tui.widgets.sheet import Question


def move_contact(asking: Reader, row: ContactRow) -> None:
    """Ask whom the contact belongs to, and move it there with what was agreed in it."""
    contact_id = row.entry.id
    here = row.entry.record.citizen_id

    def chosen(citizen_id: str | None) -> None:
        if citizen_id is None:
            return
        card = asking.services.people.card(citizen_id, asking.clock_today)
        name = asking.guard.name(card.citizen.record.name)
        sentence = _("Move the contact of {day} to {name}? It leaves this case.").format(
            day=dated(row.entry.record.occurred_on), name=name
        )

        def answered(yes: bool | None) -> None:
            if yes:
                said = _("Contact moved to {name}").format(name=name)
                asking.act(lambda: asking.services.contacts.move(contact_id, citizen_id), said)

        asking.app.push_screen(Question(sentence, "f", _("move it"), _("leave it here"), opened_by="m"), answered)

    picker = registry.person_picker(_("To whom does the contact belong?"), exclude=[here] if here else [])
    asking.app.push_screen(picker, chosen)
