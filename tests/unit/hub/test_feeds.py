"""What reaches which laptop: feeds, pages, roles, moves, differences."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.hub.problems import Refused
from sync.protocol import Change, Cursor, PullRequest, StatusRequest
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, contact, edit, make, statuses


def shared_case(lab: Lab) -> tuple[Laptop, Laptop, str]:
    """Two brokers with one case, both up to date."""
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen("Person")
    ida.push(create)
    lab.admin.assign(who, "Jon")
    ida.pull()
    jon.pull()
    return ida, jon, who


def only(changes: list[Change], record: str) -> Change:
    found = [c for c in changes if c.id == record]
    assert len(found) == 1
    return found[0]


def test_case_appears_on_the_other_laptop_when_assigned(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    calls = [contact(who, f"nr. {i}") for i in range(3)]
    ida.push(create, *calls)
    assert {c.type for c in jon.pull()} == {"staff"}
    lab.admin.assign(who, "Jon")
    arrived = {c.id: c for c in jon.pull()}
    assert {who, *(c.id for c in calls)} <= arrived.keys()
    assert arrived[calls[0].id].doc == calls[0].patch


@pytest.mark.parametrize("how", ["citizen", "scope", "case"])
def test_case_is_found_by_citizen_scope_or_case(lab: Lab, how: str) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    case = make("case", new_id(), f"case:{who}", {"citizen_id": who, "programme": "fsm2", "known_from": "2026-11-01"})
    ida.push(create, case)
    lab.admin.assign({"citizen": who, "scope": f"case:{who}", "case": case.id}[how], "Jon")
    assert who in {c.id for c in jon.pull()}


def test_other_fields_merge(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    assert statuses(ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}))) == ["applied"]
    assert statuses(jon.push(edit("citizen", who, scope, 1, {"phone": "11223344"}))) == ["merged"]
    whole = {"name": "Person", "area": "Nord", "phone": "11223344"}
    assert only(ida.pull(), who).doc == whole
    assert only(jon.pull(), who).doc == whole


def test_same_field_keeps_both_and_is_settled(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}, at="2026-11-16T10:00:00+01:00"))
    answer = jon.push(edit("citizen", who, scope, 1, {"area": "Syd"}, before={"area": "Vest"}))[0]
    assert answer.status == "conflict"
    for laptop in (ida, jon):
        changes = laptop.pull()
        difference = only(changes, answer.conflicts[0]).doc
        assert difference is not None
        assert difference["kept"] == {
            "values": {"area": "Nord"}, "staff_id": ida.staff, "device_id": ida.actor.device_id,
            "at": "2026-11-16T10:00:00+01:00",
        }  # fmt: skip
        assert difference["other"]["values"] == {"area": "Syd"}
        assert difference["other"]["staff_id"] == jon.staff
        assert difference["before"]["values"] == {"area": "Vest"}
    settled = edit("citizen", who, scope, 2, {"area": "Syd"}, does="resolve", closes=answer.conflicts)
    assert statuses(ida.push(settled)) == ["applied"]
    changes = jon.pull()
    closed = only(changes, answer.conflicts[0]).doc
    assert closed is not None
    assert (closed["state"], closed["settled_by"]) == ("settled", ida.staff)
    area = only(changes, who).doc
    assert area is not None
    assert area["area"] == "Syd"
    assert lab.admin.status()["open_conflicts"] == 0


def test_later_edit_of_the_run_takes_the_place_of_the_other_side(lab: Lab) -> None:
    """In a record of its own, even in the same push: what was settled in a history the hub lost is said again."""
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}))
    first = edit("citizen", who, scope, 1, {"area": "Syd"})
    second = edit("citizen", who, scope, 1, {"area": "Øst"}, chain=first.op, after=first.op, before={"area": "Syd"})
    answers = jon.push(first, second)
    assert statuses(answers) == ["conflict", "conflict"]
    changes = jon.pull()
    sides = [only(changes, answer.conflicts[0]).doc or {} for answer in answers]
    assert [(side["other"]["values"], side.get("state", "open")) for side in sides] == [
        ({"area": "Syd"}, "settled"), ({"area": "Øst"}, "open"),
    ]  # fmt: skip


def test_a_value_of_the_run_that_its_author_was_not_shown_is_kept_beside_the_next(lab: Lab) -> None:
    """It had lost when they saved, in a history the hub has lost since."""
    ida, _, who = shared_case(lab)
    scope = f"case:{who}"
    first = edit("citizen", who, scope, 1, {"area": "Syd"})
    run: dict[str, Any] = {"chain": first.op, "after": first.op, "before": {"area": "Nord"}}
    answers = ida.push(first, edit("citizen", who, scope, 1, {"area": "Øst"}, **run))
    assert statuses(answers) == ["applied", "conflict"]
    changes = ida.pull()
    doc, difference = only(changes, who).doc or {}, only(changes, answers[1].conflicts[0]).doc or {}
    assert (doc["area"], difference["kept"]["values"], difference["other"]["values"]) == (
        "Syd", {"area": "Syd"}, {"area": "Øst"},
    )  # fmt: skip


def test_a_difference_somebody_may_have_seen_never_stands_for_another_value(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}))
    first = edit("citizen", who, scope, 1, {"area": "Syd"})
    (seen,) = jon.push(first)[0].conflicts
    run: dict[str, Any] = {"chain": first.op, "after": first.op, "before": {"area": "Syd"}}
    (newer,) = jon.push(edit("citizen", who, scope, 1, {"area": "Øst"}, **run))[0].conflicts
    ida.push(edit("citizen", who, scope, 2, {"area": "Nord"}, does="resolve", closes=[seen]))
    changes = jon.pull()
    old, new = only(changes, seen).doc, only(changes, newer).doc
    assert old is not None
    assert new is not None
    assert (old["other"]["values"], old["state"]) == ({"area": "Syd"}, "settled")
    assert (new["other"]["values"], new.get("state", "open")) == ({"area": "Øst"}, "open")


def test_whoever_was_shown_the_hubs_value_between_changes_it_and_the_difference_stays(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}))
    first = edit("citizen", who, scope, 1, {"area": "Syd"})
    run: dict[str, Any] = {"chain": first.op, "after": first.op, "before": {"area": "Nord"}}
    answers = jon.push(first, edit("citizen", who, scope, 1, {"area": "Øst"}, **run))
    assert statuses(answers) == ["conflict", "merged"]
    changes = jon.pull()
    doc, difference = only(changes, who).doc, only(changes, answers[0].conflicts[0]).doc
    assert doc is not None
    assert difference is not None
    assert doc["area"] == "Øst"
    assert (difference["other"]["values"], difference.get("state", "open")) == ({"area": "Syd"}, "open")


def test_two_copies_of_one_laptop_are_two_from_where_they_parted(lab: Lab) -> None:
    ida, _, who = shared_case(lab)
    scope = f"case:{who}"
    first = edit("citizen", who, scope, 1, {"area": "Nord"})
    run: dict[str, Any] = {"chain": first.op, "after": first.op, "before": {"area": "Nord"}}
    here = edit("citizen", who, scope, 1, {"area": "Syd", "phone": "11111111"}, **run)
    there = edit("citizen", who, scope, 1, {"area": "Øst", "email": "a@b.invalid"}, **run)
    run = {"chain": first.op, "after": there.op, "before": {"area": "Øst", "email": "a@b.invalid"}}
    later = edit("citizen", who, scope, 1, {"area": "Vest", "email": "c@d.invalid"}, **run)
    assert statuses(ida.push(first, here)) == ["applied", "applied"]
    assert statuses(ida.push(there)) == ["conflict"]
    (answer,) = ida.push(later)
    assert answer.status == "conflict"
    changes = ida.pull()
    doc, difference = only(changes, who).doc, only(changes, answer.conflicts[0]).doc
    assert doc is not None
    assert difference is not None
    assert (doc["area"], doc["phone"], doc["email"]) == ("Syd", "11111111", "c@d.invalid")
    assert difference["other"]["values"] == {"area": "Vest"}


def test_closing_a_difference_twice_is_harmless(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}))
    conflicts = jon.push(edit("citizen", who, scope, 1, {"area": "Syd"}))[0].conflicts
    keep: dict[str, Any] = {"does": "resolve", "closes": conflicts}
    assert statuses(ida.push(edit("citizen", who, scope, 2, **keep))) == ["applied"]
    assert statuses(jon.push(edit("citizen", who, scope, 2, **keep))) == ["applied"]


def test_delete_and_restore_keep_the_document(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    ida.push(edit("citizen", who, scope, 1, does="delete"))
    gone = only(jon.pull(), who)
    assert (gone.deleted, gone.doc) == (True, {"name": "Person"})
    jon.push(edit("citizen", who, scope, gone.rev, does="restore"))
    assert only(ida.pull(), who).deleted is False


def test_stale_delete_becomes_a_difference(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    ida.push(edit("citizen", who, f"case:{who}", 1, {"area": "Nord"}))
    answer = jon.push(edit("citizen", who, f"case:{who}", 1, does="delete"))[0]
    assert answer.status == "conflict"
    assert only(jon.pull(), who).deleted is False


def test_moved_note_leaves_the_laptops_of_the_wrong_case(lab: Lab) -> None:
    ida, jon, wrong = shared_case(lab)
    right, create = ida.citizen("Den rette")
    note = contact(wrong)
    ida.push(create, note)
    assert only(jon.pull(), note.id).doc is not None
    move = edit("contact", note.id, f"case:{right}", 1, {"citizen_id": right}, does="move")
    assert statuses(ida.push(move)) == ["applied"]
    gone = only(jon.pull(), note.id)
    assert (gone.kind, gone.doc, gone.scope) == ("revoke", None, f"case:{wrong}")
    assert only(lab.laptop("Ida").pull(), note.id).scope == f"case:{right}"


def test_move_without_the_new_person_in_it_is_refused(lab: Lab) -> None:
    ida, _, wrong = shared_case(lab)
    right, create = ida.citizen("Den rette")
    note = contact(wrong)
    ida.push(create, note)
    assert statuses(ida.push(edit("contact", note.id, f"case:{right}", 1, does="move"))) == ["wrong-scope"]


def test_role_that_ends_takes_the_case_away(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    role = next(c for c in lab.laptop("Jon").pull() if c.type == "role_assignment")
    ended = edit("role_assignment", role.id, role.scope, 1, {"end": "2026-11-15"})
    assert statuses(ida.push(ended)) == ["applied"]
    assert {(c.id, c.kind) for c in jon.pull()} == {(who, "revoke"), (role.id, "revoke")}
    assert [answer.late for answer in jon.push(contact(who))] == [True]
    assert only(ida.pull(), role.id).kind == "put"


def test_role_that_runs_out_takes_the_case_away_the_day_after(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    role = next(c for c in lab.laptop("Jon").pull() if c.type == "role_assignment")
    ida.push(edit("role_assignment", role.id, role.scope, 1, {"end": "2026-11-20"}))
    lab.later(days=4)
    assert {c.kind for c in jon.pull()} <= {"put"}
    lab.later(days=1)
    assert {(c.id, c.kind) for c in jon.pull()} == {(who, "revoke"), (role.id, "revoke")}


def test_case_that_comes_back_comes_whole(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    role = next(c for c in lab.laptop("Jon").pull() if c.type == "role_assignment")
    ida.push(edit("role_assignment", role.id, role.scope, 1, {"end": "2026-11-15"}))
    ida.push(edit("role_assignment", role.id, role.scope, 2, {"end": None}))
    assert only(jon.pull(), who).doc == {"name": "Person"}


def test_own_unmerged_change_comes_without_document(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    ida.pull()
    who, create = ida.citizen()
    ida.push(create)
    mine = only(ida.pull(), who)
    assert (mine.doc, mine.ops, mine.rev) == (None, [create.op], 1)
    second = edit("citizen", who, f"case:{who}", 1, {"area": "Nord"})
    ida.push(second)
    mine = only(ida.pull(), who)
    assert (mine.doc, mine.ops) == (None, [second.op])
    other = lab.laptop("Ida")
    assert only(other.pull(), who).doc == {"name": "Person", "area": "Nord"}


def test_document_comes_when_the_laptop_starts_over(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    ida.pull()
    who, create = ida.citizen()
    ida.push(create)
    ida.cursors = {}
    assert only(ida.pull(), who).doc == {"name": "Person"}


def test_change_between_two_own_ones_brings_the_document(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    first = edit("citizen", who, scope, 1, {"area": "Nord"})
    ida.push(first)
    jon.push(edit("citizen", who, scope, 1, {"phone": "1"}))
    ida.push(edit("citizen", who, scope, 1, {"email": "p@example.dk"}, chain=first.op, after=first.op))
    mine = only(ida.pull(), who)
    assert mine.doc == {"name": "Person", "area": "Nord", "phone": "1", "email": "p@example.dk"}
    assert len(mine.ops) == 2


def test_own_change_on_top_of_one_never_pulled_brings_the_document(lab: Lab) -> None:
    ida, jon, who = shared_case(lab)
    scope = f"case:{who}"
    jon.push(edit("citizen", who, scope, 1, {"phone": "1"}))
    ida.push(edit("citizen", who, scope, 2, {"area": "Nord"}))
    assert only(ida.pull(), who).doc == {"name": "Person", "area": "Nord", "phone": "1"}


def test_two_laptops_of_one_broker(lab: Lab) -> None:
    desk, bag = lab.laptop("Ida"), lab.laptop("Ida")
    who, create = desk.citizen()
    desk.push(create)
    assert only(bag.pull(), who).doc == {"name": "Person"}
    assert statuses(bag.push(contact(who))) == ["applied"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 500, 9999])
def test_pages_of_any_size_bring_everything_once(lab: Lab, limit: int) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    calls = [contact(who) for _ in range(9)]
    company = make("company", new_id(), "shared", {"name": "Bageriet"})
    ida.push(create, *calls, company)
    seen = [c.id for c in lab.laptop("Ida").pull(limit)]
    assert sorted(seen) == sorted({*seen})
    assert {who, company.id, *(c.id for c in calls)} <= {*seen}


def test_shared_record_reaches_everybody_with_one_entry(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    company = make("company", new_id(), "shared", {"name": "Bageriet"})
    ida.push(company)
    assert only(jon.pull(), company.id).by is not None
    named = make("promise", new_id(), "shared", {"text": "x", "due": "2026-12-01", "made_on": "2026-11-16",
                                                 "citizen_id": new_id()})  # fmt: skip
    assert statuses(ida.push(named)) == ["wrong-scope"]


@pytest.mark.parametrize("change", [{"epoch": "other"}, {"seq": 99}, {"chain": "00"}, {"seq": -1}])
def test_cursor_of_another_history_is_refused(lab: Lab, change: dict[str, object]) -> None:
    ida = lab.laptop("Ida")
    _, create = ida.citizen()
    ida.push(create)
    ida.pull()
    feed = f"broker:{ida.staff}"
    cursor = msgspec.convert({**msgspec.to_builtins(ida.cursors[feed]), **change}, Cursor)
    for ask in (
        lambda: lab.service.pull(ida.actor, PullRequest(cursors={feed: cursor})),
        lambda: lab.service.status(ida.actor, StatusRequest(cursors={feed: cursor})),
    ):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.problem.code == "history-diverged"


def test_foreign_feed_is_not_read(lab: Lab) -> None:
    ida, jon, _ = shared_case(lab)
    page = lab.service.pull(jon.actor, PullRequest(cursors={f"broker:{ida.staff}": Cursor()}))
    assert set(page.next) == {"shared", f"broker:{jon.staff}"}


def test_status_tells_the_heads(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    _, create = ida.citizen()
    ida.push(create)
    answer = lab.service.status(ida.actor, StatusRequest())
    assert answer.heads == {"shared": 1, f"broker:{ida.staff}": 1}
    assert answer.time == "2026-11-16T10:00:00+01:00"


def test_hub_opened_again_goes_on(lab: Lab) -> None:
    from sync.hub.service import HubService

    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    ida.pull()
    lab.service = HubService(lab.service.store, lambda: lab.now)
    assert statuses(ida.push(create, contact(who))) == ["duplicate", "applied"]
    assert len(ida.pull()) == 1


@pytest.mark.parametrize("database", [None])
def test_restored_copy_is_noticed_even_when_its_numbers_were_used_again(lab: Lab, tmp_path: Path) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    ida.pull()
    early = dict(ida.cursors)
    lab.service.store.close()
    shutil.copytree(tmp_path / "hub", tmp_path / "copy")
    ida.push(contact(who))
    ida.pull()
    lab.service.store.close()

    restored = Lab.of(tmp_path / "copy")
    ida.lab = restored
    with pytest.raises(Refused) as caught:
        ida.pull()
    assert caught.value.problem.code == "history-diverged"
    ida.push(contact(who), contact(who))
    with pytest.raises(Refused) as caught:
        ida.pull()
    assert caught.value.problem.code == "history-diverged"
    ida.cursors = early
    assert len(ida.pull()) == 2
    restored.service.store.close()


def test_a_new_epoch_makes_every_laptop_read_again(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create, contact(who))
    had = {change.id for change in ida.pull()}
    before = lab.service.epoch
    assert lab.admin.new_epoch() != before
    with pytest.raises(Refused) as caught:
        ida.pull()
    assert caught.value.problem.code == "history-diverged"
    ida.cursors = {}
    assert {change.id for change in ida.pull()} == had
    assert {cursor.epoch for cursor in ida.cursors.values()} == {lab.service.epoch}
