"""Commands with which people speak about rules: confirm a step, explain, waive, settle, snooze, and record any fact."""

import json
from datetime import date
from typing import Any

import click

from broker_tui.cli_base import DATE, TEXT, Cli, Cmd, Failure, common, option, pass_cli, read_stdin
from broker_tui.cli_given import report
from broker_tui.cli_read import course_of
from broker_tui.i18n import N_, _

_KEY = option("--key", default="", help=N_("Which one of several obligations of the rule: what stands after its @."))
_REASON = option("--reason", required=True, help=N_("Why; - reads it from standard input."))


@click.command(cls=Cmd, help=N_("Confirm the step of a person's course with your name."))
@click.argument("reference", metavar="REF", type=TEXT)
@click.argument("step", type=TEXT, required=False)
@option("--date", "on", type=DATE, help=N_("The day; today if left out."))
@option("--name", help=N_("Who confirms; you if left out."))
@common
@pass_cli
def confirm(cli: Cli, reference: str, step: str | None, on: date | None, name: str | None) -> None:
    """Confirm a step."""
    with cli.opened() as services:
        case_id = course_of(services, reference)
        proposed = services.programmes.standing(case_id, cli.today).evaluation.step
        report(cli, services, services.statements.confirm_step(case_id, step or proposed, on or cli.today, name))


@click.command(cls=Cmd, help=N_("Explain a recommended rule until a day, at most four weeks ahead."))
@click.argument("reference", metavar="REF", type=TEXT)
@click.argument("rule", type=TEXT)
@_REASON
@option("--until", type=DATE, required=True, help=N_("The last day the explanation holds."))
@_KEY
@common
@pass_cli
def explain(cli: Cli, reference: str, rule: str, reason: str, until: date, key: str) -> None:
    """Explain."""
    with cli.opened() as services:
        case_id = course_of(services, reference)
        report(cli, services, services.statements.explain_away(case_id, rule, reason, until, key))


@click.command(
    cls=Cmd, help=N_("A leader, caseworker or outreach consultant waives a rule; it counts as waived, not as met.")
)
@click.argument("reference", metavar="REF", type=TEXT)
@click.argument("rule", type=TEXT)
@_REASON
@option("--name", required=True, help=N_("Who waives."))
@option("--role", required=True, help=N_("lead, caseworker or outreach_consultant."))
@option("--until", type=DATE, help=N_("The last day the waiver holds."))
@_KEY
@common
@pass_cli
def waive(cli: Cli, reference: str, rule: str, reason: str, name: str, role: str, until: date | None, key: str) -> None:
    """Waive."""
    with cli.opened() as services:
        case_id = course_of(services, reference)
        report(cli, services, services.statements.waive(case_id, rule, reason, name, role, until, key))


@click.command(
    cls=Cmd,
    help=N_("Say of a rule whose clock ran before this program knew the case that it was met, or that it is open."),
)
@click.argument("reference", metavar="REF", type=TEXT)
@click.argument("rule", type=TEXT)
@click.argument("state", type=click.Choice(["met", "open"]))
@option("--date", "on", type=DATE, help=N_("The day; today if left out."))
@_KEY
@common
@pass_cli
def settle(cli: Cli, reference: str, rule: str, state: str, on: date | None, key: str) -> None:
    """Settle."""
    with cli.opened() as services:
        case_id = course_of(services, reference)
        report(cli, services, services.statements.settle(case_id, rule, state, on or cli.today, key))


@click.command(cls=Cmd, help=N_("Leave an item of Today aside until a day; ITEM is its id."))
@click.argument("item", type=TEXT)
@option("--until", type=DATE, required=True, help=N_("The day it comes back."))
@_REASON
@common
@pass_cli
def snooze(cli: Cli, item: str, until: date, reason: str) -> None:
    """Snooze."""
    with cli.opened() as services:
        found = next((one for one in services.today.items(cli.today, snoozed=True) if one.id == item), None)
        if found is None or found.case_id is None:
            raise Failure(
                _(
                    "No item of Today about a person's course has this id. See: broker today --json. A memo is moved "
                    "with reschedule."
                )
            )
        report(cli, services, services.statements.snooze(found.case_id, item, until, reason))


def fact_values(texts: tuple[str, ...], source: str | None, cli: Cli) -> dict[str, Any]:
    """FIELD=VALUE pairs and a JSON object as the values of a fact; numbers, yes/no and lists by their JSON form."""
    values: dict[str, Any] = {}
    if source is not None:
        from broker_tui.cli_given import from_json

        values |= from_json(cli, source)
    for text in texts:
        name, sign, raw = text.partition("=")
        if not sign:
            raise Failure(_("{text}: write FIELD=VALUE.").format(text=text))
        value = read_stdin() if raw == "-" else raw
        try:
            values[name.strip()] = json.loads(value)
        except ValueError:
            values[name.strip()] = value
    return values


@click.command(
    "fact",
    cls=Cmd,
    help=N_(
        "Any fact of a programme's vocabulary: KIND with fields, for instance cv, decision, registration. The kinds: "
        "broker programmes show ID --facts."
    ),
)
@click.argument("kind", type=TEXT)
@option("--citizen", help=N_("Person or course; without one the fact is about the local project or a team."))
@option("--programme", help=N_("The programme, when no person is named."))
@option("--team", help=N_("The course team, when no person is named."))
@option("--date", "on", type=DATE, help=N_("The day; today if left out."))
@option("--until", type=DATE, help=N_("The last day, for what holds for a time."))
@option("--set", "sets", multiple=True, help=N_("FIELD=VALUE; a value of - is read from standard input."))
@option("--from-json", "source", type=str, help=N_("A JSON object with the fields; - for standard input."))
@option("--replaces", help=N_("Id of the fact this one corrects."))
@common
@pass_cli
def fact(
    cli: Cli,
    /,
    kind: str,
    citizen: str | None,
    on: date | None,
    sets: tuple[str, ...],
    source: str | None,
    **more: Any,
) -> None:
    """A fact."""
    with cli.opened() as services:
        case_id = course_of(services, citizen) if citizen is not None else None
        values = fact_values(sets, source, cli)
        report(cli, services, services.statements.add_fact(case_id, kind, on or cli.today, values, **more))
