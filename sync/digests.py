"""What lies in a scope, in sixteen bytes: laptop and hub compare caseloads without sending them.

The digest of a scope is a sum over its records, so neither the order nor who walks through them matters, and digests of
scopes add up to the digest of everything. It tells a record that is missing, left over, of another revision or in
another scope. Documents are not in it: a revision names its document, and the laptop's pages are authenticated.
"""

import hashlib
from collections.abc import Iterable, Mapping

Line = tuple[str, str, int, bool]
"""Scope, id, revision, and whether it is deleted, as the hub last said."""
Sums = dict[str, int]
"""Digest per scope."""
_BYTES = 16
_WHOLE = 1 << 8 * _BYTES


def sums(lines: Iterable[Line]) -> Sums:
    """The digest of each scope that holds anything."""
    found: Sums = {}
    for scope, record_id, rev, deleted in lines:
        line = f"{scope} {record_id} {rev} {deleted:d}"
        seal = hashlib.blake2b(line.encode(), digest_size=_BYTES).digest()
        found[scope] = (found.get(scope, 0) + int.from_bytes(seal, "big")) % _WHOLE
    return found


def added(*parts: int) -> int:
    """The digest of several scopes together."""
    return sum(parts) % _WHOLE


def written(digest: int) -> str:
    """A digest as it travels: 32 hex digits."""
    return f"{digest:032x}"


def read(text: str) -> int:
    """A digest that travelled; what is none is equal to nothing.

    Returns:
        -1 for a text that is no digest.
    """
    try:
        return int(text, 16) if len(text) == 2 * _BYTES else -1
    except ValueError:
        return -1


def differing(mine: Mapping[str, int], theirs: Mapping[str, str]) -> dict[str, str]:
    """Digests of the scopes that are not the same on both sides; a scope one side lacks counts as empty there."""
    empty = written(0)
    return {
        scope: written(mine.get(scope, 0))
        for scope in sorted(mine.keys() | theirs.keys())
        if mine.get(scope, 0) != read(theirs.get(scope, empty))
    }
