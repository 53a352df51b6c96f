"""How a rule is computed, in plain words with its numbers; and the parameters it uses."""

from typing import Any

from broker_tui.i18n import N_, _, programme_words
from broker_tui.programmes import definition as shape
from broker_tui.programmes.definition import Rule
from broker_tui.programmes.program import Program

_KINDS = {
    "entry": N_("entry"),
    "exit": N_("exit criterion"),
    "core": N_("core rule"),
    "cadence": N_("regular contact"),
    "deadline": N_("deadline"),
    "role": N_("role"),
    "doc": N_("registration"),
    "consent": N_("consent"),
    "decision": N_("decision"),
    "exception": N_("exception"),
    "advice": N_("advice"),
    "kpi": N_("figure"),
}
_PLAIN: dict[type, str] = {
    shape.Criterion: N_("Open until the evidence is there."),
    shape.Gated: N_("Holds an act back until the evidence is there."),
    shape.Kpi: N_("A figure; it asks nothing."),
}
_UNITS = {
    "d": N_("{count} days"),
    "w": N_("{count} weeks"),
    "m": N_("{count} months"),
    "wd": N_("{count} working days"),
}


def kind(rule: Rule) -> str:
    """What sort of rule it is."""
    return _(_KINDS[rule.kind])


def used(rule: Rule, program: Program) -> list[str]:
    """Names of the parameters the rule reads, in the order of the programme."""
    import msgspec

    text = msgspec.json.encode(rule).decode()
    return [name for name in program.params if f"${name}" in text or f'"param":"{name}"' in text]


def param(program: Program, name: str) -> tuple[str, str, bool]:
    """A parameter: its words, its value, and whether it is a local setting."""
    found = program.definition.params[name]
    return programme_words.both(found), _shown(program.params[name]), found.local


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value).replace("_", " ")


def computed(rule: Rule, program: Program) -> str:
    """One sentence: what is looked at, and when it is late."""
    what = rule.evaluator
    if (told := _repeated(what, rule, program)) is not None:
        return told
    match what:
        case shape.Criterion(debt=True) | shape.Deadline(debt=True) | shape.Checklist(debt=True):
            return _("Written down by the end of the step; late it holds the confirmation of the next.")
        case shape.Review():
            return _("A deadline that starts anew with every event that resets it: {due}.").format(due=what.due)
        case shape.Deadline():
            return _("Done by a last day, which counts from {since}.").format(since=_day(rule, what.since or what.due))
        case shape.Checklist():
            kind_ = programme_words.fact_kind(program.id, what.of)
            return _("These parts of “{form}” are filled: {parts}.").format(form=kind_, parts=_named(what.keys))
        case _:
            return _(_PLAIN.get(type(what), N_("For information; it asks nothing.")))


def _repeated(what: Any, rule: Rule, program: Program) -> str | None:
    """Evaluators of what happens more than once."""
    match what:
        case shape.Cadence():
            every, since = _length(what.every, program), _day(rule, what.since)
            return _("At least once in {every}, from the last one that counts; the first from {since}.").format(
                every=every, since=since
            )
        case shape.WindowCount():
            return _("At least {minimum} in {length} from {since}; afterwards it cannot be repaired.").format(
                minimum=_number(what.minimum, program),
                length=_length(what.length, program),
                since=_day(rule, what.since),
            )
        case shape.Slots():
            return _("In every period of {every} from {since} at least {each}.").format(
                every=_length(what.every, program), since=_day(rule, what.since), each=_number(what.each, program)
            )
        case shape.PerEvent():
            return _("Once for every event it is about, by a day that counts from it.")
        case shape.Planned():
            return _("Every agreed day is met by one event, from some days before it.")
        case shape.ReplyTimer():
            return _("An answer within {hours} hours of the enquiry, nights and weekends too.").format(
                hours=_number(what.hours, program)
            )
    return None


def _named(keys: list[str]) -> str:
    return ", ".join(key.replace("_", " ") for key in keys)


def _day(rule: Rule, name: str) -> str:
    """What happened on a named day; an expression stands as it is written."""
    told = programme_words.day_name(rule.id, name)
    return told or name


def _number(value: int | str, program: Program) -> str:
    return _shown(program.params.get(value[1:], value)) if isinstance(value, str) else str(value)


def _length(text: str, program: Program) -> str:
    """`$weekly_days d` as "7 days"."""
    plain = text.replace(" ", "")
    digits = plain.rstrip("dwm")
    unit = plain[len(digits) :]
    count = _number(digits, program) if digits.startswith("$") else digits
    return _(_UNITS.get(unit, "{count}")).format(count=count) if unit in _UNITS else f"{count} {unit}".strip()
