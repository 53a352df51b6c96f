"""A named person confirms the step of a case; what is missing is shown, and documentation debt refuses."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _, ngettext, programme_words
from broker_tui.screens.course_forms import CourseForm
from broker_tui.screens.form_fields import Values, choice, day, text
from broker_tui.services.programmes import Standing
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import Line, line

_SHOWN = 4
"""Missing things named; the step board has all."""


class ConfirmStepForm(CourseForm):
    """The step, the name under it, the day."""

    FORM = "confirm_step"
    FIRST = "step"
    DEFAULT_CSS = """
    ConfirmStepForm #stands { margin: 0 0 1 0; max-width: 76; }
    """
    _standing: Standing | None = None

    def prepare(self) -> None:
        """Read the person, and how the case stands."""
        super().prepare()
        self._standing = self.services.programmes.standing(self.args["case_id"], self.clock_today)

    def heading(self) -> Line:
        """What is confirmed."""
        return self.titled(_("Confirm the step"))

    def body(self) -> Iterable[Widget]:
        """How the case stands, and the fields."""
        standing = self._standing
        if standing is not None:
            yield Lines(*stands(standing), wrapped=True, id="stands")
        yield from super().body()

    def fields(self) -> Iterable[Widget]:
        """Which step, who says so, since when."""
        now = self.services.clock.now()
        standing = self._standing
        if standing is None:
            return
        program = self.services.programmes.program(standing.programme)
        steps = [(code, programme_words.both(step)) for code, step in program.steps.items()]
        yield choice("step", _("Step"), steps, standing.evaluation.step)
        yield text("by", _("Confirmed by"), self.services.statements.my_name()).apart()
        yield day("on", _("On"), now, now.date(), "past")

    def make(self, values: Mapping[str, str]) -> Saved:
        """The confirmed step."""
        read = Values(values, self.services.clock.now())
        step, by, on = read.needed_code("step"), read.needed("by"), read.needed_day("on", "past")
        read.check()
        return self.services.statements.confirm_step(self.args["case_id"], step, on, by)

    def said(self) -> str:
        """Whose."""
        return _("Step confirmed on {name}").format(name=self.person)


def stands(standing: Standing) -> list[Line]:
    """What the engine proposes, what is missing to go on, and the debt that holds the confirmation."""
    evaluation, name = standing.evaluation, standing.programme
    found = [line((_("Proposed: "), "muted"), (programme_words.step(name, evaluation.step), "name"))]
    debt = evaluation.doc_debt
    if debt:
        text_ = ngettext(
            "{count} registration is missing; no later step can be confirmed before.",
            "{count} registrations are missing; no later step can be confirmed before.",
            len(debt),
        ).format(count=len(debt))
        found.append(line((f"{glyph('overdue')} ", "err"), text_))
        found += [_missing(obligation.rule) for obligation in debt[:_SHOWN]]
    missing = [group.partition("|")[0] for group in evaluation.missing_exit]
    if missing:
        found.append(line((_("Missing to leave this step:"), "muted")))
        found += [_missing(rule) for rule in missing[:_SHOWN]]
    return found


def _missing(rule: str) -> Line:
    return line((f"{glyph('missing')} ", "warn"), programme_words.demand(rule))
