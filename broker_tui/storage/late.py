"""What the difference about a late record still says once it was settled: who sent it, and who took it in."""

import json
from collections.abc import Sequence

from broker_tui.domain.views import TakenIn
from broker_tui.storage.ground import Ground, local_moment
from broker_tui.storage.projection import loads
from sync.merge import DELETED

_SETTLED = """SELECT k.record_id, k.doc, s.name, t.name FROM conflict k
    LEFT JOIN staff s ON s.id = json_extract(k.doc, '$.other.staff_id')
    LEFT JOIN staff t ON t.id = json_extract(k.doc, '$.settled_by')
    WHERE k.record_id IN (SELECT value FROM json_each(?)) AND k.state = 'settled' AND k.deleted = 0
    AND json_extract(k.doc, '$.late') ORDER BY json_extract(k.doc, '$.settled_at'), k.id"""


class LatePart(Ground):
    """Reading where records came from that reached the hub after their case had gone on."""

    def taken_in(self, ids: Sequence[str]) -> dict[str, TakenIn]:
        """Which of these records colleagues made and sent after a hand-over, if they were decided about.

        Only a record that stands was taken in; one that was put away is deleted, and whoever shows records knows that.
        """
        me, found = self._me, dict[str, TakenIn]()
        for record_id, text, sender, taker in self._rows(_SETTLED, (json.dumps(list(ids)),)):
            doc = loads(text)
            before, wanted = (doc[side].get("values", {}) for side in ("before", "other"))
            if DELETED not in doc["fields"] or DELETED in before or wanted.get(DELETED):
                continue  # somebody changed, withdrew or brought back what stood here before
            by, settled_by = doc["other"].get("staff_id"), doc.get("settled_by")
            found[record_id] = TakenIn(
                sender or (me.name if by == me.staff_id else None),
                local_moment(doc.get("settled_at")),
                taker or (me.name if settled_by and settled_by == me.staff_id else None),
            )
        return found
