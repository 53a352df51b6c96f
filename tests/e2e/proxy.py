"""A line between laptop and hub that breaks on demand: an HTTP proxy of our own, in front of a real hub.

A fault is set by name and holds for the paths that contain a word, until it is taken away.
"""

import http.client
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self

Fault = Literal[
    "refused",  # nobody takes the request
    "half_request",  # the network goes while the request is on its way
    "lost_answer",  # the hub did the work, and the answer never came
    "cut",  # the answer stops in the middle of its body
    "500",
    "503",
    "html",  # a login page with 200
    "replay",  # the first answer ever given on this path
    "twice",  # the answer and the answer again
    "slow",  # byte by byte
    "stalled",  # the hub holds the answer back until the fault is taken away
]
HTML = b"<!doctype html><title>Login</title><p>Welcome to the guest network</p>"
PIECE = 400
"""Bytes at once on a slow line."""


@dataclass
class _Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Line:
    """The line to a hub on loopback, as a context manager; `fault` and `on` may be set at any time.

    Attributes:
        fault: what goes wrong, None for a line that works.
        on: a part of the path that is hit; all paths if empty.
        pause: seconds between two pieces on a slow line.
        seen: paths asked for, in order.
        hurt: how often the fault struck.
    """

    hub_port: int
    fault: Fault | None = None
    on: str = ""
    pause: float = 0.05
    seen: list[str] = field(default_factory=list)
    hurt: int = 0

    def __post_init__(self) -> None:
        self._first: dict[str, _Answer] = {}
        line = self

        class Handler(_Handler):
            owner = line

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The hub's address, as the laptop knows it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def set(self, fault: Fault | None, on: str = "") -> None:
        """From now on: this fault."""
        self.fault, self.on, self.hurt = fault, on, 0
        self.seen.clear()

    def ask(self, path: str, headers: list[tuple[str, str]], body: bytes) -> _Answer:
        """The hub's own answer."""
        hub = http.client.HTTPConnection("127.0.0.1", self.hub_port, timeout=60)
        try:
            hub.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                hub.putheader(name, value)
            hub.endheaders(body)
            got = hub.getresponse()
            return self._first_kept(path, _Answer(got.status, got.getheaders(), got.read()))
        finally:
            hub.close()

    def ask_half(self, path: str, headers: list[tuple[str, str]], body: bytes) -> None:
        """Half of the request, and then the network is gone."""
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        with socket.create_connection(("127.0.0.1", self.hub_port), timeout=10) as hub:
            hub.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body[: len(body) // 2])
            hub.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def first(self, path: str) -> _Answer:
        """The first answer that was ever given on this path."""
        return self._first[path]

    def _first_kept(self, path: str, answer: _Answer) -> _Answer:
        if answer.status == 200:
            self._first.setdefault(path, answer)
        return answer

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.fault = None
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A laptop that hangs up is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: Line

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""

    def do_POST(self) -> None:
        """One request, well or badly."""
        line = self.owner
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = list(self.headers.items())
        line.seen.append(self.path)
        fault = line.fault if line.on in self.path else None
        if fault is not None:
            line.hurt += 1
        if fault == "refused":
            self._hang_up()
        elif fault == "half_request":
            line.ask_half(self.path, headers, body)
            self._hang_up()
        elif fault in ("500", "503"):
            self._say(_Answer(int(fault), [("Content-Type", "text/plain")], b"upstream"))
        elif fault == "html":
            self._say(_Answer(200, [("Content-Type", "text/html")], HTML))
        elif fault == "replay":
            line.ask(self.path, headers, body)
            self._say(line.first(self.path))
        else:
            self._passed(line.ask(self.path, headers, body), fault)

    def _passed(self, answer: _Answer, fault: Fault | None) -> None:
        line = self.owner
        while fault == "stalled" and line.fault == "stalled":
            time.sleep(0.02)
        if fault == "lost_answer":
            self._hang_up()
        elif fault == "cut":
            self._say(answer, len(answer.body) // 2)
            self._hang_up()
        elif fault == "twice":
            self._say(_Answer(answer.status, answer.headers, answer.body))
            self._say(_Answer(answer.status, answer.headers, answer.body))
        else:
            self._say(answer, pause=line.pause if fault == "slow" else 0.0)

    def _say(self, answer: _Answer, length: int | None = None, pause: float = 0.0) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        body = answer.body[:length]
        step = PIECE if pause else max(1, len(body))
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            time.sleep(pause)

    def _hang_up(self) -> None:
        """Reset: the other side gets no goodbye."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
