"""Other keys for commands: `keys.toml` in the home, a table of command ids and keys, checked before it is used.

    [keys]
    "today.contact" = "k"
    "app.find" = "ctrl+f"

A file with a mistake is reported and left alone: a half-used keymap would be worse than the default.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from broker_tui.i18n import _

NAME = "keys.toml"
_NEVER = {"enter", "tab", "escape", "ctrl+c", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+left_square_bracket"}
"""Keys that terminals cannot tell apart, or that lead out of everything."""


def read(home: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The keys to use by command id, and sentences about a file that was not taken."""
    path = home / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, ()
    except (OSError, UnicodeDecodeError):
        return {}, (_("{file} cannot be read; the usual keys are used.").format(file=NAME),)
    import tomllib

    try:
        table = tomllib.loads(text).get("keys", {})
    except tomllib.TOMLDecodeError as error:
        line = _("{file}: {error}. The usual keys are used.").format(file=NAME, error=error)
        return {}, (line,)
    problems = check(table)
    return ({}, problems) if problems else (dict(table), ())


def check(table: Any) -> tuple[str, ...]:
    """One sentence per mistake in a keymap."""
    from broker_tui.commands import all_commands

    known = all_commands()
    if not isinstance(table, Mapping):
        return (_("{file}: [keys] must be a table of commands and keys.").format(file=NAME),)
    problems: list[str] = []
    wanted: dict[str, str] = {}
    for name, keys in table.items():
        if name not in known:
            problems.append(_("{file}: there is no command {name}.").format(file=NAME, name=name))
        elif not isinstance(keys, str) or not keys.strip():
            problems.append(_("{file}: the key of {name} must be a text.").format(file=NAME, name=name))
        elif bad := [key for key in _split(keys) if key in _NEVER or not _possible(key)]:
            problems.append(_("{file}: {key} cannot be used for {name}.").format(file=NAME, key=bad[0], name=name))
        else:
            wanted[name] = keys
    return tuple(problems) or _clashes({name: wanted.get(name, c.keys) for name, c in known.items()}, set(wanted))


def _clashes(keys: Mapping[str, str], changed: set[str]) -> tuple[str, ...]:
    """Two commands on one key where both work: of one page, or of a page and everywhere."""
    problems: list[str] = []
    names = list(keys)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            if not {first, second} & changed or not _together(first, second):
                continue
            for key in sorted(set(_split(keys[first])) & set(_split(keys[second]))):
                problems.append(
                    _("{file}: {key} stands for both {first} and {second}.").format(
                        file=NAME, key=key, first=first, second=second
                    )
                )
    return tuple(problems)


def _together(first: str, second: str) -> bool:
    scopes = {first.split(".", 1)[0], second.split(".", 1)[0]}
    return len(scopes) == 1 or bool(scopes & {"app", "page"})


def _split(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",") if key.strip()]


def _possible(key: str) -> bool:
    from textual.keys import Keys

    base = key.rsplit("+", 1)[-1]
    named = {member.value for member in Keys}
    return len(base) == 1 or key in named or base in {"slash", "question_mark", "full_stop", "comma", "minus", "plus"}
