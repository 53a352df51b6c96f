"""Scopes as text: their form, their feed, and whether a document may stand in one."""

import re
from functools import lru_cache

from sync.records import SHARED, Doc, RecordType

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SCOPE = re.compile(rf"shared|(?:case|broker|handover):{ID.pattern}")


def is_id(text: str) -> bool:
    """Whether `text` is a UUID in its one written form."""
    return ID.fullmatch(text) is not None


@lru_cache(1024)
def is_scope(text: str) -> bool:
    """Whether `text` is a scope this hub keeps."""
    return _SCOPE.fullmatch(text) is not None


def broker_feed(staff_id: str) -> str:
    """The feed of everything one broker may see, but for what all see."""
    return f"broker:{staff_id}"


def is_granted(scope: str) -> bool:
    """Whether a scope is read by those it was granted to."""
    return scope.startswith(("case:", "handover:"))


def misplaced(kind: RecordType, record_id: str, scope: str, doc: Doc) -> str | None:
    """Why a document may not stand in `scope`, or None. What is about one person must lie with that person."""
    if not kind.may_live_in(scope):
        return f"a {kind.name} record may not lie in this scope"
    citizen = record_id if kind.name == "citizen" else doc.get("citizen_id")
    if scope.startswith("case:"):
        if citizen is not None and scope != f"case:{citizen}":
            return "the scope must be that of the citizen the record is about"
    elif scope == SHARED and citizen is not None:
        return "a shared record may not name a citizen"
    elif scope.startswith("handover:") and scope != f"handover:{record_id}":
        return "an offer lies in a scope of its own"
    return None
