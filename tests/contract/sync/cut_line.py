"""The bytes of one HTTP exchange, without a socket, so that a line can be cut after each of them in milliseconds.

The laptop's real transport on one side, the hub's real web application on the other. What arrives of a cut request is
handed on as a web server would: nothing of half a head, the part of a body and then that the client is gone.
"""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.relay import Way


@dataclass
class Cut:
    """Where the line breaks: after so many bytes of one direction of an exchange.

    Attributes:
        path, nth: which exchange: the first (0), second (1) and so on of those with this path.
        clean: the answer simply ends, as behind a proxy that frames it anew, instead of a broken connection.
    """

    way: Way
    path: str
    nth: int
    after: int
    clean: bool = False
    struck: bool = False


@dataclass
class Size:
    """An exchange: which, and for both ways the bytes of its head and of all of it."""

    path: str
    nth: int
    heads: dict[Way, int] = field(default_factory=dict)
    bytes: dict[Way, int] = field(default_factory=dict)


@dataclass
class CutLine(httpx.BaseTransport):
    """A line to a hub's application; once cut it carries nothing until it is healed.

    Attributes:
        sizes: of each exchange since it was armed: path, number, bytes up and down, and where the heads end.
        broken: requests of which only a part reached the hub's application.
    """

    app: Any
    cut: Cut | None = None
    sizes: "list[Size]" = field(default_factory=list)
    broken: int = 0

    def __post_init__(self) -> None:
        self._runner = asyncio.Runner()
        self._lock = threading.Lock()

    def arm(self, cut: Cut | None) -> None:
        """Break there, or with None nowhere."""
        self.cut, self.sizes = cut, []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange.

        Raises:
            httpx.TransportError: the line broke on the way.
        """
        cut = self.cut
        if cut is not None and cut.struck:
            raise httpx.ConnectError("the line is cut")
        body = request.read()
        head = _head(f"POST {request.url.raw_path.decode('ascii')} HTTP/1.1", request.headers.raw)
        path = request.url.path
        size = Size(path, sum(other.path == path for other in self.sizes))
        size.heads["up"], size.bytes["up"] = head, head + len(body)
        self.sizes.append(size)
        here = cut if cut is not None and (cut.path, cut.nth) == (path, size.nth) else None
        if here is not None and here.way == "up" and here.after < size.bytes["up"]:
            here.struck = True
            if here.after >= head:
                self.broken += 1
                self._ask(request, body[: here.after - head], whole=False)
            raise httpx.WriteError("cut on the way up")
        status, headers, content = self._ask(request, body, whole=True)
        size.heads["down"] = _head(f"HTTP/1.1 {status} OK", headers)
        size.bytes["down"] = size.heads["down"] + len(content)
        if here is not None and here.way == "down" and here.after < size.bytes["down"]:
            here.struck = True
            if here.after < size.heads["down"]:
                raise httpx.RemoteProtocolError("cut in the head")
            stream = _Broken(content[: here.after - size.heads["down"]], here.clean)
            return httpx.Response(status, headers=headers, stream=stream)
        return httpx.Response(status, headers=headers, stream=_Broken(content, True))

    def close(self) -> None:
        """The application stays; others use it."""

    def end(self) -> None:
        """Give the event loop back."""
        self._runner.close()

    def _ask(self, request: httpx.Request, body: bytes, *, whole: bool) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        arriving: list[dict[str, Any]] = [
            {"type": "http.request", "body": body, "more_body": not whole},
            {"type": "http.disconnect"},
        ]
        said: list[dict[str, Any]] = []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path,
            "query_string": b"",
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> dict[str, Any]:
            return arriving.pop(0) if arriving else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        async def exchange() -> None:
            await self.app(scope, receive, send)

        with self._lock:
            self._runner.run(exchange())
        status, headers, content = 500, [], b""
        for message in said:
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                content += message.get("body", b"")
        return status, headers, content


class _Broken(httpx.SyncByteStream):
    """A body that ends there, with or without saying that it is not all."""

    def __init__(self, content: bytes, clean: bool) -> None:
        self.content, self.clean = content, clean

    def __iter__(self) -> Iterator[bytes]:
        yield self.content
        if not self.clean:
            raise httpx.RemoteProtocolError("cut in the body")


def _head(first: str, headers: list[tuple[bytes, bytes]]) -> int:
    """Bytes of a head as they stand on the line."""
    return len(first) + 4 + sum(len(name) + len(value) + 4 for name, value in headers)
