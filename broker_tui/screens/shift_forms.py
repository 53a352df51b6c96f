"""Hours of one shift, and the mentor's time of a week."""

from collections.abc import Iterable, Mapping
from datetime import date

from textual.widget import Widget

from broker_tui.domain.views import CaseCard, Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import full_date, hours, short_date
from broker_tui.programmes.families.flexjob_shifts import monday_of
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, choice, text, typed_hours
from broker_tui.screens.shifts_lines import mark_words
from broker_tui.services.shifts import Worker
from broker_tui.widgets.spans import Line, line

_LABEL = 22


class _ShiftForm(RecordForm):
    """About a person's job and a day of it."""

    ENTER_SAVES = True

    def __init__(
        self,
        citizen_id: str,
        *,
        draft_key: str | None = None,
        case_id: str = "",
        job_id: str = "",
        day: str = "",
        mark: str = "",
    ) -> None:
        """Open on a day."""
        super().__init__(citizen_id, draft_key=draft_key, case_id=case_id, job_id=job_id, day=day, mark=mark)
        self._card: CaseCard | None = None
        self.worker: Worker | None = None
        self.minutes = 0

    @property
    def day(self) -> date:
        """The day, or the Monday of the week."""
        return date.fromisoformat(self.args["day"])

    @property
    def who(self) -> str:
        """Name as it may be shown now."""
        return self.guard.name(self._card.citizen.record.name) if self._card else ""

    def prepare(self) -> None:
        """The person and the week."""
        self._card = self.services.people.card(self.about or "", self.clock_today)
        case_id, job_id = self.args["case_id"], self.args["job_id"]
        self.worker = self.services.shifts.worker(case_id, job_id, monday_of(self.day))


class ShiftHoursForm(_ShiftForm):
    """How long a shift was to be, and how long somebody was there."""

    FORM = "shift_hours"
    FIRST = "worked"

    def heading(self) -> Line:
        """Whose, which day."""
        return line((_("Hours of the shift"), "strong"), (f"   {self.who} · {full_date(self.day)}", "name"))

    def fields(self) -> Iterable[Widget]:
        """What was planned, what became of it."""
        shift = self.worker.week.shifts.get(self.day) if self.worker else None
        planned = (
            shift.planned if shift else self.services.shifts.usual(self.args["case_id"], self.args["job_id"], self.day)
        )
        words = mark_words()
        yield choice("mark", _("Mark"), list(words.items()), self.args.get("mark") or "present", label_width=_LABEL)
        yield text("planned", _("Hours planned"), typed_hours(planned), label_width=_LABEL)
        yield text("worked", _("Hours there"), typed_hours(shift.worked if shift else None), label_width=_LABEL)

    def make(self, values: Mapping[str, str]) -> Saved:
        """The mark with its hours."""
        read = Values(values, self.services.clock.now())
        mark, planned, worked = read.needed_code("mark"), read.minutes("planned"), read.minutes("worked")
        read.check()
        return self.services.shifts.mark(
            self.args["case_id"], self.args["job_id"], self.day, mark, worked=worked, planned=planned
        )

    def said(self) -> str:
        """Whose."""
        return _("Shift saved on {name}").format(name=self.who)


class MentorTimeForm(_ShiftForm):
    """What the mentor spent in a week."""

    FORM = "mentor_time"
    FIRST = "minutes"

    def heading(self) -> Line:
        """Whose, which week."""
        week = _("week from {day}").format(day=short_date(self.day))
        return line((_("Mentor time"), "strong"), (f"   {self.who} · {week}", "name"))

    def fields(self) -> Iterable[Widget]:
        """Hours, and for how many."""
        week = self.worker.week if self.worker else None
        own = week.mentor_fact if week else None
        yield text("minutes", _("Hours this week"), typed_hours(week.mentor if week else None), label_width=_LABEL)
        citizens = own.get("citizens") if own is not None else None
        yield text("citizens", _("For how many people"), str(citizens or ""), label_width=_LABEL)

    def make(self, values: Mapping[str, str]) -> Saved:
        """The week's time."""
        read = Values(values, self.services.clock.now())
        self.minutes, citizens = read.needed_minutes("minutes"), read.whole("citizens")
        read.check()
        return self.services.shifts.mentor_time(
            self.args["case_id"], self.args["job_id"], self.day, self.minutes, citizens
        )

    def said(self) -> str:
        """How much."""
        return _("Mentor time saved: {hours} hours").format(hours=hours(self.minutes))
