"""A hub in a folder with people and devices, for tests; operations are made in one line."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
from sqlalchemy import URL

from sync.hub.admin import Administration, create, opened
from sync.hub.places import Place
from sync.hub.service import HubService
from sync.hub.state import Actor
from sync.protocol import Change, Cursor, Op, OpAnswer, OpKind, PullRequest, PushRequest
from sync.records import new_id

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@cache
def _template() -> Path:
    """An empty hub, made once: tests copy it instead of building the schema each time."""
    folder = tempfile.TemporaryDirectory(prefix="hub-template-")
    atexit.register(folder.cleanup)
    create(Path(folder.name) / "hub", "Jobcenter Prøveby", lambda: START)
    return Path(folder.name) / "hub"


@dataclass
class Lab:
    """A hub with a movable clock."""

    service: HubService
    now: datetime = START

    @classmethod
    def at(cls, folder: Path, database: URL | None = None) -> "Lab":
        """A fresh hub in `folder`, or in a database that has an empty one."""
        if database is None:
            shutil.copytree(_template(), folder)
        else:
            folder.mkdir()
        return cls.of(folder, database)

    @classmethod
    def of(cls, folder: Path, database: URL | None = None) -> "Lab":
        """The hub that is there already."""
        lab = cls.__new__(cls)
        lab.now = START
        lab.service = opened(folder, lambda: lab.now, Place(folder, database))
        return lab

    def later(self, **span: float) -> None:
        """Move the clock."""
        self.now += timedelta(**span)

    @property
    def admin(self) -> Administration:
        return Administration(self.service)

    def laptop(self, name: str) -> "Laptop":
        """A device of a new or known member."""
        known = {m.name: m for m in self.admin.members()}
        member = known.get(name) or self.admin.add_member(name)
        return Laptop(self, Actor(member.staff_id, new_id()))


@dataclass
class Laptop:
    """What a device sends and what it was told."""

    lab: Lab
    actor: Actor
    cursors: dict[str, Cursor] = field(default_factory=dict)

    @property
    def staff(self) -> str:
        return self.actor.staff_id or ""

    def push(self, *ops: Op | dict[str, Any] | bytes) -> list[OpAnswer]:
        """One batch."""
        items = [msgspec.Raw(op if isinstance(op, bytes) else msgspec.json.encode(op)) for op in ops]
        answer = self.lab.service.push(self.actor, PushRequest(batch=new_id(), items=items))
        return [msgspec.json.decode(raw, type=OpAnswer) for raw in answer.items]

    def pull(self, limit: int = 500) -> list[Change]:
        """Everything new, page by page."""
        changes: list[Change] = []
        while True:
            page = self.lab.service.pull(self.actor, PullRequest(cursors=self.cursors, limit=limit))
            assert page.end
            assert page.count == len(page.items)
            changes += [msgspec.json.decode(raw, type=Change) for raw in page.items]
            self.cursors = page.next
            if not page.more:
                return changes

    def citizen(self, name: str = "Person") -> tuple[str, Op]:
        """A new citizen and the operation that creates them."""
        record = new_id()
        return record, make("citizen", record, f"case:{record}", {"name": name})


def make(kind: str, record: str, scope: str, doc: dict[str, Any], **more: Any) -> Op:
    """A create."""
    op = new_id()
    return Op(op=op, id=record, type=kind, scope=scope, kind="create", patch=doc, chain=op, **more)


def edit(kind: str, record: str, scope: str, base: int, patch: dict[str, Any] | None = None, **more: Any) -> Op:
    """A patch, or with `does` another kind of operation."""
    op = new_id()
    does = cast(OpKind, more.pop("does", "patch"))
    return Op(**{"op": op, "chain": op, "id": record, "type": kind, "scope": scope, "kind": does, "base": base,
                 "patch": patch or {}, **more})  # fmt: skip


def contact(citizen: str, note: str = "ringede", **more: Any) -> Op:
    """A contact in a citizen's scope."""
    doc = {"citizen_id": citizen, "occurred_on": "2026-11-16", "kind": "phone", "outcome": "reached", "note": note}
    return make("contact", new_id(), f"case:{citizen}", doc, **more)


def statuses(answers: list[OpAnswer]) -> list[str]:
    """Statuses in order, with the code of a refusal."""
    return [a.status if a.problem is None else a.problem.code for a in answers]
