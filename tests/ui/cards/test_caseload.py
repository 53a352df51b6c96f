"""The caseload: order, views, sort, filter, marks, and that long lists are asked for in pages."""

from datetime import date

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.caseload import CaseloadScreen
from broker_tui.widgets.row_list import RowList
from sync.records.types import Citizen
from tests.ui.office import SIZES, TODAY, Desk, Office


def names(desk: Desk) -> list[str]:
    """The names in the list, as drawn."""
    known = {"Ahmed", "Jonas", "Søren", "Bo", "Lise", "Åse"}
    return [word for row in desk.text.splitlines() for word in row.split()[:3] if word in known]


@pytest.mark.parametrize("size", SIZES)
async def test_most_urgent_first_with_state_in_words(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        await desk.press("f3")
        assert names(desk)[:3] == ["Ahmed", "Jonas", "Søren"]
        assert "!" in desk.line("Ahmed Khalil")[:3]
        assert "3 days over" in desk.line("Ahmed Khalil")
        assert "8.0" in desk.line("Jonas Pedersen")
        assert "9 d" in desk.line("Jonas Pedersen")


async def test_name_that_looks_like_markup_is_shown_as_it_is(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f3")
        assert "Bo [/b] Brik" in desk.text


async def test_views_by_number(office: Office) -> None:
    case = None
    async with office.open(lang="da") as desk:
        card = desk.services.people.card(desk.ids["lise"], TODAY)
        case = card.current_case
        assert case is not None
        desk.services.people.close_case(case.id, TODAY, "flyttet")
        await desk.press("f3", "4")
        assert names(desk) == ["Lise"]
        await desk.press("3")
        assert set(names(desk)) == {"Ahmed", "Jonas", "Søren"}
        await desk.press("2")
        assert "Jonas" not in names(desk)
        await desk.press("1")
        assert "Jonas" in names(desk)
        assert "Lise" not in names(desk)


async def test_sort_goes_through_the_columns_and_turns_round(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f3", "o")
        assert names(desk)[-1] == "Åse", "å comes last in Danish"
        await desk.press("O")
        assert names(desk)[0] == "Åse"


async def test_filter_by_programme(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f3", "f")
        await desk.press("down", "down", "down", "enter")
        assert set(names(desk)) == {"Jonas", "Lise"}


async def test_marked_people_get_a_follow_up_each_in_one_save(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f3", "space", "space", "p")
        await desk.write("Invite to the job fair")
        await desk.press("tab")
        await desk.write("+10d")
        await desk.press("ctrl+d")

        def planned(key: str) -> list[str]:
            card = desk.services.people.card(desk.ids[key], TODAY)
            return [e.record.what for e in card.follow_ups if not e.deleted and "fair" in e.record.what]

        assert planned("ahmed") == planned("jonas") == ["Invite to the job fair"]
        assert planned("lise") == []
        await desk.press("u")
        assert planned("ahmed") == planned("jonas") == []


async def test_empty_caseload_names_the_key_that_fills_it(office: Office) -> None:
    async with office.open() as desk:
        for key in ("jonas", "ahmed", "lise", "aase", "soren", "markup"):
            case = desk.services.people.card(desk.ids[key], TODAY).current_case
            assert case is not None
            desk.services.people.close_case(case.id, TODAY)
        await desk.press("f3")
        assert "n puts the first person on it" in desk.text
        await desk.press("n")
        await desk.write("Nadia Berg")
        await desk.press("ctrl+d")
        assert desk.services.people.count(status="none") == 1


async def test_five_hundred_people_are_read_in_pages(office: Office) -> None:
    async with office.open() as desk:
        for number in range(150):
            desk.services.people.add_citizen(Citizen(name=f"Person {number:03}"), "fsm2", date(2026, 1, 1), TODAY)
        asked: list[int] = []
        await desk.press("f3")
        screen = desk.app.screen
        assert isinstance(screen, CaseloadScreen)
        real = screen._provide

        def counted(offset: int, limit: int) -> object:
            asked.append(limit)
            return real(offset, limit)

        screen._provide = counted  # type: ignore[method-assign,assignment]  # to see what is asked for
        screen.redraw()
        await desk.settle()
        assert screen.query_one(RowList).count == 156
        assert sum(asked) <= 100, "only the page in sight is read"
        await desk.press("end")
        assert max(asked) <= 100
        assert "Person 149" in desk.text or "Åse" in desk.text


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_guard_hides_names_and_nothing_else(office: Office, lang: Language) -> None:
    async with office.open(lang=lang) as desk:
        await desk.press("f3")
        before = desk.line("FSM2")
        await desk.press("f9")
        after = desk.line("FSM2")
        assert "Ahmed" not in desk.text
        assert "A.K." in after
        assert before[21:60] == after[21:60]


async def test_preview_shows_what_comes_next_when_there_is_room(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        await desk.press("f3", "down")
        await desk.until(lambda: "Tale om køkkenet" in desk.text)
        assert "Fast i butikken" in desk.text
