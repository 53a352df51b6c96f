"""Bringing a caseload in: which file, what its columns mean, what would happen, and then it happens or nothing does.

Reading, checking and saving run in worker threads; the page only counts. Every step goes back with `Esc`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.importing import COMMANDS
from broker_tui.domain.views import StoreFull
from broker_tui.i18n import _
from broker_tui.i18n.format import integer
from broker_tui.i18n.import_words import kind_words
from broker_tui.refusals import not_written
from broker_tui.screens import import_lines, registry
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.import_file import ORDER, FileStep
from broker_tui.screens.import_meaning import LEFT_OUT, MeaningPicker
from broker_tui.screens.import_paths import as_path
from broker_tui.services.importing import ImportFault, ImportKind, ImportReport, Preview, UnreadableFile
from broker_tui.widgets.form import Form
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import EMPTY, line
from broker_tui.widgets.step_mark import progress, steps

Step = Literal["file", "columns", "check", "done"]
STEPS: tuple[Step, ...] = ("file", "columns", "check", "done")
_STEP_OF = {
    "read_file": "file",
    "complete": "file",
    "meaning": "columns",
    "check": "columns",
    "run_import": "check",
    "good_rows": "check",
    "open_place": "done",
    "undo_import": "done",
    "next_file": "done",
}


@dataclass
class Progress(Message):
    """Rows read so far by the worker of turn `turn`."""

    turn: int
    done: int
    total: int


class Abandoned(Exception):
    """The broker went back while rows were being read."""


class NoteList(RowList):
    """Errors and warnings: there is nothing behind a row."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No opening, no marking."""
        return action not in ("activate", "mark")


