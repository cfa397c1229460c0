import gzip
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from connectors import web
from connectors.connector import SourceError
from tests.connectors.loopback import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def asking(*internal_hosts: str, resolve: web.Resolve = web.resolved) -> requests.Session:
    return web.session(internal_hosts, resolve=resolve)


def fetched(session: requests.Session, url: str) -> web.Answer:
    return web.fetched(session, url, most_bytes=1_000, most_seconds=5)


def always(*addresses: str) -> web.Resolve:
    return lambda _host, _port: addresses


def test_a_listed_host_is_reached_over_http(site):
    site.replies["/a"] = (200, {"ETag": '"1"'}, b"here")
    with asking(site.host) as session:
        answer = fetched(session, site.url("/a"))
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"here", '"1"')


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/a", "write https"),
        ("ftp://example.org/a", "write https"),
        ("file:///etc/passwd", "no host"),
        ("https://", "no host"),
        ("https://exa mple.org/", "no host"),
        ("https://example.org:port/", "cannot be read"),
        ("https://[::1", "cannot be read"),
        ("https://me:hunter2@example.org/", "name or password"),
        ("https://127.0.0.1/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://169.254.169.254/latest", "private network"),
        ("https://10.0.0.7/", "private network"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_before_anything_is_sent(url, said):
    with pytest.raises(SourceError, match=said) as refused:
        web.checked_url(url, ())
    assert "hunter2" not in str(refused.value)
    assert "/latest" not in str(refused.value)


@pytest.mark.parametrize(
    "entry", ["files.corp.test", "FILES.corp.test:8443", "files.corp.test:8443"]
)
def test_a_listed_host_may_be_named_with_or_without_its_port(entry):
    url = "http://files.corp.test:8443/a"
    assert web.checked_url(url, (entry,)) == url


def test_a_host_listed_for_one_port_is_refused_at_another():
    with pytest.raises(SourceError, match="http is not safe"):
        web.checked_url("http://files.corp.test:9000/a", ("files.corp.test:8443",))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
        "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)  # fmt: skip
def test_a_public_name_with_a_private_address_is_refused(address):
    with asking(resolve=always(address)) as session, pytest.raises(SourceError, match="private"):
        session.get("https://calendar.example/a")


def test_one_private_address_among_public_ones_is_refused():
    resolve = always("203.0.114.7", "127.0.0.1")
    with asking(resolve=resolve) as session, pytest.raises(SourceError, match="private"):
        session.get("https://calendar.example/a")


def test_a_name_that_answers_otherwise_the_second_time_reaches_nothing(site):
    """The address judged is the address used: each new connection is judged anew."""
    name, port = "rebound.test", site.host.partition(":")[2]
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    guard = web.Guarded((name,), resolve=lambda _host, _port: next(answers))
    with requests.Session() as session:
        session.mount("http://", guard)
        site.replies["/a"] = (200, {"Connection": "close"}, b"once")
        assert session.get(f"http://{name}:{port}/a").text == "once"
        assert site.asked[0][1]["host"] == f"{name}:{port}"
        with pytest.raises(requests.ConnectionError):  # nothing listens on the second address
            session.get(f"http://{name}:{port}/a")
    assert next(answers, None) is None
    assert len(site.asked) == 1


def test_a_name_unlisted_is_judged_at_each_connection():
    answers = iter([["192.0.2.1"], ["127.0.0.1"]])
    session = asking(resolve=lambda _host, _port: next(answers))
    for _ in range(2):
        with pytest.raises(SourceError, match="private"):
            session.get("https://rebinding.test/")


def test_a_redirect_within_a_host_is_followed_with_credentials(site):
    site.replies["/a"] = (302, {"Location": "/b"}, b"")
    site.replies["/b"] = (200, {}, b"there")
    with asking(site.host) as session:
        answer = session.get(site.url("/a"), auth=("me", "secret"))
    assert answer.text == "there"
    assert "authorization" in site.asked[1][1]


@pytest.mark.parametrize("header", ["Authorization", "Cookie", "PRIVATE-TOKEN"])
def test_credentials_never_follow_a_redirect_to_another_host(site, header):
    with serving() as other, asking(site.host, other.host) as session:
        site.replies["/a"] = (302, {"Location": other.url("/b")}, b"")
        with pytest.raises(SourceError, match="must not see the credentials"):
            session.get(site.url("/a"), headers={header: "secret"})
        assert other.asked == []


def test_credentials_never_follow_a_redirect_to_another_scheme(site):
    site.replies["/a"] = (302, {"Location": site.url("/b").replace("http:", "https:")}, b"")
    with asking(site.host) as session, pytest.raises(SourceError, match="must not see the cred"):
        session.get(site.url("/a"), auth=("me", "secret"))


def test_without_credentials_a_redirect_to_another_host_is_followed_if_that_host_may_be_asked(site):
    with serving() as other, asking(site.host, other.host) as session:
        site.replies["/a"] = (301, {"Location": other.url("/b")}, b"")
        other.replies["/b"] = (200, {}, b"moved")
        assert fetched(session, site.url("/a")).body == b"moved"


def test_a_redirect_to_a_private_host_is_refused(site):
    with serving() as hidden, asking(site.host) as session:
        site.replies["/a"] = (302, {"Location": hidden.url("/b")}, b"")
        with pytest.raises(SourceError, match="http is not safe"):
            fetched(session, site.url("/a"))
        assert hidden.asked == []


def test_redirects_without_end_are_left(site):
    site.replies["/a"] = (302, {"Location": "/a"}, b"")
    with asking(site.host) as session, pytest.raises(SourceError, match="without end"):
        fetched(session, site.url("/a"))
    assert len(site.asked) == web.MOST_REDIRECTS + 1


def test_a_body_above_the_cap_is_left(site):
    site.replies["/a"] = (200, {}, b"x" * 1_001)
    with asking(site.host) as session, pytest.raises(SourceError, match="more than 1,000 bytes"):
        fetched(session, site.url("/a"))


def test_a_packed_body_is_measured_unpacked(site):
    site.replies["/a"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 1_000_000))
    with asking(site.host) as session, pytest.raises(SourceError, match="more than 1,000 bytes"):
        fetched(session, site.url("/a"))


