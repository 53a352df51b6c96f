"""The hub's clock, injected everywhere so that tests can move it."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
DENMARK = ZoneInfo("Europe/Copenhagen")


def system_clock() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def danish_day(clock: Clock) -> str:
    """Today's date where the jobcenter is."""
    return clock().astimezone(DENMARK).date().isoformat()
