"""The sheet over Sync that joins a hub with address and code."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.i18n import _
from broker_tui.screens import sync_lines
from broker_tui.screens.base import Reader
from broker_tui.widgets.form import Form
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import TextField


class EnrolSheet(FormSheet[bool | None], Reader):
    """Address and one-time code; closes with True when this laptop has joined."""

    _busy = False

    def heading(self) -> Line:
        """What this is."""
        return line((_("Join the municipality's hub"), "strong"))

    def body(self) -> Iterable[Widget]:
        """Two fields."""
        with Form():
            yield TextField("url", _("Address"), placeholder="https://")
            yield TextField("code", _("Code"))

    def on_mount(self) -> None:
        """Begin with the address."""
        self.query_one(Form).fields()["url"].focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        fields = self.query_one(Form).fields()
        if fields["code"] in event.input.ancestors:
            self.action_done()
        else:
            fields["code"].focus()

    def action_done(self) -> None:
        """Ask the hub."""
        values = self.query_one(Form).values()
        missing = {key: _("Both are needed: the address and the code.") for key in values if not values[key].strip()}
        if self._busy or self.query_one(Form).show_errors(missing):
            return
        self._busy = True
        self.say("", _("Asking the hub …"))
        sync = self.services.sync
        self.read(
            lambda: sync.enrol(values["url"], values["code"]),
            lambda _state: self.dismiss(True),
            group="enrol",
            description="enrol",
            failed=self._failed,
        )

    def _failed(self, error: Exception) -> bool:
        self._busy = False
        sentence = sync_lines.error_sentence(error)
        if sentence is None:
            return False
        self.say("refused", sentence)
        return True
