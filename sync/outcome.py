"""What a run tells of itself: where it stands, what it counts, and what it did in the end."""

from dataclasses import dataclass, field
from typing import Literal

from sync.checking import Checked
from sync.errors import Cause, SyncError
from sync.protocol import AuditVerdict

Phase = Literal["connecting", "sending", "receiving"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands; `total` is None while nobody can know it. Bytes are those of this run, as packed."""

    phase: Phase
    done: int = 0
    total: int | None = None
    bytes_up: int = 0
    bytes_down: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, also if it ended early.

    Attributes:
        sent: operations that went over the line.
        acknowledged: those the hub named as taken (applied, merged, conflict, duplicate).
        received: changes by others, and what they took away.
        refused: operation id and code of each operation the hub refused.
        conflicts: differences opened.
        unsent: operations still not named by the hub, those in quarantine included.
        receipt: the hub's receipt of the last push, "" if nothing was pushed.
        late: of those taken, how many came after their case had gone to somebody else.
        waiting: operations held back for the next run (a missing link, or the hub choked on them).
        error: why the run ended early or is incomplete.
        org_hpke_key: the organisation's recovery key as the hub says it now; "" when it said none.
        audit: what the hub thinks of this laptop's audit chain.
        checked: what the check of the whole caseload found, in a run that made one.
        heard: the hub knew this laptop and gave its status; a refusal, a login page or silence is no such word.
        org_order_key: the key orders are signed with, as the hub says it; "" when it said none.
        order: an order to this laptop as it came, in the status or beside the word that it is shut out; not checked.
        policy: the municipality's figures as the hub says them; empty when it said none.
    """

    sent: int
    acknowledged: int
    received: int
    refused: tuple[tuple[str, str], ...]
    conflicts: int
    unsent: int
    receipt: str
    late: int = 0
    waiting: int = 0
    error: SyncError | None = None
    org_hpke_key: str = ""
    audit: AuditVerdict = ""
    checked: Checked = field(default_factory=Checked)
    heard: bool = False
    org_order_key: str = ""
    order: str = ""
    policy: dict[str, int] = field(default_factory=dict)

    @property
    def cause(self) -> Cause | None:
        """The error's cause."""
        return self.error.cause if self.error else None


@dataclass(slots=True)
class Tally:
    """What is counted while a run goes on: operations by their ids, so that one sent twice counts once."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    named_conflicts: set[str] = field(default_factory=set)
    pulled_conflicts: int = 0
    received: int = 0
    receipt: str = ""
