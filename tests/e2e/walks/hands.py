"""A broker's hands on the real program: people, forms, decisions and contacts by keyboard, as acts of a script."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.e2e.terminal import ScreenTimeout, Terminal

BAR = "▌"
PRIMARY = "86c8ec"
"""The colour of what has the focus in the standard theme."""
PERSON = "Søren Ågesen"
_MOST_FIELDS = 80
_EDGE = "─" * 60
"""The upper edge of a sheet; the last one on the screen belongs to the sheet in front."""


@dataclass(frozen=True)
class Pick:
    """The word of a choice."""

    word: str


@dataclass(frozen=True)
class Marks:
    """Words of a choice of which several may be taken."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A person, company or placement from the list that `Enter` opens; the first when nothing is typed."""

    begin: str = ""


@dataclass(frozen=True)
class Row:
    """A new row of a list, filled in its own sheet."""

    values: Mapping[str, "Value"]


Value = str | Pick | Marks | Named | Row
Values = Mapping[str, Value]
Act = Callable[[Terminal], None]


def pick(word: str) -> Pick:
    """The word of a choice."""
    return Pick(word)


def marks(*words: str) -> Marks:
    """Several words of a choice."""
    return Marks(words)


def row(values: Values) -> Row:
    """A new row of a list."""
    return Row(values)


# Acts


def new_person(programme: str, cpr: str = "010190-0000") -> Act:
    """A new person with a course in `programme` (its short name on the screen), from Today."""

    def act(terminal: Terminal) -> None:
        terminal.press("ctrl+n")
        terminal.wait_for("Huskeseddel")
        terminal.press("b")
        in_form(terminal, "Ny borger")
        fill(terminal, {"Navn": PERSON, "CPR-nr.": cpr, "Program": pick(programme)})
        terminal.press("ctrl+d")
        terminal.wait_gone("Ny borger")

    return act


def form(name: str, values: Values, *, begun: bool = False) -> Act:
    """Fill a form of the card's Forms tab; `begun` keeps it as begun (Ctrl+S)."""

    def act(terminal: Terminal) -> None:
        card(terminal, "7")
        terminal.wait_for("Søren", lambda shown: "skema" in shown.casefold())
        to_row(terminal, name)
        terminal.press("enter")
        in_form(terminal, name)
        fill(terminal, values)
        leave(terminal, name, "ctrl+s" if begun else "ctrl+d")

    return act


def again(name: str, values: Values, *, begun: bool = False) -> Act:
    """Open the newest of the forms filled in under that name, and write more in it."""

    def act(terminal: Terminal) -> None:
        card(terminal, "7")
        to_row(terminal, name)
        terminal.press("down")
        rest(terminal)
        terminal.press("enter")
        in_form(terminal, name)
        fill(terminal, values)
        leave(terminal, name, "ctrl+s" if begun else "ctrl+d")

    return act


def decide(name: str, values: Values) -> Act:
    """Take one of the programme's short decisions (`B` on the card)."""

    def act(terminal: Terminal) -> None:
        card(terminal)
        terminal.press("B")
        terminal.wait_for("Hvad besluttes?")
        to_row(terminal, name)
        terminal.press("enter")
        in_form(terminal, name)
        fill(terminal, values)
        leave(terminal, name, "ctrl+d")

    return act


def do_rule(words: str, title: str, values: Values, *, key: str = "ctrl+d") -> Act:
    """`d` on a rule of the Step tab opens the form `title`; fill it in."""

    def act(terminal: Terminal) -> None:
        card(terminal, "6")
        to_row(terminal, words)
        terminal.press("d")
        in_form(terminal, title)
        fill(terminal, values)
        leave(terminal, title, key)

    return act


def contact(values: Values) -> Act:
    """Log a contact (`c` on the card)."""

    def act(terminal: Terminal) -> None:
        card(terminal)
        terminal.press("c")
        in_form(terminal, "Ny kontakt")
        terminal.wait_for(lambda shown: (here := spot(terminal)) is not None and here[1] == "Notat")
        fill(terminal, values)
        terminal.press("ctrl+d")
        terminal.wait_for("Kontakt gemt")

    return act


