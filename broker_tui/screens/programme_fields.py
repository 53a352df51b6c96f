"""A field of a programme's form as a field on the screen, by its type."""

from collections.abc import Mapping
from datetime import datetime

from textual.widget import Widget

from broker_tui.i18n import _
from broker_tui.i18n.programme_words import both
from broker_tui.programmes.forms import FormField
from broker_tui.screens import say
from broker_tui.screens.form_fields import PickField, day_reader, moment_reader
from broker_tui.screens.programme_values import NO, YES, value_of, words_of
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.field import Field
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import STEP, Guard
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.list_field import ListField
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.rows_field import RowsField, Told
from broker_tui.widgets.spans import Line, join, line
from broker_tui.widgets.text_fields import DateField, TextField

LABEL = 28
"""Cells of a label; longer ones take further lines."""
ONE_LINE, MOST = 44, 5
"""Cells and words of a choice on one line; others stand one below the other."""
PICKED = ("person", "company", "placement")


class ShownField(Field):
    """What the program works out: shown, never written."""

    def __init__(self, key: str, label: str, words: str, *, label_width: int = LABEL) -> None:
        """Show `words`."""
        super().__init__(key, label, label_width=label_width)
        self._words = words

    def make_control(self) -> Widget:
        """The words."""
        return Lines(line((f"  {self._words or glyph('none')}", "text" if self._words else "muted")))

    @property
    def value(self) -> str:
        """Nothing that could be saved."""
        return ""

    def set_value(self, value: str) -> None:
        """It is worked out, not filled in."""


class Maker:
    """Makes fields; knows the time, the names of what can be picked, and the guard."""

    def __init__(self, now: datetime, names: Mapping[str, str], guard: Guard) -> None:
        """Know the names of people, companies and placements by id."""
        self.now = now
        self.names = names
        self.guard = guard

    def make(self, field: FormField, key: str, text: str, computed: str = "") -> Field:
        """A field with what stands in it at first."""
        label = both(field) + (" *" if field.required else "")
        made = self._made(field, key, label, text, computed).wrapped()
        if field.sensitivity != "S0":
            made.veiled()
        if field.help is not None:
            made.set_reactive(Field.help, both(field.help))
        return made

    def _made(self, field: FormField, key: str, label: str, text: str, computed: str) -> Field:
        kind = field.type
        if kind in ("long", "texts"):
            return NoteField(key, label, value=text, label_width=LABEL)
        if kind in ("bool", "scale"):
            words = [(YES, _("yes")), (NO, _("no"))] if kind == "bool" else [(str(n), str(n)) for n in range(1, 6)]
            return ChoiceField(key, label, options=say.as_options(words), value=text or None, label_width=LABEL)
        if field.choices:
            return self._choice(field, key, label, text)
        if kind == "list":
            return RowsField(key, label, told=self.teller(field), value=text, label_width=LABEL)
        if kind in PICKED:
            empty = _("Enter or a letter chooses")
            return PickField(key, label, names=self.names, value=text, empty=empty, label_width=LABEL)
        return ShownField(key, label, computed) if kind == "computed" else self._line(field, key, label, text)

    def _line(self, field: FormField, key: str, label: str, text: str) -> TextField:
        if field.type in ("date", "moment"):
            reader = (day_reader if field.type == "date" else moment_reader)(self.now, field.towards)
            return DateField(key, label, parser=reader, value=text, control_width=20, label_width=LABEL)
        hints = {"int": _("a whole number"), "hours": _("hours, for example 7,5"), "time": _("for example 9.40")}
        hint = hints.get(field.type, "")
        width = 10 if hint else 0
        return TextField(key, label, value=text, hint=hint, control_width=width, label_width=LABEL)

    def _choice(self, field: FormField, key: str, label: str, text: str) -> Field:
        options = [Option(choice.code, both(choice)) for choice in field.choices]
        several = field.type == "choices"
        if not several and len(options) <= MOST and sum(len(option.label) + 2 for option in options) <= ONE_LINE:
            return ChoiceField(key, label, options=options, value=text or None, label_width=LABEL)
        return ListField(key, label, options=options, value=text, several=several, label_width=LABEL)

    def teller(self, field: FormField) -> Told:
        """How a row of a list is told in one line: what is sensitive stays hidden, typed text follows the guard."""

        def told(row: Mapping[str, str]) -> Line:
            pieces: list[Line] = []
            for part in field.fields:
                text = row.get(part.name, "")
                if not text:
                    continue
                if part.sensitivity != "S0":
                    pieces.append(line((glyph("hidden") * STEP, "bars")))
                    continue
                raw = value_of(part, text, self.now)
                words = words_of(part, raw, self.names) if raw is not None else text
                typed = part.type in ("text", "long", "texts")
                pieces.append(self.guard.note(words) if typed else line((words, "text")))
            return join(pieces, 2) or line((_("nothing yet"), "muted"))

        return told
