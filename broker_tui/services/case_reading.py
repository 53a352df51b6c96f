"""What is written down about a case, read for several cases at once: the records of the person, those its local project
and course team share, and the facts that follow from forms."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, TypeVar

from broker_tui.domain.case_facts import CaseRecords
from broker_tui.domain.views import Entry
from broker_tui.programmes import forms
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.program import Program
from broker_tui.services.ports import Store
from sync.records import types
from sync.records.types import Case, Citizen, Consent, Contact, FollowUp, Goal, Hours, Placement, RoleAssignment

_READ: tuple[tuple[str, Any], ...] = (
    ("contacts", Contact),
    ("placements", Placement),
    ("hours", Hours),
    ("goals", Goal),
    ("follow_ups", FollowUp),
    ("consents", Consent),
    ("roles", RoleAssignment),
    ("facts", types.Fact),
    ("forms", types.Form),
)
S = TypeVar("S", types.Fact, types.Form)


def case_records(store: Store, cases: Sequence[tuple[Entry[Case], Entry[Citizen]]]) -> list[CaseRecords]:
    """The records of several cases, read type by type."""
    people = [case.record.citizen_id for case, _citizen in cases]
    grouped: dict[str, dict[str, list[Any]]] = {}
    for name, struct in _READ:
        by_person: dict[str, list[Any]] = defaultdict(list)
        for entry in store.entries(struct, where={"citizen_id": people}, replaced=False):
            by_person[entry.record.citizen_id].append(entry)
        grouped[name] = by_person
    shared = store.entries(types.Fact, where={"citizen_id": None}, replaced=False)
    shared_forms = store.entries(types.Form, where={"citizen_id": None})
    me = store.me().staff_id
    return [
        CaseRecords(
            citizen=citizen,
            case=case,
            shared=_shared_with(case, (team := _team_of(case, grouped, citizen.id)), shared),
            shared_forms=_at_companies(
                _shared_with(case, team, shared_forms),
                {entry.record.company_id for entry in grouped["placements"].get(citizen.id, ())},
            ),
            me=me,
            **{name: tuple(grouped[name].get(citizen.id, ())) for name, _struct in _READ},
        )
        for case, citizen in cases
    ]


def facts_of_forms(program: Program, records: CaseRecords) -> list[Fact]:
    """The facts that follow from the forms of a case and from those it shares."""
    return [*form_facts(program, records.forms), *_of_others(form_facts(program, records.shared_forms), records)]


def form_facts(program: Program, entries: Sequence[Entry[types.Form]]) -> list[Fact]:
    """The facts that follow from the forms of a case; a form whose version nobody knows says nothing."""
    found: list[Fact] = []
    for entry in entries:
        record = entry.record
        form = forms.form_version(program.id, record.form, record.version)
        if form is not None and not entry.deleted and record.programme == program.id:
            found += forms.facts(form, record.values, record.on, entry.id)
    return found


def _team_of(
    case: Entry[Case], grouped: Mapping[str, Mapping[str, Sequence[Entry[Any]]]], citizen_id: str
) -> str | None:
    """The course team the person is in, told by a fact or by a decision written in a form; the latest holds."""
    told = [
        (entry.record.occurred_on, entry.record.values.get("team"))
        for entry in grouped["facts"].get(citizen_id, ())
        if entry.record.kind == "team_member"
    ]
    programme = case.record.programme
    for entry in grouped["forms"].get(citizen_id, ()):
        record = entry.record
        form = forms.form_version(programme, record.form, record.version) if record.programme == programme else None
        if form is not None and not entry.deleted and any(made.fact == "team_member" for made in form.fact):
            made = forms.facts(form, record.values, record.on, entry.id)
            told += [(fact.on, fact.get("team")) for fact in made if fact.kind == "team_member"]
    dated = [(on, str(team)) for on, team in told if on is not None and team]
    return max(dated, key=lambda one: one[0])[1] if dated else None


def _shared_with(case: Entry[Case], team: str | None, shared: Sequence[Entry[S]]) -> tuple[Entry[S], ...]:
    """Facts or forms of the case's local project, and of the team the person is in."""
    return tuple(
        entry
        for entry in shared
        if entry.record.programme == case.record.programme and entry.record.team in (None, team)
    )


def _of_others(facts: Iterable[Fact], records: CaseRecords) -> list[Fact]:
    """Without the person's own seats: a workshop's list names everybody and is shared by all cases there, while the
    engine counts the person's own job and, by `seat` facts, the others."""
    own = [entry.record.start for entry in records.placements if entry.record.type == "flexjob"]
    found: list[Fact] = []
    for fact in facts:
        if fact.kind == "seat" and fact.on in own:
            own.remove(fact.on)
        else:
            found.append(fact)
    return found


def _at_companies(forms_: Iterable[Entry[types.Form]], companies: Set[str | None]) -> tuple[Entry[types.Form], ...]:
    """Forms about no company, or about one where the person is or was placed."""
    return tuple(entry for entry in forms_ if entry.record.company_id is None or entry.record.company_id in companies)
