"""Write the table of import columns into both guides: `python docs/columns.py`. A test fails when they differ."""

import re
from pathlib import Path

from broker_tui.i18n import use
from broker_tui.i18n.import_words import column_words, kind_words
from broker_tui.services.importing.mapping import COLUMNS

GUIDES = {"da": Path(__file__).parent / "brugervejledning.md", "en": Path(__file__).parent / "user-guide.md"}


def table(language: str) -> str:
    """The columns of every kind of file, with all headings that are understood."""
    use("da" if language == "da" else "en")
    lines = [f"<!-- columns:{language} -->"]
    for kind, fields in COLUMNS.items():
        lines += ["", f"**{kind_words(kind)}** (`{kind}`)", "", "| | |", "|---|---|"]
        lines += [f"| {column_words(field)} | {', '.join(headings)} |" for field, headings in fields.items()]
    return "\n".join([*lines, "", "<!-- /columns -->"])


def with_table(text: str, language: str) -> str:
    """A guide's text with its table as it should be."""
    pattern = rf"<!-- columns:{language} -->(?:.*?<!-- /columns -->)?"
    return re.sub(pattern, lambda _match: table(language), text, flags=re.DOTALL)


if __name__ == "__main__":
    for language, path in GUIDES.items():
        path.write_text(with_table(path.read_text("utf-8"), language), encoding="utf-8")
