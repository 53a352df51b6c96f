"""Parallel internship: what the latest proposal lacks (domain 3.5, 3.9 `parallel_ok`)."""

from datetime import date

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.common import latest, when
from broker_tui.programmes.families.uif2_work import Job

SCOPE = "parallel_internship"


def parallel(course: Course, job: Job | None) -> None:
    """Signals and days of the latest proposal; nothing without one."""
    course.days |= {"proposal.last": None, "parallel.start": None}
    proposal = latest(course, "parallel_proposal")
    if proposal is None:
        return
    course.days["proposal.last"] = when(proposal)
    raw = proposal.get("start")
    course.days["parallel.start"] = date.fromisoformat(raw) if isinstance(raw, str) else raw or when(proposal)
    functions = {_plain(name): name for name in proposal.get("new_functions") or ()}
    overlap = sorted(functions[name] for name in functions.keys() & _tasks(course, job))
    same = job is not None and bool(job.company) and proposal.get("company") == job.company
    accepted = _accepted(course, proposal)
    course.signals |= {
        "parallel_accepted": accepted,
        "parallel_new_functions": bool(functions) and not overlap,
        "parallel_overlap": ", ".join(overlap) or None,
        "parallel_ok": accepted and same and bool(functions) and not overlap and course.step == "phase3",
    }


def _accepted(course: Course, proposal: Fact) -> bool:
    """What the citizen said last about this proposal, on the proposal or in a consent given since."""
    said = [fact for fact in course.facts.of("consent") if fact.get("scope") == SCOPE and fact.on >= proposal.on]
    if said and (proposal.get("citizen_accepts") is None or said[-1].get("state") != "pending"):
        return said[-1].get("state") == "given" and said[-1].holds(course.today)
    return bool(proposal.get("citizen_accepts"))


def _tasks(course: Course, job: Job | None) -> set[str]:
    """What the citizen does in the job already."""
    if job is None:
        return set()
    found = [fact for stay in job.placements for fact in stay.facts]
    found += [fact for fact in course.facts.of("agreement") if fact.get("placement") in job.ids]
    return {_plain(name) for fact in found for name in fact.get("tasks") or ()}


def _plain(name: str) -> str:
    return " ".join(str(name).casefold().split())
