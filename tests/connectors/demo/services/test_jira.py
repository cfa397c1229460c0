"""The stand-in for Jira answers as Cloud does, as far as the connector asks."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from connectors.demo.services import jira

AT = datetime(2026, 9, 16, 9, tzinfo=UTC)
ANA, BEN = jira.user("acc-ana", "Ana Example"), jira.user("acc-ben", "Ben Example")
PARTS = [jira.component("10100", "checkout", lead=ANA), jira.component("10101", "basket")]
LAUNCH = jira.project("10000", "LNCH", "Launch", lead=ANA, components=PARTS)
CORE = jira.project("10001", "CORE", "Core", lead=BEN)


def hours(number: int) -> datetime:
    return AT + timedelta(hours=number)


def opened(number: int, **given) -> jira.Ticket:
    return jira.Ticket(LAUNCH, number, opened_by=ANA, at=AT, **given)


def site(*tickets: jira.Ticket, **given) -> jira.JiraSite:
    return jira.JiraSite(
        users=[ANA, BEN], projects=[LAUNCH, CORE], issues=[one.issue for one in tickets], **given
    )


def ask(url, path, body=None, *, password="made-up", **query):  # noqa: S107
    """Status and payload of one request."""
    answer = requests.request(
        "GET" if body is None else "POST",
        f"{url}/rest/api/3/{path}",
        params=query,
        json=body,
        auth=("reader@shop.example", password),
        timeout=5,
    )
    return answer.status_code, answer.json()


def test_a_search_gives_ids_alone_unless_fields_are_asked():
    with jira.serving(site(opened(1))) as url:
        _, bare = ask(url, "search/jql", jql="project in (LNCH)")
        _, rich = ask(url, "search/jql", jql="project in (LNCH)", fields="status,created")
    assert set(bare["issues"][0]) == {"id"}
    assert set(rich["issues"][0]["fields"]) == {"status", "created"}


def test_pages_follow_each_other_by_a_token_that_the_last_has_not():
    tickets = [opened(number) for number in range(1, 4)]
    with jira.serving(site(*tickets)) as url:
        question = {"jql": "project = LNCH order by key asc", "maxResults": 2, "fields": "key"}
        _, first = ask(url, "search/jql", **question)
        _, last = ask(url, "search/jql", **question, nextPageToken=first["nextPageToken"])
        status, _ = ask(url, "search/jql", jql="project = CORE",
                        nextPageToken=first["nextPageToken"])  # fmt: skip
    keys = [issue["key"] for page in (first, last) for issue in page["issues"]]
    assert keys == ["LNCH-1", "LNCH-2", "LNCH-3"]
    assert "nextPageToken" not in last
    assert status == 400


def test_updated_is_compared_from_the_minute_on_and_orders():
    early, late = opened(1), opened(2)
    late.assign(BEN, by=ANA, at=hours(2))
    with jira.serving(site(early, late)) as url:
        bound = round(hours(2).timestamp() * 1000) + 59_000
        _, newer = ask(
            url, "search/jql", fields="key", jql=f"project = LNCH and updated >= {bound}"
        )
        order = "project = LNCH order by updated desc"
        _, all_of_them = ask(url, "search/jql", fields="key", jql=order)
    assert [issue["key"] for issue in newer["issues"]] == ["LNCH-2"]
    assert [issue["key"] for issue in all_of_them["issues"]] == ["LNCH-2", "LNCH-1"]


@pytest.mark.parametrize(
    "jql", ["", "order by key", "project = NONE", "project = CORE", "summary ~ x", "id in (7)"]
)
def test_a_question_that_jira_would_refuse_is_refused(jql):
    with jira.serving(site(opened(1), hidden={"CORE"})) as url:
        assert ask(url, "search/jql", jql=jql)[0] == 400


def test_what_is_hidden_is_as_if_it_were_not_there():
    with jira.serving(site(opened(1), hidden={"LNCH"})) as url:
        paths = ["project/LNCH", "project/LNCH/component", "issue/LNCH-1/changelog"]
        assert [ask(url, path)[0] for path in paths] == [404, 404, 404]
        assert [one["key"] for one in ask(url, "project/search")[1]["values"]] == ["CORE"]
        logs = ask(url, "changelog/bulkfetch", {"issueIdsOrKeys": ["LNCH-1"]})[1]
    assert logs["issueChangeLogs"] == []


def test_wrong_credentials_are_refused_everywhere_but_at_the_server_itself():
    with jira.serving(site()) as url:
        assert ask(url, "myself", password="other")[0] == 401
        assert ask(url, "serverInfo", password="other")[0] == 200


def test_the_bulk_changelog_has_only_the_fields_asked_and_splits_an_issue_over_pages():
    one, two = opened(1), opened(2)
    one.assign(BEN, by=ANA, at=hours(1)).move("Done", by=BEN, at=hours(3), assign=ANA)
    two.assign(BEN, by=ANA, at=hours(2))
    wanted = {"issueIdsOrKeys": [one.issue["id"], "LNCH-2"], "fieldIds": ["assignee"]}
    with jira.serving(site(one, two)) as url:
        _, first = ask(url, "changelog/bulkfetch", {**wanted, "maxResults": 2})
        token = first["nextPageToken"]
        _, last = ask(url, "changelog/bulkfetch", {**wanted, "maxResults": 2,
                                                   "nextPageToken": token})  # fmt: skip
    pages = [
        [(log["issueId"], len(log["changeHistories"])) for log in page["issueChangeLogs"]]
        for page in (first, last)
    ]
    assert pages == [[(one.issue["id"], 1), (two.issue["id"], 1)], [(one.issue["id"], 1)]]
    items = last["issueChangeLogs"][0]["changeHistories"][0]["items"]
    assert [(item["field"], item["from"], item["to"]) for item in items] == [
        ("assignee", "acc-ben", "acc-ana")
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"issueIdsOrKeys": [str(number) for number in range(1_001)]},
        {"issueIdsOrKeys": ["1"], "fieldIds": [str(number) for number in range(11)]},
        {"issueIdsOrKeys": ["1"], "maxResults": 20_000},
        {"issueIdsOrKeys": []},
    ],
)
def test_the_bulk_changelog_has_limits(body):
    with jira.serving(site()) as url:
        assert ask(url, "changelog/bulkfetch", body)[0] == 400


def test_a_search_shows_the_first_comments_and_how_many_there_are():
    ticket = opened(1)
    for number in range(3):
        ticket.comment("[~acc-ben] and?", by=ANA, at=hours(number))
    with jira.serving(site(ticket, shown_comments=1)) as url:
        _, found = ask(url, "search/jql", jql="project = LNCH", fields="comment")
        _, page = ask(url, "issue/LNCH-1/comment", startAt=1, maxResults=100)
    cut = found["issues"][0]["fields"]["comment"]
    assert (len(cut["comments"]), cut["total"]) == (1, 3)
    assert len(page["comments"]) == 2
    nodes = page["comments"][0]["body"]["content"][0]["content"]
    assert [node["type"] for node in nodes] == ["mention", "text"]


def test_a_ticket_keeps_its_id_and_its_history_in_another_project():
    ticket = opened(1, components=["checkout"])
    before = ticket.issue["id"]
    ticket.transfer(CORE, 9, by=ANA, at=hours(1))
    assert (ticket.issue["id"], ticket.issue["key"]) == (before, "CORE-9")
    fields = [item["field"] for item in ticket.issue["histories"][0]["items"]]
    assert fields == ["Key", "project", "Component"]


def test_a_ticket_is_told_in_order():
    ticket = opened(1).assign(BEN, by=ANA, at=hours(2))
    with pytest.raises(ValueError, match=r"LNCH-1.*tell in order"):
        ticket.assign(ANA, by=ANA, at=hours(1))


def test_the_same_events_have_the_same_ids_in_a_longer_telling():
    short, long = opened(1), opened(1)
    for ticket in (short, long):
        ticket.assign(BEN, by=ANA, at=hours(1)).comment("so be it", by=ANA, at=hours(2))
    long.move("Done", by=BEN, at=hours(3))
    assert long.issue["histories"][:1] == short.issue["histories"]
    assert long.issue["fields"]["comment"] == short.issue["fields"]["comment"]


def test_requests_are_counted_by_endpoint_and_a_fault_is_used_up():
    busy = jira.Fault("project", status=429, headers={"Retry-After": "2"})
    traffic = jira.Traffic(faults=[busy])
    with jira.serving(site(), traffic) as url:
        statuses = [ask(url, "project/LNCH")[0], ask(url, "project/CORE")[0]]
    assert statuses == [429, 200]
    assert traffic.counts == {"project": 2}


@pytest.mark.parametrize("kind", ["cut", "drop"])
def test_a_broken_answer_breaks_off(kind):
    with (
        jira.serving(site(), jira.Traffic(faults=[jira.Fault(kind=kind)])) as url,
        pytest.raises(requests.RequestException),
    ):
        ask(url, "myself")


def test_a_data_center_has_the_older_interface_alone():
    with jira.serving(site(deployment="Server")) as url:
        assert ask(url, "serverInfo")[0] == 404
        found = requests.get(f"{url}/rest/api/2/serverInfo", timeout=5).json()
    assert found["deploymentType"] == "Server"
