"""An office for the authorisation tests: one person asks; colleagues and a neighbouring jobcenter have the cases."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from sync.protocol import Op, PullRequest, PushRequest
from sync.records import new_id
from tests.contract.hub.conftest import Answer, Wire
from tests.hub_lab import Lab, Laptop, edit, make, statuses

PUSH, PULL, STATUS = "/v1/sync/push", "/v1/sync/pull", "/v1/sync/status"
KINDS = ("create", "patch", "delete", "restore", "move", "move-into", "resolve")
_ECHOED = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{4}-\d{4}")
"""Ids, and the number of a receipt."""


@dataclass(frozen=True)
class Case:
    """A case with everything one can do something with; of an unknown one the ids only."""

    who: str
    live: str
    gone: str
    torn: str
    difference: str
    canary: str

    @property
    def scope(self) -> str:
        return f"case:{self.who}"

    @classmethod
    def nowhere(cls) -> "Case":
        """Ids nobody ever heard of."""
        return cls(new_id(), new_id(), new_id(), new_id(), new_id(), "kanarie-ingen")

    @classmethod
    def made(cls, laptop: Laptop, canary: str) -> "Case":
        """A case of the laptop's person: a follow-up, a deleted one, and one with a difference to settle."""
        who, citizen = laptop.citizen(canary)
        live, gone, torn = (agreed(who, f"{canary} {word}") for word in ("live", "gone", "torn"))
        scope = f"case:{who}"
        assert statuses(laptop.push(citizen, live, gone, torn)) == ["applied"] * 4
        answers = laptop.push(
            edit("follow_up", gone.id, scope, 1, does="delete"),
            edit("follow_up", torn.id, scope, 1, {"what": f"{canary} here"}),
            edit("follow_up", torn.id, scope, 1, {"what": f"{canary} there"}),
        )
        assert statuses(answers) == ["applied", "applied", "conflict"], statuses(answers)
        return cls(who, live.id, gone.id, torn.id, answers[2].conflicts[0], canary)


@dataclass
class Office:
    """A person with a role and a laptop on the wire, and cases in every place."""

    lab: Lab
    wire: Wire
    neighbour: Case
    role: str

    def __post_init__(self) -> None:
        admin = self.lab.admin
        admin.add_member("Kim Prøve", self.role)
        assert self.wire.enrol(admin.code("Kim Prøve")).status == 200
        bo = self.lab.laptop("Bo Prøve")
        mine = bo if self.role == "admin" else self.lab.laptop("Kim Prøve")
        self.places = {
            "own": Case.made(mine, "kanarie-egen"),
            "team": Case.made(bo, "kanarie-hold"),
            "former": Case.made(mine, "kanarie-afgivet"),
            "foreign": Case.made(bo, "kanarie-fremmed"),
            "unknown": Case.nowhere(),
            "neighbour": self.neighbour,
        }
        admin.hand_over(self.places["former"].scope, *self._handed_over(mine is bo))
        self.spare = Case.made(mine, "kanarie-anden")
        self.colleague = bo.staff
        shared = [self.places["team"], *([self.places["own"], self.spare] if mine is bo else [])]
        for case in shared:
            admin.assign(case.scope, "Kim Prøve")

    def _handed_over(self, bos: bool) -> tuple[str, str]:
        """From whom to whom: an administrator has no case to hand over, so there it is somebody else's."""
        if not bos:
            return "Kim Prøve", "Bo Prøve"
        self.lab.laptop("Ib Prøve")
        return "Bo Prøve", "Ib Prøve"

    @cached_property
    def page(self) -> bytes:
        """Everything a new laptop of this person is given, as it goes over the wire."""
        return self.ask(PULL, PullRequest()).raw

    def ask(self, path: str, message: object) -> Answer:
        """A signed request."""
        return self.wire.ask(path, message)

    def op(self, kind: str, case: Case, **more: Any) -> Op:
        """The operation of a kind on a case."""
        more = {"base": 1, **more}
        if kind == "create":
            return self._new(case)
        if kind == "move":
            patch = {"citizen_id": self.spare.who}
            return edit("follow_up", case.live, self.spare.scope, more.pop("base"), patch, does="move", **more)
        if kind == "move-into":
            source = self.spare.live if case is self.places["own"] else self.places["own"].live
            return edit(
                "follow_up", source, case.scope, more.pop("base"), {"citizen_id": case.who}, does="move", **more
            )
        record = {"patch": case.live, "delete": case.live, "restore": case.gone, "resolve": case.torn}[kind]
        change: dict[str, Any] | None = {"what": "rettet"} if kind in ("patch", "resolve") else None
        closes = [case.difference] if kind == "resolve" else []
        base = more.pop("base") + (kind in ("restore", "resolve"))
        return edit("follow_up", record, case.scope, base, change, does=kind, closes=closes, **more)

    def _new(self, case: Case) -> Op:
        if case is self.places["unknown"] or case is self.neighbour:
            return make("citizen", case.who, case.scope, {"name": "Ny Person"})
        return agreed(case.who, "nyt")

    def push(self, op: Op) -> Answer:
        """One operation in a batch."""
        return self.ask(PUSH, PushRequest(batch="b", items=[msgspec.Raw(msgspec.json.encode(op))]))


def agreed(citizen: str, what: str) -> Op:
    """A follow-up with somebody."""
    return make("follow_up", new_id(), f"case:{citizen}", {"citizen_id": citizen, "what": what, "due": "2026-12-01"})


def word(answer: Answer) -> str:
    """The hub's word on the one operation of a push."""
    assert answer.status == 200
    (item,) = answer.body["items"]
    if item.get("late"):
        return "late"
    return str(item["problem"]["code"] if "problem" in item else item["status"])


def without_ids(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """An answer as somebody sees it who knows the ids they sent."""
    headers = {k: v for k, v in answer.headers.items() if k not in ("content-length", "date")}
    return answer.status, headers, _ECHOED.sub(b"#", answer.raw)
