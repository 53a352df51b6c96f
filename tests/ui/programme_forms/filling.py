"""A form filled in by keyboard from its definition: which keys a field takes, and which value must stand there."""

from collections.abc import Mapping
from typing import Any

from broker_tui.programmes import forms as shapes
from broker_tui.programmes.forms import FormDefinition, FormField
from broker_tui.programmes.loading import PROGRAMMES
from broker_tui.screens.programme_form import ProgrammeForm
from broker_tui.screens.row_sheet import RowSheet
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.list_field import ListField
from tests.ui.office import TODAY, Desk

SECRET = "hemmelig"
"""Begins what is typed in sensitive fields; it stands nowhere else."""
_NAMES = {" ": "space", ".": "full_stop", ",": "comma", "/": "slash", ":": "colon", "-": "minus", "\n": "enter"}
_DAY = f"{TODAY.day}/{TODAY.month}/{TODAY.year}"


def _keys(text: str) -> list[str]:
    return [_NAMES.get(char, char) for char in text]


def _minutes(field: FormField) -> int:
    return max(field.min or 0, min(450, field.max or 450)) // 15 * 15


def typed(field: FormField) -> tuple[list[str], Any]:
    """Keys for a field one types in, and the value they make."""
    words = f"{SECRET} {field.name[:6]} ø" if field.sensitivity != "S0" else f"Prøve {field.name[:6]}"
    number = max(field.min or 0, min(3, field.max or 3))
    minutes = _minutes(field)
    shown = f"{minutes // 60}:{minutes % 60:02d}"
    made: dict[str, tuple[str, Any]] = {
        "text": (words, words),
        "long": (f"{words}\nog mere", f"{words}\nog mere"),
        "texts": (f"{words}\nto", [words, "to"]),
        "date": (_DAY, TODAY.isoformat()),
        "time": ("9.40", "09:40"),
        "moment": (f"{_DAY} 9.40", f"{TODAY.isoformat()}T09:40:00+01:00"),
        "int": (str(number), number),
        "hours": (shown, minutes),
    }
    text, value = made[field.type]
    return _keys(text), value


def chosen(field: FormField, widget: Field) -> tuple[list[str], Any]:
    """Keys for a field one chooses in: the first of a choice, the first two where several are taken."""
    codes = [choice.code for choice in field.choices]
    if field.type == "bool":
        return ["right"], True
    if field.type == "scale":
        return ["right"] * 3, 3
    if field.type == "choice":
        return (["space"] if isinstance(widget, ListField) else ["right"]), codes[0]
    return ["space", "down", "space"], codes[:2]


def focused(desk: Desk) -> Field | None:
    """The field that has the focus."""
    widget = desk.app.focused
    found = (part for part in (widget.ancestors_with_self if widget else ()) if isinstance(part, Field))
    return next(found, None)


async def fill_form(desk: Desk, known: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the form in front, field after field, and say what must be saved; `known` stood there already."""
    screen = desk.app.screen
    assert isinstance(screen, ProgrammeForm)
    await desk.until(lambda: screen.form.complete)
    fields = {f"f.{name}": field for name, field in screen.definition.fields.items()}
    made = await _fill(desk, fields, {f"f.{name}": value for name, value in known.items()})
    return {key.removeprefix("f."): value for key, value in made.items()}


async def _fill(desk: Desk, fields: Mapping[str, FormField], known: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    steps = 0
    while steps <= 2 * len(fields) + 2:
        steps += 1
        widget = focused(desk)
        assert widget is not None, desk.text
        if widget.key not in made:
            field = fields[widget.key]
            if widget.key in known:
                made[widget.key] = known[widget.key]
            else:
                made[widget.key] = await _enter(desk, field, widget)
        shown = {
            key for key, one in desk.app.screen.query_one(Form).fields().items() if one.display and one.takes_focus
        }
        if shown <= made.keys():
            return {key: value for key, value in made.items() if key in shown}
        await desk.press("tab")
    raise AssertionError(f"not reached: {shown - made.keys()}\n{desk.text}")


async def _enter(desk: Desk, field: FormField, widget: Field) -> Any:
    """Put something into the field that has the focus."""
    if field.type == "list":
        await desk.press("enter")
        assert isinstance(desk.app.screen, RowSheet), desk.text
        row = await _fill(desk, {part.name: part for part in field.fields}, {})
        await desk.press("ctrl+d")
        assert isinstance(desk.app.screen, ProgrammeForm), desk.text
        return [row]
    if field.type in ("person", "company", "placement"):
        await desk.press("enter", "enter")
        value = widget.value
        assert value, desk.text
        if focused(desk) is not widget:
            await desk.press("shift+tab")
        return value
    choosing = field.type in ("bool", "scale", "choice", "choices")
    keys, value = chosen(field, widget) if choosing else typed(field)
    await desk.pilot.press(*keys)
    await desk.settle()
    return value


def sample(forms: Mapping[str, FormDefinition], types: set[str], count: int) -> list[str]:
    """The `count` forms that bring the most field types not in `types` yet for the fewest fields; adds theirs."""
    picked: list[str] = []
    for _round in range(min(count, len(forms))):
        known = frozenset(types)
        best = min((name for name in forms if name not in picked), key=lambda name: _cost(forms[name], known))
        picked.append(best)
        types |= types_of(forms[best])
    return picked


def _cost(form: FormDefinition, types: frozenset[str]) -> tuple[float, int]:
    size = sum(1 + len(field.fields) for field in form.fields.values())
    return -len(types_of(form) - types) / size, size


def missing(types: set[str]) -> list[tuple[str, str]]:
    """For every field type not in `types` the smallest form that has it."""
    found: list[tuple[str, str]] = []
    every = [(name, form) for name in PROGRAMMES for form in shapes.forms(name).values()]
    for kind in sorted({kind for _name, form in every for kind in types_of(form)} - types):
        having = [(len(form.fields), name, form.id) for name, form in every if kind in types_of(form)]
        _size, name, form_id = min(having)
        found.append((name, form_id))
        types.add(kind)
    return found


def types_of(form: FormDefinition) -> set[str]:
    """The field types of a form."""
    own = form.fields.values()
    return {field.type for field in own} | {part.type for field in own for part in field.fields}
