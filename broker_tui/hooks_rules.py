"""Ways from anything the programmes ask to what closes it, and to the rule itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App

from broker_tui.i18n import _
from broker_tui.screens import registry
from broker_tui.screens.reading import Reading
from broker_tui.screens.registry import Form, Outcome

if TYPE_CHECKING:
    from datetime import date

    from broker_tui.domain.views import TodayItem
    from broker_tui.screens.closing import Closing
    from broker_tui.services import Services
    from broker_tui.widgets.guard import Guard

_OFFERED = ("rule", "follow_up", "consent")
"""Kinds of items that can be done with a form."""


class RuleHooks(App[None], Reading):
    """Mixed into the app."""

    guard: "Guard"

    @property
    def services(self) -> "Services":
        """The use cases of the open caseload."""
        raise NotImplementedError

    @property
    def today(self) -> "date":
        """The date the program works with."""
        raise NotImplementedError

    def answer(
        self, sign: str, sentence: str, *, undo: bool = False, offer: Callable[[], object] | None = None
    ) -> None:
        """Say `sentence` on the page."""
        raise NotImplementedError

    def fill_in(self, form: Form, then: Callable[[Outcome], None] | None = None) -> None:
        """Show a form; say what it did."""
        raise NotImplementedError

    def new_contact(self, citizen_id: str | None = None, *, follow_up_id: str | None = None, begin: str = "") -> None:
        """A contact with a person."""
        raise NotImplementedError

    def new_consent(self, citizen_id: str | None = None) -> None:
        """A consent."""
        raise NotImplementedError

    def open_rule(self, rule: str, case_id: str = "") -> None:
        """The rule in full, seen from a case."""
        self.push_screen(registry.rule_page(rule, case_id))

    def open_rules(self, programme: str = "") -> None:
        """What the programmes ask, rule by rule."""
        if not any(screen.id == "rules" for screen in self.screen_stack):
            self.push_screen(registry.rules(programme))

    def action_rules(self) -> None:
        """All programmes, beginning at the one of the person in front."""
        self.open_rules(getattr(self.screen, "programme", ""))

    def do_now(self, item: "TodayItem") -> None:
        """The form that closes an item of Today."""
        if item.kind != "rule":
            self._do(item, None)
        elif item.rule and item.case_id and item.citizen_id:
            self.close_rule(item.citizen_id, item.case_id, item.rule, item.record_id.partition("@")[2])

    def close_rule(self, citizen_id: str, case_id: str, rule: str, key: str = "") -> None:
        """The form that closes a rule for a case."""
        from broker_tui.screens.closing import closing_of

        services = self.services
        self.read(
            lambda: closing_of(services, citizen_id, case_id, rule, key),
            lambda closing: self._close(closing, rule, case_id),
            group="closing",
            description="what closes a rule",
        )

    def contact_for(self, rule: str) -> str:
        """The word a contact begins with that the rule counts."""
        from broker_tui.screens.contact_presets import preset_for

        return preset_for(self.services.programmes.contacts_for(rule))

    def _close(self, closing: "Closing | None", rule: str, case_id: str) -> None:
        if closing is None:
            self.open_rule(rule, case_id)
            self.answer("missing", _("Nothing written here closes it; the rule says what does."))
        elif closing.kind == "contact":
            self.new_contact(closing.citizen_id, begin=self.contact_for(rule))
        else:
            self.fill_in(closing.form(), lambda done: self.offer_also_due(closing.citizen_id, done))

    def _do(self, item: "TodayItem", closing: "Closing | None") -> None:
        if item.kind == "rule":
            self._close(closing, item.rule or "", item.case_id or "")
        elif item.kind == "consent":
            self.new_consent(item.citizen_id)
        else:
            self.new_contact(item.citizen_id, follow_up_id=item.record_id)

    def offer_also_due(self, citizen_id: str, done: Outcome) -> None:
        """After something was logged: what else is due for the same person, to be done with the next key."""
        if done.tx is None:
            return
        services, today = self.services, self.today

        def work() -> "tuple[TodayItem, Closing | None] | None":
            from broker_tui.screens.closing import closing_of

            for item in services.today.also_due(citizen_id, today):
                if item.kind in _OFFERED:
                    closing = None
                    if item.kind == "rule" and item.rule and item.case_id:
                        key = item.record_id.partition("@")[2]
                        closing = closing_of(services, citizen_id, item.case_id, item.rule, key)
                        if closing is None:
                            continue
                    return item, closing
            return None

        def offer(found: "tuple[TodayItem, Closing | None] | None") -> None:
            if found is None:
                return
            from broker_tui.i18n import words

            item, closing = found
            what = words.what(item) if item.kind in ("rule", "consent") else self.guard.words(item.what)
            said = done.sentence.partition(",")[0]  # the day agreed next gives way to what is due now
            sentence = _("{said}. Also due: {what}").format(said=said, what=what)
            self.answer(done.sign, sentence, offer=lambda: self._do(item, closing))

        self.read(work, offer, group="offer", description="what else is due")
