"""Reading and saving beside the screen: a worker thread that touches no widget, its finding sent as a message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from textual.dom import DOMNode
from textual.message import Message
from textual.worker import get_current_worker

T = TypeVar("T")


@dataclass
class Found(Message):
    """A worker has found something; `done` takes it on the thread of the widgets."""

    done: Callable[[Any], object]
    result: Any


@dataclass
class Failed(Message):
    """A worker failed; `failed` takes the errors it knows."""

    error: Exception
    failed: Callable[[Exception], bool] | None


class Reading(DOMNode):
    """Mixed into the app and its screens."""

    def read(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        *,
        group: str,
        description: str,
        failed: Callable[[Exception], bool] | None = None,
        alone: bool = True,
    ) -> None:
        """Call `work` in a thread and `done` with its result here; a later call of the group replaces this one.

        Args:
            work: touches no widget; returns something immutable.
            done: shows it.
            group: name of the kind of work.
            description: for the log; nothing personal.
            failed: takes an error and says whether it dealt with it.
            alone: forget an earlier call of the group; not for saves, whose errors must be told.
        """

        def run() -> None:
            worker = get_current_worker()
            try:
                result = work()
            except Exception as error:
                if not worker.is_cancelled:
                    self.post_message(Failed(error, failed))
            else:
                if not worker.is_cancelled:
                    self.post_message(Found(done, result))

        self.run_worker(
            run, thread=True, exclusive=alone, group=group, description=description, name=group, exit_on_error=False
        )

    def explain(self, error: Exception) -> bool:
        """Answer with a sentence for an error that is nobody's mistake; False for all others."""
        raise NotImplementedError

    @property
    def too_late(self) -> bool:
        """Whether the caseload was closed to quit or to lock: what readers still bring would find nothing there."""
        raise NotImplementedError

    def on_found(self, message: Found) -> None:
        """Show what was found."""
        message.stop()
        if not self.too_late:
            message.done(message.result)

    def on_failed(self, message: Failed) -> None:
        """Say what can be said in a sentence; anything else is a mistake of the program and ends it safely."""
        message.stop()
        if self.too_late:
            return
        if message.failed is not None and message.failed(message.error):
            return
        if not self.explain(message.error):
            raise message.error
