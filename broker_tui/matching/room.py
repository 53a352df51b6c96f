"""Time in a week: whether fixed times can be kept together and how many flexible hours fit beside them."""

from collections.abc import Sequence
from itertools import pairwise

from broker_tui.matching.constraints import covers
from broker_tui.matching.model import DAY, STEP, Citizen, Task

WORKDAYS = range(1, 6)


def room(citizen: Citizen, fixed: Sequence[Task]) -> int | None:
    """Minutes left for flexible tasks beside those with fixed times; None when these cannot be kept.

    Without stated times Monday to Friday count, as long as the longest day allowed.
    """
    slots = sorted(slot for task in fixed for slot in task.slots)
    if any(a.day == b.day and b.start < a.end for a, b in pairwise(slots)):
        return None
    day_limit = citizen.hard("max_day_hours")
    free: dict[int, int] = {}
    if citizen.availability is None:
        if slots:
            return None
        free = dict.fromkeys(WORKDAYS, DAY)
    else:
        if not all(covers(citizen.availability, slot) for slot in slots):
            return None
        for day in {slot.day for slot in citizen.availability}:
            reached = 0
            for slot in sorted(one for one in citizen.availability if one.day == day):
                free[day] = free.get(day, 0) + max(0, slot.end - max(slot.start, reached))
                reached = max(reached, slot.end)
    left = 0
    for day, minutes in free.items():
        taken = sum(slot.minutes for slot in slots if slot.day == day)
        allowed = minutes if day_limit is None else min(minutes, day_limit)
        if taken > allowed:
            return None
        left += (allowed - taken) // STEP * STEP
    return left
