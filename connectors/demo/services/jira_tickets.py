"""A made-up ticket from dated events: its fields now, and the history that led there."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.demo.services.jira_site import FLAGGED, SPRINT, Payload, moment

MENTION = re.compile(r"\[~(?:accountid:)?([^\]\s]+)\]")


class Ticket:
    """One ticket; events are told in the order in which they happened.

    `opened_by`, `by`, `to` and `assignee` are accounts as `jira_site.user` makes them, `project`
    one as `jira_site.project` does. Its `issue` is the payload for `JiraSite.issues`. Ids follow
    from the project, the number and the place in the ticket, so that the same events have the same
    ids in a longer telling.

    Raises:
        ValueError: an event lies before the one told last.
    """

    def __init__(
        self,
        project: Mapping[str, Any],
        number: int,
        *,
        opened_by: Payload | None,
        at: datetime,
        reporter: Payload | None = None,
        assignee: Payload | None = None,
        status: str = "To Do",
        priority: str = "Medium",
        components: Sequence[str] = (),
        labels: Sequence[str] = (),
        title: str = "A made-up ticket",
    ) -> None:
        self._project = project
        self._last = at
        issue_id = f"{project['id']}{number:05d}"
        self.issue: Payload = {
            "id": issue_id,
            "key": f"{project['key']}-{number}",
            "histories": [],
            "fields": {
                "summary": title,
                "project": _short(project),
                "creator": opened_by,
                "reporter": reporter or opened_by,
                "assignee": assignee,
                "status": _named(status),
                "priority": _named(priority),
                "resolution": None,
                "components": [self._component(name) for name in components],
                "labels": list(labels),
                "created": moment(at),
                "updated": moment(at),
                "comment": {"comments": []},
                SPRINT: None,
                FLAGGED: None,
            },
        }

    def assign(self, to: Payload | None, *, by: Payload | None, at: datetime) -> "Ticket":
        """Assigned to somebody, or to nobody (None)."""
        return self.change([self._account_item("assignee", to)], by=by, at=at)

    def move(
        self, status: str, *, by: Payload | None, at: datetime, assign: Payload | None = None
    ) -> "Ticket":
        """To another status; with `assign` handed to somebody in the same change."""
        handed = [self._account_item("assignee", assign)] if assign else []
        return self.change([self._named_item("status", status), *handed], by=by, at=at)

    def resolve(self, resolution: str, status: str, *, by: Payload, at: datetime) -> "Ticket":
        """Done, by a resolution such as Done or Declined, in a status."""
        items = [self._named_item("resolution", resolution), self._named_item("status", status)]
        return self.change(items, by=by, at=at)

    def prioritise(self, priority: str, *, by: Payload, at: datetime) -> "Ticket":
        """Given another priority."""
        return self.change([self._named_item("priority", priority)], by=by, at=at)

    def report_as(self, reporter: Payload, *, by: Payload, at: datetime) -> "Ticket":
        """Now counted as reported by somebody else."""
        return self.change([self._account_item("reporter", reporter)], by=by, at=at)

    def relabel(self, labels: Sequence[str], *, by: Payload, at: datetime) -> "Ticket":
        """Given other labels."""
        before, self._fields["labels"] = self._fields["labels"], list(labels)
        item = _item("labels", "labels", None, " ".join(before), None, " ".join(labels))
        return self.change([item], by=by, at=at)

    def plan(self, sprint: str, *, by: Payload, at: datetime) -> "Ticket":
        """Put into a sprint."""
        before = self._fields[SPRINT] or [{"id": "", "name": ""}]
        after = {"id": _id_of(sprint), "name": sprint}
        self._fields[SPRINT] = [after]
        was = before[0]
        item = _item("Sprint", SPRINT, was["id"], was["name"], after["id"], sprint)
        return self.change([item], by=by, at=at)

    def flag(self, *, by: Payload, at: datetime) -> "Ticket":
        """Marked as blocked."""
        self._fields[FLAGGED] = [{"value": "Impediment", "id": "10019"}]
        item = _item("Flagged", FLAGGED, None, None, "[10019]", "Impediment")
        return self.change([item], by=by, at=at)

    def put_under(self, components: Sequence[str], *, by: Payload, at: datetime) -> "Ticket":
        """Put under other components of its project: an item for each that goes or comes."""
        return self.change(self._component_items(components), by=by, at=at)

    def transfer(
        self,
        project: Mapping[str, Any],
        number: int,
        *,
        by: Payload,
        at: datetime,
        components: Sequence[str] = (),
    ) -> "Ticket":
        """Moved into another project under a new key; the id stays."""
        before, key = self._project, self.issue["key"]
        gone = self._component_items([])
        self._project, self.issue["key"] = project, f"{project['key']}-{number}"
        self._fields["project"] = _short(project)
        items = [
            _item("Key", "issuekey", None, key, None, self.issue["key"]),
            _item("project", "project", before["id"], before["name"], project["id"],
                  project["name"]),
        ]  # fmt: skip
        return self.change([*items, *gone, *self._component_items(components)], by=by, at=at)

    def comment(self, text: str, *, by: Payload | None, at: datetime) -> "Ticket":
        """A comment; `[~account-id]` in it mentions somebody, blank lines part paragraphs."""
        comments = self._fields["comment"]["comments"]
        self._at(at)
        told = {
            "id": f"{self.issue['id']}{len(comments):03d}",
            "body": document(text),
            "created": moment(at),
            "updated": moment(at),
        }
        comments.append({**told, "author": by} if by else told)
        return self

    def change(self, items: Sequence[Payload], *, by: Payload | None, at: datetime) -> "Ticket":
        """Several fields at once, by items as the history has them; their fields are set already.

        `by` None: nobody is named as author, as after an account was deleted.
        """
        self._at(at)
        history = {
            "id": f"{self.issue['id']}{len(self.issue['histories']):04d}",
            "created": moment(at),
            "items": list(items),
        }
        self.issue["histories"].append({**history, "author": by} if by else history)
        return self

    @property
    def _fields(self) -> Payload:
        fields: Payload = self.issue["fields"]
        return fields

    def _at(self, at: datetime) -> None:
        if at < self._last:
            raise ValueError(f"{self.issue['key']}: {at} lies before {self._last}; tell in order")
        self._last = at
        self._fields["updated"] = moment(at)

    def _account_item(self, name: str, to: Payload | None) -> Payload:
        before, self._fields[name] = self._fields[name] or {}, to
        after = to or {}
        return _item(
            name, name, before.get("accountId"), before.get("displayName"),
            after.get("accountId"), after.get("displayName"),
        )  # fmt: skip

    def _named_item(self, name: str, value: str) -> Payload:
        before, self._fields[name] = self._fields[name] or {}, _named(value)
        after = self._fields[name]
        return _item(name, name, before.get("id"), before.get("name"), after["id"], value)

    def _component(self, name: str) -> Payload:
        found = next((one for one in self._project["components"] if one["name"] == name), None)
        if found is None:
            raise ValueError(f"{self._project['key']} has no component {name!r}; add it there")
        return {"id": found["id"], "name": name}

    def _component_items(self, names: Sequence[str]) -> list[Payload]:
        before = self._fields["components"]
        after = [self._component(name) for name in names]
        self._fields["components"] = after
        gone = [one for one in before if one not in after]
        come = [one for one in after if one not in before]
        return [
            *(_item("Component", "components", o["id"], o["name"], None, None) for o in gone),
            *(_item("Component", "components", None, None, o["id"], o["name"]) for o in come),
        ]


def document(text: str) -> Payload:
    """A text as a document of Jira: paragraphs, mentions and line breaks."""
    paragraphs = [part for part in text.split("\n\n") if part]
    content = [{"type": "paragraph", "content": _inline(part)} for part in paragraphs]
    return {"type": "doc", "version": 1, "content": content}


def _inline(text: str) -> list[Payload]:
    nodes: list[Payload] = []
    for at, part in enumerate(MENTION.split(text)):
        if at % 2:
            nodes.append({"type": "mention", "attrs": {"id": part, "text": "@somebody"}})
        elif part:
            nodes.append({"type": "text", "text": part})
    return nodes


def _item(
    field: str, field_id: str, before: str | None, was: str | None, after: str | None,
    becomes: str | None,
) -> Payload:  # fmt: skip
    kind = "custom" if field_id.startswith("customfield") else "jira"
    return {
        "field": field, "fieldtype": kind, "fieldId": field_id,
        "from": before, "fromString": was, "to": after, "toString": becomes,
    }  # fmt: skip


def _named(name: str) -> Payload:
    return {"id": _id_of(name), "name": name}


def _id_of(name: str) -> str:
    """An id for a status, priority or sprint: the same for the same name, in any site."""
    return str(10_000 + sum(ord(letter) * (place + 1) for place, letter in enumerate(name)) % 9_973)


def _short(project: Mapping[str, Any]) -> Payload:
    return {name: project[name] for name in ("id", "key", "name", "projectTypeKey")}
