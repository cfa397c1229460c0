"""What held of a ticket at each moment, folded from its changes."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.jira_events import events
from connectors.jira_values import Change, Comment, Item, Ticket
from models.phrases import labels
from tests.connectors.jira_given import AT


def now(**given):
    held: dict[str, Any] = {
        "ticket_id": "7", "key": "LNCH-1", "created_at": AT, "updated_at": AT, "creator": "ana",
        "reporter": "ana", "assignee": None, "status": "Done", "project_id": "1",
        "project_key": "LNCH", "components": {}, "comments": (), "is_cut": False,
    }  # fmt: skip
    return Ticket(**held | given)


def change(number, *items, at=None, author="ben"):
    moment = AT + timedelta(hours=number if at is None else at)
    return Change(str(number), moment, author, tuple(items))


def assigned(before, after):
    return Item("assignee", before, after, None, None)


def moved(was, becomes):
    return Item("status", "1", "2", was, becomes)


def component(before=None, after=None):
    return Item("component", before, after, before, after)


def column(found, name):
    return [getattr(event.state, name) for event in found]


def test_without_changes_what_holds_today_held_from_the_beginning():
    found = events(now(assignee="cai", status="To Do", components={"c": "checkout"}), [])
    assert [(event.field, event.actor, event.after) for event in found] == [
        ("created", "ana", "cai")
    ]
    assert (found[0].state.status, found[0].state.components) == ("To Do", {"c": "checkout"})


def test_the_beginning_is_what_the_first_change_took_away():
    changes = [
        change(2, assigned("cai", None)),
        change(1, assigned("ben", "cai"), moved("To Do", "Done")),
    ]
    found = events(now(), changes)
    assert column(found, "assignee") == ["ben", "cai", "cai", None]
    assert column(found, "status") == ["To Do", "Done", "Done", "Done"]


def test_a_change_that_came_after_the_ticket_was_read_does_no_harm():
    """The search saw the ticket before it was given to cai; the changes were read later."""
    found = events(now(assignee="ben"), [change(1, assigned("ben", "cai"))])
    assert column(found, "assignee") == ["ben", "cai"]


def test_a_change_that_is_told_twice_happened_once():
    twice = [change(1, assigned(None, "cai")), change(1, assigned(None, "cai"))]
    assert len(events(now(assignee="cai"), twice)) == 2


def test_changes_of_one_moment_follow_their_ids():
    changes = [
        change(10, assigned("ben", "cai"), at=1),
        change(9, assigned(None, "ben"), at=1),
    ]
    assert column(events(now(), changes), "assignee") == [None, "ben", "cai"]


def test_components_come_and_go():
    changes = [
        change(1, component(after="a")),
        change(2, component(before="a"), component(after="b")),
        change(3, component(before="old")),
    ]
    found = events(now(components={"b": "b", "c": "c"}), changes)
    assert [sorted(held) for held in column(found, "components")] == [
        ["c", "old"], ["a", "c", "old"], ["b", "c", "old"], ["b", "c", "old"], ["b", "c"],
    ]  # fmt: skip
    assert [event.event_id for event in found[2:4]] == ["2-component", "2-component-2"]


@pytest.mark.parametrize(("hours", "holder"), [(0.5, None), (1, "ben"), (1.5, "ben"), (9, "cai")])
def test_a_comment_sees_the_ticket_as_it_was(hours, holder):
    said = Comment("5", AT + timedelta(hours=hours), "dan", (), labels("so?"))
    changes = [change(1, assigned(None, "ben")), change(2, assigned("ben", "cai"))]
    found = events(now(assignee="cai", comments=(said,)), changes)
    assert [event.state.assignee for event in found if event.field == "comment"] == [holder]
    assert [event.at for event in found] == sorted(event.at for event in found)


def test_imported_changes_older_than_the_ticket_keep_their_moments():
    found = events(now(assignee="ben"), [change(1, assigned(None, "ben"), at=-9000)])
    assert [event.field for event in found] == ["assignee", "created"]
    assert found[0].at < AT


def test_a_change_without_items_of_interest_is_nothing():
    assert len(events(now(), [change(1)])) == 1
