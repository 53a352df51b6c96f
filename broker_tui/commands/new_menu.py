"""What Ctrl+N offers; the action's argument is the name of the app's hook without `new_`."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_


def _new(name: str, key: str, label: str, description: str) -> Command:
    return Command(f"new.{name.replace('_', '-')}", key, f"choose('{name}')", label, description, (), "hidden", True)


COMMANDS = (
    _new("contact", "c", N_("Contact"), N_("New contact")),
    _new("visit", "v", N_("Visit to a company"), N_("New visit to a company")),
    _new("follow_up", "f", N_("Follow-up"), N_("New agreed follow-up")),
    _new("promise", "p", N_("Promise"), N_("New promise")),
    _new("goal", "t", N_("Goal"), N_("New goal or step")),
    _new("placement", "l", N_("Placement"), N_("New placement")),
    _new("agreement", "a", N_("Agreement in one go"), N_("New agreement: placement, terms, follow-up")),
    _new("interview", "i", N_("Job interview"), N_("New job interview with outcome and next step")),
    _new("hours", "h", N_("Hours"), N_("New hours a week")),
    _new("memo", "m", N_("Memo"), N_("New memo to myself")),
    _new("citizen", "b", N_("Citizen"), N_("New citizen")),
    _new("company", "o", N_("Company"), N_("New company")),
    _new("walk_in", "w", N_("Walk-in"), N_("Contact with somebody on no caseload")),
)
