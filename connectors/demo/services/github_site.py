"""What a made-up GitHub holds: accounts, teams, repositories, pull requests and their events.

Plain data and what follows from it, such as whether a pull request is open. How it is asked over
HTTP is in `github`, what goes wrong on demand in `github_faults`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

REVIEWS = ("approved", "changes_requested", "commented", "pending")
KINDS = (  # of events; the opening of a pull request is none of them
    "ready", "draft", "review_requested", "review_request_removed", "reviewed", "review_dismissed",
    "assigned", "unassigned", "commented", "labeled", "milestoned", "merged", "closed", "reopened",
    "auto_merge_enabled", "auto_merge_disabled", "queued", "unqueued",
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """Somebody or something that acts; `kind` is User, Bot, Mannequin or Organization.

    `number` stays when the login changes. The login of a Bot is without its `[bot]`.
    """

    login: str
    number: int
    name: str | None = None
    kind: str = "User"


@dataclass(frozen=True)
class Team:
    """A team, `organisation/team`, with the logins of its members."""

    slug: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """Something that happened to a pull request; `kind` is one of `KINDS`.

    `by`: login of who did it; None: nobody known, as of a deleted account. `whom`: login or
    `organisation/team` that is asked or assigned, or whose last review is dismissed. `text`: of a
    comment or review; whom it mentions as `@login` gets an event for that by itself. `verdict` (one
    of `REVIEWS`), `commit` and `comments` within it: of a review; the `commit` of a dismissal is
    what made GitHub itself dismiss it. `reason`: why it left the merge queue.
    """

    kind: str
    at: datetime
    by: str | None
    whom: str | None = None
    text: str = ""
    verdict: str = "commented"
    commit: str | None = None
    comments: int = 0
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of event; known: {', '.join(KINDS)}")
        if self.verdict not in REVIEWS:
            raise ValueError(f"{self.verdict!r} is no verdict; known: {', '.join(REVIEWS)}")


@dataclass
class PullRequest:
    """A proposed change. `events` may stand in any order; the service sorts them by moment.

    `asked_as_owner`: of those asked for a review, who is asked because CODEOWNERS names them.
    `updated_at`: None is the moment of the last event.
    """

    number: int
    author: str | None
    opened_at: datetime
    events: list[Event] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    additions: int = 0
    deletions: int = 0
    title: str = ""
    text: str = ""
    base: str = "main"
    asked_as_owner: tuple[str, ...] = ()
    updated_at: datetime | None = None

    @property
    def updated(self) -> datetime:
        """When it changed last."""
        return self.updated_at or max([self.opened_at, *(event.at for event in self.events)])

    @property
    def state(self) -> str:
        """OPEN, CLOSED or MERGED."""
        state = "OPEN"
        for event in self.in_order():
            state = {"closed": "CLOSED", "merged": "MERGED", "reopened": "OPEN"}.get(
                event.kind, state
            )
        return state

    def in_order(self) -> list[Event]:
        """Its events, earliest first."""
        return sorted(self.events, key=lambda event: event.at)

    def asked(self) -> list[str]:
        """Who is asked for a review and has neither given one nor been let off."""
        waiting: list[str] = []
        for event in self.in_order():
            if event.kind == "review_requested" and event.whom and event.whom not in waiting:
                waiting.append(event.whom)
            elif event.kind == "review_request_removed" and event.whom in waiting:
                waiting.remove(str(event.whom))
            elif event.kind == "reviewed" and event.by in waiting and event.verdict != "pending":
                waiting.remove(str(event.by))
        return waiting


@dataclass(frozen=True)
class OwnersFile:
    """A version of CODEOWNERS on the default branch; `text` None: the file was removed.

    `merged_at`: when the pull request that brought the commit was merged; None: it had none.
    """

    at: datetime
    text: str | None
    path: str = ".github/CODEOWNERS"
    merged_at: datetime | None = None


@dataclass
class Repository:
    """A repository, `owner/name`; `number` and links by `old_names` stay when it is renamed."""

    name: str
    number: int
    pull_requests: list[PullRequest] = field(default_factory=list)
    owners: list[OwnersFile] = field(default_factory=list)
    old_names: tuple[str, ...] = ()
    is_visible: bool = True


@dataclass
class HubSite:
    """Everything there is. It may be changed while it is served: the next request sees it.

    `token`: what requests must bring; None: anything. A login of an event that is not among
    `accounts` is a User without a name. `withheld` are fields that answer FORBIDDEN with partial
    data, `Team.members` or, of one pull request, `PullRequest.files#12`. `points` are left of the
    budget of the hour. Pages of more than `heavy_above` pull requests answer 502.
    """

    accounts: list[Account] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    repositories: list[Repository] = field(default_factory=list)
    token: str | None = None
    withheld: set[str] = field(default_factory=set)
    points: int = 5000
    heavy_above: int | None = None

    def account(self, login: str) -> Account:
        """The account of a login, in whatever case."""
        for account in self.accounts:
            if account.login.lower() == login.lower():
                return account
        return Account(login, crc32(login.lower().encode()))

    def team(self, slug: str) -> Team | None:
        """The team of a slug; None: there is none, or none to be seen."""
        return next((team for team in self.teams if team.slug.lower() == slug.lower()), None)

    def repository(self, name: str) -> Repository | None:
        """The repository of a name, also of an old one; None: there is none to be seen."""
        for repository in self.repositories:
            names = {repository.name.lower(), *(old.lower() for old in repository.old_names)}
            if repository.is_visible and name.lower() in names:
                return repository
        return None

    def changes(self) -> Iterator[tuple[Repository, PullRequest]]:
        """All pull requests that can be seen."""
        for repository in self.repositories:
            if repository.is_visible:
                for change in repository.pull_requests:
                    yield repository, change
