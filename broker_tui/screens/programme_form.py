"""Any form of a programme, drawn from its definition: sections, skip logic, rows, versions."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands import forms as commands
from broker_tui.i18n import _
from broker_tui.i18n.programme_words import both
from broker_tui.programmes.forms import FormField
from broker_tui.screens import registry
from broker_tui.screens.programme_fields import Maker
from broker_tui.screens.programme_saving import SavedForm
from broker_tui.screens.programme_values import PREFIX, key_of, value_of
from broker_tui.screens.row_sheet import RowSheet
from broker_tui.screens.shared_text import remark
from broker_tui.widgets.field import Field
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.long_form import LongForm, Part
from broker_tui.widgets.rows_field import RowsField
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import Line, line


class ProgrammeForm(SavedForm):
    """The one form screen of all programmes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(commands.FORM)
    FRAME = 6  # one more than other sheets: the progress
    DEFAULT_CSS = """
    ProgrammeForm LongForm { max-width: 94; }
    ProgrammeForm #sheet-title { height: 2; }
    """

    _row: RowSheet | None = None
    _part = 0

    def body(self) -> Iterable[Widget]:
        """The fields, section by section."""
        texts = self.first_texts()
        maker = Maker(self.services.clock.now(), self.known.names, self.guard)

        def make(key: str) -> Widget:
            field, text = self.field_of(key), form.text(key)
            made = maker.make(field, key, text, self.computed.get(key, ""))
            made.set_reactive(Field.nudge, self._remark(field, text))
            return made

        parts = [
            Part(both(section), tuple(key_of(field.name) for field in section.field), make)
            for section in self.definition.section
        ]
        form = LongForm(parts, texts, self.hidden())
        yield form

    def focus_first(self) -> None:
        """Begin in the field that was asked for, which may not be drawn yet."""
        self.call_later(self._begin)

    async def _begin(self) -> None:
        key, _dot, part = self.wanted.partition(".")
        if key and key_of(key) not in self.form.fields():
            await self.form.draw_all()
        fields = self.form.fields()
        wanted = fields.get(key_of(key)) if key else None
        while wanted is not None and not wanted.display:  # the answer that asks for it comes first
            asked = self.field_of(wanted.key).if_
            wanted = fields.get(key_of(asked.field)) if asked is not None else None
        if wanted is None:
            wanted = next((field for field in fields.values() if field.display and field.takes_focus), None)
        if wanted is not None:
            wanted.focus()
            if wanted.key == key_of(key) and isinstance(wanted, RowsField) and (part or not wanted.rows):
                self._open_row(wanted, len(wanted.rows), part)
        if self.newer is not None:
            said = _("Filled in under version {old}; F10 carries it over to version {new}.")
            self.say("soon", said.format(old=self.definition.version, new=self.newer.version))

    def guard_changed(self) -> None:
        """The name in the title and rows are drawn anew; what is being written stays."""
        card = self.services.people.card(self.about or "", self.clock_today)
        self.who = self.whose(card)
        self.set_heading(self.heading())
        for rows in self.query(RowsField):
            rows.set_value(rows.value)

    # While typing

    def changed(self, key: str) -> None:
        """Fields appear and go as the answers ask for them; the title says how far one has come."""
        if key:
            field = self.field_of(key)
            self.filled[field.name] = value_of(field, self.form.fields()[key].value, self.broker.clock.now())
            self.form.show_without(self.hidden())
            self._mention(field, key)
        self.set_heading(self.heading())

    def _mention(self, field: FormField, key: str) -> None:
        """A name in a text that all cases of a team share, said where it can be seen."""
        shown = self.form.fields()[key]
        said = self._remark(field, shown.value)
        if said != shown.nudge:
            shown.nudge = said
            self.call_after_refresh(shown.scroll_visible, animate=False)

    def _remark(self, field: FormField, text: str) -> str:
        """Teachers may be named: they have a list of their own."""
        return remark(text, self.named) if self.named and field.type in ("text", "long") else ""

    def set_heading(self, content: Line) -> None:
        """The title, and under it how far one has come."""
        for title in self.query("#sheet-title").results(Lines):
            title.update(content, line((self.progress(self._part), "muted")))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The title says which section one is in."""
        part = self.form.part_of(event.widget)
        if part != self._part:
            self._part = part
            self.set_heading(self.heading())

    async def action_part(self, step: int) -> None:
        """Go to the first field of another section."""
        await self.form.draw_all()
        fields, number = self.form.fields(), self._part + step
        while 0 <= number < len(self.form.parts):
            for key in self.form.parts[number].keys:
                if fields[key].display and fields[key].takes_focus:
                    fields[key].focus(scroll_visible=False)
                    self.query_one(f"#part-{number}").scroll_visible(top=True, animate=False)
                    return
            number += step

    # Rows

    @on(RowsField.Asked)
    def _row_asked(self, event: RowsField.Asked) -> None:
        event.stop()
        if not event.remove:
            self._open_row(event.field, event.index)
            return
        ask = Question(_("Take this row away?"), "f", _("take it away"), _("keep it"), opened_by="x")
        self.app.push_screen(ask, lambda yes: event.field.put(event.index, None) if yes else None)

    def _open_row(self, rows: RowsField, index: int, focus: str = "") -> None:
        known = rows.rows
        self._row = RowSheet(
            self.field_of(rows.key),
            index,
            known[index] if index < len(known) else {},
            lambda texts: rows.put(index, texts),
            known=self.known,
            about=self.noted_about,
            focus=focus,
        )

        def closed(_done: bool | None) -> None:
            self._row = None

        self.app.push_screen(self._row, closed)

    def flush_draft(self) -> None:
        """Keep the draft now, with the row that is open."""
        if self._row is not None and self._row.is_attached:
            self._row.push()
        super().flush_draft()

    # Versions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Carrying over needs something newer."""
        return self.newer is not None if action == "carry" else super().check_action(action, parameters)

    def action_carry(self) -> None:
        """Show the differences to the newest version, then go on under it with the same draft."""
        newer = self.newer
        if newer is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.definition = newer
                known = {key: text for key, text in self._all_values().items() if self._still_asked(key)}
                self.services.drafts.save(self.key, self.FORM, self.about, known)
                self._ended = True
                self.dismiss(None)
                args = self.args
                self.broker.open_form(self.about or "", args["case_id"], newer.id, args.get("record", ""))

        self.app.push_screen(registry.carry_over(self.definition, newer, self.filled, self.known.names), answered)

    def _still_asked(self, key: str) -> bool:
        """Whether a value of the draft has its place in the newest version too."""
        return not key.startswith(PREFIX) or key.removeprefix(PREFIX) in self.definition.fields
