"""Backups of this caseload: what there is, one at once, one on a stick, and whether everything reads."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.backups import COMMANDS
from broker_tui.domain.clock import DENMARK
from broker_tui.eventlog import Event
from broker_tui.i18n import N_, _, ngettext
from broker_tui.i18n.format import moment
from broker_tui.screens.base import PlaceScreen, Reader
from broker_tui.services.backups import KeeperRefused, KeptBackup
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.form import Form
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import TextField

KINDS = {"daily": N_("the day's"), "before": N_("before a change that cannot be taken back")}
_MEGA = 1024 * 1024


class BackupsScreen(PlaceScreen):
    """The vault's own folder."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    _kept: tuple[KeptBackup, ...] = ()
    _trouble: tuple[str, ...] = ()
    _busy = False

    def body(self) -> Iterable[Widget]:
        """One list."""
        columns = (
            Column("made", _("Made"), width=14),
            Column("why", _("Kind"), min_width=18),
            Column("people", _("People"), width=8, align="right"),
            Column("unsent", _("Unsent"), width=8, align="right"),
            Column("size", _("Size"), width=9, align="right"),
        )
        yield RowList(columns=Columns(columns), header=True, id="rows")

    def load(self) -> None:
        """Read the folder."""
        backups = self.services.backups

        def found(read: tuple[Sequence[KeptBackup], list[str]]) -> None:
            self._kept, self._trouble = tuple(read[0]), tuple(read[1])
            self.redraw()

        self.read(lambda: (backups.kept(), backups.trouble), found, group="backups", description="read the backups")

    def redraw(self) -> None:
        """Show the rows."""
        rows = self.query_one("#rows", RowList)
        rows.set_empty(line((_("There is no backup yet: b writes one. One is written by itself each day."), "muted")))
        rows.set_rows([self._row(one) for one in self._kept])
        count = ngettext("{count} backup", "{count} backups", len(self._kept)).format(count=len(self._kept))
        right = line((self._trouble[-1], "warn")) if self._trouble else line((count, "muted"))
        self.set_title(line((_("Backups"), "strong")), right)

    def _row(self, one: KeptBackup) -> Row:
        def number(value: int | None) -> Line:
            return line(("" if value is None else str(value), "muted"))

        size = f"{max(1, round(one.size / _MEGA))} MB"
        cells = {
            "made": line(moment(one.made.astimezone(DENMARK), self.clock_today)),
            "why": line((_(KINDS.get(one.kind, one.kind)), "muted")),
            "people": number(one.people),
            "unsent": number(one.unsent),
            "size": line((size, "muted")),
        }
        return Row(one.path.name, cells)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Read the backup to its last page."""
        event.stop()
        one = next((kept for kept in self._kept if kept.path.name == event.key), None)
        if one is None or self._busy:
            return
        path, backups = one.path, self.services.backups
        self._begin(_("Reading the backup …"))

        def done(sound: bool) -> None:
            self._busy = False
            if sound:
                self.broker.answer("ok", _("The backup is sound: every page of it reads."))
            else:
                self.broker.answer("refused", _("The backup does not read. Write another one: b"))

        self.read(
            lambda: backups.keeper.sound(path), done, group="work", description="read a backup", failed=self._failed
        )

    def action_now(self) -> None:
        """One at once."""
        if self._busy:
            return
        backups = self.services.backups
        self._begin(_("Writing the backup …"))

        def done(_path: Path) -> None:
            self._busy = False
            self.broker.noted(Event.BACKED_UP)
            self.load()
            self.broker.answer("ok", _("The backup is written and proved."))

        self.read(backups.at_once, done, group="work", description="write a backup", failed=self._failed)

    def action_to_file(self) -> None:
        """One where somebody wants it."""

        def chosen(target: Path | None) -> None:
            if target is None:
                return
            backups = self.services.backups
            self._begin(_("Writing the backup …"))

            def done(_nothing: None) -> None:
                self._busy = False
                self.broker.noted(Event.BACKED_UP)
                self.broker.answer("ok", _("The backup is written and proved: {file}").format(file=target))

            self.read(
                lambda: backups.write(target), done, group="work", description="write a backup", failed=self._failed
            )

        if not self._busy:
            self.app.push_screen(TargetSheet(), chosen)

    def action_check(self) -> None:
        """Read every page."""
        if self._busy:
            return
        backups = self.services.backups
        self._begin(_("Reading the whole caseload …"))

        def done(found: list[str]) -> None:
            self._busy = False
            self.broker.noted(Event.CHECKED, problems=len(found))
            self.broker.tell_damage(found)
            if not found:
                self.broker.answer("ok", _("The caseload is sound: every page and index reads."))

        self.read(backups.check, done, group="work", description="check the caseload", failed=self._failed)

    def _begin(self, sentence: str) -> None:
        self._busy = True
        self.broker.answer("", sentence)

    def _failed(self, error: Exception) -> bool:
        """Whatever it was, the keys work again."""
        self._busy = False
        if not isinstance(error, KeeperRefused):
            return False
        self.broker.answer("refused", error.sentence)
        return True


class TargetSheet(FormSheet[Path | None], Reader):
    """Where to."""

    def heading(self) -> Line:
        """What this is."""
        return line((_("Backup to a file"), "strong"))

    def body(self) -> Iterable[Widget]:
        """The path."""
        stamp = self.broker.clock.now().strftime("%Y-%m-%d")
        with Form():
            yield TextField("file", _("File"), value=str(Path.home() / f"broker-{stamp}.zip"), label_width=8)

    def on_mount(self) -> None:
        """Begin in it."""
        self.query_one(Form).fields()["file"].focus()

    def action_done(self) -> None:
        """Take the path."""
        form = self.query_one(Form)
        text = form.values()["file"].strip()
        path = Path(text).expanduser()
        if not text or not path.parent.is_dir():
            form.show_errors({"file": _("There is no such folder. Choose one that is there.")})
        elif path.exists():
            form.show_errors({"file": _("There is a file {path} already. Name another one.").format(path=path.name)})
        else:
            self.dismiss(path)
