"""What the programme suggests to ask about, beside the note where there is room, otherwise under a key."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands import forms as commands
from broker_tui.i18n import _
from broker_tui.i18n.programme_words import both
from broker_tui.screens import registry
from broker_tui.screens.form_base import RecordForm
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, line

HIDDEN = "contact.prompts_hidden"
"""Setting of this vault: the broker does not want to see them beside the note."""


class PromptedForm(RecordForm):
    """A form about a person with prompts; it says whose case it is by `prompted_case`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(commands.PROMPTS)
    DEFAULT_CSS = """
    PromptedForm #prompted { height: auto; }
    PromptedForm #prompts { display: none; width: 36; height: auto; max-height: 20; margin: 0 0 0 3; }
    PromptedForm.-wide.-prompted #prompts, PromptedForm.-broad.-prompted #prompts { display: block; }
    """
    _prompts: tuple[str, ...] = ()

    @property
    def prompted_case(self) -> str | None:
        """The case the prompts are for."""
        return None

    def body(self) -> Iterable[Widget]:
        """The fields, the prompts beside them."""
        with Horizontal(id="prompted"):
            yield from super().body()
            with VerticalScroll(id="prompts", can_focus=False):
                yield Lines(wrapped=True, id="prompt-lines")

    def on_mount(self) -> None:
        """Read them once the form can be written in."""
        case_id, services = self.prompted_case, self.services
        if case_id is None:
            return

        def work() -> tuple[tuple[str, ...], bool]:
            found = tuple(both(prompt) for prompt in services.forms.prompts(case_id))
            return found, bool(services.settings.get(HIDDEN, False))

        self.read(work, self._show_prompts, group="prompts", description="read prompts", failed=lambda _error: True)

    def _show_prompts(self, found: tuple[tuple[str, ...], bool]) -> None:
        self._prompts, hidden = found
        self.query_one("#prompt-lines", Lines).update(line((_("What to ask about"), "strong")), EMPTY, *self._told())
        self.set_class(bool(self._prompts) and not hidden, "-prompted")
        self.refresh_bindings()

    def _told(self) -> list[Line]:
        return [row for prompt in self._prompts for row in (line((prompt, "muted")), EMPTY)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a key only where there is something to ask about."""
        return bool(self._prompts) if action == "prompts" else super().check_action(action, parameters)

    def action_prompts(self) -> None:
        """Show or hide them, which is remembered; without room beside the note they are shown over it."""
        if self.app.size.width < 116:
            self.app.push_screen(registry.read_sheet(line((_("What to ask about"), "strong")), self._told()))
            return
        hidden, settings = self.has_class("-prompted"), self.services.settings
        self.set_class(not hidden, "-prompted")
        self.read(
            lambda: settings.set(HIDDEN, hidden),
            lambda _nothing: None,
            group="settings",
            description="remember the prompts",
            alone=False,
        )
