"""A damaged caseload: found, told apart, brought back, and nothing unsent lost that can be read anywhere."""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broker_tui.bootstrap import create, services_over
from broker_tui.domain.clock import DENMARK
from broker_tui.i18n import rescue_words
from broker_tui.keeper import VaultKeeper
from broker_tui.rescuing import Rescued, rescue, unlock_damaged
from broker_tui.services import Services
from broker_tui.services.ports import CaseFilter, Page
from broker_tui.vault import (
    BackupRefused,
    HeaderDamaged,
    Vault,
    VaultError,
    WrongPassphrase,
    backup,
    check,
    keeping,
    restore,
    restore_with_code,
)
from tests.unit.services.services_helpers import PASSPHRASE, TODAY, FreeDerivation, StillClock, call, person

PAGE = 4096
KDF = FreeDerivation()


@dataclass
class Home:
    """A caseload with a backup and work after it."""

    folder: Path
    code: str
    before: list[str]
    after: list[str]

    @property
    def database(self) -> Path:
        return self.folder / "vault.db"

    def open(self) -> Services:
        return services_over(Vault.unlock(self.folder, PASSPHRASE, KDF), StillClock())

    def rescue(self) -> Rescued:
        with unlock_damaged(self.folder, PASSPHRASE, KDF) as unlocked:
            return rescue(unlocked, StillClock())

    def flip(self, *places: tuple[int, int]) -> None:
        """Turn a bit at each (page, byte); pages count from 0."""
        data = bytearray(self.database.read_bytes())
        for page, byte in places:
            data[page * PAGE + byte] ^= 1
        self.database.write_bytes(data)

    @property
    def pages(self) -> int:
        return self.database.stat().st_size // PAGE


def people(services: Services) -> set[str]:
    rows = services.store.case_rows(CaseFilter(), sort="name", descending=False, page=Page(0, 1000), today=TODAY)
    return {row.citizen_id for row in rows}


