"""Commands that change what is there: edit, done, reschedule, drop, undo, move, withdraw, courses, walk-ins."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
import msgspec

from broker_tui.cli_base import TEXT, Cli, Cmd, Group, common, option, pass_cli, read_stdin, say, tell
from broker_tui.cli_given import Given, offered, report
from broker_tui.cli_read import case_of
from broker_tui.domain.dates import parse_day, parse_time
from broker_tui.domain.typed import coerced
from broker_tui.domain.views import FieldError, InvalidInput, NotFound, Saved
from broker_tui.i18n import N_, _, words
from sync.records.types import (
    Case,
    Citizen,
    Company,
    CompanyContact,
    CompanyVisit,
    Contact,
    FollowUp,
    Goal,
    Hours,
    Memo,
    Placement,
    Promise,
)

if TYPE_CHECKING:
    from broker_tui.services import Services

EDITABLE: dict[str, Any] = {
    "citizen": Citizen,
    "case": Case,
    "company": Company,
    "company-contact": CompanyContact,
    "contact": Contact,
    "visit": CompanyVisit,
    "goal": Goal,
    "plan": FollowUp,
    "promise": Promise,
    "memo": Memo,
    "placement": Placement,
    "hours": Hours,
}
_DATE = option("--date", help=N_("The day; today if left out."))


@click.command(
    cls=Cmd,
    help=N_(
        "Change fields of a record. KIND is citizen, case, company, company-contact, contact, visit, goal, plan, "
        "promise, memo, placement or hours; contacts, visits and hours are corrected by a new record."
    ),
)
@click.argument("kind", type=click.Choice(list(EDITABLE)), metavar="KIND")
@click.argument("reference", metavar="REF", type=TEXT)
@option("--set", "sets", multiple=True, help=N_("FIELD=VALUE; a value of - is read from standard input."))
@option("--clear", "clears", multiple=True, help=N_("A field to empty."))
@option("--from-json", "source", type=str, help=N_("A JSON object with the fields; - for standard input."))
@common
@pass_cli
def edit(
    cli: Cli, kind: str, reference: str, sets: tuple[str, ...], clears: tuple[str, ...], source: str | None
) -> None:
    """Change fields."""
    struct = EDITABLE[kind]
    with cli.opened() as services:
        given = Given(cli, services, {}, source)
        given.values |= dict(_pair(cli, text) for text in sets)
        given.resolve(given.values)
        changes = coerced(struct, given.values, given.now, given.faults)
        changes |= dict.fromkeys(clears)
        given.check()
        if not changes:
            raise InvalidInput((FieldError("set", "required"),))
        try:
            saved = _edited(services, kind, reference, changes, given)
        except InvalidInput as error:
            name = kind.replace("-", "_")
            raise InvalidInput(tuple(offered(fault, name) for fault in error.errors)) from None
        report(cli, services, saved)


def _pair(cli: Cli, text: str) -> tuple[str, str | None]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidInput((FieldError("set", "not_allowed"),))
    if value == "-":
        cli.stdin_used = True
        value = read_stdin()
    return name.strip().replace("-", "_"), value if value else None


def _edited(services: "Services", kind: str, reference: str, changes: dict[str, Any], given: Given) -> Saved:
    """Save the changes in the way the kind of record asks for."""
    if kind == "citizen":
        return services.people.edit_citizen(case_of(services, reference), changes)
    if kind == "company":
        return services.companies.edit(services.companies.resolve(reference), changes)
    if kind == "goal" and "state" in changes and "state_on" not in changes:
        changes["state_on"] = given.today
    corrections: dict[str, Callable[[str, Any], Saved]] = {
        "contact": services.contacts.correct,
        "visit": services.companies.correct_visit,
        "hours": services.work.correct_hours,
    }
    if kind in corrections:
        _stored, record = services.people.require(EDITABLE[kind], reference)
        changed = {name: _or_default(EDITABLE[kind], name, value) for name, value in changes.items()}
        return corrections[kind](reference, msgspec.structs.replace(record, **changed))
    edits: dict[str, Callable[[str, Any], Saved]] = {
        "case": services.people.edit_case,
        "company-contact": services.companies.edit_contact,
        "goal": services.goals.edit,
        "plan": services.plans.edit,
        "promise": services.plans.edit_promise,
        "memo": services.plans.edit_memo,
        "placement": services.work.edit_placement,
    }
    return edits[kind](reference, changes)


def _or_default(struct: Any, name: str, value: Any) -> Any:
    """A field that is emptied goes back to what it is without being told."""
    if value is not None:
        return value
    info = next(info for info in msgspec.structs.fields(struct) if info.name == name)
    return None if info.default is msgspec.NODEFAULT else info.default


def _task(services: "Services", reference: str) -> tuple[str, str]:
    """Kind and id of a follow-up, promise or memo; takes the ids of `today` as well.

    Raises:
        NotFound: it is none of them.
    """
    record_id = reference.rpartition(":")[2]
    for kind in ("follow_up", "promise", "memo"):
        stored = services.store.get(kind, record_id)
        if stored is not None and not stored.deleted:
            return kind, record_id
    raise NotFound("follow_up")


@click.command(cls=Cmd, help=N_("Tick off a follow-up, promise or memo by its id."))
@click.argument("reference", metavar="ID", type=TEXT)
@_DATE
@option("--contact", help=N_("Id of the contact that did it."))
@common
@pass_cli
def done(cli: Cli, reference: str, date: str | None, contact: str | None) -> None:
    """Done."""
    with cli.opened() as services:
        on = parse_day(date, cli.today, "past") if date else cli.today
        kind, record_id = _task(services, reference)
        if kind == "follow_up":
            saved = services.plans.complete(record_id, on, contact)
        elif kind == "promise":
            saved = services.plans.complete_promise(record_id, on)
        else:
            saved = services.plans.complete_memo(record_id, on)
        report(cli, services, saved)


@click.command(cls=Cmd, help=N_("Move a follow-up, promise or memo to another day."))
@click.argument("reference", metavar="ID", type=TEXT)
@click.argument("day", metavar="DAY", type=TEXT)
@option("--at", help=N_("The time."))
@common
@pass_cli
def reschedule(cli: Cli, reference: str, day: str, at: str | None) -> None:
    """Another day."""
    with cli.opened() as services:
        due = parse_day(day, cli.today, "future")
        kind, record_id = _task(services, reference)
        if kind == "follow_up":
            saved = services.plans.reschedule(record_id, due, parse_time(at) if at else None)
        elif kind == "promise":
            saved = services.plans.edit_promise(record_id, {"due": due})
        else:
            saved = services.plans.edit_memo(record_id, {"due": due})
        report(cli, services, saved)


@click.command(cls=Cmd, help=N_("Give a follow-up, promise or memo up."))
@click.argument("reference", metavar="ID", type=TEXT)
@common
@pass_cli
def drop(cli: Cli, reference: str) -> None:
    """Not needed any more."""
    with cli.opened() as services:
        kind, record_id = _task(services, reference)
        changes = {"state": "dropped", "done_on": cli.today}
        if kind == "follow_up":
            saved = services.plans.drop(record_id)
        elif kind == "promise":
            saved = services.plans.edit_promise(record_id, changes)
        else:
            saved = services.plans.edit_memo(record_id, changes)
        report(cli, services, saved)


@click.command(cls=Cmd, help=N_("Take the last change back, or the one named by the tx of add or log."))
@click.argument("tx", required=False, type=TEXT)
@common
@pass_cli
def undo(cli: Cli, tx: str | None) -> None:
    """Undo."""
    with cli.opened() as services:
        last = services.journal.can_undo()
        saved = services.journal.undo(tx) if tx else services.journal.undo_last()
    if cli.as_json:
        undone = tx or (last.tx if last and saved else None)
        tell({"id": saved.tx if saved else None, "undone": undone, "ids": saved.ids if saved else []})
    elif saved is None:
        say(_("There is nothing to undo."))
    elif last is not None and not tx:
        kind, change = words.record_type(last.record_type), words.label("op_kind", last.kind)
        say(_("Taken back: {kind}, {change}").format(kind=kind, change=change))
    else:
        say(_("Taken back."))


@click.group(cls=Group, help=N_("Give a contact to the right person."))
@common
def move() -> None:
    """Moves."""


@move.command("contact", help=N_("Give contact ID, with what was agreed in it, to PERSON."))
@click.argument("reference", metavar="ID", type=TEXT)
@click.argument("person", metavar="PERSON", type=TEXT)
@common
@pass_cli
def move_contact(cli: Cli, reference: str, person: str) -> None:
    """To the right person."""
    with cli.opened() as services:
        report(cli, services, services.contacts.move(reference, case_of(services, person)))


@click.command(cls=Cmd, help=N_("Take a contact or an entry of hours back that never were; undo brings it back."))
@click.argument("kind", type=click.Choice(["contact", "hours"]))
@click.argument("reference", metavar="ID", type=TEXT)
@common
@pass_cli
def withdraw(cli: Cli, kind: str, reference: str) -> None:
    """It never was."""
    with cli.opened() as services:
        take = services.contacts.withdraw if kind == "contact" else services.work.withdraw_hours
        report(cli, services, take(reference))


def _course(services: "Services", reference: str, status: str) -> str:
    """The id of a course: its own, or the person's with that status, the newest if there are several.

    Raises:
        NotFound: there is none.
    """
    if services.store.get("case", reference) is not None:
        return reference
    citizen_id = services.people.resolve(reference)
    entries = services.store.entries(Case, where={"citizen_id": citizen_id})
    found = [entry for entry in entries if entry.record.status == status]
    if not found:
        raise NotFound("case")
    return max(found, key=lambda entry: (entry.record.known_from, entry.id)).id


@click.command("close-case", cls=Cmd, help=N_("End a course. REF: the person or the id of the course."))
@click.argument("reference", metavar="REF", type=TEXT)
@_DATE
@option("--reason", help=N_("Why."))
@common
@pass_cli
def close_case(cli: Cli, reference: str, date: str | None, reason: str | None) -> None:
    """End a course."""
    with cli.opened() as services:
        on = parse_day(date, cli.today, "past") if date else cli.today
        report(cli, services, services.people.close_case(_course(services, reference, "open"), on, reason))


@click.command(cls=Cmd, help=N_("Open a closed course again. REF: the person or the id of the course."))
@click.argument("reference", metavar="REF", type=TEXT)
@common
@pass_cli
def reopen(cli: Cli, reference: str) -> None:
    """Open a course again."""
    with cli.opened() as services:
        report(cli, services, services.people.reopen_case(_course(services, reference, "closed")))


@click.command("take-in", cls=Cmd, help=N_("Make the walk-in of contact ID a person of the caseload."))
@click.argument("reference", metavar="ID", type=TEXT)
@option("--name", help=N_("Name; the walk-in's if left out."))
@option("--cpr", help=N_("CPR number."))
@option("--area", help=N_("Housing area."))
@option("--phone", help=N_("Phone number."))
@option("--programme", help=N_("Programme: guarantee, fsm2, uif2, flexjob or mastery."))
@common
@pass_cli
def take_in(cli: Cli, /, reference: str, name: str | None, programme: str | None, **more: str | None) -> None:
    """Take a walk-in in."""
    with cli.opened() as services:
        citizen = Citizen(name=name or "", **more)
        report(cli, services, services.people.take_in(reference, citizen, programme, cli.today))


@click.group("same-company", cls=Group, help=N_("Companies that were entered twice."))
@common
def same_company() -> None:
    """Merging and parting."""


@same_company.command(
    "merge", cls=Cmd, help=N_("Make two records of one company one. The older stays in sight; nothing is deleted.")
)
@click.argument("one", type=TEXT)
@click.argument("other", type=TEXT)
@option("--keep", "kept", multiple=True, help=N_("FIELD=older or FIELD=younger, where the two differ."))
@common
@pass_cli
def merge_companies(cli: Cli, one: str, other: str, kept: tuple[str, ...]) -> None:
    """Two records of one company."""
    sides = dict(text.partition("=")[::2] for text in kept)
    if any(side not in ("older", "younger") for side in sides.values()):
        raise InvalidInput((FieldError("keep", "not_allowed"),))
    with cli.opened() as services:
        find = services.companies.resolve
        report(cli, services, services.twins.merge(find(one), find(other), sides))


@same_company.command("part", cls=Cmd, help=N_("Make two companies of one that was merged. REF: id, number or name."))
@click.argument("reference", metavar="REF", type=TEXT)
@common
@pass_cli
def part_companies(cli: Cli, reference: str) -> None:
    """Two again."""
    with cli.opened() as services:
        report(cli, services, services.twins.part(services.companies.resolve(reference)))
