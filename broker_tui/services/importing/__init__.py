"""Bringing a real caseload in: spreadsheets as Danish offices export them, read, mapped, checked and compared.

reading (file -> table) -> mapping (columns -> fields) -> cells (text -> value) -> row_values (row -> values) -> plan
(records, compared three ways) -> one save. Every step is pure but the first and the last.
"""

from broker_tui.services.importing.importer import Importer, ImportReport, Preview, preview_file
from broker_tui.services.importing.mapping import KINDS, ImportKind
from broker_tui.services.importing.reading import ImportFault, UnreadableFile

__all__ = [
    "KINDS",
    "ImportFault",
    "ImportKind",
    "ImportReport",
    "Importer",
    "Preview",
    "UnreadableFile",
    "preview_file",
]
