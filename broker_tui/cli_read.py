"""Commands that read: today, list, show, find, log."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from broker_tui import cli_shapes as shapes
from broker_tui.cli_base import TEXT, Cli, Cmd, Group, joined, option, pass_cli, reading, say, table, tell
from broker_tui.i18n import N_, _, format, words

if TYPE_CHECKING:
    from datetime import date

    from broker_tui.services import Services

_LIMIT = option("--limit", type=click.IntRange(1, 100_000), default=1000, help=N_("How many at most."))
_OFFSET = option("--offset", type=click.IntRange(0), default=0, help=N_("How many to leave out first."))
_REVEAL = option("--reveal", is_flag=True, help=N_("Show the whole CPR number; this is noted in the audit log."))


def _day(day: "date | None") -> str:
    return format.short_date(day) if day else ""


def course_of(services: "Services", reference: str) -> str:
    """The open course a person or course reference means.

    Raises:
        NotFound: nobody, several, or a person without any course.
    """
    from broker_tui.domain.views import NotFound

    stored = services.store.get("case", reference)
    if stored is not None and not stored.deleted:
        return str(stored.id)
    card = services.people.card(case_of(services, reference), services.clock.today())
    if card.current_case is None:
        raise NotFound("case")
    return str(card.current_case.id)


def case_of(services: "Services", reference: str) -> str:
    """The person a reference means: their own id or number or name, or the id of one of their courses.

    Raises:
        NotFound: nobody, or several.
    """
    stored = services.store.get("case", reference)
    return stored.doc["citizen_id"] if stored is not None else services.people.resolve(reference)


@click.command(
    cls=Cmd,
    help=N_("What is due: what the programmes ask, agreed follow-ups, promises, memos and consents that run out."),
)
@option("--area", help=N_("Only this area."))
@reading
@pass_cli
def today(cli: Cli, area: str | None) -> None:
    """The list of the day."""
    with cli.opened() as services:
        items = services.today.items(cli.today, area=area)
    if cli.as_json:
        tell({"on": cli.today, "items": [shapes.today_item(item) for item in items]})
        return
    say(format.full_date(cli.today))
    table(
        [
            (
                words.label("due_state", item.state),
                _day(item.due),
                format.clock(item.at) if item.at else "",
                item.citizen_name or item.company_name or "",
                joined((words.badge(item.programme), words.step(item.programme, item.step)), " "),
                words.what(item),
                item.id,
            )
            for item in items
        ],
        (_("State"), _("Date"), _("Time"), _("Who"), _("Programme"), _("What"), "id"),
    )


@click.group("list", cls=Group, help=N_("Cases, people, companies, contacts or drafts."))
@reading
def list_() -> None:
    """Lists."""


def _cases(status: str, programme: str | None) -> Any:
    @option("--status", type=click.Choice(["open", "closed", "all", "none"]), default=status, help=N_("Which courses."))
    @option("--programme", default=programme, help=N_("Only this programme."))
    @option("--area", help=N_("Only this area."))
    @option(
        "--sort",
        type=click.Choice(["name", "programme", "last_contact", "next_due", "hours", "area", "start"]),
        default="name",
        help=N_("Order."),
    )
    @option("--descending", is_flag=True, help=N_("The other way round."))
    @option("--no-contact-since", "since", help=N_("Only those without a contact since this day."))
    @_LIMIT
    @_OFFSET
    @reading
    @pass_cli
    def command(cli: Cli, /, limit: int, offset: int, since: str | None, **which: Any) -> None:
        from broker_tui.domain.dates import parse_day

        with cli.opened() as services:
            rows = services.people.rows(
                today=cli.today,
                offset=offset,
                limit=limit,
                no_contact_since=parse_day(since, cli.today, "past") if since else None,
                **which,
            )
        if cli.as_json:
            tell([shapes.case_row(row) for row in rows])
            return
        table(
            [
                (
                    row.name,
                    row.area or "",
                    joined((words.badge(row.programme), words.step(row.programme, row.step)), " "),
                    _day(row.last_contact),
                    _day(row.next_due),
                    format.hours(row.minutes_per_week) if row.minutes_per_week is not None else "",
                    row.citizen_id,
                )
                for row in rows
            ],
            (_("Name"), _("Area"), _("Programme"), _("Last contact"), _("Next"), _("Hours per week"), "id"),
        )

    return command


list_.command("cases", help=N_("People with an open course."))(_cases("open", None))
list_.command("people", help=N_("Everybody, with or without a course."))(_cases("all", None))


@list_.command(help=N_("Companies."))
@option("--stage", help=N_("Only this stage."))
@option("--sort", type=click.Choice(["name", "stage", "area", "last_visit"]), default="name", help=N_("Order."))
@_LIMIT
@_OFFSET
@reading
@pass_cli
def companies(cli: Cli, stage: str | None, sort: str, limit: int, offset: int) -> None:
    """Companies."""
    with cli.opened() as services:
        rows = services.companies.rows(stage=stage, sort=sort, offset=offset, limit=limit, today=cli.today)
    if cli.as_json:
        tell([shapes.company_row(row) for row in rows])
        return
    table(
        [
            (
                row.name,
                row.cvr or "",
                row.area or "",
                words.label("company_stage", row.stage),
                _day(row.last_visit),
                str(row.placed or ""),
                row.company_id,
            )
            for row in rows
        ],
        (_("Name"), _("CVR number"), _("Area"), _("Stage"), _("Last visit"), _("Placed"), "id"),
    )


@list_.command(help=N_("Contacts, newest first: of one person, of everybody, or with walk-ins."))
@option("--citizen", help=N_("Only this person."))
@option("--walk-ins", is_flag=True, help=N_("Only people who are on no caseload."))
@option("--replaced", is_flag=True, help=N_("Also those that were corrected."))
@_LIMIT
@_OFFSET
@reading
@pass_cli
def contacts(cli: Cli, citizen: str | None, walk_ins: bool, replaced: bool, limit: int, offset: int) -> None:
    """Contacts."""
    with cli.opened() as services:
        if citizen is not None:
            rows = services.people.contacts(case_of(services, citizen), offset, limit, replaced)
        elif walk_ins:
            rows = services.contacts.walk_ins(offset, limit)
        else:
            rows = services.contacts.recent(offset, limit)
    if cli.as_json:
        tell([shapes.contact_row(row) for row in rows])
        return
    _contact_table(rows)


def _contact_table(rows: Sequence[Any]) -> None:
    table(
        [
            (
                format.dated(row.entry.record.occurred_on),
                words.label("contact_kind", row.entry.record.kind),
                words.label("outcome", row.entry.record.outcome),
                row.staff_name or "",
                row.entry.record.walk_in_name or row.company_name or "",
                row.entry.record.note or "",
                row.entry.id,
            )
            for row in rows
        ],
        (_("Date"), _("Kind"), _("Outcome"), _("Colleague"), _("Who"), _("Note"), "id"),
    )


@list_.command(help=N_("Forms that were begun and not saved."))
@reading
@pass_cli
def drafts(cli: Cli) -> None:
    """Drafts."""
    with cli.opened() as services:
        found = services.drafts.all()
    if cli.as_json:
        tell([shapes.draft(draft) for draft in found])
        return
    table(
        [
            (format.moment(draft.saved_at, cli.today), words.label("record_type", draft.form), draft.key)
            for draft in found
        ],
        (_("Saved"), _("Form"), "id"),
    )


@click.group(cls=Group, help=N_("One case, company or contact."))
@reading
def show() -> None:
    """Cards."""


@show.command("case", help=N_("Everything about one person. REF: id, CPR or local number, or name."))
@click.argument("reference", metavar="REF", type=TEXT)
@_REVEAL
@reading
@pass_cli
def show_case(cli: Cli, reference: str, reveal: bool) -> None:
    """One person."""
    with cli.opened() as services:
        card = services.people.card(case_of(services, reference), cli.today)
        newest = services.people.contacts(card.citizen.id, limit=20)
        if reveal:
            services.trail.revealed("citizen", card.citizen.id, "cpr")
        services.trail.opened(card.citizen.id)
        case = card.current_case
        standing = services.programmes.standing(case.id, cli.today) if case is not None else None
    shape = shapes.case_card(card, cli.today, reveal=reveal)
    if standing is not None:
        from broker_tui import programme_shapes

        shape |= programme_shapes.evaluation(standing.evaluation)
    shape["contacts"] = [shapes.contact_row(row) for row in newest]
    if cli.as_json:
        tell(shape)
        return
    name = [card.citizen.record.name, shape["citizen"].get("cpr", "")]
    if case is not None:
        name.append(
            joined((words.badge(case.record.programme), words.step(case.record.programme, case.record.step)), " ")
        )
    say(joined(name, "  "))
    _record("citizen", {k: v for k, v in shape["citizen"].items() if k not in ("id", "name", "cpr", "unsent")})
    if standing is not None:
        _programme(shape)
    for heading, type_name, key in (
        (_("Goals"), "goal", "goals"),
        (_("Plan"), "follow_up", "follow_ups"),
        (_("Promises"), "promise", "promises"),
        (_("Placements"), "placement", "placements"),
        (_("Hours"), "hours", "hours"),
        (_("Consents"), "consent", "consents"),
        (_("Memos"), "memo", "memos"),
    ):
        _records(heading, type_name, shape[key])
    say("\n" + _("Contacts"))
    _contact_table(newest)


def _programme(shape: dict[str, Any]) -> None:
    """Step, what is missing to leave it, and what is owed."""
    since = f" ({_day(shape['since'])})" if shape["since"] else ""
    say("\n" + _("Step: {step}{since}").format(step=shape["step_text"], since=since))
    for rule in shape["missing"]:
        from broker_tui.i18n import programme_words

        told = _(" or ").join(programme_words.demand(part) for part in rule.split("|"))
        say("  " + _("missing: {what}").format(what=told))
    for found in shape["obligations"]:
        if found["state"] in ("overdue", "missed", "due_soon", "open", "unknown") and found["due"] is not None:
            say(f"  {found['text']}")


@show.command("company", help=N_("Everything about one company. REF: id, CVR number, P-number or name."))
@click.argument("reference", metavar="REF", type=TEXT)
@reading
@pass_cli
def show_company(cli: Cli, reference: str) -> None:
    """One company."""
    with cli.opened() as services:
        card = services.companies.card(services.companies.resolve(reference), cli.today)
    shape = shapes.company_card(card)
    if cli.as_json:
        tell(shape)
        return
    say(card.company.record.name)
    _record("company", {k: v for k, v in shape["company"].items() if k not in ("id", "name", "unsent")})
    for heading, type_name, key in (
        (_("Contact persons"), "company_contact", "contacts"),
        (_("Visits"), "company_visit", "visits"),
        (_("Placements"), "placement", "placements"),
        (_("Plan"), "follow_up", "follow_ups"),
        (_("Promises"), "promise", "promises"),
    ):
        _records(heading, type_name, shape[key])


@show.command("contact", help=N_("One contact by its id."))
@click.argument("reference", metavar="ID", type=TEXT)
@reading
@pass_cli
def show_contact(cli: Cli, reference: str) -> None:
    """One contact."""
    with cli.opened() as services:
        shape = shapes.contact_row(services.contacts.get(reference))
    if cli.as_json:
        tell(shape)
    else:
        _record("contact", shape)


def _records(heading: str, type_name: str, found: Sequence[dict[str, Any]]) -> None:
    if found:
        say(f"\n{heading}")
        for shape in found:
            told = {k: v for k, v in shape.items() if not k.endswith("_id") and k not in ("id", "unsent")}
            pairs = (
                f"{words.field(k)}: {words.value(type_name, k, v)}" for k, v in told.items() if v not in (None, "")
            )
            say(f"  {joined(pairs)}  [{shape['id']}]")


def _record(type_name: str, shape: dict[str, Any]) -> None:
    for name, value in shape.items():
        if value not in (None, "", []):
            say(f"  {words.field(name)}: {words.value(type_name, name, value)}")


@click.command(
    cls=Cmd, help=N_("People, companies and notes that hold all words of TEXT; - reads it from standard input.")
)
@click.argument("text", type=TEXT, nargs=-1, required=True)
@option("--type", "types", multiple=True, help=N_("Only records of this type; may be repeated."))
@option("--limit", type=click.IntRange(1, 1000), default=50, help=N_("How many at most."))
@_OFFSET
@reading
@pass_cli
def find(cli: Cli, text: tuple[str, ...], types: tuple[str, ...], limit: int, offset: int) -> None:
    """Search."""
    with cli.opened() as services:
        hits = services.search.find(" ".join(text), types=types or None, limit=limit, offset=offset)
        services.trail.searched(" ".join(text), len(hits))
    if cli.as_json:
        tell([shapes.hit(found) for found in hits])
        return
    table(
        [(words.record_type(hit.type), hit.title, _day(hit.on), hit.snippet, hit.open_id) for hit in hits],
        (_("Kind"), _("Who"), _("Date"), _("Text"), "id"),
    )


@click.command(cls=Cmd, help=N_("Who changed what when: of a person or company REF, or of everything; newest first."))
@click.argument("reference", metavar="[REF]", type=TEXT, required=False)
@_LIMIT
@_OFFSET
@reading
@pass_cli
def log(cli: Cli, reference: str | None, limit: int, offset: int) -> None:
    """The history."""
    from broker_tui.domain.views import NotFound

    with cli.opened() as services:
        about = None
        if reference is not None:
            try:
                about = case_of(services, reference)
            except NotFound:
                about = services.companies.resolve(reference)
        rows = services.people.log(about, offset, limit)
    if cli.as_json:
        tell([shapes.log_row(row) for row in rows])
        return
    table(
        [
            (
                format.moment(row.at, cli.today),
                words.record_type(row.record_type),
                words.label("op_kind", row.kind),
                ", ".join(words.field(name) for name in row.fields if not name.endswith("_id")),
                row.staff_name or "",
                row.device or "",
                words.label("sent", row.sent),
                row.op_id,
            )
            for row in rows
        ],
        (_("When"), _("What"), _("Change"), _("Fields"), _("Who"), _("Device"), _("Hub"), "id"),
    )
