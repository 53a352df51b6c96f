"""Every form of every programme, opened from its definition at 80x24, filled in by keyboard, saved, reopened, compared.

A sample runs by default: two forms per programme, every field type once. The whole walk is slow.
"""

from typing import get_args

import pytest

from broker_tui.i18n import LANGUAGES, Language
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.forms import FieldType
from broker_tui.programmes.loading import PROGRAMMES
from broker_tui.screens.programme_form import ProgrammeForm
from sync.records import types
from tests.ui.office import Office
from tests.ui.programme_forms.conftest import PEOPLE
from tests.ui.programme_forms.filling import fill_form, missing, sample, types_of

_SEEN: set[str] = set()
SAMPLE = [(name, form) for name in PROGRAMMES for form in sample(shapes.forms(name), _SEEN, 2)]
SAMPLE += missing(_SEEN)
EVERY = [(name, form, lang) for name in PROGRAMMES for form in shapes.forms(name) for lang in LANGUAGES]


async def _walk(office: Office, programme: str, form_id: str, lang: Language) -> None:
    form = shapes.forms(programme)[form_id]
    citizen_id, case_id = office.ids[PEOPLE[programme]], office.ids[f"{programme}-case"]
    async with office.open((80, 24), lang) as desk:
        desk.app.open_form(citizen_id, case_id, form_id)
        await desk.settle()
        screen = desk.app.screen
        assert isinstance(screen, ProgrammeForm)
        assert (form.da if lang == "da" else form.en)[:40] in desk.text
        assert not [row for row in desk.text.splitlines() if len(row) > 80]
        expected = await fill_form(desk, screen.opened.values)
        await desk.press("ctrl+d")
        assert desk.app.screen is not screen, desk.text
        (record,) = desk.services.store.entries(types.Form, where={"form": form_id})
        assert record.record.state == "complete"
        assert record.record.values == expected
        desk.app.open_form(citizen_id, case_id, form_id, record.id)
        await desk.settle()
        again = desk.app.screen
        assert isinstance(again, ProgrammeForm)
        await desk.until(lambda: again.form.complete)
        assert {name: again.filled[name] for name in expected} == expected
        await desk.press("escape")
        assert not desk.services.drafts.all(), "looking at a form leaves no draft"


@pytest.mark.parametrize(("number", "chosen"), list(enumerate(SAMPLE)), ids=[form for _name, form in SAMPLE])
async def test_a_sample_of_forms_is_filled_in_and_comes_back(
    office: Office, number: int, chosen: tuple[str, str]
) -> None:
    await _walk(office, *chosen, LANGUAGES[number % len(LANGUAGES)])


def test_the_sample_has_every_field_type_there_is() -> None:
    used = {kind for name in PROGRAMMES for form in shapes.forms(name).values() for kind in types_of(form)}
    assert used <= _SEEN
    assert used <= set(get_args(FieldType))


@pytest.mark.slow
@pytest.mark.parametrize(("programme", "form_id", "lang"), EVERY)
async def test_every_form_is_filled_in_and_comes_back(
    office: Office, programme: str, form_id: str, lang: Language
) -> None:
    await _walk(office, programme, form_id, lang)
