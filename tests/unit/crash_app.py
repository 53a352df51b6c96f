"""An app that breaks in the way its first argument says, with data in messages and local variables."""

import asyncio
import sys
import threading
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from broker_tui import crash, watch
from broker_tui.safe_app import CrashSafeApp

CANARIES = ("Kanariefugl", "010190-0000", "gråspurv under tagskægget")
UNSAFE = "a\x1b]52;c;aGVq\x07b\x9b31mc\u202ed\u200be\x00f\x08g\x1b[2Jh\x7fi[/x]æøå👩"


def fail() -> None:
    """Raise with data everywhere."""
    name, cpr, passphrase = CANARIES
    raise ValueError(f"{name} {cpr} {passphrase}")


class BreakingApp(CrashSafeApp[None]):
    """Shows that it runs, then breaks."""

    AUTO_FOCUS = None  # keys go to the bindings
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "break", "Break", priority=True),
        Binding("q", "quit", "Quit", priority=True),
    ]

    def __init__(self, way: str) -> None:
        super().__init__()
        self.way = way
        self.secret = CANARIES[2]

    def compose(self) -> ComposeResult:
        if self.way == "compose":
            fail()
        yield Static(UNSAFE if self.way == "text" else "running", markup=False)
        yield Input(UNSAFE if self.way == "text" else "")

    def on_mount(self) -> None:
        if self.way == "mount":
            fail()
        if self.way == "timer":
            self.set_timer(0.01, fail)
        if self.way == "text":
            self.notify(UNSAFE, title=UNSAFE, markup=False)

    def action_break(self) -> None:
        name = CANARIES[0]
        if self.way == "action":
            fail()
        if self.way == "worker":
            self.run_worker(self.work_in_thread, thread=True)
        if self.way == "async-worker":
            self.run_worker(self.work())
        if self.way == "panic":
            self.panic(name)
        if self.way == "thread":
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
        if self.way == "task":
            asyncio.get_running_loop().call_soon(fail)

    def work_in_thread(self) -> None:
        """Break in a thread."""
        assert get_current_worker()
        fail()

    async def work(self) -> None:
        """Break in a worker of the event loop."""
        fail()


def main() -> int:
    """Run the app; reports go to standard output at the end, as they would to a log."""
    watch.watch_supervisor()
    crash.install()
    reports: list[crash.CrashReport] = []
    crash.on_crash(reports.append)
    if sys.argv[1] == "python":
        local: Any = CANARIES
        fail()
        return len(local)
    app = BreakingApp(sys.argv[1])
    app.run()
    print("reported", len(reports), "of", len(sys.argv) - 1)
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
