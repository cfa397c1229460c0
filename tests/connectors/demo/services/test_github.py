import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from graphql import build_schema, parse, validate

from connectors import github_query
from connectors.demo.services.github import (
    Account,
    Event,
    HubSite,
    PullRequest,
    Repository,
    Traffic,
    rate_limited,
    secondary_limit,
    serving,
    went_wrong,
)
from connectors.demo.services.github_answers import schema
from connectors.demo.services.github_limits import size_of

PUBLISHED = Path(__file__).parents[5] / "shared" / "specs" / "github.graphql"
NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)


def hub(count=3, **more) -> HubSite:
    changes = [PullRequest(n, "ana", NINE.replace(minute=n)) for n in range(1, count + 1)]
    return HubSite([Account("ana", 1)], [], [Repository("shop/till", 7, changes)], **more)


def asked(url, text, token="x", **values):  # noqa: S107
    body = {"query": text, "variables": values}
    headers = {"Authorization": f"token {token}"}
    return requests.post(f"{url}/graphql", json=body, headers=headers, timeout=5)


def page(first, after="null", more="nodes { number }"):
    arguments = f"first: {first}, after: {after}, orderBy: {{field: UPDATED_AT, direction: DESC}}"
    return (
        f'{{ repository(owner: "shop", name: "till") {{ pullRequests({arguments}) {{ '
        f"pageInfo {{ hasNextPage endCursor }} {more} }} }} }}"
    )


def test_pages_follow_one_another_the_latest_first():
    with serving(hub(3)) as url:
        first = asked(url, page(2)).json()["data"]["repository"]["pullRequests"]
        second = asked(url, page(2, f'"{first["pageInfo"]["endCursor"]}"')).json()
    assert [node["number"] for node in first["nodes"]] == [3, 2]
    assert first["pageInfo"]["hasNextPage"]
    found = second["data"]["repository"]["pullRequests"]
    assert [node["number"] for node in found["nodes"]] == [1]
    assert not found["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (page(101), "EXCESSIVE_PAGINATION"),
        (page(0), "EXCESSIVE_PAGINATION"),
        (page("null"), "MISSING_PAGINATION_BOUNDARIES"),
        (page(2, more="nodes { files { nodes { path } } }"), "MISSING_PAGINATION_BOUNDARIES"),
        (
            page(100, more="nodes { reviews(first: 100) { nodes { comments(first: 100) "
                           "{ totalCount } } } }"),
            "MAX_NODE_LIMIT_EXCEEDED",
        ),
    ],
)  # fmt: skip
def test_a_page_is_bounded_as_the_official_one(text, kind):
    with serving(hub()) as url:
        answer = asked(url, text).json()
    assert [error["type"] for error in answer["errors"]] == [kind]
    assert "data" not in answer


def test_a_field_that_is_not_in_the_schema_is_an_error_without_data():
    with serving(hub()) as url:
        answer = asked(url, "{ viewer { shoeSize } }").json()
    assert "Cannot query field 'shoeSize'" in answer["errors"][0]["message"]


def test_points_are_connections_by_the_hundred_and_are_used_up():
    text = "query Costly($n: Int!) " + page(
        "$n", more="nodes { files(first: 5) { nodes { path } }}"
    )
    text = text.replace("{ repository", "{ rateLimit { cost nodeCount remaining } repository", 1)
    site = hub(points=2)
    with serving(site, traffic := Traffic()) as url:
        limit = asked(url, text, n=100).json()["data"]["rateLimit"]
        assert limit == {"cost": 1, "nodeCount": 600, "remaining": 1}
        asked(url, text, n=100)
        spent = asked(url, text, n=100)
    assert spent.status_code == 200
    assert spent.json()["errors"][0]["type"] == "RATE_LIMITED"
    assert spent.headers["X-RateLimit-Remaining"] == "0"
    assert traffic.counts == {"Costly": 3}


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (rate_limited(), 200, "RATE_LIMITED"),
        (secondary_limit(), 403, "secondary rate limit"),
        (secondary_limit(status=429), 429, "secondary rate limit"),
        (went_wrong(), 200, "Something went wrong"),
    ],
)
def test_what_goes_wrong_on_demand_goes_wrong_once(fault, status, text):
    with serving(hub(), Traffic(faults=[fault])) as url:
        answer = asked(url, page(1))
        assert (answer.status_code, text in answer.text) == (status, True)
        assert asked(url, page(1)).json()["data"]["repository"]


def test_pages_that_are_too_heavy_end_in_502():
    with serving(hub(heavy_above=2)) as url:
        assert asked(url, page(3)).status_code == 502
        assert asked(url, page(2)).status_code == 200