class ImportScreen(PlaceScreen):
    """Four steps on one page."""

    DEFAULT_CSS = """
    ImportScreen .import-step { height: 1fr; width: 1fr; display: none; }
    ImportScreen .import-step.-now { display: block; }
    ImportScreen #import-done { padding: 0 3; }
    ImportScreen .import-head { padding: 0 3; margin: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    AUTO_FOCUS = "#import-file ChoiceBar"

    def __init__(self) -> None:
        """Begin with the file."""
        super().__init__(id="import")
        self.step: Step = "file"
        self.kind: ImportKind = ORDER[0]
        self.path = Path()
        self.preview: Preview | None = None
        self.report: ImportReport | None = None
        self.chosen: dict[str, str] = {}
        self._turn = 0
        self._busy = False
        self._writing = False
        self._undone = False

    # Frame

    def body(self) -> Iterable[Widget]:
        """All steps; one is shown."""
        yield FileStep(self.guard)
        with Vertical(id="import-columns", classes="import-step"):
            yield Lines(wrapped=True, id="columns-head", classes="import-head")
            yield RowList(columns=import_lines.column_columns(), header=True, id="columns-list")
        with Vertical(id="import-check", classes="import-step"):
            yield Lines(wrapped=True, id="check-head", classes="import-head")
            yield NoteList(columns=import_lines.note_columns(), header=True, id="check-list")
        with Vertical(id="import-done", classes="import-step"):
            yield Lines(wrapped=True, id="done-lines")

    @property
    def file_step(self) -> FileStep:
        """Kind and path."""
        return self.query_one(FileStep)

    def load(self) -> None:
        """Nothing is read before a file is named."""
        self.redraw()

    def _go(self, step: Step) -> None:
        self.step = step
        for name in STEPS:
            self.query_one(f"#import-{name}").set_class(name == step, "-now")
        self.redraw()
        if step == "file":
            self.file_step.path_field.focus()
        elif step == "done":
            self.set_focus(None)
        else:
            self.query_one(f"#{step}-list").focus()
        self.refresh_bindings()

    def redraw(self) -> None:
        """Show the step again."""
        number = STEPS.index(self.step) + 1
        words = _("step {number} of {of}").format(number=number, of=len(STEPS))
        left = line((_("Import"), "strong"))
        if self.step != "file":
            left += line("  ", (kind_words(self.kind), "text"), "  ", (self.guard.words(self.path.name), "muted"))
        self.set_title(left, steps(number, len(STEPS), words))
        {"file": self._draw_file, "columns": self._draw_columns, "check": self._draw_check, "done": self._draw_done}[
            self.step
        ]()

    # Which file

    def _draw_file(self) -> None:
        self.file_step.draw()

    def action_complete(self) -> None:
        """As much of the path as is certain; on the choice of kind, Tab only moves on."""
        if self.file_step.path_field.has_focus_within:
            self.after_typing(self._complete)
        else:
            self.file_step.path_field.focus()

    def _complete(self) -> None:
        if self.file_step.can_complete:
            self.file_step.complete()

    def action_read_file(self) -> None:
        """Read the columns of the file."""
        if self.file_step.path_field.has_focus_within:
            self.after_typing(self._read_file)
        else:
            self.file_step.path_field.focus()

    def _read_file(self) -> None:
        field = self.file_step.path_field
        if self._busy:
            return
        if not field.value.strip():
            field.error = _("Write or paste the path of the file, for example ~/Downloads/citizens.xlsx.")
            return
        kind, path = self.file_step.kind, as_path(field.value)
        if (kind, path) != (self.kind, self.path):
            self.chosen = {}
        self.kind, self.path = kind, path
        importer, chosen = self.services.importer, dict(self.chosen)

        def work() -> Preview:
            if path.is_dir():
                raise IsADirectoryError
            return importer.preview(kind, path, chosen)

        self._busy = True
        self.file_step.draw(busy=True)
        self.read(work, self._read, group="import-read", description="read a file", failed=self._not_read)

    def _read(self, preview: Preview) -> None:
        self._busy = False
        self.file_step.draw(busy=False)
        if self.step == "file":
            self.preview = preview
            self._go("columns")

    def _not_read(self, error: Exception) -> bool:
        self._busy = False
        if isinstance(error, IsADirectoryError):
            sentence = _("This is a folder. Choose a file in it.")
        elif isinstance(error, UnreadableFile):
            sentence = import_lines.refusal(error)
        elif isinstance(error, OSError | ValueError) and not isinstance(error, StoreFull):
            sentence = import_lines.refusal(UnreadableFile(ImportFault.MISSING))
        else:
            return False
        if self.step != "file":
            self._go("file")
        self.file_step.path_field.error = sentence
        self.file_step.draw(busy=False)
        return True

    # What the columns mean

    def _draw_columns(self) -> None:
        preview = self.preview
        if preview is None:
            return
        head = self.query_one("#columns-head", Lines)
        head.update(import_lines.how_read(preview), *import_lines.column_advice(preview))
        self.query_one("#columns-list", RowList).set_rows(import_lines.column_rows(preview, self.guard))

    def action_meaning(self) -> None:
        """Choose what the column under the cursor means."""
        preview, key = self.preview, self.query_one("#columns-list", RowList).cursor_key
        if preview is None or key is None:
            return
        heading, field = preview.columns[int(key)]

        def picked(chosen: str | None) -> None:
            if chosen is None:
                return
            meaning = "" if chosen == LEFT_OUT else chosen
            others = {name: other for name, other in self.chosen.items() if not meaning or other != meaning}
            self.chosen = {**others, heading: meaning}
            self.preview = preview.mapped(self.chosen)
            self.redraw()

        self.app.push_screen(MeaningPicker(heading, self.kind, field), picked)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """A double click on a column."""
        event.stop()
        if self.step == "columns":
            self.action_meaning()

    # What would happen

    def action_check(self) -> None:
        """Check every row; nothing is written."""
        if self.preview is not None and self.preview.missing is not None:
            self.broker.answer("refused", import_lines.refusal(self.preview.missing))
            return
        self.report = None
        self._busy = True
        self._go("check")
        self._start(dry_run=True, skip_bad_rows=False)

    def _start(self, *, dry_run: bool, skip_bad_rows: bool) -> None:
        """Run the importer in a worker of the app, so that an import that has begun is told of wherever one is."""
        self._turn += 1
        turn, importer, kind, path, chosen = self._turn, self.services.importer, self.kind, self.path, dict(self.chosen)
        self._writing = not dry_run

        def tell(done: int, total: int) -> None:
            if turn != self._turn:
                raise Abandoned
            self.post_message(Progress(turn, done, total))

        def work() -> tuple[int, ImportReport]:
            report = importer.run(
                kind, path, dry_run=dry_run, skip_bad_rows=skip_bad_rows, chosen=chosen, on_progress=tell
            )
            return turn, report

        self.broker.read(
            work,
            self._checked if dry_run else self._imported,
            group="import-check" if dry_run else "import-run",
            description="check a file" if dry_run else "import a file",
            failed=self._not_run,
        )

    def on_progress(self, message: Progress) -> None:
        """Say how many rows are read."""
        message.stop()
        if message.turn != self._turn or not self._busy:
            return
        numbers = {"done": integer(message.done), "total": integer(message.total)}
        words = _("{done} of {total} rows read").format(**numbers)
        if message.done == message.total:
            words = _("{total} rows read, now compared with the caseload …").format(**numbers)
        head = self.query_one("#check-head", Lines)
        head.update(progress(message.done, message.total, 24, words))

    def _checked(self, found: tuple[int, ImportReport]) -> None:
        turn, report = found
        if turn != self._turn or self.step != "check":
            return
        self._busy = False
        self.report = report
        self.redraw()
        self.refresh_bindings()

    def _not_run(self, error: Exception) -> bool:
        """A file that has changed or gone, or a full disk: nothing was written."""
        if isinstance(error, Abandoned):
            return True
        self._busy = self._writing = False
        if not self._shown:
            return self.broker.explain(error)
        if isinstance(error, StoreFull):
            self.redraw()
            self.refresh_bindings()
            full = _("Nothing was imported: the disk is full. Make room and try again.")
            self.broker.answer("refused", not_written(error, full))
            return True
        return self._not_read(error)

    @property
    def _shown(self) -> bool:
        return self in self.app.screen_stack

    def _draw_check(self) -> None:
        head, rows = self.query_one("#check-head", Lines), self.query_one("#check-list", RowList)
        report = self.report
        rows.display = report is not None and bool(report.errors or report.warnings)
        if self._busy or report is None:
            head.update(line((_("Reading the file …"), "accent")))
            return
        head.update(import_lines.counts(report), EMPTY, *import_lines.verdict(report))
        rows.set_rows(import_lines.note_rows(report, self.kind, self.size.width - 6))
        if self.focused is None and rows.display:
            rows.focus()

    # It happens

    def action_run_import(self) -> None:
        """Bring all rows in."""
        report = self.report
        if report is None:
            return
        if report.errors:
            self.broker.answer("refused", _("There are errors. Correct the file, or press b to leave these rows out."))
        elif not import_lines.worth_it(report):
            self.broker.answer("ok", _("All of it is here already; there is nothing to import."))
        else:
            self._write(skip_bad_rows=False)

    def action_good_rows(self) -> None:
        """Bring the rows without errors in, after a question."""
        report = self.report
        if report is None:
            return
        numbers = {
            "good": integer(report.created + report.updated),
            "bad": integer(import_lines.bad_rows(report)),
        }
        sentence = _("Bring {good} in and leave {bad} with errors out?").format(**numbers)

        def answered(yes: bool | None) -> None:
            if yes:
                self._write(skip_bad_rows=True)

        self.app.push_screen(Question(sentence, "i", _("import"), _("not now"), opened_by="b"), answered)

    def _write(self, *, skip_bad_rows: bool) -> None:
        self._busy = True
        self.redraw()
        self.refresh_bindings()
        self._start(dry_run=False, skip_bad_rows=skip_bad_rows)

    def _imported(self, found: tuple[int, ImportReport]) -> None:
        _turn, report = found
        self._busy = self._writing = False
        self.report = report
        if report.saved is None:
            if self._shown:
                self.redraw()
                self.refresh_bindings()
                self.broker.answer("refused", _("The file has changed since the check; nothing was imported."))
            return
        self._undone = False
        if self._shown:
            self._go("done")
        sentence = _("Imported: {new} new, {changed} changed").format(
            new=integer(report.created), changed=integer(report.updated)
        )
        self.broker.answer("ok", sentence, undo=True)

    def _draw_done(self) -> None:
        report = self.report
        if report is not None:
            lines = import_lines.outcome(report, self.kind, undone=self._undone)
            self.query_one("#done-lines", Lines).update(*lines)

    def action_undo_import(self) -> None:
        """Take the whole import back."""
        report = self.report
        if report is None or report.saved is None or self._busy:
            return
        self._busy = True
        self.broker.answer("", _("Taking the import back …"))
        journal, tx = self.services.journal, report.saved.tx

        def undone(_saved: object) -> None:
            self._busy, self._undone = False, True
            self.redraw()
            self.refresh_bindings()
            self.broker.answer("ok", _("The import was taken back."))

        def refused(error: Exception) -> bool:
            self._busy = False
            return self.broker.explain(error)

        self.read(lambda: journal.undo(tx), undone, group="act", description="undo an import", failed=refused)

    def action_open_place(self) -> None:
        """The list in which the new rows stand."""
        self.broker.go("companies" if self.kind == "companies" and registry.exists("companies") else "caseload")

    def action_next_file(self) -> None:
        """Another file, of the kind that comes next."""
        following = ORDER[(ORDER.index(self.kind) + 1) % len(ORDER)]
        self.preview, self.report, self.chosen = None, None, {}
        self.file_step.start_over(following)
        self._go("file")

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each step has its own keys; none while a worker writes."""
        wanted = _STEP_OF.get(action)
        if wanted is None:
            return super().check_action(action, parameters)
        if wanted != self.step or not self.is_mounted or not self.query(Form):
            return False
        report = self.report
        if action in ("run_import", "good_rows"):
            if report is None or self._busy:
                return False
            may = import_lines.worth_it(report)
            return may and bool(report.errors) if action == "good_rows" else may and not report.errors
        if action == "undo_import":
            return not self._undone and report is not None and report.saved is not None
        return True

    def action_back(self) -> None:
        """One step back; from the first and the last step out."""
        if self._writing:
            self.broker.answer("", _("The rows are being saved, all or none; one moment."))
            return
        self._turn += 1  # a check that still runs is not waited for
        self._busy = False
        if self.step == "check":
            self.report = None
            self._go("columns")
        elif self.step == "columns":
            self._go("file")
        else:
            super().action_back()
