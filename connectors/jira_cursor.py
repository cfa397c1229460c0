"""How far a Jira was read, what is remembered of it, and whether that still holds.

Kept with the rows: the last change seen, the projects, who led what since when (the tracker keeps
no history of leads), and the ids of all tickets read, by which a deleted one is missed.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.connector import Access
from models.phrases import FLAGS_VERSION
from models.sources import JiraSource

ROWS_VERSION = 1  # raise it when rows would come out otherwise: the source is then read anew
OVERLAP = timedelta(hours=1)  # JQL sees whole minutes, and its index lags behind
CHECKED_EVERY = timedelta(days=7)  # what changes rarely, and which tickets are still there


@dataclass(frozen=True)
class Stretch:
    """A lead as seen night by night; `valid_to` None: seen so last."""

    scope_type: str
    scope_id: str
    account_key: str
    valid_from: datetime
    valid_to: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether it was so at a moment."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def as_json(self) -> list[str | None]:
        """In the shape that is kept."""
        end = self.valid_to.isoformat() if self.valid_to else None
        return [
            self.scope_type, self.scope_id, self.account_key, self.valid_from.isoformat(), end
        ]  # fmt: skip


@dataclass(frozen=True)
class Cursor:
    """State after a sync.

    `updated_at`: the last change seen, or `until` where that is earlier, since what came later was
    left out. `projects`: whom each project that was seen assigns by itself. `checked_at`: when
    what changes rarely was asked last. `known`: ids of tickets by project. `named`: keys of the
    projects in the settings, seen or not, as rows of one that is out of sight stay.
    """

    settings: Mapping[str, object]
    since: datetime
    until: datetime
    updated_at: datetime
    checked_at: datetime
    projects: Mapping[str, str | None]
    fields: Mapping[str, str]
    leads: Sequence[Stretch] = ()
    known: Mapping[str, frozenset[int]] = field(default_factory=dict)
    named: Sequence[str] = ()

    def as_json(self) -> dict[str, object]:
        """In the shape that is kept with the rows."""
        moments = ("since", "until", "updated_at", "checked_at")
        return {
            "settings": dict(self.settings),
            **{name: getattr(self, name).isoformat() for name in moments},
            "projects": dict(self.projects),
            "fields": dict(self.fields),
            "leads": [one.as_json() for one in self.leads],
            "known": {project: written(ids) for project, ids in sorted(self.known.items())},
            "named": list(self.named),
        }


def read_cursor(kept: Mapping[str, Any] | None) -> Cursor | None:
    """The cursor of the last sync; None before the first."""
    if not kept:
        return None
    moments = ("since", "until", "updated_at", "checked_at")
    return Cursor(
        settings=kept["settings"],
        **{name: datetime.fromisoformat(kept[name]) for name in moments},
        projects=kept["projects"],
        fields=kept["fields"],
        leads=[_read_stretch(*row) for row in kept["leads"]],
        known={project: read_ids(text) for project, text in kept["known"].items()},
        named=kept.get("named", list(kept["projects"])),
    )


def _read_stretch(kind: str, scope: str, key: str, start: str, end: str | None) -> Stretch:
    until = datetime.fromisoformat(end) if end else None
    return Stretch(kind, scope, key, datetime.fromisoformat(start), until)


def settings_of(source: JiraSource, key: bytes) -> dict[str, object]:
    """Settings under which rows were made; the key by a digest that is no account's."""
    digest = hmac.new(key, f"{source.name}\0\0key".encode(), hashlib.sha256).hexdigest()[:16]
    return {"rows": ROWS_VERSION, "flags": FLAGS_VERSION, "url": source.url, "key": digest}


def holds(cursor: Cursor, source: JiraSource, access: Access) -> bool:
    """Whether rows read so far can stay and only new ones are needed."""
    return (
        not access.is_full
        and dict(cursor.settings) == settings_of(source, access.key)
        and access.until >= cursor.until
        and access.since >= cursor.since
        and set(cursor.named) <= set(source.projects)
    )


def still_led(cursor: Cursor | None, source: JiraSource, access: Access) -> Sequence[Stretch]:
    """Leads remembered, also where all else is read anew; under another key they mean nobody."""
    now = settings_of(source, access.key)
    return cursor.leads if cursor and cursor.settings["key"] == now["key"] else ()


def led(
    before: Sequence[Stretch], seen: Mapping[tuple[str, str], str | None], now: datetime
) -> tuple[Stretch, ...]:
    """Leads with what is seen tonight: account keys by kind and id of scope, None for nobody.

    A scope that is in `seen` no more, such as a component that is gone, ends now if its project was
    seen; a project that was not seen stays as it was.
    """
    projects = {scope_id for kind, scope_id in seen if kind == "project"}
    stretches = []
    for one in before:
        was_seen = one.scope_id.partition("/")[0] in projects
        is_same = seen.get((one.scope_type, one.scope_id)) == one.account_key
        is_over = one.valid_to is None and was_seen and not is_same
        end = now if is_over else one.valid_to
        stretches.append(
            Stretch(one.scope_type, one.scope_id, one.account_key, one.valid_from, end)
        )
    still = {(one.scope_type, one.scope_id) for one in stretches if one.valid_to is None}
    new = [
        Stretch(*scope, key, now)
        for scope, key in sorted(seen.items())
        if key and scope not in still
    ]
    lasting = (one for one in stretches if one.valid_to != one.valid_from)
    return (*lasting, *new)


def written(ids: Iterable[int]) -> str:
    """Ids as the differences between neighbours, which are short."""
    ordered = sorted(ids)
    return " ".join(str(one - last) for last, one in zip([0, *ordered], ordered, strict=False))


def read_ids(text: str) -> frozenset[int]:
    """The ids that `written` wrote."""
    found, last = set(), 0
    for part in text.split():
        last += int(part)
        found.add(last)
    return frozenset(found)
