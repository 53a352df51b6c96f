"""The frame: places, palette, help, the new menu, guard, undo, settings, keys of one's own, lock and quit."""

from pathlib import Path

import pytest

from broker_tui.commands import all_commands
from broker_tui.config import keymap
from broker_tui.config import look as looks
from broker_tui.i18n import Language, use
from broker_tui.screens import registry
from broker_tui.screens.palette import Entry, entries, matching
from broker_tui.screens.reading import Found
from broker_tui.vault import Vault, WrongPassphrase
from tests.ui.office import CHEAP, PASSPHRASE, SIZES, Office

NEW = "blåmejse over kirsebærtræet"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "da"])
async def test_function_keys_go_to_the_places_that_are_built(
    office: Office, size: tuple[int, int], lang: Language
) -> None:
    async with office.open(size, lang) as desk:
        keys = {"today": "f2", "caseload": "f3", "companies": "f4", "sync": "f7"}
        for place in desk.app.places():
            await desk.press(keys[place.id])
            assert desk.app.place == place.id
            assert place.label in desk.text.splitlines()[0]
            assert len(desk.app.screen_stack) == 2
        await desk.press("f2")
        for unbuilt in ("f5", "f6"):
            await desk.press(unbuilt)
            assert desk.app.place == "today"
        assert "Match" not in desk.text


