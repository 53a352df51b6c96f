"""The list: cursor, headings, pages, marks, mouse and what is drawn."""

import pytest
from textual.app import ComposeResult
from textual.strip import Strip

from broker_tui import i18n
from broker_tui.widgets.base_app import DesignApp
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.spans import line, plain
from tests.ui.screen_text import screen_lines

COLUMNS = Columns((Column("name", "Name", width=10), Column("what", "What"), Column("n", "No", width=4, align="right")))


def row(key: str, name: str = "", what: str = "calls", n: str = "1") -> Row:
    return Row(key, {"name": line((name or key, "name")), "what": line(what), "n": line(n)})


class ListApp(DesignApp):
    """One list and what it said."""

    LEAST = (1, 1)

    def __init__(self, row_list: RowList) -> None:
        super().__init__(no_color=False)
        self.row_list = row_list
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.row_list

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        self.said.append(f"open {event.key}")

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        self.said.append(f"on {event.key}")

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        self.said.append(f"marked {sorted(event.keys)}")


GROUPS: list[Item] = [
    Heading("Late", "2"),
    row("a"),
    row("b"),
    Heading("Today", "1"),
    row("c"),
]


async def test_cursor_moves_over_headings_and_enter_opens() -> None:
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test(size=(80, 24)) as pilot:
        app.row_list.set_rows(GROUPS)
        app.row_list.focus()
        await pilot.press("down", "j", "down", "k", "enter")
        await pilot.pause()
        assert app.said == ["on a", "on b", "on c", "on b", "open b"]
        await pilot.press("G")
        assert app.row_list.cursor_key == "c"
        await pilot.press("g")
        assert app.row_list.cursor_key == "a"


async def test_groups_have_an_empty_line_before_but_not_after() -> None:
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test(size=(40, 12)) as pilot:
        app.row_list.set_rows(GROUPS)
        app.row_list.focus()
        await pilot.pause()
        assert screen_lines(app)[:6] == [
            "   Late  2",
            "▌  a           calls                1",
            "   b           calls                1",
            "",
            "   Today  1",
            "   c           calls                1",
        ]


async def test_cursor_stays_on_its_row_when_rows_are_replaced() -> None:
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test() as pilot:
        app.row_list.set_rows([row("a"), row("b"), row("c")], cursor="b")
        app.row_list.set_rows([row("x"), row("y"), row("a"), row("b")])
        assert app.row_list.cursor_key == "b"
        app.row_list.set_rows([row("x"), row("y")])
        assert app.row_list.cursor_key == "y"  # the nearest that is left
        app.row_list.set_rows([])
        assert app.row_list.cursor_key is None
        await pilot.pause()
        assert app.said[-1] == "on None"


async def test_five_thousand_rows_ask_only_for_what_is_seen() -> None:
    asked: list[tuple[int, int]] = []

    def provider(offset: int, limit: int) -> list[Row]:
        asked.append((offset, limit))
        return [row(str(i), f"No. {i}") for i in range(offset, offset + limit)]

    app = ListApp(RowList(columns=COLUMNS, header=True))
    async with app.run_test(size=(80, 24)) as pilot:
        app.row_list.set_provider(5000, provider)
        app.row_list.focus()
        await pilot.pause()
        assert asked == [(0, 100)]
        await pilot.press("G")
        await pilot.pause()
        assert app.row_list.cursor_key == "4999"
        assert "No. 4999" in screen_lines(app)[-1] + screen_lines(app)[-2]
        assert sum(limit for _offset, limit in asked) <= 300
        await pilot.press("pageup")
        assert app.row_list.cursor_key == "4977"
        await pilot.press("home")
        await pilot.pause()
        assert "No. 0" in screen_lines(app)[1]


async def test_header_stays_and_foot_counts_what_is_below() -> None:
    app = ListApp(RowList(columns=COLUMNS, header=True))
    async with app.run_test(size=(60, 10)) as pilot:
        app.row_list.sorted_by = "what"
        app.row_list.foot = line(("4 cases unsent", "muted"))
        app.row_list.set_rows([row(str(i)) for i in range(20)])
        app.row_list.focus()
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0] == "   Name        What ▼                                  No"
        assert lines[-1].startswith("   4 cases unsent")
        assert lines[-1].endswith("12 more ▼")
        await pilot.press("G")
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0].startswith("   Name")
        assert lines[8].startswith("▌  19")
        assert "more" not in lines[-1]
        i18n.use("da")
        await pilot.press("g")
        await pilot.pause()
        assert screen_lines(app)[-1].endswith("12 til ▼")


async def test_every_row_can_be_reached_and_is_drawn_under_the_cursor() -> None:
    items: list[Item] = []
    for group in range(6):
        items.append(Heading(f"Group {group}"))
        items += [row(f"{group}-{i}") for i in range(5)]
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test(size=(60, 9)) as pilot:
        app.row_list.set_rows(items)
        app.row_list.focus()
        for _ in range(30):
            await pilot.pause()
            key = app.row_list.cursor_key
            shown = [text for text in screen_lines(app) if text.startswith("▌")]
            assert len(shown) == 1
            assert key is not None
            assert key in shown[0]
            await pilot.press("down")
        assert app.row_list.cursor_key == "5-4"
        await pilot.press("g")
        await pilot.pause()
        assert screen_lines(app)[0] == "   Group 0"


