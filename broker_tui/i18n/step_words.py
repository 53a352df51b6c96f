"""The parts of a programme under which its rules stand: its steps, and what is no step."""

from broker_tui.i18n import N_, _, programme_words
from broker_tui.programmes import loading

_PARTS = {
    "any": N_("Every step"),
    "all": N_("Every step"),
    "general": N_("The whole programme"),
    "setup": N_("How the effort is set up"),
    "org": N_("How the effort is organised"),
    "prep": N_("Before the first course"),
    "target": N_("Target group"),
    "entry": N_("Entry"),
    "sanction": N_("Absence and sanction"),
    "exempt": N_("Exemption"),
    "lang": N_("Language"),
    "post": N_("After the exit"),
    "stepup": N_("Step up"),
    "retreat": N_("Step up: taking the effort up again"),
    "parallel": N_("Step up: parallel internship"),
    "element1": N_("Element 1"),
    "element2": N_("Element 2"),
    "element3": N_("Element 3"),
    "element4": N_("Element 4"),
    "municipal": N_("Employment in the municipality"),
    "workshop": N_("Flex-job workshop"),
}
"""Codes in the step column of a rule that are no step of the programme."""


def part(programme: str, code: str) -> str:
    """A step or another part of a programme by its name."""
    if code in loading.program(programme).steps:
        return programme_words.step(programme, code)
    return _(_PARTS[code]) if code in _PARTS else code.replace("_", " ")
