"""How far a git source was read, and whether that still holds.

The cursor has for each clone what HEAD was, and the commits of it that were too late to be taken:
a committer date may lie before that of a commit below it, so no single moment says what is new.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from connectors.connector import Problem
from connectors.git_command import Clone, is_ancestor
from connectors.git_owners import Basis

FLAGS_VERSION = 1  # raise it when rows would come out otherwise: the source is then read anew
MOST_LEFT = 2_000  # commits that a cursor names; beyond, the clone is read through once more


@dataclass(frozen=True)
class Mark:
    """How far one clone was read.

    `left`: commits of `tip` not yet taken; None: too many to name. `cut`: where the clone was
    shallow. `mailmap`: the blob by which people were joined. `owners`: up to where the owners file
    was read, `lists`: keys of the lists that it named.
    """

    tip: str | None
    left: list[str] | None
    since: str | None
    cut: str | None
    mailmap: str | None
    owners: Basis | None = None
    lists: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cursor:
    """What of the settings the rows depend on, the marks by clone, and the problems found."""

    settings: Mapping[str, object]
    until: str
    clones: Mapping[str, Mark]
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        """In the shape that is kept with the rows."""
        marks = {name: asdict(mark) for name, mark in self.clones.items()}
        problems = [asdict(problem) for problem in self.problems]
        return {**self.settings, "until": self.until, "clones": marks, "problems": problems}


def read_cursor(kept: Mapping[str, Any] | None) -> Cursor | None:
    """The cursor of the last sync; None before the first."""
    if not kept:
        return None
    marks = {name: _mark(mark) for name, mark in kept["clones"].items()}
    settings = {name: kept[name] for name in ("flags_version", "owners", "key")}
    problems = tuple(Problem(**problem) for problem in kept.get("problems", ()))
    return Cursor(settings, kept["until"], marks, problems)


def _mark(kept: Mapping[str, Any]) -> Mark:
    owners = kept.get("owners")
    return Mark(**{**kept, "owners": owners and Basis(**owners)})


def settings_of(name: str, owners: str, key: bytes) -> dict[str, object]:
    """Settings under which rows were made; the key by a digest that is no account's."""
    digest = hmac.new(key, f"{name}\0\0key".encode(), hashlib.sha256).hexdigest()[:16]
    return {"flags_version": FLAGS_VERSION, "owners": owners, "key": digest}


def holds(
    cursor: Cursor,
    settings: Mapping[str, object],
    clones: list[Clone],
    since: datetime | None,
    until: datetime,
) -> bool:
    """Whether rows read so far can stay and only new ones are needed."""
    named = {clone.name: clone for clone in clones}
    return (
        cursor.settings == settings
        and until >= datetime.fromisoformat(cursor.until)
        and cursor.clones.keys() <= named.keys()
        and all(_stands(mark, named[name], since) for name, mark in cursor.clones.items())
    )


def _stands(mark: Mark, clone: Clone, since: datetime | None) -> bool:
    reaches_back = mark.since is None or (
        since is not None and since >= datetime.fromisoformat(mark.since)
    )
    is_same = mark.tip is None or mark.tip == clone.tip
    return (
        reaches_back
        and mark.cut == clone.cut
        and (is_same or (clone.tip is not None and is_ancestor(clone, str(mark.tip))))
    )
