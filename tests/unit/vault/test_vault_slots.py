"""Ways into the vault beside passphrase and paper: the municipality's slot, the list, bounds, and the walk by IT.

The ids are those of the security design: T8 bounds, T9 damage, T10 passphrase change, T11 recovery.
"""

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from broker_tui.vault import Cause, HeaderDamaged, SlotRefused, Vault, VaultError, backup, restore
from broker_tui.vault.municipality import PENDING
from broker_tui.vault.slots import read_params
from sync import recovery as walk
from sync.recovery import RecoveryRefused, SealedSlot
from tests.unit.vault.vault_helpers import (
    CHEAP,
    OTHER,
    PASSPHRASE,
    CheapDerivation,
    header_fields,
    make,
    opens,
    rows,
    with_sum,
    write_both,
)

PRIVATE = bytes(range(1, 33))
PUBLIC = walk.public_of(PRIVATE)
KEY = walk.encode(PUBLIC)
SEALED_BY_48_0_1 = (
    "B9ycRw3yGq6wzbzs9zVh+OfLBZRBaRcfL93EjazzLQhWu8bIfqbRjjsh4pHxCp3S7pTl47tX995RN7MgFdYuSRDPpoiWHWodw9LX+L9L+Mo="
)
"""The key 00 01 .. 1f of vault abab..ab, sealed to PUBLIC by cryptography 48.0.1, the oldest version allowed."""
MEASURED = """
import time
from pathlib import Path
from broker_tui.vault import HeaderDamaged
from broker_tui.vault.slots import unseal
from broker_tui.vault.kdf import Argon2idDerivation
kdf = {{"alg": {alg!r}, "v": 19, "m": {m}, "t": {t}, "p": {p}, "salt": "AAAAAAAAAAAAAAAAAAAAAA=="}}
slot = {{"type": "passphrase", "kdf": kdf, "wrap": "A256GCM", "nonce": "AAAAAAAAAAAAAAAA", "ct": "AAAA"}}
import cryptography.hazmat.primitives.ciphers.aead, cryptography.exceptions
start = time.perf_counter()
try:
    unseal("ab" * 16, slot, b"secret", Argon2idDerivation())
except HeaderDamaged:
    spent = (time.perf_counter() - start) * 1000
    status = Path("/proc/self/status")  # the peak since this program began; ru_maxrss would hold its parent's
    peak = status.read_text().partition("VmHWM:")[2].split()[0] if status.exists() else 0
    print(spent, peak)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make(tmp_path / "home")
    return tmp_path / "home"


def sealed(home: Path) -> SealedSlot:
    """Let the municipality in; the slot as it stands in the header."""
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        assert unlocked.seal_for_municipality(KEY)
    return msgspec.convert(header_fields(home)["slots"][0], type=SealedSlot)


WEAK_OR_BOMB = [
    ("argon2id", 8, 3, 4),
    ("argon2id", 1 << 31, 3, 4),
    ("argon2id", 131072, 1, 4),
    ("argon2id", 131072, 3, 64),
    ("argon2d", 131072, 3, 4),
]


@pytest.mark.parametrize(("alg", "m", "t", "p"), WEAK_OR_BOMB)
def test_t8_a_weak_or_ruinous_derivation_is_refused_before_it_costs_anything(alg: str, m: int, t: int, p: int) -> None:
    program = MEASURED.format(alg=alg, m=m, t=t, p=p)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    milliseconds, peak = (float(word) for word in done.stdout.split())
    assert milliseconds < 50
    assert peak / 1024 < 60, "MiB; measured where /proc is"


@pytest.mark.parametrize(("alg", "m", "t", "p"), WEAK_OR_BOMB)
def test_t8_a_header_turned_down_is_refused_and_nothing_is_derived(
    home: Path, alg: str, m: int, t: int, p: int
) -> None:
    fields = header_fields(home)
    fields["slots"][0]["kdf"] |= {"alg": alg, "m": m, "t": t, "p": p}
    write_both(home, with_sum(fields))
    kdf = CheapDerivation()
    with pytest.raises(HeaderDamaged):
        Vault.unlock(home, PASSPHRASE, kdf)
    assert kdf.calls == 0


def test_t8_the_bounds_themselves_are_allowed(home: Path) -> None:
    slot = header_fields(home)["slots"][0]
    for m, t, p in ((64 * 1024, 3, 1), (1024 * 1024, 10, 8)):
        params = read_params({**slot, "kdf": {**slot["kdf"], "m": m, "t": t, "p": p}})[0]
        assert (params.memory_kib, params.passes, params.lanes) == (m, t, p)


def test_t9_a_municipality_slot_changed_on_disk_is_noticed(home: Path) -> None:
    sealed(home)
    for name, other in (("org_key", "org-" + "0" * 16), ("public", walk.encode(bytes(32))), ("id", "00000000")):
        good = header_fields(home)
        fields = header_fields(home)
        fields["slots"][0][name] = other
        write_both(home, with_sum(fields))
        with pytest.raises(HeaderDamaged):
            Vault.unlock(home, PASSPHRASE, CHEAP)
        write_both(home, with_sum(good))


def test_t10_passphrase_and_municipality_do_not_disturb_each_other(home: Path) -> None:
    before = hashlib.sha256((home / "vault.db").read_bytes()).hexdigest()
    slot = sealed(home)
    Vault.change_passphrase(home, PASSPHRASE, OTHER, CHEAP)
    assert hashlib.sha256((home / "vault.db").read_bytes()).hexdigest() == before
    fields = header_fields(home)
    assert fields["gen"] == 3
    assert msgspec.to_builtins(slot) in fields["slots"]
    assert opens(home, OTHER)
    assert not opens(home, PASSPHRASE)


def test_t11_a_slot_sealed_by_the_oldest_library_opens() -> None:
    made = "2026-01-01T00:00:00Z"
    org_key = "org-4d023b0209aa25d9"
    slot = SealedSlot(
        id="1", type="municipality", suite=walk.SUITE, org_key=org_key, public=KEY, ct=SEALED_BY_48_0_1, made=made
    )
    assert walk.unseal("ab" * 16, slot, PRIVATE) == bytes(range(32))


def test_t11_the_slot_opens_with_the_key_it_names_and_with_no_other(home: Path) -> None:
    slot = sealed(home)
    vault = header_fields(home)["vault"]
    root = walk.unseal(vault, slot, PRIVATE)
    assert len(root) == 32
    assert root not in (home / "vault.hdr").read_bytes()
    changed = bytearray(base64.b64decode(slot.ct))
    changed[-1] ^= 1
    other = walk.new_private()
    wrong: list[tuple[str, SealedSlot, bytes]] = [
        ("cd" * 16, slot, PRIVATE),
        (vault, slot, other),
        (vault, msgspec.structs.replace(slot, org_key=walk.key_id(walk.public_of(other))), other),
        (vault, msgspec.structs.replace(slot, org_key="org-" + "0" * 16), PRIVATE),
        (vault, msgspec.structs.replace(slot, suite="HPKE/NONE"), PRIVATE),
        (vault, msgspec.structs.replace(slot, ct=walk.encode(bytes(changed))), PRIVATE),
    ]
    for name, given, private in wrong:
        with pytest.raises(RecoveryRefused):
            walk.unseal(name, given, private)


def test_t11_a_key_id_put_on_another_key_does_not_open() -> None:
    """The info binds the key id, not only the check before it."""
    sealed_elsewhere = walk._encrypt(bytes(32), PUBLIC, walk._slot_info("ab" * 16, "org-elsewhere"))
    slot = SealedSlot(
        id="1",
        type="municipality",
        suite=walk.SUITE,
        org_key=walk.key_id(PUBLIC),
        public=KEY,
        ct=walk.encode(sealed_elsewhere),
        made="",
    )
    with pytest.raises(RecoveryRefused):
        walk.unseal("ab" * 16, slot, PRIVATE)


def test_sealing_twice_writes_once_and_a_new_key_takes_the_place_of_the_old(home: Path) -> None:
    first = sealed(home)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        assert not unlocked.seal_for_municipality(KEY)
        assert unlocked.generation == 2
        new = walk.new_private()
        assert unlocked.seal_for_municipality(walk.encode(walk.public_of(new)))
    slots = [slot for slot in header_fields(home)["slots"] if slot["type"] == "municipality"]
    assert len(slots) == 1
    vault = header_fields(home)["vault"]
    again = walk.unseal(vault, msgspec.convert(slots[0], type=SealedSlot), new)
    assert again == walk.unseal(vault, first, PRIVATE)
    with pytest.raises(RecoveryRefused):
        walk.unseal(vault, msgspec.convert(slots[0], type=SealedSlot), PRIVATE)


def test_a_passphrase_changed_while_a_sync_seals_is_not_undone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from broker_tui.vault import municipality

    real = municipality.sealed_slot
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:

        def meanwhile(*args: Any) -> dict[str, Any]:
            unlocked.change_passphrase(PASSPHRASE, OTHER)
            return real(*args)

        monkeypatch.setattr(municipality, "sealed_slot", meanwhile)
        unlocked.seal_for_municipality(KEY)
    assert opens(home, OTHER)
    assert not opens(home, PASSPHRASE)
    assert {slot["type"] for slot in header_fields(home)["slots"]} == {"passphrase", "recovery-code", "municipality"}


@pytest.mark.parametrize("key", ["", "no key", KEY[:-4], walk.encode(bytes(32))])
def test_a_damaged_key_of_a_hub_changes_nothing(home: Path, key: str) -> None:
    before = (home / "vault.hdr").read_bytes()
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked, pytest.raises(SlotRefused) as refusal:
        unlocked.seal_for_municipality(key)
    assert refusal.value.cause is Cause.ORG_KEY_REFUSED
    assert (home / "vault.hdr").read_bytes() == before


def test_t11_the_walk_by_it_opens_once_and_forces_a_new_passphrase(home: Path) -> None:
    sealed(home)
    request, code = Vault.request_recovery(home)
    assert code == walk.check_code(request)
    reply = walk.answer(request, PRIVATE)
    with Vault.unlock_with_answer(home, reply, OTHER, CHEAP) as unlocked:
        assert rows(unlocked) == 500
    assert opens(home, OTHER)
    assert not opens(home, PASSPHRASE)
    assert not (home / PENDING).exists()
    with pytest.raises(SlotRefused) as again:
        Vault.unlock_with_answer(home, reply, PASSPHRASE, CHEAP)
    assert again.value.cause is Cause.NO_REQUEST
    assert opens(home, OTHER)


def test_t11_the_request_holds_the_sealed_slot_and_nothing_else(home: Path) -> None:
    sealed(home)
    request, _code = Vault.request_recovery(home)
    fields: dict[str, Any] = msgspec.json.decode(request)
    assert set(fields) == {"magic", "v", "vault", "slot", "reply_to"}
    assert fields["slot"] == header_fields(home)["slots"][0]
    assert len(request) < 1024


def test_t11_an_answer_to_another_request_is_refused(home: Path, tmp_path: Path) -> None:
    sealed(home)
    first, _ = Vault.request_recovery(home)
    stale = walk.answer(first, PRIVATE)
    second, _ = Vault.request_recovery(home)
    assert first != second
    fresh = walk.answer(second, PRIVATE)
    before = (home / "vault.hdr").read_bytes()
    for bad in (stale, b"", b"{}", fresh[:-9], fresh.replace(b"A256GCM", b"A128GCM")):
        with pytest.raises(SlotRefused) as refusal:
            Vault.unlock_with_answer(home, bad, OTHER, CHEAP)
        assert refusal.value.cause is Cause.ANSWER_REFUSED
    assert (home / "vault.hdr").read_bytes() == before
    Vault.unlock_with_answer(home, fresh, OTHER, CHEAP).close()


def test_t11_an_answer_with_another_root_key_does_not_pass_the_header(home: Path) -> None:
    """Somebody with the public key alone can seal a root of their own; the header's seal refuses it."""
    sealed(home)
    request, _ = Vault.request_recovery(home)
    asked = walk.read_request(request)
    forged = msgspec.structs.replace(
        asked, slot=msgspec.structs.replace(asked.slot, ct=walk.seal(asked.vault, bytes(32), PUBLIC))
    )
    data = walk.request_bytes(forged)
    answer = msgspec.json.decode(walk.answer(data, PRIVATE), type=walk.RecoveryAnswer)
    digest = hashlib.sha256(request).hexdigest()
    ct = walk._encrypt(bytes(32), walk.read_public(asked.reply_to), walk._answer_info(asked.vault, digest))
    swapped = msgspec.json.encode(msgspec.structs.replace(answer, request=digest, ct=walk.encode(ct)))
    with pytest.raises(HeaderDamaged):
        Vault.unlock_with_answer(home, swapped, OTHER, CHEAP)
    assert opens(home, PASSPHRASE)


