"""Shifts at a workplace: marks by digit, days and weeks by arrow and sign, and the ways to hours, sheet and mentor."""

from broker_tui.commands.command import Command
from broker_tui.commands.team import MARK_KEYS
from broker_tui.i18n import N_

COMMANDS = (
    Command("shifts.usual", "a", "usual", N_("usual present"), N_("Mark the usual shifts of the day as present"), ()),
    Command("shifts.earlier", "left", "day(-1)", N_("day"), N_("The day before"), (), "hidden"),
    Command("shifts.later", "right", "day(1)", N_("day"), N_("The day after"), (), "hidden"),
    Command("shifts.week-before", "minus", "day(-7)", N_("day"), N_("The week before"), (), "hidden"),
    Command("shifts.week-after", "plus", "day(7)", N_("day"), N_("The week after"), (), "hidden"),
    Command("shifts.now", "t", "now", N_("today"), N_("Today's date"), ("i dag",), "hidden"),
    Command("shifts.hours", "h", "hours", N_("hours"), N_("Hours planned and worked on the day"), ("timer",)),
    Command("shifts.sheet", "s", "sheet", N_("hours sheet"), N_("The hours sheet of the week"), ("opgørelse",)),
    Command("shifts.mentor", "m", "mentor", N_("mentor"), N_("Mentor time of the week"), ("mentortid",)),
    Command("shifts.contact", "c", "contact", N_("contact"), N_("Log a contact with this person"), ("call",)),
    Command(
        "shifts.about",
        "f",
        "about",
        N_("forms"),
        N_("Illness, follow-up, agreement and mentor of this person"),
        ("sygemelding", "opfølgning", "form"),
        "hidden",
    ),
    Command("shifts.other", "o", "other", N_("workplace"), N_("Show another workplace"), ("virksomhed",), "hidden"),
    *(
        Command(f"shifts.mark-{key}", key, f"mark({key})", N_("mark"), description, (), "hidden")
        for key, description in zip(
            MARK_KEYS,
            (
                N_("Present"),
                N_("Came late"),
                N_("Left early"),
                N_("There for a part: asks how long"),
                N_("Ill, reported"),
                N_("Cancelled with another reason"),
                N_("Absence agreed beforehand"),
                N_("Did not turn up"),
                N_("No shift for this person"),
                N_("Take the mark away"),
            ),
            strict=True,
        )
    ),
)
