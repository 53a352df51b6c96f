"""`broker demo`: everything with invented people, at once, leaving nothing behind."""

import json
import os
import sys
import threading
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broker_tui.cli_base import DATE, LOOK, Cli, Cmd, Failure, option, pass_cli
from broker_tui.i18n import LANGUAGES, N_, Language, _, language

if TYPE_CHECKING:
    from broker_tui.demo.world import World

LOOK_EVERY = 0.5
"""Seconds between looks at whether somebody pressed Ctrl+C."""


@click.command(cls=Cmd, help=N_("Try the program with invented people, a hub of its own and a colleague."))
@option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Keep the demo in this folder; otherwise nothing is left behind."),
)
@option("--lang", type=click.Choice(LANGUAGES), help=N_("Language: da or en."))
@option("--seed", type=int, default=1, show_default=True, help=N_("Another number invents other people."))
@option("--cases", type=click.IntRange(1, 5000), default=40, show_default=True, help=N_("How many people."))
@option("--contacts", type=click.IntRange(0, 200_000), help=N_("About how many contacts they have in all."))
@option("--on", type=DATE, help=N_("The day the program takes for today."))
@option("--no-tui", is_flag=True, help=N_("Build it and run its hub, without opening the app."))
@pass_cli
def demo(
    cli: Cli,
    home: Path | None,
    lang: Language | None,
    seed: int,
    cases: int,
    contacts: int | None,
    on: date | None,
    no_tui: bool,
) -> None:
    """Build the world, open the app (or wait), take the world down."""
    from broker_tui.demo.caseload import Size
    from broker_tui.demo.world import DemoError, Plan, World

    cli.lang = lang or cli.lang
    cli.on = on or cli.on
    cli.speak()
    size = Size(cases, cases * 30 if contacts is None else contacts)
    try:
        with World(Plan(home, language(), seed, size, cli.on), lambda text: click.echo(_(text), err=True)) as world:
            (world.home / LOOK).write_text(json.dumps({"language": language()}), encoding="utf-8")
            code = wait(world) if no_tui else play(world, cli)
    except DemoError as error:
        raise Failure(_(str(error))) from None
    sys.exit(code)


def wait(world: "World") -> int:
    """Say where everything is, and stay until standard input closes or Ctrl+C."""
    where = {
        "home": str(world.home),
        "passphrase_file": str(world.passphrase_file),
        "hub": world.hub_url,
        "hub_data": str(world.hub_data),
    }
    closed = threading.Event()
    threading.Thread(target=_watch_stdin, args=(closed,), daemon=True).start()
    try:
        click.echo(json.dumps(where))
        # A Ctrl+C just before a wait without end begins would only be noticed when that wait ends.
        while not closed.wait(LOOK_EVERY):
            pass
    except KeyboardInterrupt:
        return 0
    return 0


def _watch_stdin(closed: threading.Event) -> None:
    # the raw descriptor: a buffered reader would be locked at interpreter exit
    with suppress(OSError):  # it may have been closed from the start
        while os.read(0, 4096):
            pass
    closed.set()


def play(world: "World", cli: Cli) -> int:
    """Open the app on it, unlocked."""
    from broker_tui import supervisor

    argv = [*supervisor.APP, "--home", str(world.home), "--lang", language(), "--demo"]
    if cli.on:
        argv += ["--on", cli.on.isoformat()]
    return supervisor.run(argv)
