"""The broker's own laptops by command: the list, and reporting one lost."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from broker_tui.cli_base import INVALID, Cli, Failure, Group, common, option, pass_cli, table, tell
from broker_tui.i18n import N_, _, format

if TYPE_CHECKING:
    from broker_tui.services.devices import OwnLaptop


@click.group(cls=Group, invoke_without_command=True, help=N_("Your laptops as the hub knows them."))
@common
@click.pass_context
def devices(ctx: click.Context) -> None:
    """The list."""
    if ctx.invoked_subcommand is None:
        cli = ctx.ensure_object(Cli)
        with cli.opened(connecting=True) as services:
            found = services.devices.all()
        _told(cli, found)


@devices.command(
    "lost", help=N_("Report your laptop ID (or its beginning, or its name) lost; only IT lets it in again.")
)
@click.argument("device", metavar="ID")
@option("--yes", is_flag=True, help=N_("Do not ask."))
@common
@pass_cli
def devices_lost(cli: Cli, device: str, yes: bool) -> None:
    """One is lost."""
    with cli.opened(connecting=True) as services:
        named = [one for one in services.devices.all() if one.id.startswith(device) or one.name == device]
        if len(named) != 1:
            raise Failure(_("Not one laptop of yours is called so. See the list with: broker devices"), INVALID)
        if named[0].this:
            raise Failure(_("This is the laptop you are at. Report it from another one, or tell IT."), INVALID)
        if not yes:
            click.confirm(_("Report it lost? Only IT lets it in again."), abort=True, err=True)
        found = services.devices.report_lost(named[0].id)
    _told(cli, found)


def _told(cli: Cli, found: "Sequence[OwnLaptop]") -> None:
    if cli.as_json:
        tell(
            [
                {
                    "id": one.id,
                    "name": one.name,
                    "enrolled": one.enrolled,
                    "last_sync": one.last_sync,
                    "shut_out": one.shut_out,
                    "this": one.this,
                }
                for one in found
            ]
        )
        return

    rows = [
        (
            one.id,
            one.name,
            format.moment(one.enrolled, cli.today) if one.enrolled else "",
            format.moment(one.last_sync, cli.today) if one.last_sync else "",
            _("shut out") if one.shut_out else _("this laptop") if one.this else "",
        )
        for one in found
    ]
    table(rows, ("id", _("Laptop"), _("Joined"), _("Last sync"), ""))
