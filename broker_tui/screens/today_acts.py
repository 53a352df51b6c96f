"""What can be done with a row of Today."""

from collections.abc import Callable
from typing import Any

from broker_tui.domain.views import TodayItem
from broker_tui.i18n import _
from broker_tui.screens import registry, today_rows
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.today_rows import Aside, Day


class TodayActs(PlaceScreen):
    """The acts; the screen says which row the cursor is on."""

    day = Day((), (), anybody=True, whole=False)

    @property
    def item(self) -> TodayItem | None:
        """What the row under the cursor is about, unless it is a draft."""
        raise NotImplementedError

    @property
    def _aside(self) -> Aside | None:
        """The item of the row, when it was left aside."""
        item = self.item
        return next((entry for entry in self.day.aside if item is not None and entry.item.id == item.id), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts on a row need one of the right kind."""
        item = self.item if self.is_mounted and self.query("#rows") else None
        if action in ("visit", "done"):
            return item is not None
        if action == "move_date":
            return item is not None and item.kind != "rule"
        if action == "contact":
            return item is not None and item.citizen_id is not None
        if action == "rule":
            return item is not None and item.kind == "rule"
        if action == "snooze":
            return item is not None and item.case_id is not None
        return super().check_action(action, parameters)

    def action_contact(self) -> None:
        """A contact; it completes the follow-up of the row."""
        item = self.item
        if item is not None and item.citizen_id is not None:
            follow_up = item.record_id if item.kind == "follow_up" else None
            self.broker.new_contact(item.citizen_id, follow_up_id=follow_up)

    def action_visit(self) -> None:
        """A visit to the company of the row."""
        item = self.item
        if item is not None:
            citizens = (item.citizen_id,) if item.citizen_id else ()
            self.broker.new_visit(item.company_id, citizen_ids=citizens)

    def action_move_date(self) -> None:
        """Change the row, beginning with its date."""
        item = self.item
        if item is None or item.kind == "rule":
            return
        if item.kind == "consent":
            self.broker.new_consent(item.citizen_id)
        else:
            self.broker.edit_plan(item.kind, item.record_id, citizen_id=item.citizen_id)

    def action_done(self) -> None:
        """Complete what is agreed, promised or noted; a consent is asked for again, a rule is met by evidence."""
        item = self.item
        if item is None:
            return
        if item.kind in ("consent", "rule"):
            self.broker.do_now(item)
            return
        plans, today, record = self.services.plans, self.clock_today, item.record_id
        complete: dict[str, Callable[[], Any]] = {
            "follow_up": lambda: plans.complete(record, today),
            "promise": lambda: plans.complete_promise(record, today),
            "memo": lambda: plans.complete_memo(record, today),
        }
        name = today_rows.who(item, self.guard)
        self.act(complete[item.kind], _("Done: {who}").format(who=name))

    def action_rule(self) -> None:
        """Read the rule, and why it is due."""
        item = self.item
        if item is not None and item.rule and item.case_id:
            self.broker.open_rule(item.rule, item.case_id)

    def action_snooze(self) -> None:
        """Leave the row aside for a while; one that was left aside comes back."""
        item, aside = self.item, self._aside
        if aside is not None:
            name, fact_id = today_rows.who(aside.item, self.guard), aside.fact_id
            self.act(lambda: self.services.statements.wake(fact_id), _("Back on the list: {who}").format(who=name))
        elif item is not None and item.case_id and item.citizen_id:
            about = {"rule": item.rule} if item.rule else {"what": item.what}
            form = registry.rule_form("snooze", item.citizen_id, case_id=item.case_id, item=item.id, **about)
            self.broker.fill_in(form)

    def action_walk_in(self) -> None:
        """Somebody who is on no caseload yet."""
        self.broker.new_walk_in()

    def action_walk_ins(self) -> None:
        """Those on no caseload yet."""
        self.app.push_screen(registry.walk_ins())
