"""T6: calls that would leak, spill or execute, found in the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SQL_PLACES = ("broker_tui/storage", "broker_tui/vault", "sync/hub")
SHOUTERS = ("broker_tui/cli", "broker_tui/supervisor.py", "broker_tui/crash.py", "broker_tui/__main__.py")
CALLS = {"eval", "exec", "compile"}
NAMES = {"set_trace_callback", "enable_load_extension", "load_extension", "iterdump"}


def findings(source: str, where: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _call(node, where)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from (
                f"{where}: import {name}"
                for name in names
                if name.split(".")[0] in ("pickle", "shelve", "marshal", "sqlite3")
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not where.startswith(SQL_PLACES):
            for word in ("sqlcipher_export", "ATTACH DATABASE", "PRAGMA key"):
                if word in node.value:
                    yield f"{where}: {word}"
        elif isinstance(node, ast.Attribute) and node.attr in NAMES:
            yield f"{where}: {node.attr}"


def _call(node: ast.Call, where: str) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if isinstance(node.func, ast.Name) and name in CALLS:
        yield f"{where}: {name}()"
    if name == "print" and isinstance(node.func, ast.Name) and not where.startswith(SHOUTERS):
        yield f"{where}: print()"
    if name == "Database":
        first = node.args[0] if node.args else None
        if "memory" in given or isinstance(first, ast.Constant) or "execute_plugins" not in given:
            yield f"{where}: Database() without a keyed connection or with plug-ins"
    for wrong, value in (("verify", False), ("trust_env", True), ("follow_redirects", True), ("shell", True)):
        said = given.get(wrong)
        if isinstance(said, ast.Constant) and said.value is value:
            yield f"{where}: {wrong}={value}"
    asked = node.args[0] if name in ("execute", "executemany") and node.args else None
    if isinstance(asked, ast.BinOp) and isinstance(asked.op, ast.Mod):
        yield f"{where}: SQL put together with %"


def sources() -> Iterator[tuple[str, str]]:
    for package in ("broker_tui", "sync"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_t6_nothing_forbidden_is_called_anywhere() -> None:
    assert [found for where, source in sources() for found in findings(source, where)] == []


@pytest.mark.parametrize(
    "source",
    [
        "import sqlite3",
        "Database('x.db', execute_plugins=False)",
        "Database(memory=True)",
        "Database(connection)",
        "connection.set_trace_callback(print)",
        "httpx.Client(verify=False)",
        "httpx.Client(trust_env=True)",
        "print(name)",
        "import pickle",
        "eval('1')",
        "connection.execute('ATTACH DATABASE ? AS x')",
        "connection.execute('SELECT %s' % name)",
        "subprocess.run('x', shell=True)",
    ],
)
def test_t6_each_of_them_would_be_found(source: str) -> None:
    assert list(findings(source, "broker_tui/screens/x.py"))
