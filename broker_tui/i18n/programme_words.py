"""Rules, steps and reasons of the programmes in the language spoken now.

Texts of rules stand in the definitions, both languages beside each other; sentences about dates and states stand here.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from broker_tui.domain.views import TodayItem
from broker_tui.i18n import N_, _, language, ngettext
from broker_tui.i18n.format import clock, dated
from broker_tui.i18n.part_words import PARTS
from broker_tui.programmes import loading
from broker_tui.programmes.definition import Rule, RuleWords
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import Obligation, Reason

if TYPE_CHECKING:
    from broker_tui.programmes.forms import FormField

_STATES = {
    "upcoming": N_("not yet"),
    "open": N_("open"),
    "due_soon": N_("due soon"),
    "overdue": N_("overdue"),
    "closed": N_("done"),
    "closed_late": N_("done late"),
    "met_to_window_end": N_("met to the end of the period"),
    "missed": N_("missed"),
    "paused": N_("paused"),
    "explained": N_("explained"),
    "waived": N_("waived"),
    "unknown": N_("before this program: unknown"),
    "blocked": N_("blocked"),
    "info": N_("for information"),
    "na": N_("not relevant"),
}
_SEVERITIES = {"M": N_("mandatory"), "R": N_("recommended"), "A": N_("advice")}
_CLOCKS = {
    "last": N_("the last contact that counts"),
    "resume": N_("the end of the pause"),
    "pause": N_("the start of the pause"),
    "event": N_("what happened that day"),
    "planned": N_("the agreed day"),
    "enquiry": N_("the enquiry"),
    "today": N_("today"),
    "known_from": N_("the day this program began to know the case"),
}
_LACKS = {
    "text": N_("a two-way text does not count here"),
    "one_way_text": N_("a text that nobody answered does not count"),
    "kind": N_("that kind of contact does not count here"),
    "outcome": N_("nobody was reached"),
    "citizen": N_("the citizen did not take part"),
    "broker": N_("neither the broker nor a registered substitute took part"),
    "company_contact": N_("the company's contact person did not take part"),
    "caseworker": N_("the caseworker did not take part"),
    "outreach_consultant": N_("the outreach consultant did not take part"),
    "group": N_("a group session counts only with a note about the person"),
}


def program_of(rule_id: str) -> Program:
    """The programme a rule belongs to."""
    return loading.program(rule_id.partition(".")[0])


def rule(rule_id: str) -> Rule:
    """A rule by its id."""
    return program_of(rule_id).rules[rule_id].rule


def _texts(found: Rule) -> RuleWords:
    return found.da if language() == "da" else found.en


def title(rule_id: str) -> str:
    """The rule's short name, for lists."""
    found = loading.titles().get(rule_id)
    return both(found) if found is not None else demand(rule_id)


def demand(rule_id: str) -> str:
    """What the rule demands."""
    return _texts(rule(rule_id)).demand


def why(rule_id: str) -> str:
    """Why the programme asks it."""
    return _texts(rule(rule_id)).why


def closes(rule_id: str) -> str:
    """What closes it."""
    return _texts(rule(rule_id)).closes


def source(rule_id: str) -> str:
    """The programme's name and where its document says so; a local setting is called one."""
    found = rule(rule_id)
    told = f"{name_of(program_of(rule_id))}, {found.source}"
    return _("{source} (local setting)").format(source=told) if found.local else told


def name_of(program: Program) -> str:
    """The programme's name."""
    return program.definition.da if language() == "da" else program.definition.en


def both(words: Any) -> str:
    """The right one of anything with `da` and `en`."""
    return str(words.da if language() == "da" else words.en)


def step(programme: str, code: str) -> str:
    """A step or final state by its name in the definition."""
    found = loading.program(programme).steps.get(code)
    return both(found) if found is not None else code


def sub(code: str) -> str:
    """A state inside a step; nothing for one without words."""
    return _(_SUBS[code]) if code in _SUBS else ""


def role(programme: str, code: str) -> str:
    """A role."""
    found = loading.program(programme).roles.get(code)
    return both(found) if found is not None else code


def part(rule: str, code: str) -> str:
    """A part a rule misses: its own word, a role, or the field of a form that asks for it."""
    if code in PARTS:
        return _(PARTS[code])
    programme = rule.partition(".")[0]
    found = loading.program(programme).roles.get(code) or _fields(programme).get(code)
    return both(found) if found is not None else code.replace("_", " ")


@cache
def _fields(programme: str) -> dict[str, "FormField"]:
    """The fields of a programme's forms by name, those of rows too; the first form that has one names it."""
    from broker_tui.programmes import forms as shapes

    found: dict[str, FormField] = {}
    for form in shapes.forms(programme).values():
        for field in form.fields.values():
            found.setdefault(field.name, field)
            for inner in field.fields:
                found.setdefault(inner.name, inner)
    return found


def state(code: str) -> str:
    """The state of an obligation."""
    return _(_STATES.get(code, code))


def severity(code: str) -> str:
    """Mandatory, recommended or advice."""
    return _(_SEVERITIES.get(code, code))


def signal(programme: str, name: str) -> str:
    """A computed signal by its name in the definition."""
    found = loading.program(programme).definition.signals.get(name)
    return both(found) if found is not None else name


def gate(programme: str, name: str) -> str:
    """An act that waits for rules."""
    found = loading.program(programme).definition.gates.get(name)
    return both(found) if found is not None else name


def fact_kind(programme: str, kind: str) -> str:
    """A kind of fact."""
    found = loading.program(programme).kinds.get(kind)
    return both(found) if found is not None else kind


