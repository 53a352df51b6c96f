"""Commands between laptop and hub: enrol, sync, differences, and what the hub refused."""

from typing import TYPE_CHECKING, Any

import click

from broker_tui import cli_shapes as shapes
from broker_tui.cli_base import REFUSED, TEXT, Cli, Cmd, Group, common, option, pass_cli, reading, say, table, tell
from broker_tui.cli_given import report
from broker_tui.i18n import N_, _, format, ngettext, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from broker_tui.domain.views import ChangeRow


@click.command(cls=Cmd, help=N_("Join the hub at URL with the one-time CODE; - reads the code from standard input."))
@click.argument("url", metavar="URL")
@click.argument("code", metavar="CODE", type=TEXT)
@common
@pass_cli
def enrol(cli: Cli, url: str, code: str) -> None:
    """Join a hub."""
    with cli.opened(connecting=True) as services:
        state = services.sync.enrol(url, code)
        me = services.me
    if cli.as_json:
        tell({"id": me.device_id, "hub": state.hub, "staff": me.staff_id, "name": me.name, "unsent": state.unsent})
    else:
        say(_("This laptop belongs to {hub} now, as {name}.").format(hub=state.hub, name=me.name))


@click.group(cls=Group, invoke_without_command=True, help=N_("Send and fetch. sync status: what is unsent."))
@common
@click.pass_context
def sync(ctx: click.Context) -> None:
    """Sync once."""
    if ctx.invoked_subcommand is None:
        ctx.exit(_run(ctx.ensure_object(Cli)))


def _run(cli: Cli) -> int:
    """Sync, and tell the receipt however it ended. Exit code 6 when the hub refused anything."""
    from sync.errors import SyncError

    with cli.opened(connecting=True) as services:
        ended: SyncError | None = None
        try:
            receipt = services.sync.run()
            services.retention.sweep()
            services.backups.forget_erased()
        except SyncError as error:
            found = services.sync.receipts(0, 1)
            if not found or not services.me.enrolled:
                raise
            ended, receipt = error, found[0]
        refused = {row.unsent.op_id: row for row in services.sync.refused()}
    if cli.as_json:
        tell(shapes.receipt(receipt))
    else:
        say(
            _("Sent {sent}, confirmed {acknowledged}, received {received}, {unsent} unsent. Receipt {number}.").format(
                sent=receipt.sent,
                acknowledged=receipt.acknowledged,
                received=receipt.received,
                unsent=receipt.unsent,
                number=receipt.number,
            )
        )
    _tell_refused(receipt.refused, refused)
    if receipt.conflicts and not cli.as_json:
        count = receipt.conflicts
        say(ngettext("{count} difference to settle.", "{count} differences to settle.", count).format(count=count))
    if not cli.as_json:
        _tell_mended(receipt.mended, receipt.unnamed)
    if ended is not None:
        raise ended
    return REFUSED if receipt.refused else 0


def _tell_mended(mended: int, unnamed: int) -> None:
    """What the check of the whole caseload found."""
    if mended:
        said = ngettext(
            "{count} person or shared list was not as the hub has it and was fetched anew.",
            "{count} people or shared lists were not as the hub has them and were fetched anew.",
            mended,
        )
        say(said.format(count=mended))
    if unnamed:
        said = ngettext(
            "{count} record lies here that the hub does not know. It stays, and own work is sent again.",
            "{count} records lie here that the hub does not know. They stay, and own work is sent again.",
            unnamed,
        )
        say(said.format(count=unnamed))


def _tell_refused(refused: tuple[tuple[str, str], ...], rows: dict[str, Any]) -> None:
    """Name what the hub refused, a line each, on standard error."""
    from broker_tui.i18n.causes import refusal
    from broker_tui.i18n.causes import refused as told

    for op_id, code in refused:
        row = rows.get(op_id)
        kind = words.record_type(row.unsent.record_type) if row else ""
        reason = " ".join(told(row)) if row else refusal(code)
        click.echo(_("The hub refused {id} ({kind}): {reason}").format(id=op_id, kind=kind, reason=reason), err=True)


@sync.command("status", help=N_("What is unsent, and when the last sync was."))
@reading
@pass_cli
def sync_status(cli: Cli) -> None:
    """The standing fact."""
    with cli.opened(connecting=True) as services:
        state = services.sync.state()
    last = state.last_receipt
    if cli.as_json:
        tell(
            {
                "unsent": state.unsent,
                "hub": state.hub,
                "last_receipt": last.number if last else None,
                "last_sync": state.last_sync,
                "open_until": state.lease.until if state.lease else None,
            }
        )
        return
    say(ngettext("{count} change unsent", "{count} changes unsent", state.unsent).format(count=state.unsent))
    say(state.hub or _("No hub yet"))
    if state.last_sync is not None:
        say(_("Last sync {time}").format(time=format.moment(state.last_sync, cli.today)))
    if state.lease is not None:
        say(_("Cases may stay until {day}").format(day=format.dated(state.lease.until)))


@sync.command("unsent", help=N_("Every change the hub has not confirmed, in words."))
@reading
@pass_cli
def sync_unsent(cli: Cli) -> None:
    """What is unsent."""
    with cli.opened() as services:
        groups = services.sync.unsent_groups()
        found = services.sync.changes([number for group in groups for number in group.numbers])
    _tell_changes(cli, found)


@sync.command("news", help=N_("What others changed since you last looked; --seen makes it old."))
@option("--seen", is_flag=True, help=N_("From now on it counts as looked at."))
@reading
@pass_cli
def sync_news(cli: Cli, seen: bool) -> None:
    """Changes by others."""
    with cli.opened() as services:
        groups = services.news.groups()
        found = services.sync.changes([number for group in groups for number in group.numbers])
        if seen:
            services.news.seen(groups)
    _tell_changes(cli, found, others=True)


