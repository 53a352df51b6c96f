"""Looking ahead with `--on` moves what is shown, and takes nobody off the laptop."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker_tui.bootstrap import create, open_services
from broker_tui.domain.clock import SystemClock
from broker_tui.domain.views import Me
from sync.protocol import OpAnswer
from sync.records.types import Case, Citizen
from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation


@pytest.mark.parametrize(("closed_ago", "ahead", "gone"), [(0, 400, 0), (60, 0, 1)])
def test_who_leaves_is_told_by_the_real_day(tmp_path: Path, closed_ago: int, ahead: int, gone: int) -> None:
    today = SystemClock().today()
    first = create(tmp_path / "home", PASSPHRASE, "Birthe Broker", SystemClock(), FreeDerivation())[0]
    begun = today - timedelta(days=100)
    first.people.add_citizen(Citizen(name="Jonas Prøve"), "uif2", begun, begun)
    (case,) = first.store.entries(Case, where={})
    first.people.close_case(case.id, today - timedelta(days=closed_ago), None)
    answers = [OpAnswer(op=op.op, status="applied", rev=1, seq=1) for op in first.store.unsent(100)]
    first.store.record_answers(answers, "r1", datetime.now(UTC))
    me = first.store.me()
    first.store.set_me(Me(me.staff_id, me.name, me.device_id, me.device_name, enrolled=True))
    first.close()
    looking = open_services(tmp_path / "home", PASSPHRASE, SystemClock(today + timedelta(days=ahead)), FreeDerivation())
    assert looking.retention.sweep() == gone
    looking.close()
