"""A company that was entered twice: choose the other record, then field by field what stays of the two."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from broker_tui.domain.views import CompanyCard
from broker_tui.i18n import N_, _, words
from broker_tui.screens import registry
from broker_tui.screens.base import Reader
from broker_tui.services.twins import Pair
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import Line, line

SIDES = ("older", "younger")


def merge_company(asking: Reader, card: CompanyCard) -> None:
    """Ask which record is the same company; what looks like it is offered first."""
    company = card.company
    begin = card.likely[0].record.name if card.likely else ""

    def merged(done: bool | None) -> None:
        if done:
            asking.broker.answer("ok", _("The two are one company now"), undo=True)

    def chosen(other: str | None) -> None:
        if other is not None:
            twins = asking.services.twins
            asking.read(
                lambda: twins.pair(company.id, other),
                lambda pair: asking.app.push_screen(CompanyMerge(pair), merged),
                group="merge",
                description="compare two companies",
            )

    picker = registry.company_picker(_("Which company is the same?"), begin=begin, exclude=[company.id])
    asking.app.push_screen(picker, chosen)


class Sides(RowList):
    """Fields with two values; Enter takes the other one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "activate", N_("take the other"), id="merge.turn", key_display="Enter"),
    ]


class CompanyMerge(FormSheet[bool | None], Reader):
    """What differs, side by side; closes with True once the two are one."""

    DEFAULT_CSS = """
    CompanyMerge #sheet-body { padding: 0; }
    CompanyMerge RowList { height: auto; max-height: 14; min-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose('older')", N_("older"), id="merge.older", key_display="←", show=False),
        Binding("right", "choose('younger')", N_("younger"), id="merge.younger", key_display="→", show=False),
        Binding("ctrl+d", "finish", N_("make them one"), priority=True, id="merge.done"),
    ]

    def __init__(self, pair: Pair) -> None:
        """Compare the two of `pair`; what only one says stays."""
        super().__init__()
        self._pair = pair
        self._sides = {name: "younger" if pair.value("older", name) is None else "older" for name in pair.told()}
        self._busy = False

    def heading(self) -> Line:
        """What is asked."""
        return line((_("One company, entered twice: what stays?"), "strong"))

    def body(self) -> Iterable[Widget]:
        """One row for each field that differs."""
        empty = line((_("The two say the same: ^D makes them one."), "muted"))
        yield Sides(columns=merge_columns(), header=True, empty=empty)

    def on_mount(self) -> None:
        """Show the fields."""
        self._show()
        self.query_one(RowList).focus()

    def _show(self) -> None:
        rows = self.query_one(RowList)
        rows.set_rows([self._row(name) for name in self._sides], rows.cursor_key)

    def _row(self, name: str) -> Row:
        cells = {"field": line((words.field(name), "muted"))}
        for side in SIDES:
            text = words.value("company", name, self._pair.value(side, name))
            stays = self._sides[name] == side
            cells[side] = line(("› " if stays else "  ", "accent"), (text or "–", "strong" if stays else "faint"))
        return Row(name, cells)

    def action_choose(self, side: str) -> None:
        """The value of one side stays."""
        key = self.query_one(RowList).cursor_key
        if key is not None:
            self._sides[key] = side
            self._show()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Enter takes the other value."""
        event.stop()
        self.action_choose(SIDES[1 - SIDES.index(self._sides[event.key])])

    def action_done(self) -> None:
        """Make them one."""
        if self._busy:
            return
        self._busy = True
        twins, pair, sides = self.services.twins, self._pair, dict(self._sides)
        self.read(
            lambda: twins.merge(pair.older.id, pair.younger.id, sides),
            lambda _saved: self.dismiss(True),
            group="merge",
            description="merge companies",
            failed=self._failed,
        )

    def _failed(self, _error: Exception) -> bool:
        self._busy = False
        return False


def merge_columns() -> Columns:
    """Field, and what each record says."""
    return Columns(
        (Column("field", "", width=18), Column("older", _("Older"), width=28), Column("younger", _("Younger")))
    )
