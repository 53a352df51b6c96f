"""A walk by keys over the pages of the program, for what has to hold on all of them."""

from collections.abc import AsyncIterator

from sync.records.types import CompanyVisit, Contact
from tests.ui.office import TODAY, Desk
from tests.ui.screen_text import screen_text

WALK: tuple[tuple[str, ...], ...] = (
    ("f2",),
    ("W",),
    ("escape", "f3"),
    ("enter",),
    ("2",),
    ("3",),
    ("4",),
    ("5",),
    ("6",),
    ("7",),
    ("8",),
    ("w",),
    ("escape", "ctrl+y"),
    ("escape", "escape", "f4"),
    ("down", "enter"),
    ("f4", "enter"),
    ("2",),
    ("3",),
    ("4",),
    ("5",),
    ("6",),
    ("escape", "f7"),
    ("a",),
    ("escape", "k"),
    ("escape", "n"),
    ("escape", "f8"),
    ("escape", "ctrl+t"),
    ("escape", "ctrl+g"),
    ("escape", "ctrl+o"),
    ("l",),
    ("escape", "o"),
    ("escape", "b"),
    ("escape", "escape", "ctrl+r", "tab", "tab"),
    ("enter",),
    ("escape", "escape", "slash"),
)
"""Keys from page to page; Jonas is the first of the caseload, Dalum Købmand of the companies."""


async def prepared(desk: Desk) -> None:
    """A walk-in, a visit and a step, so that their pages are not empty; the caseload is in front."""
    services = desk.services
    services.contacts.add(Contact(occurred_on=TODAY, kind="meeting", outcome="reached", walk_in_name="Nadia"))
    services.companies.add_visit(CompanyVisit(company_id=desk.ids["dalum"], occurred_on=TODAY, note="Kort"))
    services.goals.add_step(desk.ids["jonas"], "Prøve køkkenet", None, TODAY)
    await desk.press("f3")
    await desk.until(lambda: "Jonas Pedersen" in desk.text)


async def walked(desk: Desk) -> AsyncIterator[str]:
    """What stands on the screen after each stretch of the walk."""
    for keys in WALK:
        for key in keys:
            if key == "enter" and desk.app.place == "caseload" and desk.app.at_place:
                desk.app.open_citizen(desk.ids["jonas"])
                await desk.settle()
            elif key == "enter" and desk.app.place == "companies" and desk.app.at_place:
                desk.app.open_company(desk.ids["dalum"])
                await desk.settle()
            else:
                await desk.press(key)
        yield screen_text(desk.app)
