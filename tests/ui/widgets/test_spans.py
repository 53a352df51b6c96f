"""Lines of spans, signs, badges and the glance guard: what they measure and what they let through."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from broker_tui.widgets import glyphs
from broker_tui.widgets.badges import chip, programme_cell, programme_chip, state, tab
from broker_tui.widgets.glyphs import glyph, glyph_names
from broker_tui.widgets.guard import Guard, bars, initials
from broker_tui.widgets.spans import Span, crop, cut, ends, fit, join, line, plain, safe, visible, width, wrap
from broker_tui.widgets.step_mark import large_mark, progress, steps

ANY = st.text(max_size=40)


@pytest.fixture(autouse=True)
def full_signs() -> Iterator[None]:
    yield
    glyphs.set_level("full")


@given(ANY)
def test_safe_text_cannot_move_the_cursor_or_turn_the_line(text: str) -> None:
    assert safe(text).isprintable()
    assert safe(safe(text)) == safe(text)
    assert len(visible(text)) == len(text)
    assert not any(char in visible(text) for char in "\x1b\x9b\r\n\u202e\u2066")


@given(ANY, st.integers(0, 30))
def test_a_cut_line_never_takes_more_room_than_it_has(text: str, cells: int) -> None:
    content = line((text, "name"), " · ", (text, "muted"))
    assert width(cut(content, cells)) <= cells
    assert width(crop(content, cells)) <= cells
    fitted = fit(content, cells)
    assert cell_len(plain(fitted)) == width(fitted)
    assert (
        width(fitted) in (cells, cells - 1) if any(cell_len(c) > 1 for c in plain(content)) else width(fitted) == cells
    )


@given(ANY, st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_no_word(text: str, cells: int) -> None:
    rows = wrap(line(text), cells)
    assert all(width(row) <= cells for row in rows)
    assert "".join("".join(plain(row) for row in rows).split()) == "".join(safe(text).split())


def test_long_text_ends_with_the_cut_sign_at_the_current_level() -> None:
    assert plain(cut(line("Birgit Østergaard"), 8)) == "Birgit…"
    glyphs.set_level("ascii")
    assert plain(cut(line("Birgit Østergaard"), 8)) == "Birgit~"


def test_two_ends_keep_the_right_one() -> None:
    assert plain(ends(line("Forfaldne"), line("2 af 3"), 20)) == "Forfaldne     2 af 3"
    assert plain(ends(line("En meget lang titel"), line("2 af 3"), 16)) == "En mege…  2 af 3"
    assert plain(join([line("a"), (), line("b")], 3)) == "a   b"


def test_markup_is_only_text() -> None:
    assert plain(line("[/b]", ("[bold]x", "name"))) == "[/b][bold]x"
    assert Span("a\x1b[31mb").text == "a[31mb"


@pytest.mark.parametrize("name", glyph_names())
def test_every_sign_is_one_cell_and_has_an_ascii_twin(name: str) -> None:
    assert cell_len(glyph(name)) == 1
    glyphs.set_level("ascii")
    assert glyph(name).isascii()
    assert cell_len(glyph(name)) == 1


def test_forbidden_signs_are_nowhere() -> None:
    drawn = "".join(glyph(name) for name in glyph_names())
    assert not set(drawn) & set("✓✗⚠▶◆╭╮╯╰┏┓")


def test_badges_have_their_columns() -> None:
    assert plain(programme_chip("UIF2", "fase 3")) == " UIF2 fase 3 "
    assert plain(chip("Aktiv")) == " Aktiv "
    assert plain(programme_cell("UJG", "trin 3")) == "UJG   trin 3"
    assert plain(programme_cell("FLEKS", "el. 2")) == "FLEKS  el. 2"
    assert plain(programme_cell("FSM2", "phase 2", 7)) == "FSM2  phase 2"
    assert plain(tab("1", "Overblik", active=True)) == "1 Overblik"


def test_the_choice_of_a_citizen_is_never_coloured() -> None:
    refused = state("refused", "helbred", quiet=True)
    assert plain(refused) == "× helbred"
    assert {span.role for span in refused} == {"muted"}
    assert state("overdue", "forfalden")[0].role == "err"


def test_progress_has_its_numbers_in_words() -> None:
    assert plain(progress(3, 4, 8, "sender 3 af 4")) == "▄▄▄▄▄▄__  sender 3 af 4"
    assert plain(progress(9, 4, 4, "x")) == "▄▄▄▄  x"
    assert plain(progress(0, 0, 4, "x")) == "▄▄▄▄  x"
    assert plain(steps(2, 3, "fase 2 af 3")) == "●─●─○  fase 2 af 3"


def test_large_mark_is_three_ribbons_on_twelve_cells() -> None:
    assert [plain(row) for row in large_mark()] == ["        ▀▀▀▀", "    ▀▀▀▀    ", "▄▄▄▄        "]
    assert "░" in plain(large_mark(ansi=True)[2])
    glyphs.set_level("ascii")
    assert [plain(row) for row in large_mark()] == ["        ####", "    ####::::", "####::::::::"]


@pytest.mark.parametrize(
    ("name", "short"),
    [("Jonas Pedersen", "J.P."), ("thi lan Nguyen", "T.L.N."), ("Åse", "Å."), ("", ""), ("[/b] x", "X.")],
)
def test_names_become_initials(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize(
    ("text", "cells"), [("", 0), ("  ", 0), ("a", 6), ("sekser", 6), ("syvsyvs", 12), ("x" * 500, 30)]
)
def test_bars_tell_nothing_of_the_length(text: str, cells: int) -> None:
    assert bars(text) == "█" * cells


def test_guard_hides_only_while_it_is_on() -> None:
    guard = Guard()
    assert guard.name("Jonas Pedersen") == "Jonas Pedersen"
    assert plain(guard.note("Ring til mor")) == "Ring til mor"
    assert guard.cpr("010190-****") == "010190-****"
    assert guard.toggle() is True
    assert guard.name("Jonas Pedersen") == "J.P."
    assert plain(guard.note("Ring til mor")) == "█" * 12
    assert guard.note("Ring til mor")[0].role == "bars"
    assert guard.words("Ring") == "█" * 6
    assert guard.cpr("010190-****") == "······-····"
    assert guard.note("") == ()
