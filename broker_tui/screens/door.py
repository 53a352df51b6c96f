"""What the screens before the caseload need: a way in. The vault itself stays behind this door."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from broker_tui.rescuing import Rescued
    from broker_tui.services import Services


class DoorRefused(Exception):
    """The vault stays closed; `sentence` says why, translated, without any secret.

    Args:
        sentence: what to show.
        kind: `wrong`, `wait`, `weak`, `damaged` (it can be rescued) or `broken`; only the last cannot be helped here.
        wait: seconds until the next attempt.
    """

    def __init__(self, sentence: str, kind: str = "broken", wait: int = 0) -> None:
        super().__init__(kind)
        self.sentence = sentence
        self.kind = kind
        self.wait = wait


class Verdict(NamedTuple):
    """How good a new passphrase is: 0 to 4, whether it may be used, and advice (translated)."""

    score: int
    accepted: bool
    advice: str


class Kept(NamedTuple):
    """What may be said before the caseload is open: counts of changes and drafts, never of people."""

    unsent: int = 0
    drafts: int = 0
    sync_before: date | None = None


class Session(Protocol):
    """An open caseload."""

    @property
    def services(self) -> "Services":
        """The use cases."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences to show once after opening (a header copy was healed, an older one was put back)."""

    def change_passphrase(self, current: str, new: str) -> None:
        """Close with `new` from now on. Raises `DoorRefused`."""

    def new_recovery_code(self) -> str:
        """A fresh code to be shown once. Raises `DoorRefused`."""

    def disk_encrypted(self) -> bool | None:
        """Whether the disk below the caseload is encrypted; None: unknown. Takes up to two seconds."""

    def ways_in(self) -> tuple[str, ...]:
        """Kinds of what can open this caseload (`passphrase`, `recovery-code`, `municipality`)."""

    def close(self) -> None:
        """Forget keys and close the database; harmless twice."""


class Door(Protocol):
    """The closed caseload. All methods but `verdict` may take a third of a second: call them in a worker."""

    device_name: str

    def exists(self) -> bool:
        """Whether there is a caseload here; without one the first run begins."""

    def wait(self) -> tuple[int, int]:
        """Wrong attempts in a row, and seconds to wait."""

    def kept(self) -> Kept:
        """What lies here."""

    def load(self) -> None:
        """Load what `unlock` and the first page need, so that nobody waits for it."""

    def unlock(self, passphrase: str) -> Session:
        """Open. Raises `DoorRefused`."""

    def rescue(self, passphrase: str, told: "Callable[[str, int, int], None]") -> "tuple[Session, Rescued]":
        """Bring a damaged caseload back and open it; takes a while. Raises `DoorRefused`.

        Args:
            told: called with the stage (`reading`, `restoring`, `replaying`), done and all.
        """

    def recover(self, code: str, new_passphrase: str) -> Session:
        """Open with the code on paper and set a new passphrase. Raises `DoorRefused`."""

    def create(self, name: str, passphrase: str) -> tuple[Session, str]:
        """Make a new caseload; the recovery code is shown once. Raises `DoorRefused`."""

    def verdict(self, passphrase: str) -> Verdict:
        """Judge a new passphrase; quick."""
