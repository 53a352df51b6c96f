"""What people say about rules: a step is confirmed, a rule explained, waived, settled or left aside, a fact added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from broker_tui.domain.views import NotFound, Saved
from broker_tui.programmes.program import Program
from broker_tui.services.base import Batch, Service
from broker_tui.services.programmes import Programmes
from sync.records import types
from sync.records.types import Case, Programme


@dataclass(frozen=True)
class Statements(Service):
    """Everything a named person states; the rules read it as facts."""

    programmes: Programmes

    def confirm_step(self, case_id: str, step: str, on: date, by: str | None = None) -> Saved:
        """A named person confirms the step the engine proposes, or another one.

        Raises:
            NotFound: no such case.
            InvalidInput: no such step, a day in the future, or documentation debt that holds the confirmation back.
        """
        case, today = self.require(Case, case_id)[1], self.clock.today()
        program = self.programmes.program(case.programme)
        batch = self.batch()
        if step not in program.steps:
            batch.fault("step", "not_allowed")
        if on > today:
            batch.fault("on", "in_future", date=on)
        standing = self.programmes.standing(case_id, today)
        if standing.evaluation.doc_debt and program.rank(step) > program.rank(case.step or ""):
            batch.fault("step", "documentation_debt", count=len(standing.evaluation.doc_debt))
        name = by or self.my_name()
        since = standing.evaluation.since if standing.evaluation.step == step else on
        self._write(batch, case, case_id, "step", on, step=step, by=name, version=program.definition.version)
        batch.patch(Case, case_id, {"step": step, "step_since": since or on, "step_confirmed_by": name})
        return batch.save()

    def explain_away(self, case_id: str, rule_id: str, reason: str, until: date, key: str = "") -> Saved:
        """The broker explains a recommended rule until a day, at most four weeks ahead.

        Raises:
            InvalidInput: a rule that is mandatory just now, no reason, or a day out of reach.
        """
        today = self.clock.today()
        batch = self.batch()
        said = self.programmes.standing(case_id, today).evaluation
        if not (self.programmes.rule(rule_id).may_explain or rule_id in said.explainable):
            batch.fault("rule", "cannot_be_explained")
        self._reasoned(batch, reason)
        if not today <= until <= today + timedelta(days=28):
            batch.fault("until", "out_of_reach", first=today, last=today + timedelta(days=28))
        case = self.require(Case, case_id)[1]
        self._write(
            batch,
            case,
            case_id,
            "explanation",
            today,
            until=until,
            rule=rule_id,
            key=key or None,
            reason=reason,
            name=self.my_name(),
        )
        return batch.save()

    def waive(
        self, case_id: str, rule_id: str, reason: str, name: str, role: str, until: date | None = None, key: str = ""
    ) -> Saved:
        """A person with authority, or the lead, waives a rule. It counts as waived, never as met.

        Raises:
            InvalidInput: no reason, no name, or a role that may not waive.
        """
        batch = self.batch()
        self.programmes.rule(rule_id)
        self._reasoned(batch, reason)
        if not name.strip():
            batch.fault("name", "required")
        if role not in ("lead", "caseworker", "outreach_consultant"):
            batch.fault("role", "not_allowed")
        case, today = self.require(Case, case_id)[1], self.clock.today()
        self._write(
            batch,
            case,
            case_id,
            "waiver",
            today,
            until=until,
            rule=rule_id,
            key=key or None,
            reason=reason,
            name=name,
            role=role,
        )
        return batch.save()

    def settle(self, case_id: str, rule_id: str, state: str, on: date, key: str = "") -> Saved:
        """Say of an obligation from before this program that it was met on a day, or that it is open.

        Raises:
            InvalidInput: a day in the future, or another state than `met` and `open`.
        """
        batch = self.batch()
        self.programmes.rule(rule_id)
        if state not in ("met", "open"):
            batch.fault("state", "not_allowed")
        if on > self.clock.today():
            batch.fault("on", "in_future", date=on)
        case = self.require(Case, case_id)[1]
        self._write(
            batch, case, case_id, "settled", on, rule=rule_id, key=key or None, state=state, name=self.my_name()
        )
        return batch.save()

    def snooze(self, case_id: str, item: str, until: date, reason: str) -> Saved:
        """Leave an item of Today aside until a day, for a reason that the card shows.

        Raises:
            InvalidInput: no reason, or a day that has passed.
        """
        batch, today = self.batch(), self.clock.today()
        self._reasoned(batch, reason)
        if until <= today:
            batch.fault("until", "in_past")
        case = self.require(Case, case_id)[1]
        self._write(batch, case, case_id, "snooze", today, until=until, item=item, reason=reason)
        return batch.save()

    def wake(self, fact_id: str) -> Saved:
        """Bring an item that was left aside back at once; undo leaves it aside again.

        Raises:
            NotFound: it is not left aside.
        """
        stored, fact = self.require(types.Fact, fact_id)
        if fact.kind != "snooze":
            raise NotFound("fact")
        batch = self.batch()
        batch.delete(stored)
        return batch.save()

    def add_fact(
        self,
        case_id: str | None,
        kind: str,
        on: date,
        values: Mapping[str, Any],
        *,
        until: date | None = None,
        programme: str | None = None,
        team: str | None = None,
        replaces: str | None = None,
    ) -> Saved:
        """Any fact of a programme's vocabulary, about a case, or (without one) about the local project or a team.

        Raises:
            InvalidInput: the programme has no such kind, field or code; a last day before the first.
        """
        batch = self.batch()
        case = self.require(Case, case_id)[1] if case_id is not None else None
        name = case.programme if case is not None else programme
        if name is None:
            batch.fault("programme", "required")
            return batch.save()
        self._check_fact(batch, self.programmes.program(name), kind, values)
        if until is not None and until < on:
            batch.fault("until", "end_before_start", start=on, end=until)
        about = (case_id, case) if case_id is not None and case is not None else None
        batch.fact(kind, on, values, cast(Programme, name), about=about, team=team, until=until, replaces=replaces)
        return batch.save()

    def my_name(self) -> str:
        """The name that stands under what is confirmed here."""
        return self.store.me().name

    # parts

    def _check_fact(self, batch: Batch, program: Program, kind: str, values: Mapping[str, Any]) -> None:
        known = program.kinds.get(kind)
        if known is None:
            batch.fault("kind", "no_fact_kind", kind=kind, programme=program.id)
            return
        for name, value in values.items():
            spec = known.fields.get(name)
            if spec is None:
                batch.fault(name, "no_fact_field", kind=kind, known=", ".join(known.fields))
                continue
            for one in value if isinstance(value, list) else [value]:
                if spec.choices and one is not None and one not in spec.choices:
                    batch.fault(name, "no_fact_code", known=", ".join(spec.choices))

    def _reasoned(self, batch: Batch, reason: str) -> None:
        if not reason.strip():
            batch.fault("reason", "required")

    def _write(
        self, batch: Batch, case: Case, case_id: str, kind: str, on: date, *, until: date | None = None, **values: Any
    ) -> None:
        batch.fact(kind, on, values, case.programme, about=(case_id, case), until=until)
