"""The hub of a world: the real service on a real database, that can stop at any transaction and be put back."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import select, update

from sync.digests import differing
from sync.hub import tables as t
from sync.hub.admin import Administration
from sync.hub.bodies import decoded, encoded, inflated
from sync.hub.digesting import Digests
from sync.hub.problems import Refused, problem
from sync.hub.pulling import Pull
from sync.hub.scopes import broker_feed
from sync.hub.service import HubService
from sync.hub.state import Actor
from sync.protocol import PROTOCOL, PullRequest, PushRequest, StatusRequest
from sync.records import SHARED, new_id
from tests.simulation.backends import Backend, HubDown, StoppingStore
from tests.simulation.chance import Time

Answer = tuple[int, dict[str, str], bytes]


class SimulatedHub:
    """One hub; answers requests by path and body, without signatures."""

    def __init__(self, backend: Backend, time: Time) -> None:
        self.backend, self.time = backend, time
        self.failures: list[str] = []
        self.service = self._open()

    def _open(self) -> HubService:
        return HubService(self.backend.open(), self.time)

    def stop_at(self, when: str | None) -> None:
        """Arm the end of the process: `before` or `after` the next commit."""
        store = self.service.store
        assert isinstance(store, StoppingStore)
        store.stop = when

    def restart(self) -> None:
        """The process ends and comes again."""
        self.service.store.close()
        self.service = self._open()

    def copy(self) -> str:
        """Keep a backup."""
        self.service.store.fold_log()
        self.service.store.close()
        name = self.backend.copy()
        self.service = self._open()
        return name

    def backup(self) -> str:
        """A copy as the manual says: marked before, confirmed once it is there."""
        mark = Administration(self.service).mark_backup()
        name = self.copy()
        Administration(self.service).confirm_backup(mark)
        return name

    def put_back(self, copy: str) -> None:
        """The database as it was when it was copied, with a new epoch as the manual says; what came later is lost."""
        self.service.store.close()
        self.backend.put_back(copy)
        self.service = self._open()
        with self.service.store.write() as conn:
            conn.execute(update(t.tenant).values(epoch=new_id()))
        self.restart()

    def close(self) -> None:
        self.service.store.close()
        self.backend.close()

    def handle(self, path: str, body: bytes, packing: str, device_id: str) -> Answer:
        """Answer one request as the web server would.

        Raises:
            HubDown: there is no answer.
        """
        try:
            device = self.service.device(device_id)
            if device is None or device.revoked:
                raise Refused("device-unknown" if device is None else "device-revoked")
            message: msgspec.Struct
            raw = inflated(body, packing)
            if path.endswith("/status"):
                message = self.service.status(device.actor, decoded(raw, StatusRequest))
            elif path.endswith("/push"):
                message = self.service.push(device.actor, decoded(raw, PushRequest))
            else:
                message = self.service.pull(device.actor, decoded(raw, PullRequest))
        except Refused as refused:
            return self.refusal(refused.problem.code)
        except HubDown:
            raise
        except Exception as error:
            self.failures.append(type(error).__name__)
            return self.refusal("broken")
        content, packed = encoded(message, True)
        return 200, self._headers("application/json") | ({"Content-Encoding": "gzip"} if packed else {}), content

    def refusal(self, code: str) -> Answer:
        """A problem document with the hub's marks."""
        said = problem(code)
        return said.status, self._headers("application/problem+json"), msgspec.json.encode(said)

    @staticmethod
    def _headers(media: str) -> dict[str, str]:
        return {"Content-Type": media, "Sync-Protocol": PROTOCOL}

    # what is checked

    def rows(self, make: Callable[[], Any]) -> list[Any]:
        """The rows of a statement."""
        with self.service.store.read() as conn:
            return list(conn.execute(make()).all())

    def ops(self) -> list[Any]:
        """Every accepted operation, those of a record in the order they were taken in."""
        return self.rows(lambda: select(t.op).order_by(t.op.c.record_id, t.op.c.rev, t.op.c.seq))

    def records(self) -> list[Any]:
        """Every record."""
        return self.rows(lambda: select(t.record).order_by(t.record.c.id))

    def refused(self) -> set[str]:
        """Operations whose content lies among the dead letters."""
        return {row.op for row in self.rows(lambda: select(t.refused.c.op))}

    def differing(self, staff: str, device: str, digests: dict[str, str]) -> dict[str, str]:
        """The scopes that a check of the caseload would fetch anew."""
        with self.service.store.read(staff) as conn:
            heads = Pull(conn, self.service.tenant, Actor(staff, device)).heads
            return differing(Digests().of(conn, self.service.tenant, heads), digests)

    def saves_from(self, feed: str, seq: int) -> list[Any]:
        """The entry with this number and those after it: number and save."""
        where = (t.entry.c.feed == feed, t.entry.c.seq >= seq)
        return self.rows(lambda: select(t.entry.c.seq, t.entry.c.tx).where(*where).order_by(t.entry.c.seq).limit(2))

    def readers(self) -> dict[str, set[str]]:
        """Who may see which case now."""
        found: dict[str, set[str]] = {}
        for row in self.rows(lambda: select(t.grant).where(t.grant.c.active)):
            found.setdefault(row.scope, set()).add(row.staff_id)
        return found


def may_read(staff: str, scope: str, readers: dict[str, set[str]]) -> bool:
    """Whether a broker may hold what lies in a scope."""
    return scope == SHARED or scope == broker_feed(staff) or staff in readers.get(scope, ())
