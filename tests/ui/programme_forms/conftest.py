"""An office with the real programmes, in which everybody has a placement to be picked."""

from datetime import date
from pathlib import Path

import pytest

from broker_tui.programmes import loading
from sync.records.types import Placement
from tests.ui.office import Office, copy_office
from tests.ui.programme_forms.small_forms import FORMS
from tests.ui.small import busy

PEOPLE = {"guarantee": "markup", "fsm2": "ahmed", "uif2": "lise", "flexjob": "soren", "mastery": "aase"}
"""Who stands in which programme."""


@pytest.fixture(scope="session")
def placed_template(office_template: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The vault all tests here start from."""
    office = copy_office(office_template, tmp_path_factory.mktemp("placed") / "home")
    session = office.session()
    for programme, name in PEOPLE.items():
        citizen_id = office.ids[name]
        placement = Placement(
            citizen_id=citizen_id, type="internship", company_id=office.ids["dalum"], start=date(2026, 11, 2)
        )
        office.ids[f"{programme}-placement"] = session.services.work.add_placement(placement).ids[0]
        case = session.services.people.card(citizen_id, date(2026, 11, 17)).current_case
        assert case is not None
        office.ids[f"{programme}-case"] = case.id
    session.services.teams.found("Hold 7", date(2026, 11, 9))
    session.services.teams.join(office.ids["mastery-case"], "Hold 7")
    session.close()
    return office


@pytest.fixture
def office(placed_template: Office, tmp_path: Path) -> Office:
    """A vault of one's own."""
    return copy_office(placed_template, tmp_path / "office")


@pytest.fixture
def programmes() -> dict[str, str]:
    """`uif2` has rules where a test asks for the small programmes."""
    return {"uif2": busy()}


@pytest.fixture
def small_office(office_template: Office, shipping: None, tmp_path: Path) -> Office:
    """Jonas in a small `uif2` whose forms are those of `small_forms`."""
    folder = loading.FOLDER / "forms"
    folder.mkdir()
    (folder / "uif2.toml").write_text(FORMS, encoding="utf-8")
    office = copy_office(office_template, tmp_path / "small")
    session = office.session()
    case = session.services.people.card(office.ids["jonas"], date(2026, 11, 17)).current_case
    assert case is not None
    session.services.people.edit_case(case.id, {"known_from": date(2026, 5, 25)})
    office.ids["jonas-case"] = case.id
    session.close()
    return office
