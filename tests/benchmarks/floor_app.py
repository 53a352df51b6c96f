"""The floor of a sync: one gzip body in, executemany into SQLite (WAL, FULL); one gzip body out. No protocol at all.

Run by uvicorn: `python -m tests.benchmarks.floor_app DATABASE PORT_FILE`.
"""

import gzip
import json
import os
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Floor:
    """The ASGI callable."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE r(seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, body TEXT NOT NULL)")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        parts = []
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                break
        answer = self.push(b"".join(parts)) if scope["path"] == "/push" else self.pull()
        headers = [(b"content-encoding", b"gzip"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": gzip.compress(answer, 6)})

    def push(self, body: bytes) -> bytes:
        """Insert the lines of a body."""
        lines = gzip.decompress(body).decode().splitlines()
        rows = [(json.loads(line)["id"], line) for line in lines]
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT INTO r(id, body) VALUES(?,?)", rows)
        self.db.execute("COMMIT")
        return json.dumps({"accepted": len(rows)}).encode()

    def pull(self) -> bytes:
        """All lines."""
        return "\n".join(f"{seq} {body}" for seq, body in self.db.execute("SELECT seq, body FROM r")).encode()


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    fresh = Path(sys.argv[2] + ".new")
    fresh.write_text(str(listener.getsockname()[1]), encoding="utf-8")
    os.replace(fresh, sys.argv[2])
    config = uvicorn.Config(Floor(sys.argv[1]), log_level="error", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])
