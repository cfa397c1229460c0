"""What goes wrong on the way: waited for, tried again, asked in smaller parts, or said."""

import json
import logging
import socket
import traceback

import pytest
from pydantic import SecretStr

from connectors.connector import SourceError
from connectors.demo.services.github import Fault, rate_limited, secondary_limit, went_wrong
from connectors.github_client import Hub, Patience, SpentError, TooHeavyError
from connectors.github_failures import Answer, Failure, judged
from tests.connectors.hub import (
    EVENTS,
    Event,
    Repository,
    at,
    change,
    events,
    nights,
    site,
)

SECRET = "zebra-crossing"
LIMITED = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225600"}
BEFORE = {"date": "Wed, 31 Dec 2025 23:50:00 GMT"}  # ten minutes before that reset
SPENT = {"type": "RATE_LIMIT", "code": "graphql_rate_limit"}
TOO_MUCH = {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["repository", "pullRequests"]}


def changes(count):
    return [change(number=n, opened_at=at(minutes=n)) for n in range(1, count + 1)]


def answer(status, body=None, **headers):
    return Fault(status=status, body=json.dumps(body or {}).encode(), headers=headers)


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "seconds"),
    [
        (200, {"errors": [{"type": "RATE_LIMITED"}]}, {**LIMITED, **BEFORE}, "limited", 601),
        (200, {"errors": [SPENT]}, {**LIMITED, **BEFORE}, "limited", 601),
        (200, {"errors": [{"message": "exceeded a secondary rate limit"}]}, {}, "limited", None),
        (200, {"message": "You have exceeded a secondary rate limit."}, {}, "limited", None),
        (403, {"message": "API rate limit exceeded"}, {**LIMITED, **BEFORE}, "limited", 601),
        (403, {"message": "You have exceeded a secondary rate limit."}, {}, "limited", None),
        (403, {"message": "abuse detection mechanism"}, {}, "limited", None),
        (403, {}, {"retry-after": "7"}, "limited", 7),
        (403, {}, {"retry-after": "1.5"}, "limited", 1.5),
        (429, {}, {}, "limited", None),
        (429, {}, {"retry-after": "Thu, 01 Jan 2026 00:00:00 GMT", **BEFORE}, "limited", 600),
        (429, {}, {"retry-after": "soon", "date": "today"}, "limited", None),
        (200, {"errors": [{"message": "Something went wrong while"}]}, {}, "heavy", None),
        (200, {"errors": [TOO_MUCH], "data": {"repository": None}}, {}, "heavy", None),
        (200, {"errors": [TOO_MUCH], "data": None}, {}, "heavy", None),
        (502, None, {}, "heavy", None),
        (504, None, {}, "heavy", None),
        (500, None, {}, "again", None),
        (503, None, {"retry-after": "9"}, "again", 9),
        (401, {"message": "Bad credentials"}, {}, "refused", None),
        (403, {"message": "Resource not accessible by integration"}, {}, "refused", None),
        (404, {"message": "Not Found"}, {}, "refused", None),
        (410, {}, {}, "refused", None),
        (418, {}, {}, "refused", None),
        (200, {"data": "<html>Sign on</html>"}, {}, "refused", None),
        (200, {"message": "hello"}, {}, "refused", None),
        (200, ["hello"], {}, "refused", None),
        (200, {"errors": [{"message": "Field 'x' doesn't exist"}]}, {}, "refused", None),
        (200, {"errors": [{"type": "FORBIDDEN"}], "data": None}, {}, "refused", None),
    ],
)
def test_a_failure_says_what_to_do(status, body, headers, kind, seconds):
    found = judged(status, body, headers)
    assert isinstance(found, Failure)
    assert (found.kind, found.seconds) == (kind, seconds)


