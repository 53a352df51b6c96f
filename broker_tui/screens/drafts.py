"""Forms that were begun and neither saved nor thrown away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.drafts import COMMANDS
from broker_tui.domain.views import Draft, NotFound
from broker_tui.i18n import _
from broker_tui.i18n.format import moment
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.phrases import form_name
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import line

_WORDS = ("note", "what", "text", "name", "walk_in_name", "promised", "reason")
"""Fields that tell drafts of one form apart."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft and whom it is about."""

    draft: Draft
    who: str


class DraftsScreen(PlaceScreen):
    """All drafts, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "today"

    _begun: tuple[Begun, ...] = ()

    def body(self) -> Iterable[Widget]:
        """One list."""
        columns = Columns(
            (Column("when", width=13), Column("form", width=16), Column("who", width=22), Column("words", min_width=10))
        )
        yield RowList(columns=columns, id="rows")

    def load(self) -> None:
        """Read the drafts."""
        services, today = self.services, self.clock_today

        def who(about: str | None) -> str:
            if about is None:
                return ""
            try:
                return services.people.card(about, today).citizen.record.name
            except NotFound:
                pass
            try:
                return services.companies.card(about, today).company.record.name
            except NotFound:
                return ""

        self.read(
            lambda: tuple(Begun(draft, who(draft.about)) for draft in services.drafts.all()),
            self._show,
            group="drafts",
            description="read drafts",
        )

    def on_screen_resume(self) -> None:
        """Drafts come and go without a change of records."""
        self.stale = True
        super().on_screen_resume()

    def _show(self, begun: tuple[Begun, ...]) -> None:
        self._begun = begun
        self.redraw()

    def redraw(self) -> None:
        """Show them."""
        rows = self.query_one("#rows", RowList)
        rows.set_empty(line((_("No form is left open."), "muted")))
        rows.set_rows([self._row(one) for one in self._begun])
        self.set_title(line((_("Drafts"), "strong")), line((str(len(self._begun)), "muted")))
        if self.focused is None:
            rows.focus()

    def _row(self, one: Begun) -> Row:
        values = one.draft.values
        words = next((str(values[key]) for key in _WORDS if values.get(key)), "")
        cells = {
            "when": line((moment(one.draft.saved_at, self.clock_today), "muted")),
            "form": line(form_name(one.draft.form)),
            "who": line((self.guard.name(one.who), "name")),
            "words": self.guard.note(words, "muted"),
        }
        return Row(one.draft.key, cells)

    @property
    def chosen(self) -> Draft | None:
        """The draft under the cursor."""
        key = self.query_one("#rows", RowList).cursor_key
        return next((one.draft for one in self._begun if one.draft.key == key), None)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Go on with it."""
        event.stop()
        draft = self.chosen
        if draft is not None:
            self.broker.continue_draft(draft)

    def action_discard(self) -> None:
        """Throw it away after a question."""
        draft = self.chosen
        if draft is None:
            return
        key = draft.key

        def done(_nothing: object) -> None:
            self.broker.answer("missing", _("Draft thrown away"))
            self.load()

        def answered(yes: bool | None) -> None:
            if yes:
                self.read(lambda: self.services.drafts.discard(key), done, group="act", description="discard draft")

        ask = Question(_("Throw this draft away?"), "k", _("throw away"), _("keep it"), opened_by="x")
        self.app.push_screen(ask, answered)
