"""What the made-up people do at their code host: proposed changes, reviewed within the own team.

Reviewers are asked by the authors and take turns; owners or authors merge. The one story is of
somebody who reviews nearly all that a newcomer writes.
"""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from connectors.demo import hours
from connectors.demo.company import APPS, PROJECTS, Company, Person, at_day, chance
from connectors.demo.services import github
from connectors.demo.tickets import Told

TOKEN = "made-up"  # noqa: S105 - of a site that is made up too
FOLDERS = {"checkout": "src/web/", "platform": "src/api/", "data": "src/insights/"}
A_DAY = 0.12  # proposals of an engineer on a day at work
A_DAY_NEW = 0.45  # of the newcomer
FIRST_ACCOUNT = 9_000


def make_host(company: Company) -> tuple[github.HubSite, list[Told]]:
    """The code host with all proposed changes until the span's end, and the acts of its story."""
    desk = _Desk(company)
    changes = [change for day in company.span.days() for change in desk.day(day)]
    repository = github.Repository(
        name=APPS,
        number=1,
        pull_requests=changes,
        owners=[github.OwnersFile(at_day(company.span.first_day), _owners(company))],
    )
    accounts = [
        github.Account(person.login, FIRST_ACCOUNT + place, person.name)
        for place, person in enumerate(company.people)
    ]
    site = github.HubSite(accounts=accounts, repositories=[repository], token=TOKEN)
    return site, desk.told


def owners(company: Company, team_id: str) -> list[Person]:
    """Whom CODEOWNERS names for the folder of a team."""
    told = vars(company.cast)
    away = {told["owner_on_leave"], told["newcomer"]}
    return [one for one in company.engineers(team_id) if one.person_id not in away][:2]


def _owners(company: Company) -> str:
    lines = [
        f"/{FOLDERS[team_id]} " + " ".join(f"@{one.login}" for one in owners(company, team_id))
        for team_id in PROJECTS
    ]
    return "\n".join(lines) + "\n"


class _Desk:
    """Makes proposed changes day by day; remembers how many reviews everybody has done."""

    def __init__(self, company: Company) -> None:
        self.company, self.cast = company, company.cast
        self.random = chance(company.seed, "proposals")
        self.reviewed: Counter[str] = Counter()
        self.number = 0
        self.told: list[Told] = []

    def day(self, day: date) -> Iterator[github.PullRequest]:
        """What is proposed on a day, by teams that have a folder there."""
        for team_id in PROJECTS:
            for author in self.company.engineers(team_id):
                is_new = author.person_id == self.cast.newcomer
                if self.random.random() >= (A_DAY_NEW if is_new else A_DAY):
                    continue
                if self.company.is_away(author.person_id, day):
                    continue
                at = hours.moment_on(day, author.working_hours, author.zone, self.random)
                if at is not None and at < self.company.span.until:
                    yield self._proposed(author, at, is_new=is_new)

    def _proposed(self, author: Person, at: datetime, *, is_new: bool) -> github.PullRequest:
        self.number += 1
        lines = int(min(self.random.lognormvariate(math.log(24), 0.9), 400)) + 1
        change = github.PullRequest(
            number=self.number,
            author=author.login,
            opened_at=at,
            files=[f"{FOLDERS[author.team_id]}part{self.random.randrange(9)}.ts"],
            additions=lines,
            deletions=lines // 3,
            title="A made-up change",
        )
        reviewer = self._reviewer(author, is_new=is_new, day=at.date())
        if reviewer is None:
            return change
        reviewed_at = hours.next_moment(
            at + timedelta(hours=1),
            reviewer.working_hours,
            reviewer.zone,
            lambda day: self.company.is_away(reviewer.person_id, day),
            self.random,
        )
        events = [
            github.Event(
                "review_requested", at + timedelta(seconds=90), author.login, reviewer.login
            )
        ]
        if reviewed_at is not None:
            events.append(
                github.Event(
                    "reviewed", reviewed_at, reviewer.login, verdict="approved",
                    commit=f"{self.number:040x}", comments=self.random.randrange(4),
                )
            )  # fmt: skip
            merged_at = reviewed_at + timedelta(hours=2)
            events.append(github.Event("merged", merged_at, author.login))
            if is_new and reviewer.person_id == self.cast.champion and self._is_told(reviewed_at):
                self.told.append(Told("onboarding", "review", reviewer.person_id))
        change.events = [event for event in events if self._is_told(event.at)]
        return change

    def _is_told(self, at: datetime) -> bool:
        return at < self.company.span.until

    def _reviewer(self, author: Person, *, is_new: bool, day: date) -> Person | None:
        """The champion for nearly all that the newcomer writes; else who has done least."""
        if is_new and self.cast.champion and self.random.random() < 0.9:
            return self.company.by_id[self.cast.champion]
        present = [
            person
            for person in self.company.engineers(author.team_id)
            if person != author and not self.company.is_away(person.person_id, day)
        ]
        if not present:
            return None
        reviewer = min(
            present,
            key=lambda one: (self.reviewed[one.person_id] / one.full_time_share, one.person_id),
        )
        self.reviewed[reviewer.person_id] += 1
        return reviewer
