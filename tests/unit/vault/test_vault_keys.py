"""Keys, passphrases, the recovery code, waiting times and the device key."""

import hashlib
import hmac
import subprocess
import sys
from pathlib import Path

import pytest

from broker_tui.i18n import language, use
from broker_tui.vault import (
    Argon2idDerivation,
    Cause,
    DeviceSigner,
    HeaderDamaged,
    KdfParams,
    TooManyAttempts,
    Vault,
    VaultExists,
    WeakPassphrase,
    WrongPassphrase,
    estimate,
    new_device_key,
)
from broker_tui.vault.device import verify
from broker_tui.vault.errors import SENTENCES
from broker_tui.vault.kdf import expand, passphrase_bytes
from broker_tui.vault.recovery import code_bytes, new_code
from broker_tui.vault.slots import unseal
from tests.unit.vault.vault_helpers import CHEAP, OTHER, PASSPHRASE, CheapDerivation, header_fields, make, opens, rows


class StoppedClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make(tmp_path / "home")
    return tmp_path / "home"


def test_t12_derived_keys_are_those_of_hkdf_expand_with_the_written_labels() -> None:
    root, vault = bytes(range(32)), "ab" * 16
    expected = hmac.digest(root, f"broker_tui/v1/audit|{vault}".encode() + b"\x01", "sha256")
    assert expand(root, "audit", vault) == expected
    assert expected.hex() == "05d51812238dd0caa5b8d45b78209dc1ee0a10d13e0b52776da15f231a937274"
    blob = hmac.digest(root, f"broker_tui/v1/blob|{vault}|7".encode() + b"\x01", "sha256")
    assert expand(root, "blob", vault, "7") == blob


def test_the_production_derivation_is_argon2id_with_the_recorded_cost() -> None:
    derivation = Argon2idDerivation()
    assert derivation.params == KdfParams(memory_kib=131072, passes=3, lanes=4)
    derived = derivation.derive(b"secret", b"s" * 16, KdfParams(65536, 3, 1))
    assert derived.hex() == "170bf5f75e1d342e4c1eb4e91a9a27041fde11339ec64aac69921c34b6f2bc8b"


def test_no_derivation_can_be_made_outside_the_bounds() -> None:
    for params in (KdfParams(8), KdfParams(passes=1), KdfParams(lanes=64), KdfParams(1 << 31)):
        with pytest.raises(HeaderDamaged) as refusal:
            Argon2idDerivation(params)
        assert refusal.value.cause is Cause.KDF_REFUSED


def test_a_vault_made_with_the_real_derivation_opens_and_the_environment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BROKER_KDF", "BROKER_TEST", "BROKER_KDF_MEMORY", "ARGON2_M"):
        monkeypatch.setenv(name, "1")
    Vault.create(tmp_path, PASSPHRASE)[0].close()
    kdf = header_fields(tmp_path)["slots"][0]["kdf"]
    assert (kdf["m"], kdf["t"], kdf["p"]) == (131072, 3, 4)
    with Vault.unlock(tmp_path, PASSPHRASE) as unlocked:
        unlocked.connect().close()
    with pytest.raises(WrongPassphrase):
        Vault.unlock(tmp_path, PASSPHRASE, CHEAP)


def test_keys_differ_by_purpose_stay_the_same_and_the_own_ones_stay_inside(home: Path) -> None:
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        audit, blob = unlocked.derive("audit"), unlocked.derive("blob", "1")
        assert len({audit, blob, unlocked.derive("blob", "2")}) == 3
        for label in ("db", "header-mac"):
            with pytest.raises(ValueError, match=label):
                unlocked.derive(label)
        assert PASSPHRASE not in repr(unlocked)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as again:
        assert again.derive("audit") == audit


def test_letters_typed_as_two_signs_open_the_same_vault(tmp_path: Path) -> None:
    composed, decomposed = "åben ålegræs på åen", "a\u030aben a\u030alegræs pa\u030a a\u030aen"
    assert passphrase_bytes(composed) == passphrase_bytes(decomposed)
    Vault.create(tmp_path, composed, CHEAP)[0].close()
    Vault.unlock(tmp_path, decomposed, CHEAP).close()


