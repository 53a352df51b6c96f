"""`broker audit`: who saw and changed what, what a person may be told about that, and whether the log is whole."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from broker_tui.cli_base import FOUND, TEXT, Cli, Group, common, option, pass_cli, reading, say, table, tell, write_new
from broker_tui.i18n import N_, _, audit_words, format

if TYPE_CHECKING:
    from broker_tui.domain.audit import AuditLine


@click.group(cls=Group, help=N_("The audit log of this laptop: who saw and changed what."))
@reading
def audit() -> None:
    """The log."""


@audit.command("verify", help=N_("Check that no line was changed, left out or moved. Exit code 1 when one was."))
@reading
@pass_cli
@click.pass_context
def audit_verify(ctx: click.Context, cli: Cli) -> None:
    """Check the chain."""
    with cli.opened() as services:
        found = services.trail.verify()
    if cli.as_json:
        tell({"lines": found.lines, "broken_at": found.broken_at})
    elif found.broken_at is None:
        say(_("The audit log is whole: {count} lines.").format(count=found.lines))
    else:
        say(
            _("Line {seq} does not follow from those before it: the log was changed. Tell IT.").format(
                seq=found.broken_at
            )
        )
    if found.broken_at is not None:
        ctx.exit(FOUND)


@audit.command("list", help=N_("Lines, newest first."))
@option("--person", "reference", type=TEXT, help=N_("Only about this person."))
@option("--since", type=click.DateTime(["%Y-%m-%d"]), help=N_("Only from this day on."))
@option("--limit", type=click.IntRange(1, 10_000), default=100, help=N_("How many at most."))
@option("--line", "numbers", type=click.IntRange(1), multiple=True, help=N_("Only the line of this number; repeat it."))
@reading
@pass_cli
def audit_list(cli: Cli, reference: str | None, since: datetime | None, limit: int, numbers: tuple[int, ...]) -> None:
    """Lines."""
    with cli.opened() as services:
        about = services.people.resolve(reference) if reference is not None else None
        if numbers:
            found = services.trail.numbered(set(numbers))
        else:
            found = services.trail.lines(about, since=since, limit=limit)
        names = services.trail.names(found)
    if cli.as_json:
        tell([_shape(line, names) for line in found])
        return
    _table(cli, found, names)


@audit.command(
    "person",
    help=N_("Everything the log says about a person: who saw and changed what, when. For the person who asks to know."),
)
@click.argument("reference", metavar="REF", type=TEXT)
@option("--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("The file; standard output if left out."))
@common
@pass_cli
def audit_person(cli: Cli, reference: str, out: Path | None) -> None:
    """The insight a citizen may ask for."""
    with cli.opened() as services:
        about = services.people.resolve(reference)
        found = list(services.trail.about(about))
        names = services.trail.names(found)
        services.trail.exported("audit", about, f"lines {len(found)}")
    shape = {"person": about, "lines": [_shape(line, names) for line in found]}
    if out is not None:
        write_new(out, (json.dumps(shape, ensure_ascii=False, indent=2) + "\n").encode())
        say(_("Written: {path}").format(path=out))
    elif cli.as_json:
        tell(shape)
    else:
        _table(cli, found, names)


def _shape(line: "AuditLine", names: dict[str, str]) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "at": line.at,
        "who": names.get(line.actor) or line.actor,
        "device": line.device,
        "action": line.action,
        "entity": line.entity,
        "entity_id": line.entity_id,
        "detail": line.detail,
        "purpose": line.purpose,
        "words": audit_words.action(line),
    }


def _table(cli: Cli, found: "list[AuditLine]", names: dict[str, str]) -> None:
    rows = [
        (
            format.moment(line.moment, cli.today),
            names.get(line.actor) or line.actor[:8],
            audit_words.action(line),
            audit_words.what(line),
            line.entity_id[:8],
        )
        for line in found
    ]
    table(rows, (_("When"), _("Who"), _("What was done"), _("What"), "id"))