def test_partial_data_is_an_answer_with_what_is_withheld():
    errors = [{"type": "FORBIDDEN", "path": ["repository", "files"], "message": SECRET}]
    found = judged(400, {"data": {"repository": {}}, "errors": errors}, {})
    assert isinstance(found, Answer)
    assert found.data == {"repository": {}}
    assert [(one.kind, one.field) for one in found.withheld] == [("FORBIDDEN", "files")]
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (secondary_limit(), [7]),
        (secondary_limit(status=429), [7]),
        (secondary_limit(status=429, retry_after=None), [60]),
        (secondary_limit(retry_after=None), [60]),
        (answer(500), [2]),
        (answer(503, None, **{"Retry-After": "9"}), [9]),
        (Fault(kind="cut"), [2]),
        (Fault(kind="drop"), [2]),
        (answer(200, ["hello"]), []),
        (Fault(status=200, body=b""), [2]),
    ],
)
def test_a_failure_that_passes_is_waited_for(fault, waits):
    with nights(site(*changes(3))) as run:
        run.traffic.faults.append(fault)
        if fault.body == b'["hello"]':
            with pytest.raises(SourceError, match="not as GitHub does"):
                run.sync()
        else:
            assert len(events(run.sync(), "event")) == 3
        assert run.waits == waits


def test_a_spent_budget_is_waited_for_until_it_is_full():
    with nights(site(change())) as run:
        run.traffic.faults.append(rate_limited())
        run.sync()
        (wait,) = run.waits
    assert wait == pytest.approx(600, abs=5)


def test_limits_are_waited_for_twice_as_long_each_time_but_not_for_ever():
    with nights(site(change())) as run:
        run.traffic.faults.append(secondary_limit(retry_after=None, times=99))
        with pytest.raises(SpentError, match="longer than a sync waits"):
            run.sync()
        assert run.waits == [60, 120, 240, 480, 960, 1920]


def test_a_limit_that_lasts_longer_than_an_hour_is_not_waited_for():
    with nights(site(change())) as run:
        run.traffic.faults.append(secondary_limit(retry_after=4000))
        with pytest.raises(SpentError, match="the next run goes on"):
            run.sync()
        assert run.waits == []


def test_a_repository_that_met_the_limit_waits_for_the_next_night():
    hub = site(change())
    hub.repositories.append(Repository("shop/web", 8, [change(number=2)]))
    with nights(hub, "shop/till", "shop/web") as run:
        spent = secondary_limit(retry_after=4000)
        spent.endpoint = "Changes"
        run.traffic.faults.append(spent)
        batch = run.sync()
        assert events(batch, "object_id") == ["shop/web#2"]
        assert [problem.where for problem in batch.problems] == ["shop/till"]
        assert set(run.cursor["repositories"]) == {"shop/web"}
        assert events(run.sync(), "object_id") == ["shop/till#12", "shop/web#2"]


def test_a_failure_that_stays_is_said_with_the_host():
    with nights(site(change())) as run:
        run.traffic.faults.append(Fault(status=500, times=99))
        with pytest.raises(SourceError, match="answers 500; the next run tries again"):
            run.sync()
        assert run.waits == [2, 4, 8]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "refuses the token; make a new one"),
        (403, "refuses the token; it needs to read pull requests"),
        (404, "https://HOST/api/v3"),
        (410, "https://HOST/api/v3"),
    ],
)
def test_a_refusal_is_said_at_once_with_its_remedy(status, words):
    with nights(site(change())) as run:
        run.traffic.faults.append(answer(status, {"message": SECRET}))
        with pytest.raises(SourceError) as caught:
            run.sync()
        assert run.waits == []
    assert words in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value, chain=True))
    assert SECRET not in shown
    assert caught.value.__context__ is None


def test_a_host_that_is_not_there_is_said():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
    waits: list[float] = []
    hub = Hub(f"http://{host}", SecretStr("x"), (host,), Patience(sleep=waits.append))
    with pytest.raises(SourceError, match=f"{host}: cannot be reached"):
        hub.asked("{ viewer { login } }", {})
    assert waits == [2, 4, 8]


@pytest.mark.parametrize("scheme_and_host", ["https://127.0.0.1", "http://127.0.0.1"])
def test_a_host_on_a_private_network_must_be_listed(scheme_and_host):
    with pytest.raises(SourceError, match=r"privacy\.internal_hosts"):
        Hub(scheme_and_host, SecretStr("x"))


def test_a_name_that_leads_to_a_private_network_is_refused_on_the_way():
    hub = Hub("https://localhost:1", SecretStr("x"))
    with pytest.raises(SourceError, match=r"localhost: is on a private network"):
        hub.asked("{ viewer { login } }", {})


