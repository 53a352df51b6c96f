"""Find: people and companies whose names begin like the typed words, then notes, newest first."""

import json
import re
from collections.abc import Sequence
from typing import Any, Literal

from sqlcipher3 import dbapi2

from broker_tui.domain.text import fold
from broker_tui.domain.views import Hit
from broker_tui.services.ports import Page
from broker_tui.storage import search_index
from broker_tui.storage.ground import Ground
from broker_tui.storage.projection import loads
from broker_tui.storage.records import name_matches
from sync.records import RECORD_TYPES, Doc

SHORTEST = 2
"""Letters a word needs before notes are looked through; names answer to one."""
SNIPPET = 90
_SEPARATED = re.compile(r"(?<=\d)[ \-./](?=\d)")


class SearchPart(Ground):
    """Full-text search over the caseload."""

    def find(self, text: str, *, types: Sequence[str] | None, page: Page) -> list[Hit]:
        """Records whose words begin with every typed word: names first, then notes, newest first."""
        words = search_index.words(text)
        if not words:
            return []
        wanted = list(RECORD_TYPES) if types is None else [name for name in types if name in RECORD_TYPES]
        named = self._found_names(words, text, wanted)
        shown = named[page.offset : page.offset + page.limit]
        found = [(type_name, record_id, None) for type_name, record_id in shown]
        room = page.limit - len(shown)
        long_words = [word for word in words if len(word) >= SHORTEST]
        if room and long_words:
            notes = self._found_notes(long_words, types and wanted, max(0, page.offset - len(named)), room, named)
            found += [(type_name, record_id, rowid) for rowid, type_name, record_id in notes]
        return self._hits(found, words)

    def _found_names(self, words: Sequence[str], text: str, types: Sequence[str]) -> list[tuple[str, str]]:
        tries = [list(words)]
        joined = _SEPARATED.sub("", fold(text)).split()
        if joined != tries[0] and all(word.isalnum() for word in joined):
            tries.append(joined)  # a number typed with its hyphen
        found: list[tuple[str, str]] = []
        for attempt in tries:
            matches, values = name_matches(attempt)
            for kind in ("citizen", "company", "company_contact"):
                if kind in types:
                    rows = self._rows(
                        f"SELECT id FROM {kind} WHERE deleted = 0 AND id IN ({matches}) ORDER BY sort_name, id",
                        values,
                    )
                    found += [(kind, row[0]) for row in rows]
        return list(dict.fromkeys(found))

    def _found_notes(
        self,
        words: Sequence[str],
        types: Sequence[str] | None,
        offset: int,
        limit: int,
        named: Sequence[tuple[str, str]],
    ) -> list[Any]:
        query = " AND ".join(f'"{word}"*' for word in dict.fromkeys(words))
        terms, values = "", []
        if types is not None:
            terms += " AND n.type IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(types)))
        if named:
            terms += " AND n.record_id NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps([record_id for _, record_id in named]))
        try:
            return self._rows(
                f"""SELECT n.rowid, n.type, n.record_id FROM note_text t CROSS JOIN note n ON n.rowid = t.rowid
                    WHERE note_text MATCH ?{terms} ORDER BY t.rowid DESC LIMIT ? OFFSET ?""",
                (query, *values, limit, offset),
            )
        except dbapi2.OperationalError:
            # A letter our Python knows and the index's older Unicode tables do not: look for the rest.
            plain = [word for word in words if word.isascii()]
            return self._found_notes(plain, types, offset, limit, named) if plain and plain != list(words) else []

    def _hits(self, found: Sequence[tuple[str, str, int | None]], words: Sequence[str]) -> list[Hit]:
        docs: dict[str, tuple[str, Doc, str]] = {}
        for type_name in {row[0] for row in found}:
            ids = json.dumps([row[1] for row in found if row[0] == type_name])
            for record_id, scope, doc, entered_at in self._rows(
                f'SELECT id, scope, doc, entered_at FROM "{type_name}" WHERE id IN (SELECT value FROM json_each(?))',
                (ids,),
            ):
                docs[record_id] = (scope, loads(doc), entered_at)
        opened = {key: _opens(kind, key, *docs[key][:2]) for kind, key, _ in found if key in docs}
        names = self._titles({target for _, target in opened.values()})
        hits = []
        for type_name, record_id, rowid in found:
            if record_id not in docs:
                continue
            _, doc, _ = docs[record_id]
            open_type, open_id = opened[record_id]
            title = names.get(open_id) or doc.get("walk_in_name") or doc.get("name") or ""
            on = None if rowid is None else search_index.on_date(rowid)
            hits.append(Hit(type_name, record_id, open_type, open_id, title, snippet(type_name, doc, words), on))
        return hits

    def _titles(self, ids: set[str]) -> dict[str, str]:
        wanted = json.dumps(sorted(ids))
        found = self._rows(
            "SELECT id, name FROM citizen WHERE id IN (SELECT value FROM json_each(?1)) "
            "UNION ALL SELECT id, name FROM company WHERE id IN (SELECT value FROM json_each(?1))",
            (wanted,),
        )
        return {row[0]: row[1] for row in found}


def _opens(
    type_name: str, record_id: str, scope: str, doc: Doc
) -> tuple[Literal["citizen", "company", "walk_in", "memo"], str]:
    """Which card shows a record."""
    if scope.startswith("case:"):
        return "citizen", scope.removeprefix("case:")
    if type_name == "company":
        return "company", record_id
    if type_name == "contact":
        return "walk_in", record_id
    if type_name != "memo" and doc.get("company_id"):
        return "company", doc["company_id"]
    return "memo", record_id


def snippet(type_name: str, doc: Doc, words: Sequence[str]) -> str:
    """The stretch of a record's text around the first word that was looked for, on one line."""
    names = search_index.NAMES.get(type_name, ())
    parts = [doc[name] for name in RECORD_TYPES[type_name].text_fields if name not in names and doc.get(name)]
    tokens = " ".join(" ".join(parts).split()).split(" ")
    hit = next((i for i, token in enumerate(tokens) if any(_begins(token, word) for word in words)), 0)
    start = max(0, hit - 4)
    text = " ".join(tokens[start : hit + 30])
    cut = text if len(text) <= SNIPPET else f"{text[: SNIPPET - 1].rstrip()}…"
    return f"…{cut}" if start else cut


def _begins(token: str, word: str) -> bool:
    return any(part.startswith(word) for part in search_index.words(token))
