"""Build hook: gettext catalogues and programme definitions are compiled when the package is built, for editable
installs too.

Texts live in several small `.po` files per language (one per area of the program), so that two people can
write texts at once; they are merged into the one catalogue the program loads.
"""

import hashlib
import json
import os
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path(__file__).parent / "broker_tui" / "locale"
DEFINITIONS = Path(__file__).parent / "broker_tui" / "programmes" / "definitions"


class CatalogueClash(ValueError):
    """Two files of one language translate the same text differently."""


def merged(language: Path) -> Catalog:
    """All messages of one language folder.

    Raises:
        CatalogueClash: the same message has two translations.
    """
    whole = Catalog(locale=language.name)
    for part in sorted(language.glob("*.po")):
        with part.open("rb") as stream:
            for message in read_po(stream, locale=language.name):
                if not message.id:
                    continue
                known = whole.get(message.id, message.context)
                if known is not None and known.string != message.string:
                    raise CatalogueClash(f"{part}: {message.id!r} is translated differently in another file")
                if known is None:
                    whole.add(message.id, message.string, context=message.context)
    return whole


def compile_catalogues(locale: Path = LOCALE) -> None:
    """Write `<language>/LC_MESSAGES/broker.mo` for every language folder below `locale`."""
    for language in sorted(p for p in locale.iterdir() if p.is_dir()):
        target = language / "LC_MESSAGES"
        target.mkdir(exist_ok=True)
        compiled = BytesIO()
        write_mo(compiled, merged(language))
        catalogue = target / "broker.mo"
        if not catalogue.exists() or catalogue.read_bytes() != compiled.getvalue():
            # In one step: a program that starts meanwhile reads the old one or the new one.
            fresh = target / f"broker.{os.getpid()}.mo"
            fresh.write_bytes(compiled.getvalue())
            fresh.replace(catalogue)


def compile_definitions(folder: Path = DEFINITIONS) -> None:
    """Write `<name>.json` beside every definition: reading TOML takes twenty times as long.

    It holds the digest of the text it was made from; the program reads the TOML itself when that has changed.
    """
    for source in sorted(folder.rglob("*.toml")):
        text = source.read_bytes()
        made = {"sha256": hashlib.sha256(text).hexdigest(), "content": tomllib.loads(text.decode("utf-8"))}
        encoded = json.dumps(made, ensure_ascii=False, default=str).encode("utf-8")
        target = source.with_suffix(".json")
        if not target.exists() or target.read_bytes() != encoded:
            fresh = target.with_name(f"{target.name}.{os.getpid()}")
            fresh.write_bytes(encoded)
            fresh.replace(target)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before it collects files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the source tree, where editable installs read from too."""
        compile_catalogues()
        compile_definitions()
