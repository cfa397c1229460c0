"""Patience with Jira: what passes is waited for, within bounds; what does not is said at once."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from pydantic import SecretStr
from requests import Response

from connectors import jira_session, web
from connectors.connector import Access, SourceError
from connectors.demo.services.jira import Fault
from connectors.jira import sync_jira
from connectors.jira_session import Patience
from models.sources import JiraSource
from tests.connectors.jira_given import ANA, AT, BEN, column, hours, night, site, ticket

MOVED = ticket().assign(BEN, by=ANA, at=hours(1))
DATE = datetime(2026, 9, 16, 9, tzinfo=UTC)


def dated(seconds: int) -> dict[str, str]:
    later = DATE.replace(minute=seconds // 60, second=seconds % 60)
    stamps = {"Date": DATE, "Retry-After": later}
    return {name: format_datetime(at, usegmt=True) for name, at in stamps.items()}


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({"Retry-After": "5"}, [5.0, 5.0]),
        ({"Retry-After": "1.5"}, [1.5, 1.5]),
        ({"Retry-After": "0"}, [0.0, 0.0]),
        ({"Retry-After": "-3"}, [0.0, 0.0]),
        ({"Retry-After": "soon"}, [2.0, 4.0]),
        ({}, [2.0, 4.0]),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_is_waited_for_as_it_asks(status, headers, waits):
    busy = Fault("search/jql", status=status, headers=headers, times=2)
    with night(site(MOVED), busy) as given:
        assert column(given.sync(), "field") == ["created", "assignee"]
    assert given.waits == waits


def test_a_date_to_wait_until_counts_from_the_date_of_the_answer():
    answer = Response()
    answer.headers.update(dated(90))
    assert jira_session._asked_wait(answer) == 90


@pytest.mark.parametrize("text", ["nan", "inf", "Wed, 99 Foo 2026 25:00:00 GMT", "", "1e400"])
def test_a_wait_that_means_nothing_is_none_that_was_asked_for(text):
    answer = Response()
    answer.headers.update({"Retry-After": text})
    assert jira_session._asked_wait(answer) is None


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("endpoint", ["serverInfo", "search/jql", "changelog/bulkfetch"])
def test_what_passes_is_asked_again(endpoint, status):
    with night(site(MOVED), Fault(endpoint, status=status)) as given:
        assert column(given.sync(), "field") == ["created", "assignee"]
        assert given.traffic.counts[endpoint] == 2


@pytest.mark.parametrize("kind", ["cut", "drop"])
@pytest.mark.parametrize("endpoint", ["project", "search/jql", "changelog/bulkfetch"])
def test_an_answer_that_breaks_off_is_asked_for_again(endpoint, kind):
    with night(site(MOVED), Fault(endpoint, kind)) as given:
        assert column(given.sync(), "field") == ["created", "assignee"]
        assert given.waits == [2.0]


def test_half_an_answer_of_the_right_length_is_asked_for_again():
    with night(site(MOVED), Fault("search/jql", status=200, body=b'{"issues": [{"id"')) as given:
        assert column(given.sync(), "field") == ["created", "assignee"]


def test_an_answer_that_does_not_come_is_asked_for_again():
    with night(site(MOVED), Fault("search/jql", "hang"), timeout=0.2) as given:
        assert column(given.sync(), "field") == ["created", "assignee"]
        assert given.waits == [2.0]


@pytest.mark.parametrize(
    ("bound", "least", "text"),
    [("MOST_BYTES", 100, "sends more than 100 bytes"), ("MOST_SECONDS", -1.0, "sends too slowly")],
)
def test_an_answer_without_end_is_left(bound, least, text, monkeypatch):
    monkeypatch.setattr(web, bound, least)
    with night(site(MOVED)) as given, pytest.raises(SourceError, match=text):
        given.sync()


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("search/jql", status=429, times=9), "answers 429, 3 times in a row"),
        (Fault("search/jql", status=500, times=9), "answers 500, 3 times in a row"),
        (Fault("search/jql", "cut", times=9), "3 times in a row"),
        (Fault("search/jql", status=429, headers={"Retry-After": "7200"}), "waited for 7200 s"),
    ],
)
def test_patience_has_an_end(fault, text):
    with night(site(MOVED), fault) as given, pytest.raises(SourceError, match=text) as caught:
        given.sync()
    assert "the next run tries again" in str(caught.value)


def test_all_waits_of_a_night_together_have_an_end():
    often = [Fault("", status=429, headers={"Retry-After": "800"}) for _ in range(3)]
    with night(site(MOVED), *often, tries=9) as given, pytest.raises(SourceError, match="800 s"):
        given.sync()
    assert given.waits == [800.0, 800.0]


@pytest.mark.parametrize(
    ("endpoint", "status", "remedy"),
    [
        ("", 401, "DOTTEDLINE_TRACKER_TOKEN"),
        ("search/jql", 403, "the right to read"),
        ("search/jql", 404, "look at url"),
        ("search/jql", 410, "newer dottedline"),
        ("search/jql", 400, "settings of the source"),
        ("project", 401, "DOTTEDLINE_TRACKER_USER"),
        ("changelog/bulkfetch", 400, "settings of the source"),
    ],
)
def test_what_is_refused_for_good_is_said_at_once_with_a_remedy(endpoint, status, remedy):
    body = b'{"errorMessages": ["Ana Example may not see =SECRET()"]}'
    with (
        night(site(MOVED), Fault(endpoint, status=status, body=body, times=9)) as given,
        pytest.raises(SourceError, match=remedy) as caught,
    ):
        given.sync()
    assert given.waits == []
    assert str(status) in str(caught.value)
    assert "SECRET" not in everything_in(caught.value)


def test_an_answer_as_if_nobody_had_asked_is_a_refusal():
    headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    fault = Fault("search/jql", status=200, headers=headers, body=b'{"issues": []}')
    with night(site(MOVED), fault) as given, pytest.raises(SourceError, match="401"):
        given.sync()


def test_a_page_to_sign_in_is_no_jira():
    page = Fault("", status=200, headers={"Content-Type": "text/html"}, body=b"<html>Sign in")
    with night(site(MOVED), page) as given, pytest.raises(SourceError, match="a page instead"):
        given.sync()


@pytest.mark.parametrize("status", [403, 404])
def test_changes_are_read_ticket_by_ticket_where_they_are_not_given_in_bulk(status):
    other = ticket(2).move("Done", by=BEN, at=hours(2))
    with night(site(MOVED, other), Fault("changelog/bulkfetch", status=status, times=9)) as given:
        batch = given.sync()
        assert given.traffic.counts["issue/changelog"] == 2
    with night(site(MOVED, other)) as given:
        assert batch.rows["raw.ticket_events"].equals(given.sync().rows["raw.ticket_events"])


def test_a_site_that_gives_the_same_page_for_ever_is_left():
    page = b'{"issues": [], "nextPageToken": "again"}'
    with (
        night(site(MOVED), Fault("search/jql", status=200, body=page, times=9)) as given,
        pytest.raises(SourceError, match="the same page again"),
    ):
        given.sync()


def test_a_site_that_takes_every_page_for_the_first_is_left():
    page = b'{"isLast": false, "values": [{"id": "10100", "name": "checkout"}]}'
    with (
        night(site(MOVED), Fault("component", status=200, body=page, times=9)) as given,
        pytest.raises(SourceError, match="the same page again"),
    ):
        given.sync()


def test_a_site_that_is_not_there_is_said():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(SourceError, match=rf"127.0.0.1:{port}: cannot be reached"):
        asked(f"http://127.0.0.1:{port}", hosts=(f"127.0.0.1:{port}",))


def test_a_private_host_that_is_not_listed_is_never_asked():
    with night(site(MOVED)) as given:
        with pytest.raises(SourceError, match=r"privacy\.internal_hosts"):
            asked(given.url, hosts=())
        assert given.traffic.counts == {}


def test_a_redirect_to_another_host_never_sees_the_credentials():
    with night(site(MOVED)) as other:
        away = Fault("", status=302, headers={"Location": f"{other.url}/rest/api/3/myself"})
        with night(site(MOVED), away) as given:
            hosts = tuple(url.removeprefix("http://") for url in (given.url, other.url))
            with pytest.raises(SourceError, match="must not see the credentials"):
                asked(given.url, hosts=hosts)
        assert other.traffic.counts == {}


def test_a_redirect_to_what_is_no_address_is_said():
    away = Fault("search/jql", status=302, headers={"Location": "http://[::1"})
    with night(site(MOVED), away) as given, pytest.raises(SourceError, match="no address"):
        given.sync()


def test_a_secret_may_end_with_a_line():
    with night(site(MOVED)) as given:
        lines = {"USER": f"{given.site.user}\n", "TOKEN": "made-up\r\n"}
        access = replace(given.access, secret=lambda part: SecretStr(lines[part]))
        batch = sync_jira(given.source, None, access, Patience())
    assert column(batch, "field") == ["created", "assignee"]


@pytest.mark.parametrize("part", ["USER", "TOKEN"])
def test_a_secret_that_is_missing_is_named(part):
    with night(site(MOVED)) as given, pytest.raises(SourceError, match=f"TRACKER_{part} is not"):
        asked(given.url, hosts=(given.url[7:],), missing=part)


def asked(url, *, hosts, missing=""):
    """A sync with settings of one's own."""
    source = JiraSource(name="tracker", kind="jira", url=url, projects=("LNCH",))
    access = Access(
        key=b"k",
        since=AT,
        until=hours(9),
        now=hours(10),
        internal_hosts=hosts,
        secret=lambda part: None if part == missing else SecretStr("x"),
    )
    return sync_jira(source, None, access, Patience(tries=2, sleep=lambda _: None))


def everything_in(error: BaseException) -> str:
    """What an error and all behind it would print."""
    parts: list[str] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None:
            parts += [repr(one), str(one), repr(one.__dict__)]
            waiting += [one.__cause__, one.__context__]
    return "\n".join(parts)
