"""`broker export` and `broker open`: files that leave the vault, sealed unless somebody says why not."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from broker_tui.cli_base import (
    TEXT,
    Cli,
    Cmd,
    Failure,
    Group,
    ask_secret,
    common,
    option,
    pass_cli,
    reading,
    say,
    secret_from,
    tell,
    write_new,
)
from broker_tui.cli_read import course_of
from broker_tui.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from broker_tui.services.exporting import Done, Way

_FILE = click.Path(path_type=Path, dir_okay=False)
_WAYS = (
    option("--to", help=N_("Who shall read it: municipality, or a file with a public key.")),
    option("--seal-passphrase-file", "seal_file", type=_FILE, help=N_("File with the passphrase that shall open it.")),
    option("--plain", is_flag=True, help=N_("Leave it unsealed; --reason says why, and the audit log keeps that.")),
    option("--reason", default="", help=N_("Why it has to leave unsealed.")),
)


def sealing(command: Any) -> Any:
    """The options that say how a file leaves."""
    for add in reversed(_WAYS):
        command = add(command)
    return command


def export_way(to: str | None, seal_file: Path | None, plain: bool, reason: str, *, redacted: bool = False) -> "Way":
    from broker_tui.services.exporting import Way

    if plain and (to is not None or seal_file is not None):
        raise click.UsageError(_("--plain goes with neither --to nor --seal-passphrase-file."))
    reader = to
    if to is not None and to != "municipality":
        try:
            reader = Path(to).read_text("ascii").strip()
        except (OSError, UnicodeError):
            raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=to)) from None
    passphrase = secret_from(seal_file) if seal_file is not None else None
    if not plain and reader is None and passphrase is None:
        passphrase = ask_secret(_("Passphrase for the file"), twice=True)
    return Way(passphrase, reader, plain, reason, redacted)


def tell_done(cli: Cli, done: "Done") -> None:
    """What was written, with a warning when it is not sealed."""
    if not done.sealed:
        click.echo(
            _("This file is not sealed: whoever finds it reads it. Delete it as soon as it has done its work."),
            err=True,
        )
    if cli.as_json:
        tell({"file": str(done.path), "count": done.count, "sealed": done.sealed})
        return
    lines = ngettext("{count} row", "{count} rows", done.count).format(count=done.count)
    say(_("Written: {path}").format(path=f"{done.path} ({lines})"))


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
    write_new(out, f"{text}\n".encode())
    say(_("Written: {path}").format(path=out))


@export.command(
    "table", cls=Cmd, help=N_("A list as a file: caseload, contacts, placements, hours, companies or visits.")
)
@click.argument("what", type=click.Choice(["caseload", "contacts", "placements", "hours", "companies", "visits"]))
@click.argument("file", type=_FILE)
@option("--format", "form", type=click.Choice(["csv", "xlsx", "json"]), default="xlsx", help=N_("Kind of file inside."))
@option("--redacted", is_flag=True, help=N_("Pseudonyms for people and companies, no free text."))
@sealing
@common
@pass_cli
def table_(
    cli: Cli, what: Any, file: Path, form: Any, redacted: bool, to: str | None, seal_file: Path | None, plain: bool,
    reason: str,
) -> None:  # fmt: skip
    """A list."""
    way = export_way(to, seal_file, plain, reason, redacted=redacted)
    with cli.opened() as services:
        done = services.exporting.table(what, form, file, way)
    tell_done(cli, done)


@export.command("person", cls=Cmd, help=N_("Everything about a person, for that person or for a hand-over."))
@click.argument("reference", metavar="REF", type=TEXT)
@click.argument("file", type=_FILE)
@sealing
@common
@pass_cli
def person(
    cli: Cli, reference: str, file: Path, to: str | None, seal_file: Path | None, plain: bool, reason: str
) -> None:
    """A whole case."""
    way = export_way(to, seal_file, plain, reason)
    with cli.opened() as services:
        done = services.exporting.whole_case(services.people.resolve(reference), file, way)
    tell_done(cli, done)


@click.command(cls=Cmd, help=N_("Open a sealed export with its passphrase. It needs no caseload."))
@click.argument("file", type=_FILE)
@option("--out", type=_FILE, help=N_("Where to; the name it has inside if left out."))
@option("--seal-passphrase-file", "seal_file", type=_FILE, help=N_("File with the passphrase that shall open it."))
@common
@pass_cli
def open_(cli: Cli, file: Path, out: Path | None, seal_file: Path | None) -> None:
    """Open one."""
    from broker_tui.vault.sealing import unsealed
    from sync.parcel import MAX_FILE, ParcelRefused

    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError:
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=file)) from None
    passphrase = secret_from(seal_file) if seal_file is not None else ask_secret(_("Passphrase for the file"))
    try:
        content = unsealed(data, passphrase, cli.kdf)
    except ParcelRefused:
        raise Failure(_("{path} is no sealed export, or it is damaged.").format(path=file)) from None
    target = out if out is not None else file.with_name(Path(content.name).name or "export")
    write_new(target, content.data)
    if cli.as_json:
        tell({"file": str(target), "kind": content.kind})
    else:
        say(_("Written: {path}").format(path=target))
