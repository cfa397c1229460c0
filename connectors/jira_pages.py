"""What is asked of Jira Cloud, page by page: tickets, changes, comments, projects and their leads.

How a question is asked is in `jira_session`, how pages follow each other in `jira_paging`; what is
kept of the answers in `jira_values`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from connectors.connector import Problem, SourceError
from connectors.jira_paging import entries, followed, numbered
from connectors.jira_session import API, Asking, RefusedError
from connectors.jira_values import (
    FIELDS,
    Account,
    Accounts,
    Change,
    Comment,
    Payload,
    Ticket,
    change,
    chunks,
    clean,
    comment,
    ticket,
)

A_PAGE = 100  # tickets with fields
IDS_A_PAGE = 5_000  # ids alone
CHANGED_A_QUESTION = 1_000  # tickets in one bulk question
CHANGES_A_PAGE = 10_000
FETCHED_A_QUESTION = 100  # tickets by id
ACCOUNTS_A_QUESTION = 50  # their ids stand in the address
NAMED_A_QUESTION = 50  # projects
ASKED = [
    "created", "updated", "creator", "reporter", "assignee", "status", "components", "project",
    "comment",
]  # fmt: skip
CUSTOM = {"com.pyxis.greenhopper.jira:gh-sprint": "sprint"}  # kinds of field, and names here
FLAGGED = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
FLAG = "Flagged"
HIDDEN = {403, 404}
ODD = (ValueError, KeyError, TypeError, AttributeError)  # what is not in the shape of Jira's


@dataclass(frozen=True)
class Component:
    """A component: its name, its lead, and whom it assigns by itself."""

    component_id: str
    name: str
    lead: str | None
    assigns: str


@dataclass(frozen=True)
class Version:
    """A version with the day of its release."""

    version_id: str
    released_on: date


@dataclass(frozen=True)
class Project:
    """A project as it is tonight; `assigns` and `versions` null: not asked."""

    project_id: str
    key: str
    lead: str | None
    assigns: str | None = None
    components: tuple[Component, ...] = ()
    versions: tuple[Version, ...] | None = None


def deployment(asking: Asking) -> None:
    """Nothing, if it is a Jira Cloud.

    Raises:
        SourceError: it is something else.
    """
    try:
        kind = asking.get("serverInfo").get("deploymentType")
    except RefusedError as error:
        if error.status not in HIDDEN:
            raise
        kind = _older_kind(asking)
    if kind != "Cloud":
        raise SourceError(
            f"{asking.host}: is a Jira {clean(kind) or 'of an unknown kind'}; Jira Cloud alone can "
            "be read as yet: write the address of a Cloud site, https://NAME.atlassian.net"
        )


def _older_kind(asking: Asking) -> object:
    return asking.ask("GET", "/rest/api/2/serverInfo").get("deploymentType")


def myself(asking: Asking) -> None:
    """Nothing, if the credentials are good; a SourceError otherwise."""
    asking.get("myself")


def field_names(asking: Asking) -> dict[str, str]:
    """Fields whose changes are read, by id: those of every site, and the site's own for two."""
    own: dict[str, str] = {}
    for one in asking.ask("GET", f"{API}/field", shape=list):
        kind = (one.get("schema") or {}).get("custom")
        if kind in CUSTOM:
            own.setdefault(CUSTOM[kind], str(one["id"]))
        elif kind == FLAGGED and FLAG in (one.get("untranslatedName"), one.get("name")):
            own.setdefault("flagged", str(one["id"]))
    return {**FIELDS, **{field_id: name for name, field_id in own.items()}}


