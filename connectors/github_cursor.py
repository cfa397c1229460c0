"""How far each repository of a GitHub was read, what is remembered, whether that still holds."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.connector import Access
from connectors.github_query import FIRST_SIZE
from models import phrases

# Raise the first number when rows would come out otherwise: the source is then read anew.
FLAGS_VERSION = 100 * 1 + phrases.FLAGS_VERSION
OVERLAP = timedelta(hours=24)  # pages shift while they are read, and what moves up is missed
SETTLED_AFTER = timedelta(days=14)  # until then a closed pull request is read again each night


@dataclass(frozen=True)
class Mark:
    """How far one repository was read.

    `updated`: the latest change seen, or `until` where that is earlier, as what came later was left
    out. `size`: pull requests on a page. `left`: ids of those that could not be read.
    """

    name: str
    updated: datetime | None
    size: int = FIRST_SIZE
    left: tuple[str, ...] = ()

    def floor(self, since: datetime, until: datetime) -> datetime:
        """From when on changes are read again."""
        if self.updated is None:
            return since
        return max(since, min(self.updated - OVERLAP, until - SETTLED_AFTER))


@dataclass(frozen=True)
class Cursor:
    """What the rows depend on, marks by the name in the settings, and keys of accounts."""

    settings: Mapping[str, object]
    since: datetime
    until: datetime
    marks: Mapping[str, Mark]
    accounts: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """In the shape that is kept with the rows."""
        return {
            "settings": dict(self.settings),
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "repositories": {name: _shown(mark) for name, mark in sorted(self.marks.items())},
            "accounts": dict(self.accounts),
        }


def read_cursor(kept: Mapping[str, Any] | None) -> Cursor | None:
    """The cursor of the last sync; None before the first."""
    if not kept:
        return None
    return Cursor(
        settings=kept["settings"],
        since=datetime.fromisoformat(kept["since"]),
        until=datetime.fromisoformat(kept["until"]),
        marks={name: _mark(shown) for name, shown in kept["repositories"].items()},
        accounts=kept["accounts"],
    )


def settings_of(name: str, url: str, key: bytes) -> dict[str, object]:
    """Settings under which rows were made; the key by a digest that is no account's."""
    digest = hmac.new(key, f"{name}\0\0key".encode(), hashlib.sha256).hexdigest()[:16]
    return {"flags_version": FLAGS_VERSION, "key": digest, "url": url}


def holds(
    cursor: Cursor, settings: Mapping[str, object], names: Collection[str], access: Access
) -> bool:
    """Whether rows read so far can stay, and only what changed is needed."""
    return (
        not access.is_full
        and cursor.settings == settings
        and access.until >= cursor.until
        and access.since >= cursor.since
        and cursor.marks.keys() <= set(names)
    )


def _shown(mark: Mark) -> dict[str, object]:
    updated = mark.updated.isoformat() if mark.updated else None
    return {**asdict(mark), "updated": updated, "left": list(mark.left)}


def _mark(shown: Mapping[str, Any]) -> Mark:
    updated = datetime.fromisoformat(shown["updated"]) if shown["updated"] else None
    return Mark(shown["name"], updated, shown["size"], tuple(shown["left"]))
