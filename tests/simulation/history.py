"""What people saved and what the screen showed them when they did: the history everything is checked against."""

from dataclasses import dataclass, field

from sync.records import Doc


class Broken(Exception):
    """An invariant does not hold."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


@dataclass
class Saved:
    """One operation as it was confirmed on a laptop.

    Attributes:
        machine: number of the laptop whose disk it was written to.
        seen: what the person saw in the fields of the record.
        settles: per difference it closes, the values the screen offered.
        confirmed: the save returned; otherwise the program ended around it.
        lost: the disk it lay on was replaced by an older copy before it was sent.
    """

    op: str
    machine: int
    record: str
    type: str
    scope: str
    kind: str
    tx: str
    patch: Doc
    seen: Doc
    settles: dict[str, list[Doc]] = field(default_factory=dict)
    confirmed: bool = True
    lost: bool = False
    given_up: bool = False


class History:
    """All saves of a world."""

    def __init__(self) -> None:
        self.saved: dict[str, Saved] = {}
        self._tokens = 0

    def token(self) -> str:
        """A text nobody wrote before."""
        self._tokens += 1
        return f"tekst {self._tokens}"

    def number(self) -> int:
        """A small number nobody used before."""
        self._tokens += 1
        return self._tokens

    def add(self, saved: Saved) -> None:
        """Take in what a laptop's journal holds since the last look."""
        self.saved[saved.op] = saved

    def of_record(self) -> dict[str, list[Saved]]:
        """The saves by record, oldest first."""
        found: dict[str, list[Saved]] = {}
        for saved in self.saved.values():
            found.setdefault(saved.record, []).append(saved)
        return found
