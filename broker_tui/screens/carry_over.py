"""A form that was begun under an older version: what the newest one asks otherwise, before it is carried over."""

from collections.abc import Iterable, Mapping
from typing import Any

from textual import events
from textual.widget import Widget

from broker_tui.i18n import _
from broker_tui.i18n.programme_words import both
from broker_tui.programmes.forms import FormDefinition, FormField
from broker_tui.screens.programme_values import words_of
from broker_tui.screens.reader import Reader
from broker_tui.widgets.key_line import KeyHint, KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line, line

YES = "o"


class CarryOver(Sheet[bool], Reader):
    """Closes with True to go on under the newest version."""

    def __init__(
        self, old: FormDefinition, new: FormDefinition, values: Mapping[str, Any], names: Mapping[str, str]
    ) -> None:
        """Compare two versions of a form filled in with `values`."""
        super().__init__()
        self._old, self._new = old, new
        self._told = tuple(differences(old, new, values, names))

    def heading(self) -> Line:
        """From which version to which."""
        versions = _("version {old} to version {new}").format(old=self._old.version, new=self._new.version)
        return line((_("Carry over"), "strong"), (f"   {both(self._new)}", "text"), (f"   {versions}", "muted"))

    def body(self) -> Iterable[Widget]:
        """The differences, one per line."""
        none = line((_("Nothing you filled in is asked otherwise."), "muted"))
        yield Lines(*((line(*told) for told in self._told) if self._told else (none,)), wrapped=True, id="differences")

    def keys(self) -> KeyLine:
        """The two keys."""
        return KeyLine(
            (KeyHint(YES, _("carry over"), YES), KeyHint(_("Esc"), _("stay with the old version"), "escape"))
        )

    def on_key(self, event: events.Key) -> None:
        """Only the letter does it."""
        if event.character == YES:
            event.stop()
            self.dismiss(True)
        elif event.key in ("down", "up"):
            self.query_one("#sheet-body").scroll_relative(y=1 if event.key == "down" else -1, animate=False)

    def action_leave(self) -> None:
        """Stay."""
        self.dismiss(False)


def differences(
    old: FormDefinition, new: FormDefinition, values: Mapping[str, Any], names: Mapping[str, str]
) -> Iterable[tuple[tuple[str, Any], ...]]:
    """What is gone, new or asked otherwise; sensitive values are not told."""
    before, after = old.fields, new.fields
    for name, field in before.items():
        if name not in after:
            yield (_("No longer asked: {field}").format(field=both(field)), "text"), _value(field, values, names)
        elif not fits(after[name], values.get(name)) or after[name].type != field.type:
            yield (_("Asked otherwise: {field}").format(field=both(after[name])), "text"), _value(field, values, names)
        elif both(field) != both(after[name]):
            yield (_("Called now: {field}").format(field=both(after[name])), "text"), (f"   {both(field)}", "muted")
    for name, field in after.items():
        if name not in before:
            word = _("New, required: {field}") if field.required else _("New: {field}")
            yield ((word.format(field=both(field)), "text"),)


def _value(field: FormField, values: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, Any]:
    told = words_of(field, values.get(field.name), names) if field.sensitivity == "S0" else ""
    return (f"   {told}", "muted")


def fits(field: FormField, value: Any) -> bool:
    """Whether the codes of a value still exist."""
    if not field.choices or value is None:
        return True
    codes = {choice.code for choice in field.choices}
    return codes.issuperset(value if isinstance(value, list) else [value])
