"""A program written from docs/vault-format.md alone: it knows neither `broker_tui` nor `sync`."""

import base64
import hashlib
import hmac
import json
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def expand(key: bytes, info: str) -> bytes:
    return hmac.digest(key, info.encode() + b"\x01", "sha256")


def read_header(home: Path) -> dict[str, Any]:
    for name in ("vault.hdr", "vault.hdr.bak"):
        try:
            data = (home / name).read_bytes()
            fields: dict[str, Any] = json.loads(data)
        except (OSError, ValueError):
            continue
        rest = {key: fields[key] for key in fields if key != "sum"}
        if fields.get("sum") == hashlib.sha256(canonical(rest)).hexdigest() and canonical(fields) == data:
            assert (fields["magic"], fields["v"], fields["db"]) == ("broker_tui-vault", 1, "sqlcipher4-raw")
            return fields
    raise ValueError("no sound header")


def check_seal(header: dict[str, Any], root: bytes) -> None:
    rest = {key: header[key] for key in header if key not in ("mac", "sum")}
    mac = hmac.digest(expand(root, f"broker_tui/v1/header-mac|{header['vault']}"), canonical(rest), "sha256")
    assert base64.b64encode(mac).decode() == header["mac"]


def slot_of(header: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(slot for slot in header["slots"] if slot["type"] == kind)


def associated(vault: str, slot: dict[str, Any]) -> bytes:
    return canonical({"vault": vault, "slot": {key: slot[key] for key in slot if key != "ct"}})


def by_secret(header: dict[str, Any], kind: str, secret: bytes) -> bytes:
    slot = slot_of(header, kind)
    kdf = slot["kdf"]
    assert (kdf["alg"], kdf["v"], slot["wrap"]) == ("argon2id", 19, "A256GCM")
    assert 65536 <= kdf["m"] <= 1048576
    assert 3 <= kdf["t"] <= 10
    assert 1 <= kdf["p"] <= 8
    salt, nonce, ct = (base64.b64decode(text) for text in (kdf["salt"], slot["nonce"], slot["ct"]))
    key = Argon2id(salt=salt, length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"]).derive(secret)
    root = AESGCM(key).decrypt(nonce, ct, associated(header["vault"], slot))
    check_seal(header, root)
    return root


def by_passphrase(header: dict[str, Any], passphrase: str) -> bytes:
    return by_secret(header, "passphrase", unicodedata.normalize("NFKC", passphrase).encode())


def by_code(header: dict[str, Any], code: str) -> bytes:
    plain = code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    digest = hashlib.sha256(f"broker_tui/v1/recovery-code|{plain[:26]}".encode()).digest()
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert plain[26:] == alphabet[digest[0] % 32] + alphabet[digest[1] % 32]
    return by_secret(header, "recovery-code", plain.encode())


def hpke_open(sealed: bytes, private: bytes, info: bytes) -> bytes:
    """RFC 9180, mode base, suite 0x0020 0x0001 0x0002, spelled out."""
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"

    def extract(salt: bytes, which: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + which + label + ikm, "sha256")

    def label_expand(prk: bytes, which: bytes, label: bytes, context: bytes, length: int) -> bytes:
        info = length.to_bytes(2, "big") + b"HPKE-v1" + which + label + context
        return hmac.digest(prk, info + b"\x01", "sha256")[:length]

    key = X25519PrivateKey.from_private_bytes(private)
    enc, body = sealed[:32], sealed[32:]
    secret = key.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + key.public_key().public_bytes_raw()
    shared = label_expand(extract(b"", kem, b"eae_prk", secret), kem, b"shared_secret", context, 32)
    schedule = b"\x00" + extract(b"", suite, b"psk_id_hash", b"") + extract(b"", suite, b"info_hash", info)
    prk = extract(shared, suite, b"secret", b"")
    nonce = label_expand(prk, suite, b"base_nonce", schedule, 12)
    return AESGCM(label_expand(prk, suite, b"key", schedule, 32)).decrypt(nonce, body, b"")


def by_municipality(header: dict[str, Any], private: bytes) -> bytes:
    slot = slot_of(header, "municipality")
    public = base64.b64decode(slot["public"])
    assert slot["suite"] == "HPKE/X25519/HKDF-SHA256/A256GCM"
    assert slot["org_key"] == "org-" + hashlib.sha256(b"broker_tui/v1/org-key|" + public).hexdigest()[:16]
    info = f"broker_tui/v1/recovery|{header['vault']}|{slot['org_key']}"
    root = hpke_open(base64.b64decode(slot["ct"]), private, info.encode())
    check_seal(header, root)
    return root


def database_key(header: dict[str, Any], root: bytes) -> bytes:
    return expand(root, f"broker_tui/v1/db|{header['vault']}")


def lasting(header: dict[str, Any], root: bytes) -> bytes:
    if "lasting" not in header:
        return root
    nonce, ct = (base64.b64decode(header["lasting"][name]) for name in ("nonce", "ct"))
    wrap = expand(root, f"broker_tui/v1/lasting|{header['vault']}")
    return AESGCM(wrap).decrypt(nonce, ct, canonical({"lasting": 1, "vault": header["vault"]}))


def first_page(path: Path, key: bytes) -> bytes:
    """The first page in plain, without any SQLite."""
    page = path.read_bytes()[:4096]
    salt, body, iv, mac = page[:16], page[16:4016], page[4016:4032], page[4032:]
    hmac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
    assert hmac.digest(hmac_key, body + iv + (1).to_bytes(4, "little"), "sha512") == mac
    plain = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return b"SQLite format 3\0" + plain.update(body) + plain.finalize()


def connect(path: Path, key: bytes) -> Any:
    import apsw

    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    for pragma in ("cipher = 'sqlcipher'", "legacy = 4", f"key = \"x'{key.hex()}'\"", "temp_store = 2"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    return connection


def check_audit(connection: Any, key: bytes) -> int:
    """The number of lines of an audit log in which every line follows from those before it."""
    columns = "seq, ts, device, actor, action, entity, entity_id, detail, purpose, version"
    old, before, count = b"", b"", 0
    for *line, mac in connection.execute(f"SELECT {columns}, mac FROM audit ORDER BY seq"):  # noqa: S608
        count += 1
        assert line[0] == count
        text = json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode()
        if mac is None:
            assert not before
            old += text
            continue
        before = before or (hashlib.sha256(old).digest() if old else bytes(32))
        before = hmac.digest(key, before + text, "sha256")
        assert before.hex() == mac
    return count


def audit_key(header: dict[str, Any], root: bytes) -> bytes:
    return expand(lasting(header, root), f"broker_tui/v1/audit|{header['vault']}")


def unpack(backup: Path, folder: Path, passphrase: str) -> bytes:
    """A backup into a folder, every seal checked; the root key."""
    with zipfile.ZipFile(backup) as archive:
        entries = archive.infolist()
        assert sorted(entry.filename for entry in entries) == ["manifest.json", "vault.db", "vault.hdr"]
        assert all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
        archive.extractall(folder)
    header = read_header(folder)
    root = by_passphrase(header, passphrase)
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    rest = {key: manifest[key] for key in manifest if key != "mac"}
    seal = hmac.digest(expand(root, f"broker_tui/v1/backup-manifest|{header['vault']}"), canonical(rest), "sha256")
    assert base64.b64encode(seal).decode() == manifest["mac"]
    for name, said in manifest["parts"].items():
        data = (folder / name).read_bytes()
        assert said == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return root
