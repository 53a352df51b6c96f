"""What the journal shows: histories, what is unsent, what the hub refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from broker_tui.domain.views import ChangeRow, LogRow, NotFound, RefusedRow, Registration
from broker_tui.services.ports import Page
from broker_tui.storage import quarantine
from broker_tui.storage.changes import CHANGE, ChangesPart
from broker_tui.storage.ground import moment
from broker_tui.storage.projection import loads
from sync.protocol import Problem
from sync.records import Scope, new_id

if TYPE_CHECKING:
    from datetime import datetime

_LOG = """SELECT o.op, o.type, o.record_id, o.kind, o.patch, o.at, o.staff, s.name, o.device, o.mine, o.ack_status,
    o.problem, o.undoes, o.tx, o.acked_at, o.receipt FROM op o LEFT JOIN staff s ON s.id = o.staff"""
_DROPPED = "('discarded', 'folded')"
_OF_COMPANY = """o.record_id IN (WITH RECURSIVE kin (id) AS (SELECT ? UNION ALL
    SELECT k.id FROM kin JOIN company k ON k.same_as = kin.id AND k.id > kin.id)
    SELECT id FROM kin UNION ALL SELECT n.id FROM company_contact n JOIN kin ON n.company_id = kin.id
    UNION ALL SELECT v.id FROM company_visit v JOIN kin ON v.company_id = kin.id)"""
"""A company under all its ids, with its people and visits."""


class HistoryPart(ChangesPart):
    """Reading the journal, and deciding what becomes of refused operations."""

    def last_undoable(self) -> LogRow | None:
        """The newest own save that is no undo and was not undone; `op_id` is its transaction."""
        row = self._row(
            f"""{_LOG} WHERE o.mine = 1 AND o.undoes IS NULL AND o.op = o.tx
                AND (o.ack_status IS NULL OR o.ack_status NOT IN {_DROPPED})
                AND NOT EXISTS (SELECT 1 FROM op u WHERE u.undoes = o.tx) ORDER BY o.seq DESC LIMIT 1"""
        )
        return None if row is None else self._log_row(row)

    def log(self, *, scope: Scope | None, record_id: str | None, company_id: str | None, page: Page) -> list[LogRow]:
        """What happened in a scope, to a record, or to a company with its people and visits; newest first."""
        terms: list[str] = []
        values: list[Any] = []
        if scope is not None:
            terms.append("o.scope = ?")
            values.append(scope)
        if record_id is not None:
            terms.append("o.record_id = ?")
            values.append(record_id)
        if company_id is not None:
            terms.append(_OF_COMPANY)
            values.append(company_id)
        where = f"WHERE {' AND '.join(terms)}" if terms else ""
        found = self._rows(f"{_LOG} {where} ORDER BY o.seq DESC LIMIT ? OFFSET ?", (*values, page.limit, page.offset))
        registered = self._registered((row[1], row[2]) for row in found)
        return [self._log_row(row, registered.get(row[2], ())) for row in found]

    def unsent_rows(self, page: Page) -> list[ChangeRow]:
        """Saved changes the hub has not confirmed, newest first: what somebody has just done stands on top."""
        found = self._rows(
            f"{CHANGE} WHERE o.ack_status IS NULL ORDER BY o.seq DESC LIMIT ? OFFSET ?", (page.limit, page.offset)
        )
        return self._change_rows(found)

    def refused_rows(self) -> list[RefusedRow]:
        """Changes the hub refused, oldest first."""
        found = self._rows(f"{CHANGE} WHERE o.ack_status IS NULL AND o.problem IS NOT NULL ORDER BY o.seq")
        refused = []
        for row, unsent in zip(found, self._change_rows(found), strict=True):
            problem = Problem(**loads(row[6]))
            refused.append(RefusedRow(unsent, problem.code, problem.detail, problem.pointer))
        return refused

    def scope_unsent(self, scope: Scope) -> int:
        """How many changes in a scope the hub has not confirmed."""
        row = self._row(
            "SELECT count(*) FROM op INDEXED BY op_pending WHERE ack_status IS NULL AND scope = ?", (scope,)
        )
        return int(row[0])

    def discard_refused(self, op_id: str) -> None:
        """Give up a refused change and what was built on it; the hub's word stands again.

        Raises:
            NotFound: no such refused change.
        """
        with self._writing() as transaction:
            if not quarantine.discard(transaction, op_id):
                raise NotFound("op")

    def retry_refused(self, op_id: str) -> None:
        """Send a refused change again, with what was corrected since.

        Raises:
            NotFound: no such refused change.
        """
        with self._writing() as transaction:
            if not quarantine.retry(transaction, op_id, new_id()):
                raise NotFound("op")

    def _log_row(self, row: Sequence[Any], registered: tuple[Registration, ...] = ()) -> LogRow:
        op, type_name, record_id, kind, patch, at, staff, name, device, mine, ack, problem, undoes, tx = row[:14]
        confirmed, receipt = row[14:]
        me = self._me
        label = me.device_name if device == me.device_id else device
        who = name or (me.name if staff == me.staff_id else None)
        fields = tuple(loads(patch)) if patch else ()
        return LogRow(
            op,
            type_name,
            record_id,
            kind,
            fields,
            _at(at),
            who,
            label,
            bool(mine),
            _sent(mine, ack, problem),
            undoes,
            tx if mine else "",
            moment(confirmed) if mine and receipt else None,
            receipt or "",
            registered,
        )


def _sent(mine: int, ack: str | None, problem: str | None) -> Literal["unsent", "sent", "refused", "received"]:
    if not mine:
        return "received"
    if ack is None:
        return "refused" if problem else "unsent"
    return "refused" if ack == "discarded" else "sent"


def _at(stamp: str) -> "datetime":
    return moment(stamp)
