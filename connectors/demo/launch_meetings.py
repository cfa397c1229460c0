"""The calendars of the launch: S's test syncs, P's planning, and what else fills P's weeks.

Source: METHOD 8. P talks with partners for 18 hours in a usual week (15 in most weeks with a public
holiday, 19 in five others), for 31 hours with planning in the week of 21 September.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

BERLIN = ZoneInfo("Europe/Berlin")
DOMAIN = "checkout.example"
PARTNERS = f"partners@{DOMAIN}"  # a mailbox of many: whoever is on the other side of P's talks
FIRST_MONDAY = date(2026, 3, 23)  # 26 weeks before the week of 21 September
LAST_FRIDAY, LAST_FRIDAY_AFTER = date(2026, 10, 2), date(2026, 10, 16)
HOLIDAYS = [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14),
            date(2026, 5, 25)]  # fmt: skip
LONGER_WEEKS = [date(2026, 6, 10), date(2026, 6, 24), date(2026, 7, 8), date(2026, 7, 22),
                date(2026, 8, 5)]  # fmt: skip
BUSY_WEEK = {  # local start and end of the talks that the week of 21 September has besides
    date(2026, 9, 21): (11, 13),
    date(2026, 9, 22): (11, 13),
    date(2026, 9, 23): (9, 13),
    date(2026, 9, 24): (11, 13),
    date(2026, 9, 25): (11, 13),
}
SYNCS = [date(2026, 9, 23), date(2026, 9, 25), date(2026, 9, 28), date(2026, 9, 30)]
CALLED_OFF = date(2026, 9, 30)
LATER = timedelta(weeks=2)  # from the launch to the same acts once they are recognised
TESTERS = ("d1", "d2", "d3", "d4")
PLANNING = f"launch-planning@{DOMAIN}"


@dataclass(frozen=True)
class Entry:
    """One entry; `rule` and `leaves_out` are those of a series. Attendees have accepted."""

    uid: str
    title: str
    organizer: str
    attendees: tuple[str, ...]
    starts_at: datetime
    minutes: int
    rule: str = ""
    leaves_out: tuple[datetime, ...] = ()
    is_called_off: bool = False


def write_calendars(folder: Path, *, after: bool) -> None:
    """A file for each person with entries; a meeting stands in the file of everybody in it."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = list(_entries(after=after))
    people = sorted({name for entry in entries for name in (entry.organizer, *entry.attendees)})
    for name in people:
        own = [entry for entry in entries if name in (entry.organizer, *entry.attendees)]
        if _address(name) != PARTNERS:
            (folder / f"{name}.ics").write_bytes(_calendar(_address(name), own))


def series_ids(*, after: bool) -> list[str]:
    """UIDs of the meetings of the launch, which scopes.csv ties to the project."""
    return [PLANNING, *(entry.uid for entry in _syncs(after=after))]


def _entries(*, after: bool) -> Iterator[Entry]:
    yield from _syncs(after=after)
    yield Entry(
        uid=PLANNING,
        title="Launch planning",
        organizer="p",
        attendees=("m", "q1"),
        starts_at=_at(date(2026, 9, 21), 10),
        minutes=60,
        rule="FREQ=WEEKLY;COUNT=2",
    )
    yield from _talks(LAST_FRIDAY_AFTER if after else LAST_FRIDAY)


def _syncs(*, after: bool) -> Iterator[Entry]:
    """Four single events, the last of them called off; with `after` the same two weeks later."""
    for day in [*SYNCS, *([day + LATER for day in SYNCS] if after else [])]:
        yield Entry(
            uid=f"test-sync-{day:%m%d}@{DOMAIN}",
            title="Test sync",
            organizer="s",
            attendees=TESTERS,
            starts_at=datetime.combine(day, time(11), UTC),
            minutes=30,
            is_called_off=day in (CALLED_OFF, CALLED_OFF + LATER),
        )


def _talks(last: date) -> Iterator[Entry]:
    """Series of 15 and 3 hours a week, an hour more in some weeks, 12 in one."""
    until = f"UNTIL={datetime.combine(last, time(16), UTC):%Y%m%dT%H%M%SZ}"
    for name, first, hour, minutes, rule in (
        ("daily", FIRST_MONDAY, time(13), 180, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("morning", FIRST_MONDAY + timedelta(days=1), time(9, 30), 90, "FREQ=WEEKLY;BYDAY=TU,TH"),
    ):
        start = datetime.combine(first, hour, BERLIN)
        days_off = tuple(datetime.combine(day, hour, BERLIN) for day in HOLIDAYS)
        yield _talk(name, start, minutes, f"{rule};{until}", days_off)
    for day in LONGER_WEEKS:
        yield _talk(f"longer-{day:%m%d}", _at(day, 10), 60)
    for day, (begins, ends) in BUSY_WEEK.items():
        yield _talk(f"busy-{day:%m%d}", _at(day, begins), 60 * (ends - begins))


def _talk(
    name: str,
    starts_at: datetime,
    minutes: int,
    rule: str = "",
    leaves_out: tuple[datetime, ...] = (),
) -> Entry:
    uid = f"talk-{name}@{DOMAIN}"
    return Entry(
        uid, "Talk with partners", "p", ("partners",), starts_at, minutes, rule, leaves_out
    )


def _at(day: date, hour: int) -> datetime:
    """An hour of a day in Berlin."""
    return datetime.combine(day, time(hour), BERLIN)


def _address(name: str) -> str:
    return f"{name}@{DOMAIN}"


def _calendar(owner: str, entries: Iterable[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Example//Demo//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", owner)
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.starts_at + timedelta(minutes=entry.minutes))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.is_called_off else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{_address(entry.organizer)}"))
    for name in entry.attendees:
        attendee = vCalAddress(f"mailto:{_address(name)}")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        event.add("attendee", attendee)
    if entry.rule:
        event.add("rrule", _rule(entry.rule))
    for moment in entry.leaves_out:
        event.add("exdate", moment)
    return event


def _rule(text: str) -> dict[str, object]:
    parts = dict(part.split("=") for part in text.split(";"))
    lists = {name: value.split(",") for name, value in parts.items()}
    if "UNTIL" in lists:
        until = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return {**lists, "UNTIL": until}
    return dict(lists)
