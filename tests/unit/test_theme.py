"""The themes: measured contrast, no tinted variables, and which theme a terminal gets."""

import re
from pathlib import Path

import pytest
from textual.color import Color

from broker_tui.widgets import themes
from broker_tui.widgets.base_app import DesignApp
from broker_tui.widgets.palette import Palette
from broker_tui.widgets.themes import THEME_NAMES, THEMES, choose_theme, needs_ansi_color

OWN = ("fjord", "papir", "kontrast")
# pair of variables and the lowest contrast in fjord, papir and kontrast (style guide, section 2)
PAIRS: list[tuple[str, str, tuple[float, float, float]]] = [
    ("text", "background", (13.1, 14.3, 21)),
    ("text", "surface", (12.1, 13.2, 21)),
    ("text", "field", (10.4, 11.9, 17)),
    ("text-muted", "background", (7.3, 6.4, 15)),
    ("text-muted", "surface", (6.8, 5.9, 15)),
    ("text-muted", "bar", (6.5, 5.6, 12.2)),
    ("text-muted", "chip", (5.4, 5.0, 10.1)),
    ("faint", "background", (5.4, 5.3, 10.1)),
    ("faint", "surface", (5.0, 4.9, 10.1)),
    ("faint", "bar", (4.8, 4.6, 8.2)),
    ("accent", "background", (9.8, 7.2, 14.3)),
    ("accent", "surface", (9.0, 6.6, 14.3)),
    ("accent", "chip", (7.2, 5.6, 9.6)),
    ("success", "surface", (8.8, 6.3, 17)),
    ("warning", "surface", (9.6, 6.6, 16.5)),
    ("error", "surface", (7.3, 6.5, 12.3)),
    ("cursor-text", "cursor", (11.2, 14.4, 14.3)),
    ("cursor-muted", "cursor", (6.9, 6.7, 14.3)),
    ("cursor-err", "cursor", (5.3, 5.6, 14.3)),
    ("background", "accent", (9.8, 7.2, 14.3)),
    ("edge", "surface", (3.4, 3.4, 8.8)),
    ("spark", "surface", (5.2, 3.3, 14.3)),
]


def luminance(colour: Color) -> float:
    """Relative luminance of WCAG 2."""
    channels = (value / 255 for value in (colour.r, colour.g, colour.b))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of WCAG 2."""
    light, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def variables(name: str) -> dict[str, str]:
    """The CSS variables an app shows under a theme."""
    app = DesignApp(no_color=False)
    app.theme = name
    return app.get_css_variables()


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast_of_each_pair_is_as_measured(front: str, back: str, least: tuple[float, float, float]) -> None:
    for name, expected in zip(OWN, least, strict=True):
        shown = variables(name)
        measured = contrast(shown[front], shown[back])
        # the guide writes one decimal, whole numbers from 15 up
        assert measured == pytest.approx(expected, abs=0.55 if expected in (15, 17, 21) else 0.1), name


def test_all_text_of_kontrast_is_at_least_seven_to_one() -> None:
    shown = variables("kontrast")
    for front in ("text", "text-muted", "faint", "accent", "success", "warning", "error", "strong"):
        for back in ("background", "surface", "bar"):
            assert contrast(shown[front], shown[back]) >= 7, (front, back)


@pytest.mark.parametrize("name", OWN)
def test_nothing_that_shows_text_is_tinted(name: str) -> None:
    shown = variables(name)
    for pinned in ("text", "text-primary", "text-accent", "text-success", "text-warning", "text-error", "border"):
        assert re.fullmatch(r"#[0-9A-F]{6}", shown[pinned]), pinned
    assert shown["text-error"] == shown["error"]
    assert shown["accent"] == shown["secondary"] == shown["primary"]
    assert shown["scrollbar-background-hover"] == shown["background"]


def test_every_theme_defines_the_same_variables() -> None:
    own = {name: set(THEMES[name].variables) for name in THEME_NAMES}
    assert own["fjord"] == own["papir"] == own["kontrast"]
    assert {"ansi-background", "ansi-foreground"} <= own["terminal"]
    assert {"rule", "edge", "chip", "cursor-text", "scrim", "bars"} <= own["terminal"]


@pytest.mark.parametrize(
    ("colours", "no_color", "setting", "chosen"),
    [
        ("truecolor", False, "papir", "papir"),
        ("truecolor", False, "nonsense", "fjord"),
        ("256", False, "papir", "terminal"),
        (None, False, "fjord", "terminal"),
        ("truecolor", True, "fjord", "terminal"),
        ("truecolor", False, "terminal", "terminal"),
    ],
)
def test_theme_follows_what_the_terminal_can_show(
    colours: str | None, no_color: bool, setting: str, chosen: str
) -> None:
    assert choose_theme(colours, no_color, setting) == chosen


def test_no_color_is_told_to_the_app_when_it_is_made() -> None:
    assert needs_ansi_color(True) is True
    assert needs_ansi_color(False) is None


async def test_no_color_sends_no_colour_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = DesignApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == "terminal"
        assert app.native_ansi_color


def test_terminal_says_with_weight_what_others_say_with_background() -> None:
    app = DesignApp(no_color=False)
    app.theme = "terminal"
    palette = Palette(app.get_css_variables(), ansi=True)
    assert palette.style("text", "cursor").reverse
    assert palette.style("badge").reverse
    assert palette.style("faint").dim
    assert palette.style("place").bold
    assert palette.style("place").underline
    assert palette.style("chip-name").bgcolor is None


@pytest.mark.parametrize("name", THEME_NAMES)
async def test_an_app_starts_and_switches_in_every_theme(name: str) -> None:
    app = DesignApp(theme=name, no_color=False)
    async with app.run_test() as pilot:
        app.theme = name
        await pilot.pause()
        assert app.theme == name


def test_only_the_theme_module_has_colour_values() -> None:
    folder = Path(themes.__file__).parent
    for module in folder.glob("*.py"):
        if module.name != "themes.py":
            text = module.read_text(encoding="utf-8")
            assert not re.search(r"#[0-9A-Fa-f]{6}\b|ansi_(?!default|color)", text), module.name
