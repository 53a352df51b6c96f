"""Programmes, rules and evaluations as JSON objects of the command line. The keys are kept stable."""

from typing import Any

import msgspec

from broker_tui.i18n import programme_words as words
from broker_tui.programmes.definition import Rule
from broker_tui.programmes.explain import Explanation
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import Evaluation, Obligation
from broker_tui.programmes.sampling import closers

Shape = dict[str, Any]


def programme(program: Program, *, facts: bool = False, params: bool = False) -> Shape:
    """A programme, with the kinds of facts and the numbers if asked for."""
    made = program.definition
    shape: Shape = {
        "id": made.id,
        "version": made.version,
        "name": words.name_of(program),
        "da": made.da,
        "en": made.en,
        "rules": len(program.rules),
        "steps": [
            {"code": step.code, "name": words.both(step), "da": step.da, "en": step.en, "final": step.final}
            for step in made.steps
        ],
    }
    if params:
        shape["params"] = [parameter(program, name) for name in made.params]
    if facts:
        shape["facts"] = {
            kind: {"name": words.both(found), **msgspec.to_builtins(found)} for kind, found in program.kinds.items()
        }
    return shape


def parameter(program: Program, name: str) -> Shape:
    """A number of the programme; `local` ones are set by the municipality and no demand of the programme."""
    param = program.definition.params[name]
    return {
        "name": name,
        "value": param.value,
        "local": param.local,
        "text": words.both(param),
        "da": param.da,
        "en": param.en,
    }


def rule(program: Program, found: Rule) -> Shape:
    """A rule with both languages, severity, source, evaluator and the numbers it uses."""
    return {
        "id": found.id,
        "programme": program.id,
        "step": found.step,
        "kind": found.kind,
        "severity": found.severity,
        "severity_text": words.severity(found.severity),
        "cue": found.cue,
        "who": found.who,
        "who_text": [words.role(program.id, role) for role in found.who],
        "source": found.source,
        "source_text": words.source(found.id),
        "level": found.level,
        "local": found.local,
        "evaluator": str(found.evaluator.__struct_config__.tag),
        "parameters": _plain(found.evaluator),
        "params": [parameter(program, name) for name in used_params(found, program)],
        "title": words.title(found.id),
        "demand": words.demand(found.id),
        "why": words.why(found.id),
        "closes": words.closes(found.id),
        "da": msgspec.to_builtins(found.da),
        "en": msgspec.to_builtins(found.en),
        "closes_with": closers(program, found.id),
    }


def used_params(found: Rule, program: Program) -> list[str]:
    """The parameters a rule names, in the order they stand there."""
    text = msgspec.json.encode(found.evaluator).decode() + (
        msgspec.json.encode(found.if_).decode() if found.if_ else ""
    )
    return [name for name in program.definition.params if f"${name}" in text or f'"param":"{name}"' in text]


def _plain(value: Any) -> Any:
    """A part of a definition without what was not said."""
    if isinstance(value, msgspec.Struct):
        return {
            field.encode_name: _plain(told)
            for field in msgspec.structs.fields(value)
            if (told := getattr(value, field.name)) not in (None, [], {}, "", False)
        }
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value


def obligation(found: Obligation) -> Shape:
    """What a rule asks of a case."""
    shape: Shape = {
        "id": found.id,
        "rule": found.rule,
        "state": found.state,
        "due": found.due,
        "text": " · ".join((words.title(found.rule), words.status(found), *_progress(found))),
        "closes_with": words.closes(found.rule),
    }
    for name in ("due_at", "opens", "act_by", "since", "closed_on", "closed_at"):
        if getattr(found, name) is not None:
            shape[name] = getattr(found, name)
    if found.days:
        shape["days"] = found.days
    if found.since is not None:
        shape["counts_from"] = words.counts_from(found.rule, found.since, found.clock)
    if found.missing:
        shape["missing"] = list(found.missing)
    if found.debt:
        shape["debt"] = True
    if found.attention:
        shape["attention"] = True
    if found.count is not None:
        shape["count"] = msgspec.to_builtins(found.count)
    return shape


def _progress(found: Obligation) -> list[str]:
    """How far a rule that counts has come."""
    return [words.progress(found.count.done, found.count.minimum)] if found.count is not None else []


def evaluation(found: Evaluation) -> Shape:
    """What the engine says about a case: step, since, missing, debt, obligations, signals."""
    return {
        "programme": found.programme,
        "version": found.version,
        "on": found.today,
        "step": found.step,
        "step_text": words.step(found.programme, found.step),
        "since": found.since,
        "sub": found.sub or None,
        "sub_text": words.sub(found.sub) or None,
        "final": found.final,
        "reason": found.reason,
        "confirmed": msgspec.to_builtins(found.confirmed) if found.confirmed else None,
        "may_confirm": found.may_confirm,
        "exit_proposed": found.exit_proposed,
        "evidence": found.evidence or None,
        "missing": list(found.missing_exit),
        "debt": [obligation(one) for one in found.doc_debt],
        "obligations": [obligation(one) for one in found.obligations],
        "signals": dict(found.signals),
        "gates": {name: msgspec.to_builtins(gate) for name, gate in found.gates.items()},
        "changes": [words.reason("", change) or change.code for change in found.changes],
    }


def explanation(found: Explanation) -> Shape:
    """Why a rule is due for a case, or why it is not."""
    told = [words.reason(found.rule, reason) for reason in found.reasons]
    return {
        "rule": found.rule,
        "obligations": [obligation(one) for one in found.obligations],
        "reasons": [text for text in told if text],
        "codes": [reason.code for reason in found.reasons],
    }
