"""The program's idea of now: Danish local time, movable by `--on` for looking ahead, demo and tests."""

from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


class Clock(Protocol):
    """Where times and dates come from."""

    def now(self) -> datetime:
        """Local time with offset."""

    def today(self) -> date:
        """Local date."""


def real(clock: "Clock") -> "Clock":
    """The same clock without `--on`: for what looking ahead must not move."""
    return SystemClock() if isinstance(clock, SystemClock) else clock


class SystemClock:
    """The machine's clock in Danish time; with `on`, the same time of day on another date."""

    def __init__(self, on: date | None = None) -> None:
        self.on = on

    def now(self) -> datetime:
        """Local time with offset."""
        real = datetime.now(DENMARK)
        return real if self.on is None else real + timedelta(days=(self.on - real.date()).days)

    def today(self) -> date:
        """Local date."""
        return self.on or self.now().date()
