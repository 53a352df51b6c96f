"""A fact of a programme's vocabulary, written by hand: what closes a rule that no other form closes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from textual.widget import Widget

from broker_tui.domain.views import InvalidInput, Saved
from broker_tui.i18n import _, programme_words
from broker_tui.programmes.definition import FactKind
from broker_tui.screens.closing import Closing, first_values
from broker_tui.screens.course_forms import CourseForm
from broker_tui.screens.fact_fields import LABEL, field_key, fields_of, values_of
from broker_tui.screens.form_fields import Values, day
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import Line, line


class FactForm(CourseForm):
    """One fact: its day, and the fields its kind has."""

    FORM = "fact"
    FIRST = "on"
    DEFAULT_CSS = """
    FactForm #closes { margin: 0 0 1 0; max-width: 76; }
    """

    @property
    def fact_kind(self) -> FactKind:
        """The kind that is written."""
        return self.services.programmes.program(self._programme).kinds[self.args["kind"]]

    @property
    def _programme(self) -> str:
        return str(self.args["rule"]).partition(".")[0]

    @property
    def _closes(self) -> Closing:
        args = self.args
        return Closing(self.about or "", args["case_id"], args["rule"], args["kind"], args.get("obligation", ""))

    def heading(self) -> Line:
        """What is written, and about whom."""
        return self.titled(programme_words.both(self.fact_kind))

    def body(self) -> Iterable[Widget]:
        """What the rule asks, and the fields."""
        asked = programme_words.demand(self.args["rule"])
        yield Lines(line((_("Closes: {demand}").format(demand=asked), "muted")), wrapped=True, id="closes")
        yield from super().body()

    def fields(self) -> Iterable[Widget]:
        """The day, then the kind's own."""
        now = self.services.clock.now()
        yield day("on", _("Date"), now, now.date(), "past", label_width=LABEL)
        yield from fields_of(self.fact_kind, first_values(self.services, self._closes, now.date()), now)

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new fact."""
        now = self.services.clock.now()
        read = Values(values, now)
        on = read.needed_day("on", "past")
        read.check()
        told: dict[str, Any] = values_of(self.fact_kind, values, now)
        try:
            return self.services.statements.add_fact(self.args["case_id"], self.args["kind"], on, told)
        except InvalidInput as error:
            own = self.fact_kind.fields
            faults = (replace(e, field=field_key(e.field)) if e.field in own else e for e in error.errors)
            raise InvalidInput(tuple(faults)) from error

    def said(self) -> str:
        """What, and whose."""
        kind = programme_words.both(self.fact_kind)
        return _("{kind} noted on {name}").format(kind=kind, name=self.person)
