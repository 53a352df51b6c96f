"""What the hub writes down while it runs: lines for people, or one JSON object per line for a program.

The JSON lines hold the fields of an allow-list, and of those only numbers and short words. A message is a sentence and
may quote anything, above all one of a library, so no message is written there, and of an exception its type only.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal

Format = Literal["text", "json"]
FIELDS = ("event", "path", "status", "code", "ms", "device", "host", "port", "per_minute")
"""All a line may say beside time, level, logger and the type of an error."""
_WORD = re.compile(r"[A-Za-z0-9_./:-]{0,80}")
TEXT = "%(asctime)s %(levelname)s %(message)s"


class JsonLines(logging.Formatter):
    """One object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; what is not on the list, or is no word, is left out."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        for name in FIELDS:
            value = getattr(record, name, None)
            if isinstance(value, int | float) or (isinstance(value, str) and _WORD.fullmatch(value)):
                line[name] = value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)


def start(form: Format, *, quiet: bool) -> None:
    """Begin to write to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(TEXT))
    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, handlers=[handler])
