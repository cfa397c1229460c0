"""Queries to GitHub, asked with patience: limits are waited for, failures tried again.

Through PyGithub's call for GraphQL, without its own retries, which know neither of the limits that
come in a 200 nor a pause after a 502. What a failure means is in `github_failures`.
"""

import logging
import time
from collections.abc import Callable, Collection, ItemsView, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from pydantic import SecretStr
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as SlowError

from connectors.connector import SourceError
from connectors.github_failures import Answer, Failure, judged
from connectors.web import Guarded, checked_url

USER_AGENT = "dottedline"
FIRST_PAUSE = 2.0  # seconds; doubles with each try
PAUSE_OF_LIMIT = 60.0  # seconds, where GitHub does not say how long; its documents ask for a minute
MOST_BYTES, MOST_SECONDS = 64 * 1024 * 1024, 120.0  # of one answer
CHUNK = 64 * 1024
MOST_SAID = 3_700.0  # seconds: a budget is full again within the hour


class TooHeavyError(SourceError):
    """A query that GitHub cannot answer in its ten seconds; ask for less at once."""


class SpentError(SourceError):
    """Limits were waited for as long as a sync may wait."""


@dataclass
class Patience:
    """How long a sync waits, in seconds: for one answer, and for limits in all.

    `tries` is how often a query is asked that fails without a reason.
    """

    sleep: Callable[[float], None] = time.sleep
    timeout: int = 30
    longest: float = 3_900.0
    tries: int = 4
    waited: float = field(default=0.0, init=False)

    def wait(self, seconds: float) -> bool:
        """Waits, unless that would be longer than all waits together may be."""
        if self.waited + seconds > self.longest:
            return False
        self.waited += seconds
        self.sleep(seconds)
        return True


class Hub:
    """A GitHub that can be asked; close it when all is asked."""

    def __init__(
        self,
        url: str,
        token: SecretStr,
        internal_hosts: Collection[str] = (),
        patience: Patience | None = None,
    ) -> None:
        self.host = checked_url(url, internal_hosts).partition("//")[2].partition("/")[0]
        self.patience = patience or Patience()
        self._requester = _requester(url, token, internal_hosts, self.patience.timeout)

    def close(self) -> None:
        """Closes its connections."""
        self._requester.close()

    def asked(self, query: str, values: Mapping[str, Any], *, is_divisible: bool = False) -> Answer:
        """The answer to a query, perhaps in part.

        A query that is divisible is not tried again when it is too heavy.

        Raises:
            TooHeavyError: GitHub cannot answer in its time; ask for less.
            SpentError: limits last longer than may be waited.
            SourceError: refused or unreachable; the message has the remedy.
        """
        tried = limited = 0
        while True:
            found = self._once(query, values)
            if isinstance(found, Answer):
                return found
            if found.kind == "refused":
                raise SourceError(f"{self.host}: {found.text}")
            if found.kind == "limited":
                self._wait_for_limit(found, limited)
                limited += 1
                continue
            tried += 1
            is_last = tried >= self.patience.tries
            if found.kind == "heavy" and (is_divisible or is_last):
                raise TooHeavyError(f"{self.host}: {found.text}; the next run tries again")
            if is_last or not self.patience.wait(self._pause(found, tried)):
                raise SourceError(f"{self.host}: {found.text}; the next run tries again")

    def _pause(self, found: Failure, tried: int) -> float:
        said = FIRST_PAUSE * 2.0 ** (tried - 1)
        return max(said, min(found.seconds or 0.0, MOST_SAID))

    def _wait_for_limit(self, found: Failure, limited: int) -> None:
        doubled = PAUSE_OF_LIMIT * 2.0 ** min(limited, 6)
        seconds = doubled if found.seconds is None else max(found.seconds, 1.0)
        if seconds > MOST_SAID or not self.patience.wait(seconds):
            raise SpentError(
                f"{self.host}: {found.text} for longer than a sync waits; the next run goes on, or "
                "give this source a token of its own"
            )

    def _once(self, query: str, values: Mapping[str, Any]) -> Answer | Failure:
        """One request. What PyGithub raises quotes the answer, so none of it goes further."""
        from github import GithubException  # late: half a second

        try:
            _, body = self._requester.graphql_query(query, dict(values))
        except GithubException as error:
            status, body, headers = error.status, error.data, error.headers or {}
        except BREAKS as error:
            return _broken(error)
        else:
            status, headers = 200, {}
        return judged(status, body, headers)


BREAKS = (
    requests.RequestException, HTTPError, RuntimeError,
    ValueError, TypeError, AttributeError, KeyError,  # of PyGithub, over an answer that is damaged
)  # fmt: skip


def _broken(error: Exception) -> Failure:
    """What a request that brought no answer means."""
    if isinstance(error, requests.exceptions.InvalidHeader):
        return Failure("refused", "cannot take the token: it is of several lines; set it anew")
    if isinstance(error, requests.ConnectTimeout):
        return Failure("again", "cannot be reached in time; look at url and the network")
    if isinstance(error, requests.Timeout | SlowError):
        return Failure("heavy", "gives no answer in time")
    if isinstance(error, requests.RequestException | HTTPError):
        return Failure("again", f"cannot be reached ({type(error).__name__}); look at url")
    if isinstance(error, RuntimeError):
        return Failure("refused", "redirects elsewhere; put the new address into url")
    return Failure("again", "sends answers that are cut off or damaged")


class _Reply:
    """A whole answer in the shape that PyGithub expects, of bounded size and within bounded time.

    Raises:
        requests.Timeout: it is neither; asked with fewer, it may be.
    """

    def __init__(self, answer: requests.Response, by: float) -> None:
        self.status, self.headers = answer.status_code, answer.headers
        parts: list[bytes] = []
        size = 0
        while part := answer.raw.read1(CHUNK, decode_content=True):  # what is there, if one byte
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES or time.monotonic() > by:
                raise requests.Timeout("the answer is too large, or comes too slowly")
        self._text = b"".join(parts).decode("utf-8", "replace")

    def read(self) -> str:
        """The body."""
        return self._text

    def getheaders(self) -> ItemsView[str, str]:
        """The headers."""
        return self.headers.items()


def _requester(url: str, token: SecretStr, internal_hosts: Collection[str], timeout: int) -> Any:
    """PyGithub's requester, bound to where requests may go.

    PyGithub takes no session: its class of connections is replaced, in this one requester. Its log
    has whole answers, so it is silenced below warnings.
    """
    from github import Auth, Github
    from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

    logging.getLogger("github").setLevel(logging.WARNING)
    base = HTTPSRequestsConnectionClass if url.startswith("https:") else HTTPRequestsConnectionClass

    class Connection(base):  # type: ignore[misc, valid-type]
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            self.session.trust_env = False
            for scheme in ("http://", "https://"):
                self.session.mount(scheme, Guarded(internal_hosts, max_retries=0))

        def getresponse(self) -> _Reply:
            port = "" if self.port is None else f":{self.port}"
            with self.session.request(
                self.verb,
                f"{self.protocol}://{self.host}{port}{self.url}",
                headers=self.headers,
                data=self.input,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return _Reply(answer, time.monotonic() + MOST_SECONDS)

    requester: Any = Github(
        auth=Auth.Token(token.get_secret_value().strip()),  # as files and pastes end with a line
        base_url=url,
        timeout=timeout,
        user_agent=USER_AGENT,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,  # a query is a POST, and writes nothing
    ).requester
    requester._Requester__connectionClass = Connection
    return requester
