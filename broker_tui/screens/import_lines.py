"""What the import shows: columns and what they mean, counts, and what is wrong with which row."""

from collections.abc import Iterable, Sequence

from broker_tui.i18n import _, ngettext, pgettext
from broker_tui.i18n.format import integer
from broker_tui.i18n.import_words import cell_words, column_words, file_words, heading_words, kind_words
from broker_tui.services.importing import ImportKind, ImportReport, Preview, UnreadableFile
from broker_tui.services.importing.cells import masked
from broker_tui.services.importing.mapping import COLUMNS
from broker_tui.services.importing.row_values import RowNote
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, Role, blank, join, line, wrap

NOTES_SHOWN = 500
"""Errors, and warnings, shown at most: nobody corrects more than that before trying again."""
_ROW, _COLUMN, _GAPS = 6, 16, 4


def refusal(refused: UnreadableFile) -> str:
    """Why a file is refused, and what to do."""
    message, hint = file_words(refused)
    return f"{message}. {hint}"


def short_kind(kind: ImportKind) -> str:
    """A kind as a choice: all four stand on one line."""
    return {
        "citizens": _("Citizens"),
        "companies": _("Companies"),
        "placements": pgettext("import", "Placements"),
        "contacts": pgettext("import", "Contacts"),
    }[kind]


# Columns


def column_columns() -> Columns:
    """How the columns of a file are listed."""
    return Columns(
        (
            Column("heading", _("In the file"), 22),
            Column("field", _("means"), 22),
            Column("sample", _("for example"), 0),
        )
    )


def column_rows(preview: Preview, guard: Guard) -> list[Item]:
    """One row per column; its place in the file is its key."""
    return [_column_row(preview, index, guard) for index in range(len(preview.columns))]


def _column_row(preview: Preview, index: int, guard: Guard) -> Row:
    heading, field = preview.columns[index]
    values = list(dict.fromkeys(cells[index] for cells in preview.sample if cells[index]))
    means: Line = line((column_words(field), "text")) if field else line((_("left out"), "muted"))
    return Row(
        str(index),
        cells={
            "heading": line((heading, "name" if field else "muted")),
            "field": means,
            "sample": join((guard.note(masked(value), "muted") for value in values[:3]), 3),
        },
        sign="" if field else glyph("missing"),
        sign_role="muted",
    )


def how_read(preview: Preview) -> Line:
    """`1.240 rows · 9 columns · cp1252 · semicolon`."""
    rows = ngettext("{count} row", "{count} rows", preview.rows).format(count=integer(preview.rows))
    columns = ngettext("{count} column", "{count} columns", len(preview.columns)).format(count=len(preview.columns))
    signs = {";": _("semicolon"), ",": _("comma"), "\t": _("tab")}
    forms = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252", "xlsx": _("spreadsheet"), "json": "JSON"}
    form = forms.get(preview.encoding, preview.encoding)
    parts = [rows, columns, form, signs.get(preview.delimiter, "")]
    return line((f" {glyph('separator')} ".join(part for part in parts if part), "muted"))


def column_advice(preview: Preview) -> tuple[Line, ...]:
    """What is missing, or how many columns are left out."""
    if preview.missing is not None:
        message, _hint = file_words(preview.missing)
        todo = _("Choose with Enter which column holds it.")
        return (line((f"{glyph('refused')} {message}. {todo}", "err")),)
    left = sum(1 for _heading, field in preview.columns if field is None)
    if not left:
        return (line((f"{glyph('ok')} ", "ok"), (_("All columns are understood."), "muted")),)
    text = ngettext(
        "{count} column is left out. Enter says what it means.",
        "{count} columns are left out. Enter says what they mean.",
        left,
    ).format(count=left)
    return (line((f"{glyph('missing')} {text}", "muted")),)


def choices(kind: ImportKind) -> list[tuple[str, str]]:
    """What a column of that kind of file may mean."""
    return [("", _("leave out")), *((field, column_words(field)) for field in COLUMNS[kind])]


# The check


