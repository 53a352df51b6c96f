"""The app and the hub killed again and again, on a line that breaks: every save the screen confirmed is there once.

All of it is real: the program in a terminal, the hub's server process, a proxy with faults between them. What the
screen confirmed is written down here, outside of everything that dies. A hundred kills of each (half an hour):
`pytest -m slow tests/e2e/test_kills.py`.
"""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from sync.hub import tables as t
from sync.hub.admin import opened
from tests.e2e.laptop import Hub, Laptop
from tests.e2e.proxy import Fault, Line
from tests.e2e.terminal import ScreenTimeout, Terminal
from tests.e2e.test_bad_days import PERSON, Journal, gone, person

pytestmark = pytest.mark.e2e

FAULTS: tuple[Fault | None, ...] = (None, None, "slow", "lost_answer", "cut", "half_request", "503", "twice")


class Lives(Journal):
    """Lives of an app that saves and syncs; the hub dies in the middle of each, the app at its end."""

    def __init__(self, laptop: Laptop, hub: Hub, line: Line, seed: int) -> None:
        super().__init__(laptop, seed)
        self.hub, self.line = hub, line
        self.kills = {"hub": 0, "app": 0}
        self.syncs = self.hurt = 0

    def one(self) -> None:
        """One life."""
        with self.laptop.unlocked() as terminal:
            person(terminal)
            self.look_for_draft(terminal)
            app = terminal.children()[0]
            killer = threading.Timer(self.chance.uniform(0.1, 3.0), self.hub.kill)
            killer.start()
            while killer.is_alive():
                self._work(terminal, app)
            killer.join()
            self.kills["hub"] += 1
            both = self.chance.random() < 0.3
            if not both:
                self.hub.start()
            self._until_killed(terminal, app)
            if both:
                self.hub.start()

    def _until_killed(self, terminal: Terminal, app: int) -> None:
        killer = threading.Timer(self.chance.uniform(0.1, 4.0), lambda: os.kill(app, signal.SIGKILL))
        killer.start()
        try:
            while True:
                self._work(terminal, app)
        except (ScreenTimeout, OSError):
            assert gone(app), f"the app stands still:\n{terminal.shown()}"
        finally:
            killer.join()
        self.kills["app"] += 1
        terminal.until(lambda: gone(app), "the end of the app")

    def _work(self, terminal: Terminal, app: int) -> None:
        """A save, and mostly a sync that is still going when the next one is written."""
        self.save_one(terminal, app)
        if self.chance.random() < 0.8:
            self.hurt += self.line.hurt
            self.line.set(self.chance.choice(FAULTS), self.chance.choice(("", "push", "pull")))
            terminal.press("f7", "f7")
            self.syncs += 1
            self._person(terminal, app)

    def told(self) -> str:
        """What was done until now."""
        return (
            f"{self.kills['app']} kills of the app, {self.kills['hub']} of the hub, {self.syncs} syncs asked for, "
            f"{self.hurt} requests hurt on the line; {len(self.typed)} saves begun, {len(self.confirmed)} confirmed, "
            f"{len(self.came_back)} back as drafts"
        )

    def _person(self, terminal: Terminal, app: int) -> None:
        def alive(shown: str) -> bool:
            if gone(app):
                raise ScreenTimeout("the app is gone")
            return True

        terminal.press("f2", "/")
        terminal.wait_for(alive, "Skriv to bogstaver")
        terminal.write("søren")
        terminal.wait_for(alive, PERSON)
        terminal.press("enter")
        terminal.wait_for(alive, "010190-****")


def noted(laptop: Laptop) -> list[str]:
    rows: list[dict[str, Any]] = laptop.json("list", "contacts", "--limit", "100000")
    return sorted(row["note"] for row in rows)


def at_hub(folder: Path) -> list[str]:
    """The notes of all contacts in the hub's database."""
    service = opened(folder)
    try:
        with service.store.read() as conn:
            docs = conn.execute(select(t.record.c.doc).where(t.record.c.type == "contact")).scalars().all()
    finally:
        service.store.close()
    return sorted(msgspec.json.decode(doc)["note"] for doc in docs)


def killed(folder: Path, seed: int, times: int) -> Lives:
    """`times` lives, then peace: what was confirmed is once on the laptop, on the hub and on another laptop."""
    one, two = Laptop(folder / "one"), Laptop(folder / "two")
    with Hub(folder / "hub") as hub, Line(hub.port, pause=0.02) as line:
        hub.run("broker", "add", "Ane Bro")
        for laptop, url in ((one, line.url), (two, hub.url)):
            laptop.run("init", "--name", "Ane Bro")
            laptop.run("enrol", url, "-", stdin=hub.code("Ane Bro"))
        one.run("add", "citizen", "--name", PERSON, "--cpr", "010190-0000", "--programme", "fsm2")
        lives = Lives(one, hub, line, seed)
        for turn in range(times):
            lives.one()
            if turn % 10 == 9:
                print(lives.told(), flush=True)
        line.set(None)
        with one.unlocked() as terminal:
            person(terminal)
            lives.look_for_draft(terminal)
            terminal.kill_app()
        assert one.json("sync")["unsent"] == 0
        two.json("sync")
        kept = noted(one)
        print(f"{lives.told()}, {len(kept)} kept")
        assert len(kept) == len(set(kept)), "a save is there twice"
        assert lives.confirmed <= set(kept) <= set(lives.typed), "a confirmed save is missing"
        assert not lives.came_back & set(kept), "a saved record came back as a draft too"
        assert at_hub(hub.folder) == noted(two) == kept
        one.run("check")
        return lives


def test_after_kills_of_app_and_hub_every_confirmed_save_is_there_once(tmp_path: Path, seed: int) -> None:
    assert killed(tmp_path, seed, 2).confirmed


@pytest.mark.slow
def test_after_200_kills_of_app_and_hub_every_confirmed_save_is_there_once(tmp_path: Path, seed: int) -> None:
    lives = killed(tmp_path, seed, 100)
    assert sum(lives.kills.values()) == 200
    assert len(lives.confirmed) >= 100
