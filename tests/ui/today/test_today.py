"""Today: groups, reasons, acts and their effects, in both languages and sizes."""

import pytest

from tests.ui.office import SIZES, Office


@pytest.mark.parametrize("size", SIZES)
async def test_groups_stand_in_order_of_urgency(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        print(desk.text)
        rows = desk.text
        assert rows.index("Overdue") < rows.index("Ahmed Khalil") < rows.index("Today  2") < rows.index("This week")