def card_form(key: str, title: str, values: Values) -> Act:
    """A form that a key of the card opens, such as `A`, the agreement in one go."""

    def act(terminal: Terminal) -> None:
        card(terminal)
        terminal.press(key)
        in_form(terminal, title)
        fill(terminal, values)
        leave(terminal, title, "ctrl+d")

    return act


def register(mark: str, *, on: str) -> Act:
    """Mark the person on a day of the course team's register (`T` on the card), by the digit of the mark."""

    def act(terminal: Terminal) -> None:
        card(terminal)
        terminal.press("T")
        terminal.wait_for(PERSON, lambda shown: "3 Mål" not in shown)
        rest(terminal)
        for _day in range(12):
            if on in terminal.shown():
                break
            seen(terminal, "left", Terminal.shown)
        else:
            raise AssertionError(f"no day {on!r}; the screen was:\n{terminal.shown()}")
        terminal.press(mark)
        rest(terminal)
        terminal.press("esc")
        terminal.wait_for("3 Mål")

    return act


# Ways


def card(terminal: Terminal, tab: str = "1") -> None:
    """From any place to the person's card, on a tab."""
    if "3 Mål" not in terminal.shown():
        terminal.press("/")
        terminal.wait_for("Skriv to bogstaver")
        terminal.write("soren")
        terminal.wait_for(PERSON)
        terminal.press("enter")
        terminal.wait_for("****", "3 Mål")
    terminal.press(tab)
    terminal.wait_for(lambda shown: True)
    terminal.read_for(0.15)


def in_form(terminal: Terminal, title: str) -> None:
    """Wait until the form is in front, with the focus in a field."""
    terminal.wait_for(lambda shown: any(line.startswith(f"   {title}") for line in shown.splitlines()))
    terminal.wait_for(lambda shown: spot(terminal) is not None)
    terminal.read_for(0.15)  # the focus may move once more
    rest(terminal)


def leave(terminal: Terminal, title: str, key: str) -> None:
    """Save, and see that the form has closed."""
    terminal.press(key)
    terminal.wait_for(
        lambda shown: (
            "Tab næste felt" not in shown
            and not any(line.startswith(f"   {title}   ") and BAR not in line for line in shown.splitlines()[:12])
        ),
        patience=8,
    )
    terminal.wait_for("****", "3 Mål")


def to_row(terminal: Terminal, words: str) -> None:
    """Move the cursor of a list to the row with these words, from the top down."""
    terminal.press("g")
    rest(terminal)
    for _step in range(60):
        here = cursor_row(terminal)
        if f" {words}  " in here:
            return
        seen(terminal, "down", cursor_row)
    raise AssertionError(f"no row {words!r}; the screen was:\n{terminal.shown()}")


def cursor_row(terminal: Terminal) -> str:
    """The line with the cursor of the list in front."""
    lines = [line for line in terminal.shown().splitlines() if line.startswith(BAR)]
    return lines[0] if lines else ""


# Fields


def spot(terminal: Terminal) -> tuple[int, str, str] | None:
    """Where the focus is: the line, the label of the field, and the word or text under it."""
    lines = terminal.shown().splitlines()
    top = max((number for number, text in enumerate(lines) if text.startswith(_EDGE)), default=0)
    for number, text in enumerate(lines[:-1]):
        if number > top and BAR in text[3:]:
            return number, _label(lines, number), text.partition(BAR)[2].strip()
    buffer = terminal.screen.buffer
    for number in range(top + 1, len(lines) - 1):
        for ground in ("bg", "fg"):
            cells = [x for x in range(3, 78) if getattr(buffer[number][x], ground) == PRIMARY]
            if cells and (ground == "bg" or buffer[number][cells[0]].bold):
                word = "".join(buffer[number][x].data for x in cells).strip()
                return number, _label(lines, number), word if ground == "bg" else ""
    return None


