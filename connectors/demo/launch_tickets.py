"""The tickets of the launch, as a Jira site: who gives what to whom, to the minute, in UTC.

Source: METHOD 8. Before the launch P hands out the team's work and is asked ten things, which wait
as long as METHOD says in P's working hours: 09:00 to 17:30 in Berlin, 07:00 to 15:30 UTC until the
end of October. Of what is asked during the launch four things stay open.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from connectors.demo.launch_meetings import LATER
from connectors.demo.launch_org import AUTOMATION, PEOPLE, PROJECT
from connectors.demo.services import jira

USER, TOKEN = "reader@checkout.example", "made-up"

# Tests of the launch: number, who gives it to whom when, and when it is tested and done.
GIVEN = [
    (101, "S", "D1", "09-22 07:10"),
    (102, "S", "D2", "09-22 07:14"),
    (103, "S", "D1", "09-22 07:15"),
    (104, "S", "D3", "09-23 12:02"),
    (105, "S", "D4", "09-23 12:05"),
    (106, "S", "D1", "09-24 17:05"),
    (107, "S", "D3", "09-24 17:09"),
    (108, "S", "D2", "09-25 19:40"),
    (109, "S", "D4", "09-25 19:42"),
    (110, "P", "Q1", "09-22 06:50"),
    (111, "P", "Q1", "09-22 06:50"),
    (112, "M", "D4", "09-23 09:00"),
]
MOVED = [(103, "S", "D2", "09-28 08:30"), (107, "S", "D4", "09-29 08:45")]
OPENED = "09-16 09:00"
IN_TEST, REVIEWED, DONE = "09-29 14:00", "09-30 09:00", "10-01 13:00"  # each a minute a ticket
SKIPPED = {102, 105, 108}  # go from In Test to Done

# What P is asked and when P answers: number of the ticket, by whom, asked, answered ("": never).
ASKED = [
    (201, "D1", "07-27 08:00", "07-27 10:00"),  # 2 working hours
    (202, "S", "07-30 14:00", "07-31 08:30"),  # 3
    (203, "D2", "08-04 09:00", "08-04 12:00"),  # 3
    (204, "Q1", "08-07 13:30", "08-10 09:00"),  # 4
    (205, "D3", "08-12 07:30", "08-12 12:30"),  # 5
    (206, "W", "08-18 12:30", "08-19 09:00"),  # 5
    (207, "D4", "08-21 10:30", "08-24 08:00"),  # 6
    (208, "S", "08-26 09:00", "08-27 08:30"),  # 8
    (209, "D1", "09-02 10:00", "09-03 10:30"),  # 9
    (210, "D2", "09-08 08:00", "09-09 11:30"),  # 12
    (211, "D3", "09-18 08:00", "09-21 11:30"),  # 12
    (212, "W", "09-18 12:00", "09-22 15:00"),  # 20
    (213, "D4", "09-21 10:00", "09-24 13:30"),  # 29
    (214, "Q1", "09-21 13:00", "09-25 12:00"),  # 33
    (215, "D1", "09-22 08:00", "09-28 15:00"),  # 41
    (216, "S", "09-21 09:00", ""),  # 83 at the end of the window
    (217, "D2", "09-22 09:30", ""),  # 74
    (218, "D3", "09-23 09:00", ""),  # 66
    (219, "D4", "09-23 15:00", ""),  # 60
]
ASKED_TICKETS_OPENED = "03-02 08:00"  # before all weeks that anything is compared with

# The 8 weeks before: 20 tickets given to others, 2 of them by people who hold nothing for it.
BASELINE = [
    (301, "P", "D1", "07-27 09:20"),
    (302, "P", "D2", "07-28 12:20"),
    (303, "P", "D3", "07-30 08:20"),
    (304, "P", "D4", "08-03 09:20"),
    (305, "P", "S", "08-04 13:20"),
    (306, "D1", "D3", "08-05 10:10"),
    (307, "P", "Q1", "08-06 09:20"),
    (308, "P", "W", "08-10 12:20"),
    (309, "P", "D1", "08-11 08:20"),
    (310, "P", "D2", "08-13 13:20"),
    (311, "P", "D3", "08-17 09:20"),
    (312, "P", "D4", "08-19 10:20"),
    (313, "P", "S", "08-20 09:20"),
    (314, "D4", "W", "08-21 10:10"),
    (315, "P", "Q1", "08-25 08:20"),
    (316, "P", "D1", "08-27 09:20"),
    (317, "P", "D2", "08-31 12:20"),
    (318, "P", "D3", "09-02 08:20"),
    (319, "P", "D4", "09-07 09:20"),
    (320, "P", "D1", "09-10 09:20"),
]
BASELINE_WAIT = timedelta(minutes=20)  # from opening to giving

AFTER_OPENED = "10-05 09:00"
AFTER_NUMBERS = 20  # LNCH-121 is to the second round what LNCH-101 was to the first

TITLES = (
    "Card payment is refused twice", "Basket keeps its items", "Invoice shows the right tax",
    "Voucher counts once", "Address is checked", "Mail of confirmation is sent",
)  # fmt: skip


def make_tracker(*, after: bool) -> jira.JiraSite:
    """The site with all tickets; with `after` also those of the weeks after the launch."""
    desk = _Desk()
    tickets = [
        *desk.tests(),
        *desk.noise(),
        *desk.questions(),
        *desk.baseline(),
        *(desk.tests_again() if after else ()),
    ]
    return jira.JiraSite(
        users=list(desk.accounts.values()),
        projects=[desk.project],
        issues=[ticket.issue for ticket in tickets],
        user=USER,
        token=TOKEN,
    )


def moment(text: str) -> datetime:
    """A moment of 2026 in UTC, such as 09-22 07:10."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