def unsent(services: Services) -> list[str]:
    return [op.op for op in services.store.unsent(10_000)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("rescue") / "home"
    services, code = create(folder, PASSPHRASE, "Birthe Broker", StillClock(), KDF)
    before = [person(services, f"Person {number}") for number in range(12)]
    for one in before:
        for number in range(6):
            services.contacts.add(call(one, f"Samtale nr. {number} om rengøring, cykel og venner. " * 12))
    services.backups.at_once()
    after = [person(services, f"Senere {number}") for number in range(6)]
    for one in after:
        for number in range(6):
            services.contacts.add(call(one, f"Efter kopien nr. {number}: om truckkort og tid. " * 12))
    services.store.save_draft("contact:x", "contact", before[0], {"note": "halvt skrevet"})
    services.close()
    return Home(folder, code, before, after)


@pytest.fixture
def home(template: Home, tmp_path: Path) -> Home:
    shutil.copytree(template.folder, tmp_path / "home")
    return Home(tmp_path / "home", template.code, template.before, template.after)


def found_damaged(home: Home) -> bool:
    """By opening it or by the whole check."""
    try:
        with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
            return check(unlocked) != []
    except VaultError:
        return True


def test_t25_two_hundred_flipped_bits_truncation_and_swapped_pages_are_all_found(home: Home) -> None:
    seed = 20260303
    print(f"seed {seed}")
    chance = random.Random(seed)
    whole = home.database.read_bytes()
    assert not found_damaged(home)
    for _ in range(200):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        home.database.write_bytes(data)
        assert found_damaged(home)
    home.database.write_bytes(whole[: -PAGE // 2])
    assert found_damaged(home)
    home.database.write_bytes(whole[: -3 * PAGE])
    assert found_damaged(home)
    one, two = whole[5 * PAGE : 6 * PAGE], whole[9 * PAGE : 10 * PAGE]
    swapped = whole[: 5 * PAGE] + two + whole[6 * PAGE : 9 * PAGE] + one + whole[10 * PAGE :]
    home.database.write_bytes(swapped)
    assert found_damaged(home)


def damages(home: Home, chance: random.Random) -> list[tuple[int, int]]:
    """Some pages somewhere, now and then many."""
    count = chance.choice([1, 1, 2, 5, 20])
    return [(chance.randrange(home.pages), chance.randrange(PAGE)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(24))
def test_t25_whatever_page_is_damaged_what_can_be_read_or_was_backed_up_is_there_once(home: Home, seed: int) -> None:
    with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
        all_ops = {row[0] for row in unlocked.connect_reader().execute("SELECT op FROM op").fetchall()}
    home.flip(*damages(home, random.Random(seed)))
    damaged = home.database.read_bytes()
    rescued = home.rescue()
    assert (rescued.aside / "vault.db").read_bytes() == damaged
    assert rescued.backup is not None
    services = home.open()
    try:
        now = unsent(services)
        assert len(now) == len(set(now))
        assert len(all_ops) - len(now) <= rescued.lost or not rescued.sure
        assert set(home.before) <= people(services)
        assert set(now) <= all_ops
        if rescued.sure and rescued.lost == 0:
            assert set(now) == all_ops
            assert people(services) == {*home.before, *home.after}
            assert [draft.values for draft in services.drafts.all()] in ([], [{"note": "halvt skrevet"}])
        assert services.backups.check() == []
        assert services.trail.verify().broken_at is None
        assert services.search.find("Samtale") != []
    finally:
        services.close()


def test_a_damaged_page_of_notes_costs_nothing_because_the_journal_has_them(home: Home) -> None:
    with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
        root = unlocked.connect_reader().execute("SELECT rootpage FROM sqlite_master WHERE name = 'contact'").fetchone()
    home.flip((root[0] - 1, 100))
    rescued = home.rescue()
    assert (rescued.readable, rescued.lost) == (True, 0)
    services = home.open()
    assert people(services) == {*home.before, *home.after}
    assert services.search.find("truckkort") != []
    services.close()


def test_without_any_sound_backup_the_journal_alone_builds_it_again(home: Home) -> None:
    for one in keeping.kept(home.folder):
        data = bytearray(one.path.read_bytes())
        data[len(data) // 2] ^= 1
        one.path.write_bytes(data)
    with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
        root = unlocked.connect_reader().execute("SELECT rootpage FROM sqlite_master WHERE name = 'contact'").fetchone()
    home.flip((root[0] - 1, 100))
    rescued = home.rescue()
    assert rescued.backup is None
    services = home.open()
    assert people(services) == {*home.before, *home.after}
    assert services.me.name == "Birthe Broker"
    services.close()


def test_a_database_that_is_gone_comes_back_from_the_backup(home: Home) -> None:
    home.database.unlink()
    rescued = home.rescue()
    assert (rescued.readable, rescued.operations) == (False, 0)
    services = home.open()
    assert people(services) == set(home.before)
    services.close()


def test_rescuing_what_is_sound_changes_nothing(home: Home) -> None:
    before = home.open()
    had = (unsent(before), people(before))
    before.close()
    home.rescue()
    after = home.open()
    assert (unsent(after), people(after)) == had
    after.close()


def test_somebody_erased_since_the_backup_does_not_come_back(home: Home) -> None:
    from sync.protocol import Change
    from sync.records import case_scope

    services = home.open()
    gone = home.before[3]
    services.store.apply_page([Change(seq=9, kind="purge", id=gone, type="citizen", scope=case_scope(gone))], {}, {})
    services.close()
    home.rescue()
    again = home.open()
    assert gone not in people(again)
    assert gone not in str(again.store.audit_lines(about=None, since=None, page=Page(0, 1)))
    again.close()


def every_op(home: Home) -> set[str]:
    with Vault.unlock(home.folder, PASSPHRASE, KDF) as unlocked:
        connection = unlocked.connect_reader()
        try:
            return {row[0] for row in connection.execute("SELECT op FROM op").fetchall()}
        finally:
            connection.close()


@pytest.mark.parametrize("place", [(0, 0), (0, 15), (0, 16), (0, 90), (0, PAGE - 1)])
def test_t25_a_lost_first_page_costs_no_unsent_save(home: Home, place: tuple[int, int]) -> None:
    """SQLite opens nothing then; the journal is read page by page. One turned bit of the salt is found again."""
    everything = every_op(home)
    home.flip(place)
    rescued = home.rescue()
    assert (rescued.readable, rescued.lost, rescued.sure) == (True, 0, True)
    services = home.open()
    try:
        assert sorted(unsent(services)) == sorted(everything)
        assert people(services) == {*home.before, *home.after}
        assert [draft.values for draft in services.drafts.all()] == [{"note": "halvt skrevet"}]
        assert services.trail.verify().broken_at is None
    finally:
        services.close()


def test_t25_a_torn_tail_costs_only_what_lay_on_it(home: Home) -> None:
    everything = every_op(home)
    whole = home.database.read_bytes()
    home.database.write_bytes(whole[: len(whole) * 3 // 4 + 100])
    rescued = home.rescue()
    services = home.open()
    now = unsent(services)
    services.close()
    assert len(now) == len(set(now))
    assert set(now) <= everything
    assert len(everything) - len(now) > rescued.lost, "the tail took the numbers with it"
    assert not rescued.sure
    assert any("hides how many" in sentence for sentence in rescue_words.sentences(rescued))


def test_without_first_page_and_without_backup_the_journal_still_builds_it_again(home: Home) -> None:
    everything = every_op(home)
    for one in keeping.kept(home.folder):
        one.path.unlink()
    home.flip((0, 200))
    rescued = home.rescue()
    assert (rescued.backup, rescued.readable) == (None, True)
    services = home.open()
    assert sorted(unsent(services)) == sorted(everything)
    assert services.me.name == "Birthe Broker"
    assert people(services) == {*home.before, *home.after}
    services.close()


@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_both_header_copies_lost_come_back_from_a_backup(home: Home, how: str) -> None:
    everything = every_op(home)
    for name in ("vault.hdr", "vault.hdr.bak"):
        if how == "missing":
            (home.folder / name).unlink()
        else:
            (home.folder / name).write_bytes(bytes(300))
    with pytest.raises(WrongPassphrase):
        unlock_damaged(home.folder, "en helt anden sætning her", KDF)
    (home.folder / "attempts.json").unlink()
    home.rescue()
    services = home.open()
    assert sorted(unsent(services)) == sorted(everything)
    services.close()


def test_without_a_header_anywhere_nothing_is_touched(home: Home) -> None:
    for one in keeping.kept(home.folder):
        one.path.unlink()
    for name in ("vault.hdr", "vault.hdr.bak"):
        (home.folder / name).write_bytes(bytes(300))
    with pytest.raises(HeaderDamaged):
        home.rescue()
    assert not list(home.folder.glob("before-*"))


STEPS = 60


@pytest.mark.parametrize("step", range(STEPS))
def test_a_crash_at_any_file_change_of_a_rescue_loses_nothing(
    home: Home, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = every_op(home)
    home.flip((0, 50), (home.pages - 1, 50))
    done = 0

    def crash_at(name: str, original: object) -> None:
        def wrapped(*args: object, **more: object) -> object:
            nonlocal done
            done += 1
            if done == step:
                raise KeyboardInterrupt
            return original(*args, **more)  # type: ignore[operator]  # the method itself

        monkeypatch.setattr(name, wrapped)

    for name in ("rename", "replace", "unlink", "write_bytes"):
        crash_at(f"pathlib.Path.{name}", getattr(Path, name))
    for name, original in (("shutil.copy2", shutil.copy2), ("os.fsync", os.fsync), ("os.replace", os.replace)):
        crash_at(name, original)
    try:
        home.rescue()
    except KeyboardInterrupt:
        pass
    else:
        monkeypatch.undo()
        assert done < step or done == 0 or step == 0
    monkeypatch.undo()
    home.rescue()
    services = home.open()
    try:
        assert set(home.before) <= people(services)
        assert sorted(unsent(services)) == sorted(everything), "the work since the backup is there, once"
        assert list(home.folder.glob("before-restore-*/vault.db"))
    finally:
        services.close()


# Backups


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
    assert services.backups.after_opening() == []
    (checked,) = [services.store.setting("vault.checked_on")]
    assert checked == TODAY.isoformat()  # closed in good order, and never checked: the first week begins
    services.backups.check()
    assert services.store.setting("vault.open") is True
    with Vault.unlock(_copy(home), PASSPHRASE, KDF) as unlocked:  # as after a power cut: nobody closed it
        again = services_over(unlocked, StillClock())
        again.store.set_setting("vault.checked_on", "2026-01-01")
        assert again.backups.after_opening() == []
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
