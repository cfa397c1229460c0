"""A small GitHub for tests: a till, three people, and syncs against it over HTTP."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from connectors.connector import Access, Batch
from connectors.demo.services.github import (
    Account,
    Event,
    HubSite,
    OwnersFile,
    PullRequest,
    Repository,
    Team,
    Traffic,
    serving,
)
from connectors.github import sync_github
from connectors.github_client import Patience
from models.privacy import account_key
from models.sources import GithubSource

KEY = b"k" * 32
SOURCE = "code"
TOKEN = "made-up"
EVENTS = "raw.code_review_events"
NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)


def at(**after) -> datetime:
    """So long after nine o'clock of the first day."""
    return NINE + timedelta(**after)


def key_of(login: str) -> str:
    return account_key(KEY, SOURCE, login)


NAMES = {key_of(login): login for login in ("ana", "ben", "cai", "dee", "robot[bot]")}


def site(*changes: PullRequest, owners=(), teams=(), name="shop/till", **more) -> HubSite:
    """One repository with these pull requests; `owners` are versions of CODEOWNERS, or a text."""
    if isinstance(owners, str):
        owners = [OwnersFile(at(days=-30), owners)]
    accounts = [
        Account("ana", 1, "Ana Example"),
        Account("ben", 2, "Ben Example"),
        Account("cai", 3),
        Account("dee", 4),
        Account("robot", 5, kind="Bot"),
    ]
    repository = Repository(name, 7, list(changes), list(owners))
    return HubSite(accounts, list(teams), [repository], token=TOKEN, **more)


def change(*events: Event, number=12, by: str | None = "ana", files=(), **more) -> PullRequest:
    opened_at = more.pop("opened_at", NINE)
    return PullRequest(number, by, opened_at, list(events), list(files), **more)


@dataclass
class Nights:
    """Syncs of one site in turn, each with the cursor of the one before."""

    site: HubSite
    url: str
    traffic: Traffic
    waits: list[float] = field(default_factory=list)
    names: tuple[str, ...] = ("shop/till",)
    cursor: Any = None

    def source(self) -> GithubSource:
        return GithubSource(name=SOURCE, kind="github", url=self.url, repositories=self.names)

    def access(
        self, since=None, until=None, token: str | None = TOKEN, *, is_full: bool = False
    ) -> Access:
        return Access(
            key=KEY,
            since=since or at(days=-60),
            until=until or at(days=30),
            now=until or at(days=30),
            internal_hosts=(self.url.removeprefix("http://"),),
            secret=lambda _: None if token is None else SecretStr(token),
            is_full=is_full,
        )

    def sync(self, *, patience: Patience | None = None, **bounds):
        waiting = patience or Patience(sleep=self.waits.append, timeout=2)
        batch = sync_github(self.source(), self.cursor, self.access(**bounds), waiting)
        self.cursor = dict(batch.cursor)
        return batch


@contextmanager
def nights(given: HubSite, *names: str):
    traffic = Traffic(is_kept=True)
    with serving(given, traffic) as url:
        yield Nights(given, url, traffic, names=names or ("shop/till",))


def synced(given: HubSite, *names: str, **bounds):
    """One first sync of a site."""
    with nights(given, *names) as run:
        return run.sync(**bounds)


def events(batch: Batch, *columns: str, event: str | None = None) -> list[Any]:
    """Columns of the events in order, one column bare; keys as logins."""
    rows = sorted(batch.rows[EVENTS].to_dicts(), key=lambda r: (r["happened_at"], r["event_id"]))
    found = [
        tuple(_named(row[column]) for column in columns)
        for row in rows
        if event in (None, row["event"])
    ]
    return [row[0] for row in found] if len(columns) == 1 else found


def _named(value):
    return [NAMES[one] for one in value] if isinstance(value, list) else NAMES.get(value, value)


def stored_after(*batches: Batch) -> dict[str, Any]:
    """Events by id, after the lake has taken these batches one after another."""
    stored: dict[str, Any] = {}
    for batch in batches:
        column, objects = batch.objects[EVENTS]
        stored = {
            own: row
            for own, row in stored.items()
            if row[column] not in objects and not batch.restart
        }
        stored |= {row["event_id"]: row for row in batch.rows[EVENTS].to_dicts()}
    return stored


__all__ = [
    "EVENTS", "KEY", "NAMES", "NINE", "SOURCE", "TOKEN", "Account", "Event", "HubSite", "Nights",
    "OwnersFile", "PullRequest", "Repository", "Team", "at", "change", "events", "key_of", "nights",
    "site", "stored_after", "synced",
]  # fmt: skip
