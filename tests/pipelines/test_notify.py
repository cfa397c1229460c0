"""Failures reach a real mail server and a real webhook on loopback, and nothing personal does."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from pipelines.notify import Failure, NotifyError, tell

FAILURE = Failure(run_id="run-1", steps=("acts/reviews",), kind="ChecksFailed", is_published=False)


class Inbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def mail_server() -> Iterator[tuple[Inbox, dict[str, str]]]:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield (
        inbox,
        {"DOTTEDLINE_SMTP_HOST": "127.0.0.1", "DOTTEDLINE_SMTP_PORT": str(controller.port)},
    )
    controller.stop()


class Hook(BaseHTTPRequestHandler):
    """A webhook; /gone answers 410 and /elsewhere redirects."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = {"/gone": 410, "/elsewhere": 302}.get(self.path, 200)
        self.server.seen.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/other")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Stay silent in tests."""


@pytest.fixture
def webhook() -> Iterator[tuple[list[tuple[str, Any]], str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.seen, f"127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_mail_says_run_step_kind_and_what_to_do(mail_server):
    inbox, environ = mail_server
    tell(FAILURE, "oncall@example.test", sender="", internal_hosts=(), environ=environ)
    [envelope] = inbox.envelopes
    text = envelope.content.decode()
    assert envelope.rcpt_tos == ["oncall@example.test"]
    assert all(part in text for part in ("run-1", "acts/reviews", "ChecksFailed", "dottedline run"))


def test_mail_without_a_server_says_what_to_set():
    with pytest.raises(NotifyError, match="DOTTEDLINE_SMTP_HOST"):
        tell(FAILURE, "oncall@example.test", sender="", internal_hosts=(), environ={})


def test_mail_server_away_is_one_line_without_address():
    environ = {"DOTTEDLINE_SMTP_HOST": "127.0.0.1", "DOTTEDLINE_SMTP_PORT": str(free_port())}
    with pytest.raises(NotifyError) as caught:
        tell(FAILURE, "oncall@example.test", sender="", internal_hosts=(), environ=environ)
    assert "oncall" not in str(caught.value)


def test_password_never_goes_out_in_clear(mail_server, monkeypatch):
    inbox, environ = mail_server
    monkeypatch.setattr("pipelines.notify._LOOPBACK", ())
    login = {"DOTTEDLINE_SMTP_USER": "u", "DOTTEDLINE_SMTP_PASSWORD": "p"}
    with pytest.raises(NotifyError, match="encryption"):
        tell(FAILURE, "a@example.test", sender="", internal_hosts=(), environ=environ | login)
    assert inbox.envelopes == []


def test_webhook_gets_json_that_chats_show(webhook):
    seen, host = webhook
    tell(FAILURE, f"http://{host}/night", sender="", internal_hosts=[host], environ={})
    [(path, body)] = seen
    assert path == "/night"
    assert body["run_id"] == "run-1"
    assert "nothing published" in body["text"]


def test_webhook_without_encryption_must_be_internal(webhook):
    seen, host = webhook
    with pytest.raises(NotifyError, match="internal_hosts"):
        tell(FAILURE, f"http://{host}/night", sender="", internal_hosts=[], environ={})
    assert seen == []


def test_webhook_that_refuses_is_an_error(webhook):
    _, host = webhook
    with pytest.raises(NotifyError, match="410"):
        tell(FAILURE, f"http://{host}/gone", sender="", internal_hosts=[host], environ={})


def test_webhook_redirects_are_not_followed(webhook):
    seen, host = webhook
    with pytest.raises(NotifyError, match="302"):
        tell(FAILURE, f"http://{host}/elsewhere", sender="", internal_hosts=[host], environ={})
    assert [path for path, _ in seen] == ["/elsewhere"]
