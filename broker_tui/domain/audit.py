"""The audit chain: who saw and changed what on this laptop, each line sealed to the one before it.

`mac` of a line is HMAC-SHA256 under the vault's key named `audit`, over the `mac` before it and the line as a JSON
array. So no line can be changed, left out, put in or moved without that showing at its number. That the end was cut
off, or that the whole file is an older one, shows at the hub, which remembers the newest line it was told of.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

NOTHING = bytes(32)
"""What stands in the place of a `mac` before the first line."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line.

    Args:
        seq: its number; numbers have no gaps.
        at: local time with offset, as text: it is part of what is sealed.
        device, actor: which laptop and who, ids of the hub's once it has given them.
        action: code of what was done.
        entity, entity_id: kind and id of what it was done to.
        detail: names of fields or counts; never a value.
        purpose: why, where a person had to say so.
        version: of the program.
        mac: 64 hex digits; empty on lines from before the chain.
    """

    seq: int
    at: str
    device: str
    actor: str
    action: str
    entity: str
    entity_id: str
    detail: str = ""
    purpose: str = ""
    version: str = ""
    mac: str = ""

    @property
    def moment(self) -> datetime:
        """When, as a value."""
        return datetime.fromisoformat(self.at)

    def canonical(self) -> bytes:
        """What is sealed."""
        parts: list[object] = [self.seq, self.at, self.device, self.actor, self.action, self.entity, self.entity_id]
        parts += [self.detail, self.purpose, self.version]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(key: bytes, before: bytes, line: AuditLine) -> bytes:
    """The `mac` of a line; `before` is that of the line before it, or `start`."""
    return hmac.digest(key, before + line.canonical(), "sha256")


def start(lines: Iterable[AuditLine]) -> bytes:
    """What the first sealed line follows: a digest of the lines from before the chain, if there are any."""
    digest, any_line = hashlib.sha256(), False
    for line in lines:
        digest.update(line.canonical())
        any_line = True
    return digest.digest() if any_line else NOTHING


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found. `broken_at` is the number of the first line that does not follow from those before it."""

    lines: int
    broken_at: int | None = None


def verify(key: bytes, lines: Iterable[AuditLine]) -> Verified:
    """Check every line, from the first to the newest."""
    digest, any_old, before, count = hashlib.sha256(), False, b"", 0
    for line in lines:
        count += 1
        if line.seq != count:
            return Verified(count, count)
        if not line.mac:
            if before:
                return Verified(count, line.seq)
            digest.update(line.canonical())
            any_old = True
            continue
        before = before or (digest.digest() if any_old else NOTHING)
        made = sealed(key, before, line)
        if not hmac.compare_digest(made.hex(), line.mac):
            return Verified(count, line.seq)
        before = made
    return Verified(count)
