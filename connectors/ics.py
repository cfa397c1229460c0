"""Calendars as a source: .ics files and addresses, without any title or text.

Where they lie is in `ics_places`, what one holds in `ics_entries`, which wording makes an entry no
meeting in `ics_words`, rows in `ics_rows`. Dates of recurring meetings are made for the window
only, so a calendar that is the same as last time brings something only when a date comes due.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import requests

from connectors import web
from connectors.connector import Access, Batch, Problem, SourceError
from connectors.ics_entries import CalendarError, Found, Window, read_calendar
from connectors.ics_places import Body, Place, Seen, body, places
from connectors.ics_rows import FLAGS_VERSION, event_rows, merged


class IcsSource(Protocol):
    """What is set of the source."""

    @property
    def name(self) -> str:
        """Name of the source."""

    @property
    def urls(self) -> Sequence[str]:
        """Files, patterns of files, or https addresses."""


@dataclass(frozen=True)
class Mark:
    """How a calendar was when it was read last, and when something of it comes due next."""

    seen: Seen
    next_at: str


@dataclass(frozen=True)
class Cursor:
    """What rows depend on: settings, the window, and each calendar by its digest.

    A calendar without a mark could not be read. `is_rolling`: the beginning has moved on with
    time. `withheld` counts entries that were left out because they look like works-council,
    medical or union business; nothing else of them is kept.
    """

    settings: Mapping[str, object]
    since: str
    until: str
    calendars: Mapping[str, Mark | None]
    is_rolling: bool = False
    problems: tuple[str, ...] = ()
    withheld: int = 0

    def as_json(self) -> dict[str, object]:
        """In the shape that is kept with the rows."""
        return asdict(self)


def sync(source: IcsSource, cursor: Mapping[str, object] | None, access: Access) -> Batch:
    """Meetings that start from `access.since` up to, not including, `access.until`.

    Nothing where no calendar differs from last time and no date has come due. Otherwise all is
    brought (`restart`), because one meeting lies in many calendars; only weeks that differ are
    written. Where a calendar that was read before cannot be read now, or an entry of the settings
    has no calendar any more, such rows stay, and those of the others are replaced series by series.

    Raises:
        SourceError: no calendar can be read; the message has the remedy.
    """
    found, problems = places(source.urls, access.folder, access.internal_hosts)
    last = _held(cursor, source, access)
    marks = last.calendars if last else {}
    names = [place.digest(access.key) for place in found]
    names += [name for name in marks if problems and name not in names]  # a folder may be away
    with web.session(access.internal_hosts) as asking:
        bodies = _bodies(found, asking, {} if last is None else marks, access.key, problems)
        if not bodies:
            raise SourceError(problems[0].text)
        if last is not None and not problems and _is_quiet(last, bodies, access):
            rolling = _is_rolling(last, access)
            kept = replace(last, until=access.until.isoformat(), is_rolling=rolling)
            return Batch(
                rows={},
                whole={},
                cursor=kept.as_json(),
                problems=[Problem(source.name, text) for text in last.problems],
            )
        bodies = _whole(bodies, asking, problems)
    return _batch(source, names, bodies, problems, last, access)


def probe(source: IcsSource, access: Access) -> Iterator[tuple[bool, str]]:
    """Each calendar, and whether it can be read."""
    found, problems = places(source.urls, access.folder, access.internal_hosts)
    yield from ((False, problem.text) for problem in problems)
    window = Window(access.since, access.until, access.key, source.name)
    with web.session(access.internal_hosts) as asking:
        for place in found:
            try:
                read = read_calendar(body(place, asking, None).content or b"", place.stem, window)
            except (SourceError, CalendarError) as error:
                yield False, _told(place, error)
            else:
                yield not read.skipped, f"{place.name}: {_summary(read)}"


def _held(cursor: Mapping[str, Any] | None, source: IcsSource, access: Access) -> Cursor | None:
    """The cursor of the last sync, if rows made then can stay; None: all is read anew."""
    if access.is_full or not cursor or cursor["settings"] != _settings(source, access):
        return None
    marks = {
        name: mark and Mark(Seen(**mark["seen"]), mark["next_at"])
        for name, mark in cursor["calendars"].items()
    }
    last = Cursor(**{**cursor, "calendars": marks, "problems": tuple(cursor["problems"])})
    reaches_back = access.since >= datetime.fromisoformat(last.since)
    goes_on = access.until >= datetime.fromisoformat(last.until)
    return last if reaches_back and goes_on else None


def _settings(source: IcsSource, access: Access) -> dict[str, object]:
    """Settings under which rows are made; the key by a digest that is no account's."""
    text = f"{source.name}\0\0key".encode()
    digest = hmac.new(access.key, text, hashlib.sha256).hexdigest()[:16]
    return {"flags_version": FLAGS_VERSION, "key": digest}


