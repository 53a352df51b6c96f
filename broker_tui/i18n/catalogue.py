"""A compiled gettext catalogue whose texts are decoded when they are first looked up.

The standard library decodes all of them at the start, which takes as long as painting the lock screen.
"""

from pathlib import Path
from struct import unpack_from

CONTEXT = "\x04"
"""Between a context and its message in the file (GNU gettext, "The Format of GNU MO Files")."""
FORMS = "\0"
"""Between singular and plural."""
LITTLE_ENDIAN = b"\xde\x12\x04\x95"


class Catalogue:
    """The texts of one language that counts as Danish and English do: one, and everything else.

    Args:
        path: the compiled catalogue.

    Raises:
        FileNotFoundError: it was never compiled.
    """

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        order = "<" if data.startswith(LITTLE_ENDIAN) else ">"
        count, messages, texts = unpack_from(f"{order}3I", data, 8)
        found = unpack_from(f"{order}{2 * count}I", data, messages)
        translated = unpack_from(f"{order}{2 * count}I", data, texts)
        forms = FORMS.encode()
        keys = (data[at : at + size].partition(forms)[0] for size, at in zip(found[::2], found[1::2], strict=True))
        self._data = data
        self._places = dict(zip(keys, zip(translated[::2], translated[1::2], strict=True), strict=True))
        self._places.pop(b"", None)  # the file's own header, which an empty text would be taken for
        self._known: dict[str, list[str]] = {}

    def _forms(self, key: str) -> list[str]:
        known = self._known.get(key)
        if known is None:
            size, at = self._places.get(key.encode("utf-8"), (0, 0))
            known = self._data[at : at + size].decode("utf-8").split(FORMS) if size else []
            self._known[key] = known
        return known

    def text(self, message: str, context: str = "") -> str:
        """`message` in this language, or as it is."""
        forms = self._forms(f"{context}{CONTEXT}{message}" if context else message)
        return forms[0] if forms else message

    def counted(self, singular: str, plural: str, count: int) -> str:
        """The form for `count`."""
        forms = self._forms(singular)
        if len(forms) < 2:
            return singular if count == 1 else plural
        return forms[0] if count == 1 else forms[1]
