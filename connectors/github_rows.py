"""What was read of a GitHub, in the shape of `models.tables`; accounts become keys here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import polars as pl

from connectors.github_accounts import Accounts
from connectors.github_areas import Areas, scope_id
from connectors.github_automatic import automatic
from connectors.github_changes import Change, Happened
from connectors.github_cursor import FLAGS_VERSION
from connectors.github_owners import Owners, People
from models.tables.code_reviews import CodeReviewEventsSchema
from models.tables.raw import OwnerEntriesSchema, OwnerPatternsSchema

Row = dict[str, object]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Read:
    """One repository: its owners, and the pull requests that were read."""

    owners: Owners
    changes: Sequence[Change]


def event_rows(
    source: str,
    reads: Sequence[Read],
    people: People,
    accounts: Accounts,
    bounds: tuple[datetime, datetime],
) -> pl.DataFrame:
    """Events within the bounds (the second excluded), as rows of raw.code_review_events."""
    for read in reads:
        for change in read.changes:
            _meet(_within(change, *bounds), accounts)
    rows = [row for read in reads for row in _rows_of(source, read, people, accounts, bounds)]
    frame = pl.DataFrame(rows, schema=CodeReviewEventsSchema.create_empty().schema)
    return frame.unique("event_id", keep="first", maintain_order=True)


def owner_tables(
    source: str, owners: Sequence[Owners], people: People, accounts: Accounts
) -> dict[str, pl.DataFrame]:
    """Patterns and entries of CODEOWNERS with the stretches of time in which they stood."""
    patterns = [row for one in owners for row in _patterns(source, one)]
    entries = [row for one in owners for row in _entries(source, one, people, accounts)]
    return {
        "raw.owner_patterns": _frame(patterns, OwnerPatternsSchema.create_empty()),
        "raw.owner_entries": _frame(entries, OwnerEntriesSchema.create_empty()),
    }


def _frame(rows: Sequence[Row], empty: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=empty.schema).sort(empty.columns, nulls_last=True)


def _within(change: Change, since: datetime, until: datetime) -> Change:
    """The same with what happened within the bounds alone."""
    return replace(
        change,
        events=tuple(one for one in change.events if since <= one.at < until),
        mentioned=tuple(one for one in change.mentioned if since <= one[1] < until),
    )


def _meet(change: Change, accounts: Accounts) -> None:
    """Everybody on a pull request is known before its texts are asked whom they mention."""
    if change.events:
        accounts.key_of(change.author, change.opened_at)
    for found, at in change.mentioned:
        accounts.key_of(found, at)
    for one in change.events:
        accounts.key_of(one.actor, one.at)
        accounts.key_of(one.target, one.at)


def _rows_of(
    source: str,
    read: Read,
    people: People,
    accounts: Accounts,
    bounds: tuple[datetime, datetime],
) -> Iterator[Row]:
    called = read.owners.repository
    paths = {path for change in read.changes for path in change.files}
    areas = Areas(called, read.owners.versions, paths)

    def members(team: str) -> frozenset[str]:
        return frozenset(one.login.lower() for one in people.behind(team))

    for change in read.changes:
        machine = automatic(change, partial(_owners_at, areas, change.files), members)
        for one in _within(change, *bounds).events:
            of_change = {
                "source": source,
                "change_id": change.change_id,
                "object_id": f"{called}#{change.number}",
                "repository": called,
                "author_key": accounts.key_of(change.author, change.opened_at),
                "opened_at": change.opened_at,
                "lines_changed": change.lines_changed,
                "scope_chain": areas.touched(change.files, one.at).scope_chain,
                "is_automatic": one.event_id in machine,
                "flags_version": FLAGS_VERSION,
            }
            yield of_change | _of_event(one, accounts)


def _owners_at(areas: Areas, files: tuple[str, ...], at: datetime) -> frozenset[str]:
    return areas.touched(files, at).owners


def _of_event(one: Happened, accounts: Accounts) -> Row:
    labels = one.said.labels if one.said else None
    mentioned = [accounts.known_login(login) for login in one.said.logins] if one.said else []
    return {
        "event_id": one.event_id,
        "happened_at": one.at,
        "utc_week": (one.at - timedelta(days=one.at.weekday())).date(),
        "event": one.event,
        "actor_key": accounts.key_of(one.actor, one.at),
        "target_key": accounts.key_of(one.target, one.at),
        "target_team": one.team,
        "verdict": one.verdict,
        "commit_id": one.commit_id,
        "comment_count": one.comment_count,
        "mentioned_keys": list(dict.fromkeys(key for key in mentioned if key)),
        "is_question": labels.is_question if labels else None,
        "is_ping": labels.is_ping if labels else None,
        "has_policy_link": labels.has_policy_link if labels else None,
        "has_decision": labels.has_decision if labels else None,
    }


def _patterns(source: str, owners: Owners) -> Iterator[Row]:
    versions = [(version.at, version.register.patterns) for version in owners.versions]
    for one, since, to in _spans(versions):
        yield {
            "source": source,
            "repository": owners.repository,
            "scope_type": one.scope_type,
            "scope_id": scope_id(owners.repository, one.pattern),
            "pattern": one.pattern,
            "dialect": one.dialect,
            "is_exclusion": one.is_exclusion,
            "is_catch_all": one.is_catch_all,
            "position": one.position,
            "valid_from": since,
            "valid_to": to,
        }


def _entries(source: str, owners: Owners, people: People, accounts: Accounts) -> Iterator[Row]:
    keys = _keys(owners, people, accounts)
    versions = [
        (
            version.at,
            frozenset(
                (one.scope_type, one.scope_id, one.role, key)
                for one in version.register.entries
                for key in keys[one.account_id]
            ),
        )
        for version in owners.versions
    ]
    for (scope_type, pattern, role, key), since, to in _spans(versions):
        yield {
            "source": source,
            "repository": owners.repository,
            "scope_type": scope_type,
            "scope_id": scope_id(owners.repository, pattern),
            "account_key": key,
            "role": role,
            "is_merge_only": False,
            "valid_from": since,
            "valid_to": to,
        }


def _keys(owners: Owners, people: People, accounts: Accounts) -> dict[str, list[str]]:
    """Accounts behind each owner that any version names; they are seen while it stands."""
    seen: dict[str, list[datetime]] = {}
    for version in owners.versions:
        for one in version.register.entries:
            seen.setdefault(one.account_id, []).append(version.at)
    found: dict[str, list[str]] = {}
    for owner, moments in seen.items():
        keys = [
            accounts.key_of(one, at)
            for one in people.behind(owner)
            for at in {moments[0], moments[-1]}
        ]
        found[owner] = sorted({key for key in keys if key})
    return found


def _spans(
    versions: Sequence[tuple[datetime, frozenset[Item]]],
) -> Iterator[tuple[Item, datetime, datetime | None]]:
    """Each item with the stretches in which it stood; what stood for no time is left out."""
    standing: dict[Item, datetime] = {}
    for at, items in versions:
        for gone in standing.keys() - items:
            since = standing.pop(gone)
            if since < at:
                yield gone, since, at
        for new in items - standing.keys():
            standing[new] = at
    for item, since in standing.items():
        yield item, since, None
