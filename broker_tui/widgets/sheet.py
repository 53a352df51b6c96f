"""Dialogs: a sheet from the bottom edge that leaves the head of the page in sight, and the question of two keys."""

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from broker_tui.i18n import N_, _
from broker_tui.widgets.answer_line import AnswerLine
from broker_tui.widgets.key_line import RIGHT, KeyHint, KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, line

Result = TypeVar("Result")

HEAD = 4
"""Rows of the page that stay in sight above a sheet: places bar and the head of a card."""


class Sheet(ModalScreen[Result], Generic[Result]):
    """A dialog; `Esc` closes it with None, subclasses bring `heading` and `body`."""

    FRAME: ClassVar[int] = 5
    """Rows of a sheet around its body: edge, title, two empty lines, keys."""
    DEFAULT_CSS = """
    Sheet { align: center bottom; background: $scrim; overflow: hidden; }
    Sheet:ansi { background: transparent; }
    Sheet > #sheet {
        width: 100%; height: auto; padding: 0; background: $surface; border-top: solid $sheet-edge;
    }
    Sheet > #sheet:ansi { background: ansi_default; }
    Sheet #sheet-title { padding: 0 3; height: 1; margin: 0 0 1 0; }
    Sheet #sheet-body { height: auto; padding: 0 3; scrollbar-size: 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("close"), id="sheet.close", group=RIGHT),
    ]

    def heading(self) -> Line:
        """The title line."""
        return EMPTY

    def body(self) -> Iterable[Widget]:
        """What stands between the title and the keys."""
        raise NotImplementedError

    def keys(self) -> KeyLine:
        """The key line; made from the live bindings unless overridden."""
        return KeyLine(id="sheet-keys")

    def compose(self) -> ComposeResult:
        """Title, body, answer, keys."""
        with Vertical(id="sheet"):
            heading = self.heading()
            if heading:
                yield Lines(heading, id="sheet-title")
            with VerticalScroll(id="sheet-body", can_focus=False):
                yield from self.body()
            yield AnswerLine(id="sheet-answer")
            yield self.keys()

    def on_resize(self, event: events.Resize) -> None:
        """The body scrolls where the sheet would cover the head of the page."""
        self.query_one("#sheet-body").styles.max_height = max(3, event.size.height - HEAD - self.FRAME)

    def set_heading(self, content: Line) -> None:
        """Show another title."""
        for title in self.query("#sheet-title").results(Lines):
            title.update(content)

    def say(self, sign: str, sentence: str, key: str = "", label: str = "") -> None:
        """Answer on the line above the keys."""
        self.query_one("#sheet-answer", AnswerLine).show(sign, sentence, key, label)

    def set_note(self, note: Line) -> None:
        """A standing word at the left of the key line, such as when the draft was kept."""
        self.query_one(KeyLine).note = note

    def action_leave(self) -> None:
        """Close without a result; a form sheet keeps its draft before it calls this."""
        self.dismiss(None)


class FormSheet(Sheet[Result]):
    """A sheet with a form: `^D` is done even while a text field has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "finish", N_("save"), priority=True, id="form.done"),
        # Priority: keys go to the field that has the focus when they arrive, so the focus must move at once, or a
        # fast typist writes the next value into this field.
        Binding("tab", "app.focus_next", N_("next field"), priority=True, id="form.tab", key_display="Tab"),
        Binding("shift+tab", "app.focus_previous", N_("previous field"), show=False, priority=True, id="form.backtab"),
    ]

    def action_finish(self) -> None:
        """Be done once the field has taken every key typed before: a priority key would overtake them."""
        (self.focused or self).call_later(self.action_done)

    def action_done(self) -> None:
        """Check the form and dismiss with its result."""
        raise NotImplementedError


class Question(Sheet[bool]):
    """One sentence and two keys; the dangerous one is a letter that did not open the question."""

    def __init__(self, sentence: str, key: str, label: str, keep: str, *, opened_by: str = "") -> None:
        """Ask `sentence`.

        Args:
            sentence: the question, already translated.
            key: the letter that does it.
            label: what that letter does.
            keep: what `Esc` does.
            opened_by: the key that opened the question.

        Raises:
            ValueError: the dangerous key is the one that opened the question, or no letter.
        """
        super().__init__()
        if key == opened_by or len(key) != 1 or not key.isalpha():
            raise ValueError("the key of a question is a letter that did not open it")
        self._sentence = sentence
        self._key = key
        self._label = label
        self._keep = keep

    def body(self) -> Iterable[Widget]:
        """The sentence."""
        yield Lines(line(self._sentence), wrapped=True, id="question")

    def keys(self) -> KeyLine:
        """The two keys."""
        return KeyLine((KeyHint(self._key, self._label, self._key), KeyHint(_("Esc"), self._keep, "escape")))

    def on_key(self, event: events.Key) -> None:
        """Only the letter does it."""
        if event.character == self._key:
            event.stop()
            self.dismiss(True)

    def action_leave(self) -> None:
        """Keep things as they are."""
        self.dismiss(False)
