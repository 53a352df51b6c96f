"""The forms of a programme: in a form, on the card's list of them, and the menu of decisions."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

FORM = (
    Command("programme_form.complete", "ctrl+d", "finish", N_("complete"), N_("The form is complete"), (), "row", True),
    Command(
        "programme_form.begun", "ctrl+s", "store", N_("keep as begun"), N_("Save what there is so far"), (), "row", True
    ),
    Command(
        "programme_form.carry",
        "f10",
        "carry",
        N_("carry over"),
        N_("Carry over to the newest version"),
        (),
        "hidden",
        True,
    ),
)
LIST = (
    Command("forms.new", "n", "fill", N_("fill in anew"), N_("Fill this form in once more"), ("begin", "skema")),
    Command("forms.withdraw", "x", "withdraw", N_("withdraw"), N_("Take this form away"), ("delete", "slet")),
)
PROMPTS = (
    Command("form.prompts", "f10", "prompts", N_("prompts"), N_("Show or hide what to ask about"), (), "row", True),
)
COMMANDS = (*FORM, *LIST, *PROMPTS)
