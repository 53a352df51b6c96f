"""Where a row list gets its rows: a list in memory, or pages asked for as they come into sight."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from broker_tui.widgets.spans import Line, Role

PAGE = 100
_PAGES_KEPT = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a list."""

    key: str
    """Identity; the cursor stays on it when the rows are replaced."""
    cells: dict[str, Line] = field(default_factory=dict)
    """Content by column key, when the list has columns."""
    content: Line = ()
    """Content of the first line, when the list has no columns."""
    more: tuple[Line, ...] = ()
    """Further lines under the first."""
    sign: str = ""
    """State sign in the gutter, already a glyph."""
    sign_role: Role = "text"
    selectable: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a group, with what is counted in it."""

    title: str
    count: str = ""
    role: Role = "strong"
    note: Line = ()
    """Stands at the right edge."""


Item = Row | Heading
Provider = Callable[[int, int], Sequence[Item]]


class Source(Protocol):
    """Rows by index, and the lines they take."""

    @property
    def count(self) -> int:
        """Number of items."""

    @property
    def height(self) -> int:
        """Lines of all items."""

    def item(self, index: int) -> Item | None:
        """The item at `index`."""

    def top(self, index: int) -> int:
        """The line an item starts on, after the empty line before it."""

    def lines(self, index: int) -> int:
        """Lines an item takes, without the empty line before it."""

    def at(self, y: int) -> tuple[int, int]:
        """The item on line `y` and which of its lines that is (-1: the empty line before it)."""

    def find(self, key: str) -> int | None:
        """Where the row with `key` is now."""


class ListSource:
    """Rows and headings held in memory."""

    def __init__(self, items: Sequence[Item], *, airy: bool = False) -> None:
        """Hold `items`; `airy` puts an empty line between rows of several lines."""
        self._items = tuple(items)
        self._tops: list[int] = []
        self._starts: list[int] = []
        self._index = {item.key: i for i, item in enumerate(self._items) if isinstance(item, Row)}
        y = 0
        for index, item in enumerate(self._items):
            self._starts.append(y)
            before = isinstance(item, Heading) or (airy and bool(item.more) and isinstance(self._items[index - 1], Row))
            y += 1 if before and index else 0
            self._tops.append(y)
            y += self.lines(index)
        self._height = y

    @property
    def count(self) -> int:
        """Number of items."""
        return len(self._items)

    @property
    def height(self) -> int:
        """Lines of all items."""
        return self._height

    def item(self, index: int) -> Item | None:
        """The item at `index`."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def top(self, index: int) -> int:
        """The line an item starts on."""
        return self._tops[index]

    def lines(self, index: int) -> int:
        """Lines an item takes."""
        item = self._items[index]
        return 1 + len(item.more) if isinstance(item, Row) else 1

    def at(self, y: int) -> tuple[int, int]:
        """The item on line `y`."""
        index = bisect_right(self._starts, y) - 1
        return index, max(-1, y - self._tops[index]) if index >= 0 else -1

    def find(self, key: str) -> int | None:
        """Where a row is now."""
        return self._index.get(key)


class PagedSource:
    """One-line rows asked for a page at a time, so that 5,000 rows cost what 50 do.

    A heading takes one line too; one without a title is the empty line between groups.
    """

    def __init__(self, count: int, provider: Provider, find: Callable[[str], int | None] | None = None) -> None:
        """Ask `provider(offset, limit)` for rows; `find` says where a key is among all of them."""
        self._count = count
        self._provider = provider
        self._find = find
        self._pages: OrderedDict[int, Sequence[Item]] = OrderedDict()

    @property
    def count(self) -> int:
        """Number of rows."""
        return self._count

    @property
    def height(self) -> int:
        """Lines of all rows."""
        return self._count

    def item(self, index: int) -> Item | None:
        """The row at `index`; its page is fetched if it is not there."""
        if not 0 <= index < self._count:
            return None
        number, place = divmod(index, PAGE)
        if number in self._pages:
            self._pages.move_to_end(number)
        else:
            self._pages[number] = self._provider(number * PAGE, min(PAGE, self._count - number * PAGE))
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        page = self._pages[number]
        return page[place] if place < len(page) else None

    def top(self, index: int) -> int:
        """The line a row stands on."""
        return index

    def lines(self, index: int) -> int:
        """Always one."""
        return 1

    def at(self, y: int) -> tuple[int, int]:
        """The row on line `y`."""
        return (y, 0) if y < self._count else (self._count - 1, 1)

    def find(self, key: str) -> int | None:
        """Where a row is now: among the pages held, otherwise as told by the owner."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if isinstance(row, Row) and row.key == key:
                    return number * PAGE + place
        return self._find(key) if self._find is not None else None
