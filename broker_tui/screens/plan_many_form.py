"""One follow-up for each of several people: the same words and day, a record in each one's own case."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.format import short_date
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, moment_reader, text
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import DateField
from sync.records.types import FollowUp


class PlanManyForm(RecordForm):
    """Plan with everybody who is marked."""

    FORM = "plan_many"
    ENTER_SAVES = True

    def __init__(self, citizen_ids: Sequence[str] = (), *, draft_key: str | None = None) -> None:
        """Open on several people."""
        super().__init__(None, draft_key=draft_key)
        self._ids = list(citizen_ids)
        self._due = ""

    def extra_values(self) -> dict[str, Any]:
        """Whom it is about."""
        return {"_citizens": self._ids}

    def take_extra(self, values: Mapping[str, Any]) -> None:
        """The people of the draft, unless others are marked now."""
        kept = values.get("_citizens")
        self._ids = self._ids or ([str(one) for one in kept] if isinstance(kept, list) else [])

    def _people(self) -> str:
        return ngettext("{count} person", "{count} people", len(self._ids)).format(count=len(self._ids))

    def heading(self) -> Line:
        """How many."""
        return line((_("New follow-up"), "strong"), (f"   {self._people()}", "name"))

    def fields(self) -> Iterable[Widget]:
        """What, when."""
        now = self.services.clock.now()
        yield text("what", _("What"), label_width=10)
        yield DateField("due", _("When"), parser=moment_reader(now), control_width=22)

    def make(self, values: Mapping[str, str]) -> Saved:
        """All of them in one save."""
        read = Values(values, self.services.clock.now())
        what = read.needed("what")
        read.needed("due")
        when = read.moment("due")
        read.check()
        self._due = short_date(when.day)
        return self.services.plans.add_many(
            [FollowUp(citizen_id=citizen_id, what=what, due=when.day, at=when.at) for citizen_id in self._ids]
        )

    def said(self) -> str:
        """When, how many."""
        return _("Agreed for {day}: {name}").format(day=self._due, name=self._people())
