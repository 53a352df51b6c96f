"""Leave something of Today aside until a day, for a reason the card shows."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens.course_forms import CourseForm
from broker_tui.screens.form_fields import Values, day, text
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import Line, line


class SnoozeForm(CourseForm):
    """Until when, and why."""

    FORM = "snooze"
    FIRST = "until"
    ENTER_SAVES = True
    DEFAULT_CSS = """
    SnoozeForm #about { margin: 0 0 1 0; max-width: 76; }
    """
    _until = ""

    def heading(self) -> Line:
        """Whose."""
        return self.titled(_("Leave aside"))

    def body(self) -> Iterable[Widget]:
        """What is left aside, and the fields."""
        yield Lines(self._what(), wrapped=True, id="about")
        yield from super().body()

    def _what(self) -> Line:
        if self.args.get("rule"):
            from broker_tui.i18n import programme_words

            return line((programme_words.demand(self.args["rule"]), "muted"))
        return self.guard.note(str(self.args.get("what") or ""), "muted")

    def guard_changed(self) -> None:
        """Hide the words too."""
        super().guard_changed()
        self.query_one("#about", Lines).update(self._what())

    def fields(self) -> Iterable[Widget]:
        """The day it comes back, the reason."""
        yield day("until", _("Until"), self.services.clock.now())
        yield text("reason", _("Why"))

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new word about the item."""
        read = Values(values, self.services.clock.now())
        until, reason = read.needed_day("until"), read.needed("reason")
        read.check()
        self._until = short_date(until)
        return self.services.statements.snooze(self.args["case_id"], self.args["item"], until, reason)

    def said(self) -> str:
        """When it comes back."""
        return _("Left aside until {day}: {name}").format(day=self._until, name=self.person)
