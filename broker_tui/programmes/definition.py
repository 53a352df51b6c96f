"""The shape of a programme definition: what may stand in `definitions/<id>.toml`.

The file says what a programme asks; how it is computed stands in code (evaluator types, section 0.10 of the domain
files; the step logic of each family). Numbers the source does not give are parameters marked `local`.
`docs/programme-definitions.md` describes the format for those who write one.
"""

from typing import Any, Literal

import msgspec

Severity = Literal["M", "R", "A"]
Kind = Literal[
    "entry",
    "exit",
    "core",
    "cadence",
    "deadline",
    "role",
    "doc",
    "consent",
    "decision",
    "exception",
    "advice",
    "kpi",
]
Level = Literal["case", "project", "team", "company"]
"""Whose facts a rule reads: one case, the local project, a course team or a company."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common base: a key nobody knows is refused, so that a misspelt one cannot be silently ignored."""


class Words(Part, frozen=True, kw_only=True):
    """A text in both languages."""

    da: str
    en: str


class Param(Part, frozen=True, kw_only=True):
    """A number or code of the programme. `local`: a product default that a municipality sets, never a demand."""

    value: Any
    da: str
    en: str
    local: bool = False
    min: Any = None
    max: Any = None
    choices: list[Any] = []


class FieldSpec(Part, frozen=True, kw_only=True):
    """One field of a fact kind."""

    type: Literal["text", "texts", "date", "bool", "int", "choice", "choices"]
    choices: list[str] = []


class FactKind(Part, frozen=True, kw_only=True):
    """A kind of fact: how it is called and which fields it may have."""

    da: str
    en: str
    fields: dict[str, FieldSpec] = {}


class Cond(Part, frozen=True, kw_only=True, rename={"not_": "not", "is_": "is"}):
    """A condition over the facts; exactly one of the first ten keys, the rest narrow it.

    `fact` a fact of that kind (or one of several kinds) is there; `contact` a held contact of an accepted kind with
    citizen and broker; `value` the latest value of `kind.field`; `all`, `any`, `not` combine; `signal` a computed
    signal is raised; `past` a named day has come; `param` a parameter is set; `events` a computed list of days.
    """

    fact: str | list[str] | None = None
    contact: list[str] | None = None
    value: str | None = None
    all: list["Cond"] | None = None
    any: list["Cond"] | None = None
    not_: "Cond | None" = None
    signal: str | None = None
    past: str | None = None
    param: str | None = None
    events: str | None = None
    # narrowing
    where: dict[str, Any] = {}
    is_: Any = None
    since: str | None = None
    until: str | None = None
    before: str | None = None
    count: int | str = 1
    by: list[str] = msgspec.field(default_factory=lambda: ["broker"])
    with_: list[str] = msgspec.field(default_factory=lambda: ["citizen"], name="with")
    name: str = ""


class NamedDate(Part, frozen=True, kw_only=True):
    """A day with a name. `first` and `last`: of the facts that meet a condition; `value`: a date field's latest value;
    `is`: an expression; `max` and `min` of expressions, leaving out what is not known."""

    da: str
    en: str
    first: Cond | None = None
    last: Cond | None = None
    value: str | None = None
    is_: str | None = msgspec.field(default=None, name="is")
    max: list[str] = []
    min: list[str] = []


class Criterion(Part, frozen=True, kw_only=True, tag="criterion"):
    """Open until the evidence is there. With `due` it can be late; with `debt` lateness is documentation debt."""

    closed_by: Cond
    opens: str | None = None
    due: str | None = None
    floor: str | None = None
    debt: bool = False
    attention: str | None = None
    soon: int | str = 7


class Deadline(Part, frozen=True, kw_only=True, tag="deadline"):
    """No later than `due`, which counts from `since`; `extend` names the pauses that move it.

    `na_without`: not applicable until that day is known. `floor`: evidence from before it counts on that day.
    `fails_at`: a day from which it cannot be repaired any more (`missed`).
    """

    due: str
    closed_by: Cond
    since: str | None = None
    opens: str | None = None
    extend: list[str] = []
    floor: str | None = None
    debt: bool = False
    attention: str | None = None
    soon: int | str = 7
    red: bool = True


