"""A relay before a port: it counts what passes, and breaks after so many bytes of one direction when told to."""

import re
import socket
import struct
import threading
from contextlib import suppress
from typing import Literal

Way = Literal["up", "down"]
Pair = tuple[socket.socket, socket.socket]
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Relay:
    """Passes connections on until it is closed.

    Attributes:
        sent, received: bytes from and to the client.
        requests: requests seen.
        bodies: bytes of the bodies as their heads announced them, both ways.
        struck: it broke since it was armed.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._way: Way | None = None
        self._left = 0
        self._open: list[Pair] = []
        self.struck = False
        self.reset()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def reset(self) -> None:
        """Count anew."""
        self.sent = self.received = self.requests = self.bodies = 0

    def arm(self, way: Way, after: int) -> None:
        """Let `after` more bytes of a direction through, then hang up and take nobody until it is healed."""
        with self._lock:
            self._way, self._left, self.struck = way, after, False

    def heal(self) -> None:
        """A line that works."""
        with self._lock:
            self._way = None

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for pair in list(self._open):
            self._hang_up(pair)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.struck and self._way is not None:
                client.close()
                continue
            pair = client, socket.create_connection(("127.0.0.1", self._port))
            with self._lock:
                self._open.append(pair)
            for way in ("up", "down"):
                threading.Thread(target=self._pump, args=(pair, way), daemon=True).start()

    def _pump(self, pair: Pair, way: Way) -> None:
        source, target = pair if way == "up" else pair[::-1]
        with suppress(OSError):
            while data := source.recv(65536):
                piece, cut = self._let_through(data, way)
                target.sendall(piece)
                if cut:
                    break
        self._hang_up(pair)

    def _let_through(self, data: bytes, way: Way) -> tuple[bytes, bool]:
        with self._lock:
            cut = self._way == way and len(data) > self._left
            piece = data[: self._left] if cut else data
            if self._way == way:
                self._left -= len(piece)
            self.struck = self.struck or cut
            self.bodies += sum(int(length) for length in _LENGTH.findall(data))
            if way == "up":
                self.sent += len(piece)
                self.requests += data.count(b"POST /v1/")
            else:
                self.received += len(piece)
        return piece, cut

    def _hang_up(self, pair: Pair) -> None:
        """Reset, so that nobody waits for a goodbye; each pair once, and never another one than its own."""
        with self._lock:
            if pair not in self._open:
                return
            self._open.remove(pair)
        for one in pair:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)
            one.close()