def test_a_vault_no_municipality_was_let_into_cannot_ask(home: Path) -> None:
    with pytest.raises(SlotRefused) as refusal:
        Vault.request_recovery(home)
    assert refusal.value.cause is Cause.NO_MUNICIPALITY


def test_ways_are_listed_and_removed_but_never_the_last_passphrase(home: Path) -> None:
    sealed(home)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        ways = {way.kind: way for way in unlocked.ways_in()}
        assert set(ways) == {"passphrase", "recovery-code", "municipality"}
        assert ways["municipality"].org_key == walk.key_id(PUBLIC)
        assert all(way.made.endswith("Z") for way in ways.values())
        with pytest.raises(SlotRefused) as last:
            unlocked.remove_way(ways["passphrase"].id)
        assert last.value.cause is Cause.LAST_PASSPHRASE
        with pytest.raises(SlotRefused):
            unlocked.remove_way("nothing")
        unlocked.remove_way(ways["municipality"].id)
        unlocked.remove_way(ways["recovery-code"].id)
    assert [slot["type"] for slot in header_fields(home)["slots"]] == ["passphrase"]
    assert opens(home, PASSPHRASE)


def test_a_new_root_key_leaves_what_was_written_and_changes_what_opens(tmp_path: Path) -> None:
    home, old_backup = tmp_path / "home", tmp_path / "old.zip"
    code = make(home)
    slot = sealed(home)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        audit, database = unlocked.derive("audit"), unlocked._derive("db")
        backup(unlocked, old_backup)
    old_root = walk.unseal(header_fields(home)["vault"], slot, PRIVATE)
    fresh = Vault.rotate(home, PASSPHRASE, CHEAP)
    assert opens(home, PASSPHRASE)
    assert sorted(p.name for p in home.glob("vault.db*")) == ["vault.db"]
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        assert unlocked._derive("db") != database
        assert unlocked.derive("audit") == audit
        assert not unlocked.header_is_older
        backup(unlocked, tmp_path / "new.zip")
    anew = next(slot for slot in header_fields(home)["slots"] if slot["type"] == "municipality")
    new_root = walk.unseal(header_fields(home)["vault"], msgspec.convert(anew, type=SealedSlot), PRIVATE)
    assert new_root != old_root
    with pytest.raises(VaultError):
        Vault.unlock_with_recovery(home, code, OTHER, CHEAP)
    (home / "attempts.json").unlink()
    Vault.rotate(home, PASSPHRASE, CHEAP)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        assert unlocked.derive("audit") == audit, "a second rotation keeps the first key too"
    with pytest.raises(VaultError):
        Vault.unlock_with_recovery(home, fresh, OTHER, CHEAP)
    for made in (old_backup, tmp_path / "new.zip"):
        restore(tmp_path / made.stem, made, PASSPHRASE, CHEAP)
        assert opens(tmp_path / made.stem, PASSPHRASE)


class Crash(BaseException):
    """The power goes."""


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("step", range(30))
def test_t9_a_crash_in_a_rotation_leaves_a_vault_that_opens(
    home: Path, step: int, before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes at the nth call that changes a file, before or after it; then it is rotated to its end."""
    count = 0

    def counted(real: Any) -> Any:
        def call(*args: Any, **more: Any) -> Any:
            nonlocal count
            mine = count
            count += 1
            if mine == step and before:
                raise Crash
            result = real(*args, **more)
            if mine == step:
                raise Crash
            return result

        return call

    with monkeypatch.context() as patch:
        for owner, name in ((os, "replace"), (os, "fsync"), (Path, "replace"), (Path, "rename"), (Path, "unlink")):
            patch.setattr(owner, name, counted(getattr(owner, name)))
        try:
            Vault.rotate(home, PASSPHRASE, CHEAP)
        except Crash:
            pass
        else:
            assert count <= step, "the steps cover the whole rotation"
    assert opens(home, PASSPHRASE)
    Vault.rotate(home, PASSPHRASE, CHEAP)
    assert opens(home, PASSPHRASE)
    assert sorted(p.name for p in home.glob("vault.db*")) == ["vault.db"]
