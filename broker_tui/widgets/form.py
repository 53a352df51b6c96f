"""Fields together: their values, their errors, and word of every edit soon enough for a draft to be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer

from broker_tui.i18n import N_
from broker_tui.widgets.field import Field

EDIT_DELAY = 0.2
"""Seconds from a key stroke to `Form.Edited` at the latest: a dead battery may take 0.25, and the disk needs some."""


class Form(Vertical):
    """A column of fields in the order of talk."""

    DEFAULT_CSS = """
    Form { height: auto; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "next_field", N_("next field"), show=False, id="form.next"),
        Binding("up", "previous_field", N_("previous field"), show=False, id="form.previous"),
    ]

    @dataclass
    class Edited(Message):
        """Something was typed or chosen; sent while one types, at most five times a second."""

        form: "Form"
        values: dict[str, str]

        @property
        def control(self) -> "Form":
            """The form."""
            return self.form

    _pending: Timer | None = None

    def fields(self) -> dict[str, Field]:
        """The fields by key, in their order."""
        return {field.key: field for field in self.query(Field)}

    def values(self) -> dict[str, str]:
        """What the fields hold."""
        return {key: field.value for key, field in self.fields().items()}

    def set_values(self, values: Mapping[str, str]) -> None:
        """Fill fields, as when a draft comes back; unknown keys are left alone and nobody is told."""
        fields = self.fields()
        for key, value in values.items():
            if key in fields:
                fields[key].set_value(value)

    def show_errors(self, errors: Mapping[str, str]) -> bool:
        """Show one sentence per wrong field, take the others away, focus the first; True when there were any."""
        first: Field | None = None
        for key, field in self.fields().items():
            field.error = errors.get(key, "")
            if field.error and first is None:
                first = field
        if first is not None:
            first.focus()
        return first is not None

    def on_field_changed(self, event: Field.Changed) -> None:
        """Start the clock unless it runs already, so that steady typing is told of too."""
        if self._pending is None:
            self._pending = self.set_timer(EDIT_DELAY, self.flush)

    def flush(self) -> None:
        """Tell of edits now, if there are any untold: before a save, on `Esc` and before a lock."""
        if self._pending is not None:
            self._pending.stop()
            self._pending = None
            self.post_message(self.Edited(self, self.values()))

    @property
    def edited(self) -> bool:
        """Whether there are edits nobody was told of yet."""
        return self._pending is not None

    def action_next_field(self) -> None:
        """Go to the next field."""
        self.screen.focus_next()

    def action_previous_field(self) -> None:
        """Go to the field before."""
        self.screen.focus_previous()
