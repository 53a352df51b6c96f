"""What the programmes ask, rule by rule; the list narrows while one types."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.commands import bindings_of
from broker_tui.commands.rules import LIST
from broker_tui.domain.text import fold
from broker_tui.i18n import _, ngettext, programme_words, words
from broker_tui.screens import registry
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.rules_read import Book, Listed, programmes, read_book
from broker_tui.widgets.badges import tab
from broker_tui.widgets.bar_input import BarInput
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import join, line


class RulesScreen(PlaceScreen):
    """One programme at a time; Tab shows the next, typing narrows the list, Enter reads a rule."""

    DEFAULT_CSS = """
    RulesScreen #rules-field { margin: 0 3; width: 60; }
    RulesScreen #rules { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(LIST)
    AUTO_FOCUS = "#rules-field"

    def __init__(self, programme: str = "") -> None:
        """Begin at a programme."""
        super().__init__(id="rules")
        self.programme = programme if programme in programmes() else programmes()[0]
        self._book: Book | None = None

    def body(self) -> Iterable[Widget]:
        """Field and rules."""
        field = BarInput(
            id="rules-field", placeholder=_("word of a rule, a step, a source or a weight"), select_on_focus=False
        )
        field.cursor_blink = False
        yield field
        columns = Columns((Column("what", min_width=40), Column("weight", width=13)))
        rows = RowList(columns=columns, id="rules")
        rows.can_focus = False
        yield rows

    def load(self) -> None:
        """Read the programme."""
        services, programme = self.services, self.programme
        self.read(lambda: read_book(services, programme), self._show, group="rules", description="read the rules")

    def _show(self, book: Book) -> None:
        if book.programme == self.programme:
            self._book = book
            self.redraw()

    def redraw(self) -> None:
        """The rules that hold all words typed."""
        rows = self.query_one("#rules", RowList)
        names = programmes()
        left = join((tab("", words.badge(name), active=name == self.programme) for name in names), 2)
        book = self._book
        if book is None:
            self.set_title(left)
            return
        wanted = fold(self.query_one("#rules-field", BarInput).value).split()
        found = [rule for rule in book.rules if all(word in rule.found_by for word in wanted)]
        rows.set_empty(line((self._empty(book), "muted")))
        rows.set_rows(_items(found), None)
        count = ngettext("{count} rule", "{count} rules", len(found)).format(count=len(found))
        self.set_title(left, line((count, "muted")))

    def _empty(self, book: Book) -> str:
        if not book.usable:
            named = words.badge(book.programme)
            return _("The rules of {programmes} cannot be used; what they ask is not here.").format(programmes=named)
        return _("No rule has these words.")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.redraw()

    def action_programme(self, step: int) -> None:
        """Another programme; what is typed stays."""
        names = programmes()
        self.programme = names[(names.index(self.programme) + step) % len(names)]
        self._book = None
        self.load()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """A click on a rule."""
        event.stop()
        self._open()

    def action_open(self) -> None:
        """Read the rule, once the field has taken every key typed before."""
        self.after_typing(self._open)

    def _open(self) -> None:
        key = self.query_one("#rules", RowList).cursor_key
        if key is not None:
            self.app.push_screen(registry.rule_page(key))

    def action_move(self, step: int) -> None:
        """Another rule."""
        self.query_one("#rules", RowList).action_move(step)

    def action_page(self, step: int) -> None:
        """Rules further on."""
        self.query_one("#rules", RowList).action_page(step)


def _items(rules: Iterable[Listed]) -> list[Item]:
    """Rules under their steps, in the order of the programme."""
    steps: dict[str, list[Listed]] = {}
    for rule in rules:
        steps.setdefault(rule.step, []).append(rule)
    items: list[Item] = []
    for step, found in steps.items():
        items.append(Heading(step, str(len(found))))
        for rule in found:
            weight = line((programme_words.severity(rule.severity), "muted"))
            items.append(Row(rule.rule, {"what": line(rule.title), "weight": weight}))
    return items
