"""What find looks in: names as words in a small sorted table, everything else in one full-text column.

A note's row number is its date and a counter, so that the newest come first without sorting. The text itself is
not kept twice: the index is contentless, and what was indexed is computed again from the record when it leaves
(with `secure-delete`, so that nothing of an erased note stays; security.md 1.6).
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from broker_tui.domain.text import SORT_VERSION, fold
from broker_tui.storage import projection
from sync.records import RECORD_TYPES, Doc

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

VERSION = f"search 2.{SORT_VERSION}"
"""Changes when `fold`, what is indexed or a setting of the index does; then the index is built again."""

MERGED_AT_ONCE = 32
"""Pages of the index that `tidy` writes anew: about 2 ms, and as much as a page of the feed adds."""

PER_DAY = 20
"""Bits for the notes of one day: a million."""

TABLES = (
    """CREATE TABLE note (
        rowid INTEGER PRIMARY KEY, record_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL
    ) STRICT""",
    """CREATE VIRTUAL TABLE note_text USING fts5(
        folded, content='', detail='none', columnsize=0, prefix='2 3', tokenize='unicode61 remove_diacritics 0')""",
    "INSERT INTO note_text (note_text, rank) VALUES ('secure-delete', 1)",
    """CREATE TABLE name_word (
        word TEXT NOT NULL, record_id TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (word, record_id)
    ) STRICT, WITHOUT ROWID""",
)
DATES = {
    "contact": "occurred_on",
    "company_visit": "occurred_on",
    "progression_note": "noted_on",
    "consent": "stated_on",
    "promise": "made_on",
    "goal": "set_on",
    "hours": "start",
    "placement": "start",
}
"""The field that dates a note; others are dated by the day they were written."""
NAMES = {
    "citizen": ("name", "cpr", "local_number", "phone"),
    "company": ("name", "cvr", "p_number", "phone"),
    "company_contact": ("name",),
}
"""Fields that find a person or company by the start of a word."""
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The folded words of a text, as the index cuts them."""
    return _WORD.findall(fold(text))


def text_of(type_name: str, doc: Doc) -> str:
    """The folded text of a record that full-text search looks in; "" if there is none."""
    names = NAMES.get(type_name, ())
    parts = [doc[name] for name in RECORD_TYPES[type_name].text_fields if name not in names and doc.get(name)]
    return fold("\n".join(parts)) if parts and type_name != "staff" else ""


def name_words(type_name: str, doc: Doc) -> set[str]:
    """The words by which a person or company is found first."""
    return {word for name in NAMES.get(type_name, ()) if doc.get(name) for word in words(doc[name])}


def day_of(type_name: str, doc: Doc, entered_at: str) -> str:
    """The ISO date of a record as find shows and orders it."""
    return str(doc.get(DATES.get(type_name, ""), entered_at))[:10]


def place(connection: "Connection", type_name: str, record_id: str, doc: Doc, entered_at: str) -> None:
    """Put a record that stands into the index."""
    text = text_of(type_name, doc)
    if text:
        first = _first(day_of(type_name, doc, entered_at))
        row = connection.execute(
            "SELECT max(rowid) FROM note WHERE rowid >= ? AND rowid < ?", (first, first + (1 << PER_DAY))
        ).fetchone()
        rowid = first if row[0] is None else row[0] + 1
        connection.execute("INSERT INTO note VALUES (?, ?, ?)", (rowid, record_id, type_name))
        connection.execute("INSERT INTO note_text (rowid, folded) VALUES (?, ?)", (rowid, text))
    if type_name in NAMES:
        found = [(word, record_id, type_name) for word in sorted(name_words(type_name, doc))]
        connection.executemany("INSERT OR IGNORE INTO name_word VALUES (?, ?, ?)", found)


def place_all(connection: "Connection", type_name: str, records: Iterable[tuple[str, Doc, str]]) -> None:
    """`place` for many records that were not there before: (id, document, entered at)."""
    following: dict[int, int] = {}
    notes: list[tuple[int, str, str]] = []
    texts: list[tuple[int, str]] = []
    named: list[tuple[str, str, str]] = []
    for record_id, doc, entered_at in records:
        text = text_of(type_name, doc)
        if text:
            first = _first(day_of(type_name, doc, entered_at))
            rowid = following.get(first)
            if rowid is None:
                row = connection.execute(
                    "SELECT max(rowid) FROM note WHERE rowid >= ? AND rowid < ?", (first, first + (1 << PER_DAY))
                ).fetchone()
                rowid = first if row[0] is None else row[0] + 1
            following[first] = rowid + 1
            notes.append((rowid, record_id, type_name))
            texts.append((rowid, text))
        if type_name in NAMES:
            named.extend((word, record_id, type_name) for word in name_words(type_name, doc))
    connection.executemany("INSERT INTO note VALUES (?, ?, ?)", notes)
    texts.sort()  # row numbers in order: the index need not flush its pending terms (FTS5 docs, section 6)
    connection.executemany("INSERT INTO note_text (rowid, folded) VALUES (?, ?)", texts)
    connection.executemany("INSERT OR IGNORE INTO name_word VALUES (?, ?, ?)", sorted(named))


def remove(connection: "Connection", type_name: str, record_id: str, doc: Doc) -> None:
    """Take a record out of the index; `doc` is the document it was put in with."""
    row = connection.execute("SELECT rowid FROM note WHERE record_id = ?", (record_id,)).fetchone()
    if row is not None:
        connection.execute(
            "INSERT INTO note_text (note_text, rowid, folded) VALUES ('delete', ?, ?)",
            (row[0], text_of(type_name, doc)),
        )
        connection.execute("DELETE FROM note WHERE rowid = ?", (row[0],))
    if type_name in NAMES:
        found = [(word, record_id) for word in name_words(type_name, doc)]
        connection.executemany("DELETE FROM name_word WHERE word = ? AND record_id = ?", found)


def tidy(connection: "Connection") -> None:
    """Merge a little of what many small writes have left in pieces.

    Left to itself FTS5 merges 64 pages and more at a time, and whoever commits then waits 30 ms for it.
    """
    connection.execute("INSERT INTO note_text (note_text, rank) VALUES ('merge', ?)", (MERGED_AT_ONCE,))


def same(type_name: str, one: Doc, other: Doc) -> bool:
    """Whether two documents stand in the index alike."""
    names = (*RECORD_TYPES[type_name].text_fields, *NAMES.get(type_name, ()), DATES.get(type_name, ""))
    return all(one.get(name) == other.get(name) for name in names)


def rebuild(connection: "Connection") -> None:
    """Build the whole index again from the records."""
    connection.execute("INSERT INTO note_text (note_text, rank) VALUES ('automerge', 0)")  # see `tidy`
    connection.execute("INSERT INTO note_text (note_text) VALUES ('delete-all')")
    connection.execute("DELETE FROM note")
    connection.execute("DELETE FROM name_word")
    for name in RECORD_TYPES:
        rows = connection.execute(f'SELECT id, doc, entered_at FROM "{name}" WHERE {projection.STANDING}').fetchall()
        place_all(connection, name, [(row[0], projection.loads(row[1]), row[2]) for row in rows])


def on_date(rowid: int) -> date | None:
    """The date a row number stands for."""
    days = rowid >> PER_DAY
    return date.fromordinal(days) if days else None


def _first(day: str) -> int:
    try:
        return date.fromisoformat(day).toordinal() << PER_DAY
    except ValueError:
        return 0
