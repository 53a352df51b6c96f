"""Refusals of the use cases as one sentence for the answer line."""

from broker_tui.domain.views import InvalidInput, NotFound, Refusal, StoreFull, StoreSealed
from broker_tui.i18n import _
from broker_tui.i18n.words import field_error, undo_fault
from broker_tui.services import UndoRefused

DAMAGED = 7
"""Exit code of the store's own word for a database that no longer reads."""


def is_damage(error: Exception) -> bool:
    """Whether a page of the database did not read."""
    return isinstance(error, OSError) and getattr(error, "exit_code", None) == DAMAGED


def not_written(error: StoreFull, disk: str) -> str:
    """Why nothing was saved: `disk` where the disk is the reason."""
    if isinstance(error, StoreSealed):
        return _("Not saved: this caseload is being deleted by order of the municipality.")
    return disk


def sentence(error: Exception) -> str | None:
    """What to say; None for an error that is a mistake of the program."""
    if isinstance(error, Refusal):
        return error.sentence
    if isinstance(error, StoreFull):
        return not_written(error, _("The disk is full. Nothing was saved; make room and try again."))
    if isinstance(error, NotFound):
        return _("It is no longer here; somebody else may have moved it.")
    if isinstance(error, UndoRefused):
        return undo_fault(error.fault.value)
    if isinstance(error, InvalidInput):
        first = error.errors[0]
        return field_error(first.field, first.code, first.args)
    return None
