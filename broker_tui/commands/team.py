"""The register of a course team: marks by digit, days by arrow, and the ways to what a day or a person needs."""

from collections.abc import Sequence

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

MARK_KEYS: Sequence[str] = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")

COMMANDS = (
    Command("team.rest", "a", "rest", N_("rest present"), N_("Mark all who have no mark as present"), ("alle",)),
    Command("team.earlier", "left", "day(-1)", N_("day"), N_("The day before"), (), "hidden"),
    Command("team.later", "right", "day(1)", N_("day"), N_("The day after"), (), "hidden"),
    Command("team.now", "t", "now", N_("latest day"), N_("The latest day"), ("i dag",), "hidden"),
    Command("team.done", "d", "done", N_("do it"), N_("Record what closes it"), ("close", "luk", "absence")),
    Command("team.contact", "c", "contact", N_("contact"), N_("Log a contact with this person"), ("call",)),
    Command(
        "team.about",
        "f",
        "about",
        N_("person"),
        N_("Travel pass, mentor, preparation, readiness of this person"),
        ("rejsekort", "mentor", "forberedelse", "form"),
        "hidden",
    ),
    Command("team.note", "n", "note", N_("note"), N_("Write the day down: content, topic, who taught"), ("session",)),
    Command("team.call-off", "x", "call_off", N_("call off"), N_("The day was cancelled by us"), ("aflys",), "hidden"),
    Command("team.join", "p", "join", N_("add person"), N_("Put a person on this team"), ("tilføj",)),
    Command("team.form", "w", "form", N_("team form"), N_("Fill in the form about the team"), ("hold",), "hidden"),
    Command("team.other", "o", "other", N_("another team"), N_("Show another team"), ("hold",), "hidden"),
    Command("team.found", "N", "found", N_("new team"), N_("Write a new team down"), ("nyt hold",), "hidden"),
    *(
        Command(f"team.mark-{key}", key, f"mark({key})", N_("mark"), description, (), "hidden")
        for key, description in zip(
            MARK_KEYS,
            (
                N_("Present"),
                N_("Came late"),
                N_("Left early"),
                N_("Ill, reported"),
                N_("Cancelled with another reason"),
                N_("Absence agreed beforehand"),
                N_("Did not turn up"),
                N_("Kept by the company"),
                N_("Not held for this person"),
                N_("Take the mark away"),
            ),
            strict=True,
        )
    ),
)
