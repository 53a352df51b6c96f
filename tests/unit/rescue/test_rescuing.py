"""A damaged caseload: found, told apart, brought back, and nothing unsent lost that can be read anywhere."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from broker_tui.i18n import rescue_words
from broker_tui.rescuing import unlock_damaged
from broker_tui.services.ports import Page
from broker_tui.vault import (
    HeaderDamaged,
    Vault,
    VaultError,
    WrongPassphrase,
    check,
    keeping,
)
from tests.unit.rescue.homes import KDF, PAGE, Home, people, unsent
from tests.unit.services.services_helpers import PASSPHRASE


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

    def crash_at(name: str, original: Callable[..., object]) -> None:
        def wrapped(*args: object, **more: object) -> object:
            nonlocal done
            done += 1
            if done == step:
                raise KeyboardInterrupt
            return original(*args, **more)

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
