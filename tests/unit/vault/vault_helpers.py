"""A derivation that costs nothing, and vaults made with it."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from broker_tui.vault import UnlockedVault, Vault
from broker_tui.vault.kdf import KdfParams
from broker_tui.vault.slots import canonical

PASSPHRASE = "gråspurv under tagskægget"
OTHER = "blåmejse over kirsebærtræet"


class CheapDerivation:
    """Records the parameters of the real one and derives at once; counts how often."""

    def __init__(self, params: KdfParams | None = None) -> None:
        self._params = params or KdfParams()
        self.calls = 0

    @property
    def params(self) -> KdfParams:
        return self._params

    def derive(self, secret: bytes, salt: bytes, params: KdfParams) -> bytes:
        self.calls += 1
        return hmac.digest(salt, secret + repr(params).encode(), "sha256")


CHEAP = CheapDerivation()


def make(home: Path) -> str:
    """A closed vault with one row; returns the recovery code."""
    unlocked, code = Vault.create(home, PASSPHRASE, CHEAP)
    with unlocked:
        connection = unlocked.connect()
        connection.execute("CREATE TABLE note (text TEXT)")
        connection.executemany("INSERT INTO note VALUES (?)", [(f"note {n}" * 40,) for n in range(500)])
        connection.commit()
        connection.close()
    return code


def rows(unlocked: UnlockedVault) -> int:
    """How many rows the vault of `make` holds."""
    connection = unlocked.connect()
    try:
        return int(connection.execute("SELECT count(*) FROM note").fetchone()[0])
    finally:
        connection.close()


def opens(home: Path, passphrase: str) -> bool:
    """Whether the vault opens with `passphrase` and its data can be read."""
    from broker_tui.vault import WrongPassphrase

    (home / "attempts.json").unlink(missing_ok=True)
    try:
        with Vault.unlock(home, passphrase, CHEAP) as unlocked:
            return rows(unlocked) == 500
    except WrongPassphrase:
        return False


def with_sum(fields: dict[str, Any]) -> bytes:
    """A header an attacker could write: changed, with the plain checksum right again."""
    plain = {name: value for name, value in fields.items() if name != "sum"}
    return canonical({**plain, "sum": hashlib.sha256(canonical(plain)).hexdigest()})


def write_both(home: Path, data: bytes) -> None:
    """Put `data` in the place of both header copies."""
    (home / "vault.hdr").write_bytes(data)
    (home / "vault.hdr.bak").write_bytes(data)


def header_fields(home: Path) -> dict[str, Any]:
    """The header as JSON."""
    fields: dict[str, Any] = json.loads((home / "vault.hdr").read_bytes())
    return fields
