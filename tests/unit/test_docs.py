"""The guides say what the program does: their tables come from the code."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def columns() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_columns", DOCS / "columns.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_guide_lists_every_heading_the_import_understands(language: str) -> None:
    module = columns()
    text = module.GUIDES[language].read_text("utf-8")
    assert module.with_table(text, language) == text, "run: python docs/columns.py"


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_guide_shows_every_page_at_both_sizes_and_every_picture_is_there(language: str) -> None:
    text = columns().GUIDES[language].read_text("utf-8")
    shown = set(re.findall(r"\(pictures/(.+?\.svg)\)", text))
    there = {path.name for path in (DOCS / "pictures").glob(f"*-{language}.svg")}
    assert shown == there
    assert {name.split("-")[1] for name in shown} == {"80x24", "120x40"}
    assert all("@font-face" not in (DOCS / "pictures" / name).read_text("utf-8") for name in shown), "loads fonts"