def test_a_body_that_drips_is_left():
    """Each byte comes in time; the whole does not."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        is_over = threading.Event()

        def drip() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
                while not is_over.wait(0.05):
                    try:
                        peer.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with asking(host) as session, pytest.raises(SourceError, match="too slowly"):
            web.fetched(session, f"http://{host}/a", most_bytes=1_000, most_seconds=0.2)
        assert time.monotonic() - began < 2
        is_over.set()
        thread.join()


def test_a_request_without_a_time_limit_gets_one(monkeypatch):
    seen = []

    def kept(_self: object, _request: object, **options: object) -> requests.Response:
        seen.append(options["timeout"])
        return requests.Response()

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", kept)
    guard = web.Guarded()
    request = requests.Request("GET", "https://example.org/").prepare()
    guard.send(request, stream=True)
    guard.send(request, stream=True, timeout=1)
    assert seen == [web.TIMEOUT, 1]


@pytest.mark.parametrize(("status", "said"), [(404, "may still be read"), (500, "next run")])
def test_a_failure_names_the_host_and_never_the_path(site, status, said):
    site.replies["/private-secret/basic.ics?key=secret"] = (status, {}, b"secret")
    with asking(site.host) as session, pytest.raises(SourceError, match=said) as failed:
        fetched(session, site.url("/private-secret/basic.ics?key=secret"))
    assert "secret" not in str(failed.value)


def test_a_host_that_is_not_there_says_so_without_the_address():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    with asking(host) as session, pytest.raises(SourceError, match="cannot be reached") as failed:
        fetched(session, f"http://{host}/secret")
    assert "secret" not in str(failed.value)
    assert failed.value.__cause__ is None


def test_proxies_of_the_environment_are_not_used(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    site.replies["/a"] = (200, {}, b"direct")
    with requests.Session() as session:
        session.mount("http://", web.Guarded((site.host,)))
        assert session.get(site.url("/a")).text == "direct"


def test_a_redirect_to_what_is_no_address_is_said(site):
    site.replies["/a"] = (302, {"Location": "http://[::1"}, b"")
    with asking(site.host) as session, pytest.raises(SourceError, match="cannot be reached"):
        fetched(session, site.url("/a"))
