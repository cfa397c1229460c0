"""What a made-up Jira answers: the endpoints of REST API 3 that the connector asks, as Cloud does.

The data is in `jira_site`, how a question in JQL is understood in `jira_jql`.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.demo.services import jira_jql
from connectors.demo.services.jira_site import FLAGGED, SPRINT, JiraSite, Payload, read_moment
from connectors.demo.services.loopback import Asked, Reply

MOST_ISSUES, MOST_IDS = 100, 5_000  # a page of a search with fields, and one of ids alone
MOST_CHANGED, MOST_FIELDS, MOST_HISTORIES = 1_000, 10, 10_000  # of a bulk changelog
MOST_FETCHED = 100  # issues by id at once
MOST_CHANGES = 100  # a page of one issue's changelog
MOST_COMMENTS = 100
VERSION = [1001, 0, 0]


class RefusedError(Exception):
    """An answer that is none: its status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Ask:
    """One question: parts of its path, its query and its body."""

    def __init__(self, asked: Asked, parts: Mapping[str, str]) -> None:
        self.parts, self.query, self.headers = parts, asked.query, asked.headers
        self.body: Payload = json.loads(asked.body) if asked.body else {}

    def one(self, name: str, default: str = "") -> str:
        """A value that is asked for once."""
        return str(self.query.get(name, [default])[-1])

    def number(self, name: str, default: int) -> int:
        """A number of the query."""
        return int(self.one(name, str(default)))

    def many(self, name: str) -> list[str]:
        """All values of a name, also those joined by commas."""
        return [part for value in self.query.get(name, []) for part in value.split(",") if part]


def answer(site: JiraSite, asked: Asked) -> Reply:
    """The answer to one request; what is not there is 404, without credentials 401."""
    for method, pattern, endpoint, found in ROUTES:
        match = re.fullmatch(f"/rest/api/{_api(site)}/{pattern}", asked.path)
        if match and method == asked.method:
            return _answered(site, endpoint, found, Ask(asked, match.groupdict()))
    return _refusal("unknown", RefusedError(404, "No such address."))


def _api(site: JiraSite) -> int:
    """Version of the interface: Data Center knows the second alone."""
    return 3 if site.deployment == "Cloud" else 2


def _answered(site: JiraSite, endpoint: str, found: "Answering", ask: Ask) -> Reply:
    try:
        if endpoint != "serverInfo":
            _authenticate(site, ask)
        return Reply(endpoint, 200, json.dumps(found(site, ask)).encode())
    except RefusedError as refused:
        return _refusal(endpoint, refused)
    except jira_jql.JqlError as error:
        return _refusal(endpoint, RefusedError(400, str(error)))


def _refusal(endpoint: str, refused: RefusedError) -> Reply:
    body = json.dumps({"errorMessages": [refused.why], "errors": {}}).encode()
    return Reply(endpoint, refused.status, body)


def _authenticate(site: JiraSite, ask: Ask) -> None:
    expected = base64.b64encode(f"{site.user}:{site.token}".encode()).decode()
    if ask.headers.get("authorization") != f"Basic {expected}":
        raise RefusedError(401, "Client must be authenticated to access this resource.")


def server_info(site: JiraSite, _ask: Ask) -> Payload:
    """What kind of Jira this is."""
    return {
        "version": ".".join(map(str, VERSION)),
        "versionNumbers": VERSION,
        "deploymentType": site.deployment,
        "serverTitle": "Jira",
    }


def myself(site: JiraSite, _ask: Ask) -> Payload:
    """The account that asks."""
    return {
        "accountId": "reader",
        "accountType": "atlassian",
        "displayName": "Reader",
        "emailAddress": site.user,
        "active": True,
    }


def fields(_site: JiraSite, _ask: Ask) -> list[Payload]:
    """The fields whose ids differ from site to site, and a few that do not."""
    custom = {
        SPRINT: ("Sprint", "com.pyxis.greenhopper.jira:gh-sprint"),
        FLAGGED: ("Flagged", "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"),
    }
    plain = ["summary", "assignee", "status", "priority", "reporter", "labels", "components"]
    return [
        *({"id": name, "key": name, "name": name.title(), "custom": False} for name in plain),
        *(
            {"id": name, "key": name, "name": title, "custom": True,
             "schema": {"type": "array", "items": "json", "custom": kind}}
            for name, (title, kind) in custom.items()
        ),
    ]  # fmt: skip


