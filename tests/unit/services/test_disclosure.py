"""What a company may see, from every place where a person can say so; and what a withdrawal sets in motion."""

from datetime import timedelta
from typing import Any

import pytest

from broker_tui.domain.disclosure import PersonView
from broker_tui.services import Services
from sync.records.types import Case, Consent, Form, Hours, Placement
from tests.unit.services.services_helpers import TODAY, company, person

SECRET = "hemmelig-svimmelhed"


def placed(services: Services, programme: str = "uif2", *, agreed: bool = True) -> tuple[str, str, str]:
    """A person in an internship; ids of person, company, placement."""
    who, where = person(services, programme=programme, note=SECRET, phone="20304050"), company(services)
    placement = Placement(
        citizen_id=who,
        type="internship",
        company_id=where,
        start=TODAY - timedelta(days=7),
        job_title="Opvask",
        agreement_on=TODAY - timedelta(days=8) if agreed else None,
        note=SECRET,
    )
    saved = services.work.add_placement(placement, minutes_per_week=None, measure="internship")
    hours = Hours(citizen_id=who, placement_id=saved.ids[0], start=TODAY, minutes_per_week=600, measure="internship")
    services.work.add_hours(hours)
    return who, where, saved.ids[0]


def say(services: Services, who: str, kind: Any, state: Any = "given", **more: Any) -> None:
    services.consents.state(Consent(citizen_id=who, kind=kind, state=state, stated_on=TODAY, note=SECRET, **more))


def form(services: Services, who: str, form_id: str, values: dict[str, Any], programme: Any) -> str:
    """A form as it lies in the vault; returns its id."""
    (case,) = services.store.entries(Case, where={"citizen_id": who})
    batch = services.people.batch()
    made = Form(
        form=form_id, programme=programme, citizen_id=who, case_id=case.id, on=TODAY, state="complete", values=values
    )
    record = batch.create(made)
    batch.save()
    return record


def seen(services: Services, where: str) -> list[PersonView]:
    view = services.disclosure.company_view(where)
    assert SECRET not in repr(view)
    assert "20304050" not in repr(view)
    return list(view.people)


def items(services: Services, where: str) -> dict[str, str]:
    people = seen(services, where)
    return {item.item: item.text for item in people[0].items} if people else {}


def test_without_a_word_only_what_the_company_signed_itself(services: Services) -> None:
    _who, where, _placement = placed(services)
    assert set(items(services, where)) == {"placement"}


def test_without_agreement_and_word_not_even_the_name(services: Services) -> None:
    _who, where, _placement = placed(services, agreed=False)
    view = services.disclosure.company_view(where)
    assert (view.people, view.hidden) == ((), 1)


@pytest.mark.parametrize(("kind", "item"), [("company_tasks", "tasks"), ("company_hours", "hours")])
def test_each_consent_opens_its_own_item_only(services: Services, kind: str, item: str) -> None:
    who, where, _placement = placed(services)
    for other in ("health", "network", "partners", "other"):
        say(services, who, other)
    say(services, who, kind)
    assert set(items(services, where)) == {"placement", item}
    say(services, who, kind, "refused")
    assert set(items(services, where)) == {"placement"}


def test_a_consent_for_another_company_opens_nothing_here(services: Services) -> None:
    who, where, _placement = placed(services)
    say(services, who, "company_tasks", receiver="Odins Lager")
    assert set(items(services, where)) == {"placement"}
    say(services, who, "company_tasks", receiver="KANTINEN AAEN")
    assert items(services, where)["tasks"] == "Opvask"


def test_considerations_of_the_agreement_need_the_yes_beside_them(services: Services) -> None:
    who, where, placement = placed(services, "fsm2")
    values = {"placement": placement, "considerations": "Pause hver time"}
    form(services, who, "F-F8", {**values, "considerations_released": False}, "fsm2")
    assert "considerations" not in items(services, where)
    form(services, who, "F-F8", {**values, "considerations_released": True}, "fsm2")
    assert items(services, where)["considerations"] == "Pause hver time"
    say(services, who, "company_needs", "withdrawn")
    assert "considerations" not in items(services, where)


