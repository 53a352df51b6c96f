"""What the hub says of the laptop itself: shut out, remembered otherwise, to be opened by the organisation's key."""

from collections.abc import Callable

from broker_tui.services.ports import Store
from sync.errors import Cause
from sync.outcome import Outcome

FORKED = "audit.forked"
"""Kept on this laptop: the hub remembers another audit chain than the one that lies here."""
REVOKED = "device.revoked"
"""Kept on this laptop: the hub said that it was reported lost, and the caseload was locked for that once."""


class NotSealed(Exception):
    """The vault could not be sealed to the organisation's key: a damaged key, or a full disk."""


SealFor = Callable[[str], bool]
"""Seals the vault to the organisation's key as the hub says it; True when anything was written. Quick when it holds.

Raises `NotSealed`."""


class LaptopStanding:
    """Keeps the hub's word on this laptop, and says it once in the trail each time it turns."""

    def __init__(self, store: Store, seal_for: SealFor) -> None:
        self._store = store
        self._seal_for = seal_for
        self._not_sealed = False
        self.must_lock = False
        """The hub said for the first time that this laptop was reported lost, or the caseload is being deleted."""

    @property
    def shut_out(self) -> bool:
        """Whether the hub said, when it was last reached, that this laptop was reported lost."""
        return bool(self._store.setting(REVOKED))

    def warnings(self) -> tuple[str, ...]:
        """Codes of what somebody has to hear of though the sync goes on."""
        found = (("forked", bool(self._store.setting(FORKED))), ("not_sealed", self._not_sealed))
        return tuple(code for code, holds in found if holds)

    def seal(self, key: str) -> None:
        """Keep the vault sealed to the organisation's newest key; what fails is told and tried again next time."""
        if not key:
            return
        try:
            sealed = self._seal_for(key)
        except NotSealed:
            if not self._not_sealed:
                self._store.note_audit("not_sealed", "organisation_key", "")
            self._not_sealed = True
            return
        self._not_sealed = False
        if sealed:
            self._store.note_audit("sealed", "organisation_key", "")

    def chain(self, verdict: str) -> None:
        """The hub remembers another audit chain: an older file was put back. It is told until the hub is content."""
        forked = bool(self._store.setting(FORKED))
        if verdict == "forked" and not forked:
            self._store.set_setting(FORKED, True)
            self._store.note_audit("forked", "audit", "")
        elif verdict == "kept" and forked:
            self._store.set_setting(FORKED, None)

    def heard_of_loss(self, outcome: Outcome) -> None:
        """Once for each time somebody reports this laptop lost: who has the passphrase can go on working."""
        before = self.shut_out
        if outcome.cause is Cause.DEVICE_REVOKED and not before:
            self.must_lock = True  # also when the disk takes no more
            self._store.set_setting(REVOKED, True)
            self._store.note_audit("shut_out", "hub", "")
        elif outcome.error is None and before:
            self._store.set_setting(REVOKED, None)
