"""`broker programmes`: what the five programmes ask, and checking definitions and example files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from broker_tui import programme_shapes as shapes
from broker_tui.cli_base import (
    FOUND,
    INVALID,
    TEXT,
    Cli,
    Cmd,
    Failure,
    Group,
    common,
    option,
    pass_cli,
    reading,
    say,
    table,
    tell,
)
from broker_tui.cli_read import course_of
from broker_tui.i18n import N_, _

if TYPE_CHECKING:
    from broker_tui.programmes.loading import DefinitionRefused
    from broker_tui.programmes.program import Program

_CASE = option("--case", "case", help=N_("A person or course: why the rule is due for that case, or why not."))


@click.group(cls=Group, help=N_("The five programmes: rules, example files, local settings."))
@reading
def programmes() -> None:
    """Programmes."""


def _program(name: str) -> "Program":
    from broker_tui.programmes import loading

    try:
        return loading.program(name)
    except KeyError:
        known = ", ".join(loading.PROGRAMMES)
        raise Failure(_("There is no programme {name}. There are: {known}.").format(name=name, known=known)) from None
    except loading.DefinitionRefused as refused:
        raise Failure(lines(refused)) from None


def lines(refused: "DefinitionRefused") -> str:
    """Every fault of a definition on its own line: file, rule, key, what is wrong and what to do."""
    return "\n".join(
        f"{refused.file}: {fault.where}{f' ({fault.key})' if fault.key else ''}: {fault.what}"
        for fault in refused.faults
    )


@programmes.command("list", cls=Cmd, help=N_("The programmes with their steps and how many rules they have."))
@common
@pass_cli
def list_(cli: Cli) -> None:
    """All of them."""
    from broker_tui.programmes import loading

    found = [shapes.programme(_program(name)) for name in loading.PROGRAMMES]
    if cli.as_json:
        tell(found)
        return
    table(
        [
            (one["id"], one["name"], one["version"], str(one["rules"]), " · ".join(s["code"] for s in one["steps"]))
            for one in found
        ],
        ("id", _("Name"), _("Version"), _("Rules"), _("Steps")),
    )


@programmes.command(
    "show", cls=Cmd, help=N_("One programme by its id, or one rule with its source; with a case, why it is due or not.")
)
@click.argument("reference", metavar="ID", type=TEXT)
@_CASE
@option("--facts", "with_facts", is_flag=True, help=N_("Also the kinds of facts with their fields."))
@reading
@pass_cli
def show(cli: Cli, reference: str, case: str | None, with_facts: bool) -> None:
    """A programme or a rule."""
    if "." not in reference:
        _show_programme(cli, _program(reference), with_facts)
        return
    program = _program(reference.partition(".")[0])
    if reference not in program.rules:
        raise Failure(
            _("There is no rule {rule}. See: broker programmes rules {id}.").format(rule=reference, id=program.id)
        )
    shape = shapes.rule(program, program.rules[reference].rule)
    if case is not None:
        shape["case"] = _why(cli, case, reference)
    if cli.as_json:
        tell(shape)
        return
    _say_rule(shape)


def _why(cli: Cli, reference: str, rule: str) -> dict[str, Any]:
    with cli.opened() as services:
        case_id = course_of(services, reference)
        return shapes.explanation(services.programmes.explain(case_id, rule, cli.today))


def _say_rule(shape: dict[str, Any]) -> None:
    say(shape["id"])
    for label, value in (
        (_("Demand"), shape["demand"]),
        (_("Why"), shape["why"]),
        (_("Closed by"), shape["closes"]),
        (_("Weight"), shape["severity_text"]),
        (_("Who"), ", ".join(shape["who_text"])),
        (_("Source"), shape["source_text"]),
        (_("Evaluator"), shape["evaluator"]),
        (_("Numbers"), ", ".join(f"{p['name']} = {p['value']}{' †' if p['local'] else ''}" for p in shape["params"])),
    ):
        if value:
            say(f"  {label}: {value}")
    if "case" in shape:
        for one in shape["case"]["obligations"]:
            say(f"  {one['text']}")
        for text in shape["case"]["reasons"]:
            say(f"  {text}")


def _show_programme(cli: Cli, program: "Program", with_facts: bool) -> None:
    shape = shapes.programme(program, facts=with_facts, params=True)
    if cli.as_json:
        tell(shape)
        return
    say(f"{shape['name']} ({shape['id']} {shape['version']})")
    for step in shape["steps"]:
        say(f"  {step['code']}: {step['name']}")
    say("\n" + _("Numbers; those marked † are local settings"))
    for param in shape["params"]:
        say(f"  {param['name']} = {param['value']}{' †' if param['local'] else ''}  {param['text']}")
    for kind, found in shape.get("facts", {}).items():
        fields = ", ".join(f"{n} ({' | '.join(f['choices']) or f['type']})" for n, f in found["fields"].items())
        say(f"  {kind}: {found['name']}: {fields}")


@programmes.command("rules", cls=Cmd, help=N_("All rules of a programme."))
@click.argument("name", metavar="ID", type=TEXT)
@option("--step", help=N_("Only this step."))
@common
@pass_cli
def rules(cli: Cli, name: str, step: str | None) -> None:
    """Rules."""
    program = _program(name)
    found = [
        shapes.rule(program, ready.rule) for ready in program.rules.values() if step is None or step in ready.rule.steps
    ]
    if cli.as_json:
        tell(found)
        return
    table(
        [(one["id"], one["severity"], one["evaluator"], one["demand"]) for one in found],
        ("id", _("Weight"), _("Evaluator"), _("Demand")),
    )


@programmes.command(
    "project",
    cls=Cmd,
    help=N_("What a programme asks of the local project, or of a course team; facts about them: add fact --programme."),
)
@click.argument("name", metavar="ID", type=TEXT)
@option("--team", help=N_("A course team, by its name."))
@reading
@pass_cli
def project(cli: Cli, name: str, team: str | None) -> None:
    """Rules that are about no single case."""
    _program(name)
    with cli.opened() as services:
        found = services.programmes.of_level(name, "team" if team is not None else "project", cli.today, team)
        known = services.programmes.teams(name)
    if team is not None and team not in known:
        raise Failure(
            _("There is no team {name}. There are: {known}.").format(name=team, known=", ".join(known) or "-")
        )
    if cli.as_json:
        tell({"on": cli.today, "teams": known, "obligations": [shapes.obligation(one) for one in found]})
        return
    table([(one.rule, shapes.obligation(one)["text"]) for one in found], ("id", _("Demand")))


@programmes.command("check", cls=Cmd, help=N_("Read a definition FILE and say everything that is wrong with it."))
@click.argument("file", type=click.Path(path_type=Path))
@common
@pass_cli
def check(cli: Cli, file: Path) -> None:
    """Check a definition."""
    from broker_tui.programmes import loading

    try:
        program = loading.from_file(file)
    except OSError:
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=file)) from None
    except loading.DefinitionRefused as refused:
        if cli.as_json:
            tell({"faults": [{"where": f.where, "key": f.key, "message": f.what} for f in refused.faults]})
            raise click.exceptions.Exit(INVALID) from None
        raise Failure(lines(refused)) from None
    if cli.as_json:
        tell({"faults": [], "id": program.id, "rules": len(program.rules)})
    else:
        say(_("{file} is in order: {count} rules.").format(file=file.name, count=len(program.rules)))


@programmes.command("verify", cls=Cmd, help=N_("Run the example files below a folder (or one file) and compare."))
@click.argument("place", metavar="DIR", type=click.Path(path_type=Path))
@common
@pass_cli
def verify(cli: Cli, place: Path) -> None:
    """Run examples."""
    from broker_tui.matching import verify as matching
    from broker_tui.programmes import loading
    from broker_tui.programmes import verify as running

    try:
        results = running.verify(place), matching.verify(place)
    except OSError:
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=place)) from None
    except loading.DefinitionRefused as refused:
        raise Failure(lines(refused)) from None
    except (running.ExampleFault, matching.ExampleFault) as fault:
        raise Failure(str(fault)) from None
    failed = [{"example": f.example, "expected": f.expected, "got": f.got} for one in results for f in one.failed]
    held, total = sum(one.held for one in results), sum(one.total for one in results)
    if cli.as_json:
        tell({"held": held, "total": total, "failed": failed})
    else:
        say(_("{held} of {total} examples held.").format(held=held, total=total))
        for one in failed:
            say(_("{example}: expected {expected}; got {got}").format(**one))
    if failed:
        raise click.exceptions.Exit(FOUND)


@programmes.command(
    "settings",
    cls=Cmd,
    help=N_("The municipality's own numbers: shown, or taken over from a TOML FILE with a table per programme."),
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@common
@pass_cli
def settings(cli: Cli, file: Path | None) -> None:
    """Local settings."""
    import tomllib

    given: dict[str, Any] | None = None
    if file is not None:
        try:
            given = tomllib.loads(file.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=file)) from None
        except tomllib.TOMLDecodeError as error:
            raise Failure(_("{path} is no TOML: {error}. Correct the file.").format(path=file, error=error)) from None
        strange = [name for name, table_ in given.items() if not isinstance(table_, dict)]
        if strange:
            raise Failure(_("{path}: {name} should be a table of settings.").format(path=file, name=strange[0]))
    with cli.opened() as services:
        faults = services.programmes.set_local(given) if given is not None else ()
        now = services.programmes.local_settings()
    if faults:
        raise Failure("\n".join(f"{file}: {f.where} ({f.key}): {f.what}" for f in faults))
    if cli.as_json:
        tell(now)
        return
    table(
        [(name, param, str(value)) for name, local in now.items() for param, value in local.items()],
        (_("Programme"), _("Setting"), _("Value")),
    )
