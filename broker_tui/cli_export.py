"""`broker export case`: a case as a facts file, without names and free text."""

import json
from pathlib import Path

import click

from broker_tui.cli_base import TEXT, Cli, Cmd, Failure, Group, option, pass_cli, reading, say
from broker_tui.cli_read import course_of
from broker_tui.i18n import N_, _


@click.group(cls=Group, help=N_("Write something to a file."))
@reading
def export() -> None:
    """Exports."""


@export.command(
    "case",
    cls=Cmd,
    help=N_(
        "What the programme engine reads of a case, as a facts file that programmes verify and import case understand. "
        "Names, notes and other free text are left out. This is noted in the audit log."
    ),
)
@click.argument("reference", metavar="REF", type=TEXT)
@option("--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("The file; standard output if left out."))
@reading
@pass_cli
def case(cli: Cli, reference: str, out: Path | None) -> None:
    """A facts file."""
    with cli.opened() as services:
        shape = services.facts_file.write(course_of(services, reference), cli.today)
    text = json.dumps(shape, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError:
        raise Failure(_("{path} cannot be written. Choose another place.").format(path=out)) from None
    say(_("Written: {path}").format(path=out))
