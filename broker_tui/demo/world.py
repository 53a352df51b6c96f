"""The demo's world: a vault with a year of work, a hub on loopback, and a colleague who has just changed things.

When it is built, the broker's laptop is enrolled and synced, has a few changes it has not sent, and the hub holds a
difference to settle and a case that will simply appear. Real parts only: a real hub process, a real second laptop.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from broker_tui.bootstrap import create
from broker_tui.demo import PASSPHRASE
from broker_tui.demo.caseload import Maker, Size
from broker_tui.demo.words import Pair
from broker_tui.domain.clock import SystemClock
from broker_tui.i18n import N_, Language
from broker_tui.services import Services
from sync.hub import admin
from sync.records.types import Contact, FollowUp

ME, COLLEAGUE = "Ane Bro", "K. Lund"
HUB_PATIENCE = 30.0
Progress = Callable[[str], None]


class DemoError(RuntimeError):
    """The demo could not be built; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to build. `home` None: a temporary folder that is removed again."""

    home: Path | None
    language: Language
    seed: int
    size: Size
    on: date | None


class World:
    """Builds on entry, stops the hub and removes what it made on exit (unless the home was given)."""

    def __init__(self, plan: Plan, tell: Progress) -> None:
        self._plan = plan
        self._tell = tell
        self._temporary: list[Path] = []
        self._hub: subprocess.Popen[bytes] | None = None
        self.hub_url = ""
        if plan.home is None:
            self.home = Path(tempfile.mkdtemp(prefix="broker-demo-"))
            self._temporary.append(self.home)
        else:
            self.home = plan.home.absolute()
        self._kept = self.home / "demo.json"
        self.hub_data = self.home / "hub"
        self.passphrase_file = self.home / "passphrase.txt"

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the hub and remove temporary folders. Harmless twice."""
        hub, self._hub = self._hub, None
        if hub is not None:
            if hub.stdin is not None:
                hub.stdin.close()
            try:
                hub.wait(5)
            except subprocess.TimeoutExpired:
                hub.kill()
                hub.wait()
        while self._temporary:
            shutil.rmtree(self._temporary.pop(), ignore_errors=True)

    def _build(self) -> None:
        if self._kept.exists():
            self._tell(N_("Using the demo that lies there"))
            # The laptop in the vault knows its hub by the address of the first time.
            self._serve(int(json.loads(self._kept.read_text("utf-8"))["port"]))
            return
        if self.home.exists() and any(self.home.iterdir()):
            raise DemoError(N_("The folder is not empty and holds no demo; choose another with --home"))
        self.home.mkdir(parents=True, exist_ok=True)
        self.passphrase_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self._tell(N_("Setting up a hub"))
        admin.create(self.hub_data, "Demo")
        hub = admin.opened(self.hub_data)
        try:
            office = admin.Administration(hub)
            for name in (ME, COLLEAGUE):
                office.add_member(name)
            self._serve(0)
            self._fill(office)
            self._kept.write_text(json.dumps({"port": int(self.hub_url.rpartition(":")[2])}), encoding="utf-8")
        finally:
            hub.store.close()

    def _serve(self, port: int) -> None:
        port_file = self.hub_data / "port"
        port_file.unlink(missing_ok=True)
        self._hub = subprocess.Popen(
            [
                *(sys.executable, "-m", "sync.hub", "serve", "--data", str(self.hub_data)),
                *("--port", str(port), "--port-file", str(port_file), "--stop-on-stdin-close"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        deadline = time.monotonic() + HUB_PATIENCE
        while not port_file.exists():
            if self._hub.poll() is not None or time.monotonic() > deadline:
                raise DemoError(N_("The hub did not start; is its port taken?"))
            time.sleep(0.02)
        self.hub_url = f"http://127.0.0.1:{port_file.read_text('ascii').strip()}"

    def _fill(self, office: admin.Administration) -> None:
        plan, today = self._plan, self._plan.on or SystemClock().today()
        services, _code = create(self.home, PASSPHRASE, ME, SystemClock(plan.on))
        try:
            services.settings.set("language", plan.language)
            self._tell(N_("Inventing a year of work"))
            services.sync.enrol(self.hub_url, office.code(ME))
            maker = Maker(plan.seed, today, plan.language, services.me.staff_id, plan.size)
            services.store.save(list(maker.writes()))
            self._tell(N_("Sending it to the hub"))
            services.sync.run()
            shared = self._share(services, office, today)
            services.sync.run()
            self._tell(N_("Letting a colleague work at the same time"))
            self._colleague(office, shared, today)
            self._unsent(services, shared, today)
        finally:
            services.close()

    def _share(self, services: Services, office: admin.Administration, today: date) -> str:
        """Open one case to the colleague as a substitute; the id of the citizen."""
        citizen_id = services.people.rows(sort="name", today=today, limit=1)[0].citizen_id
        colleague = office.member(COLLEAGUE).staff_id
        services.people.assign_role(citizen_id, colleague, "substitute", today)
        return citizen_id

    def _colleague(self, office: admin.Administration, shared: str, today: date) -> None:
        """The colleague's own laptop: an edit of the shared case, and a case that is handed over."""
        home = Path(tempfile.mkdtemp(prefix="broker-demo-"))
        self._temporary.append(home)
        language = self._plan.language
        services, _code = create(home, PASSPHRASE, COLLEAGUE, SystemClock(self._plan.on))
        try:
            services.store.set_me(replace(services.me, device_name="lund-2"))
            services.sync.enrol(self.hub_url, office.code(COLLEAGUE))
            services.sync.run()
            services.plans.edit(
                _follow_up(services, shared, today),
                {
                    "what": _say(
                        ("Aftalt: møde på stedet med lederen", "Agreed: meeting there with the manager"), language
                    )
                },
            )
            size = Size(1, 12)
            maker = Maker(self._plan.seed + 1, today, language, services.me.staff_id, size)
            writes = list(maker.person(self._plan.size.cases))
            services.store.save(writes)
            services.sync.run()
        finally:
            services.close()
        newcomer = next(write.id for write in writes if write.type == "citizen")
        office.assign(newcomer, ME)

    def _unsent(self, services: Services, shared: str, today: date) -> None:
        """What the broker did after the last sync: one of it clashes with the colleague."""
        language = self._plan.language
        services.plans.edit(
            _follow_up(services, shared, today),
            {"what": _say(("Aftalt: ring om nye arbejdstider", "Agreed: call about new hours"), language)},
        )
        rows = services.people.rows(sort="next_due", today=today, limit=4)
        for row in rows[:3]:
            services.contacts.add(
                Contact(
                    citizen_id=row.citizen_id,
                    occurred_on=today - timedelta(days=1),
                    kind="phone",
                    outcome="reached",
                    participants=["citizen", "broker"],
                    note=_say(
                        ("Ringede om ugen. Det går fremad.", "Called about the week. It is moving on."), language
                    ),
                )
            )
        if rows:
            services.plans.add(
                FollowUp(
                    citizen_id=rows[-1].citizen_id,
                    what=_say(("Besøg på stedet", "Visit at the workplace"), language),
                    due=today + timedelta(days=2),
                )
            )


def _follow_up(services: Services, citizen_id: str, today: date) -> str:
    return next(entry.id for entry in services.people.card(citizen_id, today).follow_ups if not entry.deleted)


def _say(pair: Pair, language: Language) -> str:
    return pair[0] if language == "da" else pair[1]
