"""Recorded payloads of others, beside the project: what they hold comes out, their errors do not.

Most were recorded on the older REST interface; they become data of the made-up service, with who
assigned as actor, as GraphQL has it.
"""

import csv
import json
from ast import literal_eval
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.demo.services.github import Account, Event, OwnersFile, PullRequest
from connectors.github_failures import Answer, Failure, judged
from connectors.github_walk import next_cursor
from tests.connectors.hub import NAMES, at, events, key_of, site, synced

RECORDED = Path(__file__).parents[3] / "shared" / "fixtures"
EVER = {"since": datetime(2000, 1, 1, tzinfo=UTC), "until": datetime(2030, 1, 1, tzinfo=UTC)}

pytestmark = pytest.mark.skipif(
    not RECORDED.exists(), reason="no recorded payloads beside the project"
)


def table(path):
    csv.field_size_limit(10**9)
    with (RECORDED / "github" / "devlake" / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def payloads(path):
    return [json.loads(row["data"]) for row in table(path)]


def replies(name):
    """Request, status, headers and body of each reply of a recording."""
    lines = (RECORDED / "github" / "pygithub" / name).read_text(encoding="utf-8").split("\n")
    for start in range(0, len(lines) - 9, 11):
        names = {key.lower(): value for key, value in literal_eval(lines[start + 8])}
        yield lines[start + 6], int(lines[start + 7]), names, lines[start + 9]


def moment(written):
    return datetime.fromisoformat(written) if written else None


def login_of(payload):
    return payload["login"] if payload else None


def test_pull_requests_come_out_once_with_author_and_end():
    raw = payloads("raw/_raw_github_api_pull_requests.csv")
    changes = []
    for one in raw:
        kind = "merged" if one["merged_at"] else "closed"
        end = moment(one["merged_at"] or one["closed_at"])
        ended = [Event(kind, end, "ben")] if end else []
        changes.append(
            PullRequest(
                one["number"], one["user"]["login"], moment(one["created_at"]), ended,
                text=one["body"] or "", title=one["title"], updated_at=moment(one["updated_at"]),
            )
        )  # fmt: skip
    batch = synced(site(*changes), **EVER)
    found: dict[str, dict[str, object]] = {}
    for name, event, by, when in events(batch, "object_id", "event", "author_key", "happened_at"):
        found.setdefault(name.partition("#")[2], {"author": by})[event] = when
    expected = {
        row["pull_request_key"]: {
            "author": key_of(row["author_name"]),
            "opened": moment(row["created_date"]),
            **({"merged": moment(row["merged_date"])} if row["merged_date"] else {}),
            **(
                {"closed": moment(row["closed_date"])}
                if row["closed_date"] and not row["merged_date"]
                else {}
            ),
        }
        for row in table("expected/pull_requests.csv")
    }
    assert len(raw) == 50
    assert len(expected) == 49
    assert found == expected


def test_who_assigned_is_told_from_who_was_assigned_and_the_template_from_both():
    raw = [one for one in payloads("raw/_raw_github_api_events.csv") if one["event"] == "assigned"]
    upstream = {
        row["github_id"]: row["author_username"]
        for row in table("expected/_tool_github_issue_events.csv")
    }
    changes = [
        PullRequest(
            one["issue"]["number"], one["issue"]["user"]["login"],
            moment(one["issue"]["created_at"]),
            [Event("assigned", moment(one["created_at"]), one["assigner"]["login"],
                   whom=one["assignee"]["login"])],
        )
        for one in raw
    ]  # fmt: skip
    batch = synced(site(*changes), **EVER)
    found = events(batch, "actor_key", "target_key", "is_automatic", event="assigned")
    assert len(found) == 10
    for one, (actor, target, is_automatic) in zip(
        sorted(raw, key=lambda one: one["created_at"]), found, strict=True
    ):
        assert actor == key_of(one["assigner"]["login"])
        assert target == key_of(one["assignee"]["login"])
        assert actor != key_of(upstream[str(one["id"])])  # upstream copies the assignee
        assert is_automatic


def test_a_recorded_timeline_gives_its_events():
    body = next(body for *_, body in replies("PullRequest.testGetIssueTimeline.txt"))
    items = json.loads(body)
    taken = {"merged": "merged", "closed": "closed", "assigned": "assigned", "labeled": "labeled"}
    done = [
        Event(
            taken[one["event"]], moment(one["created_at"]), login_of(one["actor"]),
            whom=login_of(one.get("assignee")),
        )
        for one in items
        if one["event"] in taken
    ]  # fmt: skip
    done += [
        Event("reviewed", moment(one["submitted_at"]), login_of(one["user"]),
              verdict=one["state"], commit=one["commit_id"])
        for one in items
        if one["event"] == "reviewed"
    ]  # fmt: skip
    done += [
        Event("commented", moment(one["created_at"]), login_of(one["user"]), text=one["body"])
        for one in items
        if one["event"] == "commented"
    ]
    change = PullRequest(31, "jacquev6", done[0].at - timedelta(hours=1), done)
    hub = site(change)
    hub.accounts += [Account("jacquev6", 327146), Account("ghost", 10137)]
    batch = synced(hub, **EVER)
    named = {key_of(one): one for one in ("jacquev6", "ghost", "sfdye", "eamanu")}
    found = [
        (event, named.get(actor), named.get(target), verdict)
        for event, actor, target, verdict in events(
            batch, "event", "actor_key", "target_key", "verdict"
        )
    ]
    assert found == [
        ("opened", "jacquev6", None, None),
        ("merged", "jacquev6", None, None),  # the closing that goes with it says nothing more
        ("commented", "jacquev6", None, None),
        ("assigned", "ghost", "jacquev6", None),  # who did it, as on the timeline
        ("labeled", "jacquev6", None, None),
        ("reviewed", "sfdye", None, "commented"),
        ("reviewed", "eamanu", None, "commented"),
    ]
    assert not set(named) & set(NAMES)


@pytest.mark.parametrize(
    ("name", "count"),
    [("PaginatedList.testGraphQlPagination.txt", 7), ("GraphQl.testDefaultUrl.txt", 1)],
)
def test_recorded_answers_to_queries_are_answers(name, count):
    answers = [
        judged(status, json.loads(body), headers)
        for request, status, headers, body in replies(name)
        if '"query"' in request
    ]
    assert len(answers) == count
    for found in answers:
        assert isinstance(found, Answer)
        assert found.withheld == ()
        page = (found.data.get("repository") or {}).get("discussions")
        if page and page["pageInfo"]["hasNextPage"]:
            assert next_cursor(page["pageInfo"], None) == page["pageInfo"]["endCursor"]


def test_a_recorded_refusal_for_too_many_requests_is_a_limit():
    body = json.loads((RECORDED / "github" / "perceval" / "abuse_rate_limit").read_text())
    found = judged(403, body, {})
    assert isinstance(found, Failure)
    assert (found.kind, found.seconds) == ("limited", None)


def test_a_spent_budget_as_recorded_waits_for_its_reset():
    rate = json.loads((RECORDED / "github" / "perceval" / "rate_limit").read_text())["rate"]
    headers = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(rate["reset"]),
        "date": "Mon, 20 Nov 2017 16:20:59 GMT",
    }
    found = judged(403, {"message": "API rate limit exceeded for 1.2.3.4."}, headers)
    assert isinstance(found, Failure)
    assert found.seconds == 601


@pytest.mark.parametrize(
    ("name", "patterns", "catch_alls"), [("augur", 35, 0), ("perfetto", 19, 1)]
)
def test_recorded_owners_files_give_their_patterns(name, patterns, catch_alls):
    path = RECORDED / "org" / "codeowners" / f"{name}.CODEOWNERS"
    owners = [OwnersFile(at(days=-30), path.read_text(encoding="utf-8"))]
    batch = synced(site(owners=owners))
    rows = batch.whole["raw.owner_patterns"]
    assert (rows.height, rows["is_catch_all"].sum()) == (patterns, catch_alls)
