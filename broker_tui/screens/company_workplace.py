"""Flex job at a company: seats and who has them, what is agreed, the forms about it, what the programme asks."""

from typing import Any

from textual.app import ComposeResult
from textual.widget import Widget

from broker_tui.domain.views import CompanyCard
from broker_tui.i18n import _, ngettext, programme_words
from broker_tui.i18n.format import hours, short_date
from broker_tui.i18n.programme_words import both
from broker_tui.i18n.setting_words import setting
from broker_tui.screens import say
from broker_tui.screens.card_base import Pane
from broker_tui.screens.programme_base import progress_of
from broker_tui.services.forms import Offered
from broker_tui.services.workplaces import Seat, Workplace
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.spans import EMPTY, Line, Role, join, line


class WorkplacePane(Pane[CompanyCard]):
    """The company as a flex-job workplace."""

    DEFAULT_CSS = """
    WorkplacePane #place { padding: 0 3; margin: 0 0 1 0; }
    """

    _found: Workplace | None = None

    def compose(self) -> ComposeResult:
        """Head and rows."""
        yield Lines(id="place")
        columns = Columns((Column("what", min_width=28), Column("state", width=22), Column("date", width=8)))
        yield RowList(columns=columns, id="workplace")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#workplace", RowList)

    def target(self) -> Widget:
        """The list."""
        return self.rows

    def show(self, card: CompanyCard) -> None:
        """Draw what is known, then read anew."""
        super().show(card)
        workplaces, company_id = self.services.workplaces, card.company.id

        def found(workplace: Workplace) -> None:
            self._found = workplace
            if self.card is not None:
                self.draw(self.card)

        self.read(lambda: workplaces.of(company_id), found, group="workplace", description="read the workplace")

    def draw(self, card: CompanyCard) -> None:
        """Head and rows."""
        found = self._found
        self.rows.set_empty(line((_("No form of flex job is here."), "muted")))
        if found is None:
            return
        self.query_one("#place", Lines).update(*self._head(found))
        self.rows.set_rows(self._items(found))

    def _head(self, found: Workplace) -> list[Line]:
        today = self.clock_today
        taken, most = found.taken(today), found.told.get("max_seats") or found.told.get("seats")
        said = ngettext("{count} seat taken", "{count} seats taken", taken).format(count=taken)
        if most:
            said = _("{taken} of {most}").format(taken=said, most=most)
        label = _("Flex-job workshop") if taken >= found.least else _("Flex job")
        parts: list[Line] = [line((label, "strong")), line((said, "text"))]
        if found.others:
            other = ngettext("{count} of other brokers", "{count} of other brokers", found.others)
            parts.append(line((other.format(count=found.others), "muted")))
        if 0 < taken < found.least:
            least = _("a workshop has at least {count}").format(count=found.least)
            parts.append(line((least, "muted")))
        people = [
            (_("leader"), found.told.get("leader")),
            (_("support"), found.told.get("support")),
            (_("mentor"), found.told.get("variant")),
        ]
        place = [(_("form"), found.told.get("form")), (_("cooperation agreement"), found.told.get("agreement"))]
        # Two lines: at 80 columns one would be cut, and the place's form is what falls off its end.
        return [join(parts, 3), *(join(told, 3) for told in (_told(people), _told(place)) if told)]

    def _items(self, found: Workplace) -> list[Item]:
        items: list[Item] = []
        if found.seats:
            items.append(Heading(_("In a flex job here"), str(len(found.seats))))
            items += [self._seat(seat) for seat in found.seats]
        if found.forms:
            items.append(Heading(_("Forms")))
            items += [_form(one) for one in found.forms]
        if found.owed:
            items.append(Heading(_("Asked of the company"), str(len(found.owed))))
            for one in found.owed:
                late = one.state in ("overdue", "missed")
                role: Role = "err" if late else "warn"
                cells = {
                    "what": line(programme_words.title(one.rule)),
                    "state": line((programme_words.state(one.state), role)),
                    "date": line((short_date(one.due), "muted")) if one.due else EMPTY,
                }
                key = f"rule|{one.rule}@{one.key}"
                items.append(Row(key, cells, sign=glyph("overdue" if late else "soon"), sign_role=role))
        return items

    def _seat(self, seat: Seat) -> Row:
        coming = seat.start > self.clock_today
        over = seat.end is not None and seat.end < self.clock_today
        state = _("from {day}") if coming else _("until {day}") if seat.end is not None else ""
        day = seat.start if coming else seat.end
        told = [state.format(day=short_date(day))] if state and day is not None else []
        if seat.minutes is not None:
            told.insert(0, _("{hours} hours a week").format(hours=hours(seat.minutes)))
        cells = {
            "what": line((self.guard.name(seat.name), "faint" if over else "name")),
            "state": line((", ".join(told), "muted")),
            "date": line((short_date(seat.start), "muted")),
        }
        muted: Role = "muted"
        return Row(
            f"seat|{seat.citizen_id}", cells, sign="" if over else glyph("ok"), sign_role=muted if coming else "ok"
        )

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The person, the form, or what closes the demand."""
        event.stop()
        found, (kind, _bar, rest) = self._found, (event.key or "").partition("|")
        if found is None or self.card is None:
            return
        if kind == "seat":
            self.broker.open_citizen(rest, "job")
        elif found.through is None:
            self.broker.answer("missing", _("Forms are filled in through a case: nobody here is in flex job yet."))
        elif kind == "form":
            self.broker.open_form(*found.through, rest, company=self.card.company.id)
        else:
            rule, _at, key = rest.partition("@")
            self.broker.close_rule(*found.through, rule, key)


def _told(pairs: list[tuple[str, Any]]) -> list[Line]:
    return [line((f"{name}: ", "muted"), setting(value)) for name, value in pairs if value not in (None, "")]


def _form(one: Offered) -> Row:
    newest = one.newest
    if newest is None:
        state: Line = line((_("not begun"), "muted"))
    elif newest.record.state == "complete":
        state = line((say.inline(_("Complete")), "ok"))
    else:
        done, asked = progress_of(one.definition, newest.record.values)
        state = line((_("begun, {done} of {all}").format(done=done, all=asked), "text"))
    cells = {
        "what": line(both(one.definition)),
        "state": state,
        "date": line((short_date(newest.record.on), "muted")) if newest is not None else EMPTY,
    }
    complete = newest is not None and newest.record.state == "complete"
    sign, role = ("ok", "ok") if complete else ("missing", "muted")
    return Row(f"form|{one.definition.id}", cells, sign=glyph(sign), sign_role="ok" if role == "ok" else "muted")
