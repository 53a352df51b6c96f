"""All parts with invented people, to look at and to take snapshots of: `python -m tests.ui.widgets.gallery today`."""

import sys
from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widget import Widget

from broker_tui.widgets.answer_line import AnswerLine
from broker_tui.widgets.badges import chip, programme_cell, programme_chip, state, tab
from broker_tui.widgets.base_app import DesignApp
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.curve_data import CurveData, FollowUp, LanePlacement, Period
from broker_tui.widgets.form import Form
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.hours_curve import HoursCurve
from broker_tui.widgets.key_line import RIGHT, KeyHint, KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.places_bar import Place, PlacesBar
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import Line, Role, ends, join, line
from broker_tui.widgets.step_mark import grade, large_mark, progress, steps
from broker_tui.widgets.text_fields import DateField, Reading, TextField

PLACES = (
    Place("today", "F2", "I dag"),
    Place("caseload", "F3", "Sagsstamme"),
    Place("companies", "F4", "Virksomheder"),
    Place("match", "F5", "Match"),
    Place("overview", "F6", "Overblik"),
    Place("sync", "F7", "Synk"),
)
TODAY = Columns((Column("when", width=6), Column("who", width=17), Column("what"), Column("programme", width=12)))


def task(  # one row of the list as the screen makes it
    key: str, when: str, who: str, what: str, code: str, step: str, sign: str = "", role: Role = "muted"
) -> Row:
    cells = {
        "when": line((when, role)),
        "who": line((who, "name")),
        "what": line(what),
        "programme": programme_cell(code, step),
    }
    return Row(key, cells, sign=glyph(sign) if sign else "", sign_role=role)


ITEMS: tuple[Item, ...] = (
    Heading("Forfaldne", "2", role="err-strong"),
    task("1", "3 dage", "Ahmed Khalil", "Ugentlig kontakt før placering", "FSM2", "trin 2", "overdue", "err"),
    task("2", "1 dag", "Lise Holm", "Svar inden 24 t, spurgt i går", "UIF2", "fase 2", "overdue", "err"),
    Heading("I dag", "4"),
    task("3", "10.00", "Dalum Købmand", "Besøg: opfølgning på stedet", "UIF2", "fase 3", role="name"),
    task("4", "i dag", "Jonas Pedersen", "4. opfølgning af 4, ved fremmøde", "UIF2", "fase 3"),
    task("5", "i dag", "Mia Thomsen", "Statusmøde 6 mdr. efter start", "UIF2", "fase 3"),
    task("6", "13.30", "Åse Lindholm", "Samtale: praktik i bageriet", "MEST", "fase 3", role="name"),
    Heading("Denne uge", "6"),
    task("7", "ons 18", "Fatima Aydin", "Trin 2 har varet 12 af 13 uger", "FSM2", "trin 2", "soon", "warn"),
    task("8", "ons 18", "Karim Haddad", "Månedlig kontakt", "UJG", "trin 3"),
    task("9", "tor 19", "Søren Bækgaard", "Lovet: ring om buskortet", "FLEKS", "el. 2"),
    task("10", "tor 19", "Thi Lan Nguyen", "Opfølgning efter plan", "FSM2", "trin 3"),
    task("11", "fre 20", "Peter Aagaard", "Fase 1 har varet 9 af 10 uger", "UIF2", "fase 1", "soon", "warn"),
    task("12", "fre 20", "Birgit Østergaard", "Opfølgning efter plan", "FLEKS", "el. 2"),
)


