"""`vault.hdr`: the small file that turns a passphrase into the root key, in two equal copies.

Canonical JSON, so that it has one spelling. `sum` (a plain SHA-256 of the rest) tells accidental damage from a
wrong passphrase before anything is derived; `mac` (under the root key) tells deliberate changes afterwards.
Layout: security.md 4.2; the reasons for `sum` and for equal copies: docs/decisions/0001.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker_tui import oslayer
from broker_tui.vault.errors import (
    Cause,
    DatabaseUnavailable,
    DiskRefused,
    HeaderDamaged,
    HeaderMissing,
    NotAVault,
    UnsupportedVault,
    VaultError,
)
from broker_tui.vault.kdf import expand
from broker_tui.vault.slots import SECRET_TYPES, Slot, canonical, decode, encode

MAGIC = "broker_tui-vault"
VERSION = 1
DATABASE_FORMAT = "sqlcipher4-raw"
MAX_BYTES = 16 * 1024
NAME = "vault.hdr"
COPY_NAME = "vault.hdr.bak"


@dataclass(frozen=True, slots=True)
class Header:
    """One generation of the header; `fields` holds everything but `mac` and `sum`, unknown fields included."""

    fields: Mapping[str, Any]

    @property
    def vault(self) -> str:
        """The vault's id."""
        return str(self.fields["vault"])

    @property
    def generation(self) -> int:
        """Counts how often the header was written."""
        return int(self.fields["gen"])

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All slots, known or not."""
        return tuple(self.fields["slots"])

    def of_type(self, kind: str) -> tuple[Slot, ...]:
        """The slots of one type."""
        return tuple(slot for slot in self.slots if slot.get("type") == kind)

    def with_slot(self, slot: Slot) -> "Header":
        """The next generation, in which `slot` stands for all slots of its type."""
        kept = [dict(other) for other in self.slots if other.get("type") != slot["type"]]
        fields = {**self.fields, "gen": self.generation + 1, "slots": [dict(slot), *kept]}
        return Header(fields)

    def without(self, slot_id: str) -> "Header":
        """The next generation, without the slot of that id."""
        kept = [dict(slot) for slot in self.slots if slot.get("id") != slot_id]
        return Header({**self.fields, "gen": self.generation + 1, "slots": kept})

    def to_bytes(self, root: bytes) -> bytes:
        """The file's content, sealed with the root key."""
        sealed = {**self.fields, "mac": encode(self._mac(root))}
        return canonical({**sealed, "sum": hashlib.sha256(canonical(sealed)).hexdigest()})

    def _mac(self, root: bytes) -> bytes:
        key = expand(root, "header-mac", self.vault)
        return hmac.digest(key, canonical(self.fields), "sha256")


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """A header as read from disk, not yet authenticated.

    Args:
        header: what it says.
        mac: what it is sealed with.
        healed: one of the two copies was missing, damaged or older, and the other one was used.
    """

    header: Header
    mac: bytes
    healed: bool = False

    def authenticate(self, root: bytes) -> None:
        """Check the seal.

        Raises:
            HeaderDamaged: somebody changed the header.
        """
        if not hmac.compare_digest(self.mac, self.header._mac(root)):
            raise HeaderDamaged


def new_header(vault: str, created: str, slots: Iterable[Slot]) -> Header:
    """The first generation of a new vault's header."""
    return Header(
        {
            "magic": MAGIC,
            "v": VERSION,
            "vault": vault,
            "gen": 1,
            "db": DATABASE_FORMAT,
            "created": created,
            "policy": {},
            "slots": [dict(slot) for slot in slots],
        }
    )


def parse(data: bytes) -> FoundHeader:
    """Read a header file.

    Raises:
        HeaderDamaged: it is not what was written.
        NotAVault: it is some other, intact file.
        UnsupportedVault: it follows a format this version does not know.
    """
    if len(data) > MAX_BYTES:
        raise HeaderDamaged
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        raise HeaderDamaged from None
    if not isinstance(fields, dict) or not ({"magic", "slots", "sum"} & fields.keys()):
        raise NotAVault
    claimed = fields.pop("sum", None)
    try:
        actual = hashlib.sha256(canonical(fields)).hexdigest()
        spelled = canonical({**fields, "sum": claimed})
    except (UnicodeError, RecursionError):
        raise HeaderDamaged from None
    if claimed != actual or spelled != data:
        raise HeaderDamaged
    if fields.get("magic") != MAGIC:
        raise NotAVault
    if fields.get("v") != VERSION or fields.get("db") != DATABASE_FORMAT:
        raise UnsupportedVault
    mac = decode(fields.pop("mac", None), 32)
    _check_shape(fields)
    return FoundHeader(Header(fields), mac)


def _check_shape(fields: Mapping[str, Any]) -> None:
    slots = fields.get("slots")
    if (
        not isinstance(slots, list)
        or not all(isinstance(slot, dict) for slot in slots)
        or type(fields.get("gen")) is not int
        or not isinstance(fields.get("vault"), str)
        or re.fullmatch("[0-9a-f]{32}", fields["vault"]) is None
    ):
        raise HeaderDamaged
    if not any(slot.get("type") in SECRET_TYPES for slot in slots):
        raise UnsupportedVault(Cause.NO_KNOWN_SLOT)


def _read(path: Path) -> FoundHeader | VaultError | None:
    """One copy: what it holds, why it is unusable, or None when there is none."""
    try:
        with path.open("rb") as file:
            return parse(file.read(MAX_BYTES + 1))
    except FileNotFoundError:
        return None
    except OSError:
        return DatabaseUnavailable()
    except (HeaderDamaged, NotAVault) as refusal:
        return refusal


def read(home: Path) -> FoundHeader:
    """The header of a home: the first copy, or the second when the first is missing or damaged.

    The unusable copy is not touched here: it is healed once the other one proved authentic (`heal`).

    Raises:
        HeaderMissing: there is none.
        HeaderDamaged: no copy can be trusted.
        NotAVault: there is some other file of that name.
        UnsupportedVault: a newer version made one of them; the other one may be older than that.
        DatabaseUnavailable: the files cannot be read.
    """
    first, second = _read(home / NAME), _read(home / COPY_NAME)
    if isinstance(first, FoundHeader):
        same = isinstance(second, FoundHeader) and second.header == first.header and second.mac == first.mac
        return FoundHeader(first.header, first.mac, healed=not same)
    if isinstance(second, FoundHeader):
        return FoundHeader(second.header, second.mac, healed=True)
    if first is None and second is None:
        raise HeaderMissing
    raise first or second or HeaderDamaged()


def write(home: Path, header: Header, root: bytes) -> None:
    """Write both copies, the first one first; a crash in between leaves an old or a new header that opens.

    Raises:
        DiskRefused: the disk is full or read-only; the old header stands.
    """
    data = header.to_bytes(root)
    if len(data) > MAX_BYTES:
        raise HeaderDamaged
    try:
        oslayer.write_atomically(home / NAME, data)
    except OSError:
        raise DiskRefused from None
    heal(home, data)


def heal(home: Path, data: bytes) -> None:
    """Make both copies say `data`; a copy that cannot be written is tried again at the next opening."""
    for name in (NAME, COPY_NAME):
        path = home / name
        try:
            if not path.exists() or path.read_bytes() != data:
                oslayer.write_atomically(path, data)
        except OSError:
            continue
