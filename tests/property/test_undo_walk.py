"""Whatever a broker does in an afternoon: undoing it step by step leads back to where it began, and forth again."""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from broker_tui.domain.views import Saved
from broker_tui.services import Services
from sync.records import RECORD_TYPES
from sync.records.types import FollowUp
from tests.unit.services.services_helpers import TODAY, call, fresh, person

STEPS = ("area", "phone", "contact", "correct", "move", "withdraw", "plan", "done", "drop", "goal", "close", "reopen")


def picture(services: Services) -> dict[str, Any]:
    """All live records as they read now."""
    return {
        entry.id: entry.record
        for kind in RECORD_TYPES.values()
        for entry in services.store.entries(kind.struct, where={})
    }


def do(services: Services, step: str, number: int, people: list[str]) -> Saved | None:
    """One thing a broker does; None when there is nothing to do it to."""
    who = people[number % 2]
    contacts = services.people.contacts(who)
    card = services.people.card(who, TODAY)
    plans = [entry.id for entry in card.follow_ups if entry.record.state == "open"]
    case = card.current_case
    ways: dict[str, Callable[[], Saved | None]] = {
        "area": lambda: services.people.edit_citizen(who, {"area": f"A{number}"}),
        "phone": lambda: services.people.edit_citizen(who, {"phone": None if number % 3 else str(number)}),
        "contact": lambda: services.contacts.add(call(who, str(number)), follow_up=FollowUp(what="x", due=TODAY)),
        "correct": lambda: (
            services.contacts.correct(contacts[0].entry.id, call(who, f"c{number}")) if contacts else None
        ),
        "move": lambda: services.contacts.move(contacts[0].entry.id, people[(number + 1) % 2]) if contacts else None,
        "withdraw": lambda: services.contacts.withdraw(contacts[0].entry.id) if contacts else None,
        "plan": lambda: services.plans.add(FollowUp(citizen_id=who, what=str(number), due=TODAY + timedelta(number))),
        "done": lambda: services.plans.complete(plans[0], TODAY) if plans else None,
        "drop": lambda: services.plans.drop(plans[0]) if plans else None,
        "goal": lambda: services.goals.set_job_goal(who, f"mål {number}", number * 60, TODAY),
        "close": lambda: services.people.close_case(case.id, TODAY, "x") if case else None,
        "reopen": lambda: services.people.reopen_case(case.id) if case else None,
    }
    return ways[step]()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), max_size=12))
def test_every_afternoon_can_be_walked_back(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        services = fresh(Path(folder) / "home")
        try:
            people = [person(services), person(services, "Mia Test", "fsm2")]
            pictures = [picture(services)]
            for step, number in steps:
                saved = do(services, step, number, people)
                if saved is not None and saved.tx:
                    pictures.append(picture(services))
            undone: list[str] = []
            for before in reversed(pictures[:-1]):
                last = services.journal.undo_last()
                assert last is not None
                undone.append(last.tx)
                assert picture(services) == before
            for tx, after in zip(reversed(undone), pictures[1:], strict=True):
                services.journal.undo(tx)
                assert picture(services) == after
        finally:
            services.close()
