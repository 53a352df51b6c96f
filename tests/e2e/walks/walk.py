"""A walk: days on which the broker does something in the real program, and what the case must be afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.laptop import Laptop, unlock
from tests.e2e.terminal import Terminal, broker
from tests.e2e.walks.hands import PERSON, Act


@dataclass(frozen=True)
class Then:
    """What `show case --json` says.

    Attributes:
        step: the proposed step.
        since: its first day.
        missing: exactly the exits that are missing; an alternative in one entry, as in the example files.
        rules: by rule (or `rule@key`) its state, or the state and the due day; "" stands for one that asks nothing.
        overdue: exactly the rules that are overdue.
        signals: some of the signals.
        gates: whether some of the gates are open.
        also: other fields of the answer.
    """

    step: str
    since: str | None
    missing: Sequence[str] = ()
    rules: Mapping[str, str | tuple[str, str]] = field(default_factory=dict)
    overdue: Sequence[str] = ()
    signals: Mapping[str, Any] = field(default_factory=dict)
    gates: Mapping[str, bool] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """One start of the program on a date: the acts, and what holds afterwards."""

    on: str
    acts: Sequence[Act]
    then: Then


def walk(folder: Path, days: Sequence[Day]) -> None:
    """Go through the days; every difference names the day."""
    laptop = Laptop(folder / "walk")
    laptop.run("init", "--name", "Ane Bro")
    differences: list[str] = []
    for day in days:
        with Terminal(broker("--home", str(laptop.home), "--lang", "da", "--on", day.on)) as terminal:
            unlock(terminal)
            for act in day.acts:
                act(terminal)
            terminal.press("ctrl+q")
            assert terminal.exit_code() == 0
        card = laptop.json("show", "case", PERSON, "--on", day.on)
        is_, wanted = found(card, day.then), expected(day.then)
        wrong = {name: (is_[name], wanted[name]) for name in wanted if is_[name] != wanted[name]}
        if wrong:
            differences.append(f"{day.on}: (found, wanted) {wrong}")
    assert not differences, "\n".join(differences)


def expected(then: Then) -> dict[str, Any]:
    """What is to be compared."""
    return {
        "step": then.step,
        "since": then.since,
        "missing": sorted(then.missing),
        "overdue": sorted(then.overdue),
        "rules": {rule: list(told) if isinstance(told, tuple) else told for rule, told in then.rules.items()},
        "signals": dict(then.signals),
        "gates": dict(then.gates),
        **then.also,
    }


def found(card: Mapping[str, Any], then: Then) -> dict[str, Any]:
    """The same from the answer of the program."""
    asked: dict[str, list[Mapping[str, Any]]] = {}
    for obligation in card["obligations"]:
        for name in {obligation["rule"], obligation["id"]}:
            asked.setdefault(name, []).append(obligation)

    def told(rule: str) -> str | list[str]:
        one = asked.get(rule, [{}])[-1]  # of a rule asked again and again, the latest
        state = str(one.get("state", ""))
        return [state, one.get("due") or ""] if isinstance(then.rules[rule], tuple) else state

    return {
        "step": card["step"],
        "since": card["since"],
        "missing": sorted("|".join(one) if isinstance(one, list) else one for one in card["missing"]),
        "overdue": sorted(o["rule"] for o in card["obligations"] if o["state"] == "overdue"),
        "rules": {rule: told(rule) for rule in then.rules},
        "signals": {name: card["signals"].get(name) for name in then.signals},
        "gates": {name: card["gates"][name]["open"] for name in then.gates},
        **{name: card[name] for name in then.also},
    }
