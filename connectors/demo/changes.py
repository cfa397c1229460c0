"""What the made-up people do in the code: who writes, reviews and lands which change, and when.

Outside the stories everything is as the records say: owners and whoever is on turn land changes
of others, teams review their own areas, the forge lands the rest. So the acts that are found
outside the role are those of the stories, neither more nor fewer. How a change becomes a commit is
in `connectors.demo.repository`, what must be found of it in `connectors.demo.truth`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from connectors.demo import hours, words
from connectors.demo.company import (
    BYPASS_WEEKS,
    DELEGATION_WEEKS,
    DOMAIN,
    LEAVE_WEEKS,
    Area,
    Company,
    Person,
    at_day,
    chance,
    company_day,
)

QUIET_TEAM = "data"
MEDIAN_LINES = 24  # lines of a change, and most: METHOD 4.1
MOST_LINES = 400
APART = timedelta(seconds=61)  # five acts within a minute would be one batch

_FILES = ("rules.py", "store.py", "view.py", "client.py", "model.py", "checks.py")


@dataclass(frozen=True)
class Signature:
    """Name and address in a commit; `person_id` is None for a machine and for nobody known."""

    name: str
    address: str
    person_id: str | None = None


FORGE = Signature("GitHub", "noreply@github.com")
RELEASE_BOT = Signature("Release bot", f"release-bot@{DOMAIN}")
OUTSIDER = Signature("visitor", "visitor@laptop.example")


@dataclass(frozen=True)
class Edit:
    """Lines that a change adds to a file and takes from it."""

    path: str
    added: int
    removed: int


@dataclass(frozen=True)
class Change:
    """One change; its trailers name people by person_id. `area` "" is a file of no area.

    `story` is the part of the planted truth that it belongs to, "" for everyday work. A change
    without edits rewrites MAINTAINERS.
    """

    area: str
    author: Signature
    authored_at: datetime
    lander: Signature
    landed_at: datetime
    subject: str
    edits: tuple[Edit, ...] = ()
    reviews: tuple[tuple[str, str], ...] = ()
    story: str = ""


def sign(person: Person) -> Signature:
    """How a person signs commits."""
    return Signature(person.name, person.email, person.person_id)


def make_changes(company: Company) -> list[Change]:
    """All changes before the span's end, in the order in which they land, over a minute apart."""
    desk = _Desk(company)
    made = [*_owners_file_changes(company)]
    for day in company.span.days():
        made += desk.everyday(day)
        if day.weekday() < 5:
            for story in (desk.leave, desk.gap, desk.bypass, desk.delegation, desk.machines):
                made += story(day)
    return list(_spaced(made, company.span.until))


def _owners_file_changes(company: Company) -> Iterator[Change]:
    """The head writes MAINTAINERS before everything else and once hands an area over."""
    head = company.people[0]
    founded_at = at_day(company.span.first_day - timedelta(days=3), time(10))
    for at, subject in [
        (founded_at, "Publish who owns what"),
        (company.handed_over_at, "Hand Prices over"),
    ]:
        local = at.astimezone(head.zone)
        yield Change("", sign(head), local, sign(head), local, subject)


def _spaced(changes: Iterable[Change], until: datetime) -> Iterator[Change]:
    earliest = datetime.min.replace(tzinfo=until.tzinfo)
    for change in sorted(changes, key=lambda change: change.landed_at):
        landed_at = max(change.landed_at, earliest.astimezone(change.landed_at.tzinfo))
        if landed_at < until:
            yield replace(change, landed_at=landed_at)
        earliest = landed_at + APART


