"""How the hub's statements find their rows: by an index, whatever else the database holds."""

from pathlib import Path
from typing import Any

from sqlalchemy import event

from sync.hub.store import Store
from sync.protocol import StatusRequest
from tests.hub_lab import Lab, contact, edit

GROWING = ("op", "record", "feed_entry", "open_conflict", "scope_grant", "feed_chain", "receipt")


def a_day(lab: Lab) -> None:
    """Two brokers with one case: new records, a merge, a difference, a look at the feeds."""
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen("Person")
    ida.push(create, *(contact(who, f"nr. {n}") for n in range(3)))
    lab.admin.assign(who, "Jon")
    for laptop in (ida, jon):
        laptop.pull()
    scope = f"case:{who}"
    ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}))
    jon.push(edit("citizen", who, scope, 1, {"area": "Syd"}))
    jon.push(edit("citizen", who, scope, 1, {"phone": "11223344"}))
    lab.service.status(ida.actor, StatusRequest(cursors=ida.cursors))
    ida.pull()


def test_no_statement_of_a_push_or_a_pull_reads_a_whole_table(tmp_path: Path) -> None:
    lab = Lab.at(tmp_path / "hub")
    asked: dict[str, Any] = {}

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            asked[statement] = parameters[0] if many else parameters

    store: Store = lab.service.store
    event.listen(store.engine, "before_cursor_execute", note)
    a_day(lab)
    event.remove(store.engine, "before_cursor_execute", note)
    assert len(asked) > 20
    walked = []
    with store.read() as conn:
        for statement, parameters in asked.items():
            for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                verb, _, rest = str(row[3]).partition(" ")
                # searched by the tenant alone is read whole too: most hubs have one
                if rest.split(" ")[0] in GROWING and (verb == "SCAN" or str(row[3]).endswith("(tenant=?)")):
                    walked.append((row[3], statement))
    store.close()
    assert not walked