async def test_a_place_key_from_a_card_closes_the_card(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("enter")
        await desk.until(lambda: not desk.app.at_place)
        await desk.press("f7")
        assert desk.app.at_place
        assert desk.app.place == "sync"
        await desk.press("f2")
        assert desk.app.at_place


@pytest.mark.parametrize(
    ("lang", "typed", "wanted"),
    [
        ("da", "omrade", "today.area"),
        ("da", "område", "today.area"),
        ("da", "lock", "app.lock"),
        ("da", "laas", "app.lock"),
        ("en", "fortryd", "app.undo"),
        ("en", "glance", "app.guard"),
    ],
)
async def test_the_palette_folds_and_knows_english_words(
    office: Office, lang: Language, typed: str, wanted: str
) -> None:
    async with office.open((80, 24), lang) as desk:
        found = matching(entries(desk.app.screen), typed)
        assert wanted in [entry.id for entry in found]


async def test_the_palette_shows_keys_and_runs_what_is_chosen(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+p")
        await desk.write("done")
        assert desk.line("It is done").rstrip().endswith("d")
        await desk.press("enter")
        await desk.until(lambda: "Ugentlig kontakt" not in desk.text)


async def test_the_palette_offers_only_what_the_page_allows(office: Office) -> None:
    async with office.open() as desk:
        here = {entry.id for entry in entries(desk.app.screen)}
        assert {"today.contact", "app.find", "app.lock"} <= here
        assert not any(name.startswith("sync.") for name in here)
        assert not any("screenshot" in name.lower() for name in here)
        await desk.press("f7")
        there = {entry.id for entry in entries(desk.app.screen)}
        assert "sync.enrol" in there
        assert "sync.now" not in there
        assert "today.contact" not in there


@pytest.mark.parametrize("lang", ["en", "da"])
async def test_every_key_of_the_key_line_is_in_help_and_palette(office: Office, lang: Language) -> None:
    async with office.open((120, 40), lang) as desk:
        screen = desk.app.screen
        ids = {a.binding.id for a in screen.active_bindings.values() if a.enabled and a.binding.show}
        offered: list[Entry] = entries(screen)
        assert ids - {"list.open"} <= {entry.id for entry in offered}
        await desk.press("f1")
        whole = "\n".join(item.title for item in offered)
        assert ("Skriv en kontakt" if lang == "da" else "Log a contact") in desk.text
        assert whole
        await desk.press("escape")
        assert desk.app.screen is screen


async def test_no_two_commands_share_a_key_where_both_work() -> None:
    known = all_commands()
    used: dict[tuple[str, str], str] = {}
    for command in known.values():
        for key in command.keys.split(","):
            if key == "enter" or command.scope == "import":  # one step at a time: each allows its own
                continue
            place = (command.scope, key.strip())
            assert place not in used, f"{command.id} and {used[place]} on {key}"
            used[place] = command.id


@pytest.mark.parametrize("lang", ["en", "da"])
async def test_every_command_has_words_in_both_languages(lang: Language) -> None:
    use(lang)
    for command in all_commands().values():
        assert command.label
        assert command.title()


async def test_the_new_menu_opens_a_form_with_two_presses(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+n", "m")
        await desk.until(lambda: type(desk.app.screen).__name__ == "MemoForm")
        await desk.press("escape")
        assert desk.app.at_place


async def test_a_contact_for_somebody_asks_who_first(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+n", "c")
        await desk.until(lambda: type(desk.app.screen).__name__ == "PersonPicker")
        await desk.write("lise")
        await desk.press("enter")
        await desk.until(lambda: type(desk.app.screen).__name__ == "ContactForm")
        assert "Lise Holm" in desk.text


async def test_undo_says_so_when_there_is_nothing(tmp_path: Path) -> None:
    from broker_tui.domain.clock import SystemClock
    from broker_tui.door import VaultDoor
    from tests.ui.office import TODAY

    session, code = VaultDoor(tmp_path / "o", SystemClock(TODAY), CHEAP).create("B", PASSPHRASE)
    session.close()
    async with Office(tmp_path / "o", code).open() as desk:
        await desk.press("u")
        await desk.until(lambda: "nothing to undo" in desk.text)


async def test_an_answer_goes_at_the_next_key(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("d")
        await desk.until(lambda: "Done:" in desk.text)
        await desk.press("down")
        assert "Done:" not in desk.text


async def test_settings_hold_at_once_and_at_the_next_start(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+o")
        await desk.press("left")
        await desk.until(lambda: "Indstillinger" in desk.text)
        await desk.press("escape")
        assert "Forfaldne" in desk.text
    assert looks.read(office.home).language == "da"


async def test_discreet_start_shows_no_name_from_the_first_moment(office: Office) -> None:
    async with office.open(discreet=True) as desk:
        assert "Khalil" not in desk.text
        assert "A.K." in desk.text


async def test_the_passphrase_is_changed_only_with_the_one_now(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+o", "p")
        for text in ("helt forkert her", NEW, NEW):
            await desk.write(text)
            await desk.press("tab")
        await desk.press("ctrl+d")
        await desk.until(lambda: "The passphrase is not right" in desk.text)
        await desk.press("escape", "p")
        for text in (PASSPHRASE, NEW, NEW):
            await desk.write(text)
            await desk.press("tab")
        await desk.press("ctrl+d")
        await desk.until(lambda: "The passphrase is changed" in desk.text)
        assert NEW not in desk.text
    with pytest.raises(WrongPassphrase):
        Vault.unlock(office.home, PASSPHRASE, CHEAP)
    Vault.unlock(office.home, NEW, CHEAP).close()


@pytest.mark.parametrize(
    ("lang", "ways"),
    [
        ("en", ("Opens with", "the passphrase", "the recovery code on paper", "the municipality's IT")),
        ("da", ("Åbnes med", "adgangskoden", "gendannelseskoden på papir", "kommunens IT")),
    ],
)
async def test_settings_list_what_can_open_the_caseload(office: Office, lang: Language, ways: tuple[str, ...]) -> None:
    async with office.open(lang=lang) as desk:
        await desk.press("ctrl+o")
        assert all(way in desk.text for way in ways[:3])
        assert ways[3] not in desk.text
    with Vault.unlock(office.home, PASSPHRASE, CHEAP) as unlocked:
        unlocked.seal_for_municipality("B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=")
    async with office.open(lang=lang) as desk:
        await desk.press("ctrl+o")
        assert all(way in desk.text for way in ways)


async def test_a_new_recovery_code_asks_first_and_replaces_the_old(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+o", "r", "escape")
        await desk.press("r", "n")
        await desk.until(lambda: "Write the recovery code on paper" in desk.text)
        code = next(row.strip() for row in desk.text.splitlines() if row.count("-") == 6)
    with pytest.raises(WrongPassphrase):
        Vault.unlock_with_recovery(office.home, office.code, NEW, CHEAP)
    Vault.unlock_with_recovery(office.home, code, NEW, CHEAP).close()


async def test_lock_keeps_the_draft_and_ends_the_process_with_75(office: Office) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        from tests.ui.office import Desk

        app.enter(app.door.unlock(PASSPHRASE))
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        await desk.press("c")
        await desk.until(lambda: type(app.screen).__name__ == "ContactForm")
        fields = app.screen.query("BarArea")
        fields.first().focus()
        for char in "halv":
            await pilot.press(char)
        await pilot.press("ctrl+l")
        await pilot.pause()
    assert app.return_code == 75
    assert app.session is None
    session = office.session()
    drafts = session.services.drafts.all()
    assert any("halv" in str(draft.values) for draft in drafts)
    session.close()
    kept = looks.read(office.home)
    assert kept.drafts == len(drafts)
    assert kept.unsent > 0


async def test_quit_ends_with_zero(office: Office) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        app.enter(app.door.unlock(PASSPHRASE))
        await pilot.pause()
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == 0


async def test_a_begun_form_stands_on_today_and_goes_on(office: Office) -> None:
    session = office.session()
    lise = office.ids["lise"]
    session.services.drafts.save(f"contact:{lise}", "contact", lise, {"note": "halvt notat"})
    session.close()
    async with office.open() as desk:
        assert "Begun  1" in desk.text
        await desk.press("g", "enter")
        await desk.until(lambda: type(desk.app.screen).__name__ == "ContactForm")
        await desk.until(lambda: "halvt notat" in desk.text)


def test_a_keymap_with_a_mistake_is_reported_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    for content, said in (
        ('[keys]\n"today.contact" = "k"\n"today.visit" = "k"\n', "stands for both"),
        ('[keys]\n"today.nothing" = "k"\n', "there is no command today.nothing"),
        ('[keys]\n"today.contact" = "ctrl+m"\n', "ctrl+m cannot be used"),
        ('[keys]\n"today.contact" = 7\n', "must be a text"),
        ("[keys\n", "usual keys"),
    ):
        file.write_text(content, encoding="utf-8")
        keys, problems = keymap.read(tmp_path)
        assert keys == {}
        assert any(said in problem for problem in problems), problems
    file.write_text('[keys]\n"today.contact" = "o"\n', encoding="utf-8")
    assert keymap.read(tmp_path) == ({"today.contact": "o"}, ())


async def test_a_key_of_ones_own_works_and_is_shown(office: Office) -> None:
    from broker_tui.app import BrokerApp
    from broker_tui.config.look import Look
    from broker_tui.domain.clock import SystemClock
    from tests.ui.office import TODAY, Desk

    app = BrokerApp(office.door(), SystemClock(TODAY), Look(), keymap={"today.done": "o"})
    async with app.run_test(size=(120, 40)) as pilot:
        app.enter(app.door.unlock(PASSPHRASE))
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        assert "o done" in desk.text
        await desk.press("o")
        await desk.until(lambda: "Ugentlig kontakt" not in desk.text)
        await desk.settle()
        app.last_words()


def test_every_place_and_form_of_the_registry_can_be_loaded() -> None:
    modules = (
        "today caseload companies sync case_card company_card contact_form visit_form citizen_form company_form "
        "plan_form goal_form placement_form hours_form memo_form consent_form person_picker find new_menu palette "
        "help settings unlock first_run"
    )
    assert [name for name in modules.split() if not registry.exists(name)] == []


SECRETS = ("Ahmed", "Khalil", "Jonas", "Pedersen", "Lise", "Lindholm", "Søren", "Bækgaard", "Brik", "køkkenet")


@pytest.mark.parametrize("size", SIZES)
async def test_the_guard_holds_on_every_place_also_on_those_seen_before(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        places = ("f3", "f4", "f7", "f2")
        for key in places:
            await desk.press(key)
        await desk.press("f9")
        for key in places:
            await desk.press(key)
            await desk.settle()
            left = [secret for secret in SECRETS if secret in desk.text]
            assert left == [], f"{key}: {left}\n{desk.text}"
        await desk.press("ctrl+p")
        assert [secret for secret in SECRETS if secret in desk.text] == []
        await desk.press("escape", "enter")
        await desk.until(lambda: not desk.app.at_place)
        await desk.settle()
        assert [secret for secret in SECRETS if secret in desk.text] == []


async def test_a_sync_that_ends_with_the_quit_does_not_turn_it_into_a_crash(office: Office) -> None:
    async with office.open() as desk:
        app = desk.app
        app.post_message(Found(lambda _found: app.read_standing(), None))
        app.leave(0)
    assert app.crash_report is None
    assert app.return_code == 0
