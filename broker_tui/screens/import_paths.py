"""Paths as people type and paste them, and what may follow what is typed."""

import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".json")
LIMIT = 200
"""Entries of a folder that are looked at further; a folder of downloads may hold thousands."""
_SEPARATORS = tuple(sign for sign in (os.sep, os.altsep) if sign)
_QUOTES = "\"'“”"


def unquoted(text: str) -> str:
    """What was pasted without the quotes that Windows Explorer and shells put around a path."""
    text = text.strip()
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    if text.casefold().startswith("file://"):
        text = url2pathname(urlsplit(text).path)
    return text


def as_path(text: str) -> Path:
    """The path meant; `~` is the home folder."""
    path = Path(unquoted(text))
    try:
        return path.expanduser()
    except RuntimeError:  # no such user
        return path


def completions(text: str) -> list[str]:
    """Folders and tables whose names go on from `text`, written as `text` is; empty when nothing does."""
    text = unquoted(text)
    cut = max((text.rfind(sign) for sign in _SEPARATORS), default=-1) + 1
    folder, begun = text[:cut], text[cut:]
    if not folder:
        return [f"~{os.sep}"] if begun == "~" else []
    found: list[tuple[bool, str]] = []
    try:
        with os.scandir(as_path(folder)) as entries:
            for entry in entries:
                name = entry.name
                if not name.casefold().startswith(begun.casefold()) or (name[0] == "." and not begun.startswith(".")):
                    continue
                is_folder = entry.is_dir()
                if is_folder or name.casefold().endswith(SUFFIXES):
                    found.append((is_folder, folder + name + (text[cut - 1] if is_folder else "")))
                if len(found) == LIMIT:
                    break
    except (OSError, ValueError):
        return []
    return [path for _is_folder, path in sorted(found, key=lambda pair: (pair[0], pair[1].casefold()))]


def completed(text: str, matches: list[str]) -> str:
    """As much as all `matches` have in common; `text` itself when that is no more."""
    if not matches:
        return text
    if len(matches) == 1:
        return matches[0]
    shared = 0
    for signs in zip(*matches, strict=False):
        if len({sign.casefold() for sign in signs}) > 1:
            break
        shared += 1
    return matches[0][:shared] if shared > len(unquoted(text)) else text


def last_name(path: str) -> str:
    """The part of a completion that was not typed before: file name, or folder with its separator."""
    bare = path.rstrip("".join(_SEPARATORS))
    return path[max(bare.rfind(sign) for sign in _SEPARATORS) + 1 :]
