"""What the made-up people do in their tracker: everyday work, a launch, an incident.

Outside the two stories leads hand out their own projects' tickets and answer what they are asked
within hours, so nothing there is outside a role.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from connectors.demo import hours
from connectors.demo.company import PROJECTS, Company, Person, at_day, chance
from connectors.demo.services import jira

USER, TOKEN = "reader@shop.example", "made-up"
QUICK_HOURS = (1, 2, 2, 3, 3, 4, 5, 6)  # how long leads usually take to answer
TEST_TICKETS, HANDED_OUT, MOVED_ON, SKIPPED = 12, 9, 2, 2
ASKED_IN_LAUNCH = 10  # of the launch lead; four of them are still open at its end
REROUTED = 8
FIRST_NUMBER = {"LNCH": 101, "OPS": 401, "RPT": 701}


@dataclass(frozen=True)
class Told:
    """One act that a story tells of: what, by whom."""

    story: str
    kind: str
    actor_id: str


def make_tracker(company: Company) -> tuple[jira.JiraSite, list[Told]]:
    """The site with all tickets until the span's end, and the acts of its stories."""
    desk = _Desk(company)
    for team_id in PROJECTS:
        for monday in company.span.days()[::7]:
            desk.everyday(team_id, monday)
    desk.launch()
    desk.incident()
    site = jira.JiraSite(
        users=[desk.account(person) for person in company.people],
        projects=list(desk.projects.values()),
        issues=[ticket.issue for ticket in desk.tickets],
        user=USER,
        token=TOKEN,
    )
    return site, desk.told


