"""How the end of a sync reads afterwards: its receipt, and the phase the laptop is in."""

from datetime import datetime

from broker_tui.domain.views import Receipt, SyncPhase
from sync.errors import Cause, HubRefused, NoNetwork, SyncError
from sync.outcome import Outcome, Progress

NOBODY = frozenset({Cause.NO_CONNECTION, Cause.TIMED_OUT, Cause.NOT_THE_HUB})
OFFLINE = NOBODY | {Cause.TLS, Cause.CUT_SHORT}


def receipt_of(outcome: Outcome, progress: Progress | None, now: datetime) -> Receipt:
    """What is kept of a run that ended `now`; `progress` is where it stood last."""
    return Receipt(
        number=outcome.receipt or f"{now:%Y%m%d-%H%M%S-%f}",
        at=now,
        sent=outcome.sent,
        acknowledged=outcome.acknowledged,
        received=outcome.received,
        conflicts=outcome.conflicts,
        refused=outcome.refused,
        unsent=outcome.unsent,
        outcome=outcome.cause.value if outcome.cause else "ok",
        bytes_up=progress.bytes_up if progress else 0,
        bytes_down=progress.bytes_down if progress else 0,
        mended=outcome.checked.mended,
        unnamed=outcome.checked.unnamed,
        late=outcome.late,
    )


def phase_of(error: SyncError | None) -> SyncPhase:
    """The phase after a run that ended so."""
    if isinstance(error, NoNetwork):
        return SyncPhase.OFFLINE
    return SyncPhase.REFUSED if isinstance(error, HubRefused) else SyncPhase.IDLE


def phase_after(last: Receipt | None, enrolled: bool) -> SyncPhase:
    """The phase after a restart, from the last receipt alone."""
    if last is None or not enrolled:
        return SyncPhase.NEVER
    return SyncPhase.OFFLINE if last.outcome in {cause.value for cause in OFFLINE} else SyncPhase.IDLE