def counts(report: ImportReport, *, done: bool = False) -> Line:
    """`120 new, 3 changed, 40 unchanged`, with the errors after them."""
    parts: list[Line] = [
        line((_("{count} new").format(count=integer(report.created)), "name")),
        line((_("{count} changed").format(count=integer(report.updated)), "text")),
        line((_("{count} unchanged").format(count=integer(report.unchanged)), "muted")),
    ]
    bad = bad_rows(report)
    if bad:
        text = ngettext("{count} row with errors", "{count} rows with errors", bad).format(count=integer(bad))
        if done:
            text = ngettext("{count} row left out", "{count} rows left out", bad).format(count=integer(bad))
        parts.append(line((f"{glyph('refused')} {text}", "err" if not done else "muted")))
    return join(parts, 3)


def bad_rows(report: ImportReport) -> int:
    """Rows with at least one error."""
    return len({note.row for note in report.errors})


def worth_it(report: ImportReport) -> bool:
    """Whether an import would change anything."""
    return bool(report.created or report.updated)


def verdict(report: ImportReport) -> tuple[Line, ...]:
    """What can be done now."""
    if report.errors and worth_it(report):
        text = _("Nothing is imported yet. Correct the file and check again, or press b to leave these rows out.")
        return (line((text, "muted")),)
    if report.errors:
        return (line((_("Nothing is imported. Correct the file and check again."), "muted")),)
    if worth_it(report):
        return (line((f"{glyph('ok')} ", "ok"), (_("No errors. ^D brings the rows in."), "muted")),)
    return (line((f"{glyph('ok')} ", "ok"), (_("All of it is here already; there is nothing to import."), "muted")),)


def note_columns() -> Columns:
    """How errors and warnings are listed."""
    return Columns(
        (
            Column("row", pgettext("spreadsheet", "Row"), _ROW, align="right"),
            Column("column", _("Column"), _COLUMN),
            Column("what", _("What"), 0),
        )
    )


def note_rows(report: ImportReport, kind: ImportKind, cells: int) -> list[Item]:
    """Errors first, then warnings, each with what to do, in rows of `cells`; sentences are never cut."""
    items: list[Item] = []
    groups: tuple[tuple[str, Sequence[RowNote], str, Role], ...] = (
        (_("Errors"), report.errors, "refused", "err"),
        (_("Warnings"), report.warnings, "soon", "warn"),
    )
    for title, notes, sign, role in groups:
        if notes:
            more = len(notes) - NOTES_SHOWN
            beyond = _("the first {count}").format(count=NOTES_SHOWN) if more > 0 else ""
            items.append(Heading(title, integer(len(notes)), note=line((beyond, "muted"))))
            items += _notes(notes[:NOTES_SHOWN], kind, sign, role, cells)
    return items


def _notes(notes: Iterable[RowNote], kind: ImportKind, sign: str, role: Role, cells: int) -> Iterable[Row]:
    left = _ROW + _COLUMN + _GAPS
    for number, note in enumerate(notes):
        message, hint = cell_words(note.fault)
        first, *rest = (*wrap(line(message), cells - left), *wrap(line((hint, "muted")), cells - left))
        yield Row(
            f"{sign}:{number}",
            cells={
                "row": line((integer(note.row), "muted")),
                "column": line((heading_words(note.field, kind), "name")),
                "what": first,
            },
            more=tuple(blank(left) + further for further in rest),
            sign=glyph(sign),
            sign_role=role,
        )


# Done


def outcome(report: ImportReport, kind: ImportKind, *, undone: bool) -> tuple[Line, ...]:
    """What an import did, or that it was taken back."""
    if undone:
        return (line((f"{glyph('missing')} ", "muted"), (_("The import was taken back."), "strong")),)
    first = line((f"{glyph('ok')} ", "ok"), (kind_words(kind), "strong"), "  ", (_("imported"), "text"))
    lines: tuple[Line, ...] = (first, EMPTY, counts(report, done=True))
    if report.warnings:
        count = len(report.warnings)
        text = ngettext("{count} warning", "{count} warnings", count).format(count=integer(count))
        lines += (line((f"{glyph('soon')} ", "warn"), (text, "muted")),)
    return lines
