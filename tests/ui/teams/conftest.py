"""An office with a mastery team of three, in its second week of teaching; the real rules."""

from datetime import date
from pathlib import Path

import pytest

from tests.ui.office import TODAY, Office, copy_office

T0 = date(2026, 11, 9)  # Monday of the week before
TEAM = "Hold 7"
PEOPLE = ("aase", "jonas", "lise")


@pytest.fixture
def office(office_template: Office, tmp_path: Path) -> Office:
    """A vault of one's own, without a team."""
    return copy_office(office_template, tmp_path / "office")


@pytest.fixture
def team_office(office: Office) -> Office:
    """Åse, Jonas and Lise on the team."""
    session = office.session()
    services = session.services
    try:
        services.teams.found(TEAM, T0, 4, "wed")
        for name in PEOPLE:
            citizen_id = office.ids[name]
            if name != "aase":
                services.people.open_case(citizen_id, "mastery", T0, TODAY)
            cases = [entry for entry in services.people.card(citizen_id, TODAY).cases if entry.record.status == "open"]
            case = next(entry for entry in cases if entry.record.programme == "mastery")
            office.ids[f"{name}-mastery"] = case.id
            services.teams.join(case.id, TEAM)
    finally:
        session.close()
    return office
