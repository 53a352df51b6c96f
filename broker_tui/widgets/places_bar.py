"""The first row: the places of the program, and at the right the glance guard, the connection and what is unsent."""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive

from broker_tui.i18n import _
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, blank, cut, join, line, width
from broker_tui.widgets.step_mark import small_mark

WIDE = 116


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its id, the key as written, and its name as translated."""

    id: str
    key: str
    label: str


class PlacesBar(LineWidget):
    """The places with the active one as a hole to the page."""

    DEFAULT_CSS = """
    PlacesBar { height: 1; width: 1fr; background: $bar; }
    PlacesBar:ansi { background: ansi_default; }
    """

    places: reactive[tuple[Place, ...]] = reactive(())
    active: reactive[str] = reactive("")
    guard: reactive[bool] = reactive(False)
    """Whether the glance guard is on."""
    online: reactive[bool | None] = reactive(None)
    """None: there is no hub to be connected to."""
    unsent: reactive[int] = reactive(0)
    warning: reactive[bool] = reactive(False)
    """The lease runs out soon: unsent is amber."""

    @dataclass
    class Chosen(Message):
        """A place was clicked."""

        place_id: str

    def __init__(self, places: tuple[Place, ...] = (), active: str = "", *, id: str | None = None) -> None:
        """Show `places`."""
        super().__init__(id=id)
        self.set_reactive(PlacesBar.places, places)
        self.set_reactive(PlacesBar.active, active)
        self._spots: list[tuple[int, int, str]] = []

    def _state(self, wide: bool, *, with_connection: bool = True) -> Line:
        parts: list[Line] = []
        if self.guard:
            parts.append(line((f" {_('discreet')} ", "badge")))
        if with_connection and self.online is not None:
            word = _("online") if self.online else _("offline")
            sign = glyph("ok" if self.online else "missing")
            parts.append(line((f"{sign} {word}" if wide else word, "muted")))
        if self.unsent:
            text = _("{count} unsent").format(count=self.unsent)
            if self.warning:
                parts.append(line((f"{glyph('soon')} {text}", "warn")))
            else:
                parts.append(line((f"{glyph('unsent')} " if wide else "", "accent"), text))
        if self.guard and len(parts) > 1:
            # the badge brings its own space, so that it takes the room "offline" had
            return parts[0] + blank(1) + join(parts[1:])
        return join(parts)

    def _names(self, wide: bool) -> Line:
        names: Line = EMPTY
        x = 2
        if wide:
            names = blank(3) + small_mark() + line((f" {_('broker')}", "strong"))
            x = width(names) + 2
            names += blank(2)
        else:
            names = blank(2)
        self._spots = []
        for place in self.places:
            active = place.id == self.active
            key = f"{place.key} " if wide else ""
            piece = line(
                (" ", "place" if active else "text"),
                (key, "place-key" if active else "faint"),
                (place.label, "place" if active else "muted"),
                (" ", "place" if active else "text"),
            )
            self._spots.append((x, x + width(piece), place.id))
            names += piece
            x += width(piece)
        return names

    def line_at(self, y: int) -> Line:
        """The bar."""
        cells = self.size.width
        wide = self.app.size.width >= WIDE
        names = self._names(wide)
        state = self._state(wide)
        if width(names) + width(state) + 3 > cells:
            state = self._state(wide, with_connection=False)
        if width(names) + width(state) + 3 > cells:
            names = cut(names, max(0, cells - width(state) - 4))
        gap = cells - 3 - width(names) - width(state)
        return names + blank(gap) + state + blank(3)

    def on_click(self, event: events.Click) -> None:
        """A click on a name goes there."""
        for begin, end, place_id in self._spots:
            if begin <= event.x < end:
                self.post_message(self.Chosen(place_id))
                return
