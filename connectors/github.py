"""A GitHub as a source: what happened to pull requests, and who owns which paths.

Asked is GitHub's GraphQL, a page of pull requests with all that belongs to them at once. Queries
are in `github_query`, patience in `github_client`, pages in `github_walk`, events in
`github_changes` and `github_automatic`, CODEOWNERS in `github_owners` and `github_areas`, accounts
in `github_accounts`, rows in `github_rows`, how far it was read in `github_cursor`. Not read:
issues, threads of comments within a review, reactions.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from connectors.connector import Access, Batch, Problem, SourceError
from connectors.github_accounts import Accounts
from connectors.github_changes import change
from connectors.github_client import Hub, Patience, SpentError, TooHeavyError
from connectors.github_cursor import Cursor, Mark, holds, read_cursor, settings_of
from connectors.github_failures import SCOPES, Withheld
from connectors.github_owners import Owners, read_owners, read_people
from connectors.github_query import FIRST_SIZE, PROBE
from connectors.github_rows import Read, event_rows, owner_tables
from connectors.github_walk import NotVisibleError, Walk, not_visible
from models.sources import GithubSource, secret_name

EVENTS = "raw.code_review_events"


@dataclass(frozen=True)
class _Reading:
    """What one sync read of one repository, and how far."""

    read: Read
    mark: Mark
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _State:
    """What a sync goes on from; `last` is None where all is read anew."""

    settings: dict[str, object]
    last: Cursor | None
    accounts: Accounts
    is_restart: bool


def sync(source: GithubSource, cursor: Mapping[str, object] | None, access: Access) -> Batch:
    """As `sync_github`, waiting as long as a night may."""
    return sync_github(source, cursor, access, Patience())


def probe(source: GithubSource, access: Access) -> Iterator[tuple[bool, str]]:
    """Each repository, and whether the token sees its pull requests.

    Raises:
        SourceError: GitHub is not reached, or refuses the token; the message has the remedy.
    """
    with closing(_hub(source, access, Patience(tries=2, longest=10.0))) as hub:
        for asked in source.repositories:
            owner, _, name = asked.partition("/")
            answer = hub.asked(PROBE, {"owner": owner, "name": name})
            changes = (answer.data.get("repository") or {}).get("pullRequests")
            if changes:
                yield True, f"{asked} can be read: {changes['totalCount']:,} pull requests"
            else:
                yield False, str(not_visible(owner, name, _kinds(answer.withheld)))


def sync_github(
    source: GithubSource,
    cursor: Mapping[str, object] | None,
    access: Access,
    patience: Patience,
) -> Batch:
    """Events of pull requests that changed, each of which is read whole and replaced whole.

    With a cursor: those changed since a day before the last change seen, or in the last 14 days,
    and all that are open. All is read anew (`restart`) where a repository left the source, `since`
    or `until` lies before that of the cursor, or key, address or flags changed. A repository that
    cannot be read keeps its rows and is a problem. Owner tables come whole, unless those of any
    repository cannot be read.

    Raises:
        SourceError: no repository can be read; the message has the remedy.
    """
    names = {asked.lower(): asked for asked in source.repositories}
    state = _state(source, cursor, access, names)
    marks = state.last.marks if state.last else {}
    with closing(_hub(source, access, patience)) as hub:
        owners, missed = _owners(hub, names, access.until)
        people, unseen = read_people(hub, [name for one in owners.values() for name in one.named()])
        readings, unread = _readings(hub, owners, marks, access)
    reads = [one.read for one in readings.values()]
    bounds = (access.since, access.until)
    events = event_rows(source.name, reads, people, state.accounts, bounds)
    is_whole = not missed and all(one.is_whole for one in owners.values())
    tables = owner_tables(source.name, list(owners.values()), people, state.accounts)
    kept = {name: mark for name, mark in marks.items() if name in names}
    changes = frozenset(one.change_id for read in reads for one in read.changes)
    return Batch(
        rows={EVENTS: events, "raw.accounts": state.accounts.rows()},
        whole=tables if is_whole or state.last is None else {},
        cursor=Cursor(
            settings=state.settings,
            since=state.last.since if state.last else access.since,
            until=access.until,
            marks={**kept, **{name: one.mark for name, one in readings.items()}},
            accounts=state.accounts.as_json(),
        ).as_json(),
        problems=(
            *missed,
            *unread,
            *(problem for one in owners.values() for problem in one.problems),
            *(problem for one in readings.values() for problem in one.problems),
            *unseen,
            *state.accounts.problems(),
        ),
        unread=[one for one in (*missed, *unread) if one.where.lower() not in readings],
        restart=state.is_restart,
        objects={EVENTS: ("change_id", changes)},
    )


def _state(
    source: GithubSource,
    cursor: Mapping[str, object] | None,
    access: Access,
    names: Mapping[str, str],
) -> _State:
    settings = settings_of(source.name, source.url, access.key)
    earlier = read_cursor(cursor)
    last = earlier if earlier and holds(earlier, settings, names, access) else None
    is_same = earlier and all(earlier.settings[name] == settings[name] for name in ("key", "url"))
    known = earlier.accounts if earlier and is_same else {}
    return _State(
        settings=settings,
        last=last,
        accounts=Accounts(access.key, source.name, known),
        is_restart=earlier is not None and last is None,
    )


def _hub(source: GithubSource, access: Access, patience: Patience) -> Hub:
    token = access.secret("TOKEN")
    if token is None or not token.get_secret_value().strip():
        raise SourceError(f"{source.name}: no token; set {secret_name(source.name)}")
    return Hub(source.url, token, access.internal_hosts, patience)


def _owners(
    hub: Hub, names: Mapping[str, str], until: datetime
) -> tuple[dict[str, Owners], list[Problem]]:
    """CODEOWNERS of each repository, by name in lower case, and what is not visible.

    Raises:
        SourceError: no repository is.
    """
    found: dict[str, Owners] = {}
    missed: list[Problem] = []
    for name, asked in names.items():
        owner, _, own = asked.partition("/")
        try:
            owners = read_owners(hub, owner, own).before(until)
        except (NotVisibleError, TooHeavyError) as error:
            missed.append(Problem(asked, str(error)))
            continue
        if owners.repository.lower() != name:
            text = f"{asked} is {owners.repository} now; put that into the settings and org files"
            missed.append(Problem(asked, text))
        if owners.repository not in {one.repository for one in found.values()}:
            found[name] = owners
    if not found:
        raise SourceError("; ".join(problem.text for problem in missed))
    return found, missed


def _readings(
    hub: Hub, owners: Mapping[str, Owners], marks: Mapping[str, Mark], access: Access
) -> tuple[dict[str, _Reading], list[Problem]]:
    """What was read, by name in lower case, and the repositories that had to wait.

    Raises:
        SourceError: none could be read.
    """
    found: dict[str, _Reading] = {}
    missed: list[Problem] = []
    for name, owned in owners.items():
        try:
            found[name] = _reading(hub, name, owned, marks.get(name), access)
        except (NotVisibleError, TooHeavyError, SpentError) as error:
            missed.append(Problem(owned.repository, str(error)))
    if not found:
        raise SourceError("; ".join(dict.fromkeys(problem.text for problem in missed)))
    return found, missed


def _reading(hub: Hub, asked: str, owners: Owners, mark: Mark | None, access: Access) -> _Reading:
    """All that changed; a renamed repository is read from the beginning: its rows name it."""
    if mark and mark.name != owners.repository:
        mark = None
    owner, _, name = asked.partition("/")
    walk = Walk(hub, owner, name, size=mark.size if mark else FIRST_SIZE)
    floor = mark.floor(access.since, access.until) if mark else access.since
    changes = {node["id"]: change(node) for node in walk.changed(floor)}
    if mark and floor > access.since:
        others = (walk.open_ones(access.since, floor) | set(mark.left)) - changes.keys() - walk.left
        changes |= {node["id"]: change(node) for node in walk.some(others)}
    moments = [one.updated_at for one in changes.values()]
    moments += [mark.updated] if mark and mark.updated else []
    return _Reading(
        Read(owners, list(changes.values())),
        Mark(
            name=owners.repository,
            updated=min(max(moments), access.until) if moments else None,
            size=walk.size,
            left=tuple(sorted(walk.left)),
        ),
        tuple(_left_out(walk, owners.repository)),
    )


def _left_out(walk: Walk, repository: str) -> Iterator[Problem]:
    if walk.left:
        text = "GitHub gives up on them, or withholds a part; each night tries again"
        yield Problem(repository, f"{repository}: {len(walk.left)} pull requests not read; {text}")
    if walk.unseen:
        text = f"{repository}: {walk.unseen} pull requests are withheld; {SCOPES}"
        yield Problem(repository, text)
    for (field, kind), count in sorted(Counter((o.field, o.kind) for o in walk.withheld).items()):
        text = f"{repository}: {field} is withheld {count} times ({kind})"
        yield Problem(repository, f"{text}; {SCOPES}")


def _kinds(withheld: Sequence[Withheld]) -> str:
    return ", ".join(sorted({one.kind for one in withheld})) or "no reason given"
