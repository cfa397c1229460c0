"""A web server on 127.0.0.1 for a stand-in: counts what it is asked, and fails where it is told to.

What is answered is the stand-in's own.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request: header names in lower case, the query by name."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer; `endpoint` names what was asked, without ids, for counting."""

    endpoint: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What goes wrong with the next `times` requests to an endpoint (empty: to any).

    answer: `status`, `headers` and `body` instead of the true answer. cut: half of the true one.
    drop: the connection is closed without an answer. hang: nothing comes until the server stops.
    """

    endpoint: str = ""
    kind: Literal["answer", "cut", "drop", "hang"] = "answer"
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    times: int = 1


@dataclass
class Traffic:
    """What a server was asked, by endpoint, and what is to go wrong.

    `kept` has each request with its answer if `is_kept`: for tests only, as it grows.
    """

    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    is_kept: bool = False
    kept: list[tuple[Asked, Reply]] = field(default_factory=list)

    def fault(self, endpoint: str) -> Fault | None:
        """The fault that this request meets; each is used up after so many times."""
        for found in self.faults:
            if found.times > 0 and found.endpoint in ("", endpoint):
                found.times -= 1
                return found
        return None


@contextmanager
def serving(
    reply: Callable[[Asked], Reply], traffic: Traffic | None = None, *, port: int = 0
) -> Iterator[str]:
    """Serves until the block ends; gives `http://127.0.0.1:port` (0: a free port)."""
    server = _Server(reply, traffic if traffic is not None else Traffic(), port)
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        running.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that keeps its connection must not keep the server

    def __init__(self, reply: Callable[[Asked], Reply], traffic: Traffic, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.reply, self.traffic = reply, traffic
        self.stopped, self.lock = threading.Event(), threading.Lock()

    def met(self, asked: Asked) -> tuple[Reply, str]:
        """The answer, and what is to go wrong with it (empty: nothing)."""
        found, traffic = self.reply(asked), self.traffic
        with self.lock:
            traffic.counts[found.endpoint] += 1
            fault = traffic.fault(found.endpoint)
            if fault and fault.kind == "answer":
                found = Reply(found.endpoint, fault.status, fault.body, fault.headers)
            if traffic.is_kept:
                traffic.kept.append((asked, found))
        return found, fault.kind if fault else ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: without it each answer waits 40 ms
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        found, fault = self.server.met(self._asked())
        if fault == "hang":
            self.server.stopped.wait()
        if fault in ("drop", "hang"):
            self.close_connection = True
        else:
            self._send(found, is_cut=fault == "cut")

    def do_POST(self) -> None:
        self.do_GET()

    def _asked(self) -> Asked:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(address.query, keep_blank_values=True)
        return Asked(self.command, address.path, query, headers, body)

    def _send(self, found: Reply, *, is_cut: bool) -> None:
        self.send_response(found.status)
        for name, value in {"Content-Type": "application/json", **found.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body[: len(found.body) // 2] if is_cut else found.body)
        self.close_connection = self.close_connection or is_cut

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: what a server is asked stands in `traffic`."""
