"""Backups the vault keeps of itself, backups somebody asked for, and putting one in place."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broker_tui.bootstrap import create, services_over
from broker_tui.domain.clock import DENMARK
from broker_tui.keeper import VaultKeeper
from broker_tui.services import Services
from broker_tui.services.backups import Tended
from broker_tui.vault import (
    BackupRefused,
    Vault,
    WrongPassphrase,
    backup,
    keeping,
    restore,
    restore_with_code,
)
from tests.unit.rescue.homes import KDF, Home, people, unsent
from tests.unit.services.services_helpers import PASSPHRASE, TODAY, StillClock


@pytest.mark.parametrize("how", ["passphrase", "code"])
def test_t45_a_backup_stands_on_a_clean_machine_by_passphrase_and_by_code(home: Home, tmp_path: Path, how: str) -> None:
    file = tmp_path / "backup.zip"
    with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
        backup(unlocked, file)
    clean = tmp_path / "clean"
    if how == "passphrase":
        assert restore(clean, file, PASSPHRASE, KDF) is None
    else:
        assert restore_with_code(clean, file, home.code, KDF) is None
    old, new = home.open(), Home(clean, home.code, [], []).open()
    try:
        assert people(new) == people(old)
        assert unsent(new) == unsent(old)
        hits = [[hit.id for hit in one.search.find("truckkort", limit=100)] for one in (old, new)]
        assert hits[0] == hits[1] != []
        lines = [one.trail.lines(limit=100_000) for one in (old, new)]
        assert lines[0][1:] == lines[1][1:]  # but for the opening itself
        assert new.trail.verify().broken_at is None
    finally:
        old.close()
        new.close()


def test_t45_the_keyed_database_is_never_copied_into_a_plain_one(home: Home, tmp_path: Path) -> None:
    from sqlcipher3 import dbapi2

    with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
        plain = dbapi2.connect(str(tmp_path / "plain.db"))
        with pytest.raises(dbapi2.DatabaseError):
            unlocked.connect_reader().backup(plain)
        plain.close()
    with pytest.raises(WrongPassphrase):
        restore(tmp_path / "x", next(iter(keeping.kept(home.folder))).path, "en helt anden sætning", KDF)


@pytest.fixture
def services(home: Home) -> Iterator[Services]:
    opened = home.open()
    yield opened
    opened.close()


def test_one_backup_a_day_seven_kept_and_others_left_alone(home: Home, services: Services) -> None:
    keeper = services.backups.keeper
    assert isinstance(keeper, VaultKeeper)
    other = home.folder / "backups" / "min-egen.zip"
    other.write_bytes(b"x")
    start = datetime(2026, 12, 1, 9, tzinfo=DENMARK)
    for day in range(10):
        at = start + timedelta(days=day)
        assert keeper.due(at)
        keeper.make(at)
        assert not keeper.due(at + timedelta(hours=8))
    kept = keeper.kept()
    assert len(kept) == 7
    assert kept[0].made.astimezone(DENMARK).date() == (start + timedelta(days=9)).date()
    assert (kept[0].people, kept[0].unsent) == (18, len(unsent(services)))
    assert other.exists()


def test_a_backup_that_fails_is_told_and_leaves_nothing_behind(
    home: Home, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(path.name for path in (home.folder / "backups").iterdir())
    monkeypatch.setattr("broker_tui.vault.archive._copy_database", full)
    services.backups.daily(datetime(2026, 12, 1, 9, tzinfo=DENMARK))
    assert len(services.backups.trouble) == 1
    assert "room" in services.backups.trouble[0]
    assert sorted(path.name for path in (home.folder / "backups").iterdir()) == before


def test_after_an_erasure_the_backups_from_before_go_once_a_new_one_stands(home: Home) -> None:
    from sync.protocol import Change
    from sync.records import case_scope

    clock = StillClock(TODAY + timedelta(days=1))
    services = services_over(Vault.unlock(home.folder, PASSPHRASE, KDF), clock)
    (old,) = services.backups.kept()
    gone = home.before[3]
    services.store.apply_page([Change(seq=9, kind="purge", id=gone, type="citizen", scope=case_scope(gone))], {}, {})
    services.backups.forget_erased()
    kept = services.backups.kept()
    assert old.path not in [one.path for one in kept]
    assert [one.people for one in kept] == [17]
    services.close()


def test_an_older_vault_is_backed_up_before_it_gets_new_tables(tmp_path: Path) -> None:
    from tests.vaults.make import HERE, PASSPHRASE_FILE

    folder = tmp_path / "old"
    shutil.copytree(HERE / "schema-1", folder)
    passphrase = (folder / PASSPHRASE_FILE).read_text("utf-8").strip()
    services_over(Vault.unlock(folder, passphrase), StillClock()).close()
    (kept,) = keeping.kept(folder)
    assert kept.kind == keeping.BEFORE
    services_over(Vault.unlock(folder, passphrase), StillClock()).close()
    assert len(keeping.kept(folder)) == 1


def test_the_whole_check_runs_after_a_crash_and_after_a_week(home: Home) -> None:
    services = home.open()
    assert services.backups.after_opening() == Tended()
    (checked,) = [services.store.setting("vault.checked_on")]
    assert checked == TODAY.isoformat()  # closed in good order, and never checked: the first week begins
    services.backups.check()
    assert services.store.setting("vault.open") is True
    with Vault.unlock(_copy(home), PASSPHRASE, KDF) as unlocked:  # as after a power cut: nobody closed it
        again = services_over(unlocked, StillClock())
        again.store.set_setting("vault.checked_on", "2026-01-01")
        assert again.backups.after_opening() == Tended(checked=True)
        assert again.store.setting("vault.checked_on") == TODAY.isoformat()
        again.close()
    services.close()


def _copy(home: Home) -> Path:
    """The files as they lie while the caseload is open."""
    copy = home.folder.parent / "copy"
    shutil.copytree(home.folder, copy)
    return copy


def test_a_backup_of_another_vault_is_none_of_ours(home: Home, tmp_path: Path) -> None:
    other, _code = create(tmp_path / "other", PASSPHRASE, "En anden", StillClock(), KDF)
    path = other.backups.at_once()
    other.close()
    with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
        assert not keeping.is_sound(unlocked, path)
    (tmp_path / "junk.zip").write_bytes(b"PK junk")
    with pytest.raises(BackupRefused):
        restore(tmp_path / "y", tmp_path / "junk.zip", PASSPHRASE, KDF)
