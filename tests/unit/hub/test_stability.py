"""What stood at the mark is in the backup; nothing else is called stable, and nobody but the operator says so."""

import pytest

from sync.hub.admin import AdminError
from sync.hub.scopes import broker_feed
from sync.protocol import PullRequest
from tests.hub_lab import Lab, Laptop, contact


def said(laptop: Laptop) -> dict[str, int]:
    return laptop.lab.service.pull(laptop.actor, PullRequest()).stable


def test_a_hub_whose_backups_nobody_marks_says_nothing(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    ida.push(ida.citizen()[1])
    assert said(ida) == {}


def test_from_the_first_mark_on_nothing_is_in_a_backup_before_one_is_confirmed(lab: Lab) -> None:
    """So a hub restored from its very first backup, in which that mark stands open, does not let go of anything."""
    ida = lab.laptop("Ida")
    ida.push(ida.citizen()[1])
    lab.admin.mark_backup()
    assert said(ida) == {broker_feed(ida.staff): 0, "shared": 0}


def test_what_came_after_the_mark_is_not_in_the_backup(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create, contact(who))
    mark = lab.admin.mark_backup()
    ida.push(contact(who))
    found = lab.admin.confirm_backup(mark)
    assert (found.mark, found.stable_at) == (None, lab.now.isoformat(timespec="seconds"))
    assert said(ida) == {broker_feed(ida.staff): 2, "shared": 2}
    assert said(jon) == {broker_feed(jon.staff): 0, "shared": 2}  # a feed that began since
    lab.admin.confirm_backup(lab.admin.mark_backup())
    assert said(ida)[broker_feed(ida.staff)] == 3


def test_only_the_newest_mark_can_be_confirmed_and_only_once(lab: Lab) -> None:
    old, new = lab.admin.mark_backup(), lab.admin.mark_backup()
    with pytest.raises(AdminError):
        lab.admin.confirm_backup(old)
    assert lab.admin.backups().mark == new
    lab.admin.confirm_backup(new)
    with pytest.raises(AdminError):
        lab.admin.confirm_backup(new)
