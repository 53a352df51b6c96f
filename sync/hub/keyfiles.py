"""Files with keys in the hub's folder: written whole, and made once however many processes want to make them."""

import os
import secrets
from pathlib import Path


def made_once(path: Path, content: bytes, mode: int = 0o600) -> bytes:
    """Put a file in place unless there is one; what lies there afterwards, ours or that of who was first."""
    fresh = _written(path, content, mode)
    try:
        os.link(fresh, path)  # unlike a rename it fails if there is a file
    except FileExistsError:
        return path.read_bytes()
    except OSError:  # a file system without links; whoever started the hub there runs one process
        if not path.exists():
            fresh.replace(path)
        return path.read_bytes()
    finally:
        fresh.unlink(missing_ok=True)
    return content


def replaced(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put a file in place of the one there is."""
    _written(path, content, mode).replace(path)


def _written(path: Path, content: bytes, mode: int) -> Path:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(fresh, flags, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh
