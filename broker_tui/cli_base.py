"""What all commands of `broker` share: options, the open caseload, output, and refusals as sentences.

Nothing here loads the app, the database or the network; those come when a command needs them.
"""

import gettext
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from broker_tui.i18n import LANGUAGES, LOCALE, N_, Language, _, system_language, use

if TYPE_CHECKING:
    from broker_tui.domain.clock import Clock
    from broker_tui.domain.views import FieldError
    from broker_tui.services import Services
    from broker_tui.vault import KeyDerivation

OK, FOUND, USAGE, LOCKED, INVALID, OFFLINE, REFUSED, DAMAGED, IN_USE = range(9)
"""Exit codes: fine, a check found differences, usage, locked or wrong passphrase, invalid input, no network or hub,
the hub refused something, damaged vault, vault in use."""
LOOK = "look.json"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Cli:
    """The common options of one call; `kdf` and `clock` are given by tests only."""

    home: Path | None = None
    passphrase_file: Path | None = None
    lang: Language | None = None
    on: date | None = None
    as_json: bool = False
    kdf: "KeyDerivation | None" = None
    clock: "Clock | None" = None
    stdin_used: bool = False

    def folder(self) -> Path:
        """The home of the vault."""
        if self.home is None:
            from broker_tui.vault import default_home

            self.home = default_home()
        return self.home

    def speak(self) -> None:
        """Use the language asked for, else the one kept beside the vault, else the machine's."""
        language = self.lang or kept_language(self.folder()) or system_language()
        use(language)
        # click's own words ("Usage:", "No such command") come from the standard library's current catalogue.
        gettext.bindtextdomain("broker", str(LOCALE))
        gettext.textdomain("broker")
        os.environ["LANGUAGE"] = language

    def time(self) -> "Clock":
        """The program's idea of now."""
        from broker_tui.domain.clock import SystemClock

        return self.clock or SystemClock(self.on)

    @property
    def today(self) -> date:
        """The program's date."""
        return self.on or self.time().today()

    def passphrase(self, *, new: bool = False) -> str:
        """The passphrase: from the file named, otherwise asked for.

        Raises:
            Failure: the file cannot be read, or there is nobody to ask.
        """
        if self.passphrase_file is not None:
            return secret_from(self.passphrase_file)
        return ask_secret(_("New passphrase") if new else _("Passphrase"), twice=new)

    @contextmanager
    def opened(self, *, connecting: bool = False) -> "Iterator[Services]":
        """The open caseload, closed again whatever happens.

        Args:
            connecting: for the way to the hub and what it needs; it works when the lease has run out, too.

        Raises:
            Failure: the hub has not answered for longer than cases may stay.
            VaultError: the vault stays closed.
        """
        from broker_tui import wiping
        from broker_tui.bootstrap import open_services

        if wiping.waiting(self.folder()):
            raise Failure(wiping.go_on(self.folder()), LOCKED)
        services = open_services(self.folder(), self.passphrase(), self.time(), self.kdf)
        try:
            if not connecting and services.lease.over():
                raise Failure(
                    _("The hub has not answered for too long. Nothing is lost: broker sync opens it again."), LOCKED
                )
            yield services
        finally:
            services.close()
            if wiping.waiting(self.folder()):
                click.echo(wiping.go_on(self.folder()), err=True)


class Failure(Exception):
    """One sentence on standard error (a line per fault) and an exit code."""

    def __init__(self, message: str, code: int = INVALID) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def write_new(path: Path, data: bytes) -> None:
    """Write a private file that was not there yet, whole or not at all.

    Raises:
        Failure: it is there, or cannot be written.
    """
    from broker_tui import oslayer

    if path.exists():
        raise Failure(_("There is a file {path} already. Name another one.").format(path=path))
    try:
        oslayer.write_atomically(path.absolute(), data)
    except OSError:
        raise Failure(_("{path} cannot be written. Choose another place.").format(path=path)) from None


