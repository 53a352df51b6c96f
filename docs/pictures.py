"""Take a picture of an app for the guide: an SVG of what the screen shows, made without a terminal.

Use `await picture(app, path, size, press)`; the app is driven as in a test, so pictures never drift from the program.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.app import App


async def picture(app: App[Any], path: Path, size: tuple[int, int] = (80, 24), press: Sequence[str] = ()) -> None:
    """Run `app` at `size`, press keys and write what is shown as SVG.

    Args:
        app: the app, not yet running.
        path: the file to write.
        size: columns and rows.
        press: keys to press before the picture is taken.
    """
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in press:
            await pilot.press(key)
        await pilot.pause()
        path.write_text(app.export_screenshot(title=" "), encoding="utf-8")
