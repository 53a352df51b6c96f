"""Language, theme and signs, kept beside the vault so that the lock screen already looks right. Nothing personal."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from broker_tui.i18n import LANGUAGES, Language, system_language
from broker_tui.widgets.glyphs import LEVELS, Level
from broker_tui.widgets.themes import DEFAULT_THEME, THEMES

NAME = "look.json"


@dataclass(frozen=True, slots=True)
class Look:
    """How the program looks, how much lies here unsent (counts only), and what the lock screen has to say first.

    Attributes:
        damaged: damage was met last time.
        shut_out: the hub said that this laptop was reported lost.
    """

    language: Language = "en"
    theme: str = DEFAULT_THEME
    glyphs: Level = "full"
    discreet: bool = False
    unsent: int = 0
    drafts: int = 0
    sync_before: str = ""
    damaged: bool = False
    shut_out: bool = False

    def deadline(self) -> date | None:
        """The day before which to sync."""
        try:
            return date.fromisoformat(self.sync_before)
        except ValueError:
            return None


def read(home: Path) -> Look:
    """What was kept; anything missing or strange is the default."""
    fresh = Look(language=system_language())
    try:
        fields: dict[str, Any] = json.loads((home / NAME).read_text(encoding="utf-8"))
        return replace(
            fresh,
            language=cast(Language, _one_of(fields.get("language"), LANGUAGES, fresh.language)),
            theme=_one_of(fields.get("theme"), tuple(THEMES), fresh.theme),
            glyphs=cast(Level, _one_of(fields.get("glyphs"), LEVELS, fresh.glyphs)),
            discreet=fields.get("discreet") is True,
            unsent=_count(fields.get("unsent")),
            drafts=_count(fields.get("drafts")),
            sync_before=str(fields.get("sync_before") or ""),
            damaged=fields.get("damaged") is True,
            shut_out=fields.get("shut_out") is True,
        )
    except (OSError, ValueError, AttributeError):
        return fresh


def write(home: Path, look: Look) -> None:
    """Keep `look`; a disk that refuses costs only the look."""
    from broker_tui import oslayer

    try:
        oslayer.write_atomically(home / NAME, json.dumps(asdict(look), indent=1).encode("utf-8"))
    except OSError:
        return


def _one_of(value: object, allowed: tuple[str, ...], default: str) -> str:
    return value if isinstance(value, str) and value in allowed else default


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
