"""The frame all pages share: places, title, body, answer, keys; and how they read without waiting.

Forms keep what is typed as drafts. Reading and saving happen in worker threads (`screens.reading`).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from broker_tui.commands import Command, bindings_of
from broker_tui.i18n import N_, _
from broker_tui.screens.reader import Reader as Reader
from broker_tui.screens.registry import Outcome
from broker_tui.widgets.answer_line import AnswerLine
from broker_tui.widgets.form import Form
from broker_tui.widgets.key_line import KeyLine
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.places_bar import PlacesBar
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import EMPTY, Line, ends

if TYPE_CHECKING:
    from broker_tui.domain.views import SyncState
    from broker_tui.services.ports import ChangeNote


class TitleLine(LineWidget):
    """What is on the page at the left, its counts at the right."""

    DEFAULT_CSS = """
    TitleLine { height: 1; width: 1fr; padding: 0 3; }
    """

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(id="title")
        self.left: Line = EMPTY
        self.right: Line = EMPTY

    def show(self, left: Line, right: Line = EMPTY) -> None:
        """Show other words."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def line_at(self, y: int) -> Line:
        """Both ends."""
        return ends(self.left, self.right, self.size.width, 3)


BACK = (Command("page.back", "escape,q", "back", N_("back"), N_("Back to the page before"), (), "always"),)