class TodayPage(Screen[None]):
    """A page with a list, as the real ones are built."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "answer", "kontakt", id="gallery.contact"),
        Binding("v", "answer", "besøg", id="gallery.visit"),
        Binding("s", "answer", "udskyd", id="gallery.snooze"),
        Binding("slash", "answer", "find", id="gallery.find", group=RIGHT),
        Binding("ctrl+n", "answer", "ny", id="gallery.new", group=RIGHT),
        Binding("f1", "answer", "hjælp", id="gallery.help", group=RIGHT),
    ]
    CSS = "#title { padding: 0 3; height: 2; }"

    def compose(self) -> ComposeResult:
        bar = PlacesBar(PLACES, "today")
        bar.online = False
        bar.unsent = 7
        yield bar
        yield Lines(id="title")
        yield RowList(columns=TODAY, markable=True, id="list")
        yield AnswerLine()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(RowList).set_rows(ITEMS, cursor="4")
        self.query_one(RowList).focus()

    def on_resize(self) -> None:
        left = line(("Tirsdag 17. november", "strong"), ("  uge 47", "muted"))
        right = line((f"{glyph('overdue')} 2 forfaldne", "err"), "   4 i dag", ("   6 denne uge", "muted"))
        self.query_one("#title", Lines).update(ends(left, right, self.size.width - 6))

    def action_answer(self) -> None:
        self.query_one(AnswerLine).show("ok", "Kontakt gemt på Ahmed Khalil", "u", "fortryd")


def understood(text: str) -> Reading:
    """A stand-in for the reader of dates."""
    if text.startswith("31/2"):
        return Reading(error="Datoen findes ikke. Skriv fx 28/2.")
    return Reading(value=text, shown="tir 17. nov kl. 9.40")


class ContactSheet(FormSheet[dict[str, str]]):
    """The contact dialog as the real one is built."""

    def heading(self) -> Line:
        return line(("Ny kontakt", "strong"), ("   Jonas Pedersen", "name"), ("   UIF2 fase 3", "muted"))

    def body(self) -> Iterable[Widget]:
        words = ("Telefon", "Møde", "Besøg", "Hjemme", "Fremskudt", "Sms", "Video", "Brev")
        with Form():
            yield ChoiceField("kind", "Hvordan", options=[Option(w, w) for w in words], value="Telefon")
            with Horizontal(classes="pair"):
                outcomes = ("Holdt", "Udeblevet", "Afbud", "Intet svar")
                yield ChoiceField("outcome", "Udfald", options=[Option(w, w) for w in outcomes], value="Holdt")
                ways = [Option("out", "Ud"), Option("in", "Ind")]
                yield ChoiceField("way", options=ways, value="out", inline=True)
            yield DateField("when", "Hvornår", parser=understood, value="i dag 9.40").apart()
            yield TextField("who", "Deltog", value="Jonas, Bente Holm (Dalum Købmand)")
            yield NoteField("note", "Notat", value=NOTE, min_rows=4).apart()
            yield TextField("agreed", "Aftalt", value="Bente finder en makker").apart()
            note = "planen siger hver 14. dag"
            yield DateField("next", "Næste", parser=understood, value="1/12", note=note)

    CSS = ".pair { height: auto; }"

    def action_done(self) -> None:
        self.dismiss(self.query_one(Form).values())


NOTE = (
    "Jonas har prøvet to morgener i køkkenet og vil gerne have flere. Søvnen er bedre. Bente kan tilbyde en time mere "
    "om ugen, hvis han får en fast makker."
)


class GalleryApp(DesignApp):
    """Shows one of the pages."""

    def __init__(self, page: str = "today", theme: str = "fjord") -> None:
        super().__init__(theme=theme)
        # a picture is taken without a terminal that could say what it can show
        self.theme = theme
        self._page = page

    def on_mount(self) -> None:
        if self._page == "dialog":
            self.push_screen(TodayPage())
            self.push_screen(ContactSheet())
        else:
            self.push_screen(page(self._page))


CURVE = CurveData(
    today=date(2026, 11, 17),
    periods=(
        Period(date(2026, 5, 25), date(2026, 7, 12), 180),
        Period(date(2026, 7, 13), date(2026, 8, 23), 240),
        Period(date(2026, 8, 24), date(2026, 9, 30), 330),
        Period(date(2026, 10, 1), date(2026, 10, 18), 390),
        Period(date(2026, 10, 19), None, 480),
    ),
    goal_minutes=720,
    exit_minutes=600,
    placements=(
        LanePlacement("praktik", "", date(2026, 4, 13), date(2026, 5, 24)),
        LanePlacement("fleksjob", "Dalum Købmand", date(2026, 5, 25), None),
    ),
    follow_ups=(
        FollowUp(date(2026, 6, 17), in_person=True),
        FollowUp(date(2026, 8, 17), in_person=False),
        FollowUp(date(2026, 10, 3), in_person=False),
        FollowUp(date(2026, 11, 17), in_person=True, agreed=True),
    ),
    window=(date(2026, 4, 1), date(2027, 1, 31)),
)


class PartsPage(Screen[None]):
    """The small parts on one page, with the curve."""

    CSS = "#parts { padding: 0 3; } #curve { margin: 1 3; } VerticalScroll { height: 1fr; scrollbar-size: 0 0; }"

    def compose(self) -> ComposeResult:
        bar = PlacesBar(PLACES, "today")
        bar.guard = True
        bar.online = False
        bar.unsent = 7
        yield bar
        tabs = join([tab(str(n), word, active=n == 1) for n, word in enumerate(("Overblik", "Kontakt", "Mål"), 1)], 1)
        states = join([state("overdue", "forfalden"), state("soon", "snart"), state("refused", "nej", quiet=True)], 3)
        with VerticalScroll(can_focus=False):
            yield Lines(
                programme_chip("UIF2", "fase 3") + line("   ") + chip("Aktiv"),
                tabs,
                states,
                progress(31, 37, 36, "sender 31 af 37"),
                grade(2, 3, "God") + line("   ") + steps(2, 3, "fase 2 af 3"),
                join([line("Bars", "  "), Guard(on=True).note("Ring om buskortet")], 1),
                *large_mark(),
                id="parts",
            )
            yield HoursCurve(CURVE, id="curve")
        yield KeyLine((KeyHint("Enter", "åbn"),), (KeyHint("F1", "hjælp"),))


def page(name: str) -> Screen[None]:
    """A page by name."""
    pages: dict[str, type[Screen[None]]] = {"today": TodayPage, "parts": PartsPage}
    return pages[name]()


if __name__ == "__main__":
    GalleryApp(*sys.argv[1:]).run()