def projects(
    asking: Asking, keys: Sequence[str], accounts: Accounts, *, is_whole: bool
) -> tuple[dict[str, Project], list[Problem]]:
    """The projects that can be seen, by the key in the settings, and a line for each other one.

    `is_whole`: with whom each assigns by itself.
    """
    found = {} if is_whole else _listed(asking, keys, accounts)
    problems = []
    for key in keys:
        if key not in found:
            project = _project(asking, key, accounts)
            if project is None:
                problems.append(Problem(key, invisible(key)))
            elif project.key != key:
                problems.append(Problem(key, f"project {key} is now {project.key}; write that"))
            if project is not None:
                found[key] = project
    return {
        key: replace(one, components=tuple(_components(asking, one.key, accounts)))
        for key, one in found.items()
    }, problems


def invisible(key: str) -> str:
    """What to do about a project that cannot be seen."""
    return (
        f"project {key} cannot be seen: look at its key, and give the account the right to browse "
        "it; what was read of it stays"
    )


def _listed(asking: Asking, keys: Sequence[str], accounts: Accounts) -> dict[str, Project]:
    found = {}
    for some in chunks(keys, NAMED_A_QUESTION):
        query = {"keys": some, "expand": "lead"}
        for one in numbered(asking, "project/search", query):
            found[str(one["key"])] = _read_project(one, accounts)
    return {key: found[key] for key in keys if key in found}


def _project(asking: Asking, key: str, accounts: Accounts) -> Project | None:
    try:
        return _read_project(asking.get(f"project/{key}"), accounts)
    except RefusedError as error:
        if error.status not in HIDDEN:
            raise
    return None


def _read_project(payload: Payload, accounts: Accounts) -> Project:
    lead = accounts.met(payload.get("lead"))
    return Project(
        str(payload["id"]),
        clean(payload["key"]),
        lead,
        payload.get("assigneeType"),
        versions=_versions(payload.get("versions")),
    )


def _versions(payloads: Sequence[Payload] | None) -> tuple[Version, ...] | None:
    """Versions with a day of release; None: the answer tells of none, as that of a search."""
    if payloads is None:
        return None
    days = ((one, _day(one.get("releaseDate"))) for one in payloads)
    return tuple(Version(str(one["id"]), day) for one, day in days if day)