def _tell_changes(cli: Cli, found: "Sequence[ChangeRow]", *, others: bool = False) -> None:
    """Changes, a line each."""
    if cli.as_json:
        tell([shapes.change_row(row) for row in found])
        return
    from broker_tui.i18n.change_words import sentence, time_of

    by = (lambda row: (row.by or "",)) if others else (lambda row: ())
    rows = [(time_of(row.at, cli.today), *by(row), row.who or "", sentence(row, cli.today)) for row in found]
    table(rows, (_("When"), *([_("Changed by")] if others else []), _("Who"), _("What")))


@sync.command("receipts", help=N_("Receipts; TEXT is a part of a number, a day, a name or a record's id."))
@click.argument("text", metavar="TEXT", type=TEXT, default="")
@reading
@pass_cli
def sync_receipts(cli: Cli, text: str) -> None:
    """Receipts."""
    with cli.opened() as services:
        found = services.receipts.found(text)
    if cli.as_json:
        tell([shapes.kept_receipt(one) for one in found])
        return
    from broker_tui.i18n import change_words

    rows = []
    for one in found:
        covered = one.pushed.kinds if one.pushed else ()
        rows.append(
            (
                change_words.time_of(one.at, cli.today),
                one.number if one.pushed else "",
                str(one.pushed.items if one.pushed else 0),
                str(one.run.received) if one.run else "",
                ", ".join(f"{words.record_type(name)} {count}" for name, count in covered),
            )
        )
    table(rows, (_("When"), _("Receipt"), _("Sent"), _("Received"), _("What")))


@sync.command("receipt", help=N_("What the receipt NUMBER covers, in words."))
@click.argument("number", metavar="NUMBER")
@reading
@pass_cli
def sync_receipt(cli: Cli, number: str) -> None:
    """One receipt."""
    with cli.opened() as services:
        numbers = [n for group in services.receipts.groups(number) for n in group.numbers]
        found = services.sync.changes(numbers)
    _tell_changes(cli, found)


@click.group(cls=Group, invoke_without_command=True, help=N_("Differences, and settling them."))
@reading
@click.pass_context
def conflicts(ctx: click.Context) -> None:
    """Differences."""
    if ctx.invoked_subcommand is None:
        _list_conflicts(ctx.ensure_object(Cli))


@conflicts.command("list", help=N_("Two values for the same field, with who wrote which."))
@reading
@pass_cli
def conflicts_list(cli: Cli) -> None:
    """What is to be settled."""
    _list_conflicts(cli)


def _list_conflicts(cli: Cli) -> None:
    with cli.opened() as services:
        found = services.sync.differences()
    if cli.as_json:
        tell([shapes.difference(one) for one in found])
        return
    rows = []
    for one in found:
        for name in one.fields:
            values = (shapes.fields(side).get(name) for side in (one.mine, one.theirs, one.before))
            sides = (words.value(one.record_type, name, value) for value in values)
            rows.append((words.record_type(one.record_type), one.who or "", words.field(name), *sides, one.conflict_id))
    table(rows, (_("Kind"), _("Who"), _("Field"), _("Mine"), _("Theirs"), _("Before"), "id"))


@conflicts.command("settle", help=N_("Choose mine, theirs, before, or (for text) both for difference ID."))
@click.argument("conflict_id", metavar="ID")
@click.argument("choice", type=click.Choice(["mine", "theirs", "before", "both"]))
@common
@pass_cli
def conflicts_settle(cli: Cli, conflict_id: str, choice: Any) -> None:
    """Settle one."""
    with cli.opened() as services:
        report(cli, services, services.sync.settle(conflict_id, choice))


@click.group(cls=Group, invoke_without_command=True, help=N_("What the hub refused."))
@reading
@click.pass_context
def quarantine(ctx: click.Context) -> None:
    """Refused changes."""
    if ctx.invoked_subcommand is None:
        _list_refused(ctx.ensure_object(Cli))


@quarantine.command("list", help=N_("Refused changes, with the reason."))
@reading
@pass_cli
def quarantine_list(cli: Cli) -> None:
    """What was refused."""
    _list_refused(cli)


def _list_refused(cli: Cli) -> None:
    with cli.opened() as services:
        found = services.sync.refused()
    if cli.as_json:
        tell([shapes.refused_row(row) for row in found])
        return
    from broker_tui.i18n.causes import refused as told

    table(
        [
            (
                format.moment(row.unsent.at, cli.today),
                words.record_type(row.unsent.record_type),
                row.unsent.who or "",
                " ".join(told(row)),
                row.unsent.op_id,
            )
            for row in found
        ],
        (_("When"), _("Kind"), _("Who"), _("Reason"), "id"),
    )


@quarantine.command("retry", help=N_("Send the refused change ID again, with what was corrected since."))
@click.argument("op_id", metavar="ID")
@common
@pass_cli
def quarantine_retry(cli: Cli, op_id: str) -> None:
    """Once more."""
    with cli.opened() as services:
        services.sync.retry_refused(op_id)
    tell({"id": op_id}) if cli.as_json else say(_("It goes out with the next sync."))


@quarantine.command("discard", help=N_("Give the refused change ID up; the hub's word stands again."))
@click.argument("op_id", metavar="ID")
@option("--yes", is_flag=True, help=N_("Do not ask."))
@common
@pass_cli
def quarantine_discard(cli: Cli, op_id: str, yes: bool) -> None:
    """Give it up."""
    if not yes:
        click.confirm(_("Give this change up for good?"), abort=True, err=True)
    with cli.opened() as services:
        services.sync.discard_refused(op_id)
    tell({"id": op_id}) if cli.as_json else say(_("The change is given up."))