def search(site: JiraSite, ask: Ask) -> Payload:
    """A page of issues; without `fields` their ids alone."""
    asked = ask.body or {
        "jql": ask.one("jql"),
        "fields": ask.many("fields"),
        "maxResults": ask.number("maxResults", 50),
        "nextPageToken": ask.one("nextPageToken"),
    }
    names = asked.get("fields") or ["id"]
    is_bare = set(names) <= {"id", "key"}
    size = min(int(asked.get("maxResults", 50)), MOST_IDS if is_bare else MOST_ISSUES)
    issues = jira_jql.found(site, asked["jql"])
    start = _start(asked.get("nextPageToken"), asked["jql"])
    page = [_shown(site, issue, names) for issue in issues[start : start + size]]
    is_last = start + size >= len(issues)
    after = {} if is_last else {"nextPageToken": _token(start + size, asked["jql"])}
    return {"issues": page, "isLast": is_last, **after}


def count(site: JiraSite, ask: Ask) -> Payload:
    """About how many issues a question means."""
    return {"count": len(jira_jql.found(site, ask.body["jql"]))}


def fetched(site: JiraSite, ask: Ask) -> Payload:
    """Issues by id; those that are not there are left out."""
    wanted = ask.body["issueIdsOrKeys"]
    if len(wanted) > MOST_FETCHED:
        raise RefusedError(400, "Too many issues.")
    found = [one for one in _visible(site) if one["id"] in wanted or one["key"] in wanted]
    names = ask.body.get("fields") or ["id"]
    return {"issues": [_shown(site, one, names) for one in found], "issueErrors": []}


def bulk_changes(site: JiraSite, ask: Ask) -> Payload:
    """Histories of many issues, oldest first: those of one issue may lie on several pages."""
    wanted, names = ask.body["issueIdsOrKeys"], ask.body.get("fieldIds") or []
    size = int(ask.body.get("maxResults", 1_000))
    if not 0 < len(wanted) <= MOST_CHANGED or len(names) > MOST_FIELDS or size > MOST_HISTORIES:
        raise RefusedError(400, "Too much is asked at once.")
    chosen = set(wanted)
    issues = [one for one in _visible(site) if one["id"] in chosen or one["key"] in chosen]
    pairs = [(one["id"], kept) for one in issues for kept in _kept(one["histories"], names)]
    pairs.sort(key=lambda pair: (read_moment(pair[1]["created"]), int(pair[0])))
    digest = json.dumps([wanted, names])
    start = _start(ask.body.get("nextPageToken"), digest)
    logs: dict[str, list[Payload]] = {}
    for issue_id, history in pairs[start : start + size]:
        logs.setdefault(issue_id, []).append(_dated(site, history))
    is_last = start + size >= len(pairs)
    after = {} if is_last else {"nextPageToken": _token(start + size, digest)}
    page = [{"issueId": one, "changeHistories": histories} for one, histories in logs.items()]
    return {"issueChangeLogs": page, **after}


def changes(site: JiraSite, ask: Ask) -> Payload:
    """A page of one issue's histories, oldest first."""
    return _page(_issue(site, ask)["histories"], ask, MOST_CHANGES)


def comments(site: JiraSite, ask: Ask) -> Payload:
    """A page of one issue's comments, oldest first."""
    page = _page(_issue(site, ask)["fields"]["comment"]["comments"], ask, MOST_COMMENTS)
    page.pop("isLast")
    return {"comments": page.pop("values"), **page}


def projects(site: JiraSite, ask: Ask) -> Payload:
    """A page of the projects that can be seen."""
    ids, keys = ask.many("id"), ask.many("keys")
    expanded = set(ask.many("expand"))
    found = [
        _without(one, {"components", "versions", "assigneeType", *({"lead"} - expanded)})
        for one in site.projects
        if one["key"] not in site.hidden
        and (not ids or one["id"] in ids)
        and (not keys or one["key"] in keys)
    ]
    return _page(found, ask, 50)


def project(site: JiraSite, ask: Ask) -> Payload:
    """One project, with its components in short."""
    found = _project(site, ask.parts["key"])
    short = [_without(one, {"lead", "assigneeType", "project"}) for one in found["components"]]
    return {
        **found,
        "components": [_without(one, {"projectId"}) for one in short],
    }


def components(site: JiraSite, ask: Ask) -> Payload:
    """A page of a project's components with their leads."""
    return _page(_project(site, ask.parts["key"])["components"], ask, 50)


