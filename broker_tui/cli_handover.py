"""`broker handover` and `broker substitute`: cases that go to a colleague, what arrives afterwards, who stands in."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from broker_tui.cli_base import (
    TEXT,
    Cli,
    Cmd,
    Group,
    common,
    joined,
    option,
    pass_cli,
    read_stdin,
    reading,
    table,
    tell,
)
from broker_tui.cli_export import export_way, sealing, tell_done
from broker_tui.cli_given import report
from broker_tui.cli_read import case_of
from broker_tui.domain.dates import parse_day
from broker_tui.domain.views import NotFound, Saved
from broker_tui.i18n import N_, _, format, words

if TYPE_CHECKING:
    from broker_tui.services import Services

_FILE = click.Path(path_type=Path, dir_okay=False)
_REASON = option("--reason", help=N_("Why; - reads it from standard input."))


@click.group(
    cls=Group,
    invoke_without_command=True,
    help=N_("Cases that go from one colleague to another: offers, answers, and what arrives afterwards."),
)
@reading
@click.pass_context
def handover(ctx: click.Context) -> None:
    """Offers."""
    if ctx.invoked_subcommand is None:
        _list(ctx.ensure_object(Cli))


@handover.command("list", help=N_("What you are asked, what you asked, and what came of it lately."))
@reading
@pass_cli
def handover_list(cli: Cli) -> None:
    """Offers."""
    _list(cli)


def _list(cli: Cli) -> None:
    with cli.opened() as services:
        found = services.handovers.offers()
    if cli.as_json:
        tell(
            [
                {
                    **{"id": one.id, "citizen_id": one.citizen_id, "who": one.who, "colleague": one.other},
                    **{"incoming": one.incoming, "offered_on": one.offered_on, "text": one.text, "state": one.state},
                    **{"answered_on": one.answered_on, "answer": one.answer, "unsent": one.waits},
                }
                for one in found
            ]
        )
        return
    rows = [
        (
            format.short_date(one.answered_on or one.offered_on),
            _("from {name}").format(name=one.other) if one.incoming else _("to {name}").format(name=one.other),
            one.who,
            words.label("handover_state", one.state),
            joined((one.text, one.answer)),
            one.id,
        )
        for one in found
    ]
    table(rows, (_("When"), _("Colleague"), _("Who"), _("State"), _("Text"), "id"))


@handover.command("offer", help=N_("Offer the case of REF to a colleague, who accepts or declines."))
@click.argument("reference", metavar="REF", type=TEXT)
@option("--to", required=True, type=TEXT, help=N_("The colleague: name or id."))
@option("--text", help=N_("What the colleague should know before saying yes; - reads it from standard input."))
@option("--who", help=N_("What the citizen is called in the offer; the name if left out."))
@common
@pass_cli
def handover_offer(cli: Cli, reference: str, to: str, text: str | None, who: str | None) -> None:
    """Ask a colleague."""
    text = _typed(cli, text)
    with cli.opened() as services:
        saved = services.handovers.offer(case_of(services, reference), colleague(services, to), text, who)
        report(cli, services, saved)


@handover.command("accept", help=N_("Take over the case of offer REF (id or name); it comes with the next sync."))
@click.argument("reference", metavar="REF", type=TEXT)
@common
@pass_cli
def handover_accept(cli: Cli, reference: str) -> None:
    """Say yes."""
    with cli.opened() as services:
        report(cli, services, services.handovers.accept(services.handovers.resolve(reference)))


@handover.command("decline", help=N_("Say no to offer REF; the case stays where it is."))
@click.argument("reference", metavar="REF", type=TEXT)
@_REASON
@common
@pass_cli
def handover_decline(cli: Cli, reference: str, reason: str | None) -> None:
    """Say no."""
    reason = _typed(cli, reason)
    with cli.opened() as services:
        report(cli, services, services.handovers.decline(services.handovers.resolve(reference), reason))


@handover.command("withdraw", help=N_("Take your own offer REF back."))
@click.argument("reference", metavar="REF", type=TEXT)
@_REASON
@common
@pass_cli
def handover_withdraw(cli: Cli, reference: str, reason: str | None) -> None:
    """Take it back."""
    reason = _typed(cli, reason)
    with cli.opened() as services:
        report(cli, services, services.handovers.withdraw(services.handovers.resolve(reference), reason))


@handover.command("pack", help=N_("One page about REF before the first meeting; with --out as a sealed file."))
@click.argument("reference", metavar="REF", type=TEXT)
@option("--out", type=_FILE, help=N_("The file; the screen if left out."))
@sealing
@reading
@pass_cli
def handover_pack(
    cli: Cli, reference: str, out: Path | None, to: str | None, seal_file: Path | None, plain: bool, reason: str
) -> None:
    """The pack."""
    from broker_tui.i18n import pack_words

    way = export_way(to, seal_file, plain, reason) if out is not None else None
    with cli.opened() as services:
        citizen_id, today = case_of(services, reference), cli.today
        page = services.handovers.pack(citizen_id)
        text = pack_words.plain(page, today)
        if out is None or way is None:
            services.trail.opened(citizen_id)
        else:
            done = services.exporting.handover_pack(citizen_id, text, out, way)
    if out is not None:
        tell_done(cli, done)
    elif cli.as_json:
        found = pack_words.sections(page, today)
        tell([{"title": one.title, "lines": [[part.label, part.text] for part in one.parts]} for one in found])
    else:
        click.echo(text, nl=False)


@handover.command("box", help=N_("What colleagues sent after a case had come to you."))
@reading
@pass_cli
def handover_box(cli: Cli) -> None:
    """The hand-over box."""
    from broker_tui.i18n import late_words
    from broker_tui.i18n.change_words import time_of

    with cli.opened() as services:
        found = services.handovers.box()
    if cli.as_json:
        tell(
            [
                {
                    **{"id": one.difference.conflict_id, "record_type": one.difference.record_type},
                    **{"record_id": one.difference.record_id, "citizen_id": one.difference.citizen_id},
                    **{"kind": one.kind, "by": one.difference.theirs_by, "at": one.difference.theirs_at},
                    **{"sent": one.difference.theirs, "now": one.difference.mine, "record": dict(one.doc)},
                }
                for one in found
            ]
        )
        return
    rows = [
        (
            time_of(one.difference.theirs_at, cli.today) if one.difference.theirs_at else "",
            one.difference.theirs_by or "",
            one.difference.who or "",
            late_words.sentence(one),
            one.difference.conflict_id,
        )
        for one in found
    ]
    table(rows, (_("When"), _("Colleague"), _("Who"), _("What"), "id"))


@handover.command("take-in", help=N_("Let ID from the box be as the colleague wanted it."))
@click.argument("item", metavar="ID")
@common
@pass_cli
def handover_take_in(cli: Cli, item: str) -> None:
    """Take it in."""
    with cli.opened() as services:
        report(cli, services, services.handovers.take_in(item))


@handover.command("put-away", help=N_("Leave everything as it is; ID stays in the history."))
@click.argument("item", metavar="ID")
@common
@pass_cli
def handover_put_away(cli: Cli, item: str) -> None:
    """Put it away."""
    with cli.opened() as services:
        report(cli, services, services.handovers.put_away(item))


@click.command(
    cls=Cmd,
    help=N_(
        "Name COLLEAGUE as substitute from one day to another, for all your cases or those named with --citizen. "
        "Without COLLEAGUE it lists who stands in."
    ),
)
@click.argument("who", metavar="COLLEAGUE", type=TEXT, default="")
@option("--from", "start", help=N_("First day; today if left out."))
@option("--until", "end", help=N_("Last day."))
@option("--citizen", "citizens", multiple=True, help=N_("Only for this person; may be given several times."))
@common
@pass_cli
def substitute(cli: Cli, who: str, start: str | None, end: str | None, citizens: tuple[str, ...]) -> None:
    """Who stands in."""
    if not who:
        _stand_in(cli)
        return
    if end is None:
        raise click.UsageError(_("Say until when with --until."))
    first = parse_day(start, cli.today, "future") if start else cli.today
    last = parse_day(end, cli.today, "future")
    with cli.opened() as services:
        chosen = [case_of(services, one) for one in citizens] or None
        saved: Saved = services.handovers.stand_in(colleague(services, who), first, last, chosen)
        report(cli, services, saved)


def _stand_in(cli: Cli) -> None:
    with cli.opened() as services:
        found = services.handovers.substitutes()
    if cli.as_json:
        tell(
            [
                {
                    **{"id": entry.id, "staff_id": entry.record.staff_id, "colleague": name, "who": citizen},
                    **{"citizen_id": entry.record.citizen_id, "start": entry.record.start, "end": entry.record.end},
                }
                for entry, name, citizen in found
            ]
        )
        return
    rows: list[tuple[str, ...]] = [
        (
            format.dated(entry.record.start),
            format.dated(entry.record.end) if entry.record.end else "",
            name,
            citizen,
            entry.id,
        )
        for entry, name, citizen in found
    ]
    table(rows, (_("From"), _("Until"), _("Colleague"), _("Who"), "id"))


def colleague(services: "Services", text: str) -> str:
    """The id of a colleague by id or name.

    Raises:
        NotFound: nobody, or several.
    """
    people: dict[str, Any] = services.people.colleagues()
    wanted = " ".join(text.split()).casefold()
    found = [one for one, name in people.items() if wanted in (one, name.casefold())]
    if len(found) != 1:
        raise NotFound("staff", tuple(found))
    return found[0]


def _typed(cli: Cli, text: str | None) -> str | None:
    if text != "-":
        return text
    cli.stdin_used = True
    return read_stdin()
