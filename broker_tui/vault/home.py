"""Where a vault lives when nobody says otherwise."""

from pathlib import Path


def default_home() -> Path:
    """The program's folder below the user's local, non-roaming application data."""
    from platformdirs import user_data_path

    return user_data_path("broker-tui", appauthor=False, roaming=False)
