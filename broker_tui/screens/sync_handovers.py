"""What Sync does with hand-overs: answer an offer, take one back, empty the box, read the pack."""

from typing import Any

from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.handovers import COMMANDS
from broker_tui.domain.pack import Pack
from broker_tui.domain.views import Late, Offer
from broker_tui.i18n import _
from broker_tui.screens import handover_lines, registry
from broker_tui.screens.base import PlaceScreen
from broker_tui.widgets.sheet import Question

BINDINGS: list[BindingType] = bindings_of(COMMANDS)


class HandoverActs(PlaceScreen):
    """The acts; the screen says what it has read and which row the cursor is on."""

    @property
    def row_key(self) -> str:
        """The row under the cursor."""
        raise NotImplementedError

    @property
    def read_offers(self) -> tuple[Offer, ...]:
        """The offers in the list."""
        raise NotImplementedError

    @property
    def read_late(self) -> tuple[Late, ...]:
        """The hand-over box."""
        raise NotImplementedError

    @property
    def offer(self) -> Offer | None:
        """The offer under the cursor."""
        return next((one for one in self.read_offers if self.row_key == f"{handover_lines.OFFER}{one.id}"), None)

    @property
    def late(self) -> Late | None:
        """What is under the cursor in the box."""
        wanted = self.row_key.removeprefix(handover_lines.LATE)
        return next((one for one in self.read_late if one.difference.conflict_id == wanted), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for the row under the cursor."""
        handing = self.may_hand_over(action)
        return super().check_action(action, parameters) if handing is None else handing

    def may_hand_over(self, action: str) -> bool | None:
        """Whether a key of hand-overs works here; None for other actions."""
        offer = self.offer
        if action in ("accept", "decline"):
            return offer is not None and offer.incoming and offer.state == "offered"
        if action == "withdraw_offer":
            return offer is not None and not offer.incoming and offer.state == "offered"
        if action == "pack":
            return offer is not None and offer.incoming and offer.state == "accepted" and not offer.waits
        if action in ("take_in", "put_away"):
            return self.late is not None
        return None

    def open_handover(self) -> bool:
        """Show the row under the cursor in full; False when it is none of these."""
        offer, late, today = self.offer, self.late, self.clock_today
        if offer is not None and self.may_hand_over("pack"):
            self.action_pack()
        elif offer is not None:
            self.app.push_screen(registry.read_sheet(*handover_lines.offer_in_full(offer, today, self.guard)))
        elif late is not None:
            self.app.push_screen(registry.read_sheet(*handover_lines.late_in_full(late, today, self.guard)))
        else:
            return False
        return True

    def action_accept(self) -> None:
        """Take the case over, after a question: it cannot be undone, only offered back."""
        offer, handovers = self.offer, self.services.handovers
        if offer is None:
            return
        question = _("Take this case over? It is yours from then on.")

        def answered(yes: bool | None) -> None:
            if yes:
                sentence = _("Yours with the next sync: {name}").format(name=self.guard.name(offer.who))
                self.act(lambda: handovers.accept(offer.id), sentence, undo=False)

        self.app.push_screen(Question(question, "o", _("take over"), _("not now"), opened_by="y"), answered)

    def action_decline(self) -> None:
        """Say no, with a word about why."""
        if self.offer is not None:
            self.broker.fill_in(registry.decline_form(self.offer.id))

    def action_withdraw_offer(self) -> None:
        """Take an own offer back."""
        offer, handovers = self.offer, self.services.handovers
        if offer is not None:
            sentence = _("The offer is taken back: {name}").format(name=self.guard.name(offer.who))
            self.act(lambda: handovers.withdraw(offer.id), sentence, undo=False)

    def action_pack(self) -> None:
        """What there is to know before the first meeting."""
        if self.offer is not None:
            show_pack(self, self.offer.citizen_id)

    def action_take_in(self) -> None:
        """Let it be as the colleague wanted it."""
        late, handovers = self.late, self.services.handovers
        if late is not None:
            conflict_id = late.difference.conflict_id
            self.act(lambda: handovers.take_in(conflict_id), _("Taken in."), undo=False)

    def action_put_away(self) -> None:
        """Leave everything as it is."""
        late, handovers = self.late, self.services.handovers
        if late is not None:
            conflict_id = late.difference.conflict_id
            sentence = _("Put away; it stays in the history.")
            self.act(lambda: handovers.put_away(conflict_id), sentence, undo=False)


def show_pack(screen: Any, citizen_id: str) -> None:
    """Read the hand-over pack of a person over `screen`; looking is noted."""
    services, today = screen.services, screen.clock_today

    def work() -> Pack:
        found: Pack = services.handovers.pack(citizen_id)
        services.trail.opened(citizen_id)
        return found

    def show(found: Pack) -> None:
        screen.app.push_screen(registry.read_sheet(*handover_lines.pack_in_full(found, today, screen.guard)))

    screen.read(work, show, group="pack", description="read the hand-over pack")
