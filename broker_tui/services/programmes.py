"""What the programmes ask of the people on the caseload: computed from what was written down, never ticked off.

Evaluations are kept until something about the case changes or the day does; an untouched case is not computed again.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from broker_tui.domain.case_facts import CaseRecords, fact_of, facts_of
from broker_tui.domain.views import Entry, NotFound
from broker_tui.programmes import loading
from broker_tui.programmes.definition import Level, Rule
from broker_tui.programmes.engine import evaluate, evaluate_level
from broker_tui.programmes.explain import Explanation, explain
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.program import Fault, Program
from broker_tui.programmes.results import Evaluation, Obligation
from broker_tui.programmes.sampling import closers, contacts
from broker_tui.services.base import Service
from broker_tui.services.case_reading import case_records, facts_of_forms, form_facts
from broker_tui.services.ports import ChangeNote
from broker_tui.services.twins import kin
from sync.records import types
from sync.records.types import (
    Case,
    Citizen,
    Placement,
    Staff,
)

SETTINGS = "programmes.settings"
"""Setting of this vault: the municipality's own numbers, by programme and parameter."""
_TYPES = frozenset(
    (
        "citizen",
        "case",
        "contact",
        "placement",
        "hours",
        "goal",
        "follow_up",
        "consent",
        "role_assignment",
        "fact",
        "form",
        "staff",
    )
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One case with what its programme says about it."""

    case_id: str
    citizen_id: str
    citizen_name: str
    area: str | None
    programme: str
    evaluation: Evaluation
    exits_met: int
    exits_all: int

    @property
    def owed(self) -> tuple[Obligation, ...]:
        """What can be done now and has a day."""
        return tuple(
            o for o in self.evaluation.obligations if o.due is not None and o.state in ("open", "due_soon", "overdue")
        )


@dataclass
class _Kept:
    """Evaluations by case, valid for one day."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    day: date | None = None
    standings: dict[str, Standing] = field(default_factory=dict)
    cases: dict[str, tuple[Entry[Case], Entry[Citizen]]] | None = None
    stale: set[str] = field(default_factory=set)
    programs: dict[str, Program] = field(default_factory=dict)
    unusable: dict[str, Exception] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    evaluated: int = 0
    turn: int = 0


@dataclass(frozen=True)
class Programmes(Service):
    """The engine over this caseload."""

    kept: _Kept = field(default_factory=_Kept, compare=False)

    def watch(self) -> None:
        """Learn of changes from now on; called once, when the services are made."""
        self.store.subscribe(self._changed)

    def _changed(self, note: ChangeNote) -> None:
        """Forget what a commit touched. Runs on the thread that committed, so it only notes."""
        if not note.types & _TYPES:
            return
        with self.kept.lock:
            self.kept.turn += 1
            if "staff" in note.types:
                self.kept.standings.clear()  # who has authority sees more
            if note.types & {"case", "citizen"}:
                self.kept.cases = None
            if {"fact", "form"} & note.types and "shared" in note.scopes:
                self.kept.standings.clear()
            for scope in note.scopes:
                if scope.startswith("case:"):
                    self.kept.stale.add(scope.removeprefix("case:"))

    # programmes

    def program(self, name: str) -> Program:
        """A programme with this municipality's settings.

        Raises:
            KeyError: no such programme.
            DefinitionRefused: the settings do not fit the programme any more.
        """
        with self.kept.lock:
            if name not in self.kept.programs:
                local = self.local_settings().get(name)
                self.kept.programs[name] = (
                    loading.made(loading.raw(name), f"{name}.toml", local, "settings")
                    if local
                    else loading.program(name)
                )
            return self.kept.programs[name]

    def rule(self, rule_id: str) -> Rule:
        """A rule by its id.

        Raises:
            NotFound: no programme has it.
        """
        try:
            return self.program(rule_id.partition(".")[0]).rules[rule_id].rule
        except KeyError:
            raise NotFound("rule") from None

    def closes(self, rule_id: str) -> list[dict[str, Any]]:
        """Written facts, without days, that would close an obligation of the rule: which form and which fields."""
        return closers(self.program(rule_id.partition(".")[0]), rule_id)

    def contacts_for(self, rule_id: str) -> list[tuple[list[str], list[str]]]:
        """The contacts that close an obligation of the rule: kinds, and places where the rule names some."""
        found = contacts(self.program(rule_id.partition(".")[0]), rule_id)
        return [(list(cond.contact or ()), _several(cond.where.get("place"))) for cond in found]

    def local_settings(self) -> dict[str, dict[str, Any]]:
        """The municipality's own numbers, by programme and parameter."""
        found: dict[str, dict[str, Any]] = self.store.setting(SETTINGS, {}) or {}
        return found

    def set_local(self, settings: Mapping[str, Mapping[str, Any]]) -> tuple[Fault, ...]:
        """Take over a municipality's own numbers; nothing changes when one of them does not fit. Returns the faults."""
        faults: list[Fault] = []
        for name, local in settings.items():
            try:
                loading.made(loading.raw(name), f"{name}.toml", local, name)
            except KeyError:
                faults.append(Fault(name, "", f"is no programme; there are {', '.join(loading.PROGRAMMES)}"))
            except loading.DefinitionRefused as refused:
                faults += refused.faults
        if not faults:
            plain = msgspec.to_builtins({name: dict(local) for name, local in settings.items()})
            self.store.set_setting(SETTINGS, plain)
            with self.kept.lock:
                self.kept.programs.clear()
                self.kept.unusable.clear()
                self.kept.standings.clear()
                self.kept.failed.clear()
        return tuple(faults)

    def usable(self, name: str) -> bool:
        """Whether the rules of a programme can be used: its definition is there and has no fault."""
        if name in self.kept.unusable:
            return False
        try:
            self.program(name)
        except Exception as error:  # whatever is wrong with one definition, the others go on
            self.kept.unusable[name] = error
            return False
        return True

    def troubles(self) -> tuple[str, ...]:
        """Programmes of this caseload whose rules could not be used, for all or for some of their cases."""
        with self.kept.lock:
            return tuple(name for name in loading.PROGRAMMES if name in self.kept.failed.values())

    # evaluations

    def standings(self, today: date) -> list[Standing]:
        """Every open case with what its programme says; only what changed since the last time is computed."""
        kept = self.kept
        with kept.lock:
            if kept.day != today:
                kept.day, kept.cases = today, None
                kept.standings.clear()
                kept.failed.clear()
            if kept.cases is None:
                kept.cases = self._open_cases()
                for gone in kept.standings.keys() - kept.cases.keys():
                    del kept.standings[gone]
                for gone in kept.failed.keys() - kept.cases.keys():
                    del kept.failed[gone]
            for case_id, (case, _citizen) in kept.cases.items():
                if case.record.citizen_id in kept.stale:
                    kept.standings.pop(case_id, None)
                    kept.failed.pop(case_id, None)
            kept.stale.clear()
            turn = kept.turn
            wanted = [
                pair
                for case_id, pair in kept.cases.items()
                if case_id not in kept.standings and case_id not in kept.failed
            ]
            cases = dict(kept.cases)
        if wanted:
            made, failed = self._standings(wanted, today)
            with kept.lock:
                kept.evaluated += len(made)
                kept.failed |= failed
                if kept.day == today and kept.turn == turn:
                    kept.standings |= {standing.case_id: standing for standing in made}
                found = {**kept.standings, **{standing.case_id: standing for standing in made}}
        else:
            with kept.lock:
                found = dict(kept.standings)
        return [found[case_id] for case_id in cases if case_id in found]

    def standing(self, case_id: str, today: date) -> Standing:
        """One case, open or closed, on any day.

        Raises:
            NotFound: no such case.
        """
        if self.kept.day in (None, today):
            for standing in self.standings(today):
                if standing.case_id == case_id:
                    return standing
        return self._standing(self.records(case_id), today)

    def records(self, case_id: str) -> CaseRecords:
        """Everything written down about a case.

        Raises:
            NotFound: no such case.
        """
        case = self.store.entry(Case, case_id)
        citizen = self.store.entry(Citizen, case.record.citizen_id) if case is not None else None
        if case is None or case.deleted or citizen is None or citizen.deleted:
            raise NotFound("case")
        return case_records(self.store, [(case, citizen)])[0]

    def facts(self, case_id: str) -> list[Fact]:
        """The facts of a case as the engine reads them.

        Raises:
            NotFound: no such case.
        """
        return self.facts_from(self.records(case_id))

    def facts_from(self, records: CaseRecords) -> list[Fact]:
        """The facts of records, with those that follow from forms."""
        if not (records.forms or records.shared_forms):
            return facts_of(records)
        return [*facts_of(records), *facts_of_forms(self.program(records.case.record.programme), records)]

    def explain(self, case_id: str, rule_id: str, today: date) -> Explanation:
        """Why a rule is due for a case, or why not.

        Raises:
            NotFound: no such case or rule.
        """
        records = self.records(case_id)
        program = self.program(records.case.record.programme)
        try:
            return explain(
                program,
                self.facts_from(records),
                today,
                rule_id,
                known_from=records.case.record.known_from,
                now=self._now(today),
            )
        except KeyError:
            raise NotFound("rule") from None

    def of_level(self, name: str, level: Level, today: date, team: str | None = None) -> tuple[Obligation, ...]:
        """What a programme asks of its local project, or of a course team, from the facts kept about it.

        Raises:
            KeyError: no such programme.
        """
        program = self.program(name)
        found = [
            fact_of(entry)
            for entry in self.store.entries(types.Fact, where={"citizen_id": None, "programme": name}, replaced=False)
            if entry.record.team in (None, team)
        ]
        for entry in self.store.entries(types.Form, where={"citizen_id": None, "programme": name}):
            if entry.record.team in (None, team):
                found += form_facts(program, [entry])
        return evaluate_level(program, found, today, level)

    def of_company(self, name: str, company_id: str, today: date) -> tuple[Obligation, ...]:
        """What a programme asks of a company, from the forms about it and the people of this caseload placed there.

        Raises:
            KeyError: no such programme.
        """
        program = self.program(name)
        found: list[Fact] = []
        ids = kin(self.store, company_id)
        for entry in self.store.entries(types.Form, where={"citizen_id": None, "programme": name}):
            if entry.record.company_id in ids:
                found += form_facts(program, [entry])
        for placed in self.store.entries(Placement, where={"company_id": ids}):
            record = placed.record
            if record.type == "flexjob" and record.status != "cancelled":
                told = {"company": company_id, "person": placed.id}
                last = record.actual_end or record.planned_end
                found.append(Fact(kind="seat", on=record.start, until=last, id=placed.id, values=told))
        return evaluate_level(program, found, today, "company")

    def teams(self, name: str) -> list[str]:
        """Course teams of a programme by name."""
        where = {"citizen_id": None, "programme": name}
        told = {entry.record.team for entry in self.store.entries(types.Fact, where=where, replaced=False)}
        told |= {entry.record.team for entry in self.store.entries(types.Form, where=where)}
        return sorted(team for team in told if team)

    def touched_by(self, rule_id: str, today: date) -> list[tuple[Standing, Obligation]]:
        """My open cases of which the rule asks something now, the most urgent first."""
        name = rule_id.partition(".")[0]
        found = [
            (standing, obligation)
            for standing in self.standings(today)
            if standing.programme == name
            for obligation in standing.evaluation.obligations
            if obligation.rule == rule_id
        ]
        order = {"overdue": 0, "missed": 1, "due_soon": 2, "open": 3}
        return sorted(found, key=lambda pair: (order.get(pair[1].state, 9), pair[1].due or date.max))

    def evaluated(self) -> int:
        """How many evaluations were made so far; for those who watch the speed."""
        return self.kept.evaluated

    def snoozed(self, today: date) -> dict[str, Entry[types.Fact]]:
        """Items of Today that are left aside, by item; the day named is the day they come back."""
        found: dict[str, Entry[types.Fact]] = {}
        for entry in self.store.entries(types.Fact, where={"kind": "snooze"}, replaced=False):
            if entry.record.until is not None and today < entry.record.until:
                found[str(entry.record.values.get("item"))] = entry
        return found

    def has_authority(self) -> bool:
        """Whether whose laptop this is holds authority over cases (a caseworker or outreach consultant)."""
        me = self.store.entry(Staff, self.store.me().staff_id)
        return me is not None and not me.deleted and me.record.role == "authority"

    # parts

    def _now(self, today: date) -> Any:
        now = self.clock.now()
        return now if now.date() == today else None

    def _standings(
        self, wanted: Sequence[tuple[Entry[Case], Entry[Citizen]]], today: date
    ) -> tuple[list[Standing], dict[str, str]]:
        """Several cases; those a programme fails on are named with it, and never take the others down."""
        made: list[Standing] = []
        usable = {name: self.usable(name) for name in {case.record.programme for case, _citizen in wanted}}
        failed = {case.id: str(case.record.programme) for case, _citizen in wanted if not usable[case.record.programme]}
        for records in case_records(self.store, [pair for pair in wanted if pair[0].id not in failed]):
            try:
                made.append(self._standing(records, today))
            except Exception:  # the definition met a case nobody thought of: told by `troubles`
                failed[records.case.id] = str(records.case.record.programme)
        return made, failed

    def evaluation_of(self, records: CaseRecords, facts: Sequence[Fact], today: date) -> Evaluation:
        """What the programme says about a case of which these facts are known, as far as it is for this person."""
        case = records.case.record
        program = self.program(case.programme)
        found = evaluate(program, facts, today, known_from=case.known_from, now=self._now(today))
        if self.has_authority():
            return found
        open_to_all = tuple(o for o in found.obligations if not program.rules[o.rule].rule.authority_only)
        return msgspec.structs.replace(found, obligations=open_to_all)

    def _standing(self, records: CaseRecords, today: date) -> Standing:
        case, citizen = records.case, records.citizen
        program = self.program(case.record.programme)
        found = self.evaluation_of(records, self.facts_from(records), today)
        groups = {rule.alternative or rule.id for rule in program.exits.get(found.step, ())}
        return Standing(
            case_id=case.id,
            citizen_id=citizen.id,
            citizen_name=citizen.record.name,
            area=citizen.record.area,
            programme=case.record.programme,
            evaluation=found,
            exits_met=max(0, len(groups) - len(found.missing_exit)),
            exits_all=len(groups),
        )

    def _open_cases(self) -> dict[str, tuple[Entry[Case], Entry[Citizen]]]:
        cases = self.store.entries(Case, where={"status": "open"})
        people = {entry.id: entry for entry in self.store.entries(Citizen, where={})}
        return {case.id: (case, people[case.record.citizen_id]) for case in cases if case.record.citizen_id in people}


def _several(said: Any) -> list[str]:
    if isinstance(said, str):
        return [said]
    return [str(one) for one in said] if isinstance(said, list) else []
