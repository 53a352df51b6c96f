"""When an app in a test has come to rest: nothing ready to run, no short timer running.

Textual's own pilot watches the processor's time in steps of 20 ms, seven steps for a key. That takes most of a test's
time and, on a busy machine, finds a process at rest that only had to stand in line. The event loop knows it exactly.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.timer import Timer

SHORT = 0.15
"""Seconds: a single timer up to this is part of what a key does (a preview that waits for the next key)."""
FRAME = 0.05
"""Seconds: a timer repeated this often draws, or lets held keys go, and pauses or ends when that is done."""
PATIENCE = 60.0
"""Seconds after which a test goes on with an app that never rests."""


def _pumps(app: App[Any]) -> Iterator[MessagePump]:
    yield app
    for screen in app.screen_stack:
        yield screen
        yield from screen.walk_children(with_self=False)


def _counts(timer: Timer) -> bool:
    task = timer._task
    if task is None or task.done() or not timer._active.is_set():
        return False
    return timer._interval <= (SHORT if timer._repeat == 0 else FRAME)


def short_timers(app: App[Any]) -> list[Timer]:
    """The running timers whose end belongs to what the last key did."""
    return [timer for pump in _pumps(app) for timer in list(pump._timers) if _counts(timer)]


async def idle(least: float = 0.0, most: float = PATIENCE) -> None:
    """Let everything run that is ready to; instead of Textual's `wait_for_idle`, with its signature."""
    loop: Any = asyncio.get_running_loop()
    end = time.monotonic() + most
    quiet = 0
    while quiet < 2 and time.monotonic() < end:
        await asyncio.sleep(0)
        quiet = 0 if loop._ready else quiet + 1


async def at_rest(app: App[Any]) -> None:
    """Wait until the app has nothing ready to run and no short timer runs."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        await idle()
        await app.animator.wait_until_complete()
        if app._exit or not short_timers(app):  # of a page that goes down with its app nobody draws the last frame
            return
        await asyncio.sleep(0.002)


async def pause(pilot: Pilot[Any], delay: float | None = None) -> None:
    """Wait for the app to come to rest, or for a time; instead of `Pilot.pause`."""
    await pilot._wait_for_screen()
    if delay is None:
        await at_rest(pilot.app)
    else:
        await asyncio.sleep(delay)
    pilot.app.screen._on_timer_update()