def day_name(rule_id: str, name: str) -> str:
    """What happened on a named day: `placement.start` is "the placement's start"."""
    if name in _CLOCKS:
        return _(_CLOCKS[name])
    program = program_of(rule_id)
    if (named := program.definition.dates.get(name)) is not None:
        return both(named)
    start, _dot, which = name.rpartition(".")
    if start in program.steps:
        told = both(program.steps[start])
        return (_("the end of {what}") if which == "closed" else _("the start of {what}")).format(what=told)
    if start in program.kinds:
        return both(program.kinds[start])
    return ""


def counts_from(rule_id: str, since: date | None, name: str) -> str:
    """ "counted from 25 May (the flex job's start)"; empty when nothing is counted."""
    if since is None:
        return ""
    told = day_name(rule_id, name)
    if not told:
        return _("counted from {day}").format(day=dated(since))
    return _("counted from {day} ({what})").format(day=dated(since), what=told)


def progress(done: int | None, minimum: int | None) -> str:
    """ "3 of 4"; empty for rules that do not count."""
    return "" if done is None or minimum is None else _("{done} of {all}").format(done=done, all=minimum)


def item_why(item: TodayItem) -> str:
    """Why a rule stands in Today: the reason, the day it counts from, how far it has come, the source."""
    rule_id = item.rule or ""
    parts = [
        why(rule_id),
        counts_from(rule_id, item.since, item.clock),
        progress(item.done, item.minimum),
        source(rule_id),
    ]
    return " · ".join(part for part in parts if part)


def status(found: Obligation) -> str:
    """ "overdue, due 4 May (3 days)": the state with its dates."""
    told = state(found.state)
    if found.state == "overdue":
        days = ngettext("{count} day", "{count} days", found.days).format(count=found.days)
        return _("{state}, due {day} ({days})").format(state=told, day=dated(found.due or date.min), days=days)
    if found.state in ("closed", "closed_late") and found.closed_on is not None:
        return _("{state} {day}").format(state=told, day=dated(found.closed_on))
    if found.state == "explained" and found.due is not None:
        return _("{state} until {day}").format(state=told, day=dated(found.due))
    if found.due_at is not None:
        return _("{state}, due {day}").format(state=told, day=f"{dated(found.due_at.date())} {clock(found.due_at)}")
    if found.due is not None:
        return _("{state}, due {day}").format(state=told, day=dated(found.due))
    return told


_SENTENCES = {
    "condition": N_("The condition of the rule does not hold for this person."),
    "info": N_("The rule is for information and asks nothing."),
    "kpi": N_("The rule is a figure and asks nothing."),
    "before_program": N_("Its clock ran before this program knew the case."),
    "settled": N_("It was said to be done before this program knew the case."),
    "paused": N_("A pause is running; the clock starts again the day after it."),
    "blocked": N_("Something else has to come first, such as a consent."),
    "window_ends": N_("The next one would fall after the end of the period."),
    "early_start_without_reason": N_("The internship began early; the reason is missing."),
    "late_extension": N_("The extension was decided after the internship had ended."),
    "no_place_for_decision": N_("The decision needs an internship place, and there is none."),
    "postponed_too_long": N_("The internship is postponed for longer than the programme allows."),
    "postponement_refused": N_(
        "A postponement of that length is refused; choose fewer hours, a taster or another way."
    ),
}
_SUBS = {
    "clarifying": N_("clarifying"),
    "ready": N_("ready"),
    "internship": N_("in internship"),
    "base_employed": N_("employed in the base"),
    "direct": N_("employed directly"),
    "workshop": N_("in a workshop"),
    "seconded": N_("seconded"),
    "job_ended": N_("the job has ended"),
    "referred": N_("referred"),
    "preparing": N_("preparing"),
    "accepted": N_("accepted"),
    "awaiting_internship": N_("waiting for the internship"),
    "planned": N_("planned"),
    "running": N_("running"),
    "reduced": N_("with fewer hours"),
    "taster": N_("taster"),
    "postponed": N_("postponed"),
    "undecided": N_("not decided"),
    "level0": N_("level 0"),
    "level1": N_("level 1"),
    "level2": N_("level 2"),
    "level3": N_("level 3"),
}


def _elsewhere(rule_id: str, args: Mapping[str, Any]) -> str:
    return _("Not asked in {step}.").format(step=step(rule_id.partition(".")[0], str(args.get("step"))))


def _not_begun(_rule: str, args: Mapping[str, Any]) -> str:
    day = args.get("day")
    return _("Begins on {day}.").format(day=dated(day)) if day else _("Has not begun: its day is not known yet.")


def _no_clock(rule_id: str, args: Mapping[str, Any]) -> str:
    what = day_name(rule_id, str(args.get("clock") or ""))
    return _("Not running: {what} is not known.").format(what=what) if what else _("Nothing to do just now.")


def _near_miss(_rule: str, args: Mapping[str, Any]) -> str:
    lack = _(_LACKS.get(str(args["lack"]), N_("something it needs is missing")))
    return _("{day} does not count: {lack}.").format(day=dated(args["day"]), lack=lack)


_REASONS: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "not_in_step": _elsewhere,
    "not_begun": _not_begun,
    "over": lambda _rule, args: _("Was over on {day}.").format(day=dated(args["day"])),
    "no_clock": _no_clock,
    "counted": lambda _rule, args: _("The last one that counts: {day}.").format(day=dated(args["day"])),
    "near_miss": _near_miss,
    "target_changed": lambda _rule, args: _("The person no longer fits the target group: {rule}.").format(
        rule=demand(str(args["rule"]))
    ),
}


def reason(rule_id: str, found: Reason) -> str:
    """One reason of an explanation as a sentence; empty for what the state says already."""
    if found.code in _SENTENCES:
        return _(_SENTENCES[found.code])
    made = _REASONS.get(found.code)
    return made(rule_id, found.args) if made is not None else ""
