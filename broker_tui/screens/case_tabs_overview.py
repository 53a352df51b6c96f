"""Overview: what comes next, the goal, the hours, the last contacts."""

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.case_card import OVERVIEW
from broker_tui.domain.views import CaseCard, ContactRow, NotFound
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens import case_lines, say
from broker_tui.screens.card_base import AIRY, Pane
from broker_tui.screens.case_curve import curve_data
from broker_tui.screens.contact_presets import kind_word
from broker_tui.widgets.curve_data import CurveData
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.hours_curve import HoursCurve
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, cut, ends, fit, line

_LAST = 6
_ON_CURVE = 40
"""Contacts read for the lane under the curve."""


class OverviewPane(Pane[CaseCard]):
    """One page without a list."""

    SCOPED_CSS = False  # the width of the screen decides
    DEFAULT_CSS = """
    OverviewPane #left { width: 1fr; height: 1fr; padding: 0 3; }
    OverviewPane #side { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; scrollbar-size: 0 0; }
    .-wide OverviewPane #side, .-broad OverviewPane #side { display: block; }
    .-broad OverviewPane #side { width: 60; }
    .-wide OverviewPane #top, .-broad OverviewPane #top { display: none; }
    OverviewPane #top { margin: 0 0 1 0; }
    OverviewPane #words { margin: 1 0 0 0; }
    OverviewPane:ansi #side { background: ansi_default; }
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(OVERVIEW)

    _contacts: tuple[ContactRow, ...] = ()
    _chosen: str | None = None
    _measures: tuple[str, ...] = ()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to choose only where there are two kinds of hours."""
        if action == "measure":
            return len(self._measures) > 1
        return super().check_action(action, parameters)

    def action_measure(self) -> None:
        """The next kind of hours; kinds are never added together."""
        if self.card is None or len(self._measures) < 2:
            return
        _data, now, every = curve_data(self.card, (), self.clock_today, self._chosen)
        self._chosen = every[(every.index(now or every[0]) + 1) % len(every)]
        self.draw(self.card)
        self.broker.answer("", say.word("measure", self._chosen))

    def compose(self) -> ComposeResult:
        """Two columns when wide."""
        with Horizontal():
            with VerticalScroll(id="left", can_focus=True):
                yield Lines(id="top")
                yield HoursCurve(CurveData(date(2000, 1, 1)), id="curve")
                yield Lines(id="words")
            with VerticalScroll(id="side", can_focus=False):
                yield Lines(id="side-lines")

    def target(self) -> Widget:
        """The page itself, so that it scrolls."""
        return self.query_one("#left")

    def show(self, card: CaseCard) -> None:
        """Draw at once, then read the newest contacts and draw them too."""
        super().show(card)
        people = self.services.people

        def found(rows: list[ContactRow]) -> None:
            if tuple(rows) != self._contacts:
                self._contacts = tuple(rows)
                if self.card is not None:
                    self.draw(self.card)

        self.read(
            lambda: people.contacts(card.citizen.id, limit=_ON_CURVE),
            found,
            group="overview",
            description="read contacts",
            failed=lambda error: isinstance(error, NotFound),
        )

    def draw(self, card: CaseCard) -> None:
        """Everything there is."""
        today, guard = self.clock_today, self.guard
        wide = self.app.size.width >= 116
        cells = self.app.size.width - 6 - (42 if wide else 0)
        curve, _measure, self._measures = curve_data(card, self._contacts, today, self._chosen)
        rows = 13 if self.app.size.height >= 40 else 7
        self.query_one("#curve", HoursCurve).show(curve, rows)
        if not wide:
            self.query_one("#top", Lines).update(*_top(card, today, guard, cells))
        else:
            self.query_one("#side-lines", Lines).update(*_side(card, today, guard, 36))
        # what does not fit a small window has a tab of its own
        self.query_one("#words").display = self.app.size.height >= AIRY or not curve.begun
        self.query_one("#words", Lines).update(*_words(card, self._contacts, guard, min(cells, 76)))


def _top(card: CaseCard, today: date, guard: Guard, cells: int) -> list[Line]:
    """Goal and next beside each other."""
    half = cells * 9 // 16
    left = [line((_("Job goal"), "strong")), *case_lines.goal_lines(card, guard, half - 3, 3)]
    right = [line((_("Next"), "strong")), *case_lines.next_lines(card, today, guard, cells - half, 3)]
    height = max(len(left), len(right))
    left += [EMPTY] * (height - len(left))
    right += [EMPTY] * (height - len(right))
    return [fit(one, half) + two for one, two in zip(left, right, strict=True)]


def _words(card: CaseCard, contacts: tuple[ContactRow, ...], guard: Guard, cells: int) -> list[Line]:
    """The citizen's own words and the last contacts."""
    found: list[Line] = []
    notes = [e.record for e in card.notes if not e.deleted and e.replaced_by is None]
    if notes:
        newest = max(notes, key=lambda note: note.noted_on)
        found.append(line((_("In own words"), "strong"), (f"   {short_date(newest.noted_on)}", "muted")))
        own = newest.text.strip('»«“”" ')  # some write the quotation marks, some do not
        quoted = guard.note(newest.text) if guard.on else line(f"»{own}«")
        found += [cut(quoted, cells), EMPTY]
    found.append(line((_("Last contacts"), "strong")))
    if not contacts:
        found.append(line((_("None yet: c logs one."), "muted")))
    for row in contacts[:_LAST]:
        record = row.entry.record
        words = guard.note(record.note or record.agreed or "", "muted")
        head = fit(line((short_date(record.occurred_on), "muted")), 9) + fit(line(kind_word(record)), 11)
        found.append(cut(head + words, cells))
    return found


def _side(card: CaseCard, today: date, guard: Guard, cells: int) -> list[Line]:
    """The sheet beside the curve."""
    found = [line((_("Next"), "strong")), *case_lines.next_lines(card, today, guard, cells, 6), EMPTY]
    found += [line((_("Job goal"), "strong")), *case_lines.goal_lines(card, guard, cells, 4), EMPTY]
    steps = [e for e in card.goals if e.record.kind == "step" and not e.deleted and e.record.state != "dropped"]
    if steps:
        reached = sum(e.record.state == "reached" for e in steps)
        count = line((_("{done} of {all}").format(done=reached, all=len(steps)), "muted"))
        found += [ends(line((_("Steps"), "strong")), count, cells), EMPTY]
    people = _people(card)
    if people:
        found += [line((_("Together with"), "strong")), *people, EMPTY]
    citizen = card.citizen.record
    facts = ((_("Phone"), citizen.phone), (_("Area"), citizen.area), (_("Benefit"), citizen.benefit))
    shown = [case_lines.labelled(label, line(value)) for label, value in facts if value]
    if shown:
        found += [line((_("About"), "strong")), *shown]
    return [cut(one, cells) for one in found]


def _people(card: CaseCard) -> list[Line]:
    """Company, contact person and colleagues."""
    found: list[Line] = []
    for entry in card.placements:
        if entry.deleted or entry.record.status != "active":
            continue
        name = card.companies.get(entry.record.company_id or "", "")
        found.append(case_lines.labelled(_("Company"), line(name) if name else EMPTY))
        person = card.company_contacts.get(entry.record.company_contact_id or "", "")
        found.append(case_lines.labelled(_("Contact"), line(person) if person else EMPTY))
    for role in card.roles:
        name = card.staff.get(role.record.staff_id, "")
        if name and not role.deleted and role.record.end is None:
            found.append(case_lines.labelled(say.word("case_role", role.record.role), line(name)))
    return [one for one in found if one]
