"""`broker log` tells of what was done; this of what went wrong: the event log, and crashes as the vault keeps them."""

from typing import Any

import click

from broker_tui.cli_base import TEXT, Cli, Cmd, Failure, pass_cli, reading, say, table, tell
from broker_tui.i18n import N_, _, format


@click.command(
    cls=Cmd, help=N_("What went on, without anything about people: starts, locks, syncs, crashes. Newest first.")
)
@reading
@pass_cli
def events(cli: Cli) -> None:
    """The event log; it needs no passphrase."""
    from broker_tui.eventlog import EventLog

    found = EventLog(cli.folder()).lines()
    if cli.as_json:
        tell(found)
        return
    rows = []
    for line in found:
        rest = " ".join(f"{name}={value}" for name, value in line.items() if name not in ("at", "event"))
        rows.append((str(line.get("at", "")), str(line.get("event", "")), rest))
    table(rows, (_("When"), _("Event"), _("Details")))


@click.command(
    cls=Cmd,
    help=N_(
        "Crashes, with what the vault keeps of them. With REF one in full: read it before you hand it on, it may hold "
        "names."
    ),
)
@click.argument("reference", metavar="[REF]", type=TEXT, required=False)
@reading
@pass_cli
def incidents(cli: Cli, reference: str | None) -> None:
    """Crashes."""
    with cli.opened() as services:
        found = [one for one in services.incidents.all() if reference in (None, one.ref)]
        if reference is not None:
            services.trail.revealed("incident", reference, "message")
    if reference is not None and not found:
        raise Failure(_("There is no crash of that reference. broker incidents lists them."))
    if cli.as_json:
        shapes: list[dict[str, Any]] = [
            {"ref": one.ref, "at": one.at, "error": one.error, "version": one.version, "screen": one.screen}
            | ({"places": list(one.places), "message": one.message} if reference is not None else {})
            for one in found
        ]
        tell(shapes)
    elif reference is None:
        rows = [(format.moment(one.at, cli.today), one.ref, one.error, one.screen) for one in found]
        table(rows, (_("When"), "ref", _("Event"), _("Details")))
    else:
        for line in (found[0].error, found[0].message, *found[0].places):
            say(line)
