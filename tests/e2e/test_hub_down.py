"""The real program, a real hub, a bad line between them: nothing lost, nothing doubled, nothing falsely called sent."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.e2e.laptop import Hub, Laptop
from tests.e2e.proxy import Fault, Line
from tests.e2e.terminal import Terminal, broker

pytestmark = pytest.mark.e2e

OFFLINE, REFUSED = 5, 6
NOBODY = "Søren Ågesen"


class Office(NamedTuple):
    """A broker with two laptops, a hub, and the bad line of the first laptop."""

    one: Laptop
    two: Laptop
    hub: Hub
    line: Line


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Both laptops are enrolled and have synced once; the first through the line."""
    folder = tmp_path_factory.mktemp("office")
    one, two = Laptop(folder / "one"), Laptop(folder / "two")
    with Hub(folder / "hub") as hub, Line(hub.port) as line:
        hub.run("broker", "add", "Ane Bro")
        for laptop, url in ((one, line.url), (two, hub.url)):
            laptop.run("init", "--name", "Ane Bro")
            laptop.run("enrol", url, "-", stdin=hub.code("Ane Bro"))
        one.run("add", "citizen", "--name", NOBODY, "--cpr", "010190-0000", "--programme", "fsm2")
        assert one.json("sync")["unsent"] == 0
        assert two.json("sync")["received"] > 0
        yield Office(one, two, hub, line)


@pytest.fixture(autouse=True)
def whole_line(office: Office) -> Iterator[None]:
    """Every test begins and ends with a line that works."""
    office.line.set(None)
    yield
    office.line.set(None)


def noted(laptop: Laptop, text: str) -> None:
    laptop.run("add", "contact", "--citizen", NOBODY, "--note", "-", stdin=text)


def notes(laptop: Laptop) -> list[str]:
    rows: list[dict[str, Any]] = laptop.json("list", "contacts")
    return [row["note"] for row in rows]


def ended(laptop: Laptop, code: int) -> tuple[dict[str, Any], str]:
    """A sync that ends with `code`: its receipt, and what it said."""
    secret = laptop.home.parent / f"{laptop.home.name}.passphrase"
    command = broker("sync", "--json", "--home", str(laptop.home), "--passphrase-file", str(secret), "--lang", "da")
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout), done.stderr.strip()


def slowly(fault: Fault, *on: str) -> Any:
    """A case for the long run: the short one has its like."""
    return pytest.param(fault, *on, marks=pytest.mark.slow)


# What the hub had in hand when the line broke: nothing, or all of it.
BEFORE = [
    ("refused", ""),
    ("half_request", "push"),
    ("500", "push"),
    ("html", "push"),
    slowly("refused", "push"),
    slowly("500", ""),
    slowly("503", "push"),
    slowly("html", ""),
    slowly("cut", "status"),
    slowly("lost_answer", "status"),
]
AFTER = [("lost_answer", "push"), ("cut", "push"), ("replay", "push")]
PULLING = [
    slowly("refused", "pull"),
    ("cut", "pull"),
    slowly("html", "pull"),
    slowly("lost_answer", "pull"),
    slowly("500", "pull"),
]


@pytest.mark.parametrize(("fault", "on"), [*BEFORE, *AFTER])
def test_a_push_that_fails_stays_unsent_and_arrives_once(office: Office, fault: Fault, on: str) -> None:
    text = f"{fault} {on}".strip()
    noted(office.one, text)
    office.line.set(fault, on)
    receipt, said = ended(office.one, OFFLINE)
    assert office.line.hurt
    assert (receipt["unsent"], receipt["acknowledged"]) == (1, 0)
    assert len(said.splitlines()) == 1
    office.line.set(None)
    healed = office.one.json("sync")
    assert (healed["unsent"], healed["refused"], healed["conflicts"]) == (0, [], 0)
    office.two.json("sync")
    for laptop in (office.one, office.two):
        assert notes(laptop).count(text) == 1


@pytest.mark.parametrize(("fault", "on"), PULLING)
def test_a_pull_that_fails_takes_nothing_and_comes_again(office: Office, fault: Fault, on: str) -> None:
    text, own = f"{fault} {on}".strip(), f"own {fault} {on}".strip()
    noted(office.two, text)
    office.two.json("sync")
    noted(office.one, own)
    office.line.set(fault, on)
    receipt, _said = ended(office.one, OFFLINE)
    assert office.line.hurt
    assert receipt["unsent"] == 0, "what the hub named as taken is not unsent, though the rest failed"
    assert text not in notes(office.one)
    office.line.set(None)
    assert office.one.json("sync")["unsent"] == 0
    assert notes(office.one).count(text) == notes(office.one).count(own) == 1


