"""The promises of the layout: who may load whom, which OS modules stay guarded, and that no text lacks a language."""

import ast
import string
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]
GUARDED = {"termios", "fcntl", "resource", "pwd", "pty", "msvcrt", "tty", "grp"}
OS_LAYER = ROOT / "broker_tui" / "oslayer.py"


def sources(package: str) -> list[Path]:
    return sorted(p for p in (ROOT / package).rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


@pytest.mark.parametrize("package", ["broker_tui", "sync"])
def test_posix_and_windows_only_modules_stay_in_the_guarded_module(package: str) -> None:
    offenders = {
        str(path.relative_to(ROOT)): found
        for path in sources(package)
        if path != OS_LAYER and (found := {n.split(".")[0] for n in imports_of(path)} & GUARDED)
    }
    assert offenders == {}


def test_sync_never_imports_the_app() -> None:
    assert [
        p for p in sources("sync") if any(n.split(".")[0] in ("broker_tui", "textual") for n in imports_of(p))
    ] == []


def test_only_the_transport_imports_httpx() -> None:
    users = {str(p.relative_to(ROOT)) for p in sources("sync") + sources("broker_tui") if "httpx" in imports_of(p)}
    assert users == {str(Path("sync", "transport.py"))}


def test_only_the_vault_imports_cryptography_inside_the_app() -> None:
    users = {
        p.relative_to(ROOT).parts[1]
        for p in sources("broker_tui")
        if any(n.startswith("cryptography") for n in imports_of(p))
    }
    assert users == {"vault"}


def loaded_after(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import sync.records, sync.protocol, sync.merge, sync.engine", {"broker_tui", "textual", "httpx"}),
        ("import broker_tui.cli", {"textual", "httpx", "sqlcipher3", "sqlite_utils", "cryptography", "openpyxl"}),
        ("import broker_tui.supervisor", {"textual", "httpx", "sqlcipher3", "msgspec", "click", "cryptography"}),
        ("import broker_tui.__main__, broker_tui.supervisor", {"subprocess", "dataclasses", "signal", "threading"}),
        ("import broker_tui.app_process", {"argparse", "tomllib", "hashlib", "textual", "subprocess"}),
        (
            "import broker_tui.app",
            {"broker_tui.screens.base", "broker_tui.storage.store", "textual.widgets._text_area"},
        ),
        ("import broker_tui.screens.unlock", {"broker_tui.screens.base", "textual.widgets._text_area", "gettext"}),
        ("import broker_tui.services", {"textual", "httpx", "sqlcipher3", "cryptography", "openpyxl"}),
        ("import broker_tui.screens.unlock", {"httpx", "sqlcipher3", "sqlite_utils", "cryptography", "openpyxl"}),
        ("import sync.hub.service", {"broker_tui", "httpx", "uvicorn"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(statement: str, forbidden: set[str]) -> None:
    assert loaded_after(statement) & forbidden == set()


def texts_of(path: Path) -> dict[tuple[str | None, str], str]:
    """Context and text of every call that looks a text up, also within f-strings (which Babel reads from 3.12 on)."""
    found: dict[tuple[str | None, str], str] = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        said = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if node.func.id in ("_", "N_", "ngettext") and said:
            found[(None, said[0])] = f"{path}:{node.lineno}"
        elif node.func.id == "pgettext" and len(said) == 2:
            found[(said[0], said[1])] = f"{path}:{node.lineno}"
    return found


def test_every_text_stands_in_danish_and_no_translation_is_left_over() -> None:
    used = {text: place for path in sources("broker_tui") for text, place in texts_of(path).items()}
    catalogue = hatch_build.merged(ROOT / "broker_tui" / "locale" / "da")
    missing = []
    for (context, text), place in used.items():
        found = catalogue.get(text, context)
        strings = () if found is None else found.string if isinstance(found.string, tuple) else (found.string,)
        if not strings or not all(strings):
            missing.append(f"{place}: {text!r}")
    assert missing == []
    left_over = [
        str(m.id) for m in catalogue if m.id and (m.context, m.id[0] if isinstance(m.id, tuple) else m.id) not in used
    ]
    assert left_over == []


def test_danish_placeholders_match_the_english_ones() -> None:
    wrong = []
    for message in hatch_build.merged(ROOT / "broker_tui" / "locale" / "da"):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
        strings = message.string if isinstance(message.string, list | tuple) else (message.string or "",)
        if placeholders(ids) != placeholders(strings):
            wrong.append(f"{ids[0]!r}: {placeholders(ids)} != {placeholders(strings)}")
    assert wrong == []


def placeholders(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
