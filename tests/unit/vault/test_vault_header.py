"""The header: damage is found, told apart from a wrong passphrase, and healed from the second copy."""

import errno
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker_tui.vault import (
    Cause,
    DiskRefused,
    HeaderDamaged,
    HeaderMissing,
    NotAVault,
    UnsupportedVault,
    Vault,
    VaultError,
    WrongPassphrase,
)
from broker_tui.vault import header as headers
from broker_tui.vault.slots import seal
from tests.unit.vault.vault_helpers import (
    CHEAP,
    OTHER,
    PASSPHRASE,
    CheapDerivation,
    header_fields,
    make,
    opens,
    with_sum,
    write_both,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make(tmp_path / "home")
    return tmp_path / "home"


def test_header_has_the_agreed_shape_and_two_equal_copies(home: Path) -> None:
    fields = header_fields(home)
    assert (fields["magic"], fields["v"], fields["gen"], fields["db"]) == ("broker_tui-vault", 1, 1, "sqlcipher4-raw")
    assert [slot["type"] for slot in fields["slots"]] == ["passphrase", "recovery-code"]
    kdf = fields["slots"][0]["kdf"]
    assert (kdf["alg"], kdf["v"], kdf["m"], kdf["t"], kdf["p"]) == ("argon2id", 19, 131072, 3, 4)
    assert (home / "vault.hdr").read_bytes() == (home / "vault.hdr.bak").read_bytes()


def test_files_are_private(home: Path) -> None:
    if os.name == "nt":  # the profile folder is private there
        return
    assert home.stat().st_mode & 0o777 == 0o700
    for name in ("vault.hdr", "vault.hdr.bak", "vault.db", "vault.lock"):
        assert (home / name).stat().st_mode & 0o077 == 0, name


def test_every_single_bit_flip_of_the_header_is_found_without_deriving(home: Path) -> None:
    data = (home / "vault.hdr").read_bytes()
    for position, bit in itertools.product(range(len(data)), range(8)):
        flipped = bytearray(data)
        flipped[position] ^= 1 << bit
        with pytest.raises(HeaderDamaged):
            headers.parse(bytes(flipped))


def test_every_cut_of_the_header_is_found(home: Path) -> None:
    data = (home / "vault.hdr").read_bytes()
    for length in range(len(data)):
        with pytest.raises(HeaderDamaged):
            headers.parse(data[:length])


def test_both_copies_damaged_is_damage_and_not_a_wrong_passphrase(home: Path) -> None:
    data = bytearray((home / "vault.hdr").read_bytes())
    data[data.index(b'"ct":"') + 8] ^= 1
    write_both(home, bytes(data))
    kdf = CheapDerivation()
    with pytest.raises(HeaderDamaged) as refusal:
        Vault.unlock(home, PASSPHRASE, kdf)
    assert refusal.value.exit_code == 7
    assert kdf.calls == 0
    assert Vault.attempts(home).failed == 0


def _scalars(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _scalars(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _scalars(inner, (*path, index))
    else:
        yield path


def test_no_deliberate_change_with_a_right_checksum_opens(home: Path) -> None:
    original = header_fields(home)
    paths = [path for path in _scalars(original) if path != ("sum",)]
    assert len(paths) > 20
    for path in paths:
        fields = header_fields(home)
        place: Any = fields
        for step in path[:-1]:
            place = place[step]
        old = place[path[-1]]
        place[path[-1]] = old + 1 if isinstance(old, int) else ("x" + old[1:] if old[0] != "x" else "y" + old[1:])
        data = with_sum(fields)
        write_both(home, data)
        (home / "attempts.json").unlink(missing_ok=True)
        with pytest.raises(VaultError):
            Vault.unlock(home, PASSPHRASE, CHEAP)
        write_both(home, with_sum(original))
    assert opens(home, PASSPHRASE)


@pytest.mark.parametrize(
    "change",
    [{"m": 8}, {"m": 65535}, {"m": 1 << 31}, {"t": 1}, {"t": 11}, {"p": 64}, {"p": 0}, {"m": True}, {"alg": "scrypt"}],
)
def test_weak_and_monstrous_derivations_are_refused_before_deriving(home: Path, change: dict[str, Any]) -> None:
    fields = header_fields(home)
    for slot in fields["slots"]:
        slot["kdf"].update(change)
    write_both(home, with_sum(fields))
    kdf = CheapDerivation()
    with pytest.raises(HeaderDamaged):
        Vault.unlock(home, PASSPHRASE, kdf)
    assert kdf.calls == 0


def test_damaged_first_copy_is_healed_from_the_second_and_said(home: Path) -> None:
    good = (home / "vault.hdr").read_bytes()
    for damage in (b"", good[:-20], b"\0" * len(good), b"{}", None):
        if damage is None:
            (home / "vault.hdr").unlink()
        else:
            (home / "vault.hdr").write_bytes(damage)
        with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
            assert unlocked.header_healed
        assert (home / "vault.hdr").read_bytes() == good
        with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
            assert not unlocked.header_healed


def test_lost_second_copy_is_written_again(home: Path) -> None:
    (home / "vault.hdr.bak").unlink()
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        assert unlocked.header_healed
    assert (home / "vault.hdr.bak").read_bytes() == (home / "vault.hdr").read_bytes()


def test_nothing_is_healed_by_somebody_with_a_wrong_passphrase(home: Path) -> None:
    (home / "vault.hdr").write_bytes(b"gone")
    with pytest.raises(WrongPassphrase):
        Vault.unlock(home, OTHER, CHEAP)
    assert (home / "vault.hdr").read_bytes() == b"gone"


def test_missing_header_and_foreign_files_are_told_apart(home: Path, tmp_path: Path) -> None:
    write_both(home, b'{"name":"something else"}')
    with pytest.raises(NotAVault):
        Vault.unlock(home, PASSPHRASE, CHEAP)
    (home / "vault.hdr").unlink()
    (home / "vault.hdr.bak").unlink()
    with pytest.raises(HeaderMissing):
        Vault.unlock(home, PASSPHRASE, CHEAP)
    with pytest.raises(NotAVault) as refusal:
        Vault.unlock(tmp_path / "nowhere", PASSPHRASE, CHEAP)
    assert refusal.value.cause is Cause.NO_VAULT
    assert not (tmp_path / "nowhere").exists()


def test_files_that_cannot_be_read_are_not_called_damaged(home: Path) -> None:
    for name in ("vault.hdr", "vault.hdr.bak"):
        (home / name).unlink()
        (home / name).mkdir()
    with pytest.raises(VaultError) as refusal:
        Vault.unlock(home, PASSPHRASE, CHEAP)
    assert refusal.value.cause is Cause.DATABASE_UNREADABLE


def test_newer_format_is_called_newer(home: Path) -> None:
    fields = header_fields(home)
    write_both(home, with_sum({**fields, "v": 2}))
    with pytest.raises(UnsupportedVault):
        Vault.unlock(home, PASSPHRASE, CHEAP)
    write_both(home, with_sum({**fields, "slots": [{"type": "hologram"}]}))
    with pytest.raises(UnsupportedVault) as refusal:
        Vault.unlock(home, PASSPHRASE, CHEAP)
    assert refusal.value.cause is Cause.NO_KNOWN_SLOT


def test_unknown_slots_and_fields_are_skipped_and_survive_a_passphrase_change(tmp_path: Path) -> None:
    make(tmp_path)
    root = b"r" * 32
    vault = header_fields(tmp_path)["vault"]
    strange = {"id": "ffff", "type": "recovery", "suite": "HPKE/later", "ct": "AA=="}
    slots = [strange, seal(vault, "passphrase", PASSPHRASE.encode(), root, CHEAP)]
    later = headers.Header({**headers.new_header(vault, "2026-01-01T00:00:00Z", slots).fields, "later": {"a": [1]}})
    found = headers.parse(later.to_bytes(root))
    assert found.header == later
    changed = found.header.with_slot(seal(vault, "passphrase", OTHER.encode(), root, CHEAP))
    again = headers.parse(changed.to_bytes(root))
    again.authenticate(root)
    assert again.header.of_type("recovery") == (strange,)
    assert again.header.fields["later"] == {"a": [1]}
    assert again.header.generation == 2
    assert len(again.header.of_type("passphrase")) == 1


class Crash(BaseException):
    """The machine dies here."""


def _crash_at(monkeypatch: pytest.MonkeyPatch, step: int, error: BaseException) -> list[str]:
    """Let the file operation number `step` of the header writing fail half done; returns what was called."""
    calls: list[str] = []

    def breaking(name: str) -> Any:
        real = getattr(os, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            calls.append(name)
            if len(calls) == step:
                if name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                raise error
            return real(*args, **kwargs)

        return call

    for name in ("open", "write", "fsync", "replace"):
        monkeypatch.setattr(os, name, breaking(name))
    return calls


def test_after_a_crash_at_any_step_of_writing_one_of_the_two_passphrases_opens(tmp_path: Path) -> None:
    outcomes: list[tuple[bool, bool]] = []
    for step in itertools.count(1):
        home = tmp_path / f"home{step}"
        make(home)
        unlocked = Vault.unlock(home, PASSPHRASE, CHEAP)
        with pytest.MonkeyPatch.context() as patch:
            calls = _crash_at(patch, step, Crash())
            try:
                unlocked.change_passphrase(PASSPHRASE, OTHER)
                finished = True
            except Crash:
                finished = False
        unlocked.close()
        outcome = opens(home, PASSPHRASE), opens(home, OTHER)
        assert outcome.count(True) == 1, (step, calls)
        outcomes.append(outcome)
        if finished:
            break
    assert (True, False) in outcomes
    assert outcomes[-1] == (False, True)
    assert len(outcomes) > 8


def test_after_a_crash_at_any_step_of_creating_there_is_a_whole_vault_or_none(tmp_path: Path) -> None:
    for step in itertools.count(1):
        home = tmp_path / f"home{step}"
        with pytest.MonkeyPatch.context() as patch:
            _crash_at(patch, step, Crash())
            try:
                Vault.create(home, PASSPHRASE, CHEAP)[0].close()
                finished = True
            except Crash:
                finished = False
        if Vault.exists(home):
            with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
                unlocked.connect().close()
        else:
            Vault.create(home, PASSPHRASE, CHEAP)[0].close()
        if finished:
            break
    assert step > 8


def test_full_disk_while_changing_the_passphrase_keeps_the_old_one(home: Path) -> None:
    before = (home / "vault.hdr").read_bytes()
    for step in (1, 2, 3, 4):
        with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked, pytest.MonkeyPatch.context() as patch:
            _crash_at(patch, step, OSError(errno.ENOSPC, "no space"))
            with pytest.raises(DiskRefused):
                unlocked.change_passphrase(PASSPHRASE, OTHER)
            assert unlocked.generation == 1
        assert (home / "vault.hdr").read_bytes() == before
        assert not list(home.glob("*.tmp"))
    assert opens(home, PASSPHRASE)
