"""The lock screen: empty page, one field, two lines of truth. It says nothing about anybody."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from broker_tui.commands import bindings_of
from broker_tui.commands.entrance import QUIT, RESCUE, UNLOCK
from broker_tui.eventlog import Event
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.format import full_date
from broker_tui.screens import registry
from broker_tui.screens.door import DoorRefused, Session
from broker_tui.screens.reader import Reader
from broker_tui.widgets.bar_input import BarInput
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.key_line import KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, fit, line
from broker_tui.widgets.step_mark import large_mark

if TYPE_CHECKING:
    from broker_tui.rescuing import Rescued

MARK_WIDTH = 15


class UnlockScreen(Screen[None], Reader):
    """One field; the key is derived in a worker thread."""

    DEFAULT_CSS = """
    UnlockScreen > #lock-page { align: center middle; height: 1fr; overflow: hidden; }
    UnlockScreen #lock { width: 50; height: auto; margin: 0 0 1 0; }
    UnlockScreen #lock-error { height: auto; min-height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of((*UNLOCK, *RESCUE, *QUIT))
    AUTO_FOCUS = "#lock-field"

    _opening = False
    _damaged = ""
    """The passphrase, while the caseload is known to be damaged and can be rescued with it."""
    _wait = 0
    _timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The block in the middle, the keys below."""
        with Vertical(id="lock-page"), Vertical(id="lock"):
            yield Lines(*self._head())
            field = BarInput(password=True, id="lock-field", select_on_focus=False)
            field.cursor_blink = False
            yield field
            yield Lines(wrapped=True, id="lock-error")
            yield Lines(*self._truth())
        yield KeyLine()

    def _head(self) -> Iterable[Line]:
        """All lines above the field in one widget: each further one is waited for."""
        app = self.broker
        beside = (EMPTY, line((_("broker"), "strong")), line((_("cases and plans, also offline"), "muted")))
        for mark, words in zip(large_mark(), beside, strict=True):
            yield fit(mark, MARK_WIDTH) + words
        yield from (EMPTY, EMPTY)
        yield line((_("The caseload is locked"), "strong"))
        yield line((f"{full_date(app.today)} {glyph('separator')} {app.door.device_name}", "muted"))
        yield EMPTY
        yield line((_("Passphrase"), "muted"))

    def _truth(self) -> Iterable[Line]:
        kept = self.broker.door.kept()
        if kept.unsent or kept.drafts:
            changes = ngettext("{count} unsent change", "{count} unsent changes", kept.unsent).format(count=kept.unsent)
            drafts = ngettext("{count} draft", "{count} drafts", kept.drafts).format(count=kept.drafts)
            words = _("{changes} and {drafts} lie safely here").format(changes=changes, drafts=drafts)
        else:
            words = _("Everything is kept here, encrypted")
        yield line((f"{glyph('ok')} ", "ok"), (words, "muted"))
        if kept.sync_before is not None:
            day = full_date(kept.sync_before)
            yield line((f"{glyph('missing')} ", "muted"), (_("Sync before {day}").format(day=day), "muted"))

    def on_mount(self) -> None:
        """Say why we are here, and how long to wait."""
        if self.broker.look.damaged:
            self._refuse(_("The caseload is damaged. Type the passphrase, then Ctrl+E rescues it."))
        elif self.broker.look.shut_out:
            self._refuse(_("This laptop was reported lost. Whoever finds it: tell the jobcenter's IT."))
        elif self.broker.notice:
            self._say(line((f"{glyph('soon')} ", "warn"), (self.broker.notice, "text")))
        if self.broker.offered:
            with self.prevent(Input.Changed):
                self._field.value = self.broker.offered
            if not self.broker.notice:
                self.action_open()
        self.call_after_refresh(self._ask_patience)

    def _ask_patience(self) -> None:
        # The thread loads what knows the attempts; it would take the time of the first picture.
        self.call_after_refresh(
            self.read, self.broker.door.wait, self._be_patient, group="wait", description="read attempts"
        )

    @property
    def _field(self) -> BarInput:
        return self.query_one("#lock-field", BarInput)

    def _say(self, content: Line) -> None:
        self.query_one("#lock-error", Lines).update(content)

    def _refuse(self, sentence: str) -> None:
        self._say(line((f"{glyph('refused')} {sentence}", "err")))

    def _be_patient(self, found: tuple[int, int]) -> None:
        _failed, self._wait = found
        if self._wait:
            self._count_down()
            if self._timer is None:
                self._timer = self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        self._wait -= 1
        self._count_down()

    def _count_down(self) -> None:
        if self._wait > 0:
            self._refuse(_("Wait {seconds} s before the next attempt.").format(seconds=self._wait))
            return
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._say(EMPTY)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value and not self._wait and not self._opening:
            self._say(EMPTY)

    def action_open(self) -> None:
        """Try the passphrase."""
        self.after_typing(self._open)

    def _open(self) -> None:
        passphrase = self._field.value
        if self._opening or self._wait > 0 or not passphrase:
            return
        self._opening = True
        self._say(line((_("Opening …"), "muted")))
        door = self.broker.door
        self.read(
            lambda: door.unlock(passphrase), self._opened, group="unlock", description="unlock", failed=self._failed
        )

    def _opened(self, session: Session) -> None:
        self._field.value = ""
        self.broker.enter(session)

    def _failed(self, error: Exception) -> bool:
        self._opening = False
        passphrase = self._field.value
        if not isinstance(error, DoorRefused):
            return False
        self._field.value = ""
        self.broker.noted(Event.REFUSED, wrong=error.kind == "wrong", damaged=error.kind == "damaged")
        self._refuse(error.sentence)
        if error.kind == "damaged":
            self._can_be_rescued(passphrase, error.sentence)
        elif error.kind == "wait":
            self._be_patient((0, error.wait))
        elif error.kind == "wrong":
            self.read(self.broker.door.wait, self._after_wrong, group="wait", description="read attempts")
        return True

    def _can_be_rescued(self, passphrase: str, sentence: str) -> None:
        self._damaged = passphrase
        self._refuse(sentence)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Rescue only what is known to be damaged."""
        if action == "rescue":
            return bool(self._damaged) or self.broker.look.damaged
        return super().check_action(action, parameters)

    def action_rescue(self) -> None:
        """Bring the damaged caseload back."""
        passphrase, door = self._damaged or self._field.value, self.broker.door
        if not passphrase or self._opening:
            return
        self._opening, self._damaged = True, ""
        self.refresh_bindings()
        self._say(line((_("Reading what can be read …"), "muted")))

        def told(stage: str, done: int, of: int) -> None:
            self.app.call_from_thread(self._say, line((rescue_words.stage(stage, done, of), "muted")))

        def done(found: "tuple[Session, Rescued]") -> None:
            session, rescued = found
            self._field.value = ""
            self.broker.keep_look(replace(self.broker.look, damaged=False))
            self.broker.noted(Event.RESCUED, operations=rescued.operations, lost=rescued.lost, sure=rescued.sure)

            def tell() -> None:
                self.broker.push_screen(registry.rescued(rescued))

            self.broker.enter(session, tell)

        from broker_tui.i18n import rescue_words

        self.read(
            lambda: door.rescue(passphrase, told), done, group="unlock", description="rescue", failed=self._failed
        )

    def _after_wrong(self, found: tuple[int, int]) -> None:
        if found[1]:
            self.set_timer(1.0, lambda: self._be_patient((found[0], max(0, found[1] - 1))))

    def action_show(self) -> None:
        """Show or hide what is typed."""
        self._field.password = not self._field.password

    def action_recover(self) -> None:
        """Use the code on paper."""

        def done(session: Session | None) -> None:
            if session is not None:
                self.broker.enter(session)
                self.broker.answer("ok", _("The new passphrase is set; the recovery code stays valid."))

        from broker_tui.screens.recover import RecoverSheet

        self.app.push_screen(RecoverSheet(), done)
