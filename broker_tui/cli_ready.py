"""The check before leaving the office, as a command: exit code 1 when something is to be seen to."""

import click

from broker_tui.cli_base import FOUND, OK, Cli, Cmd, pass_cli, reading, say, tell
from broker_tui.i18n import N_


@click.command(cls=Cmd, help=N_("Whether this laptop may leave the office: ok, or what to do. Exit code 1: see to it."))
@reading
@pass_cli
@click.pass_context
def ready(ctx: click.Context, cli: Cli) -> None:
    """The check before leaving."""
    from broker_tui.i18n import ready_words

    with cli.opened(connecting=True) as services:
        checks = services.ready.checks()
    well = all(check.ok for check in checks)
    if cli.as_json:
        tell(
            {
                "ready": well,
                "checks": [
                    {
                        "point": check.point,
                        "ok": check.ok,
                        "count": check.count,
                        "at": check.at,
                        "until": check.until,
                        "todo": ready_words.remedy(check) or None,
                    }
                    for check in checks
                ],
            }
        )
    else:
        for check in checks:
            todo = ready_words.remedy(check)
            said = ready_words.said(check, cli.today)
            say(f"{'ok' if check.ok else '! '}  {said}{f': {todo}' if todo else ''}")
        say(ready_words.verdict(checks))
    ctx.exit(OK if well else FOUND)
