"""The data of a made-up GitHub in the shape of its schema: dictionaries, and lists with pages.

What can be asked for at the top of a query is in `github_answers`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLResolveInfo

from connectors.demo.services.github_site import (
    Event,
    HubSite,
    OwnersFile,
    PullRequest,
    Repository,
)

Shown = dict[str, Any]

TIMELINE = {
    "ready": "ReadyForReviewEvent",
    "draft": "ConvertToDraftEvent",
    "review_requested": "ReviewRequestedEvent",
    "review_request_removed": "ReviewRequestRemovedEvent",
    "review_dismissed": "ReviewDismissedEvent",
    "assigned": "AssignedEvent",
    "unassigned": "UnassignedEvent",
    "labeled": "LabeledEvent",
    "milestoned": "MilestonedEvent",
    "merged": "MergedEvent",
    "closed": "ClosedEvent",
    "reopened": "ReopenedEvent",
    "auto_merge_enabled": "AutoMergeEnabledEvent",
    "auto_merge_disabled": "AutoMergeDisabledEvent",
    "queued": "AddedToMergeQueueEvent",
    "unqueued": "RemovedFromMergeQueueEvent",
}


def connection(
    items: Callable[..., Sequence[Any]] | Sequence[Any],
    shown: Callable[[Any], Shown] = lambda item: item,
) -> Callable[..., Shown]:
    """A field with pages over a list, or over what a function of the arguments gives.

    Only what is on the page is `shown`.
    """

    def page(
        _info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        **arguments: Any,
    ) -> Shown:
        every = list(items(**arguments) if callable(items) else items)
        start = int(after) if after else 0
        end = min(len(every), start + first) if first is not None else len(every)
        if last is not None:
            start = max(start, end - last)
        return {
            "totalCount": len(every),
            "nodes": [shown(item) for item in every[start:end]],
            "pageInfo": {"hasNextPage": end < len(every), "endCursor": str(end)},
        }

    return page


def written(at: datetime) -> str:
    """A moment as GitHub writes it: 2026-09-22T07:10:00Z."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone; write datetime(..., tzinfo=UTC)")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def change_id(repository: Repository, change: PullRequest) -> str:
    """The id of a pull request, which renaming its repository does not change."""
    return f"PR_{repository.number}_{change.number}"


def actor(site: HubSite, login: str | None) -> Shown | None:
    """An account; None: nobody known."""
    if login is None:
        return None
    account = site.account(login)
    return {
        "__typename": account.kind,
        "id": f"{account.kind[0]}_{account.number}",
        "databaseId": account.number,
        "login": account.login,
        "name": account.name,
    }


def organization(site: HubSite, login: str) -> Shown:
    """An organisation, for its teams."""

    def team(_info: GraphQLResolveInfo, slug: str) -> Shown | None:
        return _team(site, f"{login}/{slug}")

    return {"__typename": "Organization", "id": f"O_{login}", "login": login, "team": team}


def _team(site: HubSite, slug: str) -> Shown | None:
    found = site.team(slug)
    if found is None:
        return None
    return {
        "__typename": "Team",
        "id": f"T_{found.slug}",
        "combinedSlug": found.slug,
        "members": connection(lambda **_: [actor(site, one) or {} for one in found.members]),
    }


def _reviewer(site: HubSite, whom: str | None) -> Shown | None:
    return _team(site, whom) if whom and "/" in whom else actor(site, whom)


def repository_of(site: HubSite, repository: Repository) -> Shown:
    """A repository with its pull requests, and its default branch for CODEOWNERS."""

    def changes(
        orderBy: Mapping[str, str] | None = None,  # noqa: N803
        states: Sequence[str] | None = None,
    ) -> list[PullRequest]:
        kept = [one for one in repository.pull_requests if not states or one.state in states]
        order = orderBy or {"field": "CREATED_AT", "direction": "ASC"}
        is_by_update = order["field"] == "UPDATED_AT"
        kept.sort(
            key=lambda one: (one.updated if is_by_update else one.opened_at, one.number),
            reverse=order["direction"] == "DESC",
        )
        return kept

    tip = _commit(repository, None)
    return {
        "__typename": "Repository",
        "id": f"R_{repository.number}",
        "nameWithOwner": repository.name,
        "defaultBranchRef": {"id": f"REF_{repository.number}", "name": "main", "target": tip},
        "pullRequests": connection(changes, lambda one: pull_request(site, repository, one)),
    }


def _commit(repository: Repository, version: OwnersFile | None) -> Shown:
    """The commit that brought a version of CODEOWNERS; None: the latest of all."""
    oid = "0" * 40 if version is None else f"{repository.owners.index(version) + 1:040x}"
    at = version.at if version else max([one.at for one in repository.owners], default=None)

    def history(path: str | None = None, **_: object) -> list[Shown]:
        found = [one for one in repository.owners if one.path == path]
        return [_commit(repository, one) for one in sorted(found, key=lambda one: one.at)][::-1]

    def file(_info: GraphQLResolveInfo, path: str) -> Shown | None:
        if version is None or version.path != path or version.text is None:
            return None
        blob = {"__typename": "Blob", "id": f"B_{oid}", "oid": oid, "isTruncated": False}
        return {"oid": oid, "object": blob | {"text": version.text}}

    merged = version.merged_at if version else None
    brought = [{"mergedAt": written(merged), "number": 1}] if merged else []
    return {
        "__typename": "Commit",
        "id": f"C_{oid}",
        "oid": oid,
        "committedDate": written(at) if at else "1970-01-01T00:00:00Z",
        "history": connection(history),
        "file": file,
        "associatedPullRequests": connection(brought),
    }


