"""Example files of matching: a position, citizens, and what ranking and team composition should say.

`docs/programme-examples.md` describes the format. Only what an example lists is asserted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from broker_tui.matching.model import HOUR, BadInput
from broker_tui.matching.reading import Example, examples
from broker_tui.matching.reading import ExampleFault as ExampleFault
from broker_tui.matching.results import Composed, Relaxation, Team
from broker_tui.matching.score import Excluded, Ranked, Ranking, rank, rounded
from broker_tui.matching.team import compose

Plain = Any
"""Something as it would be written in an example file."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold."""

    example: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What running example files gave; an example holds when every expectation of it does."""

    held: int
    total: int
    failed: tuple[Failure, ...]


def verify(place: Path) -> Verified:
    """Run every matching example below a folder, or of one file.

    Raises:
        ExampleFault: a file or an example that cannot be read.
        OSError: the place cannot be read.
    """
    total, held, failed = 0, 0, []
    for example in examples(place):
        total += 1
        found = list(_judged(example))
        failed += found
        held += not found
    return Verified(held, total, tuple(failed))


def _judged(example: Example) -> Iterator[Failure]:
    if strange := sorted(set(example.expect) - set(_SAID)):
        raise ExampleFault(f"{example.name}: no expectation {strange[0]!r}; there are {', '.join(_SAID)}")
    try:
        ranking = rank(example.position, example.citizens)
        composed = compose(example.position, example.citizens, example.params)
    except BadInput as fault:
        raise ExampleFault(f"{example.name}: {fault}") from None
    for name, wanted in example.expect.items():
        got = _SAID[name](ranking, composed)
        for path, want, have in _differences(name, wanted, got):
            yield Failure(example.name, f"{path} = {_text(want)}", f"{path} = {_text(have)}")


def _differences(path: str, wanted: Plain, got: Plain) -> Iterator[tuple[str, Plain, Plain]]:
    """Tables are compared key by key that is wanted, lists as wholes, numbers to the decimals that are wanted."""
    if isinstance(wanted, Mapping) and isinstance(got, Exactly) and set(wanted) != set(got):
        yield path, wanted, got
    elif isinstance(wanted, Mapping) and isinstance(got, Mapping):
        for key, value in wanted.items():
            yield from _differences(f"{path} {key}", value, got.get(key, "nothing"))
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for place, (want, have) in enumerate(zip(wanted, got, strict=True), 1):
            yield from _differences(f"{path} {place}", want, have)
    elif isinstance(wanted, int | Decimal) and isinstance(got, Fraction | Decimal) and not isinstance(wanted, bool):
        places = max(0, -int(Decimal(wanted).as_tuple().exponent))
        if rounded(Fraction(got), places) != wanted:
            yield path, wanted, rounded(Fraction(got), places + 1)
    elif wanted != got:
        yield path, wanted, got


class Exactly(dict[str, Any]):
    """A table of which an example names all keys or none."""


def _text(value: Plain) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(rounded(value, 2)) if isinstance(value, Fraction) else str(value)


def _hours(minutes: int) -> Fraction:
    return Fraction(minutes, HOUR)


def _ranked(one: Ranked) -> dict[str, Plain]:
    return {
        "citizen": one.citizen,
        "final": one.final,
        "fit": one.fit,
        "cov": one.cov,
        "citizen_points": one.score.citizen_points,
        "company_points": one.score.company_points,
        "tilt": one.score.tilt,
        "leans": one.score.leans,
        "parts": {name: getattr(one.score, name) for name in type(one.score).__struct_fields__},
        "hours": Exactly({part.task: _hours(part.minutes) for part in one.parts}),
    }


def _reasons(ranking: Ranking) -> dict[str, Plain]:
    """By citizen and task what is not passed."""
    everybody: list[Ranked | Excluded] = [*ranking.ranked, *ranking.excluded]
    return {
        one.citizen: {
            seen.task: sorted({check.key for check in seen.checks if check.verdict != "passed"}) for seen in one.seen
        }
        for one in everybody
    }


def _team(team: Team | None) -> Plain:
    if team is None:
        return "none"
    names = [backup.task for backup in team.backups]
    return {
        "size": len(team.members),
        "members": [member.citizen for member in team.members],
        "hours": Exactly({m.citizen: Exactly({s.task: _hours(s.minutes) for s in m.shares}) for m in team.members}),
        "scores": {m.citizen: {s.task: s.score for s in m.shares} for m in team.members},
        "mean": team.mean,
        "covered": _hours(team.minutes),
        "shared": [one.task for one in team.shared],
        "first": {one.task: one.first for one in team.shared},
        "backups": Exactly({name: [b.citizen for b in team.backups if b.task == name] for name in names}),
        "spare": {m.citizen: _hours(m.spare) for m in team.members},
        "missing": Exactly({task: _hours(minutes) for task, minutes in team.missing}),
    }


def _relaxation(one: Relaxation) -> dict[str, Plain]:
    found: dict[str, Plain] = {"kind": one.kind, "task": one.task, "demand": one.demand}
    if one.minutes is not None:
        found["hours"] = _hours(one.minutes)
    return {**found, "team": _team(one.team), "covered": _hours(one.covered)}


_SAID: dict[str, Callable[[Ranking, Composed], Plain]] = {
    "ranking": lambda ranking, _: [_ranked(one) for one in ranking.ranked],
    "excluded": lambda ranking, _: [one.citizen for one in ranking.excluded],
    "reasons": lambda ranking, _: _reasons(ranking),
    "ask": lambda _, composed: [
        {"citizen": one.citizen, "task": one.task, "about": list(one.about)} for one in composed.ask
    ],
    "team": lambda _, composed: _team(composed.team),
    "alternative": lambda _, composed: _team(composed.alternative),
    "partial": lambda _, composed: _team(composed.partial),
    "uncovered": lambda _, composed: Exactly({one.task: Exactly(one.reasons) for one in composed.uncovered}),
    "relaxations": lambda _, composed: [_relaxation(one) for one in composed.relaxations],
    "limited": lambda _, composed: composed.limited,
}
