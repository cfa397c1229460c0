"""What one .ics calendar holds: each date of each entry inside a window, without its texts.

Each UID is read by itself, so that one that breaks the library costs no other. Texts are looked at
in memory (`ics_words`) and dropped. Where calendars lie is in `ics_places`, rows in `ics_rows`.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop import vDDDLists
from icalendar.timezone import tzp

from connectors.ics_people import Asked, Part, address, people, text
from connectors.ics_words import is_called_off, is_withheld, kind_by_wording
from models.privacy import account_key

AHEAD = timedelta(days=7)  # looked at beyond the window, to know when something comes next
MOST_ENTRIES = 50_000  # of one calendar
MOST_DATES = 10_000  # of one entry
MOST_TIMES_A_DAY = 24  # a rule that repeats more often is no meeting, and costs without end
MOST_SECONDS = 60.0  # for one calendar: a rule that never comes true is searched up to year 9999
LONGEST_UID = 255
FREQUENT = {"SECONDLY", "MINUTELY", "HOURLY"}
NEEDED = {"DTEND", "DTSTART", "DURATION", "ORGANIZER", "RDATE", "RECURRENCE-ID", "RRULE"}
SPARED = {"ATTENDEE", "EXDATE"}  # a broken one of these leaves the rest of an entry right
BUSY = {"OOF": "away", "FREE": "hold", "WORKINGELSEWHERE": "hold"}  # X-MICROSOFT-CDO-BUSYSTATUS
OF_DAYS = "X-MICROSOFT-CDO-ALLDAYEVENT"  # where Exchange writes days as midnights of a zone
WITHHELD = {"PRIVATE", "CONFIDENTIAL"}  # CLASS, RFC 5545 3.8.1.3
# What the libraries raise on calendars that are not as the standard says: seen in real files.
BREAKS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True)
class Entry:
    """One date of one entry; of an entry of days, midnights in UTC.

    `meeting_id` is its UID and the date's own first start. `rank` orders copies of the same date:
    the organiser's own first, then the one changed last.
    """

    meeting_id: str
    uid: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str | None
    kind: str
    organizer: str | None
    made_by: str | None
    asked: tuple[Asked, ...]
    asked_count: int
    is_series: bool
    is_moved: bool
    is_cancelled: bool
    is_all_day: bool
    is_private: bool
    rank: tuple[object, ...]


@dataclass
class Found:
    """What one calendar held.

    `next_at` is when something comes next after the window, or how far was looked. `withheld`
    counts entries left out because of what they are; `unzoned` those without a zone; `skipped` has
    a reason for each UID, by its digest, and `marred` what was passed over in one that is kept.
    """

    entries: list[Entry]
    next_at: datetime
    uids: set[str] = field(default_factory=set)
    withheld: int = 0
    unzoned: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    marred: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Window:
    """Starts from `since` up to, not including, `until`; `key` and `source` make digests."""

    since: datetime
    until: datetime
    key: bytes
    source: str


class CalendarError(Exception):
    """A calendar that cannot be read at all; the message has no text of it."""


def read_calendar(body: bytes, place: str, window: Window) -> Found:
    """All dates of a calendar that start inside the window.

    `place` is its file name: one that names a works council is left out whole.

    Raises:
        CalendarError: it is no calendar, or too large a one.
    """
    tzp.use_zoneinfo()  # forgets zones that another calendar defined under names of its own
    try:
        calendars = Calendar.from_ical(body, multiple=True)
    except BREAKS as error:
        raise CalendarError(f"is no calendar that can be read ({type(error).__name__})") from None
    if not calendars:
        raise CalendarError("has no calendar in it")
    found = Found([], next_at=window.until + AHEAD)
    by = time.monotonic() + MOST_SECONDS
    for calendar in calendars:
        _read(calendar, place, window, found, by)
    return found


def _read(calendar: Calendar, place: str, window: Window, found: Found, by: float) -> None:
    groups = _by_uid(calendar, window)
    named = " ".join([place, *_texts(calendar, "X-WR-CALNAME", "X-WR-CALDESC", "NAME")])
    if is_withheld(named, 0):
        found.withheld += len(groups)
        return
    _name_zone(calendar)
    owner, zones = _owner(calendar, place), _zones(calendar)
    is_called_off = text(calendar, "METHOD").upper() == "CANCEL"
    for uid, events in groups.items():
        digest = account_key(window.key, window.source, f"uid {uid}")[:12]
        try:
            if time.monotonic() > by:
                raise CalendarError("comes after what took too long")
            broken = _without_broken(events)
            dates = _dates(calendar, zones, events, window)
            entries = [_entry(uid, events, made, owner) for made in dates]
        except (*BREAKS, CalendarError) as error:
            known = isinstance(error, CalendarError)
            found.skipped[digest] = str(error) if known else f"is broken ({type(error).__name__})"
            continue
        if broken:
            found.marred[digest] = " and ".join(broken)
        _add(found, uid, entries, window, is_called_off=is_called_off)


def _add(
    found: Found,
    uid: str,
    entries: Iterable[tuple[Entry | None, bool]],
    window: Window,
    *,
    is_called_off: bool,
) -> None:
    """Keeps what starts inside the window, and when the next after it starts."""
    found.uids.add(uid)
    withheld = unzoned = False
    for entry, is_unzoned in entries:
        if entry is None:
            withheld = True
        elif window.since <= entry.starts_at < window.until:
            unzoned |= is_unzoned
            found.entries.append(replace(entry, is_cancelled=True) if is_called_off else entry)
        elif entry.starts_at >= window.until:
            found.next_at = min(found.next_at, entry.starts_at)
    found.withheld += withheld
    found.unzoned += unzoned


def _zones(calendar: Calendar) -> list[Part]:
    return [part for part in calendar.subcomponents if part.name == "VTIMEZONE"]


def _name_zone(calendar: Calendar) -> None:
    """Gives the zone of the calendar its IANA name; one that is nowhere known is as none."""
    if "X-WR-TIMEZONE" in calendar:
        name = getattr(tzp.timezone(text(calendar, "X-WR-TIMEZONE")), "key", None)
        calendar.pop("X-WR-TIMEZONE")
        if name:
            calendar["X-WR-TIMEZONE"] = name


def _by_uid(calendar: Calendar, window: Window) -> dict[str, list[Part]]:
    """Entries by UID; one without gets a digest of when it is and who made it."""
    events = [part for part in calendar.subcomponents if isinstance(part, Event)]
    if len(events) > MOST_ENTRIES:
        raise CalendarError(f"has more than {MOST_ENTRIES:,} entries; export a shorter time")
    groups: dict[str, list[Part]] = {}
    for event in events:
        uid = _uid(event, window)
        event["UID"] = uid
        event.subcomponents = []  # alarms, and what hostile calendars nest without end
        groups.setdefault(uid, []).append(event)
    return groups


def _uid(event: Part, window: Window) -> str:
    uid = "".join(mark for mark in text(event, "UID") if mark.isprintable()).strip()
    if uid and len(uid) <= LONGEST_UID:
        return uid
    seen = uid or repr([event.get(name) for name in ("DTSTART", "ORGANIZER", "SUMMARY")])
    return f"unnamed-{account_key(window.key, window.source, seen)}"


def _dates(
    calendar: Calendar, zones: Sequence[Part], events: Sequence[Part], window: Window
) -> list[Part]:
    """The dates of one entry inside the window and a little beyond."""
    for rule in (rule for event in events for rule in _rules(event)):
        if _times_a_day(rule) > MOST_TIMES_A_DAY:
            raise CalendarError("repeats too often for a meeting")
        if min(rule.get("INTERVAL") or [1]) < 1:  # the library would look for a date for ever
            raise CalendarError("has a RRULE that comes to no date")
    for name in _broken(events, NEEDED):
        raise CalendarError(f"has a {name} that cannot be read")
    _match(events)
    alone = Calendar()
    for name in ("PRODID", "VERSION", "X-WR-TIMEZONE"):
        if name in calendar:
            alone[name] = calendar[name]
    alone.subcomponents = [*zones, *events]
    start, end = window.since - timedelta(days=1), window.until + AHEAD
    dates: list[Part] = recurring_ical_events.of(alone).between(start, end)
    if len(dates) > MOST_DATES:
        raise CalendarError(f"has more than {MOST_DATES:,} dates")
    return dates


def _match(events: Sequence[Part]) -> None:
    """Gives first starts of changed dates the type of the series: programs mix days and hours."""
    first = next((one["DTSTART"].dt for one in events if "RECURRENCE-ID" not in one), None)
    for event in events:
        changed = event.get("RECURRENCE-ID")
        if first is not None and changed is not None:
            changed.dt = _alike(changed.dt, first)


def _alike(value: date, first: date) -> date:
    if not isinstance(first, datetime):
        return value.date() if isinstance(value, datetime) else value
    if not isinstance(value, datetime):
        return datetime.combine(value, first.timetz())
    return value if value.tzinfo else value.replace(tzinfo=first.tzinfo)


def _broken(events: Sequence[Part], names: set[str]) -> list[str]:
    return sorted({name for event in events for name, _ in event.errors if name in names})


def _without_broken(events: Sequence[Part]) -> list[str]:
    """Takes dates taken out that cannot be read away, and names what was broken."""
    for event in events:
        dates = event.get("EXDATE", [])
        dates = dates if isinstance(dates, list) else [dates]
        event["EXDATE"] = [date for date in dates if isinstance(date, vDDDLists)]
    return _broken(events, SPARED)


def _rules(event: Part) -> Iterator[Mapping[str, Any]]:
    rules = event.get("RRULE")
    if rules is not None:
        yield from rules if isinstance(rules, list) else [rules]


def _times_a_day(rule: Mapping[str, Any]) -> int:
    """The most times a day that a rule may come true; a meeting within the hour is none."""
    frequency = str((rule.get("FREQ") or [""])[0]).upper()
    if frequency in FREQUENT:
        return MOST_TIMES_A_DAY + 1
    counts = [len(rule.get(part) or [0]) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")]
    return counts[0] * counts[1] * counts[2]


def _entry(
    uid: str, events: Sequence[Part], made: Part, owner: str | None
) -> tuple[Entry | None, bool]:
    """One date without its texts, None where it is to be left out; and whether it has no zone."""
    start, end = made["DTSTART"].dt, made["DTEND"].dt if "DTEND" in made else made["DTSTART"].dt
    original = _original(made, events)
    asked, asked_count, organizer, made_by = people(made)
    title = text(made, "SUMMARY")
    if is_withheld(" ".join([title, *_texts(made, "CATEGORIES", "LOCATION")]), asked_count):
        return None, False
    is_private = text(made, "CLASS").upper() in WITHHELD
    moment = _moment(start)
    changed = {_stamp(event["RECURRENCE-ID"].dt) for event in events if "RECURRENCE-ID" in event}
    entry = Entry(
        meeting_id=f"{uid}@{_stamp(original)}",
        uid=uid,
        starts_at=moment,
        ends_at=max(moment, _moment(end)),
        time_zone=_zone(start),
        kind=_kind(made, title, asked_count),
        organizer=None if is_private else organizer,
        made_by=None if is_private else made_by,
        asked=() if is_private else asked,
        asked_count=0 if is_private else asked_count,
        is_series=any({"RRULE", "RDATE", "RECURRENCE-ID"} & set(event) for event in events),
        is_moved=_stamp(original) in changed or _stamp(original) != _stamp(start),
        is_cancelled=text(made, "STATUS").upper() == "CANCELLED" or is_called_off(title),
        is_all_day=not isinstance(start, datetime) or text(made, OF_DAYS).upper() == "TRUE",
        is_private=is_private,
        rank=_rank(made, organizer, owner, asked),
    )
    return entry, isinstance(start, datetime) and start.tzinfo is None


def _original(made: Part, events: Sequence[Part]) -> date:
    """When a date would have started, had nobody moved it, or it and all after it."""
    start: date = made["DTSTART"].dt
    changed = made.get("RECURRENCE-ID")
    if changed is None:
        return start
    if changed.params.get("RANGE") != "THISANDFUTURE":
        return changed.dt  # type: ignore[no-any-return]
    since = next((one for one in events if one.get("RECURRENCE-ID") == changed), made)
    shift: timedelta = since["DTSTART"].dt - changed.dt
    return start - shift


def _kind(made: Part, title: str, asked_count: int) -> str:
    worded = kind_by_wording(title, asked_count)
    if worded != "meeting":
        return worded
    busy = text(made, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if busy in BUSY:
        return BUSY[busy]
    return "hold" if text(made, "TRANSP").upper() == "TRANSPARENT" else "meeting"


def _rank(
    made: Part, organizer: str | None, owner: str | None, asked: Sequence[Asked]
) -> tuple[object, ...]:
    """Larger is better: the organiser's copy, the latest version, the most answers."""
    version = int(made.get("SEQUENCE", 0) or 0)
    stamps = [made[name].dt for name in ("LAST-MODIFIED", "DTSTAMP") if name in made]
    changed = max((_moment(stamp) for stamp in stamps), default=datetime.min.replace(tzinfo=UTC))
    answers = sum(one.response != "unanswered" for one in asked)
    is_own = organizer is not None and organizer == owner
    return is_own, version, changed, answers, tuple((one.address, one.response) for one in asked)


