"""Headings of what a company may see of a person."""

from functools import cache

from broker_tui.i18n import N_, _
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes

_OWN = {
    "placement": N_("Placement"),
    "tasks": N_("Tasks"),
    "hours": N_("Hours"),
    "considerations": N_("Considerations"),
}
_LISTS = (("flexjob", "F-F15", "releases", "items"), ("mastery", "F-M6", "must_know", ""))


def heading(item: str) -> str:
    """The heading of an item; the forms' own words for what they release."""
    if item in _OWN:
        return _(_OWN[item])
    found = _choices().get(item)
    return both(found) if found is not None else item


@cache
def _choices() -> dict[str, shapes.Choice]:
    known: dict[str, shapes.Choice] = {}
    for programme, form, name, part in _LISTS:
        field = shapes.forms(programme)[form].fields[name]
        if part:
            field = next(one for one in field.fields if one.name == part)
        known |= {choice.code: choice for choice in field.choices if choice.code not in known}
    return known
