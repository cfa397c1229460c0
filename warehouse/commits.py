"""What rides on a commit of a lake table besides its rows.

One commit moves rows, touched weeks, the versions of the inputs they were made of and a source's
cursor together, so that none of them can be ahead of the others. The note is JSON in the commit's
metadata and holds no personal data: dates, versions, digests and cursors. Every note carries the
whole state on, so that only the newest is ever needed.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from deltalake import CommitProperties, Transaction

from models.weeks import weeks_between

NOTE = "dottedline"
WEEK = timedelta(weeks=1)
HOUSEKEEPING = {"OPTIMIZE", "VACUUM START", "VACUUM END"}  # commits that change no row
NO_RETRY = 0  # the library's own retry would carry an outdated note; the lake starts over instead


@dataclass(frozen=True)
class State:
    """What a table's last commit says about it.

    `fingerprint` is of the code and settings that made the rows. `consumed` is the mark of each
    input (`Snapshot.mark`) up to which its changes are in. `cursors` are the sources' own.
    `covered` are the first and last week computed, and `until` the moment before which acts count.
    """

    fingerprint: str = ""
    consumed: Mapping[str, str] = field(default_factory=dict)
    cursors: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    covered: tuple[date, date] | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Purged:
    """On what terms a table was purged: nothing is left from before a date but kept sources."""

    before: date
    kept_sources: tuple[str, ...]


def properties(
    state: State,
    touched: Collection[date] | None,
    transactions: Mapping[str, int],
    *,
    purged: Purged | None = None,
) -> CommitProperties:
    """The properties of a commit that changes rows of the touched weeks (None: of any week)."""
    note = {
        "touched": None if touched is None else _stretches(touched),
        "fingerprint": state.fingerprint,
        "consumed": dict(state.consumed),
        "cursors": {source: dict(cursor) for source, cursor in state.cursors.items()},
        "covered": state.covered and [day.isoformat() for day in state.covered],
        "until": state.until and state.until.isoformat(),
        "purged": purged and [purged.before.isoformat(), *purged.kept_sources],
    }
    return CommitProperties(
        custom_metadata={NOTE: json.dumps(note, sort_keys=True)},
        max_commit_retries=NO_RETRY,
        app_transactions=[Transaction(name, version) for name, version in transactions.items()],
    )


def state(history: Iterable[Mapping[str, object]]) -> State:
    """The state in the newest commit that has a note; the empty one if none has."""
    for commit in history:
        if NOTE in commit:
            note = json.loads(str(commit[NOTE]))
            covered = note["covered"]
            until = note["until"]
            return State(
                fingerprint=note["fingerprint"],
                consumed=note["consumed"],
                cursors=note["cursors"],
                covered=covered
                and (date.fromisoformat(covered[0]), date.fromisoformat(covered[1])),
                until=until and datetime.fromisoformat(until),
            )
    return State()


def touched(history: Iterable[Mapping[str, object]]) -> frozenset[date] | None:
    """All weeks touched by these commits; None: any week, since one of them does not say."""
    weeks: frozenset[date] = frozenset()
    for commit in history:
        if NOTE in commit:
            stretches = json.loads(str(commit[NOTE]))["touched"]
            if stretches is None:
                return None
            for first, last in stretches:
                weeks |= set(weeks_between(date.fromisoformat(first), date.fromisoformat(last)))
        elif commit["operation"] not in HOUSEKEEPING:
            return None
    return weeks


def last_purge(
    history: Iterable[Mapping[str, object]],
) -> tuple[Purged, frozenset[date] | None] | None:
    """The newest purge among these commits, newest first, and the weeks touched since."""
    since: list[Mapping[str, object]] = []
    for commit in history:
        purged = json.loads(str(commit.get(NOTE, "{}"))).get("purged")
        if purged:
            return Purged(date.fromisoformat(purged[0]), tuple(purged[1:])), touched(since)
        since.append(commit)
    return None


def _stretches(weeks: Collection[date]) -> list[list[str]]:
    stretches: list[list[date]] = []
    for week in sorted(weeks):
        if stretches and stretches[-1][1] + WEEK == week:
            stretches[-1][1] = week
        else:
            stretches.append([week, week])
    return [[first.isoformat(), last.isoformat()] for first, last in stretches]