def _owner(calendar: Calendar, place: str) -> str | None:
    """The address whose calendar it is, where something says so."""
    stem = place.rpartition("/")[2].removesuffix(".ics")
    for said in (*_texts(calendar, "X-OWNER", "X-WR-RELCALID", "X-WR-CALNAME"), stem):
        found = address(said)
        if found:
            return found
    return None


def _texts(part: Part, *names: str) -> list[str]:
    values = [part.get(name) for name in names]
    return [
        str(text.to_ical().decode() if hasattr(text, "cats") else text)
        for value in values
        if value is not None
        for text in (value if isinstance(value, list) else [value])
    ]


def _moment(value: date) -> datetime:
    """In UTC; a day is its midnight, and what has no zone is taken as UTC."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _stamp(value: date) -> str:
    """As ISO basic: 20260923T110000Z, or 20260923 of a day."""
    if isinstance(value, datetime):
        return f"{_moment(value):%Y%m%dT%H%M%SZ}"
    return f"{value:%Y%m%d}"


def _zone(value: date) -> str | None:
    """The IANA name of the zone that an entry was made in; None: UTC, none, or one of its own."""
    zone = value.tzinfo if isinstance(value, datetime) else None
    name = getattr(zone, "key", None) or getattr(zone, "_tzid", None)
    return str(name) if name in ZONES and name != "UTC" else None


ZONES = available_timezones()
