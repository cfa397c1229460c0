"""Makes the company up: names, teams, who owns what, who is away or on turn when.

The same arguments give the same company.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from connectors.demo import hours, words
from connectors.demo.company import (
    LEAD_IN_WEEKS,
    LEAVE_WEEKS,
    NEWCOMER_WEEKS,
    Area,
    Cast,
    Company,
    Person,
    Span,
    Stretch,
    chance,
)

FEWEST_PEOPLE = 12  # below, the three teams have too few to tell the stories
MOST_PEOPLE = 200  # in teams of twelve as many as words.TEAMS has
MOST_WEEKS = 40  # with the lead-in still within retention_days

_ZONES = (
    ("Europe/Berlin", "berlin"),
    ("Europe/Berlin", "berlin"),
    ("America/New_York", "new-york"),
    ("Asia/Kolkata", "bengaluru"),
    ("Europe/Berlin", "berlin"),
    ("Europe/Berlin", "berlin"),
)
_PATTERNS = (hours.FULL, hours.FULL, hours.FULL, hours.FULL, hours.FOUR_DAYS, hours.EARLY)


def make_company(people: int, weeks: int, seed: int, until: datetime) -> Company:
    """The company of these arguments.

    Raises:
        ValueError: an argument is out of its range; the message names the range.
    """
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        raise ValueError(f"people {people} is not between {FEWEST_PEOPLE} and {MOST_PEOPLE}")
    if not 1 <= weeks <= MOST_WEEKS:
        raise ValueError(f"weeks {weeks} is not between 1 and {MOST_WEEKS}")
    if until.tzinfo is None:
        raise ValueError("until has no time zone; give one, such as datetime.UTC")
    span = Span(until.astimezone(UTC), weeks)
    everybody = _people(people, seed)
    checkout, platform, data, *_ = _engineers(everybody).values()
    is_told = len(platform) > 4  # otherwise everybody there is in another story
    cast = Cast(
        owner_on_leave=checkout[0],
        stand_in=platform[0],
        gap_reviewer=checkout[3] if len(checkout) > 3 else checkout[1],
        active_owner=checkout[1],
        second_merger=checkout[2],
        delegator=platform[1],
        delegate=platform[2],
        launch_lead=_titled(everybody, "checkout", "Product manager"),
        coordinator=checkout[-1],
        rerouter=_titled(everybody, "platform", "Test engineer"),
        without_calendar=data[-1],
        champion=platform[3] if is_told else None,
        newcomer=platform[-1] if is_told else None,
    )
    everybody = tuple(
        replace(person, joined_on=span.back(NEWCOMER_WEEKS))
        if person.person_id == cast.newcomer
        else person
        for person in everybody
    )
    platform = [person_id for person_id in platform if person_id != cast.newcomer]
    absences = _absences(everybody, cast, span, chance(seed, "absences"))
    return Company(
        seed=seed,
        span=span,
        people=everybody,
        areas=_areas({**_engineers(everybody), "platform": platform}, cast),
        cast=cast,
        absences=absences,
        turns=_turns(platform, absences, span),
    )


def _titled(people: tuple[Person, ...], team_id: str, title: str) -> str:
    """Who has that title in a team; in a team too small for it, its manager or first engineer."""
    members = [person for person in people if person.team_id == team_id]
    instead = {"Product manager": "Engineering manager", "Test engineer": "Engineer"}
    found = [person for person in members if person.title == title]
    return (found or [one for one in members if one.title == instead[title]])[0].person_id


def _people(count: int, seed: int) -> tuple[Person, ...]:
    """The head, then team by team: manager, from seven on product and test, engineers."""
    names = _names(count, chance(seed, "names"))
    head = _person(names[0], "Head of engineering", "", "", 0)
    made = [head]
    team_count = max(3, -(-(count - 1) // 12)) if count > 36 else 3
    for number, (team_id, _) in enumerate(words.TEAMS[:team_count]):
        size = (count - 1) // team_count + (number < (count - 1) % team_count)
        own = names[len(made) : len(made) + size]
        manager = _person(own[0], "Engineering manager", team_id, head.person_id, 0)
        titles = ["Product manager", "Test engineer"] if size >= 7 else []
        titles += ["Engineer"] * (size - 1 - len(titles))
        made.append(manager)
        made += [
            _person(name, title, team_id, manager.person_id, titles[:place].count(title))
            for place, (name, title) in enumerate(zip(own[1:], titles, strict=True))
        ]
    return tuple(made)


def _person(name: str, title: str, team_id: str, manager_id: str, place: int) -> Person:
    time_zone, location = _ZONES[place % len(_ZONES)]
    patterns = {"Product manager": hours.SHORT_FRIDAY, "Test engineer": hours.MORNINGS}
    families = {"Engineer": "engineering", "Test engineer": "engineering"}
    families |= {"Product manager": "product"}
    return Person(
        person_id=name.lower().replace(" ", "."),
        name=name,
        title=title,
        role_family=families.get(title, "management"),
        team_id=team_id,
        manager_id=manager_id,
        time_zone=time_zone,
        location=location,
        working_hours=patterns.get(title, _PATTERNS[place % len(_PATTERNS)]),
    )


def _names(count: int, random: Random) -> list[str]:
    """Full names, none twice: each round through the first names shifts the last names by one."""
    first = random.sample(words.FIRST_NAMES, len(words.FIRST_NAMES))
    last = random.sample(words.LAST_NAMES, len(words.LAST_NAMES))
    return [
        f"{first[number % len(first)]} {last[(number + number // len(first)) % len(last)]}"
        for number in range(count)
    ]


def _engineers(people: tuple[Person, ...]) -> dict[str, list[str]]:
    """Ids of engineers by team, in order."""
    teams: dict[str, list[str]] = {}
    for person in people:
        if person.is_engineer:
            teams.setdefault(person.team_id, []).append(person.person_id)
    return teams


def _areas(engineers: dict[str, list[str]], cast: Cast) -> tuple[Area, ...]:
    """All areas with their owners: those of the stories as cast, the others in pairs."""
    told: dict[str, tuple[str, ...]] = {
        "Cart": (cast.active_owner,),
        "Payments": (cast.owner_on_leave,),
        "Prices": (cast.owner_on_leave,),
        "Build": (cast.delegator,),
        "Storage": (cast.delegate,),
        "Search": (),
        "Deploy": (),
    }
    return tuple(
        Area(
            title=title,
            team_id=team_id,
            owner_ids=told.get(title, (own[place % len(own)], own[(place + 1) % len(own)])),
            next_owner_ids=(own[-1],) if title == "Prices" else None,
            is_orphan=title == "Search",
        )
        for team_id, titles in words.TEAMS
        if (own := engineers.get(team_id))
        for place, title in enumerate(titles)
    )


def _absences(
    people: tuple[Person, ...], cast: Cast, span: Span, random: Random
) -> tuple[Stretch, ...]:
    """The long leave of the story, and a week away for half of those who are in no story."""
    in_stories = set(vars(cast).values())
    leave = Stretch(cast.owner_on_leave, span.back(LEAVE_WEEKS), span.last_day + timedelta(weeks=2))
    made = [leave]
    for person in people:
        week = random.randrange(span.weeks + LEAD_IN_WEEKS)
        if random.random() < 0.5 and person.person_id not in in_stories:
            first = span.first_day + timedelta(weeks=week)
            made.append(Stretch(person.person_id, first, first + timedelta(weeks=1)))
    return tuple(made)


def _turns(platform: list[str], absences: tuple[Stretch, ...], span: Span) -> tuple[Stretch, ...]:
    """A week on turn for one engineer of platform after the other; who is away then is passed."""
    made: list[Stretch] = []
    day = span.first_day
    while day <= span.last_day:
        rested = sorted(platform, key=lambda person_id: (_turn_count(made, person_id), person_id))
        next_day = day + timedelta(weeks=1)
        present = [
            person_id
            for person_id in rested
            if not any(
                absence.person_id == person_id
                and absence.from_day < next_day
                and day < absence.to_day
                for absence in absences
            )
        ]
        made += [Stretch(person_id, day, next_day) for person_id in present[:1]]
        day = next_day
    return tuple(made)


def _turn_count(turns: list[Stretch], person_id: str) -> int:
    return sum(turn.person_id == person_id for turn in turns)
