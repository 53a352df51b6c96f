"""Goals with steps and notes; placements with hours that are never added across measures."""

from datetime import date, timedelta

import pytest

from broker_tui.domain.hours import leading_measure, minutes_on
from broker_tui.domain.views import InvalidInput
from broker_tui.services import Services
from sync.records.types import Hours, Placement
from tests.unit.services.services_helpers import TODAY, company, person


def test_goal_steps_states_and_notes(services: Services) -> None:
    citizen_id = person(services)
    goal = services.goals.set_job_goal(citizen_id, "Et job i et køkken", 720, TODAY).ids[0]
    first = services.goals.add_step(citizen_id, "Prøve opvasken", date(2026, 12, 1), TODAY).ids[0]
    services.goals.add_step(citizen_id, "Møde hver dag", None, TODAY)
    again = services.goals.set_job_goal(citizen_id, "Et job i en kantine", 600, TODAY).ids[0]
    assert again == goal
    services.goals.set_state(first, "reached", TODAY)
    services.goals.note(goal, "Det går bedre, siger hun", TODAY)
    card = services.people.card(citizen_id, TODAY)
    job, step, other = card.goals
    assert (job.record.text, job.record.target_minutes_per_week) == ("Et job i en kantine", 600)
    assert [s.record.parent_id for s in (step, other)] == [goal, goal]
    assert [s.record.position for s in (step, other)] == [1, 2]
    assert (step.record.state, step.record.state_on) == ("reached", TODAY)
    assert [n.record.text for n in card.notes] == ["Det går bedre, siger hun"]
    with pytest.raises(InvalidInput) as caught:
        services.goals.set_state(first, "flying", TODAY)
    assert (caught.value.errors[0].field, caught.value.errors[0].code) == ("state", "not_allowed")


def test_hours_follow_each_other_and_end_with_the_placement(services: Services) -> None:
    citizen_id, company_id = person(services), company(services)
    start = date(2026, 5, 1)
    placement = services.work.add_placement(
        Placement(citizen_id=citizen_id, company_id=company_id, type="flexjob", start=start), minutes_per_week=240
    ).ids[0]
    wrong = services.work.add_hours(
        Hours(
            citizen_id=citizen_id,
            placement_id=placement,
            start=date(2026, 8, 1),
            minutes_per_week=300,
            measure="flexjob",
        )
    ).ids[0]
    services.work.correct_hours(
        wrong,
        Hours(
            citizen_id=citizen_id,
            placement_id=placement,
            start=date(2026, 8, 1),
            minutes_per_week=480,
            measure="flexjob",
        ),
    )
    services.work.add_hours(
        Hours(citizen_id=citizen_id, start=date(2026, 9, 1), minutes_per_week=120, measure="internship")
    )
    services.work.add_hours(
        Hours(citizen_id=citizen_id, start=TODAY + timedelta(days=5), minutes_per_week=999, measure="internship")
    )
    found = services.work.periods(services.people.card(citizen_id, TODAY))
    assert [(p.start, p.end, p.minutes_per_week) for p in found["flexjob"]] == [
        (start, date(2026, 7, 31), 240),
        (date(2026, 8, 1), None, 480),
    ]
    assert minutes_on(found, TODAY) == {"flexjob": 480, "internship": 120}
    assert leading_measure(found, TODAY, "uif2") == "flexjob"
    services.work.end_placement(placement, TODAY - timedelta(days=7), "interrupted")
    found = services.work.periods(services.people.card(citizen_id, TODAY))
    assert found["flexjob"][-1].end == TODAY - timedelta(days=7)
    assert minutes_on(found, TODAY) == {"internship": 120}
    assert leading_measure(found, TODAY, "uif2") == "internship"


def test_what_cannot_be(services: Services) -> None:
    citizen_id, other = person(services), person(services, "Mia Test")

    def codes(caught: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
        return [(error.field, error.code) for error in caught.value.errors]

    with pytest.raises(InvalidInput) as caught:
        services.work.add_placement(
            Placement(citizen_id=citizen_id, type="flexjob", start=TODAY, planned_end=date(2026, 1, 1)),
            minutes_per_week=75 * 60,
        )
    assert codes(caught) == [("planned_end", "end_before_start"), ("minutes_per_week", "hours_too_many")]
    with pytest.raises(InvalidInput) as caught:
        services.work.add_placement(
            Placement(citizen_id=citizen_id, type="wage_subsidy", start=TODAY), minutes_per_week=600
        )
    assert codes(caught) == [("measure", "required")]
    placement = services.work.add_placement(Placement(citizen_id=citizen_id, type="flexjob", start=TODAY)).ids[0]
    with pytest.raises(InvalidInput) as caught:
        services.work.add_hours(
            Hours(citizen_id=other, placement_id=placement, start=TODAY, minutes_per_week=60, measure="flexjob")
        )
    assert codes(caught) == [("placement_id", "other_person")]
    with pytest.raises(InvalidInput) as caught:
        services.work.add_hours(
            Hours(
                citizen_id=citizen_id,
                placement_id=placement,
                start=date(2026, 1, 1),
                minutes_per_week=-1,
                measure="flexjob",
            )
        )
    assert codes(caught) == [("start", "before_placement"), ("minutes_per_week", "negative")]
