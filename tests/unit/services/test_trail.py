"""What is looked at leaves a line."""

from datetime import timedelta

import pytest

from broker_tui.services import Services
from broker_tui.services.trail import AGAIN
from tests.unit.services.services_helpers import StillClock, person


@pytest.mark.parametrize(("later", "lines"), [(AGAIN / 2, 1), (AGAIN * 2, 2), (timedelta(days=-1), 2)])
def test_a_look_is_noted_again_after_a_while_whatever_the_clock_was_set_to(
    services: Services, monkeypatch: pytest.MonkeyPatch, later: timedelta, lines: int
) -> None:
    jonas = person(services)
    services.trail.opened(jonas)
    now = services.clock.now() + later
    monkeypatch.setattr(StillClock, "now", lambda _: now)
    services.trail.opened(jonas)
    assert len([line for line in services.trail.lines(jonas) if line.action == "opened"]) == lines
