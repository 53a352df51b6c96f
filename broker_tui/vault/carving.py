"""Rows out of a damaged database without asking SQLite: page by page, each one proved by its own seal.

SQLCipher seals every page with its number (vault-format.md), so a page is wholly right or not used at all, and a page
that lies in another's place shows itself. The first page, on which SQLite depends for everything, is one of many here.
Files are only read, and nothing decrypted is ever written to a disk.
"""

import hashlib
import hmac
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PAGE = 4096
SALT = 16
IV_AT = PAGE - 80
SEAL_AT = PAGE - 64
START = b"SQLite format 3\0"
WAL_HEADER = 32
FRAME_HEADER = 24
TABLE_LEAF, TABLE_INNER, INDEX_LEAF, INDEX_INNER = 0x0D, 0x05, 0x0A, 0x02
MAX_ROW = 64 * 1024 * 1024
_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}
_REAL = 7

Value = int | float | str | bytes | None


class Carved(NamedTuple):
    """One row: whether its table has row numbers, its number (else 0), its columns in the order of the table."""

    numbered: bool
    rowid: int
    values: tuple[Value, ...]


@dataclass(slots=True)
class Pages:
    """The pages that proved right; those of the write-ahead log stand before the older ones.

    Attributes:
        sound: plain pages by number.
        bad: numbers of pages of which no copy is right.
        stale: numbers of pages whose newest copy, in the log, is broken: an older one stands in `sound`.
        torn: rows that began on a sound page and went on on a lost one.
    """

    sound: dict[int, bytes] = field(default_factory=dict)
    bad: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)
    torn: int = 0

    @property
    def whole(self) -> bool:
        """Whether no page with rows is known to be missing; the first one has none but the list of tables.

        The first page says how many there are. Without it the pages tell which others hang below them.
        """
        if self.bad - {1} or self.stale or self.torn:
            return False
        first = self.sound.get(1)
        if first is not None:
            return int.from_bytes(first[28:32], "big") <= len(self.sound)
        return all(child in self.sound for number in self.sound for child in self._below(number))

    def _below(self, number: int) -> Iterator[int]:
        page = self.sound[number]
        if page[0] not in (TABLE_INNER, INDEX_INNER):
            return
        yield int.from_bytes(page[8:12], "big")
        for index in range(int.from_bytes(page[3:5], "big")):
            at = int.from_bytes(page[12 + 2 * index : 14 + 2 * index], "big")
            yield int.from_bytes(page[at : at + 4], "big")


