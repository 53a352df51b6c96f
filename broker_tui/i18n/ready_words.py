"""The check before leaving in words: what holds, and what to do about what does not."""

from datetime import date

from broker_tui.i18n import _, ngettext
from broker_tui.i18n.change_words import day, size, time_of
from broker_tui.services.ready import Check, Point


def said(check: Check, today: date) -> str:
    """What the line states."""
    at = time_of(check.at, today) if check.at else ""
    until = day(check.until, today) if check.until else ""
    known: dict[Point, str] = {
        "hub": _("No hub yet"),
        "synced": _("Synced {time}").format(time=at) if at else _("Never synced"),
        "unsent": _("{count} unsent").format(count=check.count),
        "refused": _("{count} refused").format(count=check.count),
        "differences": _counted(ngettext("{count} difference", "{count} differences", check.count), check),
        "lease": _("Cases may stay until {day}").format(day=until),
        "cases": _counted(
            ngettext("{count} person on this laptop", "{count} people on this laptop", check.count), check
        ),
        "backup": _("Backup {time}").format(time=at) if at else _("No backup"),
        "opens": _("Opens without a network") if check.ok else _("The files of the caseload do not read"),
        "disk": _("{size} free on the disk").format(size=size(check.count)) if check.count else _("Room on the disk"),
    }
    return known[check.point]


def _counted(text: str, check: Check) -> str:
    return text.format(count=check.count)


def remedy(check: Check) -> str:
    """What to do about a line that does not hold; nothing when it does."""
    if check.ok:
        return ""
    return {
        "hub": _("everything lies on this laptop alone; e on Sync joins a hub"),
        "synced": _("sync: s on Sync, or broker sync"),
        "unsent": _("sync before you go: s on Sync"),
        "refused": _("r on Sync opens the field"),
        "differences": _("settle them on Sync: 1 mine, 2 theirs"),
        "lease": _("sync before that day"),
        "backup": _("make one: Ctrl+O, b, b, or broker backups --now"),
        "opens": _("do not leave: lock with Ctrl+L and rescue with Ctrl+E"),
        "disk": _("make room: at least 200 MB"),
    }.get(check.point, "")


def verdict(checks: list[Check]) -> str:
    """The whole of it."""
    open_points = sum(not check.ok for check in checks)
    if not open_points:
        return _("Ready for the road.")
    return ngettext(
        "{count} thing to see to before you go.", "{count} things to see to before you go.", open_points
    ).format(count=open_points)
