"""What the people of a world do at their laptops: one function per thing, drawn by weight."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from broker_tui.services.handovers import Handovers
from broker_tui.services.ports import Write
from broker_tui.services.programmes import Programmes
from sync.records import SHARED, Doc, Scope, case_scope, new_id
from tests.simulation.history import History
from tests.simulation.laptop import Machine

Act = Callable[["Person"], bool]
_DAY = date(2026, 11, 2)
_TEXTS: dict[str, tuple[str, ...]] = {
    "company": ("note", "tasks", "area", "address"),
    "citizen": ("note", "area", "address"),
    "goal": ("text",),
    "follow_up": ("what", "place", "who"),
}


class Person:
    """Somebody at a laptop for the length of one act."""

    def __init__(self, machine: Machine, chance: Random, history: History, colleagues: list[str]) -> None:
        self.machine, self.chance, self.history, self.colleagues = machine, chance, history, colleagues
        self.acts = ACTS

    def _some(self, sql: str) -> list[str]:
        return [row[0] for row in self.machine.store._rows(f"{sql} ORDER BY id")]

    def _one_of(self, type_name: str, where: str = "deleted = 0") -> str | None:
        found = self._some(f'SELECT id FROM "{type_name}" WHERE {where}')  # noqa: S608  # ours
        return self.chance.choice(found) if found else None

    def _citizen(self) -> str | None:
        return self._one_of("citizen")

    def _write(self, kind: str, type_name: str, record: str, scope: str, patch: Doc | None = None) -> Write:
        return Write(kind, type_name, record, Scope(scope), patch or {})  # type: ignore[arg-type]

    def _scope(self, type_name: str, record: str) -> str:
        stored = self.machine.store.get(type_name, record)
        assert stored is not None
        return stored.scope

    # acts

    def new_company(self) -> bool:
        values = {"name": f"Firma {self.history.token()}", "note": self.history.token()}
        return self.machine.save([self._write("create", "company", new_id(), SHARED, values)])

    def new_citizen(self) -> bool:
        record = new_id()
        values = {"name": f"Person {self.history.token()}", "note": self.history.token()}
        return self.machine.save([self._write("create", "citizen", record, case_scope(record), values)])

    def edit(self) -> bool:
        """Change one or two texts of a record that stands."""
        if self.chance.random() < 0.4:
            return self.edit_where_people_meet()
        type_name = self.chance.choices(tuple(_TEXTS), (4, 2, 1, 1))[0]
        record = self._one_of(type_name)
        if record is None:
            return False
        names = self.chance.sample(_TEXTS[type_name], min(len(_TEXTS[type_name]), self.chance.choice((1, 1, 2))))
        patch: Doc = {name: self.history.token() for name in names}
        if self.chance.random() < 0.1 and type_name != "goal":
            patch = {names[0]: None} if names[0] != "what" else patch
        return self.machine.save([self._write("patch", type_name, record, self._scope(type_name, record), patch)])

    def edit_where_people_meet(self) -> bool:
        """The oldest company's note."""
        companies = self._some("SELECT id FROM company WHERE deleted = 0")
        if not companies:
            return False
        return self.machine.save(
            [self._write("patch", "company", companies[0], SHARED, {"note": self.history.token()})]
        )

    def reschedule(self) -> bool:
        """Fields that merge as one."""
        record = self._one_of("follow_up")
        if record is None:
            return False
        patch: Doc = {"due": self._day()}
        if self.chance.random() < 0.5:
            patch["at"] = f"{self.history.number() % 24:02}:{self.chance.randrange(60):02}:00"
        return self.machine.save([self._write("patch", "follow_up", record, self._scope("follow_up", record), patch)])

    def _day(self) -> str:
        return (_DAY + timedelta(days=self.history.number())).isoformat()

    def contact(self) -> bool:
        citizen = self._citizen()
        if citizen is None:
            return False
        return self.machine.save([self._contact(citizen)])

    def _contact(self, citizen: str) -> Write:
        values = {"citizen_id": citizen, "kind": "phone", "outcome": "reached", "occurred_on": _DAY.isoformat()}
        return self._write("create", "contact", new_id(), case_scope(citizen), values | {"note": self.history.token()})

    def correct(self) -> bool:
        """A contact corrected by a new one."""
        record = self._one_of("contact", "deleted = 0 AND replaced_by IS NULL")
        if record is None:
            return False
        stored = self.machine.store.get("contact", record)
        assert stored is not None
        values = stored.doc | {"note": self.history.token(), "replaces": record}
        return self.machine.save([self._write("create", "contact", new_id(), stored.scope, values)])

    def goal(self) -> bool:
        citizen = self._citizen()
        if citizen is None:
            return False
        values = {"citizen_id": citizen, "kind": "step", "text": self.history.token(), "set_on": _DAY.isoformat()}
        return self.machine.save([self._write("create", "goal", new_id(), case_scope(citizen), values)])

    def visit(self) -> bool:
        """A company visit with its part about a person and what follows: saved together."""
        citizen, company = self._citizen(), self._one_of("company")
        if citizen is None or company is None:
            return False
        day, scope, visit = _DAY.isoformat(), case_scope(citizen), new_id()
        follow: Doc = {"citizen_id": citizen, "what": self.history.token(), "due": self._day()}
        note: Doc = {"company_id": company, "occurred_on": day, "note": self.history.token()}
        writes = [
            self._write("create", "company_visit", visit, SHARED, note),
            self._contact(citizen),
            self._write("create", "follow_up", new_id(), scope, follow),
        ]
        if self.chance.random() < 0.5:
            writes.append(self._write("patch", "company", company, SHARED, {"note": self.history.token()}))
        return self.machine.save(writes)

    def take_away(self) -> bool:
        """Delete or restore."""
        type_name = self.chance.choice(("company", "goal", "follow_up", "contact"))
        kind, where = ("delete", "deleted = 0") if self.chance.random() < 0.6 else ("restore", "deleted = 1")
        record = self._one_of(type_name, where)
        if record is None:
            return False
        return self.machine.save([self._write(kind, type_name, record, self._scope(type_name, record))])

    def move(self) -> bool:
        """A note that was written down about the wrong person."""
        record = self._one_of(self.chance.choice(("contact", "goal")))
        people = self._some("SELECT id FROM citizen WHERE deleted = 0")
        if record is None or len(people) < 2:
            return False
        for type_name in ("contact", "goal"):
            stored = self.machine.store.get(type_name, record)
            if stored is not None:
                to = self.chance.choice([p for p in people if p != stored.doc["citizen_id"]])
                return self.machine.save([self._write("move", type_name, record, case_scope(to), {"citizen_id": to})])
        return False

    def share(self) -> bool:
        """Let a colleague work with a person."""
        citizen = self._citizen()
        if citizen is None or not self.colleagues:
            return False
        values = {"citizen_id": citizen, "staff_id": self.chance.choice(self.colleagues), "role": "substitute"}
        write = self._write(
            "create", "role_assignment", new_id(), case_scope(citizen), values | {"start": "2026-10-01"}
        )
        return self.machine.save([write])

    def part(self) -> bool:
        """End somebody's role, or let it go on."""
        record = self._one_of("role_assignment")
        if record is None:
            return False
        end = None if self.chance.random() < 0.3 else "2026-10-15"
        scope = self._scope("role_assignment", record)
        return self.machine.save([self._write("patch", "role_assignment", record, scope, {"end": end})])

    def settle(self) -> bool:
        conflict = self._one_of("conflict", "deleted = 0 AND state = 'open'")
        if conflict is None:
            return False
        return self.machine.settle(conflict, self.chance.choice(("mine", "theirs", "before")))

    def offer(self) -> bool:
        """Ask a colleague to take a case over."""
        citizen = self._citizen()
        if citizen is None or not self.colleagues:
            return False
        to = self.chance.choice(self.colleagues)
        return self.machine.does(lambda: self._handovers().offer(citizen, to, self.history.token()))

    def answer(self) -> bool:
        """Say yes or no to a case that is offered, or take an offer back."""
        handovers = self._handovers()
        offers = [one for one in handovers.offers() if one.state == "offered"]
        offers = [one for one in offers if one.incoming or self.chance.random() < 0.1]
        if not offers:
            return False
        offer, yes, reason = self.chance.choice(offers), self.chance.random() < 0.8, self.history.token()
        if not offer.incoming:
            return self.machine.does(lambda: handovers.withdraw(offer.id, reason))
        if yes:
            return self.machine.does(lambda: handovers.accept(offer.id))
        return self.machine.does(lambda: handovers.decline(offer.id, reason))

    def _handovers(self) -> Handovers:
        return Handovers(self.machine.store, self.machine.clock, _no_programmes)

    def memo(self) -> bool:
        scope = f"broker:{self.machine.me.staff_id}"
        return self.machine.save([self._write("create", "memo", new_id(), scope, {"text": self.history.token()})])

    def give_up(self) -> bool:
        """Discard a change the hub refused."""
        refused = self.machine.store.refused_rows()
        if not refused:
            return False
        before = {row[1] for row in self.machine.store.journal() if row[10] is None}
        self.machine.store.discard_refused(self.chance.choice(refused).unsent.op_id)
        after = {row[1] for row in self.machine.store.journal() if row[10] is None}
        for op in before - after:
            self.history.saved[op].given_up = True
            self.machine.line.run.taken_away.add(self.history.saved[op].record)
        return True


def _no_programmes() -> Programmes:
    raise AssertionError("only a pack asks for programmes")


ACTS: tuple[tuple[int, Act], ...] = (
    (3, Person.new_company),
    (3, Person.new_citizen),
    (22, Person.edit),
    (4, Person.reschedule),
    (5, Person.contact),
    (1, Person.correct),
    (2, Person.goal),
    (4, Person.visit),
    (3, Person.take_away),
    (1, Person.move),
    (2, Person.share),
    (1, Person.part),
    (4, Person.settle),
    (1, Person.memo),
    (1, Person.give_up),
)


MOVING: tuple[tuple[int, Act], ...] = ((4, Person.offer), (20, Person.answer))
"""What is done besides where cases move from one to another."""


def act(person: Person) -> None:
    """Something drawn by weight; something else if there is nothing to do it with."""
    weights, acts = zip(*person.acts, strict=True)
    for _ in range(4):
        if person.chance.choices(acts, weights)[0](person):
            return
