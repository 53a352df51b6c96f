"""Definitions from their files: read, checked, local settings applied. Whatever is wrong names file, rule and key."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from broker_tui.programmes.definition import Definition, Vocabulary, Words
from broker_tui.programmes.program import Fault, Program, overridden

FOLDER = Path(__file__).parent / "definitions"
PROGRAMMES = ("guarantee", "fsm2", "uif2", "flexjob", "mastery")
"""The programmes that ship, in the order they are shown."""


@dataclass(frozen=True)
class DefinitionRefused(ValueError):
    """A definition that cannot be used. `faults`: everything that is wrong with it."""

    file: str
    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        return "\n".join(f"{self.file}: {fault.where}: {fault.key}: {fault.what}" for fault in self.faults)


@lru_cache(16)
def program(name: str, local: Path | None = None) -> Program:
    """A programme that ships, with a municipality's own settings if it has a file for them.

    Raises:
        KeyError: no such programme.
        DefinitionRefused: the file, or the local file, is wrong.
    """
    if name not in PROGRAMMES:
        raise KeyError(name)
    return made(raw(name), f"{name}.toml", settings(local, name) if local is not None else {}, str(local or ""))


def raw(name: str) -> dict[str, Any]:
    """The content of a shipped definition, unchecked.

    Raises:
        KeyError: no such programme.
    """
    if name not in PROGRAMMES:
        raise KeyError(name)
    whole = dict(_read(FOLDER / f"{name}.toml"))
    for part in sorted(FOLDER.glob(f"{name}.*.toml")):
        for key, value in _read(part).items():
            known = whole.get(key)
            whole[key] = [*(known or []), *value] if isinstance(value, list) else {**(known or {}), **value}
    return whole


@lru_cache(1)
def titles() -> dict[str, Words]:
    """The short name of every rule, for lists; what it demands in full stands in the rule."""
    raw = _read(FOLDER / "titles.toml")
    return {rule: msgspec.convert(words, Words) for found in raw.values() for rule, words in found.items()}


def raw_forms(name: str) -> dict[str, Any]:
    """The forms of a programme, unchecked; nothing when it has no file.

    Raises:
        KeyError: no such programme.
    """
    if name not in PROGRAMMES:
        raise KeyError(name)
    path = FOLDER / "forms" / f"{name}.toml"
    return _read(path) if path.exists() else {}


def from_file(path: Path, local: Mapping[str, Any] | None = None) -> Program:
    """A programme from any file.

    Raises:
        OSError: it cannot be read.
        DefinitionRefused: it is wrong.
    """
    return made(_parsed(path.read_bytes(), path.name), path.name, local or {}, path.name)


def settings(path: Path, name: str) -> dict[str, Any]:
    """The local settings of a programme: a table `[<programme>]` in the municipality's file.

    Raises:
        DefinitionRefused: the file is no TOML, or the table no table.
    """
    if not path.exists():
        return {}
    table = _parsed(path.read_bytes(), path.name).get(name, {})
    if not isinstance(table, dict):
        raise DefinitionRefused(path.name, (Fault(name, "", "should be a table of settings"),))
    return table


def made(raw: Mapping[str, Any], file: str, local: Mapping[str, Any], local_file: str) -> Program:
    """A definition checked and made ready.

    Raises:
        DefinitionRefused: something is wrong.
    """
    try:
        definition = msgspec.convert(raw, Definition)
    except msgspec.ValidationError as error:
        raise DefinitionRefused(file, (_placed(error, raw),)) from None
    definition, faults = overridden(definition, local)
    if faults:
        raise DefinitionRefused(local_file, tuple(faults))
    ready = Program(definition, vocabulary())
    if ready.faults:
        raise DefinitionRefused(file, tuple(ready.faults))
    return ready


@lru_cache(1)
def vocabulary() -> Vocabulary:
    """Fact kinds and roles that all programmes share."""
    return msgspec.convert(_read(FOLDER / "vocabulary.toml"), Vocabulary)


def _read(path: Path) -> dict[str, Any]:
    """A shipped file; from its compiled form beside it when that was made from exactly this text."""
    text = path.read_bytes()
    compiled = path.with_suffix(".json")
    if compiled.exists():
        found: dict[str, Any] = msgspec.json.decode(compiled.read_bytes())
        if found.get("sha256") == hashlib.sha256(text).hexdigest():
            content: dict[str, Any] = found["content"]
            return content
    return _parsed(text, path.name)


def _parsed(text: bytes, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionRefused(file, (Fault("file", "", f"is no TOML: {error}"),)) from None


_PATH = re.compile(r" - at `\$\.?(?P<path>.*)`$")


def _placed(error: msgspec.ValidationError, raw: Mapping[str, Any]) -> Fault:
    """A fault with the rule's id instead of its number."""
    text = str(error)
    found = _PATH.search(text)
    path = found["path"] if found else ""
    what = text[: found.start()] if found else text
    where, key = path or "file", ""
    numbered = re.match(r"(?P<list>rule|steps)\[(?P<n>\d+|\.\.\.)\]\.?(?P<rest>.*)", path)
    if numbered and numbered["n"].isdigit():
        entry = raw[numbered["list"]][int(numbered["n"])]
        where = str(entry.get("id") or entry.get("code") or path) if isinstance(entry, dict) else path
        key = numbered["rest"]
    elif numbered:
        where, key = _suspect(raw, numbered["list"]), numbered["rest"]
    return Fault(where, key, what)


def _suspect(raw: Mapping[str, Any], name: str) -> str:
    """The first entry of a list that cannot be read by itself."""
    from broker_tui.programmes.definition import Rule, Step

    shape: Any = Rule if name == "rule" else Step
    for entry in raw.get(name, ()):
        try:
            msgspec.convert(entry, shape)
        except msgspec.ValidationError:
            return str(entry.get("id") or entry.get("code") or name) if isinstance(entry, dict) else name
    return name
