"""One rule in words: what it demands and why, how it is computed, its numbers; and how it stands for a case. Pure."""

from broker_tui.i18n import _, evaluator_words, programme_words
from broker_tui.programmes.definition import Rule
from broker_tui.programmes.explain import Explanation
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import Obligation
from broker_tui.screens import say
from broker_tui.screens.rules_read import steps
from broker_tui.screens.step_lines import counted, sign_of
from broker_tui.widgets.spans import EMPTY, Line, fit, join, line, wrap

LABEL = 14


def labelled(label: str, value: Line, cells: int) -> list[Line]:
    """Label and value; a long value goes on under itself."""
    return [
        fit(line((label if number == 0 else "", "muted")), LABEL) + part
        for number, part in enumerate(wrap(value, max(10, cells - LABEL)))
    ]


def whole(rule: Rule, program: Program, cells: int) -> list[Line]:
    """Everything the definition says."""
    found = [
        *wrap(line((programme_words.demand(rule.id), "strong")), cells),
        *wrap(line((programme_words.why(rule.id), "text")), cells),
        EMPTY,
    ]
    facts: list[tuple[str, Line]] = [
        (_("To close it"), line(programme_words.closes(rule.id))),
        (_("Computed"), line(evaluator_words.computed(rule, program))),
        (_("Weight"), line(f"{programme_words.severity(rule.severity)}, {evaluator_words.kind(rule)}")),
        (_("Who"), line(", ".join(programme_words.role(program.id, role) for role in rule.who))),
        (_("Step"), line(steps(program, rule))),
        (_("Source"), line(programme_words.source(rule.id))),
        (_("Rule"), line((rule.id, "muted"))),
    ]
    for label, value in facts:
        found += labelled(label, value, cells)
    names = evaluator_words.used(rule, program)
    if names:
        found += [EMPTY, line((_("Numbers"), "strong"))]
        found += [param for name in names for param in _param(program, name, cells)]
    return found


def _param(program: Program, name: str, cells: int) -> list[Line]:
    """A number with its words; what a municipality may set is marked."""
    words, value, local = evaluator_words.param(program, name)
    mark = line((f"   {_('local setting')}", "muted")) if local else EMPTY
    return wrap(line((f"{words}: ", "muted"), (value, "num")) + mark, cells)


def beside(rule: Rule, program: Program, obligation: Obligation | None) -> list[Line]:
    """The sheet beside the step board: how it stands, then the rule."""
    found = [line((programme_words.demand(rule.id), "strong")), line((programme_words.why(rule.id), "muted")), EMPTY]
    if obligation is not None:
        found += [*stands(rule.id, obligation), EMPTY]
    found += [
        line((_("To close it: "), "muted"), programme_words.closes(rule.id)),
        line((_("Computed: "), "muted"), evaluator_words.computed(rule, program)),
        line((_("Source: "), "muted"), programme_words.source(rule.id)),
    ]
    return found


def stands(rule: str, obligation: Obligation) -> list[Line]:
    """The state of an obligation with its dates, the day it counts from, the count."""
    sign, role = sign_of(obligation)
    found = [join((line((sign, role)), line(programme_words.status(obligation))), 1)]
    since = programme_words.counts_from(rule, obligation.since, obligation.clock)
    if since:
        found.append(line((since, "muted")))
    said = programme_words.reason(rule, obligation.reason) if obligation.reason is not None else ""
    if said:
        found.append(line(said))
    if obligation.count is not None:
        found.append(counted(obligation.count))
    if obligation.missing:
        named = ", ".join(say.inline(programme_words.part(rule, part)) for part in obligation.missing)
        found.append(line((_("missing: "), "muted"), named))
    return found


def for_case(name: str, explanation: Explanation, cells: int) -> list[Line]:
    """Why the rule is or is not due for one person."""
    rule = explanation.rule
    found = [line((_("For {name}").format(name=name), "strong"))]
    for obligation in explanation.obligations:
        found += [part for content in stands(rule, obligation) for part in wrap(content, cells)]
    for reason in explanation.reasons:
        told = programme_words.reason(rule, reason)
        if told:
            found += wrap(line((told, "text")), cells)
    if len(found) == 1:
        found.append(line((_("Nothing to do just now."), "muted")))
    return found