class PlaceScreen(Screen[None], Reader):
    """A page. Subclasses bring `body`, `load` and what they read."""

    DEFAULT_CSS = """
    PlaceScreen { layout: vertical; overflow: hidden; }
    PlaceScreen > #body { height: 1fr; width: 1fr; margin: 1 0 0 0; }
    PlaceScreen.-airy > #title { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(BACK)

    place: ClassVar[str] = ""
    """Id of the place that is active in the places bar."""
    reads: ClassVar[frozenset[str]] = frozenset()
    """Record types whose change makes the page read again; empty for none."""

    stale = False

    def body(self) -> Iterable[Widget]:
        """What stands between title and answer."""
        raise NotImplementedError

    def load(self) -> None:
        """Read what the page shows, with `self.read`."""

    def redraw(self) -> None:
        """Show again what was read: the glance guard or the width changed."""

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield PlacesBar(self.broker.places(), self.place)
        yield TitleLine()
        with Vertical(id="body"):
            yield from self.body()
        yield AnswerLine(id="answer")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the standing facts and read."""
        self.show_standing()
        self.load()

    def on_screen_resume(self) -> None:
        """Read again what changed while the page was not in sight."""
        self.show_standing()
        if self.stale:
            self.stale = False
            self.load()

    def on_resize(self, _event: events.Resize) -> None:
        """Lay out for the new width."""
        self.call_after_refresh(self.redraw)

    def show_standing(self) -> None:
        """Guard, connection and unsent in the places bar."""
        for bar in self.query(PlacesBar):
            self.broker.fill_bar(bar)

    def sync_moved(self, state: "SyncState") -> None:
        """The sync has moved or ended."""

    def set_title(self, left: Line, right: Line = EMPTY) -> None:
        """What the page shows, and its counts."""
        self.query_one(TitleLine).show(left, right)

    def data_changed(self, note: "ChangeNote") -> None:
        """Something was saved here or came in."""
        if self.reads & note.types:
            if self.is_current:
                self.load()
            else:
                self.stale = True

    def guard_changed(self) -> None:
        """Names and notes are shown differently now."""
        self.show_standing()
        self.redraw()

    def on_places_bar_chosen(self, event: PlacesBar.Chosen) -> None:
        """A click on a place."""
        self.broker.go(event.place_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing behind a place."""
        if action == "back":
            return not self.broker.at_place
        return True

    def action_back(self) -> None:
        """Leave the page."""
        self.dismiss(None)

    @property
    def wide(self) -> bool:
        """Whether there is room for a sheet beside the list."""
        return self.app.size.width >= 116


STORE = (
    Command("form.store", "ctrl+s", "store", N_("keep draft"), N_("Keep the draft and stay"), (), "hidden", True),
    Command("form.discard", "ctrl+r", "discard", N_("discard"), N_("Throw the draft away"), (), "hidden", True),
)


class FormScreen(FormSheet[Outcome | None], Reader):
    """A form whose every key stroke is kept as a draft; `^D` saves, `Esc` closes and keeps the draft.

    Subclasses yield one `Form` in `body`, set `draft_key`, `draft_form`, `draft_about` and implement `save`.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(STORE)

    draft_key: str = ""
    draft_form: str = ""
    draft_about: str | None = None
    _saving = False

    def save(self, values: dict[str, str]) -> Outcome:
        """Save in a worker thread; raises `InvalidInput` with one error per field."""
        raise NotImplementedError

    def error_text(self, field: str, code: str, args: dict[str, Any]) -> str:
        """The sentence for a refused value."""
        return self.broker.field_error(field, code, args)

    def on_mount(self) -> None:
        """Bring the draft back."""
        if self.draft_key:
            self.read(
                lambda: self.services.drafts.get(self.draft_key),
                self._restore,
                group="draft-read",
                description="read draft",
            )

    def _restore(self, draft: Any) -> None:
        if draft is not None:
            self.query_one(Form).set_values({key: str(value) for key, value in draft.values.items()})
            self.broker.draft_note(self, draft.saved_at)

    def on_form_edited(self, event: Form.Edited) -> None:
        """Keep the draft."""
        self.keep_draft(event.values)

    def keep_draft(self, values: dict[str, str]) -> None:
        """Keep `values` as they are typed."""
        if not self.draft_key or self._saving:
            return
        key, form, about = self.draft_key, self.draft_form, self.draft_about
        self.read(
            lambda: self.services.drafts.save(key, form, about, values),
            lambda _nothing: self.broker.draft_note(self, None),
            group="draft",
            description="keep draft",
        )

    def flush_draft(self) -> None:
        """Keep the draft now, on this thread: the program is about to lock or to close."""
        form = self.query_one(Form)
        if self.draft_key and form.edited and not self._saving:
            self.services.drafts.save(self.draft_key, self.draft_form, self.draft_about, form.values())

    def action_done(self) -> None:
        """Save and close."""
        if self._saving:
            return
        self._saving = True
        values = self.query_one(Form).values()
        key = self.draft_key

        def work() -> Outcome:
            outcome = self.save(values)
            if key:
                self.services.drafts.discard(key)
            return outcome

        self.read(
            work, lambda outcome: self.dismiss(outcome), group="save", description="save form", failed=self._refused
        )

    def _refused(self, error: Exception) -> bool:
        from broker_tui.domain.views import InvalidInput

        self._saving = False
        if isinstance(error, InvalidInput):
            texts = {e.field: self.error_text(e.field, e.code, e.args) for e in error.errors}
            form = self.query_one(Form)
            form.show_errors(texts)
            strangers = [text for field, text in texts.items() if field not in form.fields()]
            if strangers:
                self.say("refused", strangers[0])
            return True
        self.keep_draft(values=self.query_one(Form).values())
        return False

    def action_store(self) -> None:
        """Keep the draft and stay."""
        self.keep_draft(self.query_one(Form).values())

    def action_leave(self) -> None:
        """Close; the draft stays."""
        form = self.query_one(Form)
        if form.edited:
            self.flush_draft()
        self.dismiss(None)

    def action_discard(self) -> None:
        """Throw the draft away and close, after a question."""
        from broker_tui.widgets.sheet import Question

        question = Question(_("Throw away what is written here?"), "k", _("throw away"), _("keep it"), opened_by="")

        def answered(yes: bool | None) -> None:
            if yes:
                self._saving = True  # nothing written from here on
                key = self.draft_key
                if key:
                    self.services.drafts.discard(key)
                self.dismiss(None)

        self.app.push_screen(question, answered)
