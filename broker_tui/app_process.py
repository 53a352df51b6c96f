"""The process that holds the data: started and watched by the supervisor, ended by a lock.

The lock screen is painted before the database driver or any cryptography is loaded; the passphrase is typed while
that happens. Arguments are folders and dates, never anything personal.
"""

import gc
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, cast

from broker_tui import crash, oslayer
from broker_tui.watch import EXIT_QUIT, take_notice, watch_supervisor

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp
    from broker_tui.i18n import Language

EXIT_CRASHED = 70
EXIT_WIPED = 3
"""As the command line says "locked": said why, and not to be started again."""
KEYMAP = "keys.toml"


class Options(NamedTuple):
    """What the command line hands on."""

    home: Path
    lang: "Language | None" = None
    on: date | None = None
    demo: bool = False


def parsed(argv: list[str]) -> Options:
    """The options the command line hands on, which has checked them; without a home the usual one."""
    given = dict(zip(argv, [*argv[1:], ""], strict=False))
    home = given.get("--home")
    if home is None:
        from broker_tui.vault.home import default_home

        home = str(default_home())
    lang = given.get("--lang")
    return Options(
        Path(home),
        "da" if lang == "da" else "en" if lang == "en" else None,
        date.fromisoformat(given["--on"]) if "--on" in given else None,
        "--demo" in given,
    )


def make_app(home: Path, *, lang: "Language | None" = None, on: date | None = None, demo: bool = False) -> "BrokerApp":
    """The app over the vault in `home`; the demo opens by itself the first time."""
    from dataclasses import replace

    from broker_tui.app import BrokerApp
    from broker_tui.config import look as looks
    from broker_tui.domain.clock import SystemClock
    from broker_tui.door import VaultDoor
    from broker_tui.i18n import _, use

    look = looks.read(home)
    if lang is not None:
        look = replace(look, language=lang)
    use(look.language)
    notice = take_notice()
    said = ""
    if notice is not None and notice.kind == "crashed":
        said = _("The program stopped unexpectedly (reference {ref}). What you saved is safe.").format(ref=notice.ref)
    offered = ""
    if demo:
        from broker_tui.demo import PASSPHRASE as offered

        said = said or ("" if notice is None else _("This is the demo: Enter opens it again."))
    clock = SystemClock(on)
    keys: dict[str, str] = {}
    problems: tuple[str, ...] = ()
    if (home / KEYMAP).exists():
        from broker_tui.config import keymap

        keys, problems = keymap.read(home)
    return BrokerApp(
        VaultDoor(home, clock), clock, look, home=home, notice=said, offered=offered, keymap=keys, problems=problems
    )


def load_asyncio() -> None:
    """Load asyncio as in a Python built without TLS, which loads in half the time.

    Nothing here speaks TLS through it: the way to the hub is httpx in a thread, which loads `ssl` itself, later.
    """
    if "ssl" in sys.modules:
        return
    modules: dict[str, ModuleType | None] = cast("dict[str, ModuleType | None]", sys.modules)
    modules["ssl"] = None
    try:
        import_module("asyncio")
    finally:
        del modules["ssl"]


class _NotNeeded(ModuleType):
    """A module of which nothing is used: whatever is imported from it is there and does nothing."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def load_textual() -> None:
    """Load Textual without its command palette, which takes a tenth of the time; the program has its own.

    The palette's own module can still be imported afterwards by anybody who wants it.
    """
    palette = "textual.command"
    if palette in sys.modules:
        return
    sys.modules[palette] = _NotNeeded(palette)
    try:
        import_module("textual.app")
    finally:
        del sys.modules[palette]


def _painted() -> None:
    """What the first picture did not have to wait for, and what must be done before anything secret is typed."""
    oslayer.close_memory()
    gc.freeze()
    gc.enable()


def _wiped(options: Options) -> bool:
    """Go on with a wipe by order before anything of the vault is touched, and say how it stands."""
    if not any((options.home / name).exists() for name in ("wiping.btx", "wiped.btx")):
        return False
    from broker_tui import wiping
    from broker_tui.config import look as looks
    from broker_tui.i18n import use
    from broker_tui.vault.errors import VaultError

    use(options.lang or looks.read(options.home).language)
    if not wiping.waiting(options.home):
        return False
    try:
        said = wiping.go_on(options.home)
    except VaultError as error:  # another process holds it, or the disk refused: the next start tries again
        said = error.text()
    sys.stderr.write(f"{said}\n")
    return True


def main(argv: list[str] | None = None) -> int:
    """Run the app; the exit code tells the supervisor why it ended."""
    gc.disable()  # what is loaded now stays: searching it for garbage would only delay the lock screen
    load_asyncio()
    load_textual()
    options = parsed(sys.argv[1:] if argv is None else argv)
    if _wiped(options):
        return EXIT_WIPED
    apps: list[BrokerApp] = []

    def last_words() -> None:
        for app in apps:
            app.last_words()

    watch_supervisor(last_words)
    crash.install()
    app = make_app(options.home, lang=options.lang, on=options.on, demo=options.demo)
    app.painted = _painted
    apps.append(app)
    app.run()
    if app.crash_report is not None:
        return EXIT_CRASHED
    return EXIT_QUIT if app.return_code is None else app.return_code


if __name__ == "__main__":
    sys.exit(main())
