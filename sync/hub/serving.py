"""Runs the hub's app: finds a port, says which, and stops cleanly."""

import gc
import logging
import os
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from sync.hub import logs
from sync.hub.admin import AdminError, opened
from sync.hub.app import make_app
from sync.hub.limits import PER_MINUTE, Limits
from sync.hub.logs import Format
from sync.hub.metrics import Metrics, MetricsServer
from sync.hub.places import Place
from sync.hub.service import HubService

_log = logging.getLogger("jobcenter_hub")
_GRACE_SECONDS = 5
_GARBAGE = 100_000
"""New objects between two searches for garbage: a batch makes thousands and hardly any rings; 10 MB at most wait."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how to serve."""

    host: str = "127.0.0.1"
    port: int = 0
    cert: Path | None = None
    key: Path | None = None
    port_file: Path | None = None
    stop_on_stdin_close: bool = False
    quiet: bool = False
    per_minute: int = PER_MINUTE
    metrics_port: int | None = None
    log_format: Format = "text"


class _Server(uvicorn.Server):
    """Writes the port file at the moment it can be reached."""

    def __init__(self, config: uvicorn.Config, port: int, port_file: Path | None) -> None:
        super().__init__(config)
        self._port = port
        self._port_file = port_file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self._port_file is not None and self.started:
            fresh = self._port_file.with_name(self._port_file.name + ".new")
            fresh.write_text(f"{self._port}\n", encoding="utf-8")
            os.replace(fresh, self._port_file)


def serve_until_stopped(place: Place, listening: Listening) -> None:
    """Serve until a signal, Ctrl+C or, if asked for, the end of standard input.

    Raises:
        AdminError: there is no hub in this place, or the port is taken.
    """
    service = opened(place.folder, place=place)
    logs.start(listening.log_format, quiet=listening.quiet)
    metrics = Metrics()
    watched = _watched(metrics, listening.metrics_port, service)
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    # named as TCP, or asyncio does not switch Nagle's delay off and every answer waits 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":  # there it would let two hubs share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((listening.host, listening.port))
    except OSError as error:
        listener.close()
        if watched is not None:
            watched.close()
        service.store.close()
        where = f"{listening.host}:{listening.port}"
        raise AdminError(f"cannot listen on {where}: {error.strerror}; choose another --port") from None
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        make_app(service, Limits(listening.per_minute, time.monotonic), metrics),
        log_config=None,
        log_level="warning",
        access_log=False,  # it would write addresses; the app writes route, status and time
        server_header=False,
        date_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_certfile=listening.cert,
        ssl_keyfile=listening.key,
    )
    server = _Server(config, port, listening.port_file)
    if listening.stop_on_stdin_close:
        threading.Thread(target=_watch_stdin, args=(server,), daemon=True).start()
    scheme = "https" if listening.cert else "http"
    told = {"event": "listening", "host": listening.host, "port": port}
    _log.info("listening on %s://%s:%s", scheme, listening.host, port, extra=told)
    # uvicorn raises the signal again once it has stopped; by default that would kill us before we tidy up
    signal.signal(signal.SIGTERM, lambda *_: None)
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 20)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
        if watched is not None:
            watched.close()
        if listening.port_file is not None:
            listening.port_file.unlink(missing_ok=True)


def _watched(metrics: Metrics, port: int | None, service: HubService) -> MetricsServer | None:
    if port is None:
        return None
    try:
        server = MetricsServer(metrics, port)
    except OSError as error:
        raise AdminError(
            f"cannot listen on 127.0.0.1:{port}: {error.strerror}; choose another --metrics-port"
        ) from None
    told = {"event": "metrics", "host": "127.0.0.1", "port": server.port}
    _log.info("metrics on http://127.0.0.1:%s/metrics", server.port, extra=told)
    return server


def _watch_stdin(server: uvicorn.Server) -> None:
    # the raw descriptor: a buffered reader would be locked at interpreter exit
    while os.read(0, 1024):
        pass
    server.should_exit = True
