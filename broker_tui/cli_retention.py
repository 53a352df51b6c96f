"""`broker retention`: whose closed cases leave this laptop, who has left, and fetching somebody back."""

import click

from broker_tui.cli_base import Cli, Failure, Group, common, option, pass_cli, reading, say, table, tell
from broker_tui.i18n import N_, _, format, ngettext


@click.group(
    cls=Group,
    invoke_without_command=True,
    help=N_("Who leaves this laptop and when: closed cases stay some days, and the hub keeps the record."),
)
@reading
@click.pass_context
def retention(ctx: click.Context) -> None:
    """Who leaves."""
    if ctx.invoked_subcommand is None:
        _list(ctx.ensure_object(Cli))


@retention.command("list", help=N_("Whose closed cases leave this laptop, when, and what keeps them."))
@reading
@pass_cli
def retention_list(cli: Cli) -> None:
    """Who leaves."""
    _list(cli)


def _list(cli: Cli) -> None:
    from broker_tui.i18n.leaving_words import HELD

    with cli.opened() as services:
        found, days, enrolled = services.retention.leaving(), services.retention.days, services.me.enrolled
    if cli.as_json:
        people = [
            {"id": p.citizen_id, "name": p.name, "closed_on": p.closed_on, "leaves_on": p.on, "held": list(p.held)}
            for p in found
        ]
        tell({"days": days, "people": people})
        return
    if not enrolled:
        say(_("Nobody leaves: this laptop has no hub yet and holds the only copy."))
        return
    say(ngettext("closed cases stay {count} day", "closed cases stay {count} days", days).format(count=days))
    rows = [(format.short_date(p.on), p.name, ", ".join(_(HELD[name]) for name in p.held), p.citizen_id) for p in found]
    table(rows, (_("Leaves"), _("Who"), _("Stays for"), "id"))


@retention.command("gone", help=N_("Who has left this laptop. Only ids are kept."))
@reading
@pass_cli
def retention_gone(cli: Cli) -> None:
    """Who has left."""
    from broker_tui.i18n.leaving_words import WHY

    with cli.opened() as services:
        found = services.retention.departures(0, 10_000)
    if cli.as_json:
        tell([{"id": one.citizen_id, "at": one.at, "why": one.why} for one in found])
        return
    table(
        [(format.moment(one.at, cli.today), _(WHY.get(one.why, one.why)), one.citizen_id) for one in found],
        (_("When"), _("Why"), "id"),
    )


@retention.command("days", help=N_("Keep closed cases for N days."))
@click.argument("days", metavar="N", type=int)
@common
@pass_cli
def retention_days(cli: Cli, days: int) -> None:
    """Set the term."""
    with cli.opened() as services:
        services.retention.set_days(days)
    tell({"days": days}) if cli.as_json else say(_("Kept. It holds from the next sync."))


@retention.command("fetch", help=N_("Have person ID, or with --all everybody whose case closed, come back."))
@click.argument("citizen_id", metavar="ID", required=False)
@option("--all", "everybody", is_flag=True, help=N_("Everybody."))
@common
@pass_cli
def retention_fetch(cli: Cli, citizen_id: str | None, everybody: bool) -> None:
    """Call somebody back."""
    if (citizen_id is None) is not everybody:
        raise click.UsageError(_("Give an id, or --all."))
    with cli.opened() as services:
        count = services.retention.call_back(citizen_id)
    if citizen_id is not None and not count:
        raise Failure(_("Nobody with this id has left. broker retention gone lists who has."))
    if cli.as_json:
        tell({"count": count})
    else:
        say(
            ngettext(
                "{count} person comes back with the next sync.", "{count} people come back with the next sync.", count
            ).format(count=count)
        )
