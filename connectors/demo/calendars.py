"""The made-up calendars as .ics files: a team's week, planning, talks of two, tests of the launch.

One calendar a team. Somebody is in none of them: whoever has no calendar here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from connectors.demo.company import DOMAIN, PROJECTS, TIME_ZONE, Company, Person
from connectors.demo.tickets import Told, lead

TEAM_WEEK, PLANNING, TALK, TEST_SYNC = "team-week", "planning", "talk", "test-sync"
SYNC_DAYS = (3, 5, 6, 8)  # of the launch's eleven days; the last is called off
TALK_HOURS, LAUNCH_TALK_HOURS = 2, 4  # of the launch lead, on each day
MADE_ON = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One entry; `weeks` 0: a single one. `off`: dates called off; `moved`: one moved by 2 h."""

    uid: str
    organizer: Person
    guests: tuple[Person, ...]
    start: datetime
    minutes: int
    weeks: int = 0
    off: tuple[date, ...] = ()
    moved: date | None = None


def write_calendars(company: Company, folder: Path) -> list[Told]:
    """A file a team under `folder`, and the acts of the launch's story."""
    folder.mkdir(parents=True, exist_ok=True)
    told: list[Told] = []
    for team_id in company.members:
        entries = list(_entries(company, team_id))
        told += [
            Told("launch", "convene", entry.organizer.person_id)
            for entry in entries
            if entry.uid.startswith(TEST_SYNC) and not entry.off
        ]
        (folder / f"{team_id}.ics").write_bytes(_calendar(entries))
    return told


def planning_uid(team_id: str) -> str:
    """UID of the series in which a team's work is planned."""
    return f"{PLANNING}-{team_id}@{DOMAIN}"


def sync_uids(company: Company) -> list[str]:
    """UIDs of the meetings in which the coordinator goes through the tests."""
    return [entry.uid for entry in _test_syncs(company)]


def _entries(company: Company, team_id: str) -> Iterator[Entry]:
    monday = _first_monday(company)
    weeks = (company.span.last_day - monday).days // 7
    manager, *team = _with_calendar(company, company.members[team_id])
    yield from _team_weeks(company, team_id, manager, team)
    if team_id in PROJECTS:
        planner = lead(company, team_id)
        guests = tuple(one for one in (manager, *team) if one != planner)[:3]
        tuesday = _at(monday + timedelta(days=1), time(13, 30))
        yield Entry(planning_uid(team_id), planner, guests, tuesday, 60, weeks)
    if team_id == "checkout":
        yield from _talks(company, monday)
        yield from _test_syncs(company)


def _first_monday(company: Company) -> date:
    return company.span.first_day + timedelta(days=-company.span.first_day.weekday() % 7)


def _team_weeks(
    company: Company, team_id: str, manager: Person, team: list[Person]
) -> Iterator[Entry]:
    """The team's weekly meeting: a date called off, one moved; anew when somebody comes."""
    monday, end = _first_monday(company), company.span.last_day
    came = [one.joined_on for one in team if one.joined_on]
    for begin, until in pairwise([monday, *came, end]):
        first = begin + timedelta(days=-begin.weekday() % 7)
        weeks = -(-(until - first).days // 7)
        guests = tuple(one for one in team if one.joined_on is None or one.joined_on <= begin)
        yield Entry(
            f"{TEAM_WEEK}-{team_id}-{first}@{DOMAIN}",
            manager,
            guests,
            _at(first, time(10)),
            45,
            weeks,
            (first + timedelta(weeks=2),) if weeks > 3 else (),
            first + timedelta(weeks=3) if weeks > 4 else None,
        )


def _talks(company: Company, monday: date) -> Iterator[Entry]:
    """Talks of two of the launch lead: some each day, far more in the weeks of the launch."""
    planner, head = company.by_id[company.cast.launch_lead], company.people[0]
    weeks = (company.span.last_day - monday).days // 7
    for number in range(5):
        at = _at(monday + timedelta(days=number), time(15) if number < 4 else time(11))
        yield Entry(f"{TALK}-{number}@{DOMAIN}", planner, (head,), at, 60 * TALK_HOURS, weeks)
    for number, day in enumerate(company.span.launch_days):
        if day.weekday() < 4:
            uid = f"{TALK}-launch-{number}@{DOMAIN}"
            yield Entry(uid, planner, (head,), _at(day, time(9)), 60 * LAUNCH_TALK_HOURS - 30)


def _test_syncs(company: Company) -> Iterator[Entry]:
    coordinator = company.by_id[company.cast.coordinator]
    guests = [
        one
        for one in company.engineers("checkout")
        if one.person_id not in (company.cast.owner_on_leave, coordinator.person_id)
    ]
    for number, place in enumerate(SYNC_DAYS):
        day = company.span.launch_days[place]
        off = (day,) if number == len(SYNC_DAYS) - 1 else ()
        uid = f"{TEST_SYNC}-{number}@{DOMAIN}"
        yield Entry(uid, coordinator, tuple(guests), _at(day, time(11, 30)), 30, off=off)


def _with_calendar(company: Company, people: Iterable[Person]) -> list[Person]:
    return [one for one in people if one.person_id != company.cast.without_calendar]


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(TIME_ZONE))


def _calendar(entries: Iterable[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//made up//dottedline demo//")
    calendar.add("version", "2.0")
    for entry in entries:
        for event in _events(entry):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(entry: Entry) -> Iterator[Event]:
    """The entry itself, and one more for each date that is called off or moved."""
    first = _event(entry, entry.start)
    if entry.weeks:
        first.add("rrule", {"freq": "weekly", "count": entry.weeks})
    elif entry.off:
        first.add("status", "CANCELLED")
    yield first
    for day in [*(entry.off if entry.weeks else ()), *filter(None, [entry.moved])]:
        was = datetime.combine(day, entry.start.timetz(), entry.start.tzinfo)
        is_moved = day == entry.moved
        event = _event(entry, was + timedelta(hours=2) if is_moved else was)
        event.add("recurrence-id", was)
        if not is_moved:
            event.add("status", "CANCELLED")
        yield event


def _event(entry: Entry, start: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", MADE_ON)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=entry.minutes))
    event.add("summary", "A made-up meeting")
    event.add("organizer", _address(entry.organizer))
    for guest in (entry.organizer, *entry.guests):
        attendee = _address(guest)
        attendee.params["partstat"] = "ACCEPTED"
        event.add("attendee", attendee, encode=False)
    return event


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["cn"] = person.name
    return address
