"""Asking Jira with patience: the client's session, waits that are bounded, refusals with a remedy.

What is asked is in `jira_pages`. The client's own retries are switched off: they give up on most of
what passes by itself, and break on some. Nothing of an answer is in any message.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from connectors.connector import Access, SourceError
from connectors.web import MOST_REDIRECTS, PORTS, Guarded, checked_url
from models.sources import JiraSource, secret_name

API = "/rest/api/3"
PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}  # and every 5xx
NEXT = "the next run tries again"
STRANGE = "answers, but not as Jira does; look at url, proxies and sign-on pages"


class RefusedError(SourceError):
    """A question that Jira refuses; `status` is what it answers."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Patience:
    """How often a question is asked again, and how long is waited in between, in seconds.

    Where Jira says how long, it is waited for exactly so long or not at all: longer than
    `longest_wait`, or than what is left of `longest_in_all` for one sync, is too long.
    """

    tries: int = 7
    first_wait: float = 2.0
    longest_wait: float = 900.0
    longest_in_all: float = 1_800.0
    timeout: tuple[float, float] = (10.0, 60.0)  # to connect, and between two bytes
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class _Again:
    """Why an answer is none yet, and how long Jira asks to wait (None: it does not say)."""

    why: str
    wait: float | None = None


class Asking:
    """Questions to one site."""

    def __init__(self, session: requests.Session, source: JiraSource, patience: Patience) -> None:
        self._session, self._source, self._patience = session, source, patience
        self._waited = 0.0
        self.host = urlsplit(source.url).netloc

    def get(self, path: str, **query: object) -> Any:
        """What is at a path of the interface; a list in the query names several."""
        return self.ask("GET", f"{API}/{path}", query=query)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """The answer to a question that is too long for an address; nothing is changed by it."""
        return self.ask("POST", f"{API}/{path}", body=body)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        shape: type = dict,
    ) -> Any:
        """The payload of an answer.

        Raises:
            RefusedError: it is refused for good; the message has the remedy.
            SourceError: no answer in time, or one in another shape than is asked for.
        """
        for attempt in range(1, self._patience.tries + 1):
            found = self._once(method, path, query, body)
            if isinstance(found, shape):
                return found
            if not isinstance(found, _Again):
                raise SourceError(f"{self.host}: {STRANGE}")
            if attempt < self._patience.tries:
                self._wait(found, attempt)
        raise SourceError(f"{self.host}: {found.why}, {attempt} times in a row; {NEXT}")

    def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
    ) -> Any:
        answer = self._answer(method, path, query, body)
        if isinstance(answer, _Again):
            return answer
        status = answer.status_code
        if "AUTHENTICATED_FAILED" in answer.headers.get("X-Seraph-LoginReason", ""):
            status = HTTPStatus.UNAUTHORIZED  # an old way to answer as if nobody had asked
        if status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _Again(f"answers {status}", _asked_wait(answer))
        if status != HTTPStatus.OK:
            raise RefusedError(f"{self.host}: {self._remedy(int(status), path)}", int(status))
        return self._payload(answer)

    def _answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
    ) -> requests.Response | _Again:
        from jira.exceptions import JIRAError

        url = f"{self._source.url}{path}"
        failure = ""
        try:
            return self._session.request(method, url, params=query, json=body)  # type: ignore[arg-type]
        except JIRAError as error:  # holds the whole answer, so it goes no further
            refused = error.response
        except (requests.exceptions.SSLError, requests.TooManyRedirects) as error:
            failure, refused = type(error).__name__, None
        except (requests.RequestException, HTTPError) as error:
            return _Again(f"cannot be reached ({type(error).__name__})")
        except ValueError:  # of an address that the answer redirects to
            failure, refused = "redirects to what is no address", None
        if isinstance(refused, requests.Response):
            return refused
        raise SourceError(
            f"{self.host}: cannot be asked safely ({failure}); look at its address and certificate"
        )

    def _payload(self, answer: requests.Response) -> Any:
        try:
            return answer.json()
        except (ValueError, RecursionError):
            is_page = "html" in answer.headers.get("Content-Type", "")
        if is_page:
            raise SourceError(
                f"{self.host}: answers with a page instead of data; write the address of the Jira "
                "site itself as url, not that of a sign-in or a portal"
            )
        return _Again("breaks off in the middle of an answer")

    def _wait(self, again: _Again, attempt: int) -> None:
        limits = self._patience
        wait = limits.first_wait * 2 ** (attempt - 1) if again.wait is None else again.wait
        if wait > limits.longest_wait or self._waited + wait > limits.longest_in_all:
            raise SourceError(
                f"{self.host}: {again.why} and would have to be waited for {wait:.0f} s; {NEXT}"
            )
        self._waited += wait
        limits.sleep(wait)

    def _remedy(self, status: int, path: str) -> str:
        user, token = (secret_name(self._source.name, part) for part in ("USER", "TOKEN"))
        match status:
            case HTTPStatus.UNAUTHORIZED:
                return f"refuses the credentials (401); look at {user} and {token}"
            case HTTPStatus.FORBIDDEN:
                return f"forbids {path} (403); give the account of {user} the right to read"
            case HTTPStatus.NOT_FOUND:
                return f"does not know {path} (404); look at url: is it that of a Jira Cloud site?"
            case HTTPStatus.GONE:
                return f"no longer has {path} (410); a newer dottedline may know what replaced it"
        return f"refuses {path} ({status}); look at the settings of the source"


@contextmanager
def opened(source: JiraSource, access: Access, patience: Patience) -> Iterator[Asking]:
    """A session with the site, by the client, that goes only where the settings allow.

    Raises:
        SourceError: the address is not allowed, or a secret is missing.
    """
    from jira import JIRA  # late: it takes longer to load than most commands run

    url = checked_url(source.url, access.internal_hosts)
    client = JIRA(
        server=url,
        basic_auth=(_secret(source, access, "USER"), _secret(source, access, "TOKEN")),
        options={"rest_api_version": "3", "check_update": False},
        get_server_info=False,  # it would ask before the session is guarded
        max_retries=0,
        timeout=patience.timeout,
        logging=False,
    )
    session = client._session
    session.trust_env = False
    session.max_redirects = MOST_REDIRECTS
    for scheme in PORTS:
        session.mount(f"{scheme}://", Guarded(access.internal_hosts))
    try:
        yield Asking(session, source, patience)
    finally:
        session.close()


def _secret(source: JiraSource, access: Access, part: str) -> str:
    found = access.secret(part)
    value = found.get_secret_value().strip() if found else ""  # files and pastes end with a line
    if not value:
        raise SourceError(
            f"{secret_name(source.name, part)} is not set; set it in the environment or in .env"
        )
    return value


def _asked_wait(answer: requests.Response) -> float | None:
    """Seconds to wait by Retry-After: a number, with a fraction or not, or a date.

    A date is taken against that of the answer itself, so that no clock here matters.
    """
    text = answer.headers.get("Retry-After", "").strip()
    try:
        wait = float(text)
        return max(wait, 0.0) if math.isfinite(wait) else None
    except ValueError:
        pass
    try:
        until, now = (parsedate_to_datetime(part) for part in (text, answer.headers["Date"]))
        return max((until - now).total_seconds(), 0.0)
    except (ValueError, TypeError, KeyError):
        return None