async def test_space_marks_and_goes_on_where_marks_are_allowed() -> None:
    app = ListApp(RowList(columns=COLUMNS, markable=True))
    async with app.run_test(size=(60, 10)) as pilot:
        app.row_list.set_rows([row("a"), row("b"), row("c")])
        app.row_list.focus()
        await pilot.press("space", "space")
        await pilot.pause()
        assert app.row_list.marks == {"a", "b"}
        assert screen_lines(app)[0].startswith(" ■ a")
        await pilot.press("up", "space")
        assert app.row_list.marks == {"a"}
        app.row_list.unmark()
        assert app.row_list.marks == frozenset()


async def test_space_does_nothing_without_marks() -> None:
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test() as pilot:
        app.row_list.set_rows([row("a"), row("b")])
        app.row_list.focus()
        await pilot.press("space")
        assert app.row_list.marks == frozenset()
        assert app.row_list.cursor_key == "a"


async def test_mouse_click_moves_and_double_click_opens() -> None:
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test(size=(60, 12)) as pilot:
        app.row_list.set_rows(GROUPS)
        await pilot.click(RowList, offset=(10, 5))
        assert app.row_list.cursor_key == "c"
        await pilot.click(RowList, offset=(10, 4))  # a heading is not chosen
        await pilot.click(RowList, offset=(10, 9))  # nor is nothing
        assert app.row_list.cursor_key == "c"
        await pilot.click(RowList, offset=(10, 1), times=2)
        await pilot.pause()
        assert app.said[-1] == "open a"


async def test_empty_list_says_its_sentence() -> None:
    empty = line("No contacts yet.   ", ("c", "key"), (" write the first", "muted"))
    app = ListApp(RowList(columns=COLUMNS, header=True, empty=empty))
    async with app.run_test(size=(60, 8)) as pilot:
        app.row_list.focus()
        await pilot.press("down", "enter", "pagedown", "G", "space")
        await pilot.pause()
        assert screen_lines(app)[1] == "   No contacts yet.   c write the first"
        assert app.said == []


async def test_rows_of_two_lines_share_the_cursor() -> None:
    items = [Row(k, content=line((k, "name")), more=(line((f"because {k}", "muted")),)) for k in ("a", "b")]
    app = ListApp(RowList(airy=True))
    async with app.run_test(size=(40, 10)) as pilot:
        app.row_list.set_rows(items)
        app.row_list.focus()
        await pilot.press("down")
        await pilot.pause()
        assert screen_lines(app)[:5] == ["   a", "   because a", "", "▌  b", "▌  because b"]


def test_columns_are_dropped_in_their_order_and_never_the_others() -> None:
    columns = Columns(
        (
            Column("name", width=18),
            Column("day", width=4, drop=2),
            Column("next", width=11),
            Column("curve", width=6, drop=1),
            Column("area", width=13, from_width=120),
        )
    )

    def shown(cells: int) -> list[str]:
        return [placed.column.key for placed in columns.place(cells)]

    assert shown(130) == ["name", "day", "next", "curve", "area"]
    assert shown(60) == ["name", "day", "next", "curve"]
    assert shown(44) == ["name", "day", "next"]
    assert shown(36) == ["name", "next"]
    assert shown(10) == ["name", "next"]


def test_row_is_cut_with_a_sign_and_numbers_stand_right() -> None:
    cells = {"name": line(("Birgit Østergaard-Nielsen", "name")), "what": line("x"), "n": line("8,0")}
    text = plain(COLUMNS.row(cells, 30))
    assert text.startswith("Birgit Øs…  x ")
    assert text.endswith(" 8,0")
    assert len(text) == 30


@pytest.mark.parametrize(
    "text", ["[/b]", "\x1b[31mred", "\u202eevil", "a\nb", "[bold]x[/bold]", "\x00\x07", "👩‍👩‍👧 familie"]
)
async def test_any_text_is_drawn_as_text(text: str) -> None:
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test(size=(60, 10)) as pilot:
        app.row_list.set_rows([Heading(text, text), row("a", text, text, text)])
        app.row_list.foot = line((text, "muted"))
        app.row_list.focus()
        await pilot.pause()
        shown = "\n".join(screen_lines(app))
        assert not any(char in shown for char in "\x1b\u202e\x00\x07\u200d")
        if text.startswith("["):
            assert text in shown


async def test_list_without_focus_keeps_a_calm_cursor() -> None:
    app = ListApp(RowList(columns=COLUMNS))
    async with app.run_test(size=(60, 10)) as pilot:
        app.theme = "fjord"
        app.row_list.set_rows([row("a"), row("b")])
        app.row_list.focus()
        await pilot.pause()
        focused = app.row_list.render_line(0)
        app.set_focus(None)
        await pilot.pause()
        calm = app.row_list.render_line(0)
        shown = app.get_css_variables()

        def backgrounds(strip: Strip) -> set[str]:
            return {
                segment.style.bgcolor.get_truecolor().hex.upper()
                for segment in strip
                if segment.style is not None and segment.style.bgcolor is not None
            }

        assert calm.text == focused.text
        assert backgrounds(focused) == {shown["cursor"]}
        assert backgrounds(calm) == {shown["chip"]}
