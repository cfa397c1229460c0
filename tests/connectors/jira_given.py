"""A made-up Jira, and one sync of it as the tests ask for it."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from connectors.connector import Access
from connectors.demo.services import jira as made_up
from connectors.jira import sync_jira
from connectors.jira_session import Patience
from models.privacy import account_key
from models.sources import JiraSource

AT = datetime(2026, 9, 16, 9, tzinfo=UTC)
KEY = b"k" * 32
ANA = made_up.user("acc-ana", "Ana Example")
BEN = made_up.user("acc-ben", "Ben Example")
CAI = made_up.user("acc-cai", "Cai Example")
RULE = made_up.user("acc-rule", "Automation for Jira", kind="app")
CHECKOUT = made_up.component("10100", "checkout", lead=ANA, assignee_type="COMPONENT_LEAD")
BASKET = made_up.component("10101", "basket")
LAUNCH = made_up.project("10000", "LNCH", "Launch", lead=BEN, components=[CHECKOUT, BASKET])
CORE = made_up.project("10001", "CORE", "Core", lead=CAI)


def hours(number: float) -> datetime:
    return AT + timedelta(hours=number)


def ticket(number=1, project=LAUNCH, *, opened_by=ANA, at=AT, **given):
    return made_up.Ticket(project, number, opened_by=opened_by, at=at, **given)


def site(*tickets, **given):
    whole = {"users": [ANA, BEN, CAI, RULE], "projects": [LAUNCH, CORE]}
    return made_up.JiraSite(issues=[one.issue for one in tickets], **whole | given)


def key(account):
    """The key of an account, or of its id."""
    account_id = account if isinstance(account, str) else account and account["accountId"]
    return account_key(KEY, "tracker", account_id) if account_id else None


@dataclass
class Night:
    """A site that is being served, and how it is asked; `waits` has the seconds waited."""

    url: str
    site: made_up.JiraSite
    traffic: made_up.Traffic
    waits: list[float] = field(default_factory=list)
    projects: tuple[str, ...] = ("LNCH",)
    since: datetime = AT - timedelta(days=30)
    until: datetime = AT + timedelta(days=30)
    now: datetime = AT + timedelta(days=31)
    tries: int = 3
    timeout: float = 5.0
    is_full: bool = False

    @property
    def source(self) -> JiraSource:
        return JiraSource(name="tracker", kind="jira", url=self.url, projects=self.projects)

    @property
    def access(self) -> Access:
        secrets = {"USER": self.site.user, "TOKEN": "made-up"}
        return Access(
            key=KEY,
            since=self.since,
            until=self.until,
            now=self.now,
            internal_hosts=(self.url.removeprefix("http://"),),
            secret=lambda part: SecretStr(secrets[part]),
            is_full=self.is_full,
        )

    def sync(self, cursor=None):
        patience = Patience(
            tries=self.tries, timeout=(self.timeout, self.timeout), sleep=self.waits.append
        )
        return sync_jira(self.source, cursor, self.access, patience)


@contextmanager
def night(served, *faults, **given):
    traffic = made_up.Traffic(faults=list(faults))
    with made_up.serving(served, traffic) as url:
        yield Night(url, served, traffic, **given)


def synced(served, *faults, **given):
    """The batch of a first sync."""
    with night(served, *faults, **given) as asked:
        return asked.sync()


def told(batch):
    return batch.rows["raw.ticket_events"].sort("ticket_id", "happened_at", maintain_order=True)


def column(batch, name: str, **only):
    """One column of the events, of those with these values."""
    return told(batch).filter(**only)[name].to_list()
