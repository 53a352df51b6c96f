"""What every screen may ask of the app; apart from the frame of the pages, which the lock screen does not load."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from broker_tui.screens.reading import Reading
from broker_tui.widgets.guard import Guard

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp
    from broker_tui.services import Services


class Reader(Reading):
    """The app's parts a screen needs; mixed into pages and sheets.

    It stands last among the bases: Textual takes styles from the first one only.
    """

    @property
    def broker(self) -> "BrokerApp":
        """The app."""
        return cast("BrokerApp", self.app)

    @property
    def services(self) -> "Services":
        """The use cases of the open caseload."""
        return self.broker.services

    @property
    def guard(self) -> Guard:
        """How names, notes and numbers are shown now."""
        return self.broker.guard

    @property
    def clock_today(self) -> date:
        """The date the program works with."""
        return self.broker.today

    @property
    def too_late(self) -> bool:
        """As the app says."""
        return self.broker.too_late

    def explain(self, error: Exception) -> bool:
        """Answer with a sentence for an error that is nobody's mistake; False for all others."""
        return self.broker.explain(error)

    def after_typing(self, go_on: Callable[[], object]) -> None:
        """Go on once the field has taken every key typed before: a priority key would overtake them."""
        (self.app.focused or self.app).call_later(go_on)

    def act(self, work: Callable[[], Any], sentence: str, *, undo: bool = True) -> None:
        """Change something in a thread and say `sentence` when it is saved."""
        self.read(
            work,
            lambda _saved: self.broker.answer("ok", sentence, undo=undo),
            group="act",
            description="save",
            alone=False,
        )
