"""One rule in full, the people it touches, and why it is or is not due for one of them."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.rules import PAGE
from broker_tui.domain.views import NotFound
from broker_tui.i18n import _, programme_words, words
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.rule_lines import for_case, whole
from broker_tui.screens.rules_read import RulePicture, Seen, Touched, read_rule, read_seen
from broker_tui.screens.step_lines import sign_of
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import blank, fit, line

_READING = 76
"""Cells a sentence may be wide."""


class RulePage(PlaceScreen):
    """The text is in the list, so that arrows read on; on a person the block says how it stands for them."""

    DEFAULT_CSS = """
    RulePage #rule-body { height: 1fr; }
    RulePage #rule-why { height: 6; padding: 0 3; margin: 1 0 0 0; scrollbar-size: 0 0; }
    RulePage #rule-beside { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; scrollbar-size: 0 0; }
    RulePage.-wide #rule-beside, RulePage.-broad #rule-beside { display: block; }
    RulePage.-broad #rule-beside { width: 60; }
    RulePage.-wide #rule-why, RulePage.-broad #rule-why { display: none; }
    RulePage:ansi #rule-beside { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(PAGE)
    reads = frozenset({"contact", "fact", "placement", "hours", "goal", "consent", "case", "citizen", "follow_up"})

    def __init__(self, rule: str, case_id: str = "") -> None:
        """Show a rule, seen from a case."""
        super().__init__()
        self.about_rule = rule
        self.programme = rule.partition(".")[0]
        self._case_id = case_id
        self._picture: RulePicture | None = None
        self._seen: Seen | None = None

    def body(self) -> Iterable[Widget]:
        """The rule with its people; how it stands for one of them."""
        with Horizontal(id="rule-body"):
            yield RowList(id="rows")
            with VerticalScroll(id="rule-beside", can_focus=False):
                yield Lines(id="beside-lines")
        with VerticalScroll(id="rule-why", can_focus=False):
            yield Lines(id="why-lines")

    def load(self) -> None:
        """Read the rule and its people."""
        services, rule, today = self.services, self.about_rule, self.clock_today
        self.read(
            lambda: read_rule(services, rule, today),
            self._show,
            group="rule",
            description="read the rule",
            failed=self._gone,
        )
        self._ask(self._case_id)

    def _gone(self, _error: Exception) -> bool:
        rows = self.query_one("#rows", RowList)
        named = words.badge(self.programme)
        text = _("The rules of {programmes} cannot be used; what they ask is not here.").format(programmes=named)
        rows.set_empty(line((text, "muted")))
        return True

    def _show(self, picture: RulePicture) -> None:
        self._picture = picture
        self.redraw()

    def _ask(self, case_id: str) -> None:
        if not case_id:
            return
        services, rule, today = self.services, self.about_rule, self.clock_today

        def show(seen: Seen) -> None:
            self._seen = seen
            self._show_why()
            self.refresh_bindings()

        self.read(
            lambda: read_seen(services, rule, case_id, today),
            show,
            group="seen",
            description="why it is due",
            failed=lambda error: isinstance(error, NotFound),
        )

    def redraw(self) -> None:
        """Text, people, and the one person."""
        picture = self._picture
        if picture is None:
            return
        name = programme_words.name_of(picture.program)
        self.set_title(line((name, "strong")), line((picture.rule.source, "muted")))
        rows = self.query_one("#rows", RowList)
        cells = min(_READING, rows.size.width - 6)
        text = whole(picture.rule, picture.program, cells)
        items: list[Item] = [Row(f"text:{number}", content=content) for number, content in enumerate(text)]
        items.append(Heading(_("My people"), str(len(picture.touched))))
        items += [self._person(number, found) for number, found in enumerate(picture.touched)]
        if not picture.touched:
            items.append(Row("nobody", content=line((_("It asks nothing of anybody now."), "muted"))))
        rows.set_rows(items)
        self._show_why()

    def _person(self, number: int, found: Touched) -> Row:
        sign, role = sign_of(found.obligation)
        name = fit(line((self.guard.name(found.name), "name")), 20)
        status = line(programme_words.status(found.obligation))
        return Row(f"case:{number}:{found.case_id}", content=name + blank(2) + status, sign=sign, sign_role=role)

    def _show_why(self) -> None:
        seen = self._seen
        for lines, cells in ((self.query_one("#why-lines", Lines), 74), (self.query_one("#beside-lines", Lines), 38)):
            told = for_case(self.guard.name(seen.name), seen.explanation, cells) if seen is not None else []
            lines.update(*told)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """On a person: how it stands for them."""
        event.stop()
        kind, _colon, rest = (event.key or "").partition(":")
        if kind == "case":
            self._ask(rest.partition(":")[2])

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open the person."""
        event.stop()
        kind, _colon, rest = event.key.partition(":")
        if kind == "case" and self._picture is not None:
            self.broker.open_citizen(self._picture.touched[int(rest.partition(":")[0])].citizen_id, "step")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Something can be recorded for somebody."""
        if action == "done":
            return self._seen is not None
        return super().check_action(action, parameters)

    def action_done(self) -> None:
        """Write down what closes it for the person shown."""
        seen = self._seen
        if seen is not None:
            key = seen.explanation.obligations[0].key if seen.explanation.obligations else ""
            self.broker.close_rule(seen.citizen_id, seen.case_id, self.about_rule, key)

    def action_list(self) -> None:
        """All rules of the programme."""
        self.broker.open_rules(self.programme)
