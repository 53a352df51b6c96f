"""Short forms about cases that go to a colleague: offer one, decline one, let somebody stand in."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens.course_forms import CourseForm
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, choice, day, text
from broker_tui.widgets.spans import Line, line


class HandoverForm(CourseForm):
    """Offer a case to a colleague."""

    FORM = "handover"
    FIRST = "text"
    _to = ""

    def heading(self) -> Line:
        """Whose case."""
        return self.titled(_("Hand the case over"))

    def fields(self) -> Iterable[Widget]:
        """To whom, and the words they see before they say yes."""
        me = self.services.me.staff_id
        people = {one: name for one, name in self.services.people.colleagues().items() if one != me}
        yield choice("to", _("To"), people.items(), next(iter(people), None))
        yield text("who", _("Shown as"), self.card.citizen.record.name if self.card else "")
        yield text("text", _("Good to know"))

    def make(self, values: Mapping[str, str]) -> Saved:
        """The offer."""
        read = Values(values, self.services.clock.now())
        to_id = read.needed_code("to")
        read.check()
        self._to = self.services.people.colleagues().get(to_id, "")
        return self.services.handovers.offer(self.about or "", to_id, read.text("text"), read.text("who"))

    def said(self) -> str:
        """To whom."""
        return _("Offered to {name}; they are asked after the next sync").format(name=self._to)


class DeclineForm(RecordForm):
    """Say no to a case, with a word about why."""

    FORM = "decline"
    ENTER_SAVES = True

    def heading(self) -> Line:
        """Whose case."""
        return line((_("Decline the hand-over"), "strong"), (f"   {self.guard.name(self._who)}", "name"))

    @property
    def _who(self) -> str:
        found = self.services.handovers.incoming()
        return next((one.who for one in found if one.id == self.about), "")

    def fields(self) -> Iterable[Widget]:
        """Why."""
        yield text("reason", _("Why"))

    def make(self, values: Mapping[str, str]) -> Saved:
        """The answer."""
        return self.services.handovers.decline(self.about or "", values.get("reason"))

    def said(self) -> str:
        """That it stays."""
        return _("Declined; the case stays where it is")


class SubstituteForm(RecordForm):
    """A colleague sees cases from one day to another: this one, or all of one's own."""

    FORM = "substitute"
    FIRST = "staff_id"
    _said = ""

    def prepare(self) -> None:
        """Read the person."""
        card = self.services.people.card(self.about, self.clock_today) if self.about else None
        self._person = card.citizen.record.name if card else ""

    def heading(self) -> Line:
        """What it is."""
        return line((_("Somebody stands in"), "strong"), (f"   {self.guard.name(self._person)}", "name"))

    def fields(self) -> Iterable[Widget]:
        """Who, for which cases, which days."""
        now, me = self.services.clock.now(), self.services.me.staff_id
        people = {one: name for one, name in self.services.people.colleagues().items() if one != me}
        yield choice("staff_id", _("Colleague"), people.items(), next(iter(people), None))
        if self.about:
            which = (("one", _("this case")), ("all", _("all my cases")))
            yield choice("which", _("Which"), which, "one")
        yield day("start", _("From"), now, now.date())
        yield day("end", _("Until"), now)

    def make(self, values: Mapping[str, str]) -> Saved:
        """One role per case."""
        read = Values(values, self.services.clock.now())
        staff_id, start, end = read.needed_code("staff_id"), read.needed_day("start"), read.needed_day("end")
        read.check()
        one = [self.about] if self.about and values.get("which") != "all" else None
        saved = self.services.handovers.stand_in(staff_id, start, end, one)
        name = self.services.people.colleagues().get(staff_id, "")
        self._said = _("{name} stands in until {day}").format(name=name, day=short_date(end))
        return saved

    def said(self) -> str:
        """Who, until when."""
        return self._said
