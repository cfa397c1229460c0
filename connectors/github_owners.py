"""CODEOWNERS of a repository: its versions on the default branch, and the people in its teams.

A version holds from when the pull request that brought it was merged, else from its commit; a
moment before that of the version below is raised to it. It is taken for pull requests to any
branch. Who is in a team is known for today only, and taken for all the time in which the team is
listed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.connector import Problem
from connectors.github_accounts import BOT, Who, who
from connectors.github_client import Hub, TooHeavyError
from connectors.github_query import PLACES, members_of, owners_of, users_of
from connectors.github_walk import moment, next_cursor, not_visible
from connectors.owners.codeowners import parse_codeowners
from connectors.owners.register import EMPTY, Register, plain

MOST_PAGES = 40  # of versions in one place: a thousand; older ones are not read
MANY_TEAMS, MANY_USERS = 20, 50  # asked for in one query


@dataclass(frozen=True)
class Version:
    """What CODEOWNERS says from a moment on."""

    at: datetime
    register: Register


@dataclass(frozen=True)
class Owners:
    """A repository by its own name, and the versions of its CODEOWNERS, oldest first.

    `problems` say which versions are missing.
    """

    repository: str
    versions: tuple[Version, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.problems

    def before(self, until: datetime) -> "Owners":
        """The same with the versions before a moment."""
        kept = tuple(version for version in self.versions if version.at < until)
        return Owners(self.repository, kept, self.problems)

    def named(self) -> set[str]:
        """All owners that any version names."""
        return {one.account_id for version in self.versions for one in version.register.entries}


@dataclass(frozen=True)
class People:
    """Accounts by login, and members by team, `organisation/team`; both in lower case."""

    users: Mapping[str, Who]
    teams: Mapping[str, tuple[Who, ...]]

    def behind(self, owner: str) -> Iterator[Who]:
        """Who is meant by an owner as CODEOWNERS names it; nobody for a team that is not seen."""
        if not owner.startswith("@"):
            yield Who(owner, "human")
        elif "/" in owner:
            yield from self.teams.get(owner[1:], ())
        else:
            kind = "bot" if owner.endswith(BOT) else "human"
            yield self.users.get(owner[1:], Who(owner[1:], kind))


@dataclass(frozen=True)
class _File:
    """The file in one place from a moment on; no text: it is not there, or cannot be read."""

    at: datetime
    place: str
    text: str | None
    is_cut: bool


def read_owners(hub: Hub, owner: str, name: str) -> Owners:
    """The history of CODEOWNERS, of the first place that has one at each moment.

    Raises:
        SourceError: the repository is not visible; the message has the remedy.
    """
    files: list[_File] = []
    waiting: dict[str, str | None] = dict.fromkeys(PLACES)
    called, is_withheld, pages = "", False, 0
    while waiting and pages < MOST_PAGES:
        values = {f"after_{place}": after for place, after in waiting.items()}
        answer = hub.asked(owners_of(waiting), {"owner": owner, "name": name, **values})
        repository = answer.data.get("repository")
        if not repository:
            kinds = sorted({one.kind for one in answer.withheld})
            raise not_visible(owner, name, ", ".join(kinds) or "no reason given")
        called = plain(repository["nameWithOwner"])
        is_withheld = is_withheld or bool(answer.withheld)
        histories = (repository.get("defaultBranchRef") or {}).get("target") or {}
        files += [
            _file(place, node)
            for place in waiting
            for node in (histories.get(place) or {}).get("nodes") or ()
            if node
        ]
        waiting = {
            place: next_cursor(histories[place]["pageInfo"], after)
            for place, after in waiting.items()
            if histories.get(place) and histories[place]["pageInfo"]["hasNextPage"]
        }
        pages += 1
    cut = sum(one.is_cut for one in files)
    problems = _problems(called, is_withheld=is_withheld, is_long=bool(waiting), cut=cut)
    return Owners(called, tuple(_versions(files, called)), tuple(problems))


def read_people(hub: Hub, owners: Collection[str]) -> tuple[People, tuple[Problem, ...]]:
    """The accounts and teams that stand in CODEOWNERS files; unknown logins are left out.

    Teams that are not visible, or too large to be answered, are a problem.
    """
    named = sorted({one[1:] for one in owners if one.startswith("@")})
    teams, unseen = _teams(hub, [one for one in named if "/" in one])
    users = _users(hub, [one for one in named if "/" not in one])
    problems = []
    if unseen:
        text = (
            f"{unseen} teams of CODEOWNERS are not visible, and own nothing here; let the token "
            "read members of the organisation, or mend the names"
        )
        problems.append(Problem("CODEOWNERS", text))
    return People(users, teams), tuple(problems)


def _file(place: str, node: Mapping[str, Any]) -> _File:
    brought = (node.get("associatedPullRequests") or {}).get("nodes") or ()
    merged = [one["mergedAt"] for one in brought if one and one.get("mergedAt")]
    blob = (node.get("file") or {}).get("object")
    is_cut = blob is not None and (blob.get("isTruncated") or blob.get("text") is None)
    text = blob.get("text") if blob and not is_cut else None
    return _File(moment(merged[0] if merged else node["committedDate"]), place, text, is_cut)


def _problems(called: str, *, is_withheld: bool, is_long: bool, cut: int) -> Iterator[Problem]:
    where = f"{called}: CODEOWNERS"
    if is_withheld:
        yield Problem(where, f"{where} is withheld; let the token read contents")
    if is_long:
        yield Problem(where, f"{where} has more versions than are read; its oldest are not known")
    if cut:
        yield Problem(where, f"{where} is too large to be read in {cut} versions; cut it down")


def _versions(files: list[_File], called: str) -> Iterator[Version]:
    """What counts from moment to moment; a version that cannot be read leaves the one before."""
    present: dict[str, str] = {}
    latest: datetime | None = None
    for file in _in_order(files):
        if file.is_cut:
            continue
        if file.text is None:
            present.pop(file.place, None)
        else:
            present[file.place] = file.text
        counting = next((present[place] for place in PLACES if place in present), None)
        latest = file.at if latest is None else max(latest, file.at)
        yield Version(latest, EMPTY if counting is None else parse_codeowners(counting, called))


def _in_order(files: list[_File]) -> list[_File]:
    """Oldest first; in one place in the order of the history, whatever its moments say."""
    ordered: list[tuple[datetime, int, _File]] = []
    for place in PLACES:
        latest = None
        for at, file in enumerate(reversed([one for one in files if one.place == place])):
            latest = file.at if latest is None else max(latest, file.at)
            ordered.append((latest, at, file))
    return [file for _, _, file in sorted(ordered, key=lambda one: one[:2])]


def _teams(hub: Hub, slugs: list[str]) -> tuple[dict[str, tuple[Who, ...]], int]:
    """Members by team, and how many teams are not to be seen."""
    members: dict[str, tuple[Who, ...]] = {}
    unseen: set[str] = set()
    waiting: list[tuple[str, str | None]] = [(slug, None) for slug in slugs]
    many = MANY_TEAMS
    while waiting:
        now = waiting[:many]
        try:
            answer = hub.asked(*members_of(now), is_divisible=len(now) > 1)
        except TooHeavyError:
            unseen |= {slug for slug, _ in now if len(now) == 1}
            waiting = waiting[1:] if len(now) == 1 else waiting
            many = max(1, len(now) // 2)
            continue
        waiting = waiting[len(now) :]
        for at, (slug, after) in enumerate(now):
            team = (answer.data.get(f"t{at}") or {}).get("team") or {}
            page = team.get("members")
            if not page or page.get("nodes") is None:
                unseen.add(slug)
                continue
            found = (who(one) for one in page["nodes"])
            members[slug] = (*members.get(slug, ()), *(one for one in found if one))
            if page["pageInfo"]["hasNextPage"]:
                waiting.append((slug, next_cursor(page["pageInfo"], after)))
    return {slug: found for slug, found in members.items() if slug not in unseen}, len(unseen)


def _users(hub: Hub, logins: list[str]) -> dict[str, Who]:
    found = {}
    for start in range(0, len(logins), MANY_USERS):
        now = logins[start : start + MANY_USERS]
        answer = hub.asked(*users_of(now))
        for at, login in enumerate(now):
            one = who(answer.data.get(f"u{at}"))
            if one:
                found[login] = one
    return found
