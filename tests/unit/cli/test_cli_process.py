"""The command line as a real process: quick, UTF-8, and without the app, the network or the database in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from broker_tui.bootstrap import create
from tests.unit.services.services_helpers import PASSPHRASE


def broker(folder: Path, *args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    secret = folder / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    env = {
        **os.environ,
        "BROKER_HOME": str(folder / "home"),
        "BROKER_PASSPHRASE_FILE": str(secret),
        "PYTHONIOENCODING": "ascii",
        "LC_ALL": "C",
    }
    return subprocess.run(
        [sys.executable, "-m", "broker_tui", *args], input=stdin, env=env, capture_output=True, check=False, timeout=120
    )


def test_text_goes_in_and_out_in_utf8_whatever_the_machine_says(tmp_path: Path) -> None:
    made = broker(tmp_path, "init", "--name", "Bjørn Åkjær", "--json", "--lang", "da")
    assert made.returncode == 0, made.stderr.decode()
    assert json.loads(made.stdout)["name"] == "Bjørn Åkjær"
    added = broker(tmp_path, "add", "citizen", "--name", "-", "--json", stdin="Søren Ågård\n".encode())
    assert json.loads(added.stdout.decode("utf-8"))["name"] == "Søren Ågård"
    shown = broker(tmp_path, "list", "people")
    assert "Søren Ågård" in shown.stdout.decode("utf-8")
    refused = broker(tmp_path, "add", "citizen", "--cpr", "320190-0000")
    assert refused.returncode == 4
    assert len(refused.stderr.decode("utf-8").splitlines()) == 2
    assert b"Traceback" not in refused.stderr


def test_the_command_line_loads_neither_app_nor_network_nor_database() -> None:
    heavy = "('textual', 'rich', 'httpx', 'sqlcipher3', 'sqlite_utils', 'openpyxl', 'cryptography', 'litestar')"
    code = (
        "import sys, broker_tui.__main__, broker_tui.cli, broker_tui.cli_add, broker_tui.cli_change\n"
        "import broker_tui.cli_read, broker_tui.cli_sync, broker_tui.cli_vault\n"
        f"print(sorted(m for m in {heavy} if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"[]", done.stdout


def test_help_needs_no_command_module() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom broker_tui.cli import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        "print(sorted(m for m in sys.modules if m.startswith(('broker_tui.cli_', 'broker_tui.services', 'msgspec'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"['broker_tui.cli_base']", done.stdout


def test_reading_today_loads_no_network_and_no_app(tmp_path: Path) -> None:
    create(tmp_path / "home", PASSPHRASE, "x")[0].close()
    (tmp_path / "secret").write_text(PASSPHRASE, encoding="utf-8")
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom broker_tui.cli import cli\n"
        f"result = CliRunner().invoke(cli, ['today', '--json', '--home', {str(tmp_path / 'home')!r},"
        f" '--passphrase-file', {str(tmp_path / 'secret')!r}])\n"
        "assert result.exit_code == 0, result.output\n"
        "print(sorted(m for m in ('textual', 'httpx', 'sync.transport', 'openpyxl') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"[]", done.stdout