def _day(value: object) -> date | None:
    """A day; None: there is none, or one so far off that it has no date here."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _components(asking: Asking, key: str, accounts: Accounts) -> Iterator[Component]:
    for one in numbered(asking, f"project/{key}/component", {}):
        yield Component(
            str(one["id"]),
            clean(one.get("name")),
            accounts.met(one.get("lead")),
            str(one.get("assigneeType") or "PROJECT_DEFAULT"),
        )


def project_keys(asking: Asking, ids: Iterable[str]) -> dict[str, str]:
    """Keys of projects by id, of those that can be seen."""
    return {
        str(one["id"]): clean(one["key"])
        for some in chunks(sorted(ids), NAMED_A_QUESTION)
        for one in numbered(asking, "project/search", {"id": some})
    }


def tickets(
    asking: Asking, jql: str, accounts: Accounts, odd: Callable[[str], None]
) -> Iterator[Ticket]:
    """The tickets that a question means; `odd` hears the id of one that cannot be understood."""
    for payload in _found(asking, jql, ASKED, A_PAGE):
        try:
            yield ticket(payload, accounts)
        except ODD:
            odd(clean(str(payload.get("id"))))


def ids(asking: Asking, key: str) -> frozenset[int]:
    """Ids of all tickets of a project that can be seen."""
    question = f"{_in([key])} ORDER BY key ASC"
    return frozenset(int(one["id"]) for one in _found(asking, question, ["id"], IDS_A_PAGE))


def about_count(asking: Asking, key: str) -> int:
    """About how many tickets of a project can be seen."""
    return int(asking.post("search/approximate-count", {"jql": f'project = "{key}"'})["count"])


def changed_since(keys: Iterable[str], since: datetime) -> str:
    """The question for tickets changed since a moment.

    The moment is in milliseconds: a written date would be read in the zone of the account. There
    is no end: a ticket that is touched all the time would never be read.
    """
    milliseconds = int(since.timestamp() * 1000)
    return f"{_in(keys)} AND updated >= {milliseconds} ORDER BY updated ASC, key ASC"


def _in(keys: Iterable[str]) -> str:
    named = ", ".join(f'"{key}"' for key in sorted(keys))  # a key such as AND is a word of JQL
    return f"project in ({named})"


def _found(asking: Asking, jql: str, fields: Sequence[str], size: int) -> Iterator[dict[str, Any]]:
    question = {"jql": jql, "fields": list(fields), "maxResults": size}
    return followed(asking, "search/jql", question, "issues")


def changes(
    asking: Asking, ids: Sequence[str], fields: Mapping[str, str], accounts: Accounts
) -> dict[str, list[Change]]:
    """Changes of some of the fields, whole, by ticket.

    In bulk where the site does that, else ticket by ticket. One that is gone meanwhile, or whose
    changes cannot be understood, has no entry.
    """
    found: dict[str, list[Change]] = {one: [] for one in ids}
    odd: set[str] = set()
    try:
        for some in chunks(ids, CHANGED_A_QUESTION):
            question = {
                "issueIdsOrKeys": some, "fieldIds": sorted(fields), "maxResults": CHANGES_A_PAGE
            }  # fmt: skip
            for log in followed(asking, "changelog/bulkfetch", question, "issueChangeLogs"):
                read = _read(log.get("changeHistories"), log["issueId"], fields, accounts)
                found.setdefault(log["issueId"], []).extend(read or ())
                odd |= {log["issueId"]} if read is None else set()
    except RefusedError as error:
        if error.status not in HIDDEN:
            raise
    else:
        return {one: read for one, read in found.items() if one not in odd}
    return _changes_one_by_one(asking, ids, fields, accounts)


def _changes_one_by_one(
    asking: Asking, ids: Sequence[str], fields: Mapping[str, str], accounts: Accounts
) -> dict[str, list[Change]]:
    found = {}
    for one in ids:
        try:
            pages = list(numbered(asking, f"issue/{one}/changelog", {}))
        except RefusedError as error:
            if error.status not in HIDDEN:
                raise
            continue
        read = _read(pages, one, fields, accounts)
        if read is not None:
            found[one] = read
    return found


def _read(
    histories: Iterable[Payload] | None,
    ticket_id: str,
    fields: Mapping[str, str],
    accounts: Accounts,
) -> list[Change] | None:
    try:
        return [change(one, ticket_id, fields, accounts) for one in histories or ()]
    except ODD:
        return None


def comments(asking: Asking, ticket_id: str, accounts: Accounts) -> tuple[Comment, ...] | None:
    """All comments of a ticket; None: they cannot be seen or understood."""
    query = {"orderBy": "created"}
    try:
        found = numbered(asking, f"issue/{ticket_id}/comment", query, name="comments")
        return tuple(comment(one, accounts) for one in found)
    except RefusedError as error:
        if error.status not in HIDDEN:
            raise
    except ODD:
        return None
    return None


def described(asking: Asking, ids: Iterable[str]) -> dict[str, Account]:
    """What is shown of accounts, by id; one that was deleted is left out.

    Raises:
        RefusedError: the account that asks may not look at others.
    """
    read = Accounts()
    for some in chunks(sorted(ids), ACCOUNTS_A_QUESTION):
        query = {"accountId": some}
        for one in numbered(asking, "user/bulk", query, size=ACCOUNTS_A_QUESTION):
            read.met(one)
    return read.known


def still_there(asking: Asking, ids: Iterable[str]) -> set[str]:
    """Those of some tickets that can be seen, in whatever project they are now."""
    found = set()
    for some in chunks(sorted(ids), FETCHED_A_QUESTION):
        page = asking.post("issue/bulkfetch", {"issueIdsOrKeys": some, "fields": ["project"]})
        found |= {str(one["id"]) for one in entries(asking, page, "issues")}
    return found
