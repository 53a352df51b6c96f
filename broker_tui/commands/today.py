"""What can be done with a row of Today."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("today.contact", "c", "contact", N_("contact"), N_("Log a contact with this person"), ("call", "log")),
    Command("today.visit", "v", "visit", N_("visit"), N_("Log a visit to a company"), ("company",)),
    Command(
        "today.snooze", "s", "snooze", N_("snooze"), N_("Leave it aside until a day, or bring it back"), ("udskyd",)
    ),
    Command("today.done", "d", "done", N_("done"), N_("It is done, or record what closes it"), ("complete", "finish")),
    Command("today.rule", "r", "rule", N_("rule"), N_("Read the rule, and why it is due"), ("why", "regel")),
    Command("today.move", "e", "move_date", N_("move"), N_("Change it or move it to another day"), ("edit",)),
    Command("today.area", "a", "group", N_("group"), N_("Group by area, person or rule, or by day"), ("område",)),
    Command("today.walk_in", "w", "walk_in", N_("walk-in"), N_("Somebody who is on no caseload yet"), ("outreach",)),
    Command("today.walk_ins", "W", "walk_ins", N_("walk-ins"), N_("Those who came in, to take them in"), (), "hidden"),
    Command(
        "today.aside", "z", "aside", N_("left aside"), N_("Show or hide what was left aside"), ("snoozed",), "hidden"
    ),
)