def pull_request(site: HubSite, repository: Repository, change: PullRequest) -> Shown:
    """A pull request with all that may be asked of it."""
    own = change_id(repository, change)
    events = [(f"{own}_E{at}", event) for at, event in enumerate(change.in_order(), 1)]
    reviews = _reviews(site, events)
    merged = next((event for _, event in reversed(events) if event.kind == "merged"), None)
    comments = [
        {
            "id": event_id,
            "author": actor(site, event.by),
            "body": event.text,
            "createdAt": written(event.at),
        }
        for event_id, event in events
        if event.kind == "commented"
    ]
    asked = [
        {
            "id": f"{own}_A{at}",
            "asCodeOwner": whom in change.asked_as_owner,
            "requestedReviewer": _reviewer(site, whom),
        }
        for at, whom in enumerate(change.asked(), 1)
    ]
    said = [(own, change.opened_at, change.text), *((e, one.at, one.text) for e, one in events)]
    timeline = [
        *(item for one in events if (item := _timeline_item(site, one, events, reviews))),
        *(item for text in said for item in _mentions(site, *text)),
    ]
    timeline.sort(key=lambda item: str(item["createdAt"]))

    def items(itemTypes: Sequence[str] | None = None) -> list[Shown]:  # noqa: N803
        wanted = {_type_name(name) for name in itemTypes or ()}
        return [item for item in timeline if not wanted or item["__typename"] in wanted]

    return {
        "__typename": "PullRequest",
        "id": own,
        "number": change.number,
        "title": change.title,
        "body": change.text,
        "author": actor(site, change.author),
        "createdAt": written(change.opened_at),
        "updatedAt": written(change.updated),
        "state": change.state,
        "baseRefName": change.base,
        "additions": change.additions,
        "deletions": change.deletions,
        "mergedAt": written(merged.at) if merged else None,
        "mergedBy": actor(site, merged.by) if merged else None,
        "files": connection([{"path": path} for path in change.files]),
        "comments": connection(comments),
        "reviews": connection([*reviews.values()]),
        "reviewRequests": connection(asked),
        "timelineItems": connection(items),
    }


def _reviews(site: HubSite, events: Sequence[tuple[str, Event]]) -> dict[str, Shown]:
    dismissed = {_dismissed(one, events) for one in events}
    return {
        event_id: {
            "id": event_id,
            "author": actor(site, event.by),
            "body": event.text,
            "state": "DISMISSED" if event_id in dismissed else event.verdict.upper(),
            "submittedAt": None if event.verdict == "pending" else written(event.at),
            "commit": {"oid": event.commit} if event.commit else None,
            "comments": connection([{} for _ in range(event.comments)]),
        }
        for event_id, event in events
        if event.kind == "reviewed"
    }


def _dismissed(one: tuple[str, Event], events: Sequence[tuple[str, Event]]) -> str | None:
    """The id of the review that an event dismisses: the last of that person before it."""
    event = one[1]
    if event.kind != "review_dismissed":
        return None
    given = [
        event_id
        for event_id, other in events
        if other.kind == "reviewed" and other.by == event.whom and other.at < event.at
    ]
    return given[-1] if given else None


def _timeline_item(
    site: HubSite,
    one: tuple[str, Event],
    events: Sequence[tuple[str, Event]],
    reviews: Mapping[str, Shown],
) -> Shown | None:
    event_id, event = one
    if event.kind not in TIMELINE:
        return None
    dismissed = _dismissed(one, events) or ""
    before = dict(events)[dismissed].verdict.upper() if dismissed else "COMMENTED"
    return {
        "__typename": TIMELINE[event.kind],
        "id": event_id,
        "createdAt": written(event.at),
        "actor": actor(site, event.by),
        "assignee": actor(site, event.whom) if event.kind.endswith("assigned") else None,
        "requestedReviewer": _reviewer(site, event.whom),
        "previousReviewState": before,
        "review": reviews.get(dismissed),
        "pullRequestCommit": {"id": f"PRC_{event.commit}"} if event.commit else None,
        "reason": event.reason,
    }


def _mentions(site: HubSite, event_id: str, at: datetime, text: str) -> Iterator[Shown]:
    """An event for each account of the site that a text mentions; its actor is who is mentioned."""
    known = {account.login.lower() for account in site.accounts}
    for login in sorted({login.lower() for login in re.findall(r"@([\w-]+)", text)} & known):
        yield {
            "__typename": "MentionedEvent",
            "id": f"{event_id}_M_{login}",
            "createdAt": written(at),
            "actor": actor(site, login),
        }


def _type_name(name: str) -> str:
    """READY_FOR_REVIEW_EVENT as ReadyForReviewEvent."""
    return "".join(part.capitalize() for part in name.split("_"))
