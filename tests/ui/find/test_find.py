"""Find: folded words, groups, few keys, and nothing parsed as markup."""

import pytest

from tests.ui.office import SIZES, Office


@pytest.mark.parametrize("size", SIZES)
async def test_any_person_is_found_with_four_presses_besides_the_name(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        before = desk.presses
        await desk.press("slash")
        await desk.write("soren")
        await desk.press("enter")
        await desk.until(lambda: type(desk.app.screen).__name__ == "CaseCardScreen")
        assert desk.presses - before <= 4
        assert "Søren Bækgaard" in desk.text


@pytest.mark.parametrize(
    ("typed", "found"),
    [("aase", "Åse Lindholm"), ("ÅSE", "Åse Lindholm"), ("baek", "Søren Bækgaard"), ("dalum", "Dalum Købmand")],
)
async def test_danish_letters_may_be_left_out(office: Office, typed: str, found: str) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+f")
        await desk.write(typed)
        await desk.until(lambda: found in desk.text)


async def test_notes_are_found_and_open_the_person(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("slash")
        await desk.write("køkkenet")
        await desk.until(lambda: "Notes" in desk.text)
        await desk.press("enter")
        await desk.until(lambda: type(desk.app.screen).__name__ == "CaseCardScreen")
        assert "Jonas Pedersen" in desk.text


async def test_nothing_found_is_said(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("slash")
        await desk.write("xyzzy")
        await desk.until(lambda: "Nothing found." in desk.text)


async def test_names_like_markup_do_no_harm(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("slash")
        await desk.write("brik")
        await desk.until(lambda: "Bo [/b] Brik" in desk.text)


async def test_the_glance_guard_holds_here_too(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("slash")
        await desk.write("jonas")
        await desk.until(lambda: "Jonas Pedersen" in desk.text)
        await desk.press("f9")
        assert "Pedersen" not in desk.text
        assert "J.P." in desk.text