def kept_language(home: Path) -> Language | None:
    """The language kept beside the vault (config.look would load the app for it)."""
    try:
        found = json.loads((home / LOOK).read_text(encoding="utf-8")).get("language")
    except (OSError, ValueError, AttributeError):
        return None
    return next((language for language in LANGUAGES if language == found), None)


def secret_from(path: Path) -> str:
    """A passphrase or code out of a file, without the line end editors add.

    Raises:
        Failure: the file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=path)) from None


def ask_secret(prompt: str, *, twice: bool = False) -> str:
    """A passphrase typed without echo.

    Raises:
        Failure: standard input is no terminal.
    """
    if not sys.stdin.isatty():
        raise Failure(_("The caseload is locked. Name a file with the passphrase: --passphrase-file FILE."), LOCKED)
    text: str = click.prompt(prompt, hide_input=True, err=True)
    if twice and click.prompt(_("Once more"), hide_input=True, err=True) != text:
        raise Failure(_("The two passphrases are not the same. Type them again."))
    return text


def _clean(text: str) -> str:
    """Text as it may reach a terminal: what came from elsewhere is filtered once more."""
    from broker_tui.domain.text import clean

    return clean(text)


def say(text: str = "") -> None:
    """A line on standard output."""
    click.echo(_clean(text))


def tell(value: Any) -> None:
    """A value as JSON on standard output."""
    import msgspec

    plain = msgspec.to_builtins(value, str_keys=True)
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Rows under their heads in aligned columns; nothing but a sentence when there are none."""
    if not rows:
        say(_("Nothing here."))
        return
    shown = [[" ".join(_clean(cell).split()) for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in shown) for column in range(len(heads))]
    for row in shown:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


# Options. They may stand before or after the command's name.


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        cli = ctx.ensure_object(Cli)
        if value is not None and value is not False:
            setattr(cli, name, value)
        if name in ("lang", "home"):
            cli.speak()

    return callback


class Opt(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The flags and what they mean."""
        source, self.help = self.help, _(self.help) if self.help else self.help
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = source


class Cmd(click.Command):
    """A command whose help is translated when it is shown."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        if self.help:
            with formatter.indentation():
                formatter.write_paragraph()
                formatter.write_text(_(self.help))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence."""
        return _(self.help).partition(". ")[0].rstrip(".") if self.help else ""


class Group(Cmd, click.Group):
    """A group of commands whose help is translated when it is shown."""

    command_class = Cmd


class _Date(click.ParamType[date]):
    """An ISO date; the day the program takes for today."""

    name = "date"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """As the documentation writes it."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(_("{value} is no date. Write for example 2026-11-24.").format(value=value), param, ctx)


class _Text(click.ParamType[str]):
    """Text; a lone `-` reads it from standard input, so that it stands in no list of processes."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it."""
        if value != "-":
            return str(value)
        cli = ctx.ensure_object(Cli) if ctx else Cli()
        if cli.stdin_used:
            self.fail(_("Standard input can be read only once."), param, ctx)
        cli.stdin_used = True
        return read_stdin()


TEXT = _Text()
DATE = _Date()


def read_stdin() -> str:
    """Standard input as text, whatever the machine's code page; the last line end does not belong to it."""
    raw = sys.stdin.buffer.read()
    try:
        return raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").rstrip("\r\n")


def option(*names: str, **more: Any) -> Callable[[F], F]:
    """`click.option` with translated help and, unless told otherwise, text that may come from standard input."""
    more.setdefault("cls", Opt)
    if not more.get("is_flag"):
        more.setdefault("type", TEXT)
    return click.option(*names, **more)


_HOME = option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="BROKER_HOME",
    expose_value=False,
    is_eager=True,
    callback=_keep("home"),
    help=N_("Folder of the caseload."),
)
_PASSPHRASE = option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="BROKER_PASSPHRASE_FILE",
    expose_value=False,
    callback=_keep("passphrase_file"),
    help=N_("File that holds the passphrase; asked for otherwise."),
)
_LANG = option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    is_eager=True,
    callback=_keep("lang"),
    help=N_("Language: da or en."),
)
_ON = option(
    "--on", type=DATE, expose_value=False, callback=_keep("on"), help=N_("The day the program takes for today.")
)
_JSON = option("--json", is_flag=True, expose_value=False, callback=_keep("as_json"), help=N_("Answer in JSON."))