def users(site: JiraSite, ask: Ask) -> list[Payload]:
    """A page of all accounts."""
    start = ask.number("startAt", 0)
    return site.users[start : start + ask.number("maxResults", 50)]


def users_by_id(site: JiraSite, ask: Ask) -> Payload:
    """Accounts by id; unknown ones are left out."""
    wanted = set(ask.query.get("accountId", []))
    if not wanted:
        raise RefusedError(400, "No account is named.")
    found = [one for one in site.users if one["accountId"] in wanted]
    return _page(found, ask, 200, default=10)


def _visible(site: JiraSite) -> list[Payload]:
    hidden = {one["id"] for one in site.projects if one["key"] in site.hidden}
    return [one for one in site.issues if one["fields"]["project"]["id"] not in hidden]


def _project(site: JiraSite, key: str) -> Payload:
    for one in site.projects:
        if key in (one["key"], one["id"]) and one["key"] not in site.hidden:
            return one
    raise RefusedError(404, f"No project could be found with key '{key}'.")


def _issue(site: JiraSite, ask: Ask) -> Payload:
    wanted = ask.parts["issue"]
    for one in _visible(site):
        if wanted in (one["id"], one["key"]):
            return one
    raise RefusedError(404, "Issue does not exist or you do not have permission to see it.")


def _shown(site: JiraSite, issue: Payload, names: Sequence[str]) -> Payload:
    shown = {name: issue["fields"][name] for name in names if name in issue["fields"]}
    if "comment" in shown:
        all_of_them = shown["comment"]["comments"]
        first = all_of_them[: site.shown_comments]
        shown["comment"] = {
            "comments": first,
            "maxResults": len(first),
            "total": len(all_of_them),
            "startAt": 0,
        }
    if list(names) == ["id"]:
        return {"id": issue["id"]}
    return {"id": issue["id"], "key": issue["key"], "fields": shown}


def _kept(histories: Sequence[Payload], names: Sequence[str]) -> list[Payload]:
    """Histories with the items of these fields; those without any are left out."""
    cut = [
        {
            **one,
            "items": [item for item in one["items"] if not names or item.get("fieldId") in names],
        }
        for one in histories
    ]
    return [one for one in cut if one["items"]]


def _dated(site: JiraSite, history: Payload) -> Payload:
    if site.created_as == "iso":
        return history
    seconds = read_moment(history["created"]).timestamp()
    factor = 1 if site.created_as == "seconds" else 1_000
    return {**history, "created": int(seconds * factor)}


def _page(values: Sequence[Payload], ask: Ask, most: int, *, default: int | None = None) -> Payload:
    start = ask.number("startAt", 0)
    size = min(ask.number("maxResults", default or most), most)
    return {
        "values": list(values[start : start + size]),
        "startAt": start,
        "maxResults": size,
        "total": len(values),
        "isLast": start + size >= len(values),
    }


def _without(payload: Payload, names: set[str]) -> Payload:
    return {name: value for name, value in payload.items() if name not in names}


def _token(start: int, question: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, question]).encode()).decode()


def _start(token: str | None, question: str) -> int:
    if not token:
        return 0
    try:
        start, of = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise RefusedError(400, "The page token cannot be read.") from None
    if of != question:
        raise RefusedError(400, "The page token belongs to another question.")
    return int(start)


Answering = Callable[[JiraSite, Ask], Any]
ISSUE, KEY = r"issue/(?P<issue>[\w-]+)", r"project/(?P<key>\w+)"
ROUTES: list[tuple[str, str, str, Answering]] = [
    ("GET", "serverInfo", "serverInfo", server_info),
    ("GET", "myself", "myself", myself),
    ("GET", "field", "field", fields),
    ("GET", "search/jql", "search/jql", search),
    ("POST", "search/jql", "search/jql", search),
    ("POST", "search/approximate-count", "search/approximate-count", count),
    ("POST", "changelog/bulkfetch", "changelog/bulkfetch", bulk_changes),
    ("POST", "issue/bulkfetch", "issue/bulkfetch", fetched),
    ("GET", f"{ISSUE}/changelog", "issue/changelog", changes),
    ("GET", f"{ISSUE}/comment", "issue/comment", comments),
    ("GET", "project/search", "project/search", projects),
    ("GET", KEY, "project", project),
    ("GET", f"{KEY}/component", "component", components),
    ("GET", "users/search", "users/search", users),
    ("GET", "user/bulk", "user/bulk", users_by_id),
]
