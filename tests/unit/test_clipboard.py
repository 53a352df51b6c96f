"""T23: what was copied stays half a minute, is taken away if it is still there, and nothing is copied unasked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from broker_tui import osprograms
from broker_tui.clipboard import SECONDS, Clipboard, SystemClipboard


class Fake:
    """A clipboard; `blind` like a terminal, which nobody can read back."""

    def __init__(self, *, blind: bool = False) -> None:
        self.there = "før"
        self.blind = blind
        self.writes: list[str] = []

    def put(self, text: str) -> bool:
        self.there = text
        self.writes.append(text)
        return True

    def get(self) -> str | None:
        return None if self.blind else self.there


class Timers:
    """Calls back when told."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.waiting.append((seconds, call))

    def ring(self, number: int = 0) -> None:
        self.waiting[number][1]()


def test_t23_it_stays_thirty_seconds_and_goes_if_unchanged() -> None:
    fake, timers = Fake(), Timers()
    assert Clipboard(fake, timers.later).copy("12345678")
    assert (fake.there, timers.waiting[0][0]) == ("12345678", SECONDS == 30 and 30)
    timers.ring()
    assert fake.there == ""


def test_t23_what_somebody_else_copied_meanwhile_stays() -> None:
    fake, timers = Fake(), Timers()
    Clipboard(fake, timers.later).copy("12345678")
    fake.there = "noget andet"
    timers.ring()
    assert fake.there == "noget andet"


def test_t23_a_second_copy_has_its_own_time() -> None:
    fake, timers = Fake(), Timers()
    clip = Clipboard(fake, timers.later)
    clip.copy("1")
    clip.copy("2")
    timers.ring(0)
    assert fake.there == "2"
    timers.ring(1)
    assert fake.there == ""


def test_t23_a_lock_takes_it_away_at_once_and_a_terminal_is_overwritten_unread() -> None:
    fake, timers = Fake(blind=True), Timers()
    clip = Clipboard(fake, timers.later)
    clip.copy("12345678")
    clip.clear()
    assert fake.writes == ["12345678", ""]
    clip.clear()
    assert fake.writes == ["12345678", ""]


def test_t23_nothing_is_written_for_nothing() -> None:
    fake, timers = Fake(), Timers()
    assert not Clipboard(fake, timers.later).copy("")
    assert fake.writes == []


def test_a_program_of_the_system_gets_the_text_on_standard_input_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there"
    write = ["sh", "-c", f"cat > {there}"]
    monkeypatch.setattr(
        osprograms, "clipboard_programs", lambda: [(["no-such-program"], []), (write, ["cat", str(there)])]
    )
    terminal: list[str] = []
    clip = SystemClipboard(terminal.append)
    assert clip.put("12345678")
    assert (there.read_text(), clip.get(), terminal) == ("12345678", "12345678", [])
    monkeypatch.setattr(osprograms, "clipboard_programs", lambda: [(["no-such-program"], [])])
    assert clip.put("12345678")
    assert (clip.get(), terminal) == (None, ["12345678"])


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ({"8:1": {"partition": "1"}}, False),
        ({"253:0": {"dm/uuid": "CRYPT-LUKS2-abc"}}, True),
        ({"253:1": {"dm/uuid": "LVM-abc", "slaves/dm-0": {"dm/uuid": "CRYPT-LUKS2-x"}}}, True),
        ({"253:1": {"dm/uuid": "LVM-abc", "slaves/sda": {}}}, False),
        ({}, None),
    ],
)
def test_an_encrypted_disk_is_known_from_what_it_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layers: dict[str, dict[str, object]], expected: bool | None
) -> None:
    import os

    def lay(folder: Path, parts: dict[str, object]) -> None:
        folder.mkdir(parents=True)
        for name, part in parts.items():
            target = folder / name
            if isinstance(part, dict):
                lay(target, part)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(str(part))

    number = next(iter(layers), "9:9")
    major, minor = (int(part) for part in number.split(":"))
    monkeypatch.setattr(os, "major", lambda _dev: major)
    monkeypatch.setattr(os, "minor", lambda _dev: minor)
    for name, parts in layers.items():
        lay(tmp_path / "block" / name, parts)
    assert osprograms._on_crypt_device(tmp_path / "home" / "not-there-yet", str(tmp_path / "block")) is expected
