"""Counts for whoever watches the hub, in Prometheus' text format: routes, statuses, codes, times; no ids, nobody.

Label values come from the fixed lists of routes and codes only, so that nothing a laptop sends can become a label.
Served on a port of its own, on this machine only.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What one process has answered since it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, int, str]] = Counter()
        self._slots: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._alarms = 0

    def answered(self, path: str, status: int, code: str, seconds: float) -> None:
        """One request; `code` is that of its problem, or empty."""
        with self._lock:
            self._answers[path, status, code] += 1
            slots = self._slots.setdefault(path, [0] * (len(BOUNDS) + 1))
            slots[next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))] += 1
            self._seconds[path] = self._seconds.get(path, 0.0) + seconds

    def alarmed(self) -> None:
        """A laptop asked far more often than it may."""
        with self._lock:
            self._alarms += 1

    def text(self) -> str:
        """Everything, as Prometheus reads it."""
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield "# HELP hub_answers_total Answered requests by route, status and problem code."
        yield "# TYPE hub_answers_total counter"
        for (path, status, code), n in sorted(self._answers.items()):
            yield f'hub_answers_total{{path="{path}",status="{status}",code="{code}"}} {n}'
        yield "# HELP hub_answer_seconds Time from the first byte read to the answer."
        yield "# TYPE hub_answer_seconds histogram"
        for path, slots in sorted(self._slots.items()):
            below = 0
            for bound, n in zip((*map(str, BOUNDS), "+Inf"), slots, strict=True):
                below += n
                yield f'hub_answer_seconds_bucket{{path="{path}",le="{bound}"}} {below}'
            yield f'hub_answer_seconds_sum{{path="{path}"}} {self._seconds[path]:.6f}'
            yield f'hub_answer_seconds_count{{path="{path}"}} {below}'
        yield "# HELP hub_limit_alarms_total Laptops that asked three times as often as they may."
        yield "# TYPE hub_limit_alarms_total counter"
        yield f"hub_limit_alarms_total {self._alarms}"


class MetricsServer:
    """`GET /metrics` on 127.0.0.1, until it is closed."""

    def __init__(self, metrics: Metrics, port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/metrics"
                body = metrics.text().encode() if found else b""
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", MEDIA_TYPE)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def version_string(self) -> str:
                return "jobcenter-hub"

            def log_message(self, *_: object) -> None:
                """Nothing: it would write addresses."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