class Review(Deadline, frozen=True, kw_only=True, tag="recurring_review"):
    """A deadline whose start moves on with every event that resets it."""


class Cadence(Part, frozen=True, kw_only=True, tag="cadence"):
    """At least once per `every` (`7d`, `1m`), rolling from the last event that counts.

    The window is `[since, until)`; `resume` days restart it. `opens_after`: for "opens last + 2 months, due last + 3".
    `blocked`: while it holds nothing is due, because something else has to come first (a consent).
    """

    since: str
    every: str
    counts: Cond
    first: str | None = None
    until: str | None = None
    resume: list[str] = []
    pauses: list[str] = []
    opens_after: str | None = None
    blocked: Cond | None = None
    soon: int | str | None = None
    red: bool = True


class WindowCount(Part, frozen=True, kw_only=True, tag="window_count"):
    """At least `minimum` events in `[since, since + length)`. Cannot be repaired once the window is over.

    `ends`: a day from which nothing is asked any more. `pace`: into how many checkpoints the window is divided.
    """

    since: str
    length: str
    minimum: int | str
    counts: Cond
    ends: str | None = None
    pace: int = 0
    soon: int | str = 7


class Slots(Part, frozen=True, kw_only=True, tag="slots"):
    """Fixed windows one after the other; each needs `each` events. Only what has begun is shown."""

    since: str
    every: str
    counts: Cond
    slots: int | str | None = None
    until: str | None = None
    each: int | str = 1
    grace: str | None = None


class PerEvent(Part, frozen=True, kw_only=True, tag="per_event"):
    """One obligation for every fact that meets `event`; `due` is reckoned from the day of the event (`event + 1wd`).

    `link`: the closing fact names the event in this field (its id or day); without it any later one closes.
    `own`: an event that meets one of these (as `where`) closes itself on its day.
    """

    event: Cond
    due: str
    closed_by: Cond
    link: str | None = None
    own: list[dict[str, Any]] = []
    opens: str | None = None
    soon: int | str = 7
    red: bool = True
    keep_days: int = 90


class Planned(Part, frozen=True, kw_only=True, tag="planned"):
    """Each planned day takes the earliest unused event dated from `early` days before it."""

    plan: Cond
    counts: Cond
    early: int | str = 7
    soon: int | str = 7
    ends: str | None = None


class ReplyTimer(Part, frozen=True, kw_only=True, tag="reply_timer"):
    """Feedback within `hours` of an enquiry, elapsed time. `advice`: enquirers for whom it is never overdue."""

    hours: int | str
    enquirers: list[str] = msgspec.field(default_factory=lambda: ["citizen"], name="from")
    advice: list[str] = []
    soon_hours: int | str = 4
    red: bool = True
    keep_days: int = 30


class Checklist(Part, frozen=True, kw_only=True, tag="checklist"):
    """Certain fields of a form are filled; `keys_if` adds fields under a condition. What is missing is named."""

    of: str
    keys: list[str]
    where: dict[str, Any] = {}
    keys_if: list["KeysIf"] = []
    since: str | None = None
    due: str | None = None
    debt: bool = False
    soon: int | str = 7


class KeysIf(Part, frozen=True, kw_only=True):
    """Fields asked for only when a condition holds."""

    keys: list[str]
    if_: Cond = msgspec.field(name="if")


class Gated(Part, frozen=True, kw_only=True, tag="gate"):
    """Holds an act back until `closed_by`; asked only once `armed` (an incident, a started step up)."""

    closed_by: Cond
    armed: Cond | None = None
    since: str | None = None


class Info(Part, frozen=True, kw_only=True, tag="info"):
    """Text only: advice, purpose, an option. `counts` shows how many there are, `raised` when it deserves a look."""

    counts: Cond | None = None
    raised: Cond | None = None
    signal: str | None = None


