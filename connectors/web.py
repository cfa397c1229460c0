"""Requests that go only where they may: https, and no private network unless the settings name it.

`Guarded` is mounted on any session, so that clients made by others are bound by it too. It judges
the address that a name resolves to and connects to that very address: a name that answers otherwise
the second time reaches nothing. What is asked of a service is in the module of each source.
"""

import ipaddress
import re
import socket
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util import connection as plain

from connectors.connector import SourceError

TIMEOUT = (10.0, 60.0)  # seconds to connect, and between two bytes; for callers that set none
MOST_REDIRECTS = 5
# Of one answer, for callers that set none: ten thousand changes of tickets have a twentieth of it.
MOST_BYTES, MOST_SECONDS = 256 * 1024 * 1024, 300.0
CHUNK = 64 * 1024
UNPACKED = {"Accept-Encoding": "identity"}
PORTS = {"http": 80, "https": 443}
CREDENTIALS = {"authorization", "cookie", "private-token", "x-api-key"}  # headers, lower case
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]")

Resolve = Callable[[str, int], Sequence[str]]


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system knows them.

    Raises:
        OSError: it has none.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def checked_url(url: str, internal_hosts: Collection[str]) -> str:
    """The address itself, if it may be asked: https, and a host that is not on a private network.

    Hosts in `internal_hosts` (`host`, or `host:port` for that port alone) may be asked over http
    and may be private. A name is not resolved here; `Guarded` does that when it connects.

    Raises:
        SourceError: it may not; the message names the host, never path or query, and the remedy.
    """
    host, port, scheme = _parts(url)
    if _is_listed(host, port, internal_hosts):
        return url
    if scheme != "https":
        raise SourceError(
            f'{host}: http is not safe; write https, or add "{host}:{port}" to '
            "privacy.internal_hosts if it is your own"
        )
    if _is_address(host):
        _refuse_private(host, host, port)
    return url


class Guarded(HTTPAdapter):
    """A transport for `requests` that refuses to go where it may not; mount it on both schemes.

    Each connection resolves its host, refuses loopback, link-local, metadata and private addresses
    unless the host is listed, and connects to the address it judged. A request with credentials
    is not sent on to another scheme, host or port. Proxies of the environment are not used: they
    would resolve names by themselves. A request without a time limit gets `TIMEOUT`, and an answer
    that is not streamed has come whole, of a bounded size and within a bounded time.

    Raises (from `send`):
        SourceError: refused, too large, or too slow; the message names the host and the remedy.
    """

    def __init__(
        self, internal_hosts: Collection[str] = (), *, resolve: Resolve = resolved, **options: Any
    ) -> None:
        self._internal_hosts = tuple(internal_hosts)
        self._resolve = resolve
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Connections of this adapter alone are guarded ones."""
        super().init_poolmanager(*args, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _guarded_pools(self.connect)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Sends one request where it may go; a redirect is judged before it is followed."""
        url = checked_url(str(request.url), self._internal_hosts)
        limits = TIMEOUT if timeout is None else timeout
        answer = super().send(request, stream=stream, timeout=limits, verify=verify, cert=cert)
        if answer.is_redirect and CREDENTIALS & {name.lower() for name in request.headers}:
            target = urljoin(url, answer.headers["location"])
            if _parts(target) != _parts(url):
                answer.close()
                raise SourceError(
                    f"{_parts(url)[0]}: redirects to {_parts(target)[0]}, which must not see the "
                    "credentials; put the address that it moved to in the settings"
                )
        if not stream:
            by = time.monotonic() + MOST_SECONDS
            try:  # as `requests` would read it next, without any bound
                answer._content = _body(answer, _parts(url)[0], MOST_BYTES, by)
            except BaseException:
                answer.close()
                raise
        return answer

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A socket to the address that was judged."""
        host, port = connection.host.strip("[]").lower(), connection.port or 0
        try:
            addresses = self._resolve(host, port)
        except socket.gaierror as error:
            raise NameResolutionError(host, connection, error) from error
        if not _is_listed(host, port, self._internal_hosts):
            for address in addresses:
                _refuse_private(address, host, port)
        try:
            return _first_open(addresses, connection)
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, f"{host}: no connection in time") from error
        except OSError as error:
            raise NewConnectionError(connection, f"{host}: no connection") from error


def session(internal_hosts: Collection[str], *, resolve: Resolve = resolved) -> requests.Session:
    """A session without credentials, proxies or anything else of the environment, guarded."""
    made = requests.Session()
    made.trust_env = False
    made.max_redirects = MOST_REDIRECTS
    for scheme in PORTS:
        made.mount(f"{scheme}://", Guarded(internal_hosts, resolve=resolve))
    return made


@dataclass(frozen=True)
class Answer:
    """What came back: 200 with its body, or 304 and nothing new."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def fetched(
    asking: requests.Session,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    most_bytes: int,
    most_seconds: float,
) -> Answer:
    """A whole answer, of a bounded size (unpacked) and within a bounded time.

    Raises:
        SourceError: refused, unreachable, too large, too slow, or any status but 200 and 304; the
            message names the host, never path or query, which may hold a secret.
    """
    host = _parts(url)[0]
    by = time.monotonic() + most_seconds
    try:
        with asking.get(url, headers=UNPACKED | dict(headers or {}), stream=True) as answer:
            if answer.status_code not in (200, 304):
                raise SourceError(f"{host}: answers {answer.status_code}; {_remedy(answer)}")
            body = _body(answer, host, most_bytes, by)
            return Answer(answer.status_code, body, answer.headers)
    except requests.TooManyRedirects:
        raise SourceError(f"{host}: redirects without end; look at its address") from None
    except (requests.RequestException, HTTPError, ValueError) as error:  # may quote the address
        raise SourceError(
            f"{host}: cannot be reached ({type(error).__name__}); look at its address, the "
            "network and its certificate"
        ) from None


