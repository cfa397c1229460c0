"""What happened to a pull request, from GitHub's answer; its texts become labels here.

Whether machinery did something in somebody's name needs CODEOWNERS and is decided in
`github_automatic`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.github_accounts import Who, who
from connectors.github_walk import Node, moment
from connectors.owners.register import plain
from models.phrases import MOST_CHARACTERS, Labels, labels

EVENTS = {
    "AssignedEvent": "assigned",
    "AutoMergeEnabledEvent": "auto_merge_enabled",
    "AutoRebaseEnabledEvent": "auto_merge_enabled",
    "AutoSquashEnabledEvent": "auto_merge_enabled",
    "ClosedEvent": "closed",
    "ConvertToDraftEvent": "draft",
    "LabeledEvent": "labeled",
    "MergedEvent": "merged",
    "MilestonedEvent": "milestoned",
    "ReadyForReviewEvent": "ready",
    "ReopenedEvent": "reopened",
    "ReviewDismissedEvent": "review_dismissed",
    "ReviewRequestRemovedEvent": "review_request_removed",
    "ReviewRequestedEvent": "review_requested",
    "UnassignedEvent": "unassigned",
}
QUEUE = {  # what says that machinery will merge, and what takes that back
    "AddedToMergeQueueEvent": "queued",
    "AutoMergeDisabledEvent": "auto_merge_disabled",
    "RemovedFromMergeQueueEvent": "unqueued",
}
VERDICTS = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes_requested",
    "COMMENTED": "commented",
    "DISMISSED": "dismissed",
}
MOST_MENTIONS = 50  # of one text
MENTION = re.compile(r"(?<![\w@/.`+-])@([A-Za-z0-9][A-Za-z0-9_-]{0,38})(?![\w/-]|\.\w)")
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Said:
    """What is kept of a text: its labels, and the logins that it mentions."""

    labels: Labels
    logins: tuple[str, ...]


@dataclass(frozen=True)
class Happened:
    """One event. `target` is asked or assigned; `team` is asked as a whole.

    `is_stale`: of a dismissal, that a new commit made GitHub dismiss the review.
    """

    event_id: str
    event: str
    at: datetime
    actor: Who | None
    target: Who | None = None
    team: str | None = None
    verdict: str | None = None
    commit_id: str | None = None
    comment_count: int = 0
    said: Said | None = None
    is_stale: bool = False


@dataclass(frozen=True)
class Change:
    """One pull request, without any text.

    `events` are in order. `marks` are what is no event of its own: when it was queued for a merge,
    and when that was taken back. `mentioned` says who was mentioned when, in any text. `as_owner`
    are logins and teams asked because CODEOWNERS names them, in lower case.
    """

    change_id: str
    number: int
    opened_at: datetime
    updated_at: datetime
    author: Who | None
    lines_changed: int | None
    files: tuple[str, ...]
    events: tuple[Happened, ...]
    marks: tuple[tuple[str, datetime], ...]
    mentioned: tuple[tuple[Who, datetime], ...]
    as_owner: frozenset[str]


def change(node: Node) -> Change:
    """A pull request of an answer, with all lists read to their end."""
    items = [item for item in _nodes(node, "timelineItems") if item.get("createdAt")]
    before = {
        item["review"]["id"]: str(item["previousReviewState"])
        for item in items
        if item["__typename"] == "ReviewDismissedEvent" and item.get("review")
    }
    merged = [item for item in items if item["__typename"] == "MergedEvent"]
    events = [
        _opened(node),
        *(_reviewed(one, before) for one in _nodes(node, "reviews") if _is_given(one)),
        *(_commented(one) for one in _nodes(node, "comments")),
        *(_item(one, node) for one in items if _is_event(one, merged)),
    ]
    if node.get("mergedAt") and not merged:  # before GitHub kept an event for it
        at, by = moment(node["mergedAt"]), who(node.get("mergedBy"))
        events.append(Happened(f"{node['id']}:merged", "merged", at, by))
    sizes = (node.get("additions"), node.get("deletions"))
    return Change(
        change_id=node["id"],
        number=node["number"],
        opened_at=moment(node["createdAt"]),
        updated_at=moment(node["updatedAt"]),
        author=who(node.get("author")),
        lines_changed=None if None in sizes else sum(size or 0 for size in sizes),
        files=tuple(one["path"] for one in _nodes(node, "files")),
        events=tuple(sorted(events, key=lambda one: (one.at, one.event_id))),
        marks=tuple(_marks(items)),
        mentioned=tuple(_mentioned(items)),
        as_owner=frozenset(_as_owner(node)),
    )


def said(text: str | None) -> Said | None:
    """What is kept of a text; None: there is none."""
    if not text or not text.strip():
        return None
    written = CODE.sub(" ", text[:MOST_CHARACTERS])
    logins = dict.fromkeys(login.lower() for login in MENTION.findall(written))
    return Said(labels(text), tuple(logins)[:MOST_MENTIONS])


def asked_team(reviewer: Mapping[str, Any] | None) -> str | None:
    """The team that is asked, `organisation/team`; None: it is no team, or not to be seen."""
    slug = (reviewer or {}).get("combinedSlug")
    return plain(str(slug)) if slug else None


def _nodes(node: Node, part: str) -> list[dict[str, Any]]:
    return [one for one in (node.get(part) or {}).get("nodes") or () if one]


def _is_given(review: Mapping[str, Any]) -> bool:
    return bool(review.get("submittedAt")) and review.get("state") in VERDICTS


def _is_event(item: Mapping[str, Any], merged: list[dict[str, Any]]) -> bool:
    """Whether an item is an event of its own; a merge closes too, which says nothing more."""
    kind = item["__typename"]
    is_closed_by_merge = kind == "ClosedEvent" and any(
        item["createdAt"] >= one["createdAt"] for one in merged
    )
    return kind in EVENTS and not is_closed_by_merge


def _opened(node: Node) -> Happened:
    return Happened(
        event_id=f"{node['id']}:opened",
        event="opened",
        at=moment(node["createdAt"]),
        actor=who(node.get("author")),
        said=said(node.get("body")),
    )


def _reviewed(review: Mapping[str, Any], before: Mapping[str, str]) -> Happened:
    """A review with its verdict as it was given, also where it was dismissed later."""
    state = before.get(review["id"], review["state"])
    return Happened(
        event_id=review["id"],
        event="reviewed",
        at=moment(review["submittedAt"]),
        actor=who(review.get("author")),
        verdict=VERDICTS.get(state, "dismissed"),
        commit_id=(review.get("commit") or {}).get("oid"),
        comment_count=(review.get("comments") or {}).get("totalCount") or 0,
        said=said(review.get("body")),
    )


def _commented(comment: Mapping[str, Any]) -> Happened:
    return Happened(
        event_id=comment["id"],
        event="commented",
        at=moment(comment["createdAt"]),
        actor=who(comment.get("author")),
        said=said(comment.get("body")),
    )


def _item(item: Mapping[str, Any], node: Node) -> Happened:
    """An event of the timeline; `actor` of an assignment is who assigned, as GraphQL has it."""
    event = EVENTS[item["__typename"]]
    by = item.get("actor") or (node.get("mergedBy") if event == "merged" else None)
    target = item.get("assignee") or item.get("requestedReviewer")
    return Happened(
        event_id=item["id"],
        event=event,
        at=moment(item["createdAt"]),
        actor=who(by),
        target=who(target),
        team=asked_team(item.get("requestedReviewer")),
        verdict=VERDICTS.get(str(item.get("previousReviewState"))),
        is_stale=bool(item.get("pullRequestCommit")),
    )


def _marks(items: list[dict[str, Any]]) -> Iterator[tuple[str, datetime]]:
    for item in items:
        kind = QUEUE.get(item["__typename"])
        is_merge = kind == "unqueued" and str(item.get("reason") or "").lower().startswith("merge")
        if kind and not is_merge:
            yield kind, moment(item["createdAt"])


def _mentioned(items: list[dict[str, Any]]) -> Iterator[tuple[Who, datetime]]:
    """The actor of such an event is who was mentioned."""
    for item in items:
        found = who(item.get("actor")) if item["__typename"] == "MentionedEvent" else None
        if found:
            yield found, moment(item["createdAt"])


def _as_owner(node: Node) -> Iterator[str]:
    for one in _nodes(node, "reviewRequests"):
        reviewer = one.get("requestedReviewer") or {}
        name = reviewer.get("combinedSlug") or reviewer.get("login")
        if one.get("asCodeOwner") and name:
            yield str(name).lower()
