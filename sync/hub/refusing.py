"""The two words that are no answer to one operation yet: refused, and too early."""

from sync.hub.problems import problem
from sync.protocol import Op, Problem


class Refusal(Exception):
    """An operation is refused."""

    def __init__(self, code: str, detail: str = "", pointer: str | None = None) -> None:
        super().__init__(code)
        self.problem: Problem = problem(code, detail, pointer)


class Waiting(Exception):
    """An operation needs another one first."""


def absent(op: Op, *, spent: bool) -> Refusal | Waiting:
    """The one word on a record that is not there for this person: there is none, or it is somebody else's.

    A change without a revision before it may have overtaken its create, and waits as long as anything waits; what
    has waited that long (`spent`), and what else names nothing, is refused.
    """
    if op.kind != "create" and op.base == 0 and not op.after and not spent:
        return Waiting()
    return Refusal("not-entitled")