def _body(answer: requests.Response, host: str, most_bytes: int, by: float) -> bytes:
    parts, size = [], 0
    while part := answer.raw.read1(CHUNK, decode_content=True):  # what is there, be it one byte
        parts.append(part)
        size += len(part)
        if size > most_bytes:
            raise SourceError(f"{host}: sends more than {most_bytes:,} bytes; name a smaller part")
        if time.monotonic() > by:
            raise SourceError(f"{host}: sends too slowly; the next run tries again")
    return b"".join(parts)


def _remedy(answer: requests.Response) -> str:
    if answer.status_code in (401, 403, 404, 410):
        return "look at its address, and whether it may still be read"
    return "the next run tries again"


def _parts(url: str) -> tuple[str, int, str]:
    """Host in lower case, port and scheme of an address.

    Raises:
        SourceError: it is none that could be asked.
    """
    try:
        split = urlsplit(url)
        host, port = (split.hostname or ""), split.port
    except ValueError:
        raise SourceError("an address cannot be read; write https://host/path") from None
    if split.username is not None or split.password is not None:
        raise SourceError(
            "an address has a name or password before its host; leave it out, secrets come from "
            "the environment or .env"
        )
    shown = f"[{host}]" if ":" in host else host
    if split.scheme not in PORTS or not HOST.fullmatch(shown):
        raise SourceError("an address names no host that can be asked; write https://host/path")
    return host.rstrip("."), port or PORTS[split.scheme], split.scheme


def _is_listed(host: str, port: int, internal_hosts: Collection[str]) -> bool:
    listed = {entry.lower() for entry in internal_hosts}
    shown = f"[{host}]" if ":" in host else host
    return not listed.isdisjoint({host, shown, f"{shown}:{port}"})


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refuse_private(address: str, host: str, port: int) -> None:
    """Raises a SourceError for an address that is not on the public network.

    Source: METHOD 11.4 (loopback, link-local, metadata and private ranges); the IANA registries
    of special addresses, as the standard library has them.
    """
    for found in _meant(ipaddress.ip_address(address.partition("%")[0])):
        if not found.is_global or found.is_multicast or found.is_reserved:
            raise SourceError(
                f'{host}: is on a private network; add "{host}:{port}" to '
                "privacy.internal_hosts if it is your own"
            )


def _meant(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The address itself and the IPv4 address that it wraps."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address, *([address.sixtofour] if address.sixtofour else [])]


def _first_open(addresses: Sequence[str], connection: HTTPConnection) -> socket.socket:
    """A socket to the first address that answers; the last failure if none does."""
    failure = OSError("no address")
    for address in addresses:
        try:
            opened = plain.create_connection(
                (address, connection.port or 0),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            failure = error
        else:
            sys.audit("http.client.connect", connection, address, connection.port)
            return opened
    raise failure


def _guarded_pools(
    connect: Callable[[HTTPConnection], socket.socket],
) -> dict[str, type[HTTPConnectionPool]]:
    """Pools whose connections open their sockets by `connect`; name and certificate stay."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Secured(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecuredPool(HTTPSConnectionPool):
        ConnectionCls = Secured

    return {"http": PlainPool, "https": SecuredPool}
