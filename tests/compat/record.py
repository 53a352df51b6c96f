"""Records what this version says and hears, for all later ones: `python -m tests.compat.record NAME`.

Two brokers with three laptops work on a real hub for a while: every record type, every kind of operation, saves of
several records, runs of edits, a difference and its settling, a move, a case that goes over. Each request and its
answer is one line. Run once for each version, when it is released; never again for it. All people are invented.
"""

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from broker_tui.demo.caseload import Maker, Size
from broker_tui.domain.views import Me
from broker_tui.services.hub_line import ClosableHub
from broker_tui.services.ports import Write
from sync.hub.admin import create
from sync.ports import Signer
from sync.protocol import (
    EnrolAnswer,
    EnrolRequest,
    Op,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
)
from sync.records import RECORD_TYPES, SHARED, case_scope, new_id
from tests.contract.sync.worlds import Laptop, ServiceWorld, encrypted, store_template

HERE = Path(__file__).parent
TRAFFIC = "traffic.jsonl"
OFFICE = "office.json"
KINDS = {"create", "patch", "delete", "restore", "move", "resolve"}


class RecordingWorld(ServiceWorld):
    """A hub whose lines remember what went over them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lines: list[dict[str, Any]] = []

    def line(self, signer: Signer | None) -> ClosableHub:
        return _Recorder(super().line(signer), self.lines, signer.key_id if signer else "")


class _Recorder:
    """One line."""

    def __init__(self, line: ClosableHub, lines: list[dict[str, Any]], device: str) -> None:
        self._line, self._lines, self._device = line, lines, device

    def _noted(self, path: str, request: msgspec.Struct, answer: Any) -> Any:
        told, heard = (json.loads(msgspec.json.encode(message)) for message in (request, answer))
        self._lines.append({"device": self._device, "path": path, "request": told, "answer": heard})
        return answer

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        return self._noted("devices", request, self._line.enrol(request))  # type: ignore[no-any-return]  # as it came

    def status(self, request: StatusRequest) -> StatusAnswer:
        return self._noted("status", request, self._line.status(request))  # type: ignore[no-any-return]  # as it came

    def push(self, request: PushRequest) -> PushAnswer:
        return self._noted("push", request, self._line.push(request))  # type: ignore[no-any-return]  # as it came

    def pull(self, request: PullRequest) -> PullAnswer:
        return self._noted("pull", request, self._line.pull(request))  # type: ignore[no-any-return]  # as it came

    def close(self) -> None:
        self._line.close()


def live(ida: Laptop, jonas: Laptop) -> None:
    """A few days of two brokers."""
    me = ida.store.me()
    maker = Maker(7, ida.clock.today(), "da", me.staff_id, Size(cases=2, contacts=6))
    together: list[Write] = []
    for write in maker.writes():
        together.append(write)
        if len(together) == 4:
            ida.store.save(together)
            together = []
    ida.store.save(together)
    ida.run()
    person = ida.citizen("Ida Invented")
    note = ida.contact(person, "på den forkerte")
    company = ida.company("Nordvest Lager ApS", area="Nord")
    for area in ("Syd", "Vest"):
        ida.write("patch", company, {"area": area})
    ida.write("delete", company)
    ida.write("restore", company)
    other = ida.citizen("Bo Invented")
    ida.write("move", note, {"citizen_id": other}, type_name="contact", scope=case_scope(other))
    on = "2026-11-20"
    scope = case_scope(person)
    for type_name, where, doc in (
        ("placement", scope, {"citizen_id": person, "company_id": company, "type": "internship", "start": on}),
        ("hours", scope, {"citizen_id": person, "start": on, "minutes_per_week": 600, "measure": "internship"}),
        ("form", scope, {"citizen_id": person, "form": "plan", "programme": "fsm2", "on": on}),
        ("company_visit", SHARED, {"company_id": company, "occurred_on": on}),
    ):
        ida.write("create", new_id(), doc, type_name=type_name, scope=where)
    ida.run()
    jonas.run()
    jonas.write("patch", company, {"area": "Øst", "note": "ringer tilbage"})
    jonas.run()
    ida.write("patch", company, {"area": "Midt"})
    ida.run()
    ida.run()
    (difference,) = ida.sync.differences()
    ida.sync.settle(difference.conflict_id, "mine")
    ida.clock.at += timedelta(days=2)
    start = {"citizen_id": person, "staff_id": jonas.store.me().staff_id, "role": "broker", "start": "2026-11-20"}
    ida.write("create", new_id(), start, type_name="role_assignment", scope=case_scope(person))
    ida.run()
    jonas.run()
    jonas.contact(person, "overtaget")
    jonas.run()
    for laptop in (ida, jonas, ida):
        laptop.run()


def main(name: str) -> None:
    """Record under a name that was not used before."""
    target = HERE / name
    if target.exists():
        raise SystemExit(f"{target} is there already; a version is recorded once")
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        create(folder / "hub", "Test municipality")
        store_template(folder / "laptop")
        world = RecordingWorld(folder / "hub")
        members = {who: world.add_broker(who) for who in ("Ida Broker", "Jonas Broker")}
        owners = {"ida": "Ida Broker", "jonas": "Jonas Broker", "fresh": "Ida Broker"}
        laptops = {
            who: encrypted(world, folder, folder / f"of {who}").join(members[owner]) for who, owner in owners.items()
        }
        live(laptops["ida"], laptops["jonas"])
        laptops["fresh"].run()
        office = {
            "members": [{"staff_id": staff, "name": who} for who, staff in members.items()],
            "devices": {
                who: {"id": _me(laptop).device_id, "staff_id": _me(laptop).staff_id} for who, laptop in laptops.items()
            },
            "unsent": sum(laptop.store.unsent_count() for laptop in laptops.values()),
            "types": {name: kind.version for name, kind in RECORD_TYPES.items()},
        }
        for laptop in laptops.values():
            laptop.close()
        world.close()
        lines = world.lines
    ops = [msgspec.convert(op, Op) for line in lines if line["path"] == "push" for op in line["request"]["items"]]
    missing = {kind.name for kind in RECORD_TYPES.values() if not kind.hub_writes} - {op.type for op in ops}
    missing |= KINDS - {op.kind for op in ops}
    if missing or office["unsent"] or not any(op.tx for op in ops) or not any(op.after for op in ops):
        raise SystemExit(f"not everything was recorded: {sorted(missing)}, unsent {office['unsent']}")
    target.mkdir()
    (target / OFFICE).write_text(json.dumps(office, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    (target / TRAFFIC).write_text(text, encoding="utf-8")
    print(f"{target}: {len(ops)} operations, {len(lines)} requests")


def _me(laptop: Laptop) -> Me:
    return laptop.store.me()


if __name__ == "__main__":
    main(sys.argv[1])
