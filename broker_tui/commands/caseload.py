"""What can be done in the caseload."""

from collections.abc import Sequence

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

VIEW_KEYS: Sequence[str] = ("1", "2", "3", "4", "5", "6", "7", "8", "9")

COMMANDS = (
    Command("caseload.contact", "c", "contact", N_("contact"), N_("Log a contact with this person"), ("call", "log")),
    Command("caseload.plan", "p", "plan", N_("plan"), N_("Plan a follow-up, with all marked people"), ("follow-up",)),
    Command("caseload.sort", "o", "sort", N_("sort"), N_("Sort by the next column"), ("order", "sortér")),
    Command("caseload.filter", "f", "filter", N_("filter"), N_("Show one area or one programme"), ("area", "område")),
    Command("caseload.visit", "v", "visit", N_("visit"), N_("Log a visit to a company"), ("company",), "hidden"),
    Command("caseload.new", "n", "new", N_("new citizen"), N_("A new person on the caseload"), ("borger",), "hidden"),
    Command("caseload.team", "T", "team", N_("course team"), N_("Course teams and attendance"), ("hold",), "hidden"),
    Command(
        "caseload.substitute",
        "V",
        "substitute",
        N_("stand in"),
        N_("A colleague stands in for all your cases"),
        ("vikar", "ferie", "substitute"),
        "hidden",
    ),
    Command("caseload.turn", "O", "turn", N_("turn round"), N_("Sort the other way round"), ("descending",), "hidden"),
    Command("caseload.unmark", "U", "unmark", N_("unmark"), N_("Take all marks away"), (), "hidden"),
    *(
        Command(f"caseload.view-{key}", key, f"view({key})", N_("view"), description, (), "hidden")
        for key, description in zip(
            VIEW_KEYS,
            (
                N_("Show all open cases"),
                N_("Show those without contact for 14 days"),
                N_("Show what is due this week"),
                N_("Show closed cases"),
                N_("Show people without a programme"),
                N_("Show those whose step lasts too long"),
                N_("Show those who are passive"),
                N_("Show those who are near the exit"),
                N_("Show those with follow-ups left in the period"),
            ),
            strict=True,
        )
    ),
)
