"""Forms: all of the programme with what is filled in of them, begun, complete, or not yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.forms import LIST
from broker_tui.domain.views import CaseCard, Entry
from broker_tui.i18n import _, words
from broker_tui.i18n.format import short_date
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.forms import FormDefinition
from broker_tui.screens import say
from broker_tui.screens.card_base import ListPane
from broker_tui.screens.case_lines import unsent_sign
from broker_tui.screens.evidence_way import may_fill
from broker_tui.screens.programme_base import progress_of
from broker_tui.services.forms import Offered
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.spans import Line, Role, line
from sync.records.types import Form

_BAR = "|"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pane shows: the forms offered to this person, the ids of those with a draft, and since when a paper
    shows a company something the person has withdrawn."""

    case_id: str
    offered: tuple[Offered, ...]
    drafted: frozenset[str]
    stale: Mapping[str, date]


class FormsPane(ListPane[CaseCard]):
    """The forms of the open case, or of the one closed last."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(LIST)

    _shown: Shown | None = None
    _trouble = ""

    def compose(self) -> ComposeResult:
        """One list."""
        columns = Columns((Column("form", min_width=24), Column("state", width=22), Column("date", width=8)))
        yield RowList(columns=columns, id="forms")

    def show(self, card: CaseCard) -> None:
        """Draw what is known, then read anew."""
        super().show(card)
        case, services = card.current_case, self.services
        if case is None:
            return
        case_id, programme, citizen_id = case.id, case.record.programme, case.record.citizen_id

        def work() -> Shown:
            forms = services.forms
            team = forms.team_of(case_id)
            every = [*forms.of_case(case_id), *forms.of_project(programme)]
            every += forms.of_project(programme, team) if team else []
            offered = (one for one in every if may_fill(services, one.definition))
            drafts = (draft for draft in services.drafts.all() if draft.about == citizen_id and draft.form == "form")
            drafted = frozenset(str((draft.values.get("_args") or {}).get("form")) for draft in drafts)
            return Shown(case_id, tuple(offered), drafted, services.disclosure.stale(citizen_id))

        def found(shown: Shown) -> None:
            self._shown, self._trouble = shown, ""
            if self.card is not None:
                self.draw(self.card)

        def failed(_error: Exception) -> bool:
            self._shown, self._trouble = None, programme
            if self.card is not None:
                self.draw(self.card)
            return True

        self.read(work, found, group="forms", description="read the forms", failed=failed)

    def draw(self, card: CaseCard) -> None:
        """One row per form, and one for each time it was filled in where that is more than once."""
        self.rows.set_empty(line((self._empty(card), "muted")))
        self.rows.set_rows(form_items(self._shown) if self._shown is not None else [])

    def _empty(self, card: CaseCard) -> str:
        if card.current_case is None:
            return _("There is no programme: N opens a case.")
        if self._trouble:
            text = _("The forms of {programmes} cannot be used.").format(programmes=words.badge(self._trouble))
            return f"{glyph('soon')} {text}"
        return _("The programme has no forms.") if self._shown is not None else ""

    # The row under the cursor

    @property
    def spot(self) -> tuple[Offered, Entry[Form] | None] | None:
        """The form of the row, and which one that was filled in."""
        name, _bar, record = (self.rows.cursor_key or "").partition(_BAR)
        offered = next((o for o in (self._shown.offered if self._shown else ()) if o.definition.id == name), None)
        if offered is None:
            return None
        alone = None if offered.definition.repeat else offered.newest
        return offered, next((entry for entry in offered.filled if entry.id == record), alone)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open it, or begin it."""
        event.stop()
        spot = self.spot
        if spot is not None:
            self._open(spot[0].definition, spot[1].id if spot[1] is not None else "")

    def _open(self, form: FormDefinition, record: str = "") -> None:
        if self._shown is not None and self.card is not None:
            record = record if form.repeat else ""
            self.broker.open_form(self.card.citizen.id, self._shown.case_id, form.id, record)

    # Acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only notes are filled in again; only what is there can be withdrawn."""
        if action not in ("fill", "withdraw"):
            return super().check_action(action, parameters)
        spot = self.spot if self.is_mounted and self.query("#forms") else None
        if spot is None:
            return False
        return spot[0].definition.repeat if action == "fill" else spot[1] is not None

    def action_fill(self) -> None:
        """Fill it in once more."""
        spot = self.spot
        if spot is not None:
            self._open(spot[0].definition)

    def action_withdraw(self) -> None:
        """Take it away, after a question."""
        spot = self.spot
        if spot is None or spot[1] is None:
            return
        record, said = spot[1].id, _("Form withdrawn: {form}").format(form=both(spot[0].definition))
        forms = self.services.forms
        self.ask(
            _("Withdraw this form?"), "t", _("withdraw it"), lambda: self.act(lambda: forms.withdraw(record), said)
        )


def form_items(shown: Shown) -> list[Item]:
    """Rows in the order of the programme document; no row says what was written in a form."""
    items: list[Item] = []
    about = "case"
    for offered in shown.offered:
        if offered.definition.about != about:
            about = offered.definition.about
            items.append(Heading(_("The local project") if about == "project" else _("The course team")))
        form, newest = offered.definition, offered.newest
        if form.repeat and offered.filled:
            told = line((_("{count} filled in").format(count=len(offered.filled)), "muted"))
            items.append(_row(form.id, line(both(form)), told, newest, shown))
            for entry in offered.filled:
                items.append(_row(f"{form.id}{_BAR}{entry.id}", line(("  ", "muted")), *_state(form, entry), shown))
        else:
            items.append(_row(form.id, line(both(form)), *_state(form, newest), shown))
    return items


def _state(form: FormDefinition, entry: Entry[Form] | None) -> tuple[Line, Entry[Form] | None]:
    if entry is None:
        return line((_("not begun"), "muted")), None
    if entry.record.state == "complete":
        return line((say.inline(_("Complete")), "ok")), entry
    own = shapes.form_version(entry.record.programme, form.id, entry.record.version) or form
    done, asked = progress_of(own, entry.record.values)
    return line((_("begun, {done} of {all}").format(done=done, all=asked), "text")), entry


def _row(key: str, name: Line, state: Line, entry: Entry[Form] | None, shown: Shown) -> Row:
    signs: dict[str, tuple[str, Role]] = {"complete": ("ok", "ok"), "begun": ("planned", "accent")}
    sign, role = signs[entry.record.state] if entry is not None else ("missing", "muted")
    if entry is not None and entry.id in shown.stale:
        sign, role = "soon", "warn"
        state = line((_("withdrawn {day}").format(day=short_date(shown.stale[entry.id])), "warn"))
    if key in shown.drafted:
        state = line(state, (f"  {_('draft kept')}", "accent"))
    day = line((short_date(entry.record.on), "muted")) if entry is not None else line()
    cells = {"form": name, "state": state, "date": line(day, unsent_sign(entry)) if entry is not None else day}
    return Row(key, cells, sign=glyph(sign), sign_role=role)
