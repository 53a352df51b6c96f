"""A remark under a text that all cases of a course team share: it must name nobody (domain A9, privacy)."""

from collections.abc import Sequence

from broker_tui.domain.nudge import company_nudges
from broker_tui.i18n import _


def remark(text: str, people: Sequence[str]) -> str:
    """What to mention under `text`; "" when it names none of `people` and holds no CPR number.

    Health is not mentioned: what a course teaches is full of such words.
    """
    for nudge in company_nudges(text, tuple(people)):
        if nudge.kind == "name":
            return _("“{word}” is on the team. All its cases share this text: leave the name out.").format(
                word=nudge.word
            )
        if nudge.kind == "cpr":
            return _("No CPR number may stand here: all cases of the team share this text.")
    return ""