def test_an_answer_that_never_comes_is_given_up():
    with nights(site(change())) as run:
        run.traffic.faults.append(Fault(kind="hang", times=9))
        hub = Hub(
            run.url, SecretStr("made-up"), (run.url[7:],),
            Patience(sleep=run.waits.append, timeout=1, tries=2),
        )  # fmt: skip
        with pytest.raises(TooHeavyError):
            hub.asked("{ viewer { login } }", {})
        assert run.waits == [2]


def test_a_page_that_is_too_heavy_is_halved_and_the_size_remembered():
    with nights(site(*changes(40), heavy_above=7)) as run:
        batch = run.sync()
        assert len(set(events(batch, "object_id"))) == 40
        sizes = [
            json.loads(asked.body)["variables"]["first"]
            for asked, reply in run.traffic.kept
            if reply.endpoint == "Changes"
        ]
        assert sizes == [25, 12, 6, 6, 6, 6, 6, 6, 6]
        assert run.cursor["repositories"]["shop/till"]["size"] == 6
        assert run.waits == []


def test_a_page_may_grow_again():
    hub = site(*changes(60), heavy_above=3)
    with nights(hub) as run:
        run.sync()
        small = run.cursor["repositories"]["shop/till"]["size"]
        hub.heavy_above = None
        run.sync()
        assert run.cursor["repositories"]["shop/till"]["size"] > small


def test_a_query_that_went_wrong_inside_an_answer_is_asked_with_fewer():
    with nights(site(*changes(30))) as run:
        fault = went_wrong()
        fault.endpoint = "Changes"
        run.traffic.faults.append(fault)
        assert len(events(run.sync(), "event")) == 30
        assert run.cursor["repositories"]["shop/till"]["size"] == 12


def test_one_pull_request_that_is_too_heavy_is_stepped_over_and_tried_again():
    hub = site(*changes(3))
    with nights(hub) as run:
        patience = Patience(sleep=run.waits.append, timeout=2, tries=1)
        run.traffic.faults.append(Fault("Changes", status=502, times=5))  # 25, 12, 6, 3, 1
        batch = run.sync(patience=patience)
        assert events(batch, "object_id") == ["shop/till#1", "shop/till#2"]
        assert [problem.text.partition(";")[0] for problem in batch.problems] == [
            "shop/till: 1 pull requests not read"
        ]
        assert run.cursor["repositories"]["shop/till"]["left"] == ["PR_7_3"]
        later = run.sync()
        assert "shop/till#3" in events(later, "object_id")
        assert later.problems == ()
        assert run.cursor["repositories"]["shop/till"]["left"] == []


def test_one_that_was_left_and_is_gone_is_forgotten():
    hub = site(*changes(3))
    with nights(hub) as run:
        run.sync()
        run.cursor["repositories"]["shop/till"]["left"] = ["PR_7_3", "PR_7_99"]
        run.cursor["repositories"]["shop/till"]["updated"] = at(days=29).isoformat()
        batch = run.sync(until=at(days=31))
        assert "shop/till#3" in events(batch, "object_id")
        assert batch.problems == ()
        assert run.cursor["repositories"]["shop/till"]["left"] == []


def test_owners_that_are_too_heavy_leave_the_other_repositories():
    hub = site(change())
    hub.repositories.append(Repository("shop/web", 8, [change(number=2)]))
    with nights(hub, "shop/till", "shop/web") as run:
        run.traffic.faults.append(Fault("Owners", status=502, times=4))
        batch = run.sync()
        assert events(batch, "object_id") == ["shop/web#2"]
        assert "takes too long over a query" in batch.problems[0].text


def test_an_answer_that_is_too_large_is_asked_with_fewer(monkeypatch):
    monkeypatch.setattr("connectors.github_client.MOST_BYTES", 8_000)
    with nights(site(*changes(30))) as run:
        assert len(events(run.sync(), "event")) == 30
        assert run.cursor["repositories"]["shop/till"]["size"] == 6


def test_an_answer_that_trickles_in_is_given_up(monkeypatch):
    monkeypatch.setattr("connectors.github_client.MOST_SECONDS", -1.0)
    with nights(site(change())) as run, pytest.raises(SourceError, match="gives no answer in time"):
        run.sync()


