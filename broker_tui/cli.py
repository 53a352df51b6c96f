"""The command line twin: everything a person can see or do to the caseload, as plain commands.

Commands live in `cli_*` modules that are loaded when one of theirs is asked for, so that `broker --help` is quick.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from broker_tui.cli_base import Cli, Group, reading, refusals
from broker_tui.i18n import LANGUAGES, N_, _

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("cli_vault", N_("Make a new caseload in an encrypted vault")),
    "passphrase": ("cli_vault", N_("Change the passphrase")),
    "recovery": ("cli_vault", N_("A new recovery code, or open with one")),
    "slots": ("cli_slots", N_("What can open the caseload, and taking a way away")),
    "rotate-key": ("cli_slots", N_("A new root key for the caseload")),
    "check": ("cli_vault", N_("Read the whole database and say what is wrong")),
    "backup": ("cli_vault", N_("Write an encrypted backup")),
    "restore": ("cli_vault", N_("Put a backup in place")),
    "backups": ("cli_vault", N_("Backups this caseload keeps of itself")),
    "rescue": ("cli_vault", N_("Bring a damaged caseload back")),
    "demo": ("cli_demo", N_("Try the program with invented people")),
    "import": ("cli_import", N_("Bring citizens, companies, placements and contacts in from files")),
    "today": ("cli_read", N_("What is due")),
    "list": ("cli_read", N_("Cases, people, companies, contacts or drafts")),
    "show": ("cli_read", N_("One case, company or contact")),
    "find": ("cli_read", N_("People, companies and notes")),
    "log": ("cli_read", N_("Who changed what when")),
    "add": ("cli_add", N_("A new contact, visit, goal, plan, placement, citizen and so on")),
    "edit": ("cli_change", N_("Change fields of a record")),
    "done": ("cli_change", N_("Tick off a follow-up, promise or memo")),
    "reschedule": ("cli_change", N_("Move a follow-up to another day")),
    "drop": ("cli_change", N_("Give a follow-up up")),
    "undo": ("cli_change", N_("Take the last change back, or a named one")),
    "move": ("cli_change", N_("Give a contact to the right person")),
    "same-company": ("cli_change", N_("Companies that were entered twice")),
    "withdraw": ("cli_change", N_("Take a contact or hours back that never were")),
    "close-case": ("cli_change", N_("End a course")),
    "reopen": ("cli_change", N_("Open a closed course again")),
    "handover": ("cli_handover", N_("Cases that go to a colleague or come from one")),
    "substitute": ("cli_handover", N_("Who stands in, and naming somebody")),
    "take-in": ("cli_change", N_("Make a walk-in a person of the caseload")),
    "programmes": ("cli_programmes", N_("The five programmes: rules, example files, local settings")),
    "confirm": ("cli_rules", N_("Confirm the step of a course")),
    "explain": ("cli_rules", N_("Explain a recommended rule")),
    "waive": ("cli_rules", N_("Waive a rule")),
    "settle": ("cli_rules", N_("Settle a rule from before this program")),
    "snooze": ("cli_rules", N_("Leave an item of Today aside")),
    "form": ("cli_forms", N_("Forms of a person's programme")),
    "export": ("cli_export", N_("Write lists or a whole case to a sealed file, or a case as a facts file")),
    "open": ("cli_export", N_("Open a sealed export")),
    "enrol": ("cli_sync", N_("Join a hub with a one-time code")),
    "sync": ("cli_sync", N_("Send and fetch")),
    "devices": ("cli_devices", N_("Your laptops, and reporting one lost")),
    "ready": ("cli_ready", N_("Whether this laptop may leave the office")),
    "conflicts": ("cli_sync", N_("Differences, and settling them")),
    "quarantine": ("cli_sync", N_("What the hub refused")),
    "audit": ("cli_audit", N_("Who saw and changed what; whether the log is whole")),
    "events": ("cli_incidents", N_("What went on: starts, locks, syncs, crashes")),
    "incidents": ("cli_incidents", N_("Crashes, as the vault keeps them")),
    "retention": ("cli_retention", N_("Whose closed cases leave this laptop, and when")),
}
"""Commands in the order of the help, with the module they live in."""


class LazyGroup(Group):
    """Commands that are imported when asked for; the help needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands this program has."""
        return [name for name, (module, _help) in COMMANDS.items() if find_spec(f"broker_tui.{module}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"broker_tui.{COMMANDS[cmd_name][0]}")
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(module, f"{name}_" if name in ("import", "list", "open") else name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and first sentences."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(COMMANDS[name][1])) for name in self.list_commands(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Know home and language first, so that the help speaks it wherever these options stand."""
        options = ctx.ensure_object(Cli)
        lang, home = _given(args, "--lang"), _given(args, "--home") or os.environ.get("BROKER_HOME")
        options.lang = next((language for language in LANGUAGES if language == lang), options.lang)
        options.home = Path(home) if home else options.home
        options.speak()
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, with every refusal as a sentence."""
        with refusals():
            return super().invoke(ctx)


def _given(args: list[str], name: str) -> str | None:
    """The value of an option as it stands among the arguments."""
    for index, arg in enumerate(args):
        if arg == name and index + 1 < len(args):
            return args[index + 1]
        if arg.startswith(f"{name}="):
            return arg.partition("=")[2]
    return None


@click.command(
    cls=LazyGroup,
    invoke_without_command=True,
    help=N_("Offline-first encrypted caseload for job brokers. Without a command the app opens."),
)
@reading
@click.version_option(package_name="broker-tui")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Speak the right language; open the app when there is no command."""
    options = ctx.ensure_object(Cli)
    options.speak()
    if ctx.invoked_subcommand is None:
        ctx.exit(open_app(options))


def open_app(options: Cli) -> int:
    """Hand over to the supervisor, which starts the app in a process of its own."""
    from broker_tui import supervisor

    argv = [*supervisor.APP, "--home", str(options.folder())]
    if options.lang:
        argv += ["--lang", options.lang]
    if options.on:
        argv += ["--on", options.on.isoformat()]
    return supervisor.run(argv)
