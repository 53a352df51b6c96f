"""Choose one of some named things: type a few letters, or move the cursor."""

from collections.abc import Sequence

from broker_tui.domain.text import fold
from broker_tui.screens.person_picker import RecordPicker
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Row
from broker_tui.widgets.spans import line


class ChoicePicker(RecordPicker):
    """Closes with the id of what was chosen."""

    def __init__(self, title: str, pairs: Sequence[tuple[str, str]], *, begin: str = "") -> None:
        """Offer `pairs` of ids and names."""
        super().__init__(title, begin=begin)
        self._pairs = tuple(pairs)

    def list_columns(self) -> Columns:
        """The name."""
        return Columns((Column("name"),))

    def rows(self, text: str) -> list[Row]:
        """Those with a word that begins as typed."""
        wanted = fold(text).split()
        found = []
        for key, name in self._pairs:
            words = fold(name).split()
            if all(any(word.startswith(part) for word in words) for part in wanted):
                found.append(Row(key, {"name": line((name, "name"))}))
        return found
