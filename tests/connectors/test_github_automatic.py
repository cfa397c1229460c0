"""What machinery did in somebody's name (cases 7 and 8 of the method)."""

import pytest

from connectors.demo.services.github import Event, OwnersFile, Team
from tests.connectors.hub import at, change, events, site, synced

FILES = ["src/pay/card.py", "docs/index.md"]
TEAM = [Team("shop/pay", ("ben", "cai"))]


def asked(seconds, whom, by="ana"):
    return Event("review_requested", at(seconds=seconds), by, whom=whom)


def automatic(*done, owners="", event="review_requested", **more):
    batch = synced(site(change(*done, files=FILES, **more), owners=owners, teams=TEAM))
    return events(batch, "is_automatic", event=event)


@pytest.mark.parametrize(
    ("seconds", "whom", "by", "owners", "is_automatic"),
    [
        (5, "ben", "ana", "/src/pay/ @ben\n", True),
        (60, "ben", "ana", "/src/pay/ @Ben\n", True),
        (61, "ben", "ana", "/src/pay/ @ben\n", False),
        (5, "ben", "cai", "/src/pay/ @ben\n", False),  # another than the author asked
        (5, "dee", "ana", "/src/pay/ @ben\n", False),  # no owner of these files
        (5, "ben", "ana", "/lib/ @ben\n", False),
        (5, "ben", "ana", "* @ben\n", True),  # a catch-all is no area, but it asks
        (5, "ben", "ana", "* @ben\n/src/ @cai\n/docs/ @cai\n", False),  # the last line wins
        (5, "ben", "ana", "/src/ @ben\n/src/pay/\n", False),  # a line without owners un-owns
        (5, "shop/pay", "ana", "/src/ @shop/pay\n", True),
        (5, "cai", "ana", "/src/ @shop/pay\n", True),  # a team may hand on to some of it
        (5, "dee", "ana", "/src/ @shop/pay\n", False),
        (5, "ben", "ana", "", False),
    ],
)
def test_code_owners_are_asked_by_machinery_on_opening(seconds, whom, by, owners, is_automatic):
    assert automatic(asked(seconds, whom, by), owners=owners) == [is_automatic]


@pytest.mark.parametrize(
    ("by", "seconds", "is_automatic"),
    [("dee", 3630, True), ("ana", 3630, False), ("dee", 3661, False)],
)
def test_who_marks_it_ready_is_taken_for_who_asks(by, seconds, is_automatic):
    ready = Event("ready", at(hours=1), "dee")
    found = automatic(ready, asked(seconds, "ben", by), owners="/src/ @ben\n")
    assert found == [is_automatic]


def test_owners_are_those_of_the_time():
    versions = [
        OwnersFile(at(days=-9), "/src/ @ben\n"),
        OwnersFile(at(minutes=-1), "/src/ @cai\n"),
    ]
    assert automatic(asked(5, "ben"), asked(6, "cai"), owners=versions) == [False, True]


def test_a_request_that_github_calls_a_code_owners_is_automatic_once():
    """Pushed files bring further owners in at any time; asking again is a person's doing."""
    found = automatic(
        asked(7200, "ben", "dee"), asked(7300, "cai"), asked(7400, "ben", "cai"),
        asked_as_owner=("ben",),
    )  # fmt: skip
    assert found == [True, False, False]


def test_a_person_who_asks_an_owner_once_more_counts():
    found = automatic(asked(5, "ben"), asked(900, "ben", "cai"), owners="/src/ @ben\n")
    assert found == [True, False]


@pytest.mark.parametrize(
    ("seconds", "by", "is_automatic"),
    [(0, "ana", True), (5, "ana", True), (6, "ana", False), (1, "cai", False)],
)
def test_what_a_template_assigns_on_opening_is_automatic(seconds, by, is_automatic):
    done = Event("assigned", at(seconds=seconds), by, whom="ben")
    assert automatic(done, event="assigned") == [is_automatic]


@pytest.mark.parametrize(
    ("before", "is_automatic"),
    [
        ([], False),
        (["auto_merge_enabled"], True),
        (["auto_merge_enabled", "auto_merge_disabled"], False),
        (["auto_merge_enabled", "auto_merge_disabled", "auto_merge_enabled"], True),
        (["queued"], True),
        (["queued", "unqueued"], False),
        (["queued", "unqueued", "auto_merge_enabled"], True),
    ],
)
def test_a_merge_left_to_github_is_automatic(before, is_automatic):
    wishes = [Event(kind, at(hours=n), "cai") for n, kind in enumerate(before, 1)]
    done = [*wishes, Event("merged", at(hours=9), "cai")]
    assert automatic(*done, event="merged") == [is_automatic]


def test_leaving_the_queue_by_merging_takes_nothing_back():
    done = [
        Event("queued", at(hours=1), "cai"),
        Event("unqueued", at(hours=2), "cai", reason="MERGED"),
        Event("merged", at(hours=2), "cai"),
    ]
    assert automatic(*done, event="merged") == [True]


def test_leaving_a_merge_to_github_is_a_persons_doing():
    enabled = Event("auto_merge_enabled", at(hours=1), "cai")
    assert automatic(enabled, event="auto_merge_enabled") == [False]


@pytest.mark.parametrize(("commit", "is_automatic"), [(None, False), ("c" * 40, True)])
def test_a_review_that_a_new_commit_dismissed_was_dismissed_by_nobody(commit, is_automatic):
    done = [
        Event("reviewed", at(hours=1), "ben", verdict="approved"),
        Event("review_dismissed", at(hours=2), "cai", whom="ben", commit=commit),
    ]
    assert automatic(*done, event="review_dismissed") == [is_automatic]


def test_the_wish_may_lie_before_what_is_read():
    hub = site(change(
        Event("auto_merge_enabled", at(hours=1), "cai"), Event("merged", at(hours=9), "cai"),
    ))  # fmt: skip
    batch = synced(hub, since=at(hours=5))
    assert events(batch, "event", "is_automatic") == [("merged", True)]


def test_who_assigned_is_the_actor_and_never_the_assignee():
    """Case 8: the older interface names the assignee as actor."""
    batch = synced(site(change(Event("assigned", at(hours=1), "ben", whom="cai"))))
    assert events(batch, "actor_key", "target_key", event="assigned") == [("ben", "cai")]
