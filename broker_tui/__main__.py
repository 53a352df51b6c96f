"""`broker` and `python -m broker_tui`: text in UTF-8 whatever the machine's code page, then the app or a command.

A plain `broker` goes straight to the supervisor: loading the command line takes as long as a third of the app, and
nobody waits as impatiently as in front of an empty screen.
"""

import os
import sys

_OPTIONS = ("--home", "--lang", "--on")


def app_arguments(argv: list[str]) -> list[str] | None:
    """The arguments of the app process when `argv` asks for the app and nothing else, each checked.

    Returns:
        None when anything stands there that the command line must judge, translate or explain.
    """
    found: list[str] = []
    rest = iter(argv)
    for word in rest:
        name, equals, value = word.partition("=")
        if not equals:
            value = next(rest, "")
        if name not in _OPTIONS or name in found or not value or value.startswith("-") or not _plain(name, value):
            return None
        found += [name, value]
    kept = os.environ.get("BROKER_HOME", "")
    if kept and "--home" not in found:
        return [*found, "--home", kept] if _plain("--home", kept) else None
    return found


def _plain(name: str, value: str) -> bool:
    if name == "--lang":
        return value in ("da", "en")
    if name == "--on":
        from datetime import date

        try:
            date.fromisoformat(value)
        except ValueError:
            return False
    elif name == "--home":
        return not os.path.exists(value) or os.path.isdir(value)
    return True


def main() -> None:
    """Run one command; without one the app."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    wanted = app_arguments(sys.argv[1:])
    if wanted is not None:
        from broker_tui.supervisor import APP, run

        sys.exit(run([*APP, *wanted], speak=lambda: _speak(wanted)))
    from broker_tui.cli import cli

    cli(prog_name="broker")


def _speak(wanted: list[str]) -> None:
    """Use the language a command would use."""
    from pathlib import Path

    from broker_tui.cli_base import Cli

    given = dict(zip(wanted[::2], wanted[1::2], strict=True))
    home = given.get("--home")
    options = Cli(home=Path(home) if home else None)
    if "--lang" in given:
        options.lang = "da" if given["--lang"] == "da" else "en"
    options.speak()


if __name__ == "__main__":
    main()
