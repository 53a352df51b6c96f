"""T41: how often one laptop may ask, by a clock moved by hand."""

import pytest

from sync.hub.limits import ALARM, PER_MINUTE, Limits, Word


class Hand:
    """Seconds."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now() -> Hand:
    return Hand()


@pytest.fixture
def limits(now: Hand) -> Limits:
    return Limits(PER_MINUTE, now)


def test_t41_the_61st_at_once_waits_a_second(limits: Limits, now: Hand) -> None:
    assert PER_MINUTE == 60
    assert [limits.ask("one").wait for _ in range(61)] == [0] * 60 + [1]
    now.at += 1
    assert [limits.ask("one").wait for _ in range(2)] == [0, 1]
    now.at += 3600
    assert [limits.ask("one").wait for _ in range(61)] == [0] * 60 + [1]


def test_t41_one_laptop_does_not_use_up_anothers(limits: Limits) -> None:
    for _ in range(100):
        limits.ask("one")
    assert limits.ask("another") == Word(0)


def test_t41_the_alarm_comes_once_a_minute_at_three_times_the_limit(limits: Limits, now: Hand) -> None:
    alarms = [n for n in range(1, 400) if limits.ask("one").alarm]
    assert alarms == [ALARM * PER_MINUTE + 1]
    now.at += 60
    assert not any(limits.ask("one").alarm for _ in range(ALARM * PER_MINUTE))
    assert limits.ask("one").alarm


def test_t41_pages_of_a_first_sync_are_free_and_the_same_ones_again_are_not(limits: Limits) -> None:
    for page in range(1, 1001):
        assert limits.ask("one") == Word(0)
        limits.moved_on("one", page * 500)
    waits = []
    for page in range(1, 1001):
        waits.append(limits.ask("one").wait)
        limits.moved_on("one", page * 500)
    assert waits == [0] * 60 + [1] * 940


def test_t41_a_slow_limit_says_how_long(now: Hand) -> None:
    limits = Limits(2, now)
    assert [limits.ask("one").wait for _ in range(3)] == [0, 0, 30]
    now.at += 29.5
    assert limits.ask("one").wait == 1


def test_t41_none_means_any_number(now: Hand) -> None:
    limits = Limits(0, now)
    assert {limits.ask("one") for _ in range(1000)} == {Word(0)}


def test_t41_buckets_of_the_idle_are_let_go(limits: Limits, now: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.hub.limits._FORGET", 3)
    for device in ("a", "b", "c"):
        limits.ask(device)
    now.at += 61
    limits.ask("c")
    limits.ask("d")
    assert set(limits._buckets) == {"c", "d"}
