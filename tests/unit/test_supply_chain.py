"""The bill of materials and the question about known flaws."""

import importlib.util
import json
import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCK = ROOT / "requirements.lock"
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)


@pytest.fixture
def supply() -> Any:
    spec = importlib.util.spec_from_file_location("supply", ROOT / ".ci" / "supply.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_locked_package_is_in_the_bill_with_its_hashes(supply: Any) -> None:
    bill = {(c.name, c.version): c for c in supply.materials(LOCK).components}
    pins = set(PIN.findall(LOCK.read_text(encoding="utf-8")))
    assert {name for name, _version in bill} == {name for name, _version in pins}
    assert all(component.hashes for component in bill.values())


def answers(monkeypatch: pytest.MonkeyPatch, said: dict[str, list[dict[str, str]]]) -> None:
    """An advisory database that knows these flaws."""

    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[bytes]:
        pins = PIN.findall(Path(command[command.index("-r") + 1]).read_text(encoding="utf-8"))
        found = [{"name": n, "version": v, "vulns": said.get(n, [])} for n, v in pins]
        return subprocess.CompletedProcess(command, 0, json.dumps({"dependencies": found}).encode())

    monkeypatch.setattr(subprocess, "run", run)


def test_an_index_without_advisories_is_no_good_news(supply: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, {})
    assert supply.advisories(LOCK) is None


def test_a_known_flaw_is_found(supply: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, {"requests": [{"id": "PYSEC-2018-28"}], "httpx": [{"id": "PYSEC-0000-1"}]})
    assert "PYSEC-0000-1" in {flaw for _name, _version, flaw in supply.advisories(LOCK)}


def test_t7_one_distribution_brings_sqlcipher3_and_the_lock_is_hashed() -> None:
    owners = {
        dist.metadata["Name"]
        for dist in distributions()
        if any(str(file).startswith("sqlcipher3/") for file in dist.files or ())
    }
    assert owners == {"sqlcipher3"}
    text = LOCK.read_text(encoding="utf-8")
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if PIN.match(block):
            assert "--hash=sha256:" in block, block.splitlines()[0]
    floors = {"sqlcipher3": (0, 6, 4), "textual": (8, 2, 8), "cryptography": (48, 0, 1)}
    for name, floor in floors.items():
        versions = [version for found, version in PIN.findall(text) if found == name]
        assert versions
        assert all(tuple(int(part) for part in version.split(".")) >= floor for version in versions)
