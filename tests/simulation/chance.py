"""All chance and all time of one world: ids, links of the hash chain and what happens come from its seed alone."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from unittest import mock

import sync.hub.writing
import sync.records.base

START = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
"""A Monday morning."""


class Time:
    """The world's clock, moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """The hub's time; a little later each time, as it is."""
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_by(self, span: timedelta) -> None:
        """Let time pass."""
        self.at += span


class LaptopClock:
    """A laptop's own idea of the time, right or wrong."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.skew = timedelta()

    def now(self) -> datetime:
        return self.time() + self.skew

    def today(self) -> date:
        return self.now().date()


@contextlib.contextmanager
def decided(seed: int, time: Time) -> Iterator[None]:
    """Ids and hash links drawn from the seed, with the world's time in them."""
    ids, links = Random(f"{seed}/ids"), Random(f"{seed}/links")
    clock = SimpleNamespace(time_ns=lambda: int(time.at.timestamp() * 1000) * 1_000_000)
    system = SimpleNamespace(urandom=ids.randbytes)
    with (
        mock.patch.object(sync.records.base, "time", clock),
        mock.patch.object(sync.records.base, "os", system),
        mock.patch.object(sync.hub.writing, "secrets", SimpleNamespace(token_bytes=links.randbytes)),
    ):
        yield
