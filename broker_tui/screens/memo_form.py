"""The broker's own note to self, about a person, a company or nothing."""

from collections.abc import Iterable, Mapping
from typing import Literal

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, day, text
from broker_tui.widgets.spans import Line, line
from sync.records.types import Memo


class MemoForm(RecordForm):
    """A memo; with `record_id` a change of one."""

    FORM = "memo"
    ENTER_SAVES = True

    def __init__(
        self,
        *,
        citizen_id: str | None = None,
        company_id: str | None = None,
        record_id: str | None = None,
        focus: Literal["what", "due"] = "what",
        draft_key: str | None = None,
    ) -> None:
        """Open on a person, a company, a memo or nothing."""
        super().__init__(citizen_id, draft_key=draft_key, company_id=company_id, record_id=record_id)
        self._start_in = "due" if focus == "due" else "text"
        self._memo: Memo | None = None
        self._whose = ""

    def prepare(self) -> None:
        """Read whom it is about, and the memo that is changed."""
        if record_id := self.args.get("record_id"):
            self._memo = self.services.plans.require(Memo, record_id)[1]
            self.about = self.about or self._memo.citizen_id
        if self.about:
            self._whose = self.guard.name(self.services.people.card(self.about, self.clock_today).citizen.record.name)
        elif company_id := self.args.get("company_id"):
            self._whose = self.services.companies.card(company_id, self.clock_today).company.record.name

    def heading(self) -> Line:
        """What it is, and about whom."""
        title = _("Change memo") if self._memo else _("New memo")
        return line((title, "strong"), (f"   {self._whose}", "name"), (f"   {_('only you see it')}", "muted"))

    def fields(self) -> Iterable[Widget]:
        """Words and a day."""
        memo = self._memo
        yield text("text", _("Remember"), memo.text if memo else "", label_width=10)
        yield day("due", _("When"), self.services.clock.now(), memo.due if memo else None, label_width=10)

    def focus_first(self) -> None:
        """Moving begins in the date."""
        self.field(self._start_in).focus()

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new memo, or the changed fields of one."""
        read = Values(values, self.services.clock.now())
        words, due = read.needed("text"), read.day("due")
        read.check()
        if record_id := self.args.get("record_id"):
            return self.services.plans.edit_memo(record_id, {"text": words, "due": due})
        return self.services.plans.add_memo(
            Memo(text=words, due=due, citizen_id=self.about, company_id=self.args.get("company_id"))
        )

    def said(self) -> str:
        """Short."""
        return _("Memo saved")
