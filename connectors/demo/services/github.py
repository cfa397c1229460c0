"""A made-up GitHub on loopback: what `HubSite` holds, by GitHub's own GraphQL interface.

    site = HubSite(
        accounts=[Account("ana", 1, "Ana Example"), Account("ben", 2)],
        teams=[Team("shop/payments", ("ana", "ben"))],
        repositories=[Repository("shop/till", 7, [
            PullRequest(12, "ana", opened, files=["src/pay/card.py"], additions=9, events=[
                Event("review_requested", opened + minutes(1), "ana", whom="shop/payments"),
                Event("reviewed", later, "ben", verdict="approved", commit="c" * 40),
                Event("merged", latest, "ben"),
            ]),
        ], owners=[OwnersFile(founded, "/src/pay/ @shop/payments")])],
    )
    with serving(site) as url:  # http://127.0.0.1:54321, for the source's `url`
        ...

Moments have a zone. The host and port go into `privacy.internal_hosts`. `Traffic` (see `loopback`)
counts requests by operation and makes the next ones fail; the faults that GitHub has are below.
Pages, 500,000 nodes and points are bounded as GitHub bounds them. `heavy_above` is how many pull
requests a page can have before the service gives up on it with 502.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from connectors.demo.services import loopback
from connectors.demo.services.github_answers import answer, formatted, schema
from connectors.demo.services.github_limits import Size, size_of
from connectors.demo.services.github_shown import written
from connectors.demo.services.github_site import (
    Account,
    Event,
    HubSite,
    OwnersFile,
    PullRequest,
    Repository,
    Team,
)
from connectors.demo.services.loopback import Asked, Fault, Reply, Traffic

__all__ = [
    "Account", "Event", "Fault", "HubSite", "OwnersFile", "PullRequest", "Repository", "Team",
    "Traffic", "rate_limited", "secondary_limit", "serving", "went_wrong",
]  # fmt: skip

PATHS = ("/graphql", "/api/graphql")
POINTS_OF_AN_HOUR = 5000
RESET_AFTER = timedelta(minutes=10)  # of any request: when the budget of points is full again


@contextmanager
def serving(site: HubSite, traffic: Traffic | None = None, *, port: int = 0) -> Iterator[str]:
    """Serves a site until the block ends; gives its address."""
    with loopback.serving(lambda asked: reply(site, asked), traffic, port=port) as url:
        yield url


def rate_limited(*, times: int = 1) -> Fault:
    """The budget of points is spent: said in a 200, with the moment at which it is full again."""
    error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}
    return _fault(200, {"errors": [error]}, _limit_headers(0), times)


def secondary_limit(*, status: int = 403, retry_after: int | None = 7, times: int = 1) -> Fault:
    """Too many requests at once; `retry_after` in seconds, None: it does not say."""
    text = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _fault(status, {"message": text}, headers, times)


def went_wrong(*, times: int = 1) -> Fault:
    """The query took longer than ten seconds: said in a 200."""
    text = "Something went wrong while executing your query. This may be the result of a timeout."
    return _fault(200, {"errors": [{"message": text}]}, {}, times)


def reply(site: HubSite, asked: Asked) -> Reply:
    """The answer to one request; `endpoint` is the name of the operation."""
    if asked.path not in PATHS or asked.method != "POST":
        return _reply("none", 404, {"message": "Not Found"})
    if site.token and asked.headers.get("authorization") not in (
        f"token {site.token}",
        f"Bearer {site.token}",
    ):
        return _reply("refused", 401, {"message": "Bad credentials"})
    given = json.loads(asked.body)
    try:
        document, wrong = _read(given["query"])
    except GraphQLError as error:
        return _reply("none", 200, {"errors": [formatted(error)]})
    return _answered(site, document, wrong, given.get("variables") or {})


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[DocumentNode, tuple[GraphQLError, ...]]:
    """A query, and what is wrong with it."""
    document = parse(text)
    return document, tuple(validate(schema(), document, specified_rules))


def _answered(
    site: HubSite,
    document: DocumentNode,
    wrong: Sequence[GraphQLError],
    variables: Mapping[str, Any],
) -> Reply:
    operation = _operation(document)
    size = size_of(document, variables) if not wrong else Size(0, 0, 0, ())
    if wrong or size.errors:
        return _reply(operation, 200, {"errors": [formatted(one) for one in wrong or size.errors]})
    changes = max(size.changes, len(variables.get("ids") or ()))
    if site.heavy_above is not None and changes > site.heavy_above:
        return Reply(operation, 502, b"<html>502 Bad Gateway</html>", {"Content-Type": "text/html"})
    if size.points > site.points:
        spent = rate_limited()
        return Reply(operation, spent.status, spent.body, spent.headers)
    site.points -= size.points
    shown = answer(site, document, variables, None, _limits(site, size))
    return _reply(operation, 200, shown, _limit_headers(site.points))


def _operation(document: DocumentNode) -> str:
    named = (
        one.name.value
        for one in document.definitions
        if isinstance(one, OperationDefinitionNode) and one.name
    )
    return next(named, "unnamed")


def _limits(site: HubSite, size: Size) -> dict[str, Any]:
    return {
        "cost": size.points,
        "limit": POINTS_OF_AN_HOUR,
        "nodeCount": size.nodes,
        "remaining": site.points,
        "resetAt": written(_reset()),
        "used": POINTS_OF_AN_HOUR - site.points,
    }


def _reset() -> datetime:
    return datetime.now(UTC) + RESET_AFTER


def _limit_headers(remaining: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(POINTS_OF_AN_HOUR),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(int(_reset().timestamp())),
    }


def _reply(
    endpoint: str, status: int, shown: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Reply:
    return Reply(endpoint, status, json.dumps(shown).encode(), headers or {})


def _fault(status: int, shown: Mapping[str, Any], headers: Mapping[str, str], times: int) -> Fault:
    return Fault(status=status, body=json.dumps(shown).encode(), headers=headers, times=times)
