"""The short way from `broker` to the lock screen: taken for the app alone, and for nothing it would judge wrongly."""

import subprocess
import sys
from pathlib import Path

import pytest

from broker_tui.__main__ import app_arguments
from broker_tui.app_process import parsed


def test_the_app_alone_goes_the_short_way(tmp_path: Path) -> None:
    assert app_arguments([]) == []
    home = str(tmp_path)
    given = ["--home", home, "--lang=da", "--on", "2026-11-24"]
    assert app_arguments(given) == ["--home", home, "--lang", "da", "--on", "2026-11-24"]


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["--version"],
        ["today"],
        ["--lang", "da", "today"],
        ["--lang", "sv"],
        ["--lang"],
        ["--on", "tomorrow"],
        ["--on", "2026-02-30"],
        ["--home", "-"],
        ["--home", ""],
        ["--home", __file__],
        ["--lang", "da", "--lang", "en"],
        ["--json"],
        ["--passphrase-file", "x"],
        ["--", "--lang", "da"],
    ],
)
def test_everything_else_is_judged_by_the_command_line(argv: list[str]) -> None:
    assert app_arguments(argv) is None


def test_the_home_of_the_environment_counts_unless_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_HOME", str(tmp_path))
    assert app_arguments([]) == ["--home", str(tmp_path)]
    assert app_arguments(["--home", "elsewhere"]) == ["--home", "elsewhere"]
    monkeypatch.setenv("BROKER_HOME", __file__)
    assert app_arguments([]) is None


def test_the_app_process_reads_what_the_short_way_hands_on(tmp_path: Path) -> None:
    options = parsed(app_arguments(["--home", str(tmp_path), "--on", "2026-11-24", "--lang", "en"]) or [])
    assert (options.home, options.lang, str(options.on), options.demo) == (tmp_path, "en", "2026-11-24", False)
    assert parsed(["--demo"]).demo
    assert parsed([]).home.name == "broker-tui"


def test_tls_is_there_again_after_asyncio_was_loaded_without_it() -> None:
    code = (
        "import sys; from broker_tui.app_process import load_asyncio; load_asyncio();"
        "assert 'ssl' not in sys.modules and 'asyncio' in sys.modules;"
        "import ssl; assert ssl.create_default_context().check_hostname"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_textuals_palette_is_left_out_at_the_start_and_can_be_had_afterwards() -> None:
    code = (
        "import sys; from broker_tui.app_process import load_textual; load_textual();"
        "assert 'textual.app' in sys.modules;"
        "assert not {'textual.command', 'textual.types', 'textual.widgets._select'} & set(sys.modules);"
        "from textual.command import CommandPalette; assert CommandPalette.__mro__[2:]"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
