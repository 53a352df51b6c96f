"""What the municipality sets for a programme: every local number and choice, what the programme says, and profiles."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.local_settings import COMMANDS
from broker_tui.domain.views import InvalidInput
from broker_tui.i18n import _, ngettext, words
from broker_tui.i18n.programme_words import both
from broker_tui.i18n.setting_words import setting
from broker_tui.screens import registry
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.rules_read import programmes
from broker_tui.services.local_settings import Setting
from broker_tui.widgets.badges import tab
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.form import Form
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import EMPTY, Line, join, line
from broker_tui.widgets.text_fields import TextField


class LocalSettingsScreen(PlaceScreen):
    """One programme at a time."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    def __init__(self, programme: str = "") -> None:
        """Begin at a programme."""
        super().__init__(id="local-settings")
        self.programme = programme if programme in programmes() else programmes()[0]
        self._found: tuple[Setting, ...] = ()
        self._profiles: tuple[str, ...] = ()
        self._before: dict[str, Any] | None = None

    def body(self) -> Iterable[Widget]:
        """One row per setting."""
        columns = Columns(
            (
                Column("what", _("Setting"), min_width=34),
                Column("now", _("Here"), width=30),
                Column("usual", _("Programme"), width=14, drop=1),
            )
        )
        yield RowList(columns=columns, header=True, id="settings")

    def load(self) -> None:
        """Read the settings."""
        local, programme = self.services.local_settings, self.programme
        self.read(
            lambda: (tuple(local.of(programme)), tuple(local.profiles(programme))),
            self._show,
            group="settings",
            description="read the settings",
        )

    def _show(self, found: tuple[tuple[Setting, ...], tuple[str, ...]]) -> None:
        fresh = not self._found
        self._found, self._profiles = found
        self.redraw()
        if fresh:
            self.query_one("#settings", RowList).action_edge(-1)
        self.refresh_bindings()

    def redraw(self) -> None:
        """Rows, and how many are the municipality's own."""
        rows = self.query_one("#settings", RowList)
        rows.set_empty(line((_("The programme leaves nothing to be set."), "muted")))
        rows.set_rows([_row(one) for one in self._found])
        left = join((tab("", words.badge(name), active=name == self.programme) for name in programmes()), 2)
        own = sum(one.own for one in self._found)
        count = ngettext("{count} set here", "{count} set here", own).format(count=own)
        self.set_title(left, line((count, "muted")))

    @property
    def chosen(self) -> Setting | None:
        """The setting under the cursor."""
        key = self.query_one("#settings", RowList).cursor_key if self.is_mounted and self.query("#settings") else None
        return next((one for one in self._found if one.name == key), None)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Keys follow the row."""
        event.stop()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Profiles where there are some; only what was set goes back."""
        if action == "profile":
            return bool(self._profiles)
        if action == "reset":
            return self.chosen is not None and self.chosen.own
        if action == "back_again":
            return self._before is not None
        return super().check_action(action, parameters)

    # Acts

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Set it: by choice, by a number, or the other way round."""
        event.stop()
        chosen = self.chosen
        if chosen is None:
            return
        if isinstance(chosen.param.value, bool):
            self._change(chosen, not chosen.now)
        elif chosen.param.choices:
            offered = [(str(one), setting(one)) for one in chosen.param.choices]
            self.app.push_screen(
                registry.choose_menu(both(chosen.param), offered),
                lambda value: self._change(chosen, _typed(chosen, value)) if value is not None else None,
            )
        elif isinstance(chosen.param.value, int):
            self.app.push_screen(
                NumberSheet(chosen), lambda value: self._change(chosen, value) if value is not None else None
            )
        else:
            self.broker.answer("missing", _("This one is set in a file: broker programmes settings --file FILE"))

    def action_reset(self) -> None:
        """As the programme says."""
        if self.chosen is not None:
            self._change(self.chosen, None)

    def action_profile(self) -> None:
        """Take a ready-made profile over."""
        local, programme = self.services.local_settings, self.programme
        before = local.here(programme)

        def chosen(profile: str | None) -> None:
            if profile is not None:
                said = _("Profile taken over: {name}").format(name=setting(profile))
                self._keep(lambda: local.take(programme, profile), said, before)

        self.app.push_screen(
            registry.choose_menu(_("Which profile?"), [(name, setting(name)) for name in self._profiles]), chosen
        )

    def action_programme(self, step: int) -> None:
        """Another programme."""
        names = programmes()
        self.programme = names[(names.index(self.programme) + step) % len(names)]
        self._found, self._before = (), None
        self.load()

    def _change(self, chosen: Setting, value: Any) -> None:
        local, programme = self.services.local_settings, self.programme
        shown = setting(chosen.param.value if value is None else value)
        said = _("{name}: {value}").format(name=both(chosen.param), value=shown)
        self._keep(lambda: local.change(programme, chosen.name, value), said, local.here(programme))

    def _keep(self, work: Any, said: str, before: dict[str, Any]) -> None:
        """Change it and say so. Settings are no records, so the way back is the page's own key."""

        def done(_nothing: object) -> None:
            self._before = before
            self.broker.answer("ok", said)
            self.load()

        self.read(work, done, group="set", description="change a setting", failed=self._refused)

    def action_back_again(self) -> None:
        """As it was before the last change."""
        local, programme, before = self.services.local_settings, self.programme, self._before
        if before is not None:
            self._keep(lambda: local.back(programme, before), _("Set back"), local.here(programme))

    def _refused(self, error: Exception) -> bool:
        if not isinstance(error, InvalidInput):
            return False
        self.broker.answer("refused", "  ".join(words.error_line(one) for one in error.errors))
        return True


class NumberSheet(FormSheet[int | None]):
    """A number within bounds."""

    def __init__(self, setting: Setting) -> None:
        """Ask for one setting."""
        super().__init__()
        self._setting = setting

    def heading(self) -> Line:
        """Which setting."""
        return line((both(self._setting.param), "strong"))

    def body(self) -> Iterable[Widget]:
        """One field."""
        low, high = self._setting.param.min, self._setting.param.max
        hint = _("from {low} to {high}").format(low=low, high=high) if low is not None and high is not None else ""
        with Form():
            yield TextField("value", _("Number"), value=str(self._setting.now), hint=hint, label_width=10)

    def on_mount(self) -> None:
        """Begin in the field."""
        self.query_one(Form).fields()["value"].focus()

    def action_done(self) -> None:
        """The number, or what is wrong with it."""
        form = self.query_one(Form)
        raw = form.values()["value"].strip()
        low, high = self._setting.param.min, self._setting.param.max
        try:
            value = int(raw)
        except ValueError:
            form.show_errors({"value": _("Write a whole number.")})
            return
        if (low is not None and value < low) or (high is not None and value > high):
            form.show_errors({"value": _("Write a number from {low} to {high}.").format(low=low or 0, high=high)})
            return
        self.dismiss(value)


def _typed(chosen: Setting, value: str) -> Any:
    """The choice with its own type."""
    return next(one for one in chosen.param.choices if str(one) == value)


def _row(one: Setting) -> Row:
    here: Line = line((setting(one.now), "strong" if one.own else "text"))
    usual = line((setting(one.param.value), "muted")) if one.own else EMPTY
    cells = {"what": line(both(one.param)), "now": here, "usual": usual}
    return Row(one.name, cells, sign=glyph("marked") if one.own else "", sign_role="accent")