def common(command: F) -> F:
    """The options of every command."""
    return _HOME(_PASSPHRASE(_LANG(_JSON(command))))


def reading(command: F) -> F:
    """The options of a command that reads."""
    return common(_ON(command))


pass_cli = click.make_pass_decorator(Cli, ensure=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn everything that is nobody's mistake into a sentence and an exit code."""
    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except Exception as error:
        failure = error if isinstance(error, Failure) else as_failure(error)
        if failure is None:
            raise
        click.echo(_clean(failure.message), err=True)
        raise click.exceptions.Exit(failure.code) from None


def as_failure(error: Exception) -> Failure | None:
    """What to say about an error; None for our own mistakes."""
    from broker_tui.vault.errors import SENTENCES, Cause, VaultError
    from sync.errors import SyncError

    if isinstance(error, SyncError):
        from broker_tui.i18n.causes import sentence

        return Failure(sentence(error.cause.value), error.exit_code)
    if isinstance(error, VaultError):
        return Failure(error.text(), error.exit_code)
    if isinstance(error, OSError) and hasattr(error, "exit_code"):  # the store's own words for driver errors
        code: int = error.exit_code
        trouble = Cause.DATABASE_BUSY if code == IN_USE else Cause.DATABASE_DAMAGED
        return Failure(_(SENTENCES[trouble]), code)
    refused = refused_input(error)
    return Failure(refused, DAMAGED if isinstance(error, OSError) else INVALID) if refused else None


def refused_input(error: Exception) -> str | None:
    """What to say about input that was refused."""
    from broker_tui.domain.dates import DateFault
    from broker_tui.domain.views import FieldError, InvalidInput, NotFound, Refusal, StoreFull
    from broker_tui.i18n import words
    from broker_tui.refusals import not_written
    from broker_tui.services.journal import UndoRefused

    if isinstance(error, Refusal):
        return error.sentence
    if isinstance(error, InvalidInput):
        return "\n".join(error_line(fault) for fault in error.errors)
    if isinstance(error, DateFault):
        return error_line(FieldError("date", error.code))
    if isinstance(error, NotFound):
        return not_found(error)
    if isinstance(error, UndoRefused):
        return words.undo_fault(error.fault.value)
    if isinstance(error, StoreFull):
        return not_written(error, _("The disk is full. Nothing was saved; make room and try again."))
    return None


def error_line(fault: "FieldError") -> str:
    """`minutes_per_week (Hours per week): what is wrong. What to do.`"""
    from broker_tui.i18n import words

    sentence = words.field_error(fault.field, fault.code, fault.args)
    offered = fault.args.get("offered")
    if offered:
        sentence = f"{sentence} ({', '.join(offered)})"
    return f"{fault.field} ({words.field(fault.field)}): {sentence}"


def not_found(error: Any) -> str:
    """What was not found, or the candidates to choose from."""
    from broker_tui.i18n import words

    name = error.reference_kind
    kind = words.record_type(name) if name in words.LABELS["record_type"] else words.field(name)
    if not error.candidates:
        return _("{kind}: nothing answers to this. Check it, or use find.").format(kind=kind)
    lines = [_("{kind}: several answer to this. Use one of these ids:").format(kind=kind)]
    return "\n".join([*lines, *error.candidates])


def plain(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping without the options that were not given."""
    return {name: value for name, value in mapping.items() if value is not None and value != () and value is not False}


def joined(parts: Iterable[str | None], separator: str = " · ") -> str:
    """The parts that say something."""
    return separator.join(part for part in parts if part)
