"""What people say about a rule of a case: the broker explains it, somebody with authority waives it, or what lies
before this program is settled. None of it counts as done."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _, programme_words
from broker_tui.programmes.evaluators.settle import WAIVER_ROLES
from broker_tui.screens.course_forms import CourseForm
from broker_tui.screens.form_fields import Values, choice, day, text
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import Line, line

_USUAL_DAYS = 14
"""How long an explanation holds unless the broker says otherwise, in days."""


class RuleForm(CourseForm):
    """A few words about one rule; `case_id`, `rule` and, where there are several of them, the `obligation`'s key."""

    DEFAULT_CSS = """
    RuleForm #rule { margin: 0 0 1 0; max-width: 76; }
    """

    @property
    def rule(self) -> str:
        """The rule's id."""
        return str(self.args["rule"])

    @property
    def obligation(self) -> str:
        """Which of the rule's obligations."""
        return str(self.args.get("obligation") or "")

    def body(self) -> Iterable[Widget]:
        """What the rule demands, and the fields."""
        yield Lines(line((programme_words.demand(self.rule), "muted")), wrapped=True, id="rule")
        yield from super().body()


class ExplainForm(RuleForm):
    """The broker explains a recommended rule for a while."""

    FORM = "explain"
    FIRST = "reason"

    def heading(self) -> Line:
        """What is said."""
        return self.titled(_("Explain why it is not done"))

    def fields(self) -> Iterable[Widget]:
        """Why, until when."""
        now = self.services.clock.now()
        yield text("reason", _("Why"))
        yield day("until", _("Holds until"), now, now.date() + timedelta(days=_USUAL_DAYS))

    def make(self, values: Mapping[str, str]) -> Saved:
        """An explanation with a last day."""
        read = Values(values, self.services.clock.now())
        reason, until = read.needed("reason"), read.needed_day("until")
        read.check()
        return self.services.statements.explain_away(self.args["case_id"], self.rule, reason, until, self.obligation)

    def said(self) -> str:
        """Whose."""
        return _("Explained: {name}").format(name=self.person)


class WaiveForm(RuleForm):
    """Somebody with authority, or the lead, waives a rule."""

    FORM = "waive"
    FIRST = "name"

    def heading(self) -> Line:
        """What is said."""
        return self.titled(_("Waive the rule"))

    def fields(self) -> Iterable[Widget]:
        """Who, as what, why, until when."""
        programme = self.rule.partition(".")[0]
        roles = [(code, programme_words.role(programme, code)) for code in WAIVER_ROLES]
        yield text("name", _("Who waives"))
        yield choice("role", _("Role"), roles, "caseworker")
        yield text("reason", _("Why")).apart()
        yield day("until", _("Holds until"), self.services.clock.now(), note=_("empty: for good"))

    def make(self, values: Mapping[str, str]) -> Saved:
        """A waiver under a name."""
        read = Values(values, self.services.clock.now())
        name, reason = read.needed("name"), read.needed("reason")
        role, until = read.needed_code("role"), read.day("until")
        read.check()
        case_id, key = self.args["case_id"], self.obligation
        return self.services.statements.waive(case_id, self.rule, reason, name, role, until, key)

    def said(self) -> str:
        """Whose."""
        return _("Waived: {name}").format(name=self.person)


class SettleForm(RuleForm):
    """What lies before this program: it was met on a day, or it is open."""

    FORM = "settle"
    FIRST = "state"

    def heading(self) -> Line:
        """What is settled."""
        return self.titled(_("Before this program: how does it stand?"))

    def fields(self) -> Iterable[Widget]:
        """Met or open, since when."""
        now = self.services.clock.now()
        yield choice("state", _("It is"), (("met", _("met")), ("open", _("still open"))), "met")
        yield day("on", _("Date"), now, now.date(), "past")

    def make(self, values: Mapping[str, str]) -> Saved:
        """A word about the time before."""
        read = Values(values, self.services.clock.now())
        state, on = read.needed_code("state"), read.needed_day("on", "past")
        read.check()
        return self.services.statements.settle(self.args["case_id"], self.rule, state, on, self.obligation)

    def said(self) -> str:
        """Whose."""
        return _("Settled: {name}").format(name=self.person)
