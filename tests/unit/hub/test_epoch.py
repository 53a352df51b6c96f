"""Two processes on one database: what one of them is told after a restore, the other says from its next answer on."""

import pytest
from sqlalchemy import URL

from sync.hub.problems import Refused
from sync.protocol import PullRequest, StatusRequest
from tests.hub_lab import Lab, Laptop, contact


def test_a_serving_process_learns_of_a_new_epoch_given_by_another(lab: Lab, database: URL | None) -> None:
    assert lab.service.store.folder is not None
    serving = Lab.of(lab.service.store.folder, database)
    try:
        ida = serving.laptop("Ida")
        who, create = ida.citizen()
        ida.push(create, contact(who))
        had = {change.id for change in ida.pull()}
        epoch = lab.admin.new_epoch()
        for ask in (
            lambda: serving.service.pull(ida.actor, PullRequest(cursors=ida.cursors)),
            lambda: serving.service.status(ida.actor, StatusRequest(cursors=ida.cursors)),
        ):
            with pytest.raises(Refused) as caught:
                ask()
            assert caught.value.problem.code == "history-diverged"
        assert serving.service.status(ida.actor, StatusRequest()).epoch == epoch == serving.service.epoch
        afresh = Laptop(serving, ida.actor)
        assert {change.id for change in afresh.pull()} == had
        assert {cursor.epoch for cursor in afresh.cursors.values()} == {epoch}
    finally:
        serving.service.store.close()


def test_a_laptop_may_follow_either_process(lab: Lab, database: URL | None) -> None:
    """A page from one, the next from the other: no cursor is refused, whoever gave it."""
    assert lab.service.store.folder is not None
    beside = Lab.of(lab.service.store.folder, database)
    try:
        lab.admin.new_epoch()
        ida = lab.laptop("Ida")
        who, create = ida.citizen()
        ida.push(create, *(contact(who) for _ in range(5)))
        seen, cursors = 0, ida.cursors
        for turn in range(10):
            page = (lab, beside)[turn % 2].service.pull(ida.actor, PullRequest(cursors=cursors, limit=2))
            seen, cursors = seen + page.count, page.next
            if not page.more:
                break
        assert seen == 6 + 1  # Ida's own record as well
    finally:
        beside.service.store.close()
