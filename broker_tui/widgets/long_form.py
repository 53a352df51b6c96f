"""A form of many fields in parts: the first ones are drawn at once, the rest while somebody reads them.

What stands in fields that are not drawn yet is kept as text, so that values, drafts and errors never depend on how far
the drawing has come.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from broker_tui.i18n import N_
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import line

AT_ONCE, AT_A_TIME = 8, 6
"""Fields of the first picture, and of each step after it."""


@dataclass(frozen=True)
class Part:
    """Fields under a heading."""

    title: str
    keys: tuple[str, ...]
    make: Callable[[str], Widget]
    """A field by its key."""


class PartHead(Lines):
    """The heading of a part."""

    DEFAULT_CSS = """
    PartHead { margin: 1 0 0 0; }
    PartHead.-first { margin: 0; }
    """


class LongForm(Form):
    """Parts one below the other; a part none of whose fields is asked for has no heading."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "screen.part(1)", N_("next section"), show=False, id="form.section", priority=True),
        Binding("pageup", "screen.part(-1)", N_("section back"), show=False, id="form.section-back", priority=True),
    ]

    def __init__(self, parts: Sequence[Part], texts: Mapping[str, str], hidden: Collection[str]) -> None:
        """Show `parts` filled with `texts`, without the fields `hidden`."""
        super().__init__()
        self.parts = tuple(parts)
        self._texts = dict(texts)
        self._hidden = frozenset(hidden)
        self._drawn = 0
        self._order = [(place, key) for place, part in enumerate(parts) for key in part.keys]

    def compose(self) -> ComposeResult:
        """The first of them."""
        yield from self._next(AT_ONCE)

    def on_mount(self) -> None:
        """The rest."""
        self.call_after_refresh(self.draw_on)

    def _next(self, count: int) -> Iterable[Widget]:
        shown = 0
        while self._drawn < len(self._order) and shown < count:
            place, key = self._order[self._drawn]
            part = self.parts[place]
            if key == part.keys[0]:
                head = PartHead(line((part.title, "strong")), id=f"part-{place}", classes="" if place else "-first")
                head.display = any(name not in self._hidden for name in part.keys)
                yield head
            made = part.make(key)
            made.display = key not in self._hidden
            shown += made.display
            self._drawn += 1
            yield made

    @property
    def complete(self) -> bool:
        """Whether everything is drawn."""
        return self._drawn >= len(self._order)

    async def draw_on(self, count: int = AT_A_TIME) -> None:
        """Draw further fields, and so on until all are there."""
        if self.complete or not self.is_attached:
            return
        await self.mount(*self._next(count))
        if not self.complete:
            self.call_after_refresh(self.draw_on)

    async def draw_all(self) -> None:
        """Draw everything now: the focus goes to a field that may not be there yet."""
        await self.draw_on(len(self._order))

    def values(self) -> dict[str, str]:
        """What the fields hold, drawn or not."""
        drawn = super().values()
        return {key: drawn.get(key, self._texts.get(key, "")) for _place, key in self._order}

    def set_values(self, values: Mapping[str, str]) -> None:
        """Fill fields, drawn or not."""
        self._texts |= values
        super().set_values(values)
        for field in self.fields().values():
            field.close_veil()

    def text(self, key: str) -> str:
        """What is filled in at first: for a field that is being made."""
        return self._texts.get(key, "")

    def show_without(self, hidden: Collection[str]) -> None:
        """Show all fields but these; what was typed in them stays."""
        wanted = frozenset(hidden)
        if wanted == self._hidden:
            return
        self._hidden = wanted
        fields = self.fields()
        for place, part in enumerate(self.parts):
            for key in part.keys:
                if key in fields:
                    fields[key].display = key not in wanted
            for head in self.query(f"#part-{place}"):
                head.display = any(name not in wanted for name in part.keys)

    def part_of(self, widget: Widget | None) -> int:
        """Which part a widget stands in."""
        keys = {field.key for field in (widget.ancestors_with_self if widget else ()) if isinstance(field, Field)}
        return next((n for n, part in enumerate(self.parts) if keys.intersection(part.keys)), 0)

    async def go_to_part(self, part: int, step: int) -> None:
        """Put the focus into the first field of the next part (or of the one before) that has one."""
        await self.draw_all()
        fields, number = self.fields(), part + step
        while 0 <= number < len(self.parts):
            for key in self.parts[number].keys:
                if fields[key].display and fields[key].takes_focus:
                    fields[key].focus(scroll_visible=False)
                    self.query_one(f"#part-{number}").scroll_visible(top=True, animate=False)
                    return
            number += step

    def show_errors(self, errors: Mapping[str, str]) -> bool:
        """As every form; only a field that is asked for takes the focus."""
        first: Field | None = None
        for key, field in self.fields().items():
            field.error = errors.get(key, "")
            if field.error and first is None and field.display:
                first = field
        if first is not None:
            first.focus()
        return first is not None
