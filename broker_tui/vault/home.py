"""Where a vault lives when nobody says otherwise."""

from pathlib import Path


def default_home() -> Path:
    """The program's folder below the user's local, non-roaming application data."""
    from platformdirs import user_data_path

    return user_data_path("broker-tui", appauthor=False, roaming=False)


BEGUN, DONE = "wiping.btx", "wiped.btx"
"""A wipe by order has begun; it has ended, and its file is still to be handed over."""


def wiping(home: Path) -> bool:
    """Whether a wipe has begun here: then nothing opens what is left."""
    return (home / BEGUN).exists()
