"""What is kept of Jira's payloads: tickets, changes and comments without any text, and accounts.

The payloads themselves are let go as soon as they are read here. How events follow from these is in
`jira_events`.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.jira_comments import understood
from models.phrases import Labels

LONGEST = 200  # characters of a name
LONGEST_ID = 128  # the interface's own limit
MILLISECONDS_FROM = 100_000_000_000  # a greater number is no second of this age
NOBODY = ("", "unknown")  # what stands where an account was deleted
KINDS = {"app": "app"}  # of account types; all others are people

Payload = Mapping[str, Any]

FIELDS = {  # ids of fields that every site has, and what they are called here
    "assignee": "assignee",
    "status": "status",
    "resolution": "resolution",
    "priority": "priority",
    "reporter": "reporter",
    "components": "component",
    "labels": "labels",
    "project": "project",
}
NAMES = {"component": "component", "sprint": "sprint", "flagged": "flagged"}  # where no id is given


@dataclass(frozen=True, slots=True)
class Item:
    """One field of a change: ids before and after, and names of them."""

    field: str
    before: str | None
    after: str | None
    was: str | None
    becomes: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one account changed at once."""

    change_id: str
    at: datetime
    author: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment without its text."""

    comment_id: str
    at: datetime
    author: str | None
    mentioned: tuple[str, ...]
    labels: Labels


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it stands. `components` by id; `is_cut`: it has more comments than these."""

    ticket_id: str
    key: str
    created_at: datetime
    updated_at: datetime
    creator: str | None
    reporter: str | None
    assignee: str | None
    status: str | None
    project_id: str
    project_key: str
    components: Mapping[str, str]
    comments: tuple[Comment, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What Jira shows of an account; the address of few."""

    name: str | None
    kind: str
    address: str | None


@dataclass
class Accounts:
    """The accounts that were met, by id; the last that is said of one counts."""

    known: dict[str, Account] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    def met(self, user: Payload | None) -> str | None:
        """The id of an account, which is kept with what is shown of it; None: nobody known."""
        account_id = account(user.get("accountId")) if user else None
        if user and account_id:
            kind = KINDS.get(str(user.get("accountType")), "human")
            shown = Account(
                clean(user.get("displayName")) or None,
                kind,
                clean(user.get("emailAddress")) or None,
            )
            self.known[account_id] = shown
        return account_id

    def called(self, account_id: str | None, name: str | None) -> None:
        """The name by which a change calls an account."""
        if account_id and name:
            self.named[account_id] = name


def moment(value: object) -> datetime:
    """A moment in UTC: of an ISO text, or of seconds or milliseconds since 1970.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str) and not value.isdecimal():
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError("a moment without a zone")
        return at.astimezone(UTC)
    number = int(str(value))
    milliseconds = number if abs(number) >= MILLISECONDS_FROM else number * 1000
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(
        microsecond=milliseconds % 1000 * 1000
    )


def clean(value: object) -> str:
    """A name without control characters and those that turn the direction of writing."""
    if not isinstance(value, str):
        return ""
    cut = value[: 5 * LONGEST]
    if not cut.isprintable():
        cut = "".join(
            " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
            for letter in cut
            if unicodedata.category(letter) not in ("Cf", "Cs")
        )
    return " ".join(cut.split())[:LONGEST]


def account(value: object) -> str | None:
    """The id of an account; None where Jira no longer says whose it was."""
    found = clean(value).replace(" ", "")[:LONGEST_ID]
    return None if found.lower() in NOBODY else found


def ticket(payload: Payload, accounts: Accounts) -> Ticket:
    """A ticket of a search.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not in the shape of Jira's.
    """
    given = payload["fields"]
    said = given.get("comment") or {}
    comments = tuple(comment(one, accounts) for one in said.get("comments") or [])
    project = given["project"]
    return Ticket(
        ticket_id=str(int(payload["id"])),
        key=clean(payload["key"]),
        created_at=moment(given["created"]),
        updated_at=moment(given["updated"]),
        creator=accounts.met(given.get("creator")),
        reporter=_somebody(given.get("reporter"), payload, accounts),
        assignee=_somebody(given.get("assignee"), payload, accounts),
        status=clean((given.get("status") or {}).get("name")) or None,
        project_id=str(project["id"]),
        project_key=clean(project["key"]),
        components={str(one["id"]): clean(one["name"]) for one in given.get("components") or []},
        comments=comments,
        is_cut="comment" not in given or int(said.get("total") or 0) > len(comments),
    )


def comment(payload: Payload, accounts: Accounts) -> Comment:
    """A comment; its text is gone when this returns.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not in the shape of Jira's.
    """
    found, mentioned = understood(payload.get("body"))
    ids = (account(one) for one in mentioned)
    return Comment(
        comment_id=str(payload["id"]),
        at=moment(payload["created"]),
        author=accounts.met(payload.get("author")),
        mentioned=tuple(sorted({one for one in ids if one})),
        labels=found,
    )


def change(
    payload: Payload, ticket_id: str, fields: Mapping[str, str], accounts: Accounts
) -> Change:
    """A change with the items of these fields (names here by id); none of them: no items.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not in the shape of Jira's.
    """
    items = (_item(one, ticket_id, fields, accounts) for one in payload.get("items") or [])
    return Change(
        change_id=str(payload["id"]),
        at=moment(payload["created"]),
        author=accounts.met(payload.get("author")),
        items=tuple(one for one in items if one),
    )


def _item(
    payload: Payload, ticket_id: str, fields: Mapping[str, str], accounts: Accounts
) -> Item | None:
    name = fields.get(str(payload.get("fieldId")))
    if name is None and not payload.get("fieldId"):
        called = str(payload.get("field")).lower()
        name = NAMES.get(called) or FIELDS.get(called)
    if name is None:
        return None
    before, after = (_id(payload.get(side)) for side in ("from", "to"))
    was, becomes = (clean(payload.get(side)) or None for side in ("fromString", "toString"))
    if name in ("assignee", "reporter"):
        before, after = (_still_somebody(one, ticket_id) for one in (before, after))
        accounts.called(before, was)
        accounts.called(after, becomes)
    return Item(name, before, after, was, becomes)


def _id(value: object) -> str | None:
    return clean(str(value)) or None if value is not None else None


def _somebody(user: Payload | None, payload: Payload, accounts: Accounts) -> str | None:
    """Who it is; of an account that was deleted somebody who is nobody else."""
    return accounts.met(user) or (gone(str(int(payload["id"]))) if user else None)


def _still_somebody(account_id: str | None, ticket_id: str) -> str | None:
    if account_id is None:
        return None
    return account(account_id) or gone(ticket_id)


def gone(ticket_id: str) -> str:
    """Stands for a deleted account in one ticket: two of them are never taken for one person."""
    return f"unknown:{ticket_id}"


def is_gone(account_id: str) -> bool:
    """Whether it stands for a deleted account."""
    return account_id.startswith("unknown:")


def chunks(values: Iterable[str], size: int) -> list[list[str]]:
    """The values in order, in lists of at most so many."""
    ordered = list(values)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]
