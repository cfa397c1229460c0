"""What machinery did in somebody's name: GitHub records it under a person all the same.

Source: METHOD 3 (request review, assign, merge for others). GitHub does not say of an event that
it asked code owners: that is seen by who asked, when and whom; of a request that still waits it
says so itself.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from connectors.github_accounts import Who
from connectors.github_changes import Change, Happened

OWNERS_ASKED_WITHIN = timedelta(seconds=60)  # METHOD 3: of opening, or of being marked ready
ASSIGNED_WITHIN = timedelta(seconds=5)  # CONNECTORS 1: all recorded ones came within a second

Owners = Callable[[datetime], Collection[str]]
Members = Callable[[str], Collection[str]]


def automatic(change: Change, owners: Owners, members: Members) -> frozenset[str]:
    """Ids of the events of a pull request that machinery made.

    `owners` gives whom CODEOWNERS names for its files at a moment, `@login` or `@team`; `members`
    the logins of such a team; all in lower case.
    """
    return frozenset(
        [
            *_owners_asked(change, owners, members),
            *_flagged(change),
            *_assigned_on_opening(change),
            *_merged_by_itself(change),
            *(one.event_id for one in change.events if one.is_stale),
        ]
    )


def _owners_asked(change: Change, owners: Owners, members: Members) -> Iterator[str]:
    """Requests to code owners right after it was opened or marked ready, by who did that."""
    starts = [(change.opened_at, change.author)]
    starts += [(one.at, one.actor) for one in change.events if one.event == "ready"]
    for one in change.events:
        if one.event != "review_requested":
            continue
        is_start = any(
            timedelta(0) <= one.at - at <= OWNERS_ASKED_WITHIN and _is_same(one.actor, by)
            for at, by in starts
        )
        if is_start and _is_owner(one, owners(one.at), members):
            yield one.event_id


def _is_owner(asked: Happened, owners: Collection[str], members: Members) -> bool:
    """Whether who is asked is named, or belongs to a team that is: a team may hand on to some."""
    name = _asked(asked)
    return f"@{name}" in owners or any(name in members(owner) for owner in owners if "/" in owner)


def _flagged(change: Change) -> Iterator[str]:
    """The first request to each whom GitHub says it asks as code owner; a person may ask again."""
    seen: set[str] = set()
    for one in change.events:
        name = _asked(one)
        if one.event == "review_requested" and name in change.as_owner and name not in seen:
            seen.add(name)
            yield one.event_id


def _assigned_on_opening(change: Change) -> Iterator[str]:
    """What a template assigns is recorded as done by who opened, in the same second."""
    for one in change.events:
        is_at_once = timedelta(0) <= one.at - change.opened_at <= ASSIGNED_WITHIN
        if one.event == "assigned" and is_at_once and _is_same(one.actor, change.author):
            yield one.event_id


def _merged_by_itself(change: Change) -> Iterator[str]:
    """A merge that was left to the queue, or to GitHub once all checks pass."""
    wishes = [(one.at, one.event) for one in change.events if one.event == "auto_merge_enabled"]
    wishes = sorted([*wishes, *((at, mark) for mark, at in change.marks)])
    for one in change.events:
        if one.event != "merged":
            continue
        standing = {"queue": False, "auto": False}
        for at, wish in wishes:
            if at <= one.at:
                standing["queue" if "queue" in wish else "auto"] = wish in (
                    "queued", "auto_merge_enabled",
                )  # fmt: skip
        if any(standing.values()):
            yield one.event_id


def _asked(one: Happened) -> str:
    return (one.team or (one.target.login if one.target else "")).lower()


def _is_same(one: Who | None, other: Who | None) -> bool:
    return one is not None and other is not None and one.login.lower() == other.login.lower()
