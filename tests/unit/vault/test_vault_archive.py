"""Backup and restore: proved before anything is replaced, the old files kept aside."""

import zipfile
from pathlib import Path

import pytest

from broker_tui.vault import (
    BackupRefused,
    Cause,
    DiskRefused,
    Vault,
    VaultInUse,
    WrongPassphrase,
    backup,
    check,
    restore,
)
from tests.unit.vault.vault_helpers import CHEAP, OTHER, PASSPHRASE, make, opens, rows


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def saved(home: Path, tmp_path: Path) -> Path:
    target = tmp_path / "saved.broker"
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        connection = unlocked.connect()
        backup(unlocked, target)  # while the app works on
        connection.close()
    return target


def _empty(home: Path) -> None:
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        connection = unlocked.connect()
        connection.execute("DELETE FROM note")
        connection.commit()
        connection.close()


def _snapshot(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir() if path.is_file() and path.name != "vault.lock"}


def test_a_restored_backup_has_everything_and_the_old_files_are_kept(home: Path, saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0
    assert b"note 7" not in saved.read_bytes()
    _empty(home)
    Vault.change_passphrase(home, PASSPHRASE, OTHER, CHEAP)
    aside = restore(home, saved, PASSPHRASE, CHEAP)
    assert opens(home, PASSPHRASE)
    assert aside is not None
    assert {"vault.db", "vault.hdr", "vault.hdr.bak"} <= {path.name for path in aside.iterdir()}
    with Vault.unlock(aside, OTHER, CHEAP) as old:
        assert rows(old) == 0
    assert not list(home.glob(".restore-*"))


def test_a_backup_restores_into_an_empty_home(saved: Path, tmp_path: Path) -> None:
    assert restore(tmp_path / "new", saved, PASSPHRASE, CHEAP) is None
    with Vault.unlock(tmp_path / "new", PASSPHRASE, CHEAP) as unlocked:
        assert not unlocked.header_healed
        assert rows(unlocked) == 500
        assert check(unlocked) == []


def test_any_damage_to_a_backup_is_refused_and_changes_nothing(home: Path, saved: Path, tmp_path: Path) -> None:
    _empty(home)
    before = _snapshot(home)
    whole = saved.read_bytes()
    with zipfile.ZipFile(saved) as archive:
        offsets = [entry.header_offset + 60 for entry in archive.infolist()]
    broken = tmp_path / "broken"
    positions = [*offsets, *range(100, len(whole) - 300, len(whole) // 25)]
    contents = [whole[:p] + bytes([whole[p] ^ 4]) + whole[p + 1 :] for p in positions]
    for content in [*contents, whole[: len(whole) // 2], b"", b"PK", b"not a zip" * 100]:
        broken.write_bytes(content)
        with pytest.raises(BackupRefused) as refusal:
            restore(home, broken, PASSPHRASE, CHEAP)
        assert refusal.value.cause is Cause.BACKUP_DAMAGED
        assert _snapshot(home) == before
        assert not [path for path in home.iterdir() if path.is_dir()]
    with pytest.raises(BackupRefused):
        restore(home, tmp_path / "nowhere", PASSPHRASE, CHEAP)


def _repack(saved: Path, target: Path, parts: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w", kind) as archive:
        for name in source.namelist():
            archive.writestr(name, parts.pop(name) if name in parts else source.read(name))
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def test_a_backup_put_together_by_hand_is_refused(home: Path, saved: Path, tmp_path: Path) -> None:
    before = _snapshot(home)
    make(tmp_path / "other")
    foreign = (tmp_path / "other" / "vault.db").read_bytes()
    for forged in (
        _repack(saved, tmp_path / "extra", {"../evil": b"x"}),
        _repack(saved, tmp_path / "packed", {}, zipfile.ZIP_DEFLATED),
        _repack(saved, tmp_path / "foreign", {"vault.db": foreign}),
        _repack(saved, tmp_path / "list", {"manifest.json": b"[]"}),
        _repack(saved, tmp_path / "big", {"vault.hdr": b" " * 20_000}),
    ):
        with pytest.raises(BackupRefused):
            restore(home, forged, PASSPHRASE, CHEAP)
        assert _snapshot(home) == before


def test_backup_and_restore_refuse_what_they_should(home: Path, saved: Path, tmp_path: Path) -> None:
    before = _snapshot(home)
    with pytest.raises(WrongPassphrase):
        restore(home, saved, OTHER, CHEAP)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        with pytest.raises(VaultInUse):
            restore(home, saved, PASSPHRASE, CHEAP)
        with pytest.raises(BackupRefused) as refusal:
            backup(unlocked, saved)
        assert refusal.value.cause is Cause.BACKUP_EXISTS
        with pytest.raises(DiskRefused):
            backup(unlocked, tmp_path / "no folder" / "file")
    assert _snapshot(home) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "saved.broker"]


def test_a_crash_between_header_and_database_of_a_restore_is_finished_at_the_next_opening(
    home: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from broker_tui.vault import archive

    _empty(home)

    class Crash(BaseException):
        pass

    def die(_home: Path, _key: bytes) -> None:
        raise Crash

    monkeypatch.setattr(archive, "finish_new_database", die)
    with pytest.raises(Crash):
        restore(home, saved, PASSPHRASE, CHEAP)
    monkeypatch.undo()
    assert (home / "vault.db.new").exists()
    assert opens(home, PASSPHRASE)
    assert not (home / "vault.db.new").exists()


def test_a_write_ahead_log_left_by_a_kill_is_not_replayed_into_the_restored_database(home: Path, saved: Path) -> None:
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        connection = unlocked.connect()
        connection.execute("DELETE FROM note")
        connection.commit()
        left = {name: (home / name).read_bytes() for name in ("vault.db-wal", "vault.db-shm")}
        connection.close()
    for name, content in left.items():
        (home / name).write_bytes(content)
    aside = restore(home, saved, PASSPHRASE, CHEAP)
    assert opens(home, PASSPHRASE)
    assert aside is not None
    assert {"vault.db-wal", "vault.db-shm"} <= {path.name for path in aside.iterdir()}
