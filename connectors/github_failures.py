"""What a failed or partial answer of GitHub means: wait, ask for less, try again, or give up.

No text of an answer goes into a message: it may have names in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal

Kind = Literal["limited", "heavy", "again", "refused"]

TIMED_OUT = (502, 504)  # GitHub gives up on a query after ten seconds
LIMIT_WORDS = ("rate limit", "abuse detection", "wait a few minutes", "submitted too quickly")
LIMITED = ("RATE_LIMITED", "RATE_LIMIT")  # as documented, and as sent since 2025
TOO_MUCH = ("RESOURCE_LIMITS_EXCEEDED",)  # of one query, which is then answered in part
SCOPES = (
    "it needs to read pull requests, contents, metadata and, of the organisation, its members; "
    "where the organisation signs on by SAML, authorise the token for it"
)


@dataclass(frozen=True)
class Failure:
    """An answer without data. `seconds`: how long it says to wait; None: it does not say."""

    kind: Kind
    text: str
    seconds: float | None = None


@dataclass(frozen=True)
class Withheld:
    """A field that came without its value: the type of the error, and where it stands."""

    kind: str
    path: tuple[str | int, ...]

    @property
    def field(self) -> str:
        """Name of the field."""
        return str(self.path[-1]) if self.path else ""


@dataclass(frozen=True)
class Answer:
    """Data, and what of it was withheld."""

    data: Mapping[str, Any]
    withheld: tuple[Withheld, ...] = field(default=())


def judged(status: int, body: object, headers: Mapping[str, str]) -> Answer | Failure:
    """What an answer says. `headers` have names in lower case."""
    if isinstance(body, dict) and status in (200, 400, 404) and "errors" in body:
        return _of_query(body, headers)
    if status == 200:
        if isinstance(body, dict) and isinstance(body.get("data"), dict):
            return Answer(body["data"])
        if _says_limit(body):
            return Failure("limited", "limits requests", _seconds(headers))
        text = "answers, but not as GitHub does; look at url, proxies and sign-on pages"
        return Failure("refused", text)
    return _of_status(status, body if isinstance(body, dict) else {}, headers)


def _of_query(body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer | Failure:
    """A query that was taken, but met errors; PyGithub reports it as 400 or 404."""
    errors: Sequence[Mapping[str, Any]] = [one for one in body["errors"] if isinstance(one, dict)]
    if any(one.get("type") in LIMITED or _says_limit(one) for one in errors):
        return Failure("limited", "limits requests", _seconds(headers))
    if any(one.get("type") in TOO_MUCH or _is_timeout(one) for one in errors):
        return Failure("heavy", "takes too long over a query")
    data = body.get("data")
    if isinstance(data, dict):
        return Answer(data, tuple(_withheld(one) for one in errors))
    kinds = sorted({str(one.get("type") or _code(one) or "unknown") for one in errors})
    if {"FORBIDDEN", "INSUFFICIENT_SCOPES"} & set(kinds):
        return Failure("refused", f"refuses the token; {SCOPES}")
    text = f"does not take the query ({', '.join(kinds)}); it needs a newer GitHub Enterprise"
    return Failure("refused", text)


def _withheld(error: Mapping[str, Any]) -> Withheld:
    return Withheld(str(error.get("type") or "unknown"), tuple(error.get("path") or ()))


def _code(error: Mapping[str, Any]) -> str | None:
    extensions = error.get("extensions")
    return str(extensions.get("code")) if isinstance(extensions, dict) else None


def _is_timeout(error: Mapping[str, Any]) -> bool:
    message = str(error.get("message", "")).lower()
    return message.startswith("something went wrong") or (
        not error.get("type") and "timeout" in message
    )


def _of_status(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Failure:
    if status == 401:
        return Failure("refused", "refuses the token; make a new one")
    if status == 429 or (status == 403 and _is_limit(body, headers)):
        return Failure("limited", "limits requests", _seconds(headers))
    if status == 403:
        return Failure("refused", f"refuses the token; {SCOPES}")
    if status in (404, 410):
        text = "has no GraphQL here; for GitHub Enterprise Server url is https://HOST/api/v3"
        return Failure("refused", text)
    if status in TIMED_OUT:
        return Failure("heavy", "takes too long over a query")
    if status >= 500:
        return Failure("again", f"answers {status}", _seconds(headers))
    return Failure("refused", f"answers {status}; look at url")


def _is_limit(body: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    is_spent = headers.get("x-ratelimit-remaining") == "0"
    return "retry-after" in headers or is_spent or _says_limit(body)


def _says_limit(told: object) -> bool:
    """Whether an answer, or an error without a type, speaks of a limit of requests."""
    if not isinstance(told, dict) or told.get("type"):
        return False
    message = str(told.get("message", "")).lower()
    return any(one in message for one in LIMIT_WORDS)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """How long to wait: as Retry-After says, else until the budget is full again."""
    said = headers.get("retry-after", "")
    if said.replace(".", "", 1).isdecimal():
        return float(said)
    now, then = _moment(headers.get("date")), _moment(said)
    if then is not None and now is not None:
        return max(0.0, then - now)
    reset = headers.get("x-ratelimit-reset", "")
    is_spent = headers.get("x-ratelimit-remaining") == "0"
    if is_spent and reset.isdecimal() and now is not None:
        return max(0.0, int(reset) - now) + 1  # in which part of the second is not said
    return None


def _moment(written: str | None) -> float | None:
    """Seconds of the epoch of an HTTP date; None: it is none."""
    try:
        return parsedate_to_datetime(written).timestamp() if written else None
    except ValueError:
        return None
