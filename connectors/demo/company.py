"""A made-up company: its people, teams, areas, and who is away, on turn or standing in when.

Only what it is. How it is made up is in `connectors.demo.founding`, what its people do in
`changes`, and how that is written down in `org_files` and `repository`.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from connectors.demo import hours

NAME = "Example Shop"
TIME_ZONE = "Europe/Berlin"
DOMAIN = "shop.example"
LOCATIONS = {"berlin": "DE-BE", "new-york": "US-NY", "bengaluru": "IN-KA"}

LEAD_IN_WEEKS = 14  # what is usual: waiting times look 13 weeks back
LEAVE_WEEKS, DELEGATION_WEEKS, BYPASS_WEEKS = 5, 6, 8  # all go on to the end, so a page shows them
NEWCOMER_WEEKS = 5
LAUNCH_DAYS = 10  # working days before the release: METHOD 6.1, S4
PROJECTS = {"checkout": "LNCH", "platform": "OPS", "data": "RPT"}  # others have no tracker
APPS = "example/apps"  # the repository at the code host


@dataclass(frozen=True)
class Span:
    """The days told of: `weeks` before `until`, and a lead-in before these."""

    until: datetime
    weeks: int

    @property
    def last_day(self) -> date:
        """The company's day on which `until` falls."""
        return company_day(self.until)

    @property
    def first_day(self) -> date:
        """First day of the lead-in."""
        return self.last_day - timedelta(weeks=self.weeks + LEAD_IN_WEEKS)

    @property
    def founded_on(self) -> date:
        """Day from which lines, mandates and areas hold: a year before the lead-in."""
        return self.first_day - timedelta(days=365)

    @property
    def released_on(self) -> date:
        """The launch: the last Friday."""
        return self.last_day - timedelta(days=(self.last_day.weekday() - 4) % 7 or 7)

    @property
    def launch_days(self) -> list[date]:
        """The ten working days before the release, and that day itself."""
        days = (self.released_on - timedelta(days=number) for number in range(15))
        return sorted(day for day in days if day.weekday() < 5)[-LAUNCH_DAYS - 1 :]

    @property
    def incident_on(self) -> date:
        """The day of the incident: a Wednesday, two days before the release."""
        return self.released_on - timedelta(days=2)

    def back(self, weeks: int) -> date:
        """The day so many weeks before the last one, not before the lead-in's end."""
        return self.last_day - timedelta(weeks=min(weeks, self.weeks))

    def days(self) -> list[date]:
        """All days, in order."""
        return [
            self.first_day + timedelta(days=number)
            for number in range((self.last_day - self.first_day).days + 1)
        ]


@dataclass(frozen=True)
class Person:
    """One made-up person; who has no `team_id` heads the company."""

    person_id: str
    name: str
    title: str
    role_family: str
    team_id: str
    manager_id: str
    time_zone: str
    location: str
    working_hours: str
    joined_on: date | None = None  # None: there from the beginning

    @property
    def account_id(self) -> str:
        """Id in the tracker, which says nothing of the person."""
        return f"712020:{hashlib.sha256(self.person_id.encode()).hexdigest()[:24]}"

    @property
    def login(self) -> str:
        """Login at the code host."""
        return self.person_id.replace(".", "-")

    @property
    def email(self) -> str:
        """Address in people.csv and in commits."""
        return f"{self.person_id}@{DOMAIN}"

    @property
    def zone(self) -> ZoneInfo:
        """Zone in which the person's days are."""
        return ZoneInfo(self.time_zone)

    @property
    def is_engineer(self) -> bool:
        """Whether the person writes changes."""
        return self.title == "Engineer"

    @property
    def full_time_share(self) -> float:
        """Contract hours as a share of 40."""
        return hours.contract_hours(self.working_hours) / 40


