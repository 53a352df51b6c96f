"""The organisation's recovery key: made once, kept apart, handed out, and used against a code read aloud."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from sync import recovery as walk
from sync.hub.cli import main
from sync.hub.recovery import opened
from sync.protocol import EnrolRequest, StatusRequest
from tests.hub_lab import Lab

SECRET = "nøglen ligger i boksen"
VAULT = "ab" * 16


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="utf-8")
    Lab.at(tmp_path / "hub").service.store.close()
    return tmp_path / "hub"


def made(folder: Path, *more: str, name: str = "private.json") -> Result:
    private, secret = folder.parent / name, folder.parent / "secret"
    return run("recovery-key", "--data", folder, "--private", private, "--passphrase-file", secret, *more)


def request_file(public: bytes, path: Path) -> bytes:
    """What a laptop asks with, and the one-time key it keeps."""
    reply = walk.new_private()
    slot = walk.SealedSlot(
        id="1",
        type="municipality",
        suite=walk.SUITE,
        org_key=walk.key_id(public),
        public=walk.encode(public),
        ct=walk.seal(VAULT, bytes(range(32)), public),
        made="2026-01-01T00:00:00Z",
    )
    asked = walk.RecoveryRequest(vault=VAULT, slot=slot, reply_to=walk.encode(walk.public_of(reply)))
    path.write_bytes(walk.request_bytes(asked))
    return reply


def test_the_private_half_lies_apart_and_encrypted(folder: Path) -> None:
    shown = json.loads(made(folder, "--json").output)
    private = opened(folder.parent / "private.json", SECRET)
    assert shown["id"] == walk.key_id(walk.public_of(private))
    everything = b"".join(path.read_bytes() for path in folder.parent.rglob("*") if path.is_file())
    for spelled in (private, private.hex().encode(), walk.encode(private).encode()):
        assert spelled not in everything
    assert walk.encode(walk.public_of(private)) in (folder / "recovery-key.pub").read_text("ascii")


def test_the_hub_hands_the_key_out_when_enrolling_and_with_each_status(folder: Path) -> None:
    lab = Lab.of(folder)
    ida = lab.laptop("Ida")
    assert lab.service.status(ida.actor, StatusRequest(cursors={})).org_hpke_key == ""
    made(folder)
    key = (folder / "recovery-key.pub").read_text("ascii").strip()
    assert lab.service.status(ida.actor, StatusRequest(cursors={})).org_hpke_key == key
    answer = lab.service.enrol(EnrolRequest(code=lab.admin.code("Ida"), public_key=walk.encode(bytes(32))))
    assert answer.org_hpke_key == key


def test_what_cannot_be_made_is_one_sentence_and_changes_nothing(folder: Path) -> None:
    assert made(folder).exit_code == 0
    before = (folder / "recovery-key.pub").read_bytes()
    (folder.parent / "short").write_text("kort", encoding="utf-8")
    inside, short = folder / "private.json", folder.parent / "short"
    secret = folder.parent / "secret"
    for result in (
        made(folder, name="other.json"),
        made(folder, "--replace"),
        run("recovery-key", "--data", folder, "--private", inside, "--passphrase-file", secret, "--replace"),
        run("recovery-key", "--data", folder, "--private", "x", "--passphrase-file", short, "--replace"),
    ):
        assert result.exit_code == 4
        assert len(result.output.splitlines()) == 1
    assert (folder / "recovery-key.pub").read_bytes() == before
    assert not inside.exists()
    assert not (folder.parent / "other.json").exists()
    assert made(folder, "--replace", name="second.json").exit_code == 0
    assert (folder / "recovery-key.pub").read_bytes() != before


def test_a_damaged_public_half_is_said_and_not_quietly_replaced(folder: Path) -> None:
    def state() -> object:
        return json.loads(run("status", "--data", folder, "--json").output)["recovery_key"]

    assert state() == "none"
    name = json.loads(made(folder, "--json").output)["id"]
    assert state() == name
    (folder / "recovery-key.pub").write_text("rubbish", "ascii")
    assert state() == "damaged"
    refused = made(folder, name="other.json")
    assert refused.exit_code == 4
    assert "damaged" in refused.output
    assert not (folder.parent / "other.json").exists()
    assert made(folder, "--replace", name="other.json").exit_code == 0


def test_t11_a_request_is_answered_only_for_the_code_read_aloud(folder: Path) -> None:
    made(folder)
    work, secret = folder.parent, folder.parent / "secret"
    private = work / "private.json"
    public = walk.read_public((folder / "recovery-key.pub").read_text("ascii").strip())
    reply = request_file(public, work / "request")
    code = walk.check_code((work / "request").read_bytes())
    given = ("recover", work / "request", work / "answer", "--private", private, "--passphrase-file")
    other = code[:-1] + str((int(code[-1]) + 1) % 10)
    (work / "wrong").write_text("en helt anden sætning", encoding="utf-8")
    for refused in (run(*given, secret, "--code", other), run(*given, work / "wrong", "--code", code)):
        assert refused.exit_code == 4
        assert len(refused.output.splitlines()) == 1
        assert not (work / "answer").exists()
    assert run(*given, secret, "--code", code.replace("-", " ")).exit_code == 0
    answer, request = (work / "answer").read_bytes(), (work / "request").read_bytes()
    assert walk.open_answer(answer, request, reply) == bytes(range(32))
    assert run(*given, secret, "--code", code).exit_code == 4, "an answer that is there is not written over"


def test_t11_a_request_of_another_municipality_is_refused(folder: Path) -> None:
    made(folder)
    work = folder.parent
    request_file(walk.public_of(walk.new_private()), work / "request")
    code = walk.check_code((work / "request").read_bytes())
    result = run(
        *("recover", work / "request", work / "answer", "--code", code),
        *("--private", work / "private.json", "--passphrase-file", work / "secret"),
    )
    assert result.exit_code == 4
    assert "another key" in result.output


def test_a_request_with_anything_more_in_it_is_refused() -> None:
    public = walk.public_of(walk.new_private())
    slot = {"id": "1", "type": "municipality", "suite": walk.SUITE, "org_key": "x", "public": "", "ct": "", "made": ""}
    asked = {
        **{"magic": "broker_tui-recovery-request", "v": 1, "vault": VAULT},
        **{"slot": slot, "reply_to": walk.encode(public)},
    }
    walk.read_request(msgspec.json.encode(asked))
    for more in ({"name": "Prøve"}, {"slot": {**slot, "note": "x"}}, {"v": 2}, {"reply_to": "x"}):
        with pytest.raises(walk.RecoveryRefused):
            walk.read_request(msgspec.json.encode({**asked, **more}))