def test_releases_one_by_one_show_the_text_agreed_for_the_company(services: Services) -> None:
    who, where, _placement = placed(services, "flexjob")
    row = {"state": "given", "from": TODAY.isoformat(), "text": "Rolige omgivelser hjælper"}
    rows = [
        {**row, "items": ["need:quiet"]},
        {**row, "items": ["capacity"], "state": "refused"},
        {**row, "items": ["wishes"], "company": "en anden"},
        {**row, "items": ["cv"], "withdrawn_on": TODAY.isoformat()},
    ]
    form(services, who, "F-F15", {"releases": rows}, "flexjob")
    assert items(services, where) == {"placement": "", "need:quiet": "Rolige omgivelser hjælper"}


def test_a_newer_guide_without_a_tick_takes_the_older_back(services: Services) -> None:
    who, where, _placement = placed(services, "mastery")
    values = {
        "consent_given": True,
        "consent_scope": "company:any",
        "consent_from": TODAY.isoformat(),
        "purpose": "Afklare jobretning",
        "alarms": [{"sign": "Bliver stille", "response": SECRET}],
    }
    form(services, who, "F-M6", {**values, "must_know": ["purpose", "alarms"]}, "mastery")
    assert set(items(services, where)) == {"placement", "purpose", "alarms"}
    form(services, who, "F-M6", {**values, "must_know": ["purpose"]}, "mastery")
    assert set(items(services, where)) == {"placement", "purpose"}
    form(services, who, "F-M6", {**values, "must_know": ["purpose"], "consent_given": False}, "mastery")
    assert set(items(services, where)) == {"placement"}


def test_a_withdrawal_makes_the_follow_up_with_the_company_and_marks_the_paper(services: Services) -> None:
    who, where, placement = placed(services, "fsm2")
    say(services, who, "company_needs")
    values = {"placement": placement, "considerations": "Pause", "considerations_released": True}
    paper = form(services, who, "F-F8", values, "fsm2")
    assert services.disclosure.stale(who) == {}
    services.consents.state(Consent(citizen_id=who, kind="company_needs", state="withdrawn", stated_on=TODAY))
    card = services.people.card(who, TODAY)
    (follow_up,) = [entry.record for entry in card.follow_ups if entry.record.company_id == where]
    assert (follow_up.due, "Kantinen Åen" in follow_up.what) == (TODAY, True)
    assert services.disclosure.stale(who) == {paper: TODAY}
    services.journal.undo_last()
    card = services.people.card(who, TODAY)
    assert [e for e in card.follow_ups if e.record.company_id == where and not e.deleted] == []
    assert services.disclosure.stale(who) == {}


def test_a_refusal_of_what_was_never_given_makes_no_follow_up(services: Services) -> None:
    who, _where, _placement = placed(services)
    say(services, who, "company_tasks", "refused")
    assert services.people.card(who, TODAY).follow_ups == ()


def test_a_release_withdrawn_in_its_form_makes_the_follow_up_too(services: Services) -> None:
    who, where, _placement = placed(services, "flexjob")
    (case,) = services.store.entries(Case, where={"citizen_id": who})
    row = {"state": "given", "from": TODAY, "text": "Rolige omgivelser", "items": ["need:quiet"]}
    row["staff"] = services.me.staff_id
    values: dict[str, Any] = {"begun_on": TODAY, "citizen_name": "Jonas Prøve"}
    saved = services.forms.save(case.id, "F-F15", {**values, "releases": [row]})
    record = saved.ids[0]
    assert services.people.card(who, TODAY).follow_ups == ()
    again = {**values, "releases": [{**row, "withdrawn_on": TODAY}]}
    services.forms.save(case.id, "F-F15", again, record_id=record)
    (follow_up,) = services.people.card(who, TODAY).follow_ups
    assert follow_up.record.company_id == where


def test_what_was_shown_is_noted_without_its_words(services: Services) -> None:
    who, where, _placement = placed(services)
    say(services, who, "company_tasks")
    services.disclosure.shown(services.disclosure.company_view(where))
    (line,) = services.trail.lines(limit=1)
    assert (line.action, line.entity_id, line.detail) == ("shown_to_company", who, f"{where} placement tasks")
