"""The import as one act: preview, dry run, or everything in one save that undo takes back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from broker_tui.domain.clock import Clock
from broker_tui.domain.views import Saved
from broker_tui.services.importing.mapping import ImportKind, map_columns, match_columns, missing_column
from broker_tui.services.importing.plan import Planner
from broker_tui.services.importing.reading import Row, Table, UnreadableFile, read
from broker_tui.services.importing.row_values import RowNote
from broker_tui.services.ports import Store

PREVIEW_ROWS = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file would be read: heading -> field (None: left out), and the first rows as they stand."""

    kind: ImportKind
    rows: int
    encoding: str
    delimiter: str
    columns: tuple[tuple[str, str | None], ...]
    sample: tuple[tuple[str, ...], ...]
    """Cells of the first rows, one for each of `columns`."""
    missing: UnreadableFile | None = None
    """Why the file cannot be imported with these columns, None when it can."""

    def mapped(self, chosen: Mapping[str, str]) -> "Preview":
        """The same file with `chosen` (heading -> field, "" leaves out) before the table of headings."""
        return _preview(self, tuple(heading for heading, _field in self.columns), chosen)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `saved` None what it would do or why it did nothing."""

    rows: int
    created: int
    updated: int
    unchanged: int
    errors: tuple[RowNote, ...]
    warnings: tuple[RowNote, ...]
    saved: Saved | None = None


class Importer:
    """Use case over the store; reading and planning are pure."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def preview(self, kind: ImportKind, path: Path, chosen: Mapping[str, str] | None = None) -> Preview:
        """How the columns of a file are understood; `missing` says what it lacks.

        Raises:
            UnreadableFile: not a table.
        """
        return preview_file(kind, path, chosen)

    def run(
        self,
        kind: ImportKind,
        path: Path,
        *,
        dry_run: bool = False,
        skip_bad_rows: bool = False,
        chosen: Mapping[str, str] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        """Import `path`. With errors nothing is written, unless `skip_bad_rows` leaves those rows out.

        Raises:
            UnreadableFile: not a table of this kind.
            StoreFull: nothing was written.
        """
        table: Table = read(path)
        mapping = map_columns(kind, table, dict(chosen or {}))
        plan = Planner(self._store, kind, table, mapping, self._clock.today()).run(
            _watched(table, on_progress) if on_progress else table.rows
        )
        saved = None
        if not dry_run and (skip_bad_rows or not plan.errors) and (plan.writes or plan.imported):
            saved = self._store.save(plan.writes, imported=plan.imported)
            self._store.note_audit("import", kind, "", f"rows {len(table.rows)}")
        return ImportReport(
            rows=len(table.rows),
            created=plan.created,
            updated=plan.updated,
            unchanged=plan.unchanged,
            errors=tuple(sorted(plan.errors, key=lambda note: note.row)),
            warnings=tuple(sorted(plan.warnings, key=lambda note: note.row)),
            saved=saved,
        )


def preview_file(kind: ImportKind, path: Path, chosen: Mapping[str, str] | None = None) -> Preview:
    """How the columns of a file are understood; needs no open caseload.

    Raises:
        UnreadableFile: not a table.
    """
    table = read(path)
    shown = [index for index, heading in enumerate(table.header) if heading]
    sample = tuple(tuple(row.cells[index] for index in shown) for row in table.rows[:PREVIEW_ROWS])
    empty = Preview(kind, len(table.rows), table.encoding, table.delimiter, (), sample)
    return _preview(empty, [table.header[index] for index in shown], chosen or {})


def _preview(preview: Preview, header: Sequence[str], chosen: Mapping[str, str]) -> Preview:
    mapping = match_columns(preview.kind, header, dict(chosen))
    fields = {index: name for name, index in mapping.columns.items()}
    columns = tuple((heading, fields.get(index)) for index, heading in enumerate(header))
    return replace(preview, columns=columns, missing=missing_column(preview.kind, mapping))


def _watched(table: Table, on_progress: Callable[[int, int], None]) -> Iterator[Row]:
    total = len(table.rows)
    for done, row in enumerate(table.rows, 1):
        if done % 200 == 0 or done == total:
            on_progress(done, total)
        yield row
