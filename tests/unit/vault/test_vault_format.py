"""The format is no prison: another program, written from docs/vault-format.md, opens what the app wrote, and back."""

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from broker_tui.bootstrap import noted
from broker_tui.vault import Argon2idDerivation, KdfParams, Vault, WrongPassphrase, backup, check
from broker_tui.vault.kdf import expand
from broker_tui.vault.slots import _associated, unseal
from sync import recovery as walk
from tests.unit.vault import format_reader as reader
from tests.unit.vault.vault_helpers import PASSPHRASE
from tests.vaults.make import HERE, PASSPHRASE_FILE

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))
LIGHTEST = Argon2idDerivation(KdfParams(65536, 3, 1))
"""The real derivation, at the least it may cost."""
PRIVATE = bytes(range(1, 33))


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str]:
    """A vault as the app makes it, joined to a municipality, and its recovery code."""
    home = tmp_path / "home"
    unlocked, code = Vault.create(home, PASSPHRASE, LIGHTEST)
    with unlocked:
        connection = unlocked.connect()
        connection.execute("CREATE TABLE note (text TEXT)")
        connection.executemany("INSERT INTO note VALUES (?)", [(f"Åens nr. {n}" * 40,) for n in range(500)])
        connection.commit()
        connection.close()
        unlocked.seal_for_municipality(walk.encode(walk.public_of(PRIVATE)))
    return home, code


def test_the_reader_knows_nothing_of_the_app() -> None:
    tree = ast.parse(Path(reader.__file__).read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in names if name.split(".")[0] in ("broker_tui", "sync", "tests", "sqlcipher3", "")]


def test_another_implementation_reads_checks_and_writes_and_the_app_reads_on(made: tuple[Path, str]) -> None:
    home, _code = made
    header = reader.read_header(home)
    key = reader.database_key(header, reader.by_passphrase(header, PASSPHRASE))
    other = reader.connect(home / "vault.db", key)
    try:
        assert other.execute("SELECT count(*) FROM note").get == 500
        assert other.execute("SELECT vault FROM vault_identity").get == header["vault"]
        assert other.pragma("integrity_check") == "ok"
        other.execute("INSERT INTO note VALUES ('fra et andet program')")
    finally:
        other.close()
    with Vault.unlock(home, PASSPHRASE, LIGHTEST) as unlocked:
        assert check(unlocked) == []
        connection = unlocked.connect()
        last = connection.execute("SELECT text FROM note ORDER BY rowid DESC LIMIT 1").fetchone()
        connection.close()
    assert last == ("fra et andet program",)


def test_a_wrong_key_opens_nothing_there_either(made: tuple[Path, str]) -> None:
    import apsw

    other = reader.connect(made[0] / "vault.db", bytes(32))
    with pytest.raises(apsw.NotADBError):
        other.execute("SELECT count(*) FROM note").fetchall()
    other.close()
    with pytest.raises(InvalidTag):
        reader.by_passphrase(reader.read_header(made[0]), PASSPHRASE + "x")


def test_all_three_ways_in_give_the_same_key(made: tuple[Path, str]) -> None:
    home, code = made
    header = reader.read_header(home)
    root = reader.by_passphrase(header, PASSPHRASE)
    assert reader.by_code(header, code.lower()) == root
    assert reader.by_municipality(header, PRIVATE) == root


def test_the_second_copy_serves_when_the_first_is_damaged(made: tuple[Path, str]) -> None:
    home, _code = made
    header = reader.read_header(home)
    (home / "vault.hdr").write_bytes(b"\0" * 100)
    assert reader.read_header(home) == header


def test_pages_are_as_the_document_says(made: tuple[Path, str]) -> None:
    home, _code = made
    header = reader.read_header(home)
    key = reader.database_key(header, reader.by_passphrase(header, PASSPHRASE))
    page = reader.first_page(home / "vault.db", key)
    assert int.from_bytes(page[16:18], "big") == 4096
    assert page[20] == 80, "reserved bytes"
    assert page[18:20] == b"\x02\x02", "write-ahead log"


