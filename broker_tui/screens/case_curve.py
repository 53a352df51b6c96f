"""A person's hours as the curve draws them: one measure, its placements and follow-ups on the time axis."""

from collections.abc import Sequence
from datetime import date

from broker_tui.domain.hours import leading_measure, periods
from broker_tui.domain.views import CaseCard, ContactRow
from broker_tui.screens import say
from broker_tui.screens.case_lines import job_goal
from broker_tui.widgets.curve_data import CurveData, FollowUp, LanePlacement, Period


def curve_data(
    card: CaseCard, contacts: Sequence[ContactRow], today: date, measure: str | None = None
) -> tuple[CurveData, str | None, tuple[str, ...]]:
    """What is drawn, which measure it is, and all measures there are."""
    stretches = periods(card.hours, card.placements, today)
    case = card.current_case
    chosen = (
        measure if measure in stretches else leading_measure(stretches, today, case.record.programme if case else None)
    )
    shown = stretches.get(chosen or "", [])
    goal = job_goal(card)
    lanes = tuple(
        LanePlacement(
            say.inline(say.word("placement_type", entry.record.type)),
            card.companies.get(entry.record.company_id or "", ""),
            entry.record.start,
            entry.record.actual_end,
        )
        for entry in card.placements
        if not entry.deleted and entry.record.status not in ("cancelled", "planned")
    )
    held = [
        FollowUp(row.entry.record.occurred_on, row.entry.record.kind == "meeting")
        for row in contacts
        if row.entry.record.outcome == "reached" and row.entry.record.kind in ("meeting", "phone", "video")
    ]
    agreed = [
        FollowUp(entry.record.due, False, agreed=True)
        for entry in card.follow_ups
        if entry.record.state == "open" and not entry.deleted and entry.record.due >= today
    ]
    data = CurveData(
        today=today,
        periods=tuple(Period(p.start, p.end, p.minutes_per_week) for p in shown),
        goal_minutes=goal.record.target_minutes_per_week if goal else None,
        placements=lanes,
        follow_ups=(*held, *agreed),
    )
    return data, chosen, tuple(stretches)
