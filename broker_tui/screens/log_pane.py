"""Log: who changed what when, on which device, and whether the hub has it."""

from typing import Any

from textual.app import ComposeResult
from textual.widget import Widget

from broker_tui.domain.views import CaseCard, CompanyCard, LogRow, NotFound
from broker_tui.i18n import _, words
from broker_tui.i18n.format import moment
from broker_tui.screens import registry, say, where_lines
from broker_tui.screens.card_base import Pane
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.spans import Line, Role, line

_STRETCH = 200
"""Changes read at a time."""


def sent_words(row: LogRow) -> tuple[str, str, Role]:
    """Sign, word and role of where a change is."""
    if row.registered and row.sent in ("sent", "received"):
        return glyph("ok"), _("registered"), "ok"
    return {
        "unsent": (glyph("unsent"), _("saved here"), "accent"),
        "sent": (glyph("ok"), _("at the hub"), "ok"),
        "refused": (glyph("refused"), _("refused"), "err"),
        "received": (glyph("received"), _("received"), "accent"),
    }[row.sent]  # type: ignore[return-value]  # roles are literals


def log_columns() -> Columns:
    """When, who, what, where."""
    return Columns(
        (
            Column("when", _("When"), width=13),
            Column("who", _("Who"), width=16),
            Column("what", _("What"), min_width=20),
            Column("device", _("Device"), width=12, drop=1),
            Column("sent", _("Where"), width=11),
        )
    )


def log_row(row: LogRow, today: Any) -> Row:
    """One change in words."""
    sign, word, role = sent_words(row)
    fields = ", ".join(words.field(name).lower() for name in row.fields) if row.kind == "patch" else ""
    kind = _("undone") if row.undoes else say.inline(words.label("op_kind", row.kind))
    what: Line = line(
        words.record_type(row.record_type), (f"  {kind}", "muted"), (f"  {fields}" if fields else "", "muted")
    )
    cells = {
        "when": line((moment(row.at, today), "muted")),
        "who": line(row.staff_name or (_("me") if row.mine else glyph("none"))),
        "what": what,
        "device": line((row.device or (_("this one") if row.mine else ""), "muted")),
        "sent": line((word, "muted")),
    }
    return Row(row.op_id, cells, sign=sign, sign_role=role)


class LogPane(Pane[Any]):
    """The history of a person or a company."""

    _rows: tuple[LogRow, ...] = ()
    _more = True

    def compose(self) -> ComposeResult:
        """One list."""
        yield RowList(columns=log_columns(), header=True, id="log")

    @property
    def list(self) -> RowList:
        """The list."""
        return self.query_one("#log", RowList)

    def target(self) -> Widget:
        """The list."""
        return self.list

    def draw(self, card: CaseCard | CompanyCard) -> None:
        """Read again from the newest."""
        self._rows = ()
        self._read()

    def _about(self) -> str:
        card = self.card
        return card.citizen.id if isinstance(card, CaseCard) else card.company.id if card else ""

    def _read(self) -> None:
        offset, about, people = len(self._rows), self._about(), self.services.people

        def found(rows: list[LogRow]) -> None:
            self._rows += tuple(rows)
            self._more = len(rows) == _STRETCH
            self.list.set_rows([log_row(row, self.clock_today) for row in self._rows])

        self.read(
            lambda: people.log(about, offset, _STRETCH),
            found,
            group="log",
            description="read log",
            failed=lambda error: isinstance(error, NotFound),
        )

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Where the change is: here, at the hub, elsewhere."""
        event.stop()
        row = next((row for row in self._rows if row.op_id == event.key), None)
        if row is not None:
            self.app.push_screen(registry.read_sheet(*where_lines.where(row, self.clock_today)))

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """At the end, read on."""
        event.stop()
        if self._more and self._rows and event.key == self._rows[-1].op_id:
            self._read()