@dataclass(frozen=True)
class Area:
    """A part of the code with a section in MAINTAINERS.

    Without owners it is an orphan, owned by nobody, or somebody is on turn for it (mandates.csv).
    """

    title: str
    team_id: str
    owner_ids: tuple[str, ...]
    next_owner_ids: tuple[str, ...] | None = None
    is_orphan: bool = False

    @property
    def folder(self) -> str:
        """Folder whose files belong to it."""
        return f"src/{self.title.lower()}/"


@dataclass(frozen=True)
class Stretch:
    """Somebody away or on turn from one day until before another."""

    person_id: str
    from_day: date
    to_day: date


@dataclass(frozen=True)
class Cast:
    """Who plays which part in the stories of `connectors.demo.truth`."""

    owner_on_leave: str
    stand_in: str
    gap_reviewer: str
    active_owner: str
    second_merger: str
    delegator: str
    delegate: str
    launch_lead: str  # answers for the launch, and is overloaded
    coordinator: str  # hands out its tests in the launch lead's place
    rerouter: str  # moves tickets on the day of an incident
    without_calendar: str
    champion: str | None = None  # reviews what the newcomer writes; None: too small a company
    newcomer: str | None = None


@dataclass(frozen=True)
class Company:
    """The whole company over its span."""

    seed: int
    span: Span
    people: tuple[Person, ...]
    areas: tuple[Area, ...]
    cast: Cast
    absences: tuple[Stretch, ...]
    turns: tuple[Stretch, ...]

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """People by person_id."""
        return {person.person_id: person for person in self.people}

    @cached_property
    def members(self) -> dict[str, list[Person]]:
        """People by team, the manager first; the head is in none."""
        teams: dict[str, list[Person]] = {}
        for person in self.people[1:]:
            teams.setdefault(person.team_id, []).append(person)
        return teams

    @cached_property
    def _absences_of(self) -> dict[str, list[Stretch]]:
        found: dict[str, list[Stretch]] = {}
        for absence in self.absences:
            found.setdefault(absence.person_id, []).append(absence)
        return found

    def area(self, title: str) -> Area:
        """The area of this title."""
        return next(area for area in self.areas if area.title == title)

    def engineers(self, team_id: str) -> list[Person]:
        """Those of a team who write changes."""
        return [person for person in self.members[team_id] if person.is_engineer]

    def is_away(self, person_id: str, day: date) -> bool:
        """Whether absences.csv has the person away on that day, or they have not come yet."""
        joined_on = self.by_id[person_id].joined_on
        return (joined_on is not None and day < joined_on) or any(
            absence.from_day <= day < absence.to_day
            for absence in self._absences_of.get(person_id, ())
        )

    def on_turn(self, day: date) -> Person | None:
        """Whose turn it is to bring changes of Deploy in."""
        turns = (turn for turn in self.turns if turn.from_day <= day < turn.to_day)
        return next((self.by_id[turn.person_id] for turn in turns), None)

    @property
    def handed_over_at(self) -> datetime:
        """Moment of the one change of MAINTAINERS: ten o'clock, a week before the leave."""
        return at_day(self.span.back(LEAVE_WEEKS) - timedelta(weeks=1), time(10))

    def owners(self, area: Area, at: datetime) -> tuple[str, ...]:
        """Whom MAINTAINERS lists for an area at a moment."""
        if area.next_owner_ids is not None and at >= self.handed_over_at:
            return area.next_owner_ids
        return area.owner_ids


def chance(seed: int, part: str) -> Random:
    """A stream of its own for each part, so that a new part leaves the others as they are."""
    return Random(f"{seed}:{part}")  # noqa: S311 - makes up a company, guards nothing


def at_day(day: date, clock: time = time(0)) -> datetime:
    """UTC moment of a company day, at its start unless another time is given."""
    return datetime.combine(day, clock, ZoneInfo(TIME_ZONE)).astimezone(UTC)


def company_day(at: datetime) -> date:
    """The company's day of a moment."""
    return at.astimezone(ZoneInfo(TIME_ZONE)).date()
