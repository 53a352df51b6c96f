"""What can be done with a row of Today."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("today.contact", "c", "contact", N_("contact"), N_("Log a contact with this person"), ("call", "log")),
    Command("today.visit", "v", "visit", N_("visit"), N_("Log a visit to a company"), ("company",)),
    Command("today.move", "e", "move_date", N_("move"), N_("Change it or move it to another day"), ("edit",)),
    Command("today.done", "d", "done", N_("done"), N_("It is done"), ("complete", "finish")),
    Command("today.area", "a", "area", N_("area"), N_("Group by housing area, or by day again"), ("område", "group")),
    Command("today.walk_in", "w", "walk_in", N_("walk-in"), N_("Somebody who is on no caseload yet"), ("outreach",)),
    Command("today.walk_ins", "W", "walk_ins", N_("walk-ins"), N_("Those who came in, to take them in"), (), "hidden"),
)
