"""Jira Cloud as a source: what happened to tickets, who did it, and who leads what there.

A night asks for tickets changed since the last one and reads each of them whole: its changes in
bulk, its comments with it. Titles, descriptions and labels are never asked for; of a comment
`models.phrases` says four things, and its text ends there. Asking is in `jira_session`, pages in
`jira_pages`, what is kept of payloads in `jira_values`, what follows from changes in `jira_events`,
the cursor in `jira_cursor`, rows in `jira_rows`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

import polars as pl

from connectors import jira_pages as pages
from connectors.connector import Access, Batch, Problem, SourceError
from connectors.jira_cursor import (
    CHECKED_EVERY,
    OVERLAP,
    Cursor,
    Stretch,
    holds,
    led,
    read_cursor,
    settings_of,
    still_led,
)
from connectors.jira_events import events
from connectors.jira_pages import Project
from connectors.jira_rows import (
    Defaults,
    Keys,
    Scopes,
    account_table,
    event_rows,
    event_table,
    lead_table,
    leads_seen,
    release_table,
)
from connectors.jira_session import Asking, Patience, RefusedError, opened
from connectors.jira_values import Accounts, Ticket, is_gone
from models.sources import JiraSource, secret_name

AT_ONCE = 1_000  # tickets in memory: as many as one bulk question takes
TABLE = "raw.ticket_events"


def sync(source: JiraSource, cursor: Mapping[str, object] | None, access: Access) -> Batch:
    """As `sync_jira`, with the patience of a night."""
    return sync_jira(source, cursor, access, Patience())


def probe(source: JiraSource, access: Access) -> Iterator[tuple[bool, str]]:
    """Each project, whether it can be seen, and about how many tickets it shows.

    Raises:
        SourceError: no Jira Cloud, or it refuses the credentials; the message has the remedy.
    """
    with opened(source, access, Patience(tries=2, longest_wait=5)) as asking:
        pages.deployment(asking)
        pages.myself(asking)
        seen, _ = pages.projects(asking, source.projects, Accounts(), is_whole=True)
        for key in source.projects:
            if key in seen:
                count = pages.about_count(asking, seen[key].key)
                unit = "ticket" if count == 1 else "tickets"
                yield True, f"{key} can be read, with about {count:,} {unit}"
            else:
                yield False, pages.invisible(key)


def sync_jira(
    source: JiraSource,
    cursor: Mapping[str, object] | None,
    access: Access,
    patience: Patience,
) -> Batch:
    """Events of tickets that changed since the cursor, each ticket whole.

    Events from `access.since` up to, not including, `access.until` are rows; later ones are read
    again the next time. All is read anew (`restart`) where the key, the flags or the address
    changed, a project left the settings, or `since` or `until` lies before that of the cursor. A
    project that cannot be seen keeps its rows and is a problem; so is what else is missing. Once a
    week tickets that are gone are looked for: their rows go.

    Raises:
        SourceError: nothing can be read: not reachable, refused, no Jira Cloud, or no project is
            visible; the message has the remedy.
    """
    earlier = read_cursor(cursor)
    last = earlier if earlier and holds(earlier, source, access) else None
    with opened(source, access, patience) as asking:
        return _Sync(asking, source, access, last).batch(
            still_led(earlier, source, access), is_anew=earlier is not None and last is None
        )


@dataclass
class _Sync:
    """One sync under way; `last` None: everything is read."""

    asking: Asking
    source: JiraSource
    access: Access
    last: Cursor | None
    accounts: Accounts = field(default_factory=Accounts)
    problems: list[Problem] = field(default_factory=list)
    odd_count: int = 0
    uncommented_count: int = 0

    def __post_init__(self) -> None:
        self.now = self.access.now.astimezone(UTC)
        self.keys = Keys(self.access.key, self.source.name)
        self.is_checking = self.last is None or self.now - self.last.checked_at >= CHECKED_EVERY

    def batch(self, leads: Sequence[Stretch], *, is_anew: bool) -> Batch:
        """What is new, and the cursor after it."""
        fields = self._fields()
        projects = self._projects()
        assigns = self._assigns(projects)
        leads = led(leads, leads_seen(projects.values(), self.keys), self.now)
        reading = _Reading(self, fields, _scopes(projects.values()), Defaults(assigns, leads))
        for some in _in_parts(self._changed(projects), AT_ONCE):
            reading.add(some)
        rows = reading.table()
        self._describe()
        gone = self._gone(projects, reading.known) if self.is_checking else frozenset()
        self._count_problems()
        accounts = account_table(
            self.keys, self.accounts, rows, _leading(projects, self.keys), self.now
        )
        away = set(self.source.projects) - set(projects)
        return Batch(
            rows={TABLE: rows, "raw.accounts": accounts},
            whole={
                "raw.leads": lead_table(self.source.name, leads),
                **self._releases(projects.values()),
            },
            cursor=self._cursor(fields, projects, leads, reading, gone).as_json(),
            problems=tuple(self.problems),
            unread=[one for one in self.problems if one.where in away],
            restart=is_anew,
            objects={TABLE: ("ticket_id", frozenset(reading.read | {str(one) for one in gone}))},
        )

    def _releases(self, projects: Collection[Project]) -> dict[str, pl.DataFrame]:
        """Releases, where all projects were seen and asked for them; others keep theirs."""
        is_unseen = self.last is not None and len(projects) < len(self.source.projects)
        if is_unseen or any(project.versions is None for project in projects):
            return {}
        return {"raw.releases": release_table(self.source.name, projects)}

    def _fields(self) -> Mapping[str, str]:
        if self.last and not self.is_checking:
            return self.last.fields
        pages.deployment(self.asking)
        return pages.field_names(self.asking)

    def _projects(self) -> dict[str, Project]:
        found, problems = pages.projects(
            self.asking, self.source.projects, self.accounts, is_whole=self.is_checking
        )
        if not found:
            pages.myself(self.asking)
            raise SourceError(
                f"{self.asking.host}: none of the projects {', '.join(self.source.projects)} can "
                "be seen; look at their keys, and give the account the right to browse them"
            )
        self.problems += problems
        known = self.last.projects if self.last else {}
        return {
            key: replace(one, assigns=one.assigns or known.get(key)) for key, one in found.items()
        }

    def _assigns(self, projects: Mapping[str, Project]) -> dict[str, str | None]:
        """How each project and component assigns by itself, by id of scope."""
        return {
            **{one.key: one.assigns for one in projects.values()},
            **{
                f"{one.key}/{component.name}": component.assigns
                for one in projects.values()
                for component in one.components
            },
        }

    def _changed(self, projects: Mapping[str, Project]) -> Iterator[Ticket]:
        """Tickets to read: all of projects that are new or were invisible, else what changed."""
        known = self.last.projects if self.last else {}
        old = [one.key for key, one in projects.items() if key in known]
        new = [one.key for key, one in projects.items() if key not in known]
        if old and self.last:
            yield from self._tickets(pages.changed_since(old, self.last.updated_at - OVERLAP))
        if new:
            yield from self._tickets(pages.changed_since(new, self.access.since))

    def _tickets(self, jql: str) -> Iterator[Ticket]:
        return pages.tickets(self.asking, jql, self.accounts, self.odd)

    def odd(self, _ticket_id: str) -> None:
        """Counts a ticket that cannot be understood."""
        self.odd_count += 1

    def comments(self, ticket: Ticket) -> Ticket | None:
        """The ticket with all its comments, where the search showed only some.

        Where no more can be seen: None for one that was read before, which keeps its rows.
        """
        if not ticket.is_cut:
            return ticket
        found = pages.comments(self.asking, ticket.ticket_id, self.accounts)
        if found is not None:
            return replace(ticket, comments=found)
        self.uncommented_count += 1
        known = self.last.known.values() if self.last else ()
        return None if any(int(ticket.ticket_id) in ids for ids in known) else ticket

    def _describe(self) -> None:
        """Kinds and names of accounts of which only an id was seen."""
        unknown = {one for one in self.keys.made if not is_gone(one)} - set(self.accounts.known)
        try:
            found = pages.described(self.asking, unknown) if unknown else {}
        except RefusedError:
            found = {}
            text = (
                f"the account of {secret_name(self.source.name, 'USER')} may not look at others, "
                "so apps may be taken for people; give it the right to browse users and groups"
            )
            self.problems.append(Problem(self.source.name, text))
        self.accounts.known.update(found)

    def _gone(
        self, projects: Mapping[str, Project], known: Mapping[str, frozenset[int]]
    ) -> frozenset[int]:
        """Tickets read earlier that are in no project any more; those moved elsewhere stay."""
        if self.last is None:
            return frozenset()
        there = {one.key: pages.ids(self.asking, one.key) for one in projects.values()}
        everywhere = frozenset[int]().union(*there.values())
        missing: set[int] = set()
        for key, ids in there.items():
            lost = known.get(key, frozenset()) - everywhere
            if lost and not ids:
                text = "shows none of its tickets any more; give the account the right to see them"
                self.problems.append(Problem(key, f"project {key} {text}; what was read stays"))
            else:
                missing |= lost
        still = pages.still_there(self.asking, map(str, missing)) if missing else set()
        return frozenset(missing - {int(one) for one in still})

    def _count_problems(self) -> None:
        told = [
            (self.odd_count, "tickets left out, as they are in a shape that is not Jira's"),
            (self.uncommented_count, "tickets that do not show all of their comments"),
        ]
        self.problems += [
            Problem(self.source.name, f"{text}: {count:,}") for count, text in told if count
        ]

    def _cursor(
        self,
        fields: Mapping[str, str],
        projects: Mapping[str, Project],
        leads: Sequence[Stretch],
        reading: "_Reading",
        gone: frozenset[int],
    ) -> Cursor:
        last, until = self.last, self.access.until.astimezone(UTC)
        seen = [last.updated_at if last else self.access.since, *reading.updated_at]
        return Cursor(
            settings=settings_of(self.source, self.access.key),
            since=last.since if last else self.access.since,
            until=until,
            updated_at=min(max(seen), until),
            checked_at=self.now if last is None or self.is_checking else last.checked_at,
            projects={key: one.assigns for key, one in projects.items()},
            fields=fields,
            leads=leads,
            known={project: ids - gone for project, ids in reading.known.items()},
            named=self.source.projects,
        )


class _Reading:
    """Tickets as they come, and the rows made of them."""

    def __init__(
        self, sync: _Sync, fields: Mapping[str, str], scopes: Scopes, defaults: Defaults
    ) -> None:
        self._sync, self._fields, self._defaults = sync, fields, defaults
        self._scopes = scopes
        self._tables: list[pl.DataFrame] = []
        self.read: set[str] = set()
        self.updated_at: list[datetime] = []
        self.known = dict(sync.last.known) if sync.last else {}

    def add(self, tickets: Iterable[Ticket]) -> None:
        """Reads the changes of some tickets, and makes rows of them."""
        by_id = {one.ticket_id: one for one in tickets}  # a page may shift and bring one twice
        changes = pages.changes(self._sync.asking, list(by_id), self._fields, self._sync.accounts)
        readable = [one for one in by_id.values() if one.ticket_id in changes]
        self._sync.odd_count += len(by_id) - len(readable)
        found = [
            (one, events(one, changes[one.ticket_id]))
            for one in map(self._sync.comments, readable)
            if one is not None
        ]
        self._name_projects({event.state.project for _, told in found for event in told})
        since, until = self._sync.access.since, self._sync.access.until
        rows = [
            row
            for ticket, told in found
            for row in event_rows(
                ticket,
                (event for event in told if since <= event.at < until),
                self._sync.keys,
                scopes=self._scopes,
                defaults=self._defaults,
            )
        ]
        self._tables.append(event_table(self._sync.source.name, rows))
        self._remember([ticket for ticket, _ in found])

    def table(self) -> pl.DataFrame:
        """All rows so far; of a ticket that came twice the later ones."""
        empty = event_table(self._sync.source.name, [])
        key = ["source", "event_id"]
        return pl.concat([empty, *self._tables]).unique(key, keep="last", maintain_order=True)

    def _remember(self, tickets: Sequence[Ticket]) -> None:
        if not tickets:
            return
        self.updated_at = [max([*self.updated_at, *(one.updated_at for one in tickets)])]
        self.read |= {one.ticket_id for one in tickets}
        everywhere = {int(one.ticket_id) for one in tickets}
        for key in {*self.known, *(one.project_key for one in tickets)}:
            here = {int(one.ticket_id) for one in tickets if one.project_key == key}
            self.known[key] = (self.known.get(key, frozenset()) - everywhere) | here

    def _name_projects(self, ids: set[str]) -> None:
        """Keys of projects in which tickets were earlier; where none is shown, the id stands."""
        unknown = ids - set(self._scopes.projects)
        if unknown:
            found = pages.project_keys(self._sync.asking, unknown)
            self._scopes.projects |= {one: found.get(one, one) for one in unknown}


def _scopes(projects: Iterable[Project]) -> Scopes:
    known = list(projects)
    components = [component for one in known for component in one.components]
    return Scopes(
        {one.project_id: one.key for one in known},
        {one.component_id: one.name for one in components},
    )


def _leading(projects: Mapping[str, Project], keys: Keys) -> frozenset[str]:
    seen = leads_seen(projects.values(), keys)
    return frozenset(key for key in seen.values() if key)


def _in_parts(tickets: Iterator[Ticket], size: int) -> Iterator[list[Ticket]]:
    while some := list(islice(tickets, size)):
        yield some