def _is_quiet(last: Cursor, bodies: Mapping[str, tuple[Place, Body]], access: Access) -> bool:
    """Whether the same calendars are as they were, and nothing came due since."""
    return last.calendars.keys() == bodies.keys() and all(
        mark is not None
        and mark.seen.digest == bodies[name][1].seen.digest
        and access.until <= datetime.fromisoformat(mark.next_at)
        for name, mark in last.calendars.items()
    )


def _is_rolling(last: Cursor | None, access: Access) -> bool:
    """Whether the beginning moves on with time instead of being set."""
    return last is not None and (
        last.is_rolling or access.since > datetime.fromisoformat(last.since)
    )


def _next_monday(since: datetime) -> datetime:
    """The first Monday in UTC that does not begin before a moment: a stored week is whole there.

    Days before it would be brought each night and purged in the same night, and all that is
    computed from that week would be computed anew.
    """
    day = (since.astimezone(UTC) + timedelta(days=1) - timedelta(microseconds=1)).date()
    monday = day + timedelta(days=-day.weekday() % 7)
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC)


def _bodies(
    found: Sequence[Place],
    asking: requests.Session,
    marks: Mapping[str, Mark | None],
    key: bytes,
    problems: list[Problem],
) -> dict[str, tuple[Place, Body]]:
    """By digest, each calendar that can be read; the others become problems."""
    bodies = {}
    for place in found:
        mark = marks.get(place.digest(key))
        try:
            bodies[place.digest(key)] = place, body(place, asking, mark.seen if mark else None)
        except SourceError as error:
            problems.append(Problem(place.name, _told(place, error)))
    return bodies


def _whole(
    bodies: Mapping[str, tuple[Place, Body]], asking: requests.Session, problems: list[Problem]
) -> dict[str, tuple[Place, Body]]:
    """The same with the bytes of calendars of which only that they are the same was said."""
    whole = {}
    for name, (place, seen) in bodies.items():
        try:
            whole[name] = place, seen if seen.content is not None else body(place, asking, None)
        except SourceError as error:
            problems.append(Problem(place.name, _told(place, error)))
    return whole


def _batch(
    source: IcsSource,
    names: Sequence[str],
    bodies: Mapping[str, tuple[Place, Body]],
    problems: list[Problem],
    last: Cursor | None,
    access: Access,
) -> Batch:
    """All meetings of the calendars that could be read; `names` are those there should be."""
    is_rolling = _is_rolling(last, access)
    since = _next_monday(access.since) if is_rolling else access.since
    window = Window(since, access.until, access.key, source.name)
    unread = list(problems)
    reads: dict[str, Found] = {}
    for name, (place, read) in bodies.items():
        try:
            reads[name] = read_calendar(read.content or b"", place.stem, window)
        except CalendarError as error:
            unread.append(Problem(place.name, _told(place, error)))
            problems.append(unread[-1])
        else:
            problems.extend(_skips(place, reads[name]))
    if not reads:
        raise SourceError(problems[0].text)
    rows = event_rows(
        source.name,
        access.key,
        merged(entry for read in reads.values() for entry in read.entries),
    )
    earlier = last.calendars if last else {}
    is_partial = any(name in earlier and name not in reads for name in names)
    ids = {
        "raw.meetings": ("series_id", frozenset(uid for one in reads.values() for uid in one.uids)),
        "raw.attendances": ("meeting_id", frozenset(rows["raw.meetings"]["meeting_id"])),
    }
    cursor = Cursor(
        settings=_settings(source, access),
        since=access.since.isoformat(),
        until=access.until.isoformat(),
        calendars={
            name: Mark(bodies[name][1].seen, reads[name].next_at.isoformat())
            if name in reads
            else None
            for name in names
        },
        is_rolling=is_rolling,
        problems=tuple(problem.text for problem in problems),
        withheld=sum(read.withheld for read in reads.values()),
    )
    return Batch(
        rows=rows,
        whole={},
        cursor=cursor.as_json(),
        problems=problems,
        unread=unread,
        restart=not is_partial,
        objects=ids if is_partial else {},
    )


def _skips(place: Place, read: Found) -> Iterator[Problem]:
    """A line for each entry left out because it cannot be read, and one for those without zone."""
    for digest, reason in sorted(read.skipped.items()):
        text = f"{place.name}: entry {digest} {reason}; it is left out, mend or remove it there"
        yield Problem(place.name, text)
    for digest, name in sorted(read.marred.items()):
        text = f"{place.name}: entry {digest} has a {name} that cannot be read; mend it there"
        yield Problem(place.name, text)
    if read.unzoned:
        text = f"{place.name}: {read.unzoned} entries have no time zone and are taken as UTC"
        yield Problem(place.name, text)


def _summary(read: Found) -> str:
    said = f"{len(read.uids):,} entries can be read"
    return f"{said}, {len(read.skipped)} cannot" if read.skipped else said


def _told(place: Place, error: Exception) -> str:
    text = str(error)
    return text if text.startswith(place.name) else f"{place.name}: {text}"
