"""One row of a list in a form, in a sheet of its own. Every key is kept in the row, and with it in the form's draft."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, TextArea

from broker_tui.i18n import N_, _
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.forms import FormField
from broker_tui.screens.programme_fields import Maker
from broker_tui.screens.programme_sheet import FilledSheet, Known
from broker_tui.screens.programme_values import read_values, value_of
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import Line, line

Keep = Callable[[Mapping[str, str]], None]


class RowSheet(FormSheet[bool], FilledSheet):
    """Closes with True when the row is done, with None when it was left as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "finish", N_("row done"), priority=True, id="row.done"),
    ]
    DEFAULT_CSS = """
    RowSheet Form { max-width: 94; }
    """

    def __init__(
        self, field: FormField, number: int, row: Mapping[str, str], keep: Keep, *, known: Known, about: str, focus: str
    ) -> None:
        """Open row `number` of list `field`; `keep` takes it over while it is typed; `focus` is a sub-field."""
        super().__init__()
        self._list = field
        self._parts = {part.name: part for part in field.fields}
        self._number = number
        self._row = dict(row)
        self._keep = keep
        self._wanted = focus
        self.known = known
        self.noted_about = about

    def field_of(self, key: str) -> FormField:
        """A sub-field."""
        return self._parts[key]

    def heading(self) -> Line:
        """Which list, which row."""
        return line((both(self._list), "strong"), (f"   {_('row {number}').format(number=self._number + 1)}", "muted"))

    def body(self) -> Iterable[Widget]:
        """The sub-fields."""
        maker = Maker(self.services.clock.now(), self.known.names, self.guard)
        with Form():
            for name, part in self._parts.items():
                yield maker.make(part, name, self._row.get(name, ""))

    def on_mount(self) -> None:
        """Begin where it was asked for."""
        self._show_asked()
        fields = self.query_one(Form).fields()
        target = fields.get(self._wanted) or next(f for f in fields.values() if f.display)
        target.focus()
        if isinstance(target.control, TextArea):
            target.control.move_cursor(target.control.document.end)

    # While typing

    def _values(self) -> dict[str, Any]:
        now, texts = self.broker.clock.now(), self.query_one(Form).values()
        return {name: value_of(part, texts[name], now) for name, part in self._parts.items()}

    def _show_asked(self) -> None:
        values = self._values()
        for name, field in self.query_one(Form).fields().items():
            part = self._parts[name]
            field.display = part.if_ is None or part.if_.holds(values)

    @on(Field.Changed)
    def _edited(self, _event: Field.Changed) -> None:
        self._show_asked()

    @on(Form.Edited)
    def _keep_edit(self, _event: Form.Edited) -> None:
        self.push()

    def push(self) -> None:
        """Let the form have what stands here now."""
        texts = self.query_one(Form).values()
        if any(texts.values()) or any(self._row.values()):
            self._row = texts
            self._keep(texts)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        shown = [field for field in self.query_one(Form).fields().values() if field.display]
        if shown[-1] in event.input.ancestors:
            self.action_done()
        else:
            self.focus_next()

    # Closing

    def action_leave(self) -> None:
        """Close; the row stays as it is typed."""
        self.push()
        self.dismiss(None)

    def action_done(self) -> None:
        """Close a row in which nothing is missing or wrong."""
        form = self.query_one(Form)
        values, read = read_values(self._parts.values(), form.values(), self.services.clock.now())
        wrong = {error.field: (error.code, error.args) for error in read.errors}
        for name, part in self._parts.items():
            if name in wrong or not form.fields()[name].display:
                continue
            if part.required and not shapes.filled(values.get(name)):
                wrong[name] = ("required", {})
            else:
                wrong |= {f.field: (f.code, f.args) for f in shapes.value_faults(part, values.get(name), name)}
                start, end = values.get(part.after), values.get(name)
                if start and end and end < start:
                    days = {"start": date.fromisoformat(start), "end": date.fromisoformat(end)}
                    wrong[name] = ("end_before_start", days)
        self.push()
        if not form.show_errors({name: self.broker.field_error(name, *told) for name, told in wrong.items()}):
            self.dismiss(True)
