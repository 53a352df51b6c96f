"""Reading what was recorded, and a hub on which those people and laptops are known."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from sync.hub import tables as t
from sync.hub.state import Actor
from sync.protocol import Op
from sync.records import SHARED
from tests.compat.record import HERE, OFFICE, TRAFFIC
from tests.hub_lab import Lab, make

VERSIONS = sorted(path.parent.name for path in HERE.glob(f"*/{TRAFFIC}"))


@dataclass(frozen=True)
class Recorded:
    """One version."""

    office: dict[str, Any]
    lines: list[dict[str, Any]]

    @classmethod
    def of(cls, version: str) -> "Recorded":
        folder: Path = HERE / version
        office = json.loads((folder / OFFICE).read_text(encoding="utf-8"))
        text = (folder / TRAFFIC).read_text(encoding="utf-8")
        return cls(office, [json.loads(line) for line in text.splitlines()])

    def those(self, path: str, who: str | None = None) -> list[dict[str, Any]]:
        """Exchanges of one kind, of one laptop or of all."""
        device = self.office["devices"][who]["id"] if who else None
        return [line for line in self.lines if line["path"] == path and device in (None, line["device"])]

    def actor(self, device: str) -> Actor:
        """Who spoke."""
        staff = {laptop["id"]: laptop["staff_id"] for laptop in self.office["devices"].values()}
        return Actor(staff[device], device)


def peopled(lab: Lab, recorded: Recorded) -> None:
    """Let the recorded brokers and laptops in, under the ids they had, on the day they were recorded.

    A role opens a case from its first day, by the hub's clock.
    """
    lab.now = max(lab.now, *(datetime.fromisoformat(line["answer"]["time"]) for line in recorded.those("status")))
    service, stamp = lab.service, lab.now.isoformat()
    with service.store.write() as conn:
        for member in recorded.office["members"]:
            row = {"tenant": service.tenant, "role": "broker", "added_at": stamp, **member}
            conn.execute(insert(t.member).values(**row))
        for laptop in recorded.office["devices"].values():
            row = {"tenant": service.tenant, "name": "laptop", "public_key": bytes(32), "app_version": ""}
            conn.execute(insert(t.device).values(**row, **laptop, enrolled_at=stamp))
    staff: list[Op] = [
        make("staff", member["staff_id"], SHARED, {"name": member["name"], "role": "broker"})
        for member in recorded.office["members"]
    ]
    service.administer(staff)