def _label(lines: list[str], number: int) -> str:
    while number > 0:
        text = lines[number][3:]
        for mark in ("│", BAR, "  "):
            text = text.partition(mark)[0]
        text = text[:28].strip(" *")
        if text:
            return text
        number -= 1
    return ""


def _is(found: str, wanted: str) -> bool:
    return found == wanted or (len(wanted) > 22 and len(found) > 3 and found in wanted)


def go_to(terminal: Terminal, label: str) -> None:
    """Tab to a field, and see each time that the focus has moved."""
    seen: list[str] = []
    for _field in range(_MOST_FIELDS):
        here = spot(terminal)
        if here is not None and _is(here[1], label):
            return
        seen.append(here[1] if here else "?")
        terminal.press("tab")
        before = here
        terminal.wait_for(partial(_moved, terminal, before), patience=4)
        rest(terminal)
    raise AssertionError(f"no field {label!r} among {seen}; the screen was:\n{terminal.shown()}")


def _moved(terminal: Terminal, before: Any, _shown: str) -> bool:
    here = spot(terminal)
    return here is not None and here != before


def seen(terminal: Terminal, key: str, what: Callable[[Terminal], object]) -> None:
    """Press a key and wait until what it changes is seen to have changed."""
    before = what(terminal)
    terminal.press(key)
    with suppress(ScreenTimeout):  # at the end of a list nothing changes
        terminal.wait_for(lambda shown: what(terminal) != before, patience=2)
    rest(terminal)


def rest(terminal: Terminal) -> None:
    """Wait until nothing is drawn any more: a screen that scrolls is read wrongly halfway."""
    before, still = "", 0
    while still < 2:
        terminal.read(0.05)
        now = terminal.shown()
        still = still + 1 if now == before else 0
        before = now


def fill(terminal: Terminal, values: Values) -> None:
    """Fill fields by their labels, in the order of the form."""
    for label, value in values.items():
        go_to(terminal, label)
        here = spot(terminal)
        if here is not None and "viser det" in here[2]:  # what is sensitive stands veiled, also what is proposed
            seen(terminal, "enter", spot)
            terminal.press("ctrl+u")
            rest(terminal)
        _enter(terminal, label, value)


def _enter(terminal: Terminal, label: str, value: Value) -> None:
    match value:
        case str():
            terminal.write(value)
            last = value.splitlines()[-1]
            terminal.wait_for(lambda shown: last[:12] in shown)
            rest(terminal)
        case Pick(word):
            _pick(terminal, label, word)
        case Marks(words):
            for word in words:
                _to_option(terminal, word)
                seen(terminal, "space", spot)
        case Named(begin):
            terminal.press("enter")
            terminal.wait_for("Enter vælg")
            if begin:
                terminal.write(begin)
                terminal.wait_for(lambda shown: begin.casefold() in cursor_row(terminal).casefold())
            else:
                terminal.wait_for(lambda shown: cursor_row(terminal) != "")
            terminal.press("enter")
            terminal.wait_gone("Enter vælg")
        case Row(values):
            terminal.press("enter")
            terminal.read_for(0.3)
            fill(terminal, values)
            terminal.press("ctrl+d")
            terminal.read_for(0.3)


def _pick(terminal: Terminal, label: str, word: str) -> None:
    here = spot(terminal)
    if here is not None and any(sign in here[2][:1] for sign in "○●□■✓"):
        _to_option(terminal, word)
        seen(terminal, "space", spot)
        return
    if here is not None and here[2] not in ("", word):
        terminal.press(*["left"] * 8)
        rest(terminal)
    for _word in range(12):
        here = spot(terminal)
        if here is not None and here[2] == word:
            return
        seen(terminal, "right", spot)
    raise AssertionError(f"{label} has no {word!r}; the screen was:\n{terminal.shown()}")


def _to_option(terminal: Terminal, word: str) -> None:
    for _option in range(20):
        here = spot(terminal)
        if here is not None and word in here[2]:
            return
        seen(terminal, "down", spot)
    raise AssertionError(f"no option {word!r}; the screen was:\n{terminal.shown()}")
