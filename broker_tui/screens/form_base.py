"""What all forms share: the draft from the first keystroke, errors at their fields, the full disk, and the save.

A form says which fields it has, what stands in them at first and how their values become a record; the rest is here.
Drafts are written by a worker thread; one slot holds the newest values, so that a slow disk never writes old ones
last, and nothing is written any more once the form was saved or thrown away.
"""

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input, TextArea

from broker_tui.domain.views import Draft, NotFound, Saved, StoreFull
from broker_tui.i18n import _
from broker_tui.i18n.format import clock
from broker_tui.refusals import not_written
from broker_tui.screens.base import FormScreen
from broker_tui.screens.registry import Outcome
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import EMPTY, line

ARGS = "_args"
"""Key in a draft's values under which the form keeps what it was opened on."""


class RecordForm(FormScreen):
    """A sheet that becomes a record when `^D` is pressed, and a draft whenever it is left before."""

    FORM: ClassVar[str] = ""
    """Name of the form, the part of a draft's key before the colon."""
    DEFAULT_CSS = """
    RecordForm Form { max-width: 94; }
    """
    FIRST: ClassVar[str] = ""
    """Key of the field that has the focus at first; the first field if empty."""
    ENTER_SAVES: ClassVar[bool] = False
    """Whether Enter saves from any one-line field (short forms) and not only from the last."""

    def __init__(self, about: str | None, *, draft_key: str | None = None, **args: Any) -> None:
        """Open on `about`.

        Args:
            about: id of what the form is about.
            draft_key: the draft to continue, when it is not the one the arguments lead to.
            args: further arguments, which a draft brings back.
        """
        super().__init__()
        self.about = about
        self.args: dict[str, Any] = {name: value for name, value in args.items() if value}
        self.kind_of_draft = self.FORM
        self._given_key = draft_key
        self._writing = threading.Lock()
        self._newest: dict[str, Any] | None = None
        self._ended = False
        self._has_draft = False
        self._save_refused = False
        self._draft: Draft | None = None
        self._kept: dict[str, Any] = {}
        self._complaint: tuple[tuple[str, ...], str] | None = None

    def complain(self, keys: tuple[str, ...], sentence: str) -> None:
        """Open in the first of these fields the form has, with why it cannot stand; above the keys if it has none."""
        self._complaint = keys, sentence

    # What a form brings

    def prepare(self) -> None:
        """Read what the form is about; called once, before anything is drawn."""

    def fields(self) -> Iterable[Widget]:
        """The fields, filled with what stands there at first."""
        raise NotImplementedError

    def make(self, values: Mapping[str, str]) -> Saved:
        """Make the record; called on a worker thread.

        Raises:
            InvalidInput: some value cannot stand.
        """
        raise NotImplementedError

    def said(self) -> str:
        """The sentence after a save."""
        raise NotImplementedError

    def changed(self, key: str) -> None:
        """What a form does when the broker changed field `key`, and once for every field at first (`key` empty)."""

    def extra_values(self) -> dict[str, Any]:
        """What a draft keeps beside the fields."""
        return {}

    def take_extra(self, values: Mapping[str, Any]) -> None:
        """What a form does with `extra_values` when a draft comes back; called before `prepare`."""

    # Drawing

    @property
    def form(self) -> Form:
        """The fields together."""
        return self.query_one(Form)

    def field(self, key: str) -> Field:
        """One field."""
        return self.form.fields()[key]

    def body(self) -> Iterable[Widget]:
        """The fields."""
        with Form():
            yield from self.fields()

    def compose(self) -> ComposeResult:
        """Take the draft's arguments over, read what the form is about, then draw."""
        self._draft = draft = self.services.drafts.get(self.key)
        if draft is not None:
            kept = draft.values.get(ARGS)
            self.args |= kept if isinstance(kept, dict) else {}
            self.about = self.about or draft.about
            self._has_draft = True
            self.take_extra(draft.values)
        self.prepare()
        yield from super().compose()

    def on_mount(self) -> None:
        """Bring the draft back and put the focus where the broker writes."""
        if self._draft is not None:
            texts = {name: text for name, text in self._draft.values.items() if isinstance(text, str)}
            self.form.set_values(texts)
            self._note(_("Draft from {time}").format(time=clock(self._draft.saved_at)))
        self.changed("")
        self._kept = self._all_values()
        self.focus_first()
        self.call_after_refresh(self._show_complaint)

    def _show_complaint(self) -> None:
        if self._complaint is None:
            return
        keys, sentence = self._complaint
        key = next((key for key in keys if key in self.form.fields()), None)
        if key is None:
            self.say("refused", sentence)
        else:
            self.form.show_errors({key: sentence})

    def guard_changed(self) -> None:
        """Name the person as names are shown now; what is being written stays readable."""
        self.prepare()
        self.set_heading(self.heading())

    def focus_first(self) -> None:
        """Put the focus into the first field that wants it."""
        fields = self.form.fields()
        target = fields.get(self.FIRST) or next(iter(fields.values()), None)
        if target is not None:
            target.focus()
            if isinstance(target.control, TextArea):
                target.control.move_cursor(target.control.document.end)

    def _note(self, words: str) -> None:
        self.set_note(line((f"{glyph('ok')} ", "ok"), (words, "muted")) if words else EMPTY)

    # Draft

    @property
    def key(self) -> str:
        """Under which the draft is kept: the form and everything it was opened on."""
        if self._given_key:
            return self._given_key
        parts = [self.kind_of_draft, self.about or "", *(str(self.args[name]) for name in sorted(self.args))]
        return ":".join(parts)

    def _all_values(self) -> dict[str, Any]:
        values: dict[str, Any] = {**self.form.values(), **self.extra_values()}
        if self.args:
            values[ARGS] = self.args
        return values

    def keep_draft(self, values: dict[str, str]) -> None:
        """Keep what stands in the form now, on a worker thread."""
        if self._ended or not self._worth_keeping():
            return
        self._newest = self._all_values()
        self.read(
            self._write_draft,
            lambda written: self._say_kept() if written else None,
            group="draft",
            description="keep the draft",
            failed=self._not_kept_unasked,
        )

    def _worth_keeping(self) -> bool:
        """Whether something differs from what was kept last: looking at a form leaves no draft."""
        return self._all_values() != self._kept

    def _write_draft(self) -> bool:
        with self._writing:
            if self._ended or self._newest is None:
                return False
            values, self._newest = self._newest, None
            try:
                self.services.drafts.save(self.key, self.kind_of_draft, self.about, values)
            except StoreFull:
                self._newest = self._newest or values
                raise
            self._has_draft = True
            self._kept = values
            return True

    def _say_kept(self) -> None:
        if not self._ended:
            self._note(_("Draft kept {time}").format(time=clock(self.services.clock.now())))

    def _not_kept(self, error: Exception) -> bool:
        if not isinstance(error, StoreFull):
            return False
        self._note("")
        self.say("refused", not_written(error, _("The draft could not be kept: the disk is full. Free some space.")))
        return True

    def _not_kept_unasked(self, error: Exception) -> bool:
        """What was typed just before a refused save ends here too; the refusal says more and stays."""
        return (self._save_refused and isinstance(error, StoreFull)) or self._not_kept(error)

    def flush_draft(self) -> None:
        """Keep the draft now, on this thread: the form is closed, or the program is about to lock."""
        if not self._ended and self._worth_keeping():
            self._newest = self._all_values()
            self._write_draft()

    def action_store(self) -> None:
        """Keep the draft and stay; who asks for it is told once it lies on the disk."""
        if self._ended or self._saving:
            return
        if self._worth_keeping():
            self._newest = self._all_values()
        self.read(
            self._write_draft,
            lambda _written: self._say_stored(),
            group="store",
            description="keep the draft",
            failed=self._not_kept,
        )

    def _say_stored(self) -> None:
        if self._ended:
            return
        if self._has_draft:
            self._say_kept()
            self.say("ok", _("The draft is kept; the form stays open"))
        else:
            self.say("missing", _("There is nothing to keep yet"))

    def action_leave(self) -> None:
        """Close; what was typed stays as a draft."""
        if self._saving:
            return
        try:
            self.flush_draft()
        except StoreFull as error:
            self._not_kept(error)
            return
        self._ended = True
        kept = Outcome(_("Draft kept; the same form brings it back"), sign="planned")
        self.dismiss(kept if self._has_draft else None)

    def action_discard(self) -> None:
        """Ask, then throw the draft away and close."""
        ask = Question(_("Throw away what is written here?"), "k", _("throw away"), _("keep it"))

        def answered(yes: bool | None) -> None:
            if yes:
                self.end_draft()
                self.dismiss(Outcome(_("Draft thrown away"), sign="missing"))

        self.app.push_screen(ask, answered)

    def end_draft(self) -> None:
        """There is no draft of this form any more, and none is written."""
        with self._writing:
            self._ended = True
            self._newest = None
        if self._has_draft:
            self.services.drafts.discard(self.key)

    # Save

    def save(self, values: dict[str, str]) -> Outcome:
        """Make the record and end the draft: whatever happens meanwhile, one of the two is there and never both."""
        with self._writing, self.services.drafts.ended_by_save(self.key):
            saved = self.make(values)
            self._ended = True
            self._newest = None
            self._has_draft = self._has_draft and not saved.tx
        with suppress(StoreFull):  # the record stands; an old draft can be thrown away by hand
            self.end_draft()
        return self.outcome(saved)

    def outcome(self, saved: Saved) -> Outcome:
        """What the page below is told."""
        return Outcome(self.said(), saved.tx or None, saved.ids[0] if saved.ids else None)

    def action_done(self) -> None:
        """Save and close, or show what cannot stand."""
        if self._saving or self._ended:
            return
        self._saving = True
        values = self.form.values()
        self.read(
            lambda: self.save(values), self.dismiss, group="save", description="save the form", failed=self._refused
        )

    def _refused(self, error: Exception) -> bool:
        if isinstance(error, StoreFull):  # keeping a draft would fail too, and its sentence would hide this one
            self._saving = False
            self._save_refused = True
            self.say("refused", not_written(error, _("Nothing was saved: the disk is full. The form stays open.")))
            return True
        if super()._refused(error):
            return True
        if isinstance(error, NotFound):
            self.say("refused", _("Nothing was saved: what this is about is no longer here."))
            return True
        return False

    @on(Field.Changed)
    def _edited(self, event: Field.Changed) -> None:
        self._save_refused = False
        self.changed(event.field.key)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field, and saves from the last."""
        event.stop()
        last = list(self.form.fields().values())[-1]
        if self.ENTER_SAVES or last in event.input.ancestors:
            self.action_done()
        else:
            self.focus_next()
