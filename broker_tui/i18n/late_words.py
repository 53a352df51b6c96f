"""What a colleague sent after a hand-over, in words: what they did, and to what."""

from broker_tui.domain.views import Late
from broker_tui.i18n import _, words
from broker_tui.i18n.change_words import typed_of

_NOT_SHOWN = frozenset({"deleted", "scope"})


def did(item: Late) -> str:
    """`Contact, new`; `Follow-up, changed: text`: codes and names of fields only."""
    kind = words.record_type(item.difference.record_type)
    if item.kind != "patch":
        return f"{kind}, {words.label('op_kind', item.kind)}"
    names = ", ".join(words.field(name) for name in item.difference.fields if name not in _NOT_SHOWN)
    return f"{kind}, {words.label('op_kind', 'patch')}: {names}"


def typed(item: Late) -> str:
    """What somebody wrote: of a changed field the value that was sent, otherwise the words of the record."""
    if item.kind != "patch":
        return typed_of(item.difference.record_type, item.doc)
    shown = [
        words.value(item.difference.record_type, name, item.difference.theirs.get(name)) or _("empty")
        for name in item.difference.fields
        if name not in _NOT_SHOWN
    ]
    return ", ".join(shown)


def sentence(item: Late) -> str:
    """Both."""
    return ": ".join(part for part in (did(item), typed(item)) if part)
