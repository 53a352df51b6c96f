"""What the citizen allows to be told to whom. Every statement is a new record; the newest counts."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _, ngettext
from broker_tui.screens import say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import LABEL, Values, choice, day, text
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from sync.records.types import Consent


class ConsentForm(RecordForm):
    """One statement."""

    FORM = "consent"

    def __init__(self, citizen_id: str, *, draft_key: str | None = None) -> None:
        """Open on a person."""
        super().__init__(citizen_id, draft_key=draft_key)
        self._who = ""
        self._asked = 0

    def prepare(self) -> None:
        """Read the name."""
        card = self.services.people.card(self.about or "", self.clock_today)
        self._who = self.guard.name(card.citizen.record.name)

    def heading(self) -> Line:
        """Whose statement."""
        return line((_("Consent"), "strong"), (f"   {self._who}", "name"))

    def fields(self) -> Iterable[Widget]:
        """What, whether, when, for whom."""
        now = self.services.clock.now()
        yield choice("kind", _("About"), say.codes("consent_kind"), "network")
        yield choice("state", _("Answer"), say.codes("consent_state"), "given")
        yield day("stated_on", _("Said on"), now, now.date(), "past").apart()
        yield day("expires", _("Holds until"), now)
        yield text("receiver", _("To whom"))
        yield NoteField("note", _("Note"), label_width=LABEL).apart()

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new statement."""
        read = Values(values, self.services.clock.now())
        kind, state = read.needed_code("kind"), read.needed_code("state")
        stated_on, expires = read.needed_day("stated_on", "past"), read.day("expires")
        read.check()
        saved = self.services.consents.state(
            Consent(
                citizen_id=self.about or "",
                kind=kind,
                state=state,
                stated_on=stated_on,
                expires=expires,
                receiver=read.text("receiver"),
                note=read.text("note"),
            )
        )
        self._asked = len(saved.ids) - 1
        return saved

    def said(self) -> str:
        """Short, and what a withdrawal asks for."""
        noted = _("Consent noted on {name}").format(name=self._who)
        if not self._asked:
            return noted
        asked = ngettext(
            "{count} company was told: a follow-up is on Today",
            "{count} companies were told: follow-ups are on Today",
            self._asked,
        )
        return f"{noted}. {asked.format(count=self._asked)}"
