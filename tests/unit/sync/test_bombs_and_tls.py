"""T31 and T32: answers made to hurt, and lines that must not be spoken on; over real sockets."""

import datetime
import gzip
import ipaddress
import resource
import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from broker_tui.domain.clock import SystemClock
from broker_tui.vault.device import DeviceSigner, new_device_key
from sync import transport
from sync.errors import Cause, SyncError
from sync.protocol import StatusRequest
from sync.transport import HttpHub

MARKS = b"Content-Type: application/json\r\nSync-Protocol: 2\r\n"
CANARY = "kvaksalverknoglen"


class Peer:
    """Accepts one connection after the other, keeps what it is sent, answers as told until hung up on."""

    def __init__(self, respond: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> None:
        self.heard = b""
        self._respond, self._context = respond, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            with raw:
                try:
                    with self._context.wrap_socket(raw, server_side=True) if self._context else raw as line:
                        self.heard += request(line)
                        self._respond(line)
                except OSError:
                    continue

    def close(self) -> None:
        self._listener.close()


def request(line: socket.socket) -> bytes:
    """One whole request, so that nothing unread cuts the answer off."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return data
        data += piece
    head, _gap, body = data.partition(b"\r\n\r\n")
    rows = head.lower().split(b"\r\n")
    wanted = next((int(row.split(b":")[1]) for row in rows if row.startswith(b"content-length")), 0)
    while len(body) < wanted:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def peer(respond: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    made = Peer(respond, context)
    try:
        yield made
    finally:
        made.close()


def cause(url: str, ca_file: str | None = None) -> Cause:
    line = HttpHub(url, DeviceSigner(new_device_key(), "device"), SystemClock(), ca_file=ca_file)
    try:
        with pytest.raises(SyncError) as caught:
            line.status(StatusRequest())
    finally:
        line.close()
    return caught.value.cause


def endless(start: bytes, piece: bytes, end: float = 20.0) -> Callable[[socket.socket], None]:
    def respond(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n" + MARKS + start + b"\r\n\r\n")
        until = time.monotonic() + end
        while time.monotonic() < until:
            line.sendall(piece)

    return respond


def packed_zeros() -> bytes:
    return gzip.compress(b"0" * (64 * 1024 * 1024), 9)


def once(start: bytes, body: bytes) -> Callable[[socket.socket], None]:
    def respond(line: socket.socket) -> None:
        length = f"Content-Length: {len(body)}".encode()
        line.sendall(b"HTTP/1.1 200 OK\r\n" + MARKS + start + length + b"\r\n\r\n" + body)

    return respond


BOMBS = {
    "gzip": (once(b"Content-Encoding: gzip\r\n", packed_zeros()), Cause.TOO_LARGE),
    "bytes behind a packed answer": (once(b"Content-Encoding: gzip\r\n", gzip.compress(b"{}") + b"x"), Cause.CUT_SHORT),
    "chunked without end": (
        endless(b"Transfer-Encoding: chunked", b"10000\r\n" + b"0" * 65536 + b"\r\n"),
        Cause.TOO_LARGE,
    ),
    "brotli": (once(b"Content-Encoding: br\r\n", b"\x00" * 100), Cause.NOT_THE_HUB),
    "deflate": (once(b"Content-Encoding: deflate\r\n", zlib.compress(b"0" * 1_000_000)), Cause.NOT_THE_HUB),
    "five gigabytes said": (endless(b"Content-Length: 5368709120", b"0" * 65536), Cause.TOO_LARGE),
    "a million deep": (once(b"", b'{"epoch":' + b"[" * 1_000_000), Cause.CUT_SHORT),
    "a million deep and closed": (once(b"", b'{"x":' + b"[" * 500_000 + b"]" * 500_000 + b"}"), Cause.CUT_SHORT),
}


@pytest.mark.parametrize("name", BOMBS)
def test_t31_an_answer_made_to_hurt_is_given_up_soon_and_costs_little(name: str) -> None:
    respond, expected = BOMBS[name]
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with peer(respond) as other:
        found = cause(f"http://127.0.0.1:{other.port}")
    assert found is expected or (expected is Cause.CUT_SHORT and found is Cause.PROTOCOL)
    assert time.monotonic() - started < 15
    if sys.platform == "linux":
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_t31_a_slow_drip_ends_at_the_total_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TOTAL", 0.5)

    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n" + MARKS + b"Content-Length: 1000000\r\n\r\n")
        for _ in range(200):
            line.sendall(b" ")
            time.sleep(0.05)

    started = time.monotonic()
    with peer(drip) as other:
        assert cause(f"http://127.0.0.1:{other.port}") is Cause.TIMED_OUT
    assert time.monotonic() - started < 5
    assert transport.__dict__["TOTAL"] == 0.5


# TLS


class Authority:
    """Makes certificates for this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        ca = x509.BasicConstraints(ca=True, path_length=None)
        made = (
            self._builder(self.name, self.key, 1, self.name)
            .add_extension(ca, critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self.file = folder / "ca.pem"
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int, issuer: x509.Name
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        start = now - datetime.timedelta(days=10)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(now + datetime.timedelta(days=days))
        )

    def context(self, *, host: str = "127.0.0.1", days: int = 1, own: bool = True) -> ssl.SSLContext:
        """A server's context with a certificate for `host`; not `own`: signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub")])
        try:
            alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            alternative = x509.DNSName(host)
        builder = self._builder(name, key, days, self.name if own else name).add_extension(
            x509.SubjectAlternativeName([alternative]), critical=False
        )
        made = builder.sign(self.key if own else key, hashes.SHA256())
        file = self.folder / f"{x509.random_serial_number()}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def good(line: socket.socket) -> None:
    body = b'{"epoch":"e","heads":{},"staff_id":"s","device_id":"d"}'
    line.sendall(b"HTTP/1.1 200 OK\r\n" + MARKS + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


def test_t32_the_right_certificate_is_spoken_to(authority: Authority) -> None:
    with peer(good, authority.context()) as other:
        line = HttpHub(
            f"https://127.0.0.1:{other.port}",
            DeviceSigner(new_device_key(), "device"),
            SystemClock(),
            ca_file=str(authority.file),
        )
        assert line.status(StatusRequest()).epoch == "e"
        line.close()
        assert b"POST /v1/sync/status" in other.heard


@pytest.mark.parametrize("wrong", ["self-signed", "other host", "expired", "unknown authority", "old TLS"])
def test_t32_to_a_wrong_one_no_request_leaves(authority: Authority, tmp_path: Path, wrong: str) -> None:
    contexts: dict[str, Callable[[], ssl.SSLContext]] = {
        "self-signed": lambda: authority.context(own=False),
        "other host": lambda: authority.context(host="hub.example"),
        "expired": lambda: authority.context(days=-1),
        "unknown authority": authority.context,
        "old TLS": authority.context,
    }
    context = contexts[wrong]()
    if wrong == "old TLS":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    trusted = None if wrong == "unknown authority" else str(authority.file)
    with peer(good, context) as other:
        assert cause(f"https://127.0.0.1:{other.port}", trusted) is Cause.TLS
        assert b"POST" not in other.heard


def test_t32_a_redirect_to_plain_http_is_not_followed(authority: Authority) -> None:
    with peer(good) as plain:

        def redirect(line: socket.socket) -> None:
            target = f"http://127.0.0.1:{plain.port}/v1/sync/status"
            line.sendall(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())

        with peer(redirect, authority.context()) as other:
            url = f"https://127.0.0.1:{other.port}"
            assert cause(url, ca_file=str(authority.file)) is Cause.NOT_THE_HUB
        assert plain.heard == b""


def test_t32_a_proxy_in_the_environment_is_not_used(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(good) as proxy, peer(good, authority.context()) as other:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        line = HttpHub(
            f"https://127.0.0.1:{other.port}",
            DeviceSigner(new_device_key(), CANARY),
            SystemClock(),
            ca_file=str(authority.file),
        )
        line.status(StatusRequest())
        line.close()
        assert proxy.heard == b""
        assert b"POST" in other.heard
