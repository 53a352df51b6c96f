"""What all fields of a form share: the label, the value at one column, the hint beside it and the sentence under it."""

from dataclasses import dataclass
from typing import Self

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, line
from broker_tui.widgets.veil import Veil

LABEL_WIDTH, LONG_LABEL_WIDTH = 10, 13


class Field(Widget):
    """A label and a control; subclasses bring the control and say what its value is."""

    DEFAULT_CSS = """
    Field { height: auto; width: 1fr; layout: vertical; }
    Field.-apart { margin: 1 0 0 0; }
    Field > .field--row { height: auto; width: 1fr; }
    Field .field--label { height: 1; }
    Field.-wrapped .field--label { height: auto; padding: 0 2 0 0; }
    Field.-closed .field--control, Field.-closed .field--hint.-filled { display: none; }
    Field > .field--row > Veil { display: none; }
    Field.-closed > .field--row > Veil { display: block; }
    Field.-error BarInput, Field.-error BarArea, Field.-error BarInput:focus, Field.-error BarArea:focus {
        border-left: outer $error;
    }
    Field .field--hint { width: 1fr; height: 1; margin: 0 0 0 2; display: none; }
    Field .field--hint.-filled { display: block; }
    Field > .field--under { display: none; }
    Field > .field--under.-filled { display: block; }
    """

    error: reactive[str] = reactive("")
    """One sentence: what is wrong and an example that works."""
    nudge: reactive[str] = reactive("")
    """A privacy remark under the field; it never blocks."""
    hint: reactive[str] = reactive("")
    """Muted, right of the control."""
    help: reactive[str] = reactive("")
    """What to write; stands under the field while the focus is in it."""
    _veil: Veil | None = None
    _within = False

    @dataclass
    class Opened(Message):
        """What was hidden is shown now."""

        field: "Field"

    @dataclass
    class Changed(Message):
        """The broker changed the value."""

        field: "Field"
        value: str

        @property
        def control(self) -> "Field":
            """The field."""
            return self.field

    def __init__(
        self,
        key: str,
        label: str = "",
        *,
        label_width: int = LABEL_WIDTH,
        hint: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a field.

        Args:
            key: its name in the values of the form.
            label: what stands left of it, translated; empty for none (then it takes no room).
            label_width: cells of the label.
            hint: muted text right of the control.
            id: widget id.
            classes: CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self.key = key
        self.label = label
        self._label_width = label_width if label else 0
        self.set_reactive(Field.hint, hint)

    def apart(self) -> Self:
        """Begin a new group: an empty line above."""
        self.add_class("-apart")
        return self

    def wrapped(self) -> Self:
        """Break a long label between words instead of cutting it."""
        self.add_class("-wrapped")
        return self

    def veiled(self) -> Self:
        """Hide what stands here until it is opened, and again when the field is left; an empty field is open."""
        self._veil = Veil()
        return self

    def make_control(self) -> Widget:
        """The widget that takes the focus."""
        raise NotImplementedError

    @property
    def value(self) -> str:
        """What the field holds."""
        raise NotImplementedError

    def set_value(self, value: str) -> None:
        """Fill the field without telling anybody."""
        raise NotImplementedError

    @property
    def control(self) -> Widget:
        """The widget that takes the focus, once mounted."""
        return self.query_one(".field--control")

    def compose(self) -> ComposeResult:
        """Label, control and hint on one row, the sentence under it."""
        with Horizontal(classes="field--row"):
            if self.label:
                wrapped = self.has_class("-wrapped")
                label = Lines(line((self.label, "muted")), wrapped=wrapped, classes="field--label")
                label.styles.width = self._label_width
                yield label
            control = self.make_control()
            control.add_class("field--control")
            yield control
            if self._veil is not None:
                yield self._veil
            yield Lines(classes="field--hint")
        under = Lines(wrapped=True, classes="field--under")
        under.styles.margin = (0, 0, 0, self._label_width)
        yield under

    def on_mount(self) -> None:
        """Show what was set before there was anything to show it in."""
        self.watch_hint()
        self._show_under()
        self.close_veil()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Focus the control, or what hides it."""
        target = self._veil if self._veil is not None and self.has_class("-closed") else self.control
        target.focus(scroll_visible)
        return self

    @property
    def takes_focus(self) -> bool:
        """Whether there is something to write or choose."""
        return self.control.can_focus

    # What is hidden

    @property
    def hides(self) -> bool:
        """Whether the value is one that is hidden."""
        return self._veil is not None

    def close_veil(self) -> None:
        """Hide the value, unless there is none or somebody is writing it."""
        if self._veil is not None:
            self.set_class(bool(self.value) and not self._within, "-closed")

    def on_veil_lifted(self, event: Veil.Lifted) -> None:
        """Show the value and put the focus into it."""
        event.stop()
        self.remove_class("-closed")
        self.enter()
        self.post_message(self.Opened(self))

    def enter(self) -> None:
        """Put the focus where one goes on writing."""
        self.control.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what to write."""
        self._within = event.widget is not self._veil
        self._show_under()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Hide again what was shown."""
        self._within = False
        self._show_under()
        if self._veil is not None:
            self.call_after_refresh(self.close_veil)

    def watch_hint(self) -> None:
        """Show the hint where it belongs."""
        self._fill(".field--hint", line((self.hint, "muted")))

    def watch_error(self) -> None:
        """Colour the bar and say what is wrong."""
        self.set_class(bool(self.error), "-error")
        self._show_under()

    def watch_nudge(self) -> None:
        """Say the remark."""
        self._show_under()

    def _show_under(self) -> None:
        content: Line = EMPTY
        if self.error:
            content = line((f"{glyph('refused')} {self.error}", "err"))
        elif self.nudge:
            content = line((f"{glyph('soon')} ", "warn"), (self.nudge, "muted"))
        elif self.help and self._within:
            content = line((self.help, "muted"))
        self._fill(".field--under", content)

    def _fill(self, selector: str, content: Line) -> None:
        for target in self.query(selector).results(Lines):
            target.update(content)
            target.set_class(bool(content), "-filled")
