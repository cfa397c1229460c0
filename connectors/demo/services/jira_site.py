"""The data of a made-up Jira, in the shape of its payloads: accounts, projects, components.

Tickets with their history are made in `jira_tickets`, what is answered about them in
`jira_answers`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

Payload = dict[str, Any]

SPRINT, FLAGGED = "customfield_10020", "customfield_10021"


@dataclass
class JiraSite:
    """All of one site. Projects whose key is in `hidden` answer as if they were not there.

    `user` and `token` are the credentials that it takes. Of an issue's comments the search shows
    the first `shown_comments`; `created_as` is how the bulk changelog writes moments.
    """

    users: list[Payload] = field(default_factory=list)
    projects: list[Payload] = field(default_factory=list)
    issues: list[Payload] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    user: str = "reader@shop.example"
    token: str = "made-up"  # noqa: S105
    deployment: str = "Cloud"
    shown_comments: int = 20
    created_as: Literal["iso", "seconds", "milliseconds"] = "iso"


def moment(at: datetime) -> str:
    """A moment as Jira writes it: 2026-09-22T07:10:00.000+0000.

    Raises:
        ValueError: the moment has no zone; give it one.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone; write datetime(..., tzinfo=UTC)")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def read_moment(text: str) -> datetime:
    """The moment that `moment` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def user(
    account_id: str,
    name: str,
    *,
    kind: Literal["atlassian", "app", "customer", "unknown"] = "atlassian",
    email: str | None = None,
    is_active: bool = True,
) -> Payload:
    """An account; without an address, as most are shown."""
    shown = {"emailAddress": email} if email else {}
    return {
        "accountId": account_id,
        "accountType": kind,
        "displayName": name,
        "active": is_active,
        "timeZone": "Etc/UTC",
        **shown,
    }


def component(
    component_id: str,
    name: str,
    *,
    lead: Mapping[str, Any] | None = None,
    assignee_type: Literal[
        "PROJECT_DEFAULT", "COMPONENT_LEAD", "PROJECT_LEAD", "UNASSIGNED"
    ] = "PROJECT_DEFAULT",
) -> Payload:
    """A component, for `project`."""
    led = {"lead": dict(lead)} if lead else {}
    return {"id": component_id, "name": name, "assigneeType": assignee_type, **led}


def version(version_id: str, name: str, *, released_on: date | None = None) -> Payload:
    """A version of a project; released if it has a day."""
    day = {"releaseDate": released_on.isoformat()} if released_on else {}
    return {"id": version_id, "name": name, "released": released_on is not None, **day}


def project(
    project_id: str,
    key: str,
    name: str,
    *,
    lead: Mapping[str, Any] | None = None,
    assignee_type: Literal["PROJECT_LEAD", "UNASSIGNED"] = "UNASSIGNED",
    components: Sequence[Payload] = (),
    versions: Sequence[Payload] = (),
) -> Payload:
    """A project with its components and versions."""
    led = {"lead": dict(lead)} if lead else {}
    own = [{**part, "project": key, "projectId": int(project_id)} for part in components]
    return {
        "id": project_id,
        "key": key,
        "name": name,
        "assigneeType": assignee_type,
        "projectTypeKey": "software",
        "components": own,
        "versions": [{**one, "projectId": int(project_id)} for one in versions],
        **led,
    }
