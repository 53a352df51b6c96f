"""Writing a new course team down, and calling one of its days off."""

from collections.abc import Iterable, Mapping
from typing import Any

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import full_date
from broker_tui.programmes.families.mastery_register import Slot
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, choice, day, text
from broker_tui.screens.shared_text import remark
from broker_tui.widgets.spans import Line, line

_LABEL = 24


class FoundTeamForm(RecordForm):
    """Name, first day, weeks and weekly day."""

    FORM = "found_team"
    FIRST = "name"
    _name = ""

    def __init__(self, *, draft_key: str | None = None) -> None:
        """A new team."""
        super().__init__(None, draft_key=draft_key)

    def heading(self) -> Line:
        """What it is."""
        return line((_("New course team"), "strong"))

    def fields(self) -> Iterable[Widget]:
        """The little that is needed; the form about the team holds the rest."""
        yield text("name", _("Name"), label_width=_LABEL)
        yield day("t0", _("First teaching day"), self.services.clock.now(), label_width=_LABEL)
        weeks = [(str(n), str(n)) for n in (2, 3, 4)]
        yield choice("weeks", _("Teaching, weeks"), weeks, "4", label_width=_LABEL)
        weekdays = (("mon", _("Mon")), ("tue", _("Tue")), ("wed", _("Wed")), ("thu", _("Thu")), ("fri", _("Fri")))
        yield choice("weekday", _("Weekly day"), weekdays, "wed", label_width=_LABEL)

    def make(self, values: Mapping[str, str]) -> Saved:
        """The team."""
        read = Values(values, self.services.clock.now())
        name, t0 = read.needed("name"), read.needed_day("t0")
        read.check()
        self._name = name
        return self.services.teams.found(name, t0, int(values["weeks"] or 4), values["weekday"] or None)

    def said(self) -> str:
        """Its name."""
        return _("Team written down: {name}").format(name=self._name)


class CallOffForm(RecordForm):
    """Why a day was cancelled."""

    FORM = "call_off"
    FIRST = "reason"
    ENTER_SAVES = True

    def __init__(self, team: str = "", slot: Slot | None = None, *, draft_key: str | None = None) -> None:
        """A day of a team."""
        super().__init__(None, draft_key=draft_key, team=team, day=slot.on.isoformat() if slot is not None else "")
        self._slot = slot
        self._people: tuple[str, ...] = ()

    def prepare(self) -> None:
        """The day of a draft, and who must not be named."""
        self._people = self.services.teams.people(self.args["team"])
        if self._slot is None:
            slots = self.services.teams.sheet(self.args["team"]).timetable.slots
            self._slot = next(one for one in slots if one.on.isoformat() == self.args["day"])

    def heading(self) -> Line:
        """Which day."""
        on = full_date(self._slot.on) if self._slot is not None else ""
        return line((_("Call the day off"), "strong"), (f"   {self.args['team']} · {on}", "muted"))

    def fields(self) -> Iterable[Widget]:
        """Why; no names, for all cases of the team share it."""
        yield text("reason", _("Why"), hint=_("no names"))

    def changed(self, key: str) -> None:
        """A name is mentioned while it is typed."""
        if key in ("", "reason"):
            self.field("reason").nudge = remark(self.field("reason").value, self._people)

    def make(self, values: Mapping[str, str]) -> Saved:
        """The day, cancelled."""
        read = Values(values, self.services.clock.now())
        reason = read.needed("reason")
        read.check()
        slot: Any = self._slot
        return self.services.teams.call_off(self.args["team"], slot, reason)

    def said(self) -> str:
        """Short."""
        return _("Called off")
