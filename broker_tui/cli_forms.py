"""`broker form`: the forms of a case's programme, listed, shown, filled in and taken away."""

from typing import TYPE_CHECKING, Any

import click

from broker_tui.cli_base import (
    TEXT,
    Cli,
    Cmd,
    Failure,
    Group,
    common,
    joined,
    option,
    pass_cli,
    reading,
    say,
    table,
    tell,
)
from broker_tui.cli_form_values import masked, read_values, unmasked
from broker_tui.cli_given import from_json
from broker_tui.cli_read import course_of
from broker_tui.domain.views import FieldError, InvalidInput, Saved
from broker_tui.i18n import N_, _, format
from broker_tui.programmes.forms import FormDefinition

if TYPE_CHECKING:
    from broker_tui.services import Services
    from broker_tui.services.forms import Offered, Opened

_STATES = {"begun": N_("Begun"), "complete": N_("Complete")}


@click.group(cls=Group, help=N_("Forms of a person's programme."))
@reading
def form() -> None:
    """Forms."""


def _may(services: "Services", definition: FormDefinition) -> bool:
    return not definition.authority_only or services.programmes.has_authority()


def _word(definition: Any) -> str:
    from broker_tui.i18n.programme_words import both

    return both(definition)


@form.command(
    "list", cls=Cmd, help=N_("The forms of a person's programme and how far they are. CASE: as for show case.")
)
@click.argument("reference", metavar="CASE", type=TEXT)
@reading
@pass_cli
def list_(cli: Cli, reference: str) -> None:
    """All forms."""
    with cli.opened() as services:
        offered = [o for o in services.forms.of_case(course_of(services, reference)) if _may(services, o.definition)]
    if cli.as_json:
        tell([_offered(one) for one in offered])
        return
    rows = [(one.definition, entry) for one in offered for entry in (one.filled or (None,))]
    table(
        [
            (
                definition.id,
                _word(definition),
                _(_STATES[entry.record.state]) if entry else "",
                format.short_date(entry.record.on) if entry else "",
                entry.id if entry else "",
            )
            for definition, entry in rows
        ],
        (_("Form"), _("Name"), _("State"), _("Date"), "id"),
    )


def _offered(one: "Offered") -> dict[str, Any]:
    definition = one.definition
    filled = [
        {"id": e.id, "state": e.record.state, "on": e.record.on.isoformat(), "version": e.record.version}
        for e in one.filled
    ]
    said = {"form": definition.id, "da": definition.da, "en": definition.en, "repeat": definition.repeat}
    return {**said, "decision": definition.decision, "filled": filled}


@form.command(
    cls=Cmd, help=N_("One form with what is filled in. Sensitive fields are masked; FORM is its id in the programme.")
)
@click.argument("reference", metavar="CASE", type=TEXT)
@click.argument("form_id", metavar="FORM", type=TEXT)
@option("--id", "record_id", help=N_("Which one, of a form that is filled in several times."))
@option("--reveal", is_flag=True, help=N_("Show sensitive fields too; this is noted in the audit log."))
@reading
@pass_cli
def show(cli: Cli, reference: str, form_id: str, record_id: str | None, reveal: bool) -> None:
    """One form."""
    with cli.opened() as services:
        opened = _open(services, course_of(services, reference), form_id, record_id)
        if reveal:
            services.store.note_audit("reveal", "form", opened.record_id or form_id, form_id)
    shape = _shape(opened, reveal=reveal)
    if cli.as_json:
        tell(shape)
        return
    state = _(_STATES[shape["state"]]) if shape["state"] else _("Not begun")
    say(joined((_word(opened.definition), state, format.dated(opened.on))))
    missing = opened.definition.missing(opened.values)
    for section in opened.definition.section:
        say(f"\n{_word(section)}")
        for field in section.field:
            if field.name in shape["values"] or field.name in missing:
                value = shape["values"].get(field.name, _("(missing)"))
                say(f"  {_word(field)} [{field.name}]: {_told(value)}")


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return joined(f"{name}: {_told(one)}" for name, one in value.items())
    return "; ".join(map(_told, value)) if isinstance(value, list) else str(value)


