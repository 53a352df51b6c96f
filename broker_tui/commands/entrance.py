"""What works on the lock screen and while setting up."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

UNLOCK = (
    Command("unlock.open", "enter", "open", N_("unlock"), N_("Open the caseload with the passphrase"), (), "row", True),
    Command("unlock.show", "ctrl+t", "show", N_("show text"), N_("Show or hide what is typed"), (), "row", True),
    Command(
        "unlock.recover",
        "ctrl+r",
        "recover",
        N_("recover"),
        N_("Open with the recovery code on paper"),
        (),
        "row",
        True,
    ),
)
RESCUE = (
    Command("unlock.rescue", "ctrl+e", "rescue", N_("rescue"), N_("Bring the damaged caseload back"), (), "row", True),
)
QUIT = (Command("unlock.quit", "ctrl+q", "app.quit", N_("quit"), N_("Close the program"), (), "always", True),)
FIRST_RUN = (
    Command("first.next", "enter", "next", N_("next"), N_("Go on to the next step"), (), "row", True),
    Command("first.back", "escape", "back", N_("back"), N_("Back to the step before")),
    Command("first.show", "ctrl+t", "show", N_("show text"), N_("Show or hide what is typed"), (), "row", True),
)
COMMANDS = (*UNLOCK, *RESCUE, *QUIT, *FIRST_RUN)
