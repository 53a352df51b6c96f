"""The two languages of the program: gettext with English as the source text and Danish as a catalogue.

`_()` looks a text up when it is called, so a change of language reaches every text drawn afterwards; texts that
stand in tables at import time are marked with `N_()` and looked up where they are shown.
"""

import locale
from pathlib import Path
from typing import Literal

from broker_tui.i18n.catalogue import Catalogue

Language = Literal["da", "en"]
LANGUAGES: tuple[Language, ...] = ("da", "en")
LOCALE = Path(__file__).parent.parent / "locale"

_catalogue: Catalogue | None = None
_language: Language = "en"


def use(language: Language) -> None:
    """Speak `language` from now on.

    Raises:
        FileNotFoundError: the Danish catalogue was never compiled (the package is not installed properly).
    """
    global _catalogue, _language
    _language = language
    _catalogue = None if language == "en" else _catalogue or Catalogue(LOCALE / language / "LC_MESSAGES" / "broker.mo")


def language() -> Language:
    """The language spoken now."""
    return _language


def system_language() -> Language:
    """Danish on a Danish machine, otherwise English."""
    name = locale.getlocale()[0] or ""
    return "da" if name.lower().startswith(("da", "danish")) else "en"


def _(message: str) -> str:
    """`message` in the current language."""
    return message if _catalogue is None else _catalogue.text(message)


def N_(message: str) -> str:
    """Mark `message` for translation; look it up later with `_()`."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a counted text that belongs to `count`."""
    if _catalogue is None:
        return singular if count == 1 else plural
    return _catalogue.counted(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """`message` where the same English word needs different Danish words."""
    return message if _catalogue is None else _catalogue.text(message, context)
