"""Wrong attempts cost waiting time, also after the program was closed in between.

This slows a curious hand at the keyboard. Guessing on a copy of the files is held back by Argon2id alone. There is
no self-destruction: notes that were not sent yet are public records.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broker_tui import oslayer
from broker_tui.vault.errors import TooManyAttempts

NAME = "attempts.json"
DELAYS = (0, 0, 0, 1, 2, 4, 8, 16, 32, 60)  # seconds after n wrong attempts (security.md 4.4)
LONG_DELAY = 300  # after ten

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many attempts went wrong in a row and how long to wait now, for the unlock screen."""

    failed: int
    wait_seconds: int

    @property
    def suggest_recovery(self) -> bool:
        """Time to mention the recovery code."""
        return self.failed >= 5


class AttemptLog:
    """The side file that counts wrong attempts.

    Args:
        home: the vault's folder.
        clock: seconds since 1970; a clock set back never makes the wait longer than its full length.
    """

    def __init__(self, home: Path, clock: Clock = time.time) -> None:
        self._path = home / NAME
        self._clock = clock

    def now(self) -> Attempts:
        """The state of things."""
        failed, last = self._read()
        delay = DELAYS[failed] if failed < len(DELAYS) else LONG_DELAY
        remaining = min(float(delay), last + delay - self._clock())
        return Attempts(failed, max(0, -int(-remaining // 1)))

    def require_patience(self) -> None:
        """Raises:
        TooManyAttempts: the wait is not over.
        """
        attempts = self.now()
        if attempts.wait_seconds:
            raise TooManyAttempts(seconds=attempts.wait_seconds, failed=attempts.failed)

    def failed(self) -> None:
        """Count one more; a disk that cannot be written must not keep the right passphrase out."""
        count = self._read()[0] + 1
        content = json.dumps({"failed": count, "last": self._clock()}).encode("ascii")
        try:
            oslayer.write_atomically(self._path, content)
        except OSError:
            return

    def succeeded(self) -> None:
        """Forget the count."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return

    def _read(self) -> tuple[int, float]:
        try:
            fields = json.loads(self._path.read_bytes())
            return max(0, min(int(fields["failed"]), 10_000)), float(fields["last"])
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            return 0, 0.0
