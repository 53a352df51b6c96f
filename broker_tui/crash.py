"""What is said about an error nobody caught: its class, where it happened and a reference. Nothing else.

Messages and local variables of an exception carry names, numbers and keys (security.md 1.9, 4.7), and Python, the
threads, asyncio and Textual all print them by default. Every one of these ways leads through here instead.
"""

import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from broker_tui.watch import announce_crash

if TYPE_CHECKING:
    import asyncio

    from broker_tui.safe_app import CrashSafeApp, TerminalSafeFilter

__all__ = [
    "CrashReport",
    "CrashSafeApp",
    "TerminalSafeFilter",
    "install",
    "on_crash",
    "on_error",
    "report",
    "report_of",
]

PLACES = 4


class CrashReport(NamedTuple):
    """All that may be known of a crash outside the vault.

    Args:
        ref: eight hex digits, to find the same event in the log.
        error: the class of the exception.
        places: `function:line` of the innermost frames, outermost first.
        unnoted: classes of the errors that kept it from being written down.
    """

    ref: str
    error: str
    places: tuple[str, ...]
    unnoted: tuple[str, ...] = ()

    def text(self) -> str:
        """The one line a person sees."""
        from broker_tui.i18n import _

        said = _("Unexpected error {error} (reference {ref}) at {places}. What you saved is safe.").format(
            error=self.error, ref=self.ref, places=" > ".join(self.places) or "?"
        )
        if not self.unnoted:
            return said
        lost = _("It could not be written down ({error}): keep this line.").format(error=", ".join(self.unnoted))
        return f"{said} {lost}"


_sinks: list[Callable[[CrashReport], None]] = []
_keepers: list[Callable[[CrashReport, BaseException], None]] = []


def on_crash(sink: Callable[[CrashReport], None]) -> None:
    """Hand every report to `sink` too, such as the log."""
    _sinks.append(sink)


def on_error(keeper: Callable[[CrashReport, BaseException], None]) -> None:
    """Hand every report to `keeper` with the error itself, in the place of the keeper before it.

    It must keep the error inside the vault or nowhere.
    """
    _keepers[:] = [keeper]


def report_of(error: BaseException) -> CrashReport:
    """The report on `error`, with a fresh reference."""
    inner = getattr(error, "error", None)  # Textual wraps what a worker raised
    if isinstance(inner, BaseException) and inner.__traceback__ is not None:
        error = inner
    places: list[str] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return CrashReport(os.urandom(4).hex(), type(error).__name__, tuple(places[-PLACES:]))


def report(error: BaseException) -> CrashReport:
    """Make the report and hand it to the sinks and the supervisor.

    What cannot take it is named in the report by its class: the text of no exception comes back to the screen.
    """
    made = report_of(error)
    announce_crash(made.ref)
    for sink in _sinks:
        made = _handed(made, partial(sink, made))
    for keeper in _keepers:
        made = _handed(made, partial(keeper, made, error))
    return made


def _handed(made: CrashReport, take: Callable[[], None]) -> CrashReport:
    try:
        take()
    except Exception as refused:
        return made._replace(unnoted=(*made.unnoted, type(refused).__name__))
    return made


def install() -> None:
    """Take over the last resorts of Python and its threads, for this process; switches `faulthandler` off."""
    import faulthandler

    faulthandler.disable()
    sys.excepthook = _on_exception
    sys.unraisablehook = _on_unraisable
    threading.excepthook = _on_thread_exception


def install_asyncio(loop: "asyncio.AbstractEventLoop") -> None:
    """Take over the last resort of an event loop."""
    loop.set_exception_handler(_on_asyncio)


def _say(made: CrashReport) -> None:
    if sys.stderr is not None:
        try:
            print(made.text(), file=sys.stderr, flush=True)
        except (OSError, ValueError):
            return


def _on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _say(report(error))


def _on_thread_exception(hook: threading.ExceptHookArgs) -> None:
    if hook.exc_value is not None and not issubclass(hook.exc_type, SystemExit):
        _say(report(hook.exc_value))


def _on_unraisable(hook: "sys.UnraisableHookArgs") -> None:
    if hook.exc_value is not None:
        report(hook.exc_value)


def _on_asyncio(_loop: "asyncio.AbstractEventLoop", context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        report(error)


def __getattr__(name: str) -> Any:
    """The parts that need Textual, loaded when they are asked for: the command line must not load it."""
    if name in {"CrashSafeApp", "TerminalSafeFilter"}:
        from broker_tui import safe_app

        return getattr(safe_app, name)
    raise AttributeError(name)