def test_a_repository_that_is_not_visible_leaves_the_others():
    hub = site(change(), owners="/src @ana\n")
    with nights(hub, "shop/till", "shop/secret") as run:
        batch = run.sync()
        assert events(batch, "object_id") == ["shop/till#12"]
        assert [problem.where for problem in batch.problems] == ["shop/secret"]
        assert "is not visible (NOT_FOUND); look at its name" in batch.problems[0].text
        assert batch.whole  # the first time there is nothing to lose
        assert run.sync().whole == {}


def test_no_repository_at_all_is_an_error_and_never_no_pull_requests():
    said = r"shop/secret: is not visible.*; shop/attic: is"
    hub = site(change())
    with nights(hub, "shop/secret", "shop/attic") as run, pytest.raises(SourceError, match=said):
        run.sync()


@pytest.mark.parametrize("field", ["Repository.pullRequests", "PullRequestConnection.nodes"])
def test_pull_requests_that_are_withheld_are_an_error_and_never_none(field):
    with nights(site(change())) as run:
        run.site.withheld.add(field)
        with pytest.raises(SourceError, match="not visible"):
            run.sync()


@pytest.mark.parametrize("field", ["comments", "reviews", "timelineItems"])
def test_a_pull_request_in_parts_does_not_replace_what_is_stored(field):
    hub = site(*changes(3))
    with nights(hub) as run:
        run.sync()
        hub.withheld.add(f"PullRequest.{field}#2")
        batch = run.sync()
        assert "PR_7_2" not in batch.objects[EVENTS][1]
        assert {"PR_7_1", "PR_7_3"} <= batch.objects[EVENTS][1]
        assert any("FORBIDDEN" in problem.text for problem in batch.problems)


def test_files_that_are_withheld_cost_the_areas_alone():
    hub = site(change(Event("labeled", at(hours=1), "ben"), files=["src/a"]), owners="/src @ana\n")
    hub.withheld.add("PullRequest.files")
    with nights(hub) as run:
        batch = run.sync()
    assert events(batch, "scope_chain") == ["repository:shop/till"] * 2
    assert batch.problems[0].text.startswith("shop/till: files is withheld 1 times (FORBIDDEN)")


def test_owners_that_are_withheld_leave_what_is_stored():
    hub = site(change(), owners="/src @ana\n")
    with nights(hub) as run:
        run.sync()
        hub.withheld.add("Ref.target")
        batch = run.sync()
        assert batch.whole == {}
        assert any("CODEOWNERS is withheld" in problem.text for problem in batch.problems)


def test_an_answer_that_turns_in_a_circle_is_given_up(monkeypatch):
    page = {"pageInfo": {"hasNextPage": True, "endCursor": "0"}, "nodes": []}
    body = {"data": {"repository": {"pullRequests": page}}}
    with nights(site(change())) as run:
        run.traffic.faults.append(
            Fault("Changes", status=200, body=json.dumps(body).encode(), times=99)
        )
        with pytest.raises(SourceError, match="no further page"):
            run.sync()
        assert run.traffic.counts["Changes"] == 2


def test_nothing_of_an_answer_is_logged(caplog):
    with caplog.at_level(logging.DEBUG), nights(site(change(text=SECRET))) as run:
        run.traffic.faults.append(answer(500, {"message": SECRET}))
        run.sync()
    assert SECRET not in caplog.text
    assert "made-up" not in caplog.text


def test_a_token_may_end_with_a_line_and_a_damaged_one_is_never_shown():
    with nights(site(change())) as run:
        hub = Hub(run.url, SecretStr("made-up\n"), (run.url[7:],), Patience(sleep=run.waits.append))
        assert hub.asked("{ viewer { login } }", {}).data == {"viewer": {"login": "reader"}}
        damaged = SecretStr(f"{SECRET}\nX-Other: 1")
        hub = Hub(run.url, damaged, (run.url[7:],), Patience(sleep=run.waits.append))
        with pytest.raises(SourceError, match="of several lines") as caught:
            hub.asked("{ viewer { login } }", {})
    assert SECRET not in "".join(traceback.format_exception(caught.value, chain=True))


def test_only_queries_are_sent():
    with nights(site(change())) as run:
        run.sync()
        sent = [
            json.loads(asked.body)["query"].split("(")[0].split() for asked, _ in run.traffic.kept
        ]
        assert {words[0] for words in sent} == {"query"}
