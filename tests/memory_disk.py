"""Where files of tests go that ask nothing of a disk: into memory, if there is room, since a save waits for a disk."""

import shutil
from pathlib import Path

ROOM = 2**31
"""Bytes that must be free: more than a whole run has at a time."""


def memory_disk() -> Path | None:
    """A folder in memory; None on systems that have none, or too small a one."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None
