"""What is written in sensitive fields stands in its form and nowhere else: no list, title, search or export has it."""

import json

import pytest

from broker_tui.programmes import forms as shapes
from broker_tui.programmes.forms import FormDefinition, FormField
from broker_tui.programmes.loading import PROGRAMMES
from tests.ui.office import TODAY, Desk, Office
from tests.ui.programme_forms.conftest import PEOPLE

SECRET = "zqhemmelig"


def _value(field: FormField) -> object:
    if field.choices:
        return [field.choices[0].code] if field.type == "choices" else field.choices[0].code
    if field.type in ("bool", "scale"):
        return True if field.type == "bool" else 3
    return [SECRET] if field.type == "texts" else SECRET


def _secret_values(form: FormDefinition) -> dict[str, object]:
    """Every sensitive field of a form in which one writes or chooses, and in the first row of its lists."""
    kinds = ("text", "long", "texts", "choice", "choices", "bool", "scale")
    found = {f.name: _value(f) for f in form.fields.values() if f.sensitivity == "S2" and f.type in kinds}
    for field in form.fields.values():
        row = {part.name: _value(part) for part in field.fields if part.sensitivity == "S2" and part.type in kinds}
        if row or (field.type == "list" and field.sensitivity == "S2"):
            found[field.name] = [row or {part.name: _value(part) for part in field.fields if part.type in kinds}]
    return found


async def _look(desk: Desk, *keys: str) -> None:
    for key in keys:
        await desk.press(key)
        assert SECRET not in desk.text, (keys, desk.text)


@pytest.mark.parametrize("programme", PROGRAMMES)
async def test_secrets_stand_nowhere_but_in_their_form(office: Office, programme: str) -> None:
    citizen_id, case_id = office.ids[PEOPLE[programme]], office.ids[f"{programme}-case"]
    async with office.open((120, 40), "da") as desk:
        services = desk.services
        filled = []
        for form in shapes.forms(programme).values():
            if form.about == "case" and (values := _secret_values(form)):
                filled.append((form.id, services.forms.save(case_id, form.id, values).ids[0]))
        assert filled
        await desk.settle()
        assert not services.search.find(SECRET)
        assert SECRET not in json.dumps(services.facts_file.write(case_id, TODAY), default=str)
        secret = shapes.secret_fields(programme)
        for fact in services.facts_file.write(case_id, TODAY)["example"][0]["facts"]:
            assert not {(fact["fact"], name) for name in fact} & secret, fact
        assert SECRET not in str(services.people.log(citizen_id, 0, 200))
        assert SECRET not in str(services.today.items(TODAY))
        desk.app.open_citizen(citizen_id)
        await desk.settle()
        await _look(desk, "1", "2", "3", "4", "5", "6", "7", "8", "ctrl+t", "escape", "ctrl+g", "escape")
        form_id, record_id = filled[0]
        desk.app.open_form(citizen_id, case_id, form_id, record_id)
        await desk.settle()
        for _step in range(6):
            await _look(desk, "pagedown")
        await desk.press("escape")
        await _look(desk, "escape", "f2", "f3")