def test_changing_the_passphrase_leaves_the_database_alone(home: Path) -> None:
    before = hashlib.sha256((home / "vault.db").read_bytes()).hexdigest()
    recovery_slot = header_fields(home)["slots"][1]
    Vault.change_passphrase(home, PASSPHRASE, OTHER, CHEAP)
    assert hashlib.sha256((home / "vault.db").read_bytes()).hexdigest() == before
    fields = header_fields(home)
    assert fields["gen"] == 2
    assert recovery_slot in fields["slots"]
    assert (home / "vault.hdr").read_bytes() == (home / "vault.hdr.bak").read_bytes()
    assert not opens(home, PASSPHRASE)
    assert opens(home, OTHER)


def test_changing_inside_the_app_needs_the_current_passphrase(home: Path) -> None:
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        with pytest.raises(WrongPassphrase):
            unlocked.change_passphrase(OTHER, OTHER)
        with pytest.raises(WeakPassphrase):
            unlocked.change_passphrase(PASSPHRASE, "kort")
        assert unlocked.generation == 1
        unlocked.change_passphrase(PASSPHRASE, OTHER)
        unlocked.change_passphrase(OTHER, PASSPHRASE)
        assert unlocked.generation == 3
    assert opens(home, PASSPHRASE)


def test_the_recovery_code_opens_and_forces_a_new_passphrase(tmp_path: Path) -> None:
    code = make(tmp_path)
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    with Vault.unlock_with_recovery(tmp_path, sloppy, OTHER, CHEAP) as unlocked:
        assert rows(unlocked) == 500
    assert not opens(tmp_path, PASSPHRASE)
    assert opens(tmp_path, OTHER)


def test_wrong_and_mistyped_codes_are_told_apart_and_change_nothing(tmp_path: Path) -> None:
    code = make(tmp_path)
    before = (tmp_path / "vault.hdr").read_bytes()
    with pytest.raises(WrongPassphrase) as wrong:
        Vault.unlock_with_recovery(tmp_path, new_code(), OTHER, CHEAP)
    assert wrong.value.cause is Cause.WRONG_CODE
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else code[:-1]
    for typed in ("", code[:-1], swapped, code.replace(code[5], "U")):
        with pytest.raises(WrongPassphrase) as mistyped:
            Vault.unlock_with_recovery(tmp_path, typed, OTHER, CHEAP)
        assert mistyped.value.cause is Cause.MISTYPED_CODE
    with pytest.raises(WeakPassphrase):
        Vault.unlock_with_recovery(tmp_path, code, "kort", CHEAP)
    assert Vault.attempts(tmp_path).failed == 1
    assert (tmp_path / "vault.hdr").read_bytes() == before


def test_a_new_recovery_code_ends_the_one_before(tmp_path: Path) -> None:
    first = make(tmp_path)
    with Vault.unlock(tmp_path, PASSPHRASE, CHEAP) as unlocked:
        second = unlocked.new_recovery_code()
    with pytest.raises(WrongPassphrase):
        Vault.unlock_with_recovery(tmp_path, first, OTHER, CHEAP)
    Vault.unlock_with_recovery(tmp_path, second, OTHER, CHEAP).close()


def test_codes_hold_130_bits_and_are_all_different() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4] * 7
        assert len(code_bytes(code)) == 28
    assert len({code[:24] for code in codes}) == 200


def test_creating_never_stands_on_an_old_vault(home: Path) -> None:
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    with pytest.raises(VaultExists):
        Vault.create(home, PASSPHRASE, CHEAP)
    (home / "vault.hdr").unlink()
    with pytest.raises(VaultExists):
        Vault.create(home, PASSPHRASE, CHEAP)
    assert (home / "vault.db").read_bytes() == before["vault.db"]