@pytest.mark.parametrize(
    ("fault", "on"), [slowly("replay", "pull"), ("twice", ""), ("slow", ""), slowly("replay", "status")]
)
def test_an_old_double_or_slow_answer_does_no_harm(office: Office, fault: Fault, on: str) -> None:
    text, own = f"{fault} {on}".strip(), f"own {fault} {on}".strip()
    noted(office.two, text)
    office.two.json("sync")
    noted(office.one, own)
    office.line.set(fault, on)
    if fault == "slow":
        assert office.one.json("sync")["unsent"] == 0
    else:
        secret = office.one.home.parent / "one.passphrase"
        with Terminal(
            broker("sync", "--home", str(office.one.home), "--passphrase-file", str(secret), "--lang", "da")
        ) as terminal:
            code = terminal.exit_code()
        assert code in (0, OFFLINE), terminal.shown()
    office.line.set(None)
    assert office.one.json("sync")["unsent"] == 0
    office.two.json("sync")
    for laptop in (office.one, office.two):
        assert (notes(laptop).count(text), notes(laptop).count(own)) == (1, 1)


def test_a_hub_that_is_down_is_five_and_comes_back(office: Office) -> None:
    noted(office.one, "while the hub was down")
    office.hub.kill()
    try:
        receipt, said = ended(office.one, OFFLINE)
    finally:
        office.hub.start()
    assert receipt["unsent"] == office.one.json("sync", "status")["unsent"] == 1
    assert said
    assert office.one.json("sync")["unsent"] == 0


def test_a_code_is_used_once_and_refused_in_words(office: Office, tmp_path: Path) -> None:
    code = office.hub.code("Ane Bro")
    third, fourth = Laptop(tmp_path / "three"), Laptop(tmp_path / "four")
    for laptop in (third, fourth):
        laptop.run("init", "--name", "Ane Bro")
    third.run("enrol", office.hub.url, "-", stdin=code)
    with Terminal(
        broker(
            *("enrol", office.hub.url, code, "--home", str(fourth.home), "--lang", "da"),
            *("--passphrase-file", str(tmp_path / "four.passphrase")),
        )
    ) as terminal:
        assert terminal.exit_code() == REFUSED
        assert "kode" in terminal.shown()
        assert "Traceback" not in terminal.shown()
    assert fourth.json("sync", "status")["hub"] is None
    assert third.json("sync")["unsent"] == 0
    assert third.json("show", "case", NOBODY)["citizen"]["name"] == NOBODY


def test_the_app_is_used_during_a_sync_that_hangs(office: Office) -> None:
    with office.one.unlocked() as terminal:
        noted(office.two, "from the other laptop")
        office.two.json("sync")
        office.line.set("stalled", "status")
        terminal.press("f7", "f7")
        terminal.until(lambda: office.line.hurt, "a request at the hub")
        terminal.press("/")
        terminal.wait_for("Skriv to bogstaver", patience=5)
        terminal.write("søren")
        terminal.wait_for(NOBODY, patience=5)
        terminal.press("enter")
        terminal.wait_for("010190-****", patience=5)
        terminal.press("c")
        terminal.wait_for("Ny kontakt", patience=5)
        terminal.write("Skrevet under en sync der hænger")
        terminal.press("ctrl+d")
        terminal.wait_for("Kontakt gemt", patience=5)
        assert office.line.fault == "stalled"
        terminal.press("f7")
        terminal.wait_for("usendt", patience=5)
        office.line.set(None)
        terminal.wait_for("Kvittering")
        terminal.press("f7")
        terminal.wait_for(lambda shown: "usendt" not in shown.splitlines()[0])
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    for laptop in (office.one, office.two):  # the app was left before it had fetched everything
        assert laptop.json("sync")["unsent"] == 0
        found = notes(laptop)
        assert found.count("Skrevet under en sync der hænger") == found.count("from the other laptop") == 1


@pytest.mark.parametrize("fault", ["refused", slowly("html"), slowly("500"), slowly("cut")])
def test_the_app_says_that_the_line_is_bad_and_goes_on(office: Office, fault: Fault) -> None:
    with office.one.unlocked() as terminal:
        noted_in = f"i appen med {fault}"
        terminal.press("f2", "/")
        terminal.wait_for("Skriv to bogstaver")
        terminal.write("søren")
        terminal.wait_for(NOBODY)
        terminal.press("enter")
        terminal.wait_for("010190-****")
        terminal.press("c")
        terminal.wait_for("Ny kontakt")
        terminal.write(noted_in)
        office.line.set(fault)
        terminal.press("ctrl+d")
        terminal.wait_for("Kontakt gemt")
        terminal.press("f7", "f7")
        terminal.until(lambda: office.line.hurt, "a request at the hub")
        shown = terminal.wait_for("usendt")
        assert "usendt" in shown.splitlines()[0]
        office.line.set(None)
        terminal.press("f7")
        terminal.wait_for(lambda shown: "usendt" not in shown.splitlines()[0])
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    assert notes(office.one).count(noted_in) == 1
