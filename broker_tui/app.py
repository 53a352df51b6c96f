"""The app: which page is shown, what works everywhere, and the ways in and out. Wiring only."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen

from broker_tui.background import BackgroundSync, ChangeRelay, SyncMoved
from broker_tui.commands import bindings_of
from broker_tui.commands.everywhere import COMMANDS
from broker_tui.config.look import Look
from broker_tui.domain.clock import Clock
from broker_tui.eventlog import Event
from broker_tui.hooks import Hooks
from broker_tui.i18n import _, use
from broker_tui.i18n.format import clock
from broker_tui.noting import Noting
from broker_tui.safe_app import CrashSafeApp
from broker_tui.screens import registry
from broker_tui.screens.door import Door, Session
from broker_tui.screens.reading import Reading
from broker_tui.self_lock import SelfLock
from broker_tui.ways_in import WaysIn
from broker_tui.ways_out import WaysOut
from broker_tui.widgets.base_app import DesignApp
from broker_tui.widgets.glyphs import glyph, set_level
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.spans import line

if TYPE_CHECKING:
    from broker_tui.domain.views import SyncState
    from broker_tui.services import Services
    from broker_tui.services.ports import ChangeNote
    from broker_tui.widgets.places_bar import Place, PlacesBar
    from broker_tui.widgets.sheet import Sheet

AFTER_PAINT = 0.1
"""Seconds the terminal gets for the first picture before anything else is loaded."""
_BASE_DEPTH = 2
"""The lock screen, emptied, and the place; what lies above is a card, a sheet or a menu."""
_PLACES: dict[str, Callable[[], Screen[None]]] = {
    "today": registry.today,
    "caseload": registry.caseload,
    "companies": registry.companies,
    "sync": registry.sync,
}
_INSIDE = {"place", "sync", "find", "new", "guard", "undo", "settings", "lock", "palette", "import_files"}
_INSIDE |= {"drafts", "history", "rules", "export"}  # what needs an open caseload


@dataclass
class DataChanged(Message):
    """Something was committed, here or by sync."""

    note: "ChangeNote"


class BrokerApp(WaysIn, WaysOut, SelfLock, Noting, Hooks, CrashSafeApp[None], DesignApp, Reading):
    """The program on the screen.

    Args:
        door: the closed caseload.
        clock: the program's idea of now.
        look: language, theme and signs, known before the caseload is open.
        home: where the look is kept; None keeps it nowhere.
        notice: a sentence for the first screen (why the program started again).
        offered: the passphrase of the demo, filled in on the lock screen.
        keymap: other keys by command id, checked before.
        problems: sentences about settings that were not taken.
    """

    TITLE = "broker"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    def __init__(
        self,
        door: Door,
        clock: Clock,
        look: Look,
        *,
        home: Path | None = None,
        notice: str = "",
        offered: str = "",
        keymap: dict[str, str] | None = None,
        problems: tuple[str, ...] = (),
        no_color: bool | None = None,
    ) -> None:
        use(look.language)
        set_level(look.glyphs)
        super().__init__(theme=look.theme, no_color=no_color)
        self.door = door
        self.clock = clock
        self.look = look
        self.home = home
        self.guard = Guard(look.discreet)
        self.notice = notice
        self.offered = offered
        self.problems = problems
        self.session: Session | None = None
        self.entered = False
        self._leaving = False
        self.painted: Callable[[], None] | None = None
        self.sync_state: SyncState | None = None
        self.note_into(home)
        self.background = BackgroundSync(self)
        self.changes = ChangeRelay(self)
        self._keymap_wanted = keymap or {}
        self._places_shown: tuple[str, ...] = ()

    # State

    @property
    def services(self) -> "Services":
        """The use cases of the open caseload."""
        if self.session is None:
            raise RuntimeError("the caseload is closed")
        return self.session.services

    @property
    def too_late(self) -> bool:
        """Whether the program is about to end, with everything kept and closed."""
        return self._leaving

    @property
    def today(self) -> date:
        """The date the program works with."""
        return self.clock.today()

    @property
    def at_place(self) -> bool:
        """Whether a place is in front, with nothing behind it."""
        return len(self.screen_stack) <= _BASE_DEPTH

    @property
    def place(self) -> str:
        """Id of the place in front, also under cards and sheets; empty before the caseload is open."""
        base = self.screen_stack[_BASE_DEPTH - 1] if len(self.screen_stack) >= _BASE_DEPTH else None
        return next((name for name, screen in self._installed_screens.items() if screen is base), "")

    def places(self) -> "tuple[Place, ...]":
        """The places this program has, with their keys and names."""
        from broker_tui.widgets.places_bar import Place

        names = {"today": _("Today"), "caseload": _("Caseload"), "companies": _("Companies"), "sync": _("Sync")}
        keys = {"today": "F2", "caseload": "F3", "companies": "F4", "sync": "F7"}
        return tuple(Place(place, keys[place], name) for place, name in names.items() if registry.exists(place))

    # In

    def get_default_screen(self) -> Screen[None]:
        """The lock screen, or the first run; nothing heavy is loaded before it is painted."""
        return registry.unlock() if self.door.exists() else registry.first_run()

    def on_mount(self) -> None:
        """Keys as the person wants them."""
        if self._keymap_wanted:
            self.set_keymap(self._keymap_wanted)

    def on_ready(self) -> None:
        """The first picture stands: do what waited for it, and load what comes after the passphrase."""
        if self.painted is not None:
            self.painted()
        if self.door.exists():
            self.noted(Event.STARTED)
        self.set_timer(AFTER_PAINT, self._load_ahead, name="load ahead")

    def _load_ahead(self) -> None:
        if not self.entered:
            threading.Thread(target=self.door.load, name="load ahead", daemon=True).start()

    def tell_change(self, note: "ChangeNote") -> None:
        """Something was committed, on whatever thread."""
        self.post_message(DataChanged(note))

    # Places

    def go(self, place: str) -> None:
        """Go to a place; cards and menus above the former one are closed, drafts are kept."""
        self._close_above()
        if self.place != place:
            self._show_place(place)

    def _close_above(self) -> None:
        self.flush_drafts()
        while len(self.screen_stack) > _BASE_DEPTH:
            self.pop_screen()

    def _show_place(self, place: str) -> None:
        if not self.is_screen_installed(place):
            self.install_screen(_PLACES[place](), place)
        if len(self.screen_stack) < _BASE_DEPTH:
            self.push_screen(place)
        else:
            self.switch_screen(place)

    def renew(self) -> None:
        """Make every page afresh: the language changed."""
        self._close_above()
        shown = self.place or "today"
        former = [self._installed_screens.pop(name) for name in list(self._installed_screens)]
        self._show_place(shown)
        for screen in former:
            if isinstance(screen, Screen) and screen.is_attached and screen not in self.screen_stack:
                screen.remove()

    def action_place(self, place: str) -> None:
        """Go to a place."""
        self.go(place)

    def action_sync(self) -> None:
        """Go to Sync; from there: sync now."""
        if self.at_place and self.place == "sync":
            self.background.now()
        else:
            self.go("sync")

    # Standing facts and answers

    def fill_bar(self, bar: "PlacesBar") -> None:
        """Guard, connection and unsent."""
        bar.guard = self.guard.on
        state = self.sync_state
        if state is not None:
            bar.unsent = state.unsent
            bar.online = state.connected if state.enrolled else None
            bar.warning = state.lease is not None and state.lease.ends_soon(self.today)

    def read_standing(self) -> None:
        """Read connection and unsent again."""
        services = self.services
        self.read(services.sync.state, self.show_standing, group="standing", description="read sync state")

    def show_standing(self, state: "SyncState") -> None:
        """Show the standing facts wherever they stand."""
        from broker_tui.screens.base import PlaceScreen

        self.sync_state = state
        for screen in list(self.screen_stack):
            if isinstance(screen, PlaceScreen):
                screen.show_standing()
            moved = getattr(screen, "sync_moved", None)
            if moved is not None:
                moved(state)

    def answer(
        self, sign: str, sentence: str, *, undo: bool = False, offer: Callable[[], object] | None = None
    ) -> None:
        """Say `sentence` on the page in front, or on the one behind a menu; Enter as the next key takes the offer."""
        from broker_tui.widgets.answer_line import AnswerLine
        from broker_tui.widgets.sheet import Sheet

        key, label = (_("Enter"), _("now")) if offer else ("u", _("undo")) if undo else ("", "")
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Sheet):
                screen.say(sign, sentence)
                return
            for line_ in screen.query(AnswerLine):
                line_.show(sign, sentence, key, label, ("enter", offer) if offer else None)
                return

    def tell_damage(self, found: Sequence[str]) -> None:
        """Say that the caseload no longer reads, and what to do; nothing when it does.

        The lock screen has to know: a database with a damaged page in its middle opens like a sound one.
        """
        if found:
            self.keep_look(replace(self.look, damaged=True))
            self.answer(
                "refused", _("The caseload is damaged. Lock it with Ctrl+L and rescue it: Ctrl+E on the lock screen.")
            )

    def explain(self, error: Exception) -> bool:
        """Answer with a sentence for an error that is nobody's mistake; False for all others."""
        from broker_tui.refusals import is_damage, sentence

        if is_damage(error):
            self.tell_damage([type(error).__name__])
            return True
        said = sentence(error)
        if said is not None:
            self.answer("refused", said)
        return said is not None

    def field_error(self, field: str, code: str, args: dict[str, Any]) -> str:
        """The sentence for a refused value."""
        from broker_tui.i18n.words import field_error

        return field_error(field, code, args)

    def draft_note(self, sheet: "Sheet[Any]", saved_at: datetime | None) -> None:
        """Say on the key line of a form that its draft is kept."""
        at = clock(saved_at or self.clock.now())
        words = _("Draft kept {time}").format(time=at)
        sheet.set_note(line((f"{glyph('ok')} ", "ok"), (words, "muted")))

    def on_data_changed(self, message: DataChanged) -> None:
        """Let the pages read again what they show."""
        self.changes.add(message.note)

    def tell_pages(self, note: "ChangeNote") -> None:
        """Something was committed: each page reads again what it shows, now or when it comes into sight."""
        from broker_tui.screens.base import PlaceScreen

        if self.session is None:
            return
        self.read_standing()
        pages = {*self.screen_stack, *self._installed_screens.values()}
        for page in pages:
            if isinstance(page, PlaceScreen):
                page.data_changed(note)

    def on_sync_moved(self, message: SyncMoved) -> None:
        """Show how far the sync is."""
        self.show_standing(message.state)

    # Everywhere

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the caseload is open only quitting and help are there; places that are not built have no key.

        A page turned towards somebody else can only be left or locked.
        """
        if getattr(self.screen, "turned_away", False):
            return action == "lock"
        if action in _INSIDE:
            if action == "lock":
                return self.session is not None
            if not self.entered:
                return False
            if action == "place":
                return registry.exists(str(parameters[0]))
            if action in ("palette", "import_files", "export"):
                from broker_tui.widgets.sheet import Sheet

                return not isinstance(self.screen, Sheet)
        return True

    def action_find(self) -> None:
        """Find people, companies and notes."""
        self.push_screen(registry.find())

    def action_new(self) -> None:
        """Choose what to make."""

        def chosen(hook: str | None) -> None:
            if hook is not None:
                getattr(self, f"new_{hook}")()

        self.push_screen(registry.new_menu(), chosen)

    def action_guard(self) -> None:
        """Turn the glance guard over, everywhere at once."""
        self.guard.toggle()
        for screen in {*self.screen_stack, *self._installed_screens.values()}:
            changed = getattr(screen, "guard_changed", None)
            if changed is not None:
                changed()

    def action_help(self) -> None:
        """The keys that work here."""
        self.push_screen(registry.help_screen(self.screen))

    def action_palette(self) -> None:
        """Every action by name."""

        async def chosen(found: Any) -> None:
            if found is not None:
                action, node = found
                await self.run_action(action, node)

        self.push_screen(registry.palette(self.screen), chosen)

    def action_settings(self) -> None:
        """Language, look, passphrase."""
        self.push_screen(registry.settings())

    def action_undo(self) -> None:
        """Undo the last change of data."""
        services = self.services

        def done(saved: Any) -> None:
            if saved is None:
                self.answer("missing", _("There is nothing to undo."))
            else:
                self.answer("ok", _("Undone."), undo=True)

        self.read(services.journal.undo_last, done, group="act", description="undo", alone=False)