@pytest.mark.parametrize(
    ("passphrase", "accepted"),
    [
        ("", False),
        ("kort", False),
        ("tretten tegn!", False),
        ("gråspurv tagrende", True),
        ("en ko og so ged", True),
        ("en ko og so   ", False),
        ("ged ræv mår odder los", True),
        ("adgangskode1234", False),
        ("Password123456789", False),
        ("12345678901234567890", False),
        ("aaaaaaaaaaaaaaaaaa", False),
        ("qwertyuiopåasdfghjkl", False),
        ("København2026Sommer", False),
        ("abcabcabcabcabcabc", False),
        ("Jobcenter-Aarhus-2026", False),
        ("vQ8#mZ2!rT6&kP", True),
    ],
)
def test_length_decides_and_common_things_are_refused(passphrase: str, accepted: bool, tmp_path: Path) -> None:
    verdict = estimate(passphrase)
    assert verdict.accepted is accepted, verdict
    assert (verdict.cause is None) is accepted
    assert (verdict.score >= 2) is accepted
    if not accepted:
        with pytest.raises(WeakPassphrase):
            Vault.create(tmp_path / "home", passphrase, CHEAP)
        assert not (tmp_path / "home").exists()


def test_longer_is_never_worse() -> None:
    grown = [estimate("gråspurv under tagskægget ved en gammel mølle"[:length]).score for length in range(46)]
    assert grown == sorted(grown)
    assert grown[-1] == 4


def test_t15_waiting_follows_the_table_across_restarts_and_a_clock_set_back(home: Path) -> None:
    clock = StoppedClock(1_000_000.0)
    kdf = CheapDerivation()
    for number, delay in enumerate([0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 300, 300]):
        attempts = Vault.attempts(home, clock)
        assert (attempts.failed, attempts.wait_seconds) == (number, delay)
        assert attempts.suggest_recovery is (number >= 5)
        if delay:
            before = kdf.calls
            with pytest.raises(TooManyAttempts) as refusal:
                Vault.unlock(home, PASSPHRASE, kdf, StoppedClock(clock.now + delay - 0.5))
            assert (refusal.value.values["seconds"], refusal.value.exit_code) == (1, 3)
            assert kdf.calls == before
            assert Vault.attempts(home, StoppedClock(clock.now - 86_400)).wait_seconds == delay
        clock.now += delay
        with pytest.raises(WrongPassphrase):
            Vault.unlock(home, OTHER, kdf, clock)
    clock.now += 300
    with Vault.unlock(home, PASSPHRASE, CHEAP, clock) as unlocked:
        assert rows(unlocked) == 500
    assert Vault.attempts(home, clock).failed == 0


def test_a_damaged_counter_keeps_nobody_out(home: Path) -> None:
    for content in (b"", b"[]", b'{"failed":"many"}', b'{"failed":1e999,"last":0}', b"\xff"):
        (home / "attempts.json").write_bytes(content)
        assert opens(home, PASSPHRASE)


def test_a_slot_of_another_vault_does_not_open(home: Path) -> None:
    slot = header_fields(home)["slots"][0]
    assert unseal(header_fields(home)["vault"], slot, passphrase_bytes(PASSPHRASE), CHEAP)
    with pytest.raises(WrongPassphrase):
        unseal("00" * 16, slot, passphrase_bytes(PASSPHRASE), CHEAP)


def test_device_key_signs() -> None:
    private = new_device_key()
    signer = DeviceSigner(private)
    assert (len(private), len(signer.public_key), len(signer.sign(b"x"))) == (32, 32, 64)
    assert verify(signer.public_key, signer.sign(b"data"), b"data")
    assert not verify(signer.public_key, signer.sign(b"data"), b"date")
    assert not verify(b"", signer.sign(b"data"), b"data")
    assert signer.key_id == DeviceSigner(private).key_id != DeviceSigner(new_device_key()).key_id
    assert DeviceSigner(private, "device-7").key_id == "device-7"


def test_every_cause_has_a_sentence_in_both_languages() -> None:
    before = language()
    assert set(SENTENCES) == set(Cause)
    try:
        use("da")
        from broker_tui.i18n import _

        same = [sentence for sentence in SENTENCES.values() if _(sentence) == sentence]
        assert same == []
        assert TooManyAttempts(seconds=4).text() == "Vent 4 s før næste forsøg."
    finally:
        use(before)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, broker_tui.vault, broker_tui.supervisor, broker_tui.crash;"
        "from broker_tui.vault import Vault, VaultError, WrongPassphrase;"
        "heavy = {'sqlcipher3', 'cryptography', 'textual', 'sqlite_utils', 'platformdirs', 'httpx', 'msgspec'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
