"""What is left of a wiped laptop: the sealed file, handed over whatever the disk says."""

import json
from pathlib import Path

import pytest

from broker_tui import wiping
from broker_tui.vault import wiping as vault_wiping
from broker_tui.vault.home import BEGUN, DONE
from broker_tui.vault.rotation import UNFINISHED
from sync import parcel
from sync.protocol import WipedAnswer, WipedRequest
from sync.transport import HttpHub


@pytest.mark.parametrize("call", ["unlink", "read_bytes"])
def test_a_file_that_another_program_holds_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """As a virus scanner does on Windows; it is handed over again at the next start."""
    line = {"magic": parcel.MAGIC, "hub": "https://hub.invalid"}
    (tmp_path / DONE).write_bytes(json.dumps(line).encode() + b"\nsealed")
    told: list[WipedRequest] = []

    def kept(_hub: HttpHub, request: WipedRequest) -> WipedAnswer:
        told.append(request)
        return WipedAnswer(kept=True)

    def held(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(HttpHub, "wiped", kept)
    with monkeypatch.context() as busy:
        busy.setattr(Path, call, held)
        assert wiping.handed_over(tmp_path) is (call == "unlink")
    assert (tmp_path / DONE).exists()
    assert wiping.handed_over(tmp_path)
    assert not (tmp_path / DONE).exists()
    assert len(told) == (2 if call == "unlink" else 1)


def test_what_a_new_root_key_left_half_made_goes_too(tmp_path: Path) -> None:
    """The power went while the database was written anew: that copy holds everything."""
    line = {"magic": parcel.MAGIC, "vault": "v"}
    (tmp_path / BEGUN).write_bytes(json.dumps(line).encode() + b"\nsealed")
    for name in ("", "-wal", "-shm", "-journal"):
        (tmp_path / f"{UNFINISHED}{name}").write_bytes(b"everything")
    vault_wiping.delete(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [DONE]


def test_a_second_wipe_keeps_the_file_of_the_first(tmp_path: Path) -> None:
    """Nobody had fetched it yet when a new caseload was made here, and that one is deleted as well."""
    for content in (b"first", b"second", b"third"):
        line = {"magic": parcel.MAGIC, "vault": "v"}
        (tmp_path / BEGUN).write_bytes(json.dumps(line).encode() + b"\n" + content)
        vault_wiping.delete(tmp_path)
    left = {path.name: path.read_bytes().partition(b"\n")[2] for path in tmp_path.iterdir()}
    assert left[DONE] == b"third"
    assert sorted(left.values()) == [b"first", b"second", b"third"]
