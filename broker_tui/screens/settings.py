"""Settings: look, language, guard at start, passphrase and recovery code. Kept at once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar, cast

from textual import on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.commands import bindings_of
from broker_tui.commands.settings import COMMANDS
from broker_tui.i18n import Language, _, use
from broker_tui.i18n.ways_in import label
from broker_tui.screens import registry
from broker_tui.screens.base import PlaceScreen, Reader
from broker_tui.screens.door import DoorRefused
from broker_tui.screens.strength import strength_line
from broker_tui.self_lock import SETTING, idle_limit
from broker_tui.widgets.badges import state
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.glyphs import LEVELS, Level, glyph
from broker_tui.widgets.key_line import KeyHint, KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.sheet import FormSheet, Question, Sheet
from broker_tui.widgets.spans import EMPTY, Line, join, line
from broker_tui.widgets.step_mark import progress
from broker_tui.widgets.text_fields import MaskedField
from broker_tui.widgets.themes import THEMES

_LABEL = 19
_PASS_LABEL = 20


class SettingsScreen(PlaceScreen):
    """Choices that hold at once; Tab and arrows move."""

    DEFAULT_CSS = """
    SettingsScreen #settings { padding: 0 3; }
    SettingsScreen #settings Field { margin: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    def body(self) -> Iterable[Widget]:
        """One choice per line."""
        look = self.broker.look
        yes_no = (Option("no", _("off")), Option("yes", _("on")))
        signs = {"full": _("Full"), "safe": _("Safe"), "ascii": "ASCII"}
        with Form(id="settings"):
            yield ChoiceField(
                "language",
                _("Language"),
                options=(Option("da", "Dansk"), Option("en", "English")),
                value=look.language,
                label_width=_LABEL,
            )
            yield ChoiceField(
                "theme",
                _("Theme"),
                options=[Option(name, name.capitalize()) for name in THEMES],
                value=look.theme,
                label_width=_LABEL,
            )
            yield ChoiceField(
                "glyphs",
                _("Signs"),
                options=[Option(level, signs[level]) for level in LEVELS],
                value=look.glyphs,
                label_width=_LABEL,
            )
            yield ChoiceField(
                "discreet",
                _("Discreet at start"),
                options=yes_no,
                value="yes" if look.discreet else "no",
                label_width=_LABEL,
            )
            minutes = idle_limit(self.broker) // 60
            yield ChoiceField(
                "idle",
                _("Locks after"),
                options=[Option(str(n), _("{count} min").format(count=n)) for n in sorted({1, 2, 5, 10, 15, minutes})],
                value=str(minutes),
                label_width=_LABEL,
            )
            yield Lines(id="sample")
            yield Lines(id="machine")

    _disk: bool | None = True

    def on_mount(self) -> None:
        """Begin with the first choice."""
        self.redraw()
        session = self.broker.session
        if session is not None:
            self.read(session.disk_encrypted, self._known_disk, group="disk", description="look at the disk")
        self.query_one(Form).fields()["language"].focus()

    def redraw(self) -> None:
        """Show the sample in the new look."""
        self.set_title(line((_("Settings"), "strong")), line((_("kept at once"), "muted")))
        pad = line(" " * _LABEL)
        words = (state("overdue", _("overdue")), state("soon", _("soon")), state("ok", _("met")))
        self.query_one("#sample", Lines).update(
            line((_("Sample").ljust(_LABEL), "muted")) + join(words, 3),
            pad + progress(8, 12, 15, _("8 of 12 hours")),
            EMPTY,
        )
        me = self.services.me
        names = f"{me.name} {glyph('separator')} {me.device_name}"
        lines = [line((_("This laptop").ljust(_LABEL), "muted"), names)]
        session = self.broker.session
        if session is not None:
            head = line((_("Opens with").ljust(_LABEL), "muted"))
            for kind in session.ways_in():
                lines.append(head + line(label(kind)))
                head = pad
        if self._disk is not True:
            said = disk_warning(self._disk)
            lines.append(line((f"{glyph('soon')} ", "warn"), (said, "warn" if self._disk is False else "muted")))
        self.query_one("#machine", Lines).update(*lines)

    def _known_disk(self, encrypted: bool | None) -> None:
        self._disk = encrypted
        self.redraw()

    def on_field_changed(self, event: Field.Changed) -> None:
        """Take the choice over at once."""
        event.stop()
        broker, value = self.broker, event.value
        if event.field.key == "language":
            chosen = cast(Language, value)
            broker.keep_look(replace(broker.look, language=chosen))
            use(chosen)
            broker.renew()
            broker.call_after_refresh(broker.action_settings)
        elif event.field.key == "theme":
            broker.keep_look(replace(broker.look, theme=value))
            broker.theme = value
        elif event.field.key == "glyphs":
            level = cast(Level, value)
            broker.keep_look(replace(broker.look, glyphs=level))
            broker.set_signs(level)
            self.redraw()
        elif event.field.key == "idle":
            self._keep_idle(int(value))
        elif event.field.key == "discreet":
            broker.keep_look(replace(broker.look, discreet=value == "yes"))

    def _keep_idle(self, minutes: int) -> None:
        """Minutes without a key; the municipality's own figure stays."""
        broker = self.broker
        self.services.settings.set(SETTING, minutes * 60)
        if broker.idle is not None:
            broker.idle.limit = idle_limit(broker)
        if idle_limit(broker) != minutes * 60:
            self.query_one(Form).fields()["idle"].set_value(str(idle_limit(broker) // 60))
            broker.answer("soon", _("The municipality has said how long. It cannot be changed here."))

    def action_local(self) -> None:
        """The programmes' local settings."""
        self.app.push_screen(registry.local_settings())

    def action_backups(self) -> None:
        """Backups of this caseload."""
        self.app.push_screen(registry.backups())

    def action_leaving(self) -> None:
        """Whose closed cases leave this laptop."""
        self.app.push_screen(registry.leaving())

    def action_passphrase(self) -> None:
        """Change the passphrase."""

        def done(changed: bool | None) -> None:
            if changed:
                self.broker.answer("ok", _("The passphrase is changed. Old backups keep the old one."))

        self.app.push_screen(PassphraseSheet(), done)

    def action_recovery(self) -> None:
        """A new recovery code, after a question: the one on paper stops working."""
        session = self.broker.session

        def answered(yes: bool | None) -> None:
            if yes and session is not None:
                self.read(
                    session.new_recovery_code,
                    lambda code: self.app.push_screen(CodeSheet(code)),
                    group="code",
                    description="recovery code",
                    failed=self._refused,
                )

        sentence = _("Make a new recovery code? The one on paper stops working.")
        self.app.push_screen(Question(sentence, "n", _("new code"), _("keep the old one"), opened_by="r"), answered)

    def _refused(self, error: Exception) -> bool:
        if isinstance(error, DoorRefused):
            self.broker.answer("refused", error.sentence)
            return True
        return False


def disk_warning(encrypted: bool | None) -> str:
    """What is to be said about a disk that is not known to be encrypted."""
    if encrypted is False:
        return _("This disk is not encrypted. Tell IT.")
    return _("Nobody could say whether this disk is encrypted. Ask IT.")


class PassphraseSheet(FormSheet[bool | None], Reader):
    """The passphrase now, and the new one twice; closes with True when it was changed."""

    _busy = False

    def heading(self) -> Line:
        """What this is."""
        return line((_("Change the passphrase"), "strong"))

    def body(self) -> Iterable[Widget]:
        """Three fields and how good the new one is."""
        with Form():
            yield MaskedField("current", _("Passphrase now"), label_width=_PASS_LABEL)
            yield MaskedField("new", _("New passphrase"), label_width=_PASS_LABEL)
            yield MaskedField("again", _("Once more"), label_width=_PASS_LABEL)
            yield Lines(id="strength")

    def on_mount(self) -> None:
        """Begin with the one now."""
        self.query_one(Form).fields()["current"].focus()

    def on_field_changed(self, event: Field.Changed) -> None:
        """Judge the new one."""
        if event.field.key == "new":
            self.query_one("#strength", Lines).update(strength_line(self, event.value, _PASS_LABEL))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.query_one(Form).fields()["again"] in event.input.ancestors:
            self.action_done()
        else:
            self.focus_next()

    def action_done(self) -> None:
        """Change it."""
        form = self.query_one(Form)
        values, session = form.values(), self.broker.session
        verdict = self.broker.door.verdict(values["new"])
        errors: dict[str, str] = {}
        if not verdict.accepted:
            errors["new"] = verdict.advice
        elif values["new"] != values["again"]:
            errors["again"] = _("The two passphrases are not the same. Type them again.")
        if self._busy or form.show_errors(errors) or session is None:
            return
        self._busy = True
        self.say("", _("Changing the passphrase …"))
        self.read(
            lambda: session.change_passphrase(values["current"], values["new"]),
            lambda _nothing: self.dismiss(True),
            group="passphrase",
            description="change passphrase",
            failed=self._failed,
        )

    def _failed(self, error: Exception) -> bool:
        self._busy = False
        if not isinstance(error, DoorRefused):
            return False
        self.query_one(Form).show_errors({"current" if error.kind == "wrong" else "new": error.sentence})
        self.say("refused", error.sentence)
        return True


class CodeSheet(Sheet[None]):
    """A recovery code, shown once."""

    def __init__(self, code: str) -> None:
        """Show `code`."""
        super().__init__()
        self._shown_code = code

    def heading(self) -> Line:
        """What this is."""
        return line((_("Write the recovery code on paper"), "strong"))

    def body(self) -> Iterable[Widget]:
        """The code."""
        yield Lines(
            line((self._shown_code, "strong")),
            EMPTY,
            line((_("It is shown only now. Keep the paper away from the laptop."), "muted")),
        )

    def keys(self) -> KeyLine:
        """How to leave."""
        return KeyLine((), (KeyHint(_("Esc"), _("it is written down"), "escape"),))
