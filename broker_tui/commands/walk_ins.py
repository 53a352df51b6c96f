"""What can be done with people who came in and are on no caseload."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("walk-ins.take-in", "t", "take_in", N_("take in"), N_("Take this person in on the caseload"), ("optag",)),
    Command("walk-ins.correct", "e", "correct", N_("correct"), N_("Correct this contact"), ("edit", "ret")),
    Command("walk-ins.withdraw", "x", "withdraw", N_("withdraw"), N_("Withdraw this contact"), ("delete", "slet")),
)