def read_pages(path: Path, key: bytes) -> Pages:
    """Prove and decrypt what can be.

    Args:
        path: the database, its write-ahead log beside it; either may be missing or end anywhere.
        key: the 32 bytes of the database key.

    Raises:
        OSError: a file cannot be read.
    """
    data = path.read_bytes() if path.exists() else b""
    log = path.with_name(path.name + "-wal")
    seals = _Seals(data, key)
    pages = Pages()
    in_file = [(at // PAGE + 1, data[at : at + PAGE]) for at in range(0, len(data), PAGE)]
    for number, raw in (*in_file, *_committed(log.read_bytes() if log.exists() else b"")):
        if seals.right(raw, number):
            pages.sound[number] = _plain(raw, number, key)
            pages.bad.discard(number)
            pages.stale.discard(number)
        elif number in pages.sound:
            pages.stale.add(number)
        else:
            pages.bad.add(number)
    return pages


def carve(pages: Pages, shapes: Collection[tuple[bool, int]]) -> Iterator[Carved]:
    """Every row whose kind of table and number of columns is among `shapes`; one may come twice.

    With `secure_delete` a deleted row is zeros, so none of those comes back.
    """
    for number, page in pages.sound.items():
        at = 100 if number == 1 else 0
        kind = page[at]
        if kind not in (TABLE_LEAF, INDEX_LEAF, INDEX_INNER):
            continue
        first = at + (12 if kind == INDEX_INNER else 8)
        for index in range(int.from_bytes(page[at + 3 : at + 5], "big")):
            pointer = int.from_bytes(page[first + 2 * index : first + 2 * index + 2], "big")
            try:
                row = _row(pages, page, pointer, kind, shapes)
            except (IndexError, ValueError):
                continue  # a page of a long value can look like the start of a table
            if row is not None:
                yield row


class _Seals:
    """Judges pages; the key of the seal hangs on the salt, of which one turned bit is found again."""

    def __init__(self, data: bytes, key: bytes) -> None:
        salt = data[:SALT].ljust(SALT, b"\0")
        probes = [number for number in (2, 3, 4, 5, 1) if len(data) >= number * PAGE]
        turned = (
            salt[: bit // 8] + bytes([salt[bit // 8] ^ 1 << bit % 8]) + salt[bit // 8 + 1 :] for bit in range(128)
        )
        for candidate in (salt, *turned):
            self._key = _seal_key(key, candidate)
            if not probes or any(self.right(data[(n - 1) * PAGE : n * PAGE], n) for n in probes):
                return
        self._key = _seal_key(key, salt)

    def right(self, raw: bytes, number: int) -> bool:
        """Whether a page is whole, and the one of that number."""
        if len(raw) != PAGE:
            return False
        covered = raw[SALT if number == 1 else 0 : SEAL_AT] + number.to_bytes(4, "little")
        return hmac.compare_digest(hmac.digest(self._key, covered, "sha512"), raw[SEAL_AT:])


def _seal_key(key: bytes, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)


def _plain(raw: bytes, number: int, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    decryptor = Cipher(algorithms.AES(key), modes.CBC(raw[IV_AT:SEAL_AT])).decryptor()
    start = SALT if number == 1 else 0
    plain = decryptor.update(raw[start:IV_AT]) + decryptor.finalize()
    return START + plain if number == 1 else plain


def _committed(log: bytes) -> Iterator[tuple[int, bytes]]:
    """Pages of finished transactions, oldest first.

    SQLite stops at the first broken frame; here it is passed over, because each page has a seal of its own.
    """
    size = FRAME_HEADER + PAGE
    frames = [log[at : at + size] for at in range(WAL_HEADER, len(log) - size + 1, size)]
    if not frames:
        return
    salts = log[16:24]
    if all(frame[8:16] != salts for frame in frames):
        salts = frames[0][8:16]  # the head of the log is what broke
    waiting: list[tuple[int, bytes]] = []
    for frame in frames:
        if frame[8:16] != salts:
            continue
        waiting.append((int.from_bytes(frame[:4], "big"), frame[FRAME_HEADER:]))
        if any(frame[4:8]):
            yield from waiting
            waiting = []


def _row(pages: Pages, page: bytes, at: int, kind: int, shapes: Collection[tuple[bool, int]]) -> Carved | None:
    numbered = kind == TABLE_LEAF
    size, at = _varint(page, at + 4 if kind == INDEX_INNER else at)
    rowid = 0
    if numbered:
        rowid, at = _varint(page, at)
    if not 0 < size <= MAX_ROW:
        raise ValueError
    local = _local(size, numbered=numbered)
    head, types = _varint(page, at)
    # Most rows are none of ours; the head says so before anything is put together.
    if head <= local and (numbered, _count(page, types, at + head)) not in shapes:
        return None
    payload = page[at : at + local]
    missing = size - local
    following = int.from_bytes(page[at + local : at + local + 4], "big") if missing else 0
    while missing > 0:
        more = pages.sound.get(following)
        if more is None:
            pages.torn += 1
            return None
        part = more[4 : 4 + min(missing, IV_AT - 4)]
        payload += part
        missing -= len(part)
        following = int.from_bytes(more[:4], "big")
    values = _values(payload)
    return Carved(numbered, rowid, values) if (numbered, len(values)) in shapes else None


def _local(size: int, *, numbered: bool) -> int:
    """Bytes of a row that lie on its own page."""
    most = IV_AT - 35 if numbered else (IV_AT - 12) * 64 // 255 - 23
    if size <= most:
        return size
    least = (IV_AT - 12) * 32 // 255 - 23
    wanted = least + (size - least) % (IV_AT - 4)
    return wanted if wanted <= most else least


def _count(page: bytes, at: int, end: int) -> int:
    count = 0
    while at < end:
        _kind, at = _varint(page, at)
        count += 1
    return count


def _values(payload: bytes) -> tuple[Value, ...]:
    head, at = _varint(payload, 0)
    kinds = []
    while at < head:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    found: list[Value] = []
    at = head
    for kind in kinds:
        value, at = _value(payload, at, kind)
        found.append(value)
    return tuple(found)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    width = _WIDTHS.get(kind, (kind - 12) // 2)
    part = payload[at : at + width]
    if kind in (10, 11) or len(part) != width:
        raise ValueError
    at += width
    if kind == _REAL:
        return float(struct.unpack(">d", part)[0]), at
    if kind < _REAL:
        return int.from_bytes(part, signed=True), at
    return (part.decode("utf-8") if kind % 2 else part), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = data[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    return value << 8 | data[at + 8], at + 9
