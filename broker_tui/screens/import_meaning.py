"""Choose what a column of a foreign file means: what it means now first, leaving out last, typing narrows."""

from broker_tui.domain.text import fold
from broker_tui.i18n import _
from broker_tui.screens.import_lines import choices
from broker_tui.screens.person_picker import RecordPicker
from broker_tui.services.importing import ImportKind
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Row
from broker_tui.widgets.spans import line
from broker_tui.widgets.text_fields import BarInput

LEFT_OUT = "-"
"""What the picker closes with when a column is to be left out."""


class MeaningPicker(RecordPicker):
    """Closes with the name of a field, or `LEFT_OUT`."""

    def __init__(self, heading: str, kind: ImportKind, now: str | None) -> None:
        """Ask what the column `heading` means, which is `now`."""
        super().__init__(_("What does “{heading}” mean?").format(heading=heading))
        every = [(field or LEFT_OUT, words) for field, words in choices(kind)]
        current = now or LEFT_OUT
        self._choices = sorted(every, key=lambda pair: (pair[0] != current, pair[0] == LEFT_OUT))

    def list_columns(self) -> Columns:
        """Only words."""
        return Columns((Column("word", "", 0),))

    def rows(self, text: str) -> list[Row]:
        """The fields whose words hold `text`."""
        wanted = fold(text)
        return [Row(key, cells={"word": line(words)}) for key, words in self._choices if wanted in fold(words)]

    def on_mount(self) -> None:
        """Say what may be typed."""
        self.query_one(BarInput).placeholder = _("type to find a field")
