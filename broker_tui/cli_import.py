"""`broker import`: citizens, companies, placements and contacts out of files, all or nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from broker_tui.cli_base import INVALID, USAGE, Cli, Cmd, Failure, common, option, pass_cli, say, table, tell
from broker_tui.domain.text import clean_line
from broker_tui.i18n import N_, _
from broker_tui.i18n.import_words import cell_words, column_words, file_words, heading_words
from broker_tui.services.importing import KINDS, ImportKind, ImportReport, Preview, UnreadableFile, preview_file
from broker_tui.services.importing.cells import masked
from broker_tui.services.importing.mapping import COLUMNS

if TYPE_CHECKING:
    from broker_tui.services.importing.row_values import RowNote


class _Import(Cmd):
    """`import case FILE` is about one facts file and goes its own way."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        if ctx.params.get("kind") == "case":
            return ctx.invoke(_case, file=ctx.params["file"], name=ctx.params["name"], citizen=ctx.params["citizen"])
        return super().invoke(ctx)


@pass_cli
def _case(cli: Cli, *, file: Path, name: str | None, citizen: str | None) -> None:
    """A case from a facts file."""
    import tomllib

    from broker_tui.cli_given import from_json, report
    from broker_tui.cli_read import case_of

    if file.suffix == ".toml":
        try:
            raw: dict[str, Any] = tomllib.loads(file.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=file)) from None
        except tomllib.TOMLDecodeError as error:
            raise Failure(_("{path} is no TOML: {error}. Correct the file.").format(path=file, error=error)) from None
    else:
        raw = from_json(cli, str(file))
    with cli.opened() as services:
        about = case_of(services, citizen) if citizen is not None else None
        report(cli, services, services.facts_file.read(raw, name or file.stem, about))


@click.command(
    "import",
    cls=_Import,
    help=N_(
        "Bring citizens, companies, contacts, placements or one case (a facts file) in from FILE (.csv, .xlsx, .json). "
        "One bad cell stops the whole import unless bad rows are skipped; the same file twice changes nothing."
    ),
)
@click.argument("kind", type=click.Choice([*KINDS, "case"]), metavar="|".join([*KINDS, "case"]))
@click.argument("file", type=click.Path(path_type=Path))
@option("--dry-run", is_flag=True, help=N_("Check every row and say what would happen; change nothing."))
@option("--skip-bad-rows", is_flag=True, help=N_("Leave rows with errors out and bring the others in."))
@option(
    "--map",
    "maps",
    multiple=True,
    metavar="HEADING=FIELD",
    type=str,
    help=N_("What a column means; without a field it is left out."),
)
@option("--preview", "only_preview", is_flag=True, help=N_("Show only how the columns are understood."))
@option("--name", help=N_("The name of the person a facts file becomes; the file's name if left out."))
@option("--citizen", help=N_("A person who is here already, for a facts file."))
@common
@pass_cli
def import_(
    cli: Cli,
    /,
    kind: str,
    file: Path,
    dry_run: bool,
    skip_bad_rows: bool,
    maps: tuple[str, ...],
    only_preview: bool,
    **_facts: str | None,
) -> None:
    """Import one file."""
    what = cast(ImportKind, kind)
    chosen = _chosen(what, maps)
    try:
        if only_preview or chosen:
            seen = preview_file(what, file, chosen)
            _refuse_strange_headings(seen, chosen)
            if only_preview:
                _show_preview(cli, seen)
                return
        with cli.opened() as services:
            report = services.importer.run(what, file, dry_run=dry_run, skip_bad_rows=skip_bad_rows, chosen=chosen)
    except UnreadableFile as refused:
        message, hint = file_words(refused)
        raise Failure(f"{file.name}: {message}. {hint}") from None
    _show(cli, what, file, report, dry_run=dry_run)
    if report.errors and not skip_bad_rows:
        raise click.exceptions.Exit(INVALID)


def _chosen(kind: ImportKind, maps: Iterable[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for given in maps:
        heading, sign, field = given.rpartition("=")
        field = field.strip()
        if not sign or not heading.strip() or (field and field not in COLUMNS[kind]):
            offered = ", ".join(COLUMNS[kind])
            text = _("--map takes HEADING=FIELD, and FIELD is one of: {fields}.").format(fields=offered)
            raise Failure(text, USAGE)
        chosen[heading.strip()] = field
    return chosen


def _refuse_strange_headings(preview: Preview, chosen: dict[str, str]) -> None:
    there = {heading.casefold() for heading, _field in preview.columns}
    for heading in chosen:
        if heading.casefold() not in there:
            raise Failure(_("The file has no column “{heading}”. See --preview.").format(heading=heading))


def _show_preview(cli: Cli, preview: Preview) -> None:
    if cli.as_json:
        missing = {"message": file_words(preview.missing)[0]} if preview.missing else None
        columns = [{"heading": heading, "field": field} for heading, field in preview.columns]
        form = {"rows": preview.rows, "encoding": preview.encoding, "delimiter": preview.delimiter}
        tell({**form, "columns": columns, "missing": missing})
        return
    say(_("{rows} rows, read as {form}").format(rows=preview.rows, form=preview.encoding))
    rows = []
    for index, (heading, field) in enumerate(preview.columns):
        sample = next((cells[index] for cells in preview.sample if cells[index]), "")
        rows.append((heading, column_words(field) if field else _("left out"), field or "", masked(sample)[:40]))
    table(rows, (_("In the file"), _("means"), _("field"), _("for example")))
    if preview.missing is not None:
        say(file_words(preview.missing)[0])


def _show(cli: Cli, kind: ImportKind, file: Path, report: ImportReport, *, dry_run: bool) -> None:
    if cli.as_json:
        numbers: dict[str, Any] = {name: getattr(report, name) for name in ("rows", "created", "updated", "unchanged")}
        tell({**numbers, "errors": _shapes(report.errors), "warnings": _shapes(report.warnings)})
    else:
        text = _("{rows} rows: {created} new, {updated} changed, {unchanged} unchanged")
        say(text.format(rows=report.rows, created=report.created, updated=report.updated, unchanged=report.unchanged))
        if dry_run:
            say(_("Dry run: nothing was changed."))
        elif report.saved is None:
            say(_("Nothing was imported.") if report.errors else _("All of it was here already."))
        for note in report.warnings:
            say(_line(_("warning"), kind, file, note))
    for note in report.errors:
        click.echo(_line(_("error"), kind, file, note), err=True)


def _shapes(notes: Iterable["RowNote"]) -> list[dict[str, Any]]:
    found = []
    for note in notes:
        message, hint = cell_words(note.fault)
        found.append({"row": note.row, "field": note.field, "message": message, "hint": hint})
    return found


def _line(sign: str, kind: ImportKind, file: Path, note: "RowNote") -> str:
    """File, row, column, what is wrong, what to do; headings come from the file and were cleaned when it was read."""
    message, hint = cell_words(note.fault)
    place = _("{file}, row {row}, {column}").format(
        file=clean_line(file.name), row=note.row, column=heading_words(note.field, kind)
    )
    return f"{sign}: {place}: {message}. {hint}"
