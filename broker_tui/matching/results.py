"""What team composition is asked with and what it answers."""

from fractions import Fraction
from typing import Literal

import msgspec

from broker_tui.matching.model import BadInput

MOST_TASKS, MOST_CANDIDATES = 8, 40
RelaxationKind = Literal["member", "flexible", "demand", "trainable", "hours"]


class Stays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member who is already employed in the position, with the minutes it has there."""

    citizen: str
    minutes: int = 0


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be set: size, how many share a task, how many tasks are shared, who stays."""

    max_team: int = 3
    share: int = 2
    max_shared: int = 2
    stays: tuple[Stays, ...] = ()

    def __post_init__(self) -> None:
        if not (1 <= self.max_team <= 9 and 1 <= self.share <= 3 and 0 <= self.max_shared <= MOST_TASKS):
            raise BadInput("a team is 1 to 9 people, a task is shared by 1 to 3, and 0 to 8 tasks are shared")


class Share(msgspec.Struct, frozen=True):
    """Hours of one task for one member."""

    task: str
    minutes: int
    score: Fraction


class Member(msgspec.Struct, frozen=True):
    """A member, what it does and the minutes it keeps."""

    citizen: str
    shares: tuple[Share, ...]
    spare: int


class Shared(msgspec.Struct, frozen=True):
    """A task with several people; the first person is the company's, whoever has most hours of it."""

    task: str
    first: str


class Backup(msgspec.Struct, frozen=True):
    """Who could take over at absence, by own consent and inside own hours."""

    task: str
    citizen: str
    minutes: int


class Team(msgspec.Struct, frozen=True):
    """People with their tasks; what is `missing` is only there when not everything is covered."""

    members: tuple[Member, ...]
    mean: Fraction
    minutes: int
    shared: tuple[Shared, ...] = ()
    backups: tuple[Backup, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()

    def has(self, citizen: str) -> Member | None:
        return next((member for member in self.members if member.citizen == citizen), None)


class Ask(msgspec.Struct, frozen=True):
    """Nothing stands between a citizen and a task but an answer."""

    citizen: str
    task: str
    about: tuple[str, ...]


class Uncovered(msgspec.Struct, frozen=True):
    """Minutes of a task nobody does, and how many citizens each reason keeps from it (one may count under several).

    Beside the keys of checks: `hours` has none left, `team_full` would be one member too many, `combination` fits
    alone but not together with the rest.
    """

    task: str
    minutes: int
    reasons: tuple[tuple[str, int], ...]


class Relaxation(msgspec.Struct, frozen=True, kw_only=True):
    """One single thing that could be different: one more member, a fixed time made flexible (and then no longer
    critical), a demand removed by adaptation, a task made trainable, hours cut to `minutes`.

    With a `team` it solves; else it only raises what is covered to `covered`.
    """

    kind: RelaxationKind
    task: str = ""
    demand: str = ""
    minutes: int | None = None
    team: Team | None = None
    covered: int = 0


class Composed(msgspec.Struct, frozen=True):
    """A team that does everything, perhaps a larger one with a higher mean; or as much as can be covered.

    `limited`: not all groups were looked at. `left_out`: tasks beyond eight, which were not.
    """

    team: Team | None
    alternative: Team | None = None
    partial: Team | None = None
    ask: tuple[Ask, ...] = ()
    limited: bool = False
    left_out: tuple[str, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