class _Desk:
    """Makes changes day by day; remembers how many reviews everybody has done."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.cast = company.cast
        self.random = chance(company.seed, "changes")
        self.reviewed: Counter[str] = Counter()

    # Everyday work

    def everyday(self, day: date) -> Iterator[Change]:
        """Work of every engineer present in areas of the own team that no story tells of."""
        for team_id in self.company.members:
            areas = [
                area
                for area in self.company.areas
                if area.team_id == team_id and day < self._told_from(area)
            ]
            rate = 0.2 if team_id == QUIET_TEAM else 0.35
            for author in self.company.engineers(team_id):
                if self.random.random() < rate and areas:
                    yield from self._everyday_change(self.random.choice(areas), author, day)

    def _told_from(self, area: Area) -> date:
        """Day from which a story makes all changes of an area."""
        span = self.company.span
        weeks = {
            "Payments": LEAVE_WEEKS,
            "Search": span.weeks,
            "Cart": BYPASS_WEEKS,
            "Build": DELEGATION_WEEKS,
        }
        return span.back(weeks[area.title]) if area.title in weeks else date.max

    def _everyday_change(self, area: Area, author: Person, day: date) -> Iterator[Change]:
        authored_at = self._moment(author, day)
        if authored_at is None:
            return
        lander, landed_at = self._everyday_landing(area, author, authored_at)
        rate = 0.4 if area.team_id == QUIET_TEAM else 0.7
        reviews = self._team_reviews(area, author, lander, rate, landed_at)
        is_agreed = area.title == "Storage" and lander and lander.person_id not in area.owner_ids
        yield self._change(
            area, sign(author), authored_at, (lander, landed_at), reviews,
            "agreement" if is_agreed and lander != author else "",
        )  # fmt: skip

    def _everyday_landing(
        self, area: Area, author: Person, authored_at: datetime
    ) -> tuple[Person | None, datetime]:
        """Owners land their own; else an owner, who is on turn, or by agreement a team mate."""
        owners = self.company.owners(area, authored_at)
        if author.person_id in owners:
            return self._land(author, author, authored_at)
        candidates = [self.company.by_id[owner] for owner in owners]
        if area.title == "Deploy":
            turn = self.company.on_turn(company_day(authored_at))
            candidates = [turn] if turn else []
        elif area.title == "Storage" and self.random.random() < 0.5:
            mates = self.company.engineers(area.team_id)
            candidates = [
                mate for mate in mates if mate.person_id not in (*owners, author.person_id)
            ]
        if not candidates or self.random.random() < 0.25:
            return self._land(None, author, authored_at)
        lander, landed_at = self._land(self.random.choice(candidates), author, authored_at)
        if lander and lander != author and not self._may_land(area, lander, landed_at):
            return self._land(None, author, authored_at)
        return lander, landed_at

    def _may_land(self, area: Area, lander: Person, at: datetime) -> bool:
        """Whether turn or ownership still hold when the change lands."""
        if area.title == "Deploy":
            return self.company.on_turn(company_day(at)) == lander
        return area.title == "Storage" or lander.person_id in self.company.owners(area, at)

    # Stories

    def leave(self, day: date) -> Iterator[Change]:
        """While the owner of Payments is away, an engineer of another team reviews and merges."""
        if day < self.company.span.back(LEAVE_WEEKS):
            return
        area = self.company.area("Payments")
        stand_in = self.company.by_id[self.cast.stand_in]
        pair = {self.cast.owner_on_leave, self.cast.stand_in}
        for _ in range(self.random.choice((1, 1, 2))):
            author, authored_at = self._author(day, area, pair)
            if author is None or authored_at is None:
                continue
            if self.random.random() < 0.5:
                landing = self._land(stand_in, author, authored_at, evening_share=0.6)
                reviews = self._team_reviews(area, author, stand_in, 0.5, landing[1])
            else:
                landing = self._land(None, author, authored_at)
                reviews = ((self._trailer(stand_in), stand_in.person_id),)
            yield self._change(area, sign(author), authored_at, landing, reviews, "leave")

    def gap(self, day: date) -> Iterator[Change]:
        """Nobody owns Search; an engineer of another team reviews what is changed there."""
        if day < self.company.span.back(self.company.span.weeks):
            return
        area = self.company.area("Search")
        author, authored_at = self._author(day, area, set())
        if author is None or authored_at is None or self.random.random() > 0.8:
            return
        landing = self._land(None, author, authored_at)
        reviews = (("Reviewed-by", self.cast.gap_reviewer),)
        yield self._change(area, sign(author), authored_at, landing, reviews, "gap")

    def bypass(self, day: date) -> Iterator[Change]:
        """The owner of Cart is at work there every other day; a team mate merges all the same."""
        start = self.company.span.back(BYPASS_WEEKS)
        if day < start:
            return
        area = self.company.area("Cart")
        owner = self.company.by_id[self.cast.active_owner]
        own_at = self._moment(owner, day)
        if day.weekday() in (0, 2, 4) and own_at is not None:
            yield self._change(area, sign(owner), own_at, self._land(owner, owner, own_at), ())
        # Three days on, the owner has been seen there on one of the five working days before.
        if day < start + timedelta(days=3):
            return
        pair = {self.cast.active_owner, self.cast.second_merger}
        yield from self._merged_by(day, area, self.cast.second_merger, owner, pair, "bypass")

    def delegation(self, day: date) -> Iterator[Change]:
        """The owner of Build has handed merging over, in time and in writing."""
        if day < self.company.span.back(DELEGATION_WEEKS):
            return
        owner = self.company.by_id[self.cast.delegator]
        pair = {self.cast.delegator, self.cast.delegate}
        area = self.company.area("Build")
        yield from self._merged_by(day, area, self.cast.delegate, owner, pair, "delegation")

    def _merged_by(
        self, day: date, area: Area, merger_id: str, owner: Person, not_by: set[str], story: str
    ) -> Iterator[Change]:
        """On most days a change of a third person: two in three merged by one."""
        author, authored_at = self._author(day, area, not_by)
        if author is None or authored_at is None or self.random.random() > 0.8:
            return
        is_told = self.random.random() < 2 / 3
        merger = self.company.by_id[merger_id] if is_told else owner
        landing = self._land(merger, author, authored_at)
        reviews = self._team_reviews(area, author, merger, 0.5, landing[1])
        yield self._change(
            area, sign(author), authored_at, landing, reviews, story if is_told else ""
        )

    def machines(self, day: date) -> Iterator[Change]:
        """A bot raises the version on Fridays, and somebody unknown sends a change now and then."""
        morning = at_day(day, time(9)) + timedelta(minutes=self.random.randrange(480))
        if day.weekday() == 4:
            edits = (Edit("VERSION", 1, 1),)
            yield Change("", RELEASE_BOT, morning, RELEASE_BOT, morning, "Raise version", edits)
        if day >= self.company.span.back(self.company.span.weeks) and self.random.random() < 0.25:
            landing = (None, morning.astimezone(UTC) + timedelta(minutes=40))
            area = self.company.area("Prices")
            yield self._change(area, OUTSIDER, morning, landing, (), "outsider")

    # Parts of a change

    def _moment(self, person: Person, day: date) -> datetime | None:
        if self.company.is_away(person.person_id, day):
            return None
        return hours.moment_on(day, person.working_hours, person.zone, self.random)

    def _author(
        self, day: date, area: Area, without: set[str]
    ) -> tuple[Person | None, datetime | None]:
        """Somebody of the area's team at work that day; of platform if there is nobody."""
        for team_id in (area.team_id, "platform"):
            found = [
                person
                for person in self.company.engineers(team_id)
                if person.person_id not in without
                and not self.company.is_away(person.person_id, day)
            ]
            if found:
                author = self.random.choice(found)
                return author, self._moment(author, day)
        return None, None

    def _land(
        self,
        lander: Person | None,
        author: Person,
        authored_at: datetime,
        evening_share: float = 0.0,
    ) -> tuple[Person | None, datetime]:
        """Who lands it and when: at work, in an evening, or (None) the forge, within two hours."""
        if lander == author:
            return author, authored_at + timedelta(minutes=10)
        if lander is not None:
            evening = self._evening(lander, authored_at)
            if evening > authored_at and self.random.random() < evening_share:
                return lander, evening
            landed_at = hours.next_moment(
                authored_at + timedelta(minutes=30),
                lander.working_hours,
                lander.zone,
                lambda day: self.company.is_away(lander.person_id, day),
                self.random,
            )
            if landed_at is not None:
                return lander, landed_at
        wait = timedelta(minutes=self.random.randrange(5, 120))
        return None, authored_at.astimezone(UTC) + wait

    def _evening(self, lander: Person, authored_at: datetime) -> datetime:
        day = authored_at.astimezone(lander.zone).date()
        return hours.evening_on(day, lander.zone, self.random)

    def _team_reviews(
        self, area: Area, author: Person, lander: Person | None, rate: float, at: datetime
    ) -> tuple[tuple[str, str], ...]:
        """A review by whoever of the area's team has done least for their hours."""
        present = [
            person
            for person in self.company.members[area.team_id]
            if person not in (author, lander)
            and not self.company.is_away(person.person_id, at.astimezone(person.zone).date())
        ]
        if not present or self.random.random() > rate:
            return ()
        reviewer = min(
            present,
            key=lambda person: (
                self.reviewed[person.person_id] / person.full_time_share,
                person.person_id,
            ),
        )
        self.reviewed[reviewer.person_id] += 1
        return ((self._trailer(reviewer), reviewer.person_id),)

    def _trailer(self, person: Person) -> str:
        by_title = {"Test engineer": "Tested-by", "Product manager": "Acked-by"}
        usual = "Acked-by" if self.random.random() < 0.15 else "Reviewed-by"
        return by_title.get(person.title, usual)

    def _change(
        self,
        area: Area,
        author: Signature,
        authored_at: datetime,
        landing: tuple[Person | None, datetime],
        reviews: tuple[tuple[str, str], ...],
        story: str = "",
    ) -> Change:
        lander, landed_at = landing
        subject = f"{self.random.choice(words.VERBS)} {self.random.choice(words.THINGS)}"
        return Change(
            area=area.title,
            author=author,
            authored_at=authored_at,
            lander=sign(lander) if lander else FORGE,
            landed_at=landed_at,
            subject=subject,
            edits=self._edits(area),
            reviews=reviews,
            story=story,
        )

    def _edits(self, area: Area) -> tuple[Edit, ...]:
        """One to three files of the area; lines spread as in real histories, most changes small."""
        lines = int(min(self.random.lognormvariate(math.log(MEDIAN_LINES), 0.9), MOST_LINES))
        paths = self.random.sample(_FILES, self.random.choice((1, 1, 2, 3)))
        each = max(lines // len(paths), 2)
        return tuple(
            Edit(area.folder + path, each - (removed := self.random.randrange(each // 2)), removed)
            for path in paths
        )
