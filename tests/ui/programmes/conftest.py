"""An office whose `uif2` asks something of Jonas and Lise."""

from datetime import date

import pytest

from tests.ui.office import Office
from tests.ui.small import busy

KNOWN = date(2026, 5, 25)


@pytest.fixture
def programmes() -> dict[str, str]:
    """`uif2` has rules."""
    return {"uif2": busy()}


@pytest.fixture
def busy_office(office: Office) -> Office:
    """Jonas was known from the day his course began; Lise came in only now."""
    session = office.session()
    services = session.services
    case = services.people.card(office.ids["jonas"], date(2026, 11, 17)).current_case
    assert case is not None
    services.people.edit_case(case.id, {"known_from": KNOWN})
    office.ids["jonas-case"] = case.id
    lise = services.people.card(office.ids["lise"], date(2026, 11, 17)).current_case
    assert lise is not None
    office.ids["lise-case"] = lise.id
    session.close()
    return office
