"""Background attempts: patient after failures, obedient to the hub, prompt after a save, never stuck."""

from datetime import datetime, timedelta

from broker_tui.domain.clock import DENMARK
from broker_tui.services.attempts import LONGEST, Attempts

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=DENMARK)


def seconds(attempts: Attempts, unsent: int = 0, now: datetime = NOW) -> float:
    return (attempts.next_attempt(now, unsent) - now).total_seconds()


def test_a_fresh_start_may_try_at_once() -> None:
    assert seconds(Attempts()) == 0


def test_waits_grow_and_stay_below_ten_minutes() -> None:
    attempts = Attempts(chance=lambda: 1.0)
    waits = []
    for _ in range(12):
        attempts.failed(NOW)
        waits.append(seconds(attempts, unsent=3))
    assert waits[:5] == [2, 4, 8, 16, 32]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST


def test_waits_are_spread_so_that_a_thousand_laptops_do_not_come_together() -> None:
    lucky, unlucky = Attempts(chance=lambda: 0.0), Attempts(chance=lambda: 0.99)
    for attempts in (lucky, unlucky):
        for _ in range(9):
            attempts.failed(NOW)
    assert seconds(lucky) == 1
    assert seconds(unlucky) > 500


def test_the_hubs_own_wish_is_obeyed() -> None:
    attempts = Attempts(chance=lambda: 0.0)
    attempts.failed(NOW, retry_after=120)
    assert seconds(attempts) == 120


def test_a_save_after_a_good_sync_goes_out_soon() -> None:
    attempts = Attempts(chance=lambda: 0.5)
    attempts.went_well(NOW)
    assert seconds(attempts) == 630
    assert seconds(attempts, unsent=1) == 30
    attempts.failed(NOW)
    assert seconds(attempts, unsent=1) == 1


def test_a_clock_set_back_does_not_put_attempts_off_for_days() -> None:
    attempts = Attempts(chance=lambda: 1.0)
    attempts.went_well(NOW)
    assert seconds(attempts, now=NOW - timedelta(days=1)) <= LONGEST + 60
