"""The organisation's key pair for recovery: the public half lies with the hub, the private half in a file apart.

The hub never needs the private half. Its file is encrypted under a passphrase (`privatefiles`) and belongs on a stick
in a safe; a hub that is broken into cannot open a laptop's vault with what it holds.
"""

from pathlib import Path

from sync.hub import privatefiles
from sync.hub.privatefiles import KeyFileRefused as KeyFileRefused
from sync.recovery import RecoveryRefused, answer, check_code, key_id, new_private, public_of, read_public, read_request

PUBLIC = "recovery-key.pub"
MAGIC = "jobcenter-hub-recovery-key"
_THERE_IS_ONE = "this hub has a recovery key; --replace makes a new one. Keep the old file"


def public_text(folder: Path | None) -> str:
    """The public key as the hub hands it out; empty until there is one, and while its file cannot be used."""
    try:
        return privatefiles.public_text(folder, PUBLIC)
    except KeyFileRefused:
        return ""


def key_state(folder: Path) -> str:
    """The id of the recovery key, `none`, or `damaged`; for the administrator."""
    try:
        text = privatefiles.public_text(folder, PUBLIC)
    except KeyFileRefused:
        return "damaged"
    return key_id(read_public(text)) if text else "none"


def make(folder: Path, private_file: Path, passphrase: str, *, replace: bool = False) -> str:
    """A new key pair; laptops seal to it from their next sync on.

    Args:
        folder: the hub's data folder, which gets the public half.
        private_file: where the private half goes; outside the data folder, and not there yet.
        passphrase: what closes that file.
        replace: a key before this one may be replaced.

    Returns:
        The id of the new key.

    Raises:
        KeyFileRefused: nothing was made.
    """
    private = new_private()
    public = public_of(private)
    name = key_id(public)
    privatefiles.make(
        folder, PUBLIC, private_file, (MAGIC, name), (private, public), passphrase,
        replace=replace, there_is_one=_THERE_IS_ONE,
    )  # fmt: skip
    return name


def opened(private_file: Path, passphrase: str) -> bytes:
    """The private key out of its file.

    Raises:
        KeyFileRefused: it is no such file, or the passphrase is wrong.
    """
    return privatefiles.opened(private_file, passphrase, MAGIC, "recovery")


def answered(request: bytes, code: str, private_file: Path, passphrase: str) -> bytes:
    """The answer to a request whose code the broker read out.

    Raises:
        KeyFileRefused: the code is another one, or the request does not open with this key.
    """
    try:
        read_request(request)
        if "".join(c for c in code if c.isdigit()) != check_code(request).replace("-", ""):
            raise KeyFileRefused("the code is another one: this is not the request the broker has on the screen")
        return answer(request, opened(private_file, passphrase))
    except RecoveryRefused as refused:
        raise KeyFileRefused(f"the request was not answered: {refused}") from None
