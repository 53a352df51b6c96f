"""Step logic of `flexjob` (domain part B)."""

from typing import Any

from broker_tui.programmes.course import Course

MEASURES: dict[str, Any] = {}


def derive(course: Course) -> None:
    """Step, days and signals of a case."""
