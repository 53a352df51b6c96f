"""Choose which people the caseload shows: everybody, one area or one programme."""

from collections.abc import Iterable

from textual.widget import Widget

from broker_tui.i18n import _
from broker_tui.screens import say
from broker_tui.screens.base import Reader
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line, line


class CaseloadFilter(Sheet[str | None], Reader):
    """Closes with `all`, `area:<name>` or `programme:<code>`."""

    DEFAULT_CSS = """
    CaseloadFilter #sheet-body { padding: 0; }
    CaseloadFilter RowList { height: auto; max-height: 14; min-height: 8; }
    """

    def heading(self) -> Line:
        """The question."""
        return line((_("Show"), "strong"))

    def body(self) -> Iterable[Widget]:
        """The choices."""
        yield RowList(id="choices")

    def on_mount(self) -> None:
        """Read the areas."""
        self.read(self.services.people.areas, self._show, group="areas", description="read areas")

    def _show(self, areas: list[tuple[str, int]]) -> None:
        items: list[Item] = [Row("all", content=line(_("everybody")))]
        items.append(Heading(_("Programme")))
        items += [Row(f"programme:{code}", content=line(word)) for code, word in say.codes("programme")]
        if areas:
            items.append(Heading(_("Area")))
            items += [Row(f"area:{name}", content=line(name, (f"  {count}", "muted"))) for name, count in areas if name]
        rows = self.query_one(RowList)
        rows.styles.height = min(14, len(items) + 2)
        rows.set_rows(items)
        rows.focus()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Close with the choice."""
        event.stop()
        self.dismiss(event.key)
