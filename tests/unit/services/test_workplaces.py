"""A company as a flex-job workplace: a list of seats that names everybody, and what each case makes of it."""

from datetime import date
from typing import Any

from broker_tui.services import Services
from sync.records import types
from sync.records.types import Case, Placement
from tests.unit.services.services_helpers import TODAY, company

START = date(2026, 9, 28)  # a Monday; TODAY lies in the eighth week


def placed(services: Services, name: str, place: str) -> str:
    """The case of somebody in a flex job there."""
    citizen = services.people.add_citizen(types.Citizen(name=name), "flexjob", START, TODAY).ids[0]
    services.work.add_placement(Placement(citizen_id=citizen, type="flexjob", company_id=place, start=START))
    return services.store.entries(Case, where={"citizen_id": citizen})[0].id


def seat(person: str, start: date) -> dict[str, Any]:
    return {"person": person, "from": start.isoformat(), "seconded": False}


def signal(services: Services, case: str, name: str) -> Any:
    return services.programmes.standing(case, TODAY).evaluation.signals.get(name)


def listed(services: Services, case: str, place: str, *seats: dict[str, Any]) -> None:
    services.forms.save(case, "F-F20", {"opened_on": START.isoformat(), "company": place, "history": list(seats)})


def test_the_own_seat_in_the_list_is_no_second_one(services: Services) -> None:
    place = company(services)
    case = placed(services, "Mia Prøve", place)
    before = signal(services, case, "workshop_state")
    listed(services, case, place, seat("MP", START))
    assert before == "growing"
    assert signal(services, case, "workshop_state") == "growing"
    assert services.workplaces.of(place).taken(TODAY) == 1


def test_somebody_else_who_began_the_same_day_counts(services: Services) -> None:
    place = company(services)
    case = placed(services, "Mia Prøve", place)
    listed(services, case, place, seat("MP", START), seat("AB", START))
    assert signal(services, case, "workshop_state") == "workshop"
    assert services.workplaces.of(place).taken(TODAY) == 2


def test_two_of_ones_own_people_see_each_other_through_the_list(services: Services) -> None:
    place = company(services)
    cases = [placed(services, "Mia Prøve", place), placed(services, "Ali Prøve", place)]
    listed(services, cases[0], place, seat("MP", START), seat("AP", START))
    assert [signal(services, case, "workshop_state") for case in cases] == ["workshop", "workshop"]
    assert services.workplaces.of(place).others == 0
