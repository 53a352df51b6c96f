"""The way in with the recovery code on paper, which ends with a new passphrase."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.i18n import _
from broker_tui.screens.base import Reader
from broker_tui.screens.door import DoorRefused, Session
from broker_tui.screens.strength import strength_line
from broker_tui.widgets.form import Form
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import MaskedField, TextField


class RecoverSheet(FormSheet[Session | None], Reader):
    """The code on paper and a new passphrase."""

    def heading(self) -> Line:
        """What this is."""
        return line((_("Open with the recovery code"), "strong"))

    def body(self) -> Iterable[Widget]:
        """Code, new passphrase and how good it is."""
        with Form():
            yield TextField("code", _("Code"), label_width=18, placeholder="XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
            yield MaskedField("new", _("New passphrase"), label_width=18)
            yield Lines(id="strength")

    def on_mount(self) -> None:
        """Begin with the code."""
        self.query_one(Form).fields()["code"].focus()

    def on_form_edited(self, event: Form.Edited) -> None:
        """Judge the passphrase."""
        self.query_one("#strength", Lines).update(strength_line(self, event.values["new"], 18))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        fields = list(self.query_one(Form).fields().values())
        if fields[-1] in event.input.ancestors:
            self.action_done()
        else:
            self.focus_next()

    def action_done(self) -> None:
        """Open and set the new passphrase."""
        values = self.query_one(Form).values()
        door = self.broker.door
        self.say("", _("Opening …"))
        self.read(
            lambda: door.recover(values["code"], values["new"]),
            self.dismiss,
            group="unlock",
            description="recover",
            failed=self._failed,
        )

    def _failed(self, error: Exception) -> bool:
        if not isinstance(error, DoorRefused):
            return False
        self.query_one(Form).show_errors({"new" if error.kind == "weak" else "code": error.sentence})
        self.say("refused", error.sentence)
        return True