def test_what_is_withheld_comes_as_partial_data():
    with serving(hub(withheld={"PullRequest.files#2"})) as url:
        answer = asked(url, page(9, more="nodes { number files(first: 1) { totalCount } }")).json()
    nodes = answer["data"]["repository"]["pullRequests"]["nodes"]
    assert [node["files"] for node in nodes] == [{"totalCount": 0}, None, {"totalCount": 0}]
    error = answer["errors"][0]
    assert error["type"] == "FORBIDDEN"
    assert error["path"] == ["repository", "pullRequests", "nodes", 1, "files"]


def test_a_token_is_checked_and_an_unknown_repository_is_an_error():
    with serving(hub(token="right")) as url:
        assert asked(url, page(1), token="wrong").status_code == 401
        answer = asked(url, page(1).replace("till", "attic"), token="right").json()
    assert answer["data"] == {"repository": None}
    assert answer["errors"][0]["type"] == "NOT_FOUND"


def test_state_updates_and_waiting_reviewers_follow_from_the_events():
    change = PullRequest(1, "ana", NINE, [
        Event("review_requested", NINE.replace(hour=10), "ana", whom="ben"),
        Event("review_requested", NINE.replace(hour=10), "ana", whom="cai"),
        Event("reviewed", NINE.replace(hour=11), "ben"),
        Event("closed", NINE.replace(hour=12), "ana"),
    ])  # fmt: skip
    assert (change.state, change.updated.hour, change.asked()) == ("CLOSED", 12, ["cai"])


@pytest.mark.parametrize("given", [{"kind": "hugged"}, {"kind": "reviewed", "verdict": "lovely"}])
def test_an_unknown_kind_of_event_is_refused(given):
    with pytest.raises(ValueError, match="known:"):
        Event(**{"at": NINE, "by": "ana", **given})


# ---- against the published schema, which is beside the project and not part of it


def queries() -> dict[str, str]:
    """Every text that the connector sends."""
    rests = [github_query.Rest("PR_1", part, "c") for part in github_query.PARTS]
    return {
        "changes": github_query.CHANGES,
        "heads": github_query.HEADS_OF_CHANGES,
        "some": github_query.SOME_CHANGES,
        "probe": github_query.PROBE,
        "owners": github_query.owners_of(dict.fromkeys(github_query.PLACES)),
        "rest of owners": github_query.owners_of({"docs": "c"}),
        "more": github_query.more_of(rests)[0],
        "more files": github_query.more_of([github_query.Rest("PR_1", "files", "c")])[0],
        "teams": github_query.members_of([("shop/pay", None), ("shop/web", "c")])[0],
        "users": github_query.users_of(["ana", "ben"])[0],
    }


@pytest.fixture(scope="module")
def published():
    if not PUBLISHED.exists():
        pytest.skip(f"no {PUBLISHED.name} beside the project")
    return build_schema(PUBLISHED.read_text(encoding="utf-8"), assume_valid=True)


@pytest.mark.parametrize("name", queries())
def test_every_query_is_valid_in_the_part_that_is_served(name):
    assert validate(schema(), parse(queries()[name])) == []


@pytest.mark.parametrize("name", queries())
def test_every_query_is_valid_in_the_published_schema(name, published):
    assert validate(published, parse(queries()[name])) == []


def test_the_part_that_is_served_is_as_published(published):
    known: dict[str, Any] = published.type_map
    for name, served in schema().type_map.items():
        if name.startswith("__"):
            continue
        whole = known[name]
        assert type(served).__name__ == type(whole).__name__, name
        for field, own in getattr(served, "fields", {}).items():
            assert str(own.type) == str(whole.fields[field].type), f"{name}.{field}"
            for argument, given in getattr(own, "args", {}).items():
                expected = whole.fields[field].args[argument]
                assert str(given.type) == str(expected.type), f"{name}.{field}({argument})"
        for member in [*getattr(served, "values", {}), *map(str, getattr(served, "types", ()))]:
            members = [*getattr(whole, "values", {}), *map(str, getattr(whole, "types", ()))]
            assert member in members, f"{name}.{member}"


def test_values_go_in_as_variables():
    hostile = '") { viewer { login } } #'
    text, values = github_query.users_of([hostile])
    assert hostile not in text
    assert hostile in json.loads(json.dumps(values)).values()


@pytest.mark.parametrize("name", queries())
def test_every_query_stays_within_the_bounds_and_costs_little(name):
    values = {"first": github_query.FIRST_SIZE if name == "changes" else github_query.HEADS}
    size = size_of(parse(queries()[name]), values)
    assert size.errors == ()
    assert size.nodes <= 10_000
    assert size.points <= 8
