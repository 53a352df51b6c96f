"""The log beside the vault: which kinds of events happened, with ids, counts, durations and classes of errors.

There is no place in it for a text: an event is one of a fixed list, and a field is a number, a truth value, a member of
an enumeration, a class, or the reference of a crash. So nothing of a person, a note or a key can get into it, whatever
a later author does: a text is refused by its type.
"""

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

FOLDER, NAME = "log", "events.jsonl"
MAX_BYTES, FILES = 1024 * 1024, 5
DAYS = 14
_REF = re.compile(r"[0-9a-f]{8}")


class Event(Enum):
    """Everything that is ever logged."""

    STARTED = "started"
    UNLOCKED = "unlocked"
    REFUSED = "refused"
    LOCKED = "locked"
    QUIT = "quit"
    CRASHED = "crashed"
    DETAILS_LOST = "details_lost"
    """The vault did not take the details of a crash, or not in time."""
    SYNCED = "synced"
    BACKED_UP = "backed_up"
    CHECKED = "checked"
    RESCUED = "rescued"


class Unloggable(TypeError):
    """A field that could hold a text. The value is not in the message."""


class Ref:
    """The reference of a crash, drawn by this program: eight hex digits."""

    def __init__(self, ref: str) -> None:
        if not _REF.fullmatch(ref):
            raise Unloggable("ref")
        self.ref = ref


Value = int | float | bool | None | Enum | type | Ref
Plain = int | float | bool | None | str


class EventLog:
    """JSON lines in UTC, in the folder `log` of a home; the newest five files of 1 MiB, at most fourteen days.

    A log that cannot be written stops nothing.
    """

    def __init__(self, home: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = home / FOLDER
        self._now = now

    def note(self, event: Event, **fields: Value) -> None:
        """Write one line.

        Raises:
            Unloggable: a field could hold a text: that is a mistake of the program.
        """
        line: dict[str, Plain] = {"at": self._stamp(), "event": event.value}
        for name, value in fields.items():
            line[name] = _plain(name, value)
        data = (json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n").encode("ascii")
        try:
            self._write(data)
        except OSError:
            return

    def lines(self) -> list[dict[str, Plain]]:
        """What stands in it, newest first; lines that are none are left out."""
        found: list[dict[str, Plain]] = []
        for path in self._files():
            try:
                text = path.read_text("ascii", "replace")
            except OSError:
                continue
            for line in reversed(text.splitlines()):
                try:
                    read = json.loads(line)
                except ValueError:
                    continue
                if isinstance(read, dict):
                    found.append(read)
        return found

    def _stamp(self) -> str:
        return datetime.fromtimestamp(self._now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _write(self, data: bytes) -> None:
        from broker_tui import oslayer

        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            oslayer.make_private(self._folder)
        path = self._folder / NAME
        if path.exists() and path.stat().st_size + len(data) > MAX_BYTES:
            self._turn()
        fresh = not path.exists()
        with path.open("ab") as file:
            file.write(data)
        if fresh:
            oslayer.make_private(path)
            self._forget()

    def _files(self) -> list[Path]:
        names = [NAME, *(f"{NAME}.{number}" for number in range(1, FILES))]
        return [self._folder / name for name in names if (self._folder / name).exists()]

    def _turn(self) -> None:
        """Each file takes the next number; the last one goes."""
        path = self._folder / NAME
        for number in range(FILES - 1, 0, -1):
            older = self._folder / f"{NAME}.{number}"
            newer = path if number == 1 else self._folder / f"{NAME}.{number - 1}"
            if newer.exists():
                newer.replace(older)

    def _forget(self) -> None:
        for path in self._files():
            if self._now() - path.stat().st_mtime > DAYS * 86_400:
                path.unlink()


def _plain(name: str, value: Value) -> Plain:
    if isinstance(value, Ref):
        return value.ref
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, Enum):
        return value.name.lower()
    if value is None or type(value) in (bool, int, float):
        return value
    raise Unloggable(name)
