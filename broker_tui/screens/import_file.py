"""The first step of the import: what comes in, and the path of the file, typed, pasted or completed."""

from collections.abc import Iterable
from typing import cast

from textual.app import ComposeResult
from textual.containers import Vertical

from broker_tui.i18n import _
from broker_tui.screens import import_lines
from broker_tui.screens.import_paths import completed, completions, last_name
from broker_tui.screens.reading import Reading
from broker_tui.services.importing import ImportKind
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, line
from broker_tui.widgets.text_fields import TextField

ORDER: tuple[ImportKind, ...] = ("citizens", "companies", "placements", "contacts")
"""People come first: what follows is found by them."""
_NEAR = 6
"""Lines of names shown under the path."""


class FileStep(Vertical):
    """Two fields, what the kind needs, and the names that go on from what is typed."""

    DEFAULT_CSS = """
    FileStep { padding: 0 3; }
    FileStep Form { max-width: 90; }
    FileStep Lines.import-under { margin: 1 0 0 0; }
    """

    def __init__(self, guard: Guard) -> None:
        """Begin with citizens and no path."""
        super().__init__(id="import-file", classes="import-step -now")
        self._guard = guard
        self._matches: list[str] = []
        self._busy = False

    def compose(self) -> ComposeResult:
        """Fields and words."""
        options = [Option(kind, import_lines.short_kind(kind)) for kind in ORDER]
        with Form():
            yield ChoiceField("kind", _("What"), options=options, value=ORDER[0])
            yield TextField("path", _("File"), placeholder=_("type or paste the path, for example ~/Downloads/"))
        yield Lines(wrapped=True, id="import-words", classes="import-under")
        yield Lines(id="import-near", classes="import-under")

    @property
    def kind(self) -> ImportKind:
        """What comes in."""
        return cast(ImportKind, self.query_one(Form).values()["kind"])

    @property
    def path_field(self) -> TextField:
        """The path."""
        return cast(TextField, self.query_one(Form).fields()["path"])

    def start_over(self, kind: ImportKind) -> None:
        """An empty path for another file."""
        self.query_one(Form).set_values({"kind": kind, "path": ""})
        self._matches = []

    def draw(self, *, busy: bool | None = None) -> None:
        """Say what the kind needs and what may follow; `busy` while the file is read."""
        self._busy = self._busy if busy is None else busy
        needs = {
            "citizens": _("Needs a name, and a CPR number or a local number to know people again by."),
            "companies": _("Needs the name of the company; CVR and P-number let it be known again."),
            "placements": _("Needs CPR, local number or name, the kind and the start. Bring the citizens in first."),
            "contacts": _("Needs CPR, local number or name, and the date. Bring the citizens in first."),
        }[self.kind]
        forms = _("CSV, Excel (.xlsx) or JSON. Nothing is changed before you have seen what would happen.")
        lines = [line((needs, "muted")), line((forms, "muted"))]
        if self._busy:
            lines += [EMPTY, line((_("Reading the file …"), "accent"))]
        self.query_one("#import-words", Lines).update(*lines)
        self.query_one("#import-near", Lines).update(*self._near())

    def _near(self) -> Iterable[Line]:
        names = [last_name(path) for path in self._matches]
        for name in names[:_NEAR]:
            yield self._guard.note(name, "text")
        if len(names) > _NEAR:
            yield line((_("{count} more").format(count=len(names) - _NEAR), "muted"))

    def on_field_changed(self, event: Field.Changed) -> None:
        """Another kind, or another path: say what may follow."""
        if event.field.key == "kind":
            self.draw()
        else:
            self._look(event.value)

    def _look(self, text: str) -> None:
        reader = cast(Reading, self.screen)
        reader.read(lambda: completions(text), self._show, group="paths", description="read a folder")

    def _show(self, matches: list[str]) -> None:
        self._matches = matches
        self.draw()
        self.screen.refresh_bindings()

    @property
    def can_complete(self) -> bool:
        """Whether Tab knows how the path goes on."""
        field = self.path_field
        return field.has_focus_within and completed(field.value, self._matches) != field.value

    def complete(self) -> None:
        """As much of the path as is certain."""
        field = self.path_field
        field.set_value(completed(field.value, self._matches))
        self._look(field.value)