def _open(services: "Services", case_id: str, form_id: str, record_id: str | None) -> "Opened":
    opened = services.forms.open(case_id, form_id, record_id)
    if not _may(services, opened.definition):
        raise Failure(_("Only somebody with authority fills this in: {form}").format(form=_word(opened.definition)))
    return opened


def _shape(opened: "Opened", *, reveal: bool) -> dict[str, Any]:
    definition = opened.definition
    state = ("complete" if opened.complete else "begun") if opened.record_id else None
    return {
        "id": opened.record_id,
        "form": definition.id,
        "version": definition.version,
        "newer": opened.newer.version if opened.newer else None,
        "state": state,
        "on": opened.on.isoformat(),
        "values": dict(opened.values) if reveal else masked(definition, opened.values),
        "missing": definition.missing(opened.values),
    }


@form.command(
    cls=Cmd,
    help=N_(
        "Fill in a form: a JSON object of fields, single fields with --set, or both; what is not named stays. "
        "A form that is filled in several times begins anew unless --id names one."
    ),
)
@click.argument("reference", metavar="CASE", type=TEXT)
@click.argument("form_id", metavar="FORM", type=TEXT)
@option("--from-json", "source", type=str, help=N_("A JSON object with the fields; - for standard input."))
@option("--set", "texts", multiple=True, help=N_("FIELD=VALUE, as one types it; - reads it from standard input."))
@option("--id", "record_id", help=N_("Which one, of a form that is filled in several times."))
@option("--complete", is_flag=True, help=N_("The form is complete: refuse what is missing."))
@common
@pass_cli
def fill(
    cli: Cli,
    reference: str,
    form_id: str,
    source: str | None,
    texts: tuple[str, ...],
    record_id: str | None,
    complete: bool,
) -> None:
    """Fill in."""
    given = from_json(cli, source) if source is not None else {}
    given |= dict(_pair(cli, text) for text in texts)
    with cli.opened() as services:
        case_id = course_of(services, reference)
        opened = _open(services, case_id, form_id, record_id)
        faults: list[FieldError] = []
        told = read_values(opened.definition, unmasked(given, opened.values), cli.time().now(), faults)
        if faults:
            raise InvalidInput(tuple(faults))
        saved = services.forms.save(
            case_id,
            form_id,
            {**opened.values, **told},
            record_id=opened.record_id,
            version=opened.definition.version,
            on=opened.on,
            complete=complete,
        )
        again = services.forms.open(case_id, form_id, saved.ids[0])
    _report(cli, saved, again)


def _pair(cli: Cli, text: str) -> tuple[str, str]:
    from broker_tui.cli_base import read_stdin

    name, sign, raw = text.partition("=")
    if not sign:
        raise Failure(_("{text}: write FIELD=VALUE.").format(text=text))
    if raw != "-":
        return name.strip(), raw
    if cli.stdin_used:
        raise Failure(_("Standard input can be read only once."))
    cli.stdin_used = True
    return name.strip(), read_stdin()


def _report(cli: Cli, saved: Saved, opened: "Opened") -> None:
    if cli.as_json:
        tell({**_shape(opened, reveal=False), "tx": saved.tx or None})
    elif not saved.tx:
        say(_("Nothing was different."))
    else:
        state = _(_STATES["complete" if opened.complete else "begun"])
        say(joined((_word(opened.definition), state, str(opened.record_id))))


@form.command(cls=Cmd, help=N_("Take a form away that should not be there; undo brings it back."))
@click.argument("record_id", metavar="ID", type=TEXT)
@common
@pass_cli
def withdraw(cli: Cli, record_id: str) -> None:
    """Take away."""
    with cli.opened() as services:
        saved = services.forms.withdraw(record_id)
    if cli.as_json:
        tell({"id": record_id, "tx": saved.tx or None})
    else:
        say(_("Form withdrawn: {form}").format(form=record_id))
