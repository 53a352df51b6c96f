"""A change as a broker would say it: "Contact: phone, held, today 10.15", "Goal changed: state reached".

In two parts, because the glance guard hides one of them: what comes from codes, dates and hours, and what was typed.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import ChangeRow, Registration
from broker_tui.i18n import _, pgettext, words
from broker_tui.i18n.format import clock, dated, decimal, hours, short_date

_SAID: dict[str, tuple[str, ...]] = {
    "case": ("programme", "status"),
    "role_assignment": ("role",),
    "handover": ("state",),
    "contact": ("kind", "outcome"),
    "company_visit": (),
    "placement": ("type", "status"),
    "hours": ("minutes_per_week", "start"),
    "goal": ("kind", "state"),
    "promise": ("state", "due"),
    "follow_up": ("state", "due"),
    "memo": ("state", "due"),
    "consent": ("kind", "state"),
    "company": ("stage",),
}
"""What tells one record of a type from its neighbours, in the order in which it is said."""
_TYPED = ("text", "what", "job_title", "title", "note")
_USUAL = {("case", "open"), ("placement", "active"), ("goal", "open"), ("company", "found")}
_USUAL |= {(kind, "open") for kind in ("promise", "follow_up", "memo")}
"""States that nobody would mention."""
_DATES = {"due", "start", "end", "expires", "planned_end", "actual_end", "occurred_on", "stated_on", "state_on"}

SYSTEMS = {
    "min_plan": "Min Plan",
    "vitas": "VITAS",
    "jobnet": "Jobnet",
    "joblog": "Joblog",
    "jeg_soeger_job_som": "Jeg søger job som",
}
"""Other systems by their own names, the same in both languages."""


def registered(found: Registration, today: date) -> str:
    """`registered in Min Plan 3. nov`; with its reference where there is one."""
    system = SYSTEMS.get(found.system, found.system)
    said = _("registered in {system} {day}").format(system=system, day=day(date.fromisoformat(found.on), today))
    return f"{said} ({found.reference})" if found.reference else said


def told(row: ChangeRow, today: date) -> str:
    """What codes, dates and figures say; stays readable under the glance guard."""
    if row.kind == "create":
        return ", ".join(part for part in _of_record(row, today) if part) or words.label("op_kind", "create")
    kind = words.label("op_kind", row.kind)
    if row.kind != "patch":
        rest = ", ".join(part for part in _of_record(row, today) if part)
        return f"{kind}: {rest}" if rest else kind
    changed = ", ".join(_of_field(row, name, today) for name in row.fields)
    return f"{kind}: {changed}" if changed else kind


def typed(row: ChangeRow) -> str:
    """What somebody wrote, in one line; nothing where the name of the person or company says it."""
    return typed_of(row.record_type, row.doc)


def typed_of(record_type: str, doc: Mapping[str, Any]) -> str:
    """The same of a record."""
    if record_type in ("citizen", "company"):
        return ""
    names = ("name", *_TYPED) if record_type == "company_contact" else _TYPED
    found = next((str(doc[name]) for name in names if doc.get(name)), "")
    return found.partition("\n")[0]


def sentence(row: ChangeRow, today: date) -> str:
    """The whole of it in plain text: kind, what, and what was typed."""
    parts = (told(row, today), typed(row))
    rest = ", ".join(part for part in parts if part)
    kind = words.record_type(row.record_type)
    return f"{kind}: {rest}" if row.kind == "create" else f"{kind} {rest}"


def day(on: date, today: date) -> str:
    """`today`, `yesterday`, otherwise the date; with its year when that is another one."""
    if on == today:
        return pgettext("day", "today")
    if on == today - timedelta(days=1):
        return _("yesterday")
    return short_date(on) if on.year == today.year else dated(on)


def time_of(at: datetime, today: date) -> str:
    """`today 10.15`, `yesterday 9.43`, `8. nov 9.43`."""
    local = at.astimezone(DENMARK)
    return f"{day(local.date(), today)} {clock(local)}"


def size(count: int) -> str:
    """Bytes as people read them: `840 B`, `1,3 kB`, `2,4 MB`, `12,0 GB`."""
    if count < 1_000:
        return f"{count} B"
    for unit, of in (("kB", 1e3), ("MB", 1e6)):
        if count < of * 1_000:
            return f"{decimal(count / of)} {unit}"
    return f"{decimal(count / 1e9)} GB"


def _of_record(row: ChangeRow, today: date) -> list[str]:
    doc = row.doc
    parts = [_value(row.record_type, name, doc.get(name), today) for name in _SAID.get(row.record_type, ())]
    if row.record_type in ("contact", "company_visit"):
        parts.append(_when(doc, today))
    if row.record_type in ("fact", "form") and not row.registered:
        parts += [_programme_word(row), _value(row.record_type, "occurred_on", doc.get("occurred_on"), today)]
    if row.company and row.record_type != "contact":
        parts.append(row.company)
    if row.registered:
        parts += [registered(entry, today) for entry in row.registered]
    if doc.get("replaces"):
        parts.append(_("correction"))
    return parts


def _of_field(row: ChangeRow, name: str, today: date) -> str:
    label = _small(words.field(name))
    table = (row.record_type, name) in words.TABLES or name in _DATES or name == "minutes_per_week"
    value = _value(row.record_type, name, row.doc.get(name), today, usual=True) if table else ""
    return f"{label} {value}" if value else label


def _value(type_name: str, name: str, raw: Any, today: date, *, usual: bool = False) -> str:
    if raw in (None, "") or (not usual and (type_name, raw) in _USUAL):
        return ""
    if name == "minutes_per_week":
        return _("{hours} hours a week").format(hours=hours(int(raw)))
    if name in _DATES:
        on = day(date.fromisoformat(str(raw)), today)
        return {"due": _("for {day}"), "start": _("from {day}")}.get(name, "{day}").format(day=on)
    found = words.value(type_name, name, raw)
    return found if name == "programme" else _small(found)


def _small(text: str) -> str:
    """Inside a sentence; abbreviations such as CPR and P-number stay as they are."""
    return text if text[1:2].isupper() or text[1:2] == "-" else f"{text[:1].lower()}{text[1:]}"


def _when(doc: Mapping[str, Any], today: date) -> str:
    if doc.get("occurred_at"):
        return time_of(datetime.fromisoformat(str(doc["occurred_at"])), today)
    return day(date.fromisoformat(str(doc["occurred_on"])), today) if doc.get("occurred_on") else ""


def _programme_word(row: ChangeRow) -> str:
    """What a programme calls a fact; of a form only which programme asks for it."""
    programme, kind = row.doc.get("programme"), row.doc.get("kind")
    if row.record_type == "fact" and programme and kind:
        from broker_tui.i18n import programme_words

        return programme_words.fact_kind(str(programme), str(kind))
    return words.badge(programme)
