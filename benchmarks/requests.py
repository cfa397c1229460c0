"""How often a service is asked in a night: requests for 1,000 things that changed, by endpoint.

`python -m benchmarks.requests --changed 1000` lets the connectors read made-up services on
loopback, and counts there. Limits of rate are in requests, so this is what a night costs.
"""

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from connectors.connector import Access
from connectors.demo.services import github, jira
from connectors.github import sync_github
from connectors.github_client import Patience as PatienceWithGithub
from connectors.jira import sync_jira
from connectors.jira_session import Patience
from models.sources import GithubSource, JiraSource

START = datetime(2026, 9, 14, 8, tzinfo=UTC)
MOST = 15  # requests for 1,000 changed tickets whose comments a search shows
MOST_OF_HOST = 50  # requests for 1,000 changed pull requests, with all that is read of them
CHANGES_EACH = 4


@dataclass(frozen=True)
class Night:
    """One night with a service: what changed, and how often each endpoint was asked.

    `extra`: the endpoint that is asked once more for each thing of which a page shows a part only.
    `most`: how many requests are allowed for 1,000.
    """

    service: str
    changed: int
    counts: Mapping[str, int]
    extra: str
    most: int = MOST

    @property
    def requests(self) -> int:
        """Requests without those for what a page leaves out."""
        return sum(self.counts.values()) - self.counts.get(self.extra, 0)

    @property
    def for_cut(self) -> int:
        """Requests for what a page leaves out."""
        return self.counts.get(self.extra, 0)


def jira_night(changed: int, cut: int = 0) -> Night:
    """A night in which so many tickets changed; of `cut` of them a search shows no comment whole.

    It is the second night: the first, which reads everything, is not counted.
    """
    site, tickets, people = _site(changed)
    traffic = jira.Traffic()
    with jira.serving(site, traffic) as url:
        source = JiraSource(name="tracker", kind="jira", url=url, projects=("LNCH",))
        first = sync_jira(source, None, _access(url, site, days=1), Patience())
        for number, ticket in enumerate(tickets):
            _change(ticket, people, comments=5 if number < cut else 1)
        site.shown_comments = 1
        traffic.counts.clear()
        sync_jira(source, first.cursor, _access(url, site, days=2), Patience())
    return Night("Jira", changed, Counter(traffic.counts), "issue/comment")


def github_night(changed: int, cut: int = 0) -> Night:
    """A night in which so many pull requests changed; `cut` of them have more files than a page.

    It is the second night, with a team in CODEOWNERS; a tenth as many others lie open unchanged.
    """
    site, changes = _host(changed, cut)
    traffic = github.Traffic()
    with github.serving(site, traffic) as url:
        source = GithubSource(name="code", kind="github", url=url, repositories=("shop/till",))
        given = _access_to(url, {"TOKEN": "made-up"}, days=40)
        first = sync_github(source, None, given, PatienceWithGithub())
        at = START + timedelta(days=40)
        for number, change in enumerate(changes):
            change.events.append(github.Event("merged", at + timedelta(seconds=number), "p1"))
        traffic.counts.clear()
        again = _access_to(url, {"TOKEN": "made-up"}, days=41)
        sync_github(source, first.cursor, again, PatienceWithGithub())
    return Night("GitHub", changed, Counter(traffic.counts), "More", MOST_OF_HOST)


def _host(count: int, cut: int) -> tuple[github.HubSite, list[github.PullRequest]]:
    people = [github.Account(f"p{number}", number) for number in range(1, 10)]
    changes = [
        github.PullRequest(
            number,
            people[number % 9].login,
            START + timedelta(seconds=number),
            [
                github.Event("review_requested", START + timedelta(hours=1), "p2", whom="p3"),
                github.Event("commented", START + timedelta(hours=2), "p3", text="and?"),
                github.Event("reviewed", START + timedelta(hours=3), "p3", verdict="approved"),
            ],
            [f"src/{number}/{file}" for file in range(150 if number <= cut else 4)],
        )
        for number in range(1, count + count // 10 + 1)
    ]
    changes[0].events.append(github.Event("labeled", START + timedelta(days=39), "p4"))
    owners = [github.OwnersFile(START - timedelta(days=9), "/src @shop/team @p1\n")]
    repository = github.Repository("shop/till", 1, changes, owners)
    teams = [github.Team("shop/team", ("p1", "p2"))]
    return github.HubSite(people, teams, [repository], token="made-up"), changes[:count]  # noqa: S106


def _site(count: int) -> tuple[jira.JiraSite, list[jira.Ticket], list[jira.Payload]]:
    people = [jira.user(f"acc-{number}", f"Person {number}") for number in range(9)]
    project = jira.project("10000", "LNCH", "Launch", lead=people[0])
    tickets = [
        jira.Ticket(project, number, opened_by=people[number % 9], at=START)
        for number in range(1, count + 1)
    ]
    issues = [one.issue for one in tickets]
    return jira.JiraSite(users=people, projects=[project], issues=issues), tickets, people


def _change(ticket: jira.Ticket, people: list[jira.Payload], comments: int) -> None:
    at = START + timedelta(days=1)
    for number in range(CHANGES_EACH):
        at += timedelta(minutes=5)
        ticket.assign(people[number % 9], by=people[(number + 1) % 9], at=at)
    for number in range(comments):
        at += timedelta(minutes=5)
        ticket.comment("and?", by=people[number % 9], at=at)


def _access(url: str, site: jira.JiraSite, days: int) -> Access:
    return _access_to(url, {"USER": site.user, "TOKEN": site.token}, days)


def _access_to(url: str, secrets: Mapping[str, str], days: int) -> Access:
    until = START + timedelta(days=days)
    return Access(
        key=b"k" * 32,
        since=START - timedelta(days=1),
        until=until,
        now=until,
        internal_hosts=(url.removeprefix("http://"),),
        secret=lambda part: SecretStr(secrets[part]),
    )


def table(nights: list[Night]) -> str:
    """One line a night."""
    lines = [f"{'service':10}{'changed':>10}{'requests':>10}{'per 1,000':>11}{'for cut':>9}"]
    for one in nights:
        share = 1_000 * one.requests / one.changed
        lines.append(
            f"{one.service:10}{one.changed:>10,}{one.requests:>10,}{share:>11.1f}{one.for_cut:>9,}"
        )
    return "\n".join(lines)


def main() -> int:
    """Counts and prints; 1 if a service is asked more often than it should be."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.requests", description=__doc__)
    asked.add_argument("--changed", type=int, default=1_000, help="things that changed that night")
    changed = asked.parse_args().changed
    nights = [
        jira_night(changed),
        jira_night(changed, cut=changed // 20),
        github_night(changed),
        github_night(changed, cut=changed // 20),
    ]
    print(table(nights))
    for one in nights:
        print(f"{one.service}: " + ", ".join(f"{n} {what}" for what, n in one.counts.items()))
    return int(any(1_000 * one.requests > one.most * max(one.changed, 1_000) for one in nights))


if __name__ == "__main__":
    raise SystemExit(main())