class Kpi(Part, frozen=True, kw_only=True, tag="kpi"):
    """A figure, computed by the measure of that name."""

    measure: str


Evaluator = (
    Criterion
    | Deadline
    | Review
    | Cadence
    | WindowCount
    | Slots
    | PerEvent
    | Planned
    | ReplyTimer
    | Checklist
    | Gated
    | Info
    | Kpi
)


class RuleWords(Part, frozen=True, kw_only=True):
    """What the rule demands, why, and what closes it, in one language."""

    demand: str
    why: str
    closes: str


class Rule(Part, frozen=True, kw_only=True):
    """One rule of the programme.

    Attributes:
        id: stable, never reused.
        step: the step code of the source's table, several divided by a comma.
        live: the steps and states in which it asks something; by default from its own step on, until a final state.
        severity, cue: the letter, and the source's own word for it.
        mandatory_where: parameter values that turn a recommendation into a demand; all of them must hold.
        who: role codes, the first is responsible.
        source: document, heading and page.
        local: the demand itself is a local setting, not a demand of the programme.
        if_: asked only when this holds.
        alternative: exit rules with the same word here are alternatives.
        gates: acts that wait for this rule; `soft` gates ask for a reason.
        never_waived: no waiver opens a gate for it.
        parties: fields by which it can be told who took part.
        form: the form or record in which the evidence is written.
        sample: written facts that would close it, where the closing condition does not tell by itself.
    """

    id: str
    step: str
    kind: Kind
    severity: Severity
    who: list[str]
    source: str
    evaluator: Evaluator
    da: RuleWords
    en: RuleWords
    cue: str = ""
    level: Level = "case"
    live: list[str] = []
    if_: Cond | None = msgspec.field(default=None, name="if")
    from_: str | None = msgspec.field(default=None, name="from")
    until: str | None = None
    local: bool = False
    mandatory_where: dict[str, Any] = {}
    explainable: bool | None = None
    alternative: str = ""
    gates: list[str] = []
    soft: list[str] = []
    never_waived: bool = False
    authority_only: bool = False
    form: str = ""
    sample: list[dict[str, Any]] = []

    @property
    def steps(self) -> tuple[str, ...]:
        """The step codes of the table."""
        return tuple(part.strip() for part in self.step.split(","))

    @property
    def may_explain(self) -> bool:
        """Whether the broker may explain it: recommended rules, unless said otherwise."""
        return self.severity == "R" if self.explainable is None else self.explainable


class Step(Part, frozen=True, kw_only=True):
    """A step or final state. `any` rules are live in every step that is not final."""

    code: str
    da: str
    en: str
    final: bool = False
    short: str = ""


class GateWords(Part, frozen=True, kw_only=True):
    """An act that waits for rules. `shown`: when it is of interest. `needs`: without it the act stays closed even when
    nothing is owed (a refused consent settles its rule and still opens nothing)."""

    da: str
    en: str
    shown: Cond | None = None
    needs: Cond | None = None


class Definition(Part, frozen=True, kw_only=True):
    """A whole programme.

    Attributes:
        id, version: what a confirmed step names.
        family: the step logic, a module of `programmes/families/`.
        samples: for each computed list of events, written facts that make one more.
    """

    id: str
    version: str
    family: str
    da: str
    en: str
    params: dict[str, Param] = {}
    steps: list[Step]
    facts: dict[str, FactKind] = {}
    dates: dict[str, NamedDate] = {}
    signals: dict[str, Words] = {}
    gates: dict[str, GateWords] = {}
    roles: dict[str, Words] = {}
    presets: dict[str, dict[str, Any]] = {}
    samples: dict[str, list[dict[str, Any]]] = {}
    rule: list[Rule] = []


class Vocabulary(Part, frozen=True, kw_only=True):
    """Fact kinds and roles that all programmes share."""

    facts: dict[str, FactKind]
    roles: dict[str, Words]
