"""Setting up: language, name, passphrase, the code for paper, what to begin with, three cards on how it works."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.entrance import FIRST_RUN, QUIT
from broker_tui.i18n import Language, _, language, use
from broker_tui.screens import registry
from broker_tui.screens.base import Reader
from broker_tui.screens.door import DoorRefused, Session
from broker_tui.screens.strength import strength_line
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.key_line import KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, line
from broker_tui.widgets.step_mark import small_mark, steps
from broker_tui.widgets.text_fields import MaskedField, TextField

_LABEL = 14


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its heading, what it explains, its fields, and what Enter does with their values."""

    name: str
    title: str
    words: tuple[str, ...]
    fields: Callable[[], Iterable[Widget]]
    done: Callable[[dict[str, str]], None]


class FirstRunScreen(Screen[None], Reader):
    """One step at a time; Enter goes on, Esc back."""

    DEFAULT_CSS = """
    FirstRunScreen > #first-page { align: center middle; height: 1fr; overflow: hidden; }
    FirstRunScreen #first { width: 66; height: auto; margin: 0 0 1 0; }
    FirstRunScreen #first-head { margin: 0 0 2 0; }
    FirstRunScreen #first-words { margin: 0 0 1 0; }
    FirstRunScreen #first-said { height: auto; min-height: 2; margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of((*FIRST_RUN, *QUIT))

    def __init__(self) -> None:
        """Begin with the language."""
        super().__init__()
        self._step = 0
        self._staff = ""
        self._code = ""
        self._session: Session | None = None
        self._busy = False

    # Frame

    def compose(self) -> ComposeResult:
        """Head, words, fields, what is said about them, keys."""
        with Vertical(id="first-page"), Vertical(id="first"):
            yield Lines(id="first-head")
            yield Lines(id="first-title")
            yield Lines(wrapped=True, id="first-words")
            yield Vertical(id="first-form")
            yield Lines(wrapped=True, id="first-said")
        yield KeyLine()

    async def on_mount(self) -> None:
        """The first step."""
        self.query_one("#first-form").styles.height = "auto"
        await self._show()

    def _steps(self) -> tuple[Step, ...]:
        return (
            Step("language", _("Language"), (_("Sprog / language"),), self._language_fields, self._take_language),
            Step(
                "name",
                _("What is your name?"),
                (_("Your name stands on contacts and visits, and on what colleagues see."),),
                lambda: (TextField("name", _("Name"), value=self._staff, label_width=_LABEL),),
                self._take_name,
            ),
            Step(
                "passphrase",
                _("Choose a passphrase"),
                (
                    _("It closes everything on this laptop. Nobody can read it out, and nobody can reset it."),
                    _("Length counts, signs do not: 14 characters or five words."),
                ),
                lambda: (
                    MaskedField("passphrase", _("Passphrase"), label_width=_LABEL),
                    MaskedField("again", _("Once more"), label_width=_LABEL),
                ),
                self._take_passphrase,
            ),
            Step(
                "code",
                _("Write the recovery code on paper"),
                (
                    _("It opens the caseload if the passphrase is forgotten. It is shown only now."),
                    _("Keep the paper away from the laptop. Then type its last group to show that it is written down."),
                ),
                lambda: (
                    Lines(EMPTY, line((self._code, "strong")), EMPTY),
                    TextField("group", _("Last group"), label_width=_LABEL, control_width=10),
                ),
                self._take_group,
            ),
            Step(
                "start",
                _("What do you begin with?"),
                (_("All of this can be done later too."),),
                self._start_fields,
                self._take_start,
            ),
            Step(
                "hub",
                _("Join the municipality's hub"),
                (_("The address and the one-time code come from your administrator. Leave both empty to wait."),),
                lambda: (
                    TextField("url", _("Address"), label_width=_LABEL, placeholder="https://"),
                    TextField("code", _("Code"), label_width=_LABEL),
                ),
                self._take_hub,
            ),
            *(
                Step(f"tour{number}", title, words, tuple, self._take_card)
                for number, (title, words) in enumerate(_tour(), start=1)
            ),
        )

    @property
    def step(self) -> Step:
        """The step in front."""
        return self._steps()[self._step]

    async def _show(self) -> None:
        step = self.step
        tour = step.name.startswith("tour")
        number, of = (int(step.name[4:]), 3) if tour else (self._step + 1, 6)
        words = _("card {number} of {of}") if tour else _("step {number} of {of}")
        self.query_one("#first-head", Lines).update(
            small_mark()
            + line((f" {_('broker')}   ", "strong"))
            + steps(number, of, words.format(number=number, of=of))
        )
        self.query_one("#first-title", Lines).update(line((step.title, "strong")))
        self.query_one("#first-words", Lines).update(*(line((text, "muted")) for text in step.words))
        self._say(EMPTY)
        holder = self.query_one("#first-form", Vertical)
        await holder.remove_children()
        await holder.mount(Form(*step.fields()))
        first = next(iter(holder.query(Field)), None)
        if first is not None:
            first.focus()
        else:
            self.set_focus(None)
        self.refresh_bindings()

    def _say(self, content: Line) -> None:
        self.query_one("#first-said", Lines).update(content)

    def _refuse(self, sentence: str) -> None:
        self._busy = False
        self._say(line((f"{glyph('refused')} {sentence}", "err")))

    async def _go(self, name: str) -> None:
        self._busy = False
        self._step = next(place for place, step in enumerate(self._steps()) if step.name == name)
        await self._show()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Back only while nothing is made yet, or out of the tour; showing only where something is hidden."""
        name = self.step.name
        if action == "show":
            return name == "passphrase"
        if action == "back":
            return name in ("name", "passphrase", "hub") or name.startswith("tour")
        return True

    def action_next(self) -> None:
        """Take what is filled in and go on; inside a step of two fields first to the second."""
        self.after_typing(self._take)

    def _take(self) -> None:
        if self._busy:
            return
        form = self.query_one(Form)
        fields = list(form.fields().values())
        for place, field in enumerate(fields[:-1]):
            if field.has_focus_within:
                fields[place + 1].focus()
                return
        self.step.done(form.values())

    async def action_back(self) -> None:
        """A step back; the tour is skipped."""
        name = self.step.name
        if name.startswith("tour"):
            self._finish()
        else:
            await self._go({"name": "language", "passphrase": "name", "hub": "start"}[name])

    def action_show(self) -> None:
        """Show or hide the passphrases."""
        for field in self.query(MaskedField):
            field.reveal()

    # Steps

    def _language_fields(self) -> Iterable[Widget]:
        options = (Option("da", "Dansk"), Option("en", "English"))
        return (ChoiceField("language", "", options=options, value=language()),)

    def on_field_changed(self, event: Field.Changed) -> None:
        """The language changes at once; the passphrase is judged at every key."""
        if event.field.key == "language":
            use("da" if event.value == "da" else "en")
            step = self.step
            self.query_one("#first-title", Lines).update(line((step.title, "strong")))
            self.refresh_bindings()
        elif event.field.key == "passphrase":
            self._judge(event.value)

    def _judge(self, passphrase: str) -> None:
        self._say(strength_line(self, passphrase, _LABEL))

    def _take_language(self, values: dict[str, str]) -> None:
        chosen: Language = "da" if values["language"] == "da" else "en"
        use(chosen)
        self.broker.look = replace(self.broker.look, language=chosen)
        self.call_later(self._go, "name")

    def _take_name(self, values: dict[str, str]) -> None:
        name = " ".join(values["name"].split())
        if not name:
            self._refuse(_("Write your name, for example Bente Holm."))
            return
        self._staff = name
        self.call_later(self._go, "passphrase")

    def _take_passphrase(self, values: dict[str, str]) -> None:
        verdict = self.broker.door.verdict(values["passphrase"])
        if not verdict.accepted:
            self._refuse(verdict.advice)
            return
        if values["passphrase"] != values["again"]:
            self._refuse(_("The two passphrases are not the same. Type them again."))
            return
        self._busy = True
        self._say(line((_("Making the caseload …"), "muted")))
        door, name, passphrase = self.broker.door, self._staff, values["passphrase"]
        self.read(
            lambda: door.create(name, passphrase), self._made, group="create", description="create", failed=self._failed
        )

    def _made(self, made: tuple[Session, str]) -> None:
        self._session, self._code = made
        self.broker.keep_look(self.broker.look)
        self.broker.adopt(self._session)
        self.call_later(self._go, "code")

    def _failed(self, error: Exception) -> bool:
        if isinstance(error, DoorRefused):
            self._refuse(error.sentence)
            return True
        return False

    def _take_group(self, values: dict[str, str]) -> None:
        typed = "".join(values["group"].split()).upper()
        if typed != self._code.rpartition("-")[2]:
            self._refuse(_("That is not the last group of the code. Look at the paper, not at the screen."))
            return
        self._code = ""
        self.call_later(self._go, "start")

    def _start_fields(self) -> Iterable[Widget]:
        options = [Option("empty", _("empty"))]
        if registry.exists("import_screen"):
            options.append(Option("import", _("import files")))
        options.append(Option("hub", _("join the hub")))
        return (ChoiceField("start", _("Begin with"), options=options, value="empty", label_width=_LABEL),)

    def _take_start(self, values: dict[str, str]) -> None:
        self._import = values["start"] == "import"
        self.call_later(self._go, "hub" if values["start"] == "hub" else "tour1")

    _import = False

    def _take_hub(self, values: dict[str, str]) -> None:
        url, code = values["url"].strip(), values["code"].strip()
        if not url and not code:
            self.call_later(self._go, "tour1")
            return
        if not (url and code):
            self._refuse(_("Both are needed: the address and the code."))
            return
        self._busy = True
        self._say(line((_("Asking the hub …"), "muted")))
        services = self.services
        self.read(
            lambda: services.sync.enrol(url, code),
            lambda _state: self.call_later(self._go, "tour1"),
            group="enrol",
            description="enrol",
            failed=self._not_joined,
        )

    def _not_joined(self, error: Exception) -> bool:
        from broker_tui.screens.sync_lines import error_sentence

        sentence = error_sentence(error)
        if sentence is None:
            return False
        self._refuse(sentence)
        return True

    def _take_card(self, _values: dict[str, str]) -> None:
        number = int(self.step.name[4:])
        if number < 3:
            self.call_later(self._go, f"tour{number + 1}")
        else:
            self._finish()

    def _finish(self) -> None:
        session = self._session
        if session is None:
            return
        wants_import = self._import

        def then() -> None:
            if wants_import:
                self.broker.push_screen(registry.import_screen())

        self.broker.enter(session, then)


def _tour() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        (
            _("The day"),
            (
                _("F2 shows what the day asks for and why. Enter opens, c logs a contact, d is done."),
                _("F3 is the caseload, F4 the companies, / finds anybody."),
            ),
        ),
        (
            _("Nothing is lost"),
            (
                _("What you type is kept at once, also when the battery dies. u undoes."),
                _("Everything works without a network; F7 shows what is unsent."),
            ),
        ),
        (
            _("In company"),
            (
                _("F9 hides names and notes at a glance. ^L locks at once."),
                _("F1 shows the keys that work where you are, ^P finds every action by name."),
            ),
        ),
    )
