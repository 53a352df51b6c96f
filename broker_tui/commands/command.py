"""The definition of a user command, and what is made from it.

A screen lists its commands once (`BINDINGS = bindings_of(COMMANDS)`); key line, palette and help read the live
bindings and find the words here, so that they can never disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from textual.binding import Binding, BindingType

from broker_tui.i18n import _
from broker_tui.widgets.key_line import RIGHT

Where = Literal["row", "always", "hidden"]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can ask for."""

    id: str
    """`<scope>.<verb>`: the name under which the key can be changed."""
    keys: str
    """Keys as Textual names them, separated by commas; the first is the one shown."""
    action: str
    """Action of the screen or, with `app.`, of the app."""
    label: str
    """Word on the key line (msgid)."""
    description: str
    """Sentence for palette, help and tooltip (msgid)."""
    aliases: tuple[str, ...] = ()
    """Other words by which the palette finds it, in any language."""
    where: Where = "row"
    """Left on the key line, right on it, or only in palette and help."""
    priority: bool = False
    """Works although a text field has the focus."""

    @property
    def scope(self) -> str:
        """The screen the command belongs to, `app` for everywhere."""
        return self.id.split(".", 1)[0]

    @property
    def first_key(self) -> str:
        """The key that is shown."""
        return self.keys.split(",", 1)[0].strip()

    @property
    def action_argument(self) -> str:
        """What stands between the quotes of an action such as `choose('contact')`."""
        return self.action.partition("'")[2].partition("'")[0]

    def title(self) -> str:
        """The sentence in the current language."""
        return _(self.description)

    def binding(self) -> Binding:
        """The Textual binding."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.where != "hidden",
            id=self.id,
            tooltip=self.description,
            priority=self.priority,
            group=RIGHT if self.where == "always" else None,
        )


_known: dict[str, Command] = {}


def bindings_of(commands: Iterable[Command]) -> list[BindingType]:
    """The bindings of `commands`, which are remembered under their ids.

    Raises:
        ValueError: two different commands have one id; it is a mistake in the program.
    """
    bindings: list[BindingType] = []
    for command in commands:
        if _known.setdefault(command.id, command) != command:
            raise ValueError(f"two commands are called {command.id}")
        bindings.append(command.binding())
    return bindings


def command_by_id(command_id: str | None) -> Command | None:
    """The command with that id, if its screen was ever loaded."""
    return _known.get(command_id or "")


def all_commands() -> dict[str, Command]:
    """Every command of the program by id; loads the definitions of screens not shown yet."""
    import pkgutil

    import broker_tui.commands as package

    for module in pkgutil.iter_modules(package.__path__):
        found = getattr(import_module(f"{package.__name__}.{module.name}"), "COMMANDS", ())
        bindings_of(found)
    return dict(_known)
