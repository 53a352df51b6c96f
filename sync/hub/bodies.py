"""Bodies in and out: read whole under a cap before anything is believed, gzip both ways."""

import gzip
import zlib
from typing import TypeVar

import msgspec

from sync.hub.problems import Refused
from sync.protocol import MAX_BODY

_CHUNK = 256 * 1024
_LEAST = 512
"""Below this many bytes compression costs more than it saves."""
_LEVEL = 3
T = TypeVar("T")


def inflated(body: bytes, encoding: str) -> bytes:
    """A body as it was before it was compressed.

    Raises:
        Refused: `encoding` or `too-large`; a bomb is given up at the cap.
    """
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise Refused("encoding")
    stream = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    data = body
    try:
        while data and not stream.eof:
            part = stream.decompress(data, _CHUNK)
            size += len(part)
            if size > MAX_BODY:
                raise Refused("too-large")
            parts.append(part)
            data = stream.unconsumed_tail
    except zlib.error:
        raise Refused("encoding") from None
    if not stream.eof or stream.unused_data:
        raise Refused("encoding", "the gzip stream is cut short or followed by something else")
    return b"".join(parts)


def decoded(body: bytes, kind: type[T]) -> T:
    """The message in a body.

    Raises:
        Refused: `bad-request`.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        detail = str(error) if isinstance(error, msgspec.ValidationError) else ""
        raise Refused("bad-request", detail.partition(" - at")[0]) from None


def encoded(message: msgspec.Struct, gzip_wanted: bool) -> tuple[bytes, bool]:
    """A message's bytes, and whether they are compressed."""
    body = msgspec.json.encode(message)
    if gzip_wanted and len(body) >= _LEAST:
        return gzip.compress(body, _LEVEL, mtime=0), True
    return body, False