def test_a_backup_opens_by_the_document(made: tuple[Path, str], tmp_path: Path) -> None:
    home, _code = made
    with Vault.unlock(home, PASSPHRASE, LIGHTEST) as unlocked:
        backup(unlocked, tmp_path / "backup.zip")
    folder = tmp_path / "unpacked"
    root = reader.unpack(tmp_path / "backup.zip", folder, PASSPHRASE)
    other = reader.connect(folder / "vault.db", reader.database_key(reader.read_header(folder), root))
    assert other.execute("SELECT count(*) FROM note").get == 500
    other.close()


def test_a_rotated_vault_opens_by_the_document_with_its_lasting_keys(made: tuple[Path, str]) -> None:
    home, _code = made
    before = reader.read_header(home)
    old = reader.by_passphrase(before, PASSPHRASE)
    Vault.rotate(home, PASSPHRASE, LIGHTEST)
    header = reader.read_header(home)
    root = reader.by_passphrase(header, PASSPHRASE)
    assert root != old
    assert reader.by_municipality(header, PRIVATE) == root
    other = reader.connect(home / "vault.db", reader.database_key(header, root))
    assert other.execute("SELECT count(*) FROM note").get == 500
    other.close()
    with Vault.unlock(home, PASSPHRASE, LIGHTEST) as unlocked:
        audit = reader.expand(reader.lasting(header, root), f"broker_tui/v1/audit|{header['vault']}")
        assert unlocked.derive("audit") == audit


@pytest.mark.parametrize("vector", VECTORS["labels"], ids=lambda vector: vector["label"])
def test_t12_keys_of_every_label_are_the_written_ones(vector: dict[str, Any]) -> None:
    root, vault = bytes.fromhex(VECTORS["root"]), VECTORS["vault"]
    assert expand(root, vector["label"], vault, *vector["context"]).hex() == vector["key"]
    info = "|".join((f"broker_tui/v1/{vector['label']}", vault, *vector["context"]))
    assert reader.expand(root, info).hex() == vector["key"]


@pytest.mark.parametrize("vector", VECTORS["slots"], ids=lambda vector: vector["slot"]["type"])
def test_t12_the_associated_data_of_a_slot_is_the_written_one(vector: dict[str, Any]) -> None:
    assert _associated(VECTORS["vault"], vector["slot"]).hex() == vector["aad"]
    assert reader.associated(VECTORS["vault"], vector["slot"]).hex() == vector["aad"]


def test_t12_the_written_slots_open_and_only_with_what_they_were_sealed_with() -> None:
    vault, root = VECTORS["vault"], bytes.fromhex(VECTORS["root"])
    for vector in VECTORS["slots"]:
        secret = vector["secret"].encode()
        assert unseal(vault, vector["slot"], secret, LIGHTEST) == root
        with pytest.raises(WrongPassphrase):
            unseal("0" * 32, vector["slot"], secret, LIGHTEST)
    found = VECTORS["municipality"]
    slot = walk.SealedSlot(**found["slot"])
    assert walk.unseal(vault, slot, bytes.fromhex(found["private"])) == root
    assert walk.check_code(found["request"].encode()) == found["code"]


def test_the_audit_log_is_checked_by_the_document_before_and_after_a_rotation(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(HERE / "schema-1", home)
    passphrase = (home / PASSPHRASE_FILE).read_text("utf-8").strip()
    with Vault.unlock(home, passphrase) as unlocked:
        for number in range(3):
            noted(unlocked, "opened", f"æ {number}")
    lines = _checked(home, passphrase)
    Vault.rotate(home, passphrase, LIGHTEST)
    with Vault.unlock(home, passphrase, LIGHTEST) as unlocked:
        noted(unlocked, "rotated")
    assert _checked(home, passphrase) == lines + 1 > 4
    with pytest.raises(AssertionError):
        _checked(home, passphrase, spoil="UPDATE audit SET detail = 'x' WHERE seq = 2")


def _checked(home: Path, passphrase: str, spoil: str = "") -> int:
    header = reader.read_header(home)
    root = reader.by_passphrase(header, passphrase)
    other = reader.connect(home / "vault.db", reader.database_key(header, root))
    try:
        if spoil:
            other.execute("DROP TRIGGER audit_fixed_update").fetchall()
            other.execute(spoil).fetchall()
        return reader.check_audit(other, reader.audit_key(header, root))
    finally:
        other.close()
