"""Make the pictures of the guides: `python docs/make_pictures.py`. The real app on the demo's world, no terminal.

Everybody in them is invented; the date is fixed, so that pictures change only when the program does.
"""

import asyncio
import os
import re
import sys
from datetime import date
from pathlib import Path

os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"  # before Textual is loaded: pictures are not tied to a terminal

from textual.pilot import Pilot

from broker_tui.app_process import make_app
from broker_tui.demo.caseload import Size
from broker_tui.demo.world import Plan, World
from broker_tui.i18n import Language

FOLDER = Path(__file__).parent / "pictures"
ON = date(2026, 11, 17)
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
SCENES: dict[str, tuple[str, ...]] = {
    "today": ("f2",),
    "caseload": ("f3",),
    "case": ("slash", *"hassan", "down", "enter"),
    "contact": ("c",),
    "companies": ("escape", "escape", "f4"),
    "visit": ("enter", "v"),
    "sync": ("escape", "escape", "f7"),
}
"""Keys from one picture to the next, in the order they are taken."""


async def take(home: Path, language: Language, name: str, size: tuple[int, int]) -> None:
    """All scenes in one language and size."""
    app = make_app(home, lang=language, on=ON, demo=True)
    app.notice = " "
    async with app.run_test(size=size) as pilot:
        await _still(pilot)
        _write(app.export_screenshot(title=" "), f"unlock-{name}-{language}")
        await pilot.press("enter")
        while app.session is None:
            await pilot.pause(0.05)
        for scene, keys in SCENES.items():
            for key in keys:
                await pilot.press(key)
                await _still(pilot)
            _write(app.export_screenshot(title=" "), f"{scene}-{name}-{language}")
        app.session.services.close()


async def _still(pilot: Pilot[None]) -> None:
    for _ in range(6):
        await pilot.pause(0.1)


def _write(svg: str, name: str) -> None:
    """Without fonts from the network: a guide that is opened offline looks the same and tells nobody."""
    FOLDER.mkdir(exist_ok=True)
    local = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    local = re.sub(r"font-family: ?Fira Code[^;]*;", "font-family: Cascadia Mono, DejaVu Sans Mono, monospace;", local)
    (FOLDER / f"{name}.svg").write_text(local, encoding="utf-8")


def main() -> None:
    """Both languages, both sizes; the hub is down, as it is in the field."""
    for language in ("da", "en"):
        plan = Plan(None, language, 1, Size(), ON)
        with World(plan, lambda text: print(text, file=sys.stderr)) as world:
            for name, size in SIZES.items():
                asyncio.run(take(world.home, language, name, size))


if __name__ == "__main__":
    main()
