"""How a command of `broker add` is made, and the flags and days that several of them share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from broker_tui.cli_base import Cli, Group, common, option, pass_cli
from broker_tui.cli_given import Given, offered, report
from broker_tui.domain.views import FieldError, InvalidInput, Saved
from broker_tui.i18n import N_

if TYPE_CHECKING:
    from broker_tui.services import Services

Save = Callable[["Services", Given], Saved]


@click.group(cls=Group, help=N_("A new record. Every text also takes - for standard input."))
@common
def add() -> None:
    """New records."""


def flag(name: str, help_text: str, **more: Any) -> Any:
    """An option whose parameter is the field `name`."""
    return option(f"--{name.replace('_', '-')}", name, help=help_text, **more)


def command(name: str, help_text: str, *options: Any) -> Callable[[Save], Save]:
    """Make `broker add NAME` of a function that saves."""

    def decorate(save: Save) -> Save:
        def run(cli: Cli, /, source: str | None, **flags: Any) -> None:
            with cli.opened() as services:
                given = Given(cli, services, flags, source)
                try:
                    saved = save(services, given)
                except InvalidInput as error:
                    kind = name.replace("-", "_")
                    raise InvalidInput(tuple(offered(fault, kind) for fault in error.errors)) from None
                report(cli, services, saved)

        decorated: Any = pass_cli(run)
        decorated = common(
            option("--from-json", "source", type=str, help=N_("A JSON object with the fields; - for standard input."))(
                decorated
            )
        )
        for each in reversed(options):
            decorated = each(decorated)
        add.command(name, help=help_text)(decorated)
        return save

    return decorate


CITIZEN = flag("citizen", N_("The person: id, CPR or local number, or name."))
COMPANY = flag("company", N_("The company: id, CVR number, P-number or name."))
NOTE = flag("note", N_("Note."))
DATE_HELP = N_("Day, as people write it: 2026-11-24, 24/11, fri, yesterday.")


def about(given: Given) -> str:
    """The person a record is about."""
    given.resolve(given.values)
    citizen_id = given.take("citizen_id")
    if citizen_id is None:
        given.faults.append(FieldError("citizen", "required"))
    return citizen_id or ""


def day(given: Given, name: str) -> Any:
    """A day that is no field of the record itself."""
    from broker_tui.domain.dates import DateFault, parse_day

    text = given.take(name)
    if text is None:
        return None
    try:
        return parse_day(str(text), given.today, "past")
    except DateFault as fault:
        given.faults.append(FieldError(name, fault.code))
        return None


def when(given: Given) -> None:
    """`date` as day and time of what happened; now when nothing was said."""
    from broker_tui.domain.dates import DateFault, parse

    text = given.take("date")
    if text is None:
        if "occurred_on" not in given.values:
            given.default(occurred_on=given.today.isoformat(), occurred_at=given.now.isoformat(timespec="minutes"))
        return
    try:
        told = parse(str(text), given.now, "past")
    except DateFault as fault:
        given.faults.append(FieldError("date", fault.code))
        given.default(occurred_on=given.today.isoformat())
        return
    given.values["occurred_on"] = told.day.isoformat()
    moment = told.moment(given.now)
    if moment is not None:
        given.values["occurred_at"] = moment.isoformat(timespec="minutes")
