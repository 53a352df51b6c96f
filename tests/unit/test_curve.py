"""The hours curve: the text it draws."""

from dataclasses import replace
from datetime import date

import pytest

from broker_tui.widgets import glyphs
from broker_tui.widgets.curve_data import (
    CurveData,
    FollowUp,
    HoursScale,
    LanePlacement,
    Period,
    Plan,
    hours_scale,
    time_scale,
)
from broker_tui.widgets.hours_curve import Words, render_curve, tiny_curve
from broker_tui.widgets.spans import Line, plain, width

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WORDS = Words(lambda hours: f"{hours:.1f}".replace(".", ","), lambda number: MONTHS[number - 1])
JONAS = CurveData(
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


def drawn(data: CurveData, columns: int = 74, rows: int = 7, *, lanes: bool = True, ansi: bool = False) -> list[str]:
    """The curve as text, trailing blanks removed."""
    return [plain(row).rstrip() for row in render_curve(data, columns, rows, WORDS, lanes=lanes, ansi=ansi)]


def roles_of(row: Line, text: str) -> set[str]:
    """Roles of the spans that carry `text`."""
    return {span.role for span in row if text in span.text}


def test_curve_is_drawn_as_in_the_style_guide() -> None:
    assert drawn(JONAS) == [
        "Hours a week                                      now 8,0   +5,0 since maj",
        "12 · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·  goal 12",
        "10 ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ──  exit >10",
        " 8                             5,5    6,5 ▄▄▄▄▄▄▄ 8,0",
        "                       4,0     ▄▄▄▄▄▄▄▄▀▀▀",
        " 4           3,0       ▄▄▄▄▄▄▄▄",
        "              ▀▀▀▀▀▀▀▀▀",
        " 0 ───────────▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀──────────────",
        "   apr  maj   jun   jul   aug    sep  okt   nov   dec   jan",
        "     ├praktik┤├─ fleksjob · Dalum Købmand ──────►",
        "                  ●           ○        ○        ◊",
        "   ● in person  ○ phone  ◊ agreed",
    ]


def test_roles_say_what_speaks_and_what_steps_back() -> None:
    rows = render_curve(JONAS, 74, 7, WORDS)
    assert roles_of(rows[0], "8,0") == {"key"}
    assert roles_of(rows[1], "goal 12") == {"text"}
    assert roles_of(rows[2], "exit >10") == {"muted"}
    assert roles_of(rows[3], "8,0") == {"key"}
    assert roles_of(rows[3], "5,5") == {"muted"}
    assert roles_of(rows[4], "▀") == {"ribbon-area"}
    assert roles_of(rows[4], "▄") == {"ribbon"}
    assert roles_of(rows[7], "▀") == {"zero"}
    assert [span.role for span in rows[5] if span.role == "area"] == ["area"]


def test_thirteen_rows_show_every_hour() -> None:
    text = drawn(JONAS, rows=13)
    assert len(text) == 1 + 13 + 4
    assert text[5].lstrip().startswith("8 ")
    assert text[5].endswith("▄▄▄▄▄▄▄ 8,0")


def test_below_sixty_columns_the_words_stand_in_the_heading() -> None:
    text = drawn(JONAS, 38, lanes=False)
    assert text[0] == "Hours a week    8,0  goal 12  exit >10"
    assert "goal" not in text[1]
    assert text[3].endswith("▄▄▄▄ 8,0")
    assert text[-1] == "   apr   jun    aug    okt    dec"
    assert all(width(row) <= 38 for row in render_curve(JONAS, 38, 7, WORDS))


def test_without_hours_there_is_a_sentence_and_no_axis() -> None:
    assert drawn(replace(JONAS, periods=())) == ["Hours a week", "No hours yet."]
    later = replace(JONAS, periods=(Period(date(2026, 12, 1), None, 300),))
    assert drawn(later)[1] == "No hours yet."


def test_plan_stands_at_its_date_and_level() -> None:
    row = drawn(replace(JONAS, plans=(Plan(date(2027, 1, 4), 540),)))[3]
    assert row == " 8                             5,5    6,5 ▄▄▄▄▄▄▄ 8,0    ◊ 9,0"


def test_plan_without_room_for_its_number_keeps_the_sign() -> None:
    crowded = replace(JONAS, plans=(Plan(date(2027, 1, 28), 720),))
    assert drawn(crowded)[1].endswith("·  ◊ goal 12")


def test_label_without_room_is_dropped_newest_step_first() -> None:
    close = replace(
        JONAS,
        periods=(
            Period(date(2026, 5, 25), date(2026, 6, 4), 240),
            Period(date(2026, 6, 5), date(2026, 6, 14), 250),
            Period(date(2026, 6, 15), None, 255),
        ),
    )
    text = "\n".join(drawn(close))
    assert "4,2" in text  # the newer of the two that share the room
    assert text.count("4,0") == 0


def test_hours_that_ended_leave_no_current_number() -> None:
    ended = replace(JONAS, periods=(Period(date(2026, 5, 25), date(2026, 9, 30), 300),))
    text = drawn(ended)
    assert text[0].endswith("now –")
    assert "5,0" in "\n".join(text)


def test_gap_between_periods_is_a_gap_in_the_ribbon() -> None:
    gap = replace(
        JONAS,
        periods=(Period(date(2026, 5, 1), date(2026, 6, 30), 480), Period(date(2026, 10, 1), None, 480)),
    )
    row = drawn(gap)[3]
    assert row.count("▄▄▄▄▄▄▄▄▄▄") >= 1
    assert "▄    " in row


@pytest.mark.parametrize(
    ("minutes", "rows", "scale"),
    [(720, 7, (12, 2.0)), (720, 13, (12, 1.0)), (120, 9, (4, 0.5)), (120, 7, (4, 1.0)), (37 * 60, 7, (40, 8.0))],
)
def test_scale_is_the_smallest_that_fits(minutes: int, rows: int, scale: tuple[int, float]) -> None:
    data = CurveData(date(2026, 11, 17), (Period(date(2026, 1, 1), None, minutes),))
    found = hours_scale(data, rows)
    assert (found.top, found.step) == scale
    assert found.rows <= rows


def test_values_round_half_up_in_half_rows() -> None:
    scale = HoursScale(12, 2.0)
    assert [scale.half_rows(hours) for hours in (8, 6.5, 5.5, 4, 3, 0)] == [8, 7, 6, 4, 3, 0]


def test_window_is_four_weeks_before_to_ten_weeks_after() -> None:
    data = replace(JONAS, window=None)
    assert data.drawn_window() == (date(2026, 3, 16), date(2027, 1, 26))
    planned = replace(data, plans=(Plan(date(2027, 3, 1), 540),))
    assert planned.drawn_window()[1] == date(2027, 3, 1)


def test_window_is_between_six_and_eighteen_months() -> None:
    short = CurveData(date(2026, 11, 17), (Period(date(2026, 11, 1), None, 60),))
    start, end = short.drawn_window()
    assert (end - start).days + 1 == 183
    long = CurveData(date(2026, 11, 17), (Period(date(2020, 1, 1), None, 60),))
    start, end = long.drawn_window()
    assert (end - start).days + 1 == 548
    assert end == date(2027, 1, 26)
    assert "▄" in "\n".join(drawn(long)) or "▀" in "\n".join(drawn(long))


def test_months_stand_on_their_first_day() -> None:
    scale = time_scale(JONAS, 60)
    assert scale.month_starts()[0] == (0, 4)
    assert scale.month_starts()[-1] == (53, 1)


def test_text_of_a_placement_gives_way_first() -> None:
    def lane(company: str, days_end: date) -> str:
        placed = (LanePlacement("praktik", company, date(2026, 5, 1), days_end),)
        return drawn(replace(JONAS, placements=placed))[9].strip()

    assert lane("Dalum Købmand", date(2026, 10, 1)) == "├─ praktik · Dalum Købmand ───┤"
    assert lane("Dalum Købmand", date(2026, 8, 20)) == "├─ praktik · Dalum… ──┤"
    assert lane("Dalum Købmand", date(2026, 6, 30)) == "├─ praktik ─┤"
    assert lane("Dalum Købmand", date(2026, 5, 20)) == "├───┤"


def test_ascii_draws_with_its_own_signs() -> None:
    glyphs.set_level("ascii")
    try:
        text = drawn(JONAS)
    finally:
        glyphs.set_level("full")
    assert text[3] == " 8                             5,5    6,5 ####### 8,0"
    assert text[4] == "                       4,0     ###########:::::::"
    assert text[7] == " 0 " + "-" * 60
    assert all(ord(char) < 128 or char in "æøåÆØÅ" for row in text for char in row)


def test_terminal_draws_the_area_with_a_sign() -> None:
    text = drawn(JONAS, ansi=True)
    assert "░" in text[5]
    assert "▀" not in text[7]


def test_bracket_and_control_text_is_drawn_as_text() -> None:
    nasty = LanePlacement("[/b]prak\x1b[31mtik", "\u202eX", date(2026, 4, 13), None)
    row = drawn(replace(JONAS, placements=(nasty,)))[9]
    assert "[/b]" in row
    assert "\x1b" not in row


def test_tiny_curve_is_measured_against_twelve_hours() -> None:
    assert plain(tiny_curve([2, 4, 6, 8, 10, 12])) == "▁▂▃▄▅▆"
    assert plain(tiny_curve([None, 0, 0.2, 37, 8, 8])) == "  ▁▆▄▄"
    glyphs.set_level("safe")
    try:
        assert tiny_curve([2, 4]) == ()
    finally:
        glyphs.set_level("full")
