"""What holds for any passphrase, any code and any damage."""

import hmac
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker_tui.vault import HeaderDamaged, NotAVault, UnsupportedVault, Vault, VaultError, WrongPassphrase, estimate
from broker_tui.vault import header as headers
from broker_tui.vault.attempts import AttemptLog
from broker_tui.vault.kdf import KdfParams
from broker_tui.vault.recovery import ALPHABET, code_bytes, new_code
from broker_tui.vault.slots import seal, unseal


class CheapDerivation:
    """Derives at once; the recorded cost is the real one."""

    params = KdfParams()

    def derive(self, secret: bytes, salt: bytes, params: KdfParams) -> bytes:
        return hmac.digest(salt, secret, "sha256")


CHEAP = CheapDerivation()
VAULT = "0f" * 16
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


@patient
@given(st.binary(min_size=1, max_size=80), st.binary(min_size=1, max_size=80), st.binary(min_size=32, max_size=32))
def test_a_slot_opens_with_its_secret_and_no_other(secret: bytes, other: bytes, root: bytes) -> None:
    slot = seal(VAULT, "passphrase", secret, root, CHEAP)
    assert unseal(VAULT, slot, secret, CHEAP) == root
    if other != secret:
        with pytest.raises(WrongPassphrase):
            unseal(VAULT, slot, other, CHEAP)


@patient
@given(st.binary(max_size=2000))
def test_any_bytes_in_the_place_of_a_header_are_refused_with_a_typed_error(data: bytes) -> None:
    with pytest.raises((HeaderDamaged, NotAVault, UnsupportedVault)):
        headers.parse(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@patient
@given(st.dictionaries(st.sampled_from(["magic", "v", "db", "gen", "slots", "mac", "vault", "x"]), json_values))
def test_any_object_in_the_place_of_a_header_is_refused_with_a_typed_error(fields: dict[str, object]) -> None:
    import hashlib

    from broker_tui.vault.slots import canonical

    shaped = {"magic": headers.MAGIC, "v": 1, "db": headers.DATABASE_FORMAT, **fields}
    try:
        data = canonical({**shaped, "sum": hashlib.sha256(canonical(shaped)).hexdigest()})
    except UnicodeEncodeError:
        return
    with pytest.raises((HeaderDamaged, NotAVault, UnsupportedVault)):
        headers.parse(data)


@patient
@given(st.integers(0, 27), st.sampled_from(ALPHABET))
def test_a_wrong_character_in_a_recovery_code_almost_never_passes(position: int, character: str) -> None:
    plain = new_code().replace("-", "")
    changed = plain[:position] + character + plain[position + 1 :]
    if changed == plain:
        assert code_bytes(changed) == plain.encode()
        return
    try:
        assert code_bytes(changed) != plain.encode()
    except WrongPassphrase:
        return


@patient
@given(st.text(max_size=60))
def test_any_text_gets_a_verdict_with_advice(text: str) -> None:
    verdict = estimate(text)
    assert 0 <= verdict.score <= 4
    assert verdict.accepted == (verdict.cause is None) == (verdict.score >= 2)
    assert verdict.advice


@patient
@given(st.binary(max_size=60), st.floats(0, 1e12))
def test_any_counter_file_gives_a_wait_of_at_most_five_minutes(content: bytes, now: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "attempts.json").write_bytes(content)
        assert 0 <= AttemptLog(Path(name), lambda: now).now().wait_seconds <= 300


@settings(patient, max_examples=15)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=20, max_size=60))
def test_every_accepted_passphrase_opens_its_vault(passphrase: str) -> None:
    if not estimate(passphrase).accepted:
        return
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        Vault.create(home, passphrase, CHEAP)[0].close()
        Vault.unlock(home, passphrase, CHEAP).close()
        with pytest.raises(VaultError):
            Vault.unlock(home, passphrase + "x", CHEAP)