class _Desk:
    """Makes tickets project by project; each has the next number of its project."""

    def __init__(self, company: Company) -> None:
        self.company, self.cast = company, company.cast
        self.random = chance(company.seed, "tickets")
        self.tickets: list[jira.Ticket] = []
        self.told: list[Told] = []
        self.numbers = dict(FIRST_NUMBER)
        self.projects = {
            team_id: jira.project(
                f"100{place:02d}", key, key.title(), lead=self.account(self.lead(team_id))
            )
            for place, (team_id, key) in enumerate(PROJECTS.items())
        }

    def account(self, person: Person) -> jira.Payload:
        """The person's account at the tracker."""
        return jira.user(person.account_id, person.name)

    def lead(self, team_id: str) -> Person:
        """Who answers for the project of a team."""
        return lead(self.company, team_id)

    # Everyday work

    def everyday(self, team_id: str, monday: date) -> None:
        """Three tickets a week, handed out by the lead; one of them asks the lead something."""
        lead, span = self.lead(team_id), self.company.span
        is_launch = team_id == "checkout" and monday >= span.launch_days[0] - timedelta(days=7)
        for number in range(1 if is_launch else 3):
            day = monday + timedelta(days=self.random.randrange(4))
            opened_at = self._at_work(lead, day)
            workers = self._present(team_id, day)
            if opened_at is None or not workers:
                continue
            worker = self.random.choice(workers)
            ticket = self._ticket(team_id, lead, opened_at)
            if ticket is None:
                continue
            at = opened_at + timedelta(minutes=self.random.randrange(5, 50))
            self._assign(ticket, worker, lead, at)
            self._worked(ticket, worker, self._tester(team_id), at)
            if number == 0 and not is_launch:
                wait_hours = self.random.choice(QUICK_HOURS)
                self._asked(team_id, worker, at + timedelta(hours=1), wait_hours)

    def _worked(self, ticket: jira.Ticket, worker: Person, tester: Person, at: datetime) -> None:
        """Through all steps to Done within days, the tester in between."""
        steps = [
            ("In Progress", worker), ("In Test", worker), ("QA Review", tester), ("Done", worker),
        ]  # fmt: skip
        for status, by in steps:
            at = at + timedelta(hours=self.random.randrange(6, 30))
            self._move(ticket, status, by, at)

    def _asked(self, team_id: str, asker: Person, at: datetime, wait_hours: float | None) -> None:
        """A ticket on which the lead is asked something and answers after so many working hours."""
        lead = self.lead(team_id)
        asked_at = self._within_work(lead, at)
        ticket = self._ticket(team_id, asker, asked_at - timedelta(minutes=5), is_own=True)
        if ticket is None:
            return
        text = f"[~{lead.account_id}] could you decide this?"
        self._comment(ticket, text, asker, asked_at)
        if wait_hours is not None:
            answered_at = after_working_hours(lead, asked_at, wait_hours)
            self._comment(ticket, "Yes, as proposed.", lead, answered_at)

    # Stories

    def launch(self) -> None:
        """Two weeks in which the coordinator hands out what the launch lead does not get to."""
        lead = self.company.by_id[self.cast.launch_lead]
        coordinator = self.company.by_id[self.cast.coordinator]
        days = self.company.span.launch_days
        opened_on = days[0] - timedelta(days=4)
        tickets = []
        for number in range(TEST_TICKETS):
            opened_at = at_day(opened_on, time(9)) + timedelta(minutes=3 * number)
            ticket = self._ticket("checkout", lead, opened_at)
            if ticket is not None:
                tickets.append(ticket)
        testers = [
            person
            for person in self.company.engineers("checkout")
            if person.person_id not in (self.cast.coordinator, self.cast.owner_on_leave)
        ]
        tester = self._tester("checkout")
        for number, ticket in enumerate(tickets[:HANDED_OUT]):
            worker = testers[number % len(testers)]
            at = at_day(days[2 + number // 2], time(10 if number % 2 else 18, 40 - number))
            self._hand_out(ticket, coordinator, worker, at, "assign")
            if number < MOVED_ON:
                other = testers[(number + 1) % len(testers)]
                later = at_day(days[7 + number], time(10, 12))
                self._hand_out(ticket, coordinator, other, later, "reassign")
                worker, at = other, later
            done_at = at_day(days[8], time(9)) + timedelta(hours=number)
            self._move(ticket, "In Test", worker, max(at, done_at) + timedelta(hours=1))
            if number >= HANDED_OUT - SKIPPED:
                self._move(ticket, "Done", worker, max(at, done_at) + timedelta(hours=20))
                continue
            self._move(ticket, "QA Review", tester, max(at, done_at) + timedelta(hours=4))
            self._move(ticket, "Done", worker, max(at, done_at) + timedelta(hours=21))
        for number, ticket in enumerate(tickets[HANDED_OUT:]):
            at = at_day(days[3], time(11, 10 + number))
            self._assign(ticket, tester, lead, at)
        for number in range(ASKED_IN_LAUNCH):
            asker = testers[number % len(testers)]
            asked_at = at_day(days[1 + number // 2], time(9 + number % 3, 20))
            is_open = number >= ASKED_IN_LAUNCH - 4
            self._asked("checkout", asker, asked_at, None if is_open else 14.0 + 4.0 * number)

    def incident(self) -> None:
        """An afternoon in which one person moves tickets that the lead had handed out."""
        span = self.company.span
        lead = self.lead("platform")
        rerouter = self.company.by_id[self.cast.rerouter]
        engineers = [
            person
            for person in self._present("platform", span.incident_on)
            if person.person_id != self.cast.rerouter
        ]
        for number in range(REROUTED):
            giver = engineers[number % len(engineers)]
            taker = engineers[(number + 1) % len(engineers)]
            opened_at = at_day(span.incident_on - timedelta(days=2), time(9, 30 + number))
            ticket = self._ticket("platform", lead, opened_at)
            if ticket is None:
                continue
            at = opened_at + timedelta(minutes=30)
            self._assign(ticket, giver, lead, at)
            moved_at = at_day(span.incident_on, time(14, 5)) + timedelta(minutes=11 * number)
            self._hand_out(ticket, rerouter, taker, moved_at, "reassign", "incident")

    # Parts of a ticket

    def _hand_out(
        self, ticket: jira.Ticket, by: Person, to: Person, at: datetime, kind: str,
        story: str = "launch",
    ) -> None:  # fmt: skip
        if self._assign(ticket, to, by, at):
            self.told.append(Told(story, kind, by.person_id))

    def _ticket(
        self, team_id: str, by: Person, at: datetime, *, is_own: bool = False
    ) -> jira.Ticket | None:
        """The next ticket of the team's project, for oneself or nobody; None: after the end."""
        if at >= self.company.span.until:
            return None
        project = self.projects[team_id]
        number = self.numbers[project["key"]]
        self.numbers[project["key"]] += 1
        opened_by = self.account(by)
        assignee = opened_by if is_own else None
        ticket = jira.Ticket(project, number, opened_by=opened_by, at=at, assignee=assignee)
        self.tickets.append(ticket)
        return ticket

    # What lies after the span's end is not told: each says whether it was.

    def _assign(self, ticket: jira.Ticket, to: Person, by: Person, at: datetime) -> bool:
        is_told = at < self.company.span.until
        if is_told:
            ticket.assign(self.account(to), by=self.account(by), at=at)
        return is_told

    def _move(self, ticket: jira.Ticket, status: str, by: Person, at: datetime) -> bool:
        is_told = at < self.company.span.until
        if is_told:
            ticket.move(status, by=self.account(by), at=at)
        return is_told

    def _comment(self, ticket: jira.Ticket, text: str, by: Person, at: datetime) -> bool:
        is_told = at < self.company.span.until
        if is_told:
            ticket.comment(text, by=self.account(by), at=at)
        return is_told

    def _tester(self, team_id: str) -> Person:
        members = self.company.members[team_id]
        return next((one for one in members if one.title == "Test engineer"), members[-1])

    def _present(self, team_id: str, day: date) -> list[Person]:
        return [
            person
            for person in self.company.engineers(team_id)
            if not self.company.is_away(person.person_id, day)
        ]

    def _at_work(self, person: Person, day: date) -> datetime | None:
        if self.company.is_away(person.person_id, day):
            return None
        return hours.moment_on(day, person.working_hours, person.zone, self.random)

    def _within_work(self, person: Person, at: datetime) -> datetime:
        """The moment itself, or the first after it at which the person works."""
        return after_working_hours(person, at, 0.0)


def lead(company: Company, team_id: str) -> Person:
    """Who answers for the project of a team: of the launch as cast, elsewhere the manager."""
    if team_id == "checkout":
        return company.by_id[company.cast.launch_lead]
    return company.members[team_id][0]


def after_working_hours(person: Person, start: datetime, wait_hours: float) -> datetime:
    """The moment so many working hours of the person's pattern after another; no holidays."""
    left = timedelta(hours=wait_hours)
    for begin, end in _work_after(person, start):
        if begin + left <= end:
            return begin + left
        left -= end - begin
    raise AssertionError("patterns have no end")


def _work_after(person: Person, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    local = start.astimezone(person.zone)
    day = local.date()
    while True:
        for bounds in hours.blocks(person.working_hours)[day.weekday()]:
            begin, end = (datetime.combine(day, bound, person.zone) for bound in bounds)
            if end > local:
                yield max(begin, local).astimezone(start.tzinfo), end.astimezone(start.tzinfo)
        day += timedelta(days=1)