class _Desk:
    """Tells the events of each ticket in the order in which they happened."""

    def __init__(self) -> None:
        self.accounts: dict[str, jira.Payload] = {
            person.person_id: jira.user(person.account_id, person.name) for person in PEOPLE
        }
        self.accounts["automation"] = jira.user(AUTOMATION, "Automation", kind="app")
        self.project = jira.project("10000", PROJECT, "Launch", lead=self.accounts["P"])

    def tests(self) -> Iterator[jira.Ticket]:
        moves = {number: (by, to, at) for number, by, to, at in MOVED}
        for place, (number, by, to, at) in enumerate(GIVEN):
            ticket = self._opened(number, "P", moment(OPENED))
            holder = self._given(ticket, by, to, moment(at))
            if number in moves:
                by, to, at = moves[number]
                holder = self._given(ticket, by, to, moment(at))
            minutes = timedelta(minutes=place)
            ticket.move("In Test", by=holder, at=moment(IN_TEST) + minutes)
            if number not in SKIPPED:
                ticket.move("QA Review", by=holder, at=moment(REVIEWED) + minutes)
            ender = holder if number in SKIPPED else self.accounts["Q1"]
            yield ticket.move("Done", by=ender, at=moment(DONE) + minutes)

    def noise(self) -> Iterator[jira.Ticket]:
        """What S takes, what automation gives, and what P had asked S to give."""
        own = self._opened(113, "S", moment("09-24 09:30"))
        self._given(own, "S", "S", moment("09-24 10:00"))
        routed = self._opened(114, "automation", moment("09-24 10:04"))
        self._given(routed, "automation", "D3", moment("09-24 10:05"))
        delegated = self._opened(115, "P", moment("09-29 13:00"))
        self._given(delegated, "S", "D1", moment("09-30 09:00"))
        yield from (own, routed, delegated)

    def questions(self) -> Iterator[jira.Ticket]:
        """Tickets of those who ask; P is asked on each once."""
        for place, (number, by, asked, answered) in enumerate(ASKED):
            opened_at = moment(ASKED_TICKETS_OPENED) + timedelta(minutes=10 * place)
            ticket = self._opened(number, by, opened_at, assignee=by)
            text = f"[~{self.accounts['P']['accountId']}] which of the two do we take?"
            ticket.comment(text, by=self.accounts[by], at=moment(asked))
            if answered:
                ticket.comment("The first.", by=self.accounts["P"], at=moment(answered))
            yield ticket

    def baseline(self) -> Iterator[jira.Ticket]:
        for number, by, to, at in BASELINE:
            opener = by if by == "P" else "W"
            ticket = self._opened(number, opener, moment(at) - BASELINE_WAIT)
            holder = self._given(ticket, by, to, moment(at))
            yield ticket.move("In Progress", by=holder, at=moment(at) + timedelta(hours=2))

    def tests_again(self) -> Iterator[jira.Ticket]:
        """The same acts two weeks later, on new tickets."""
        moves = {number: (by, to, at) for number, by, to, at in MOVED}
        for number, by, to, at in GIVEN:
            ticket = self._opened(number + AFTER_NUMBERS, "P", moment(AFTER_OPENED))
            self._given(ticket, by, to, moment(at) + LATER)
            if number in moves:
                by, to, at = moves[number]
                self._given(ticket, by, to, moment(at) + LATER)
            yield ticket

    def _opened(
        self, number: int, by: str, at: datetime, assignee: str | None = None
    ) -> jira.Ticket:
        return jira.Ticket(
            self.project,
            number,
            opened_by=self.accounts[by],
            at=at,
            assignee=self.accounts[assignee] if assignee else None,
            title=TITLES[number % len(TITLES)],
        )

    def _given(self, ticket: jira.Ticket, by: str, to: str, at: datetime) -> jira.Payload:
        """Gives the ticket to somebody, whose account is the result."""
        ticket.assign(self.accounts[to], by=self.accounts[by], at=at)
        return self.accounts[to]
