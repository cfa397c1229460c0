"""The contract that every source keeps: a cursor in, a batch of raw rows and a new cursor out.

A connector reads, turns texts into labels in memory and hands over rows in the shape of
`models.tables.raw`. It stores nothing: `pipelines` writes rows and cursor in one commit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
from pydantic import SecretStr

Stored = Callable[[str], pl.DataFrame]  # stored rows of one source, by the table's name


class SourceError(Exception):
    """A source that cannot be read: unreachable, refused, or not what it should be.

    The message says what is wrong, where, and what to do. The source keeps its earlier rows.
    """


def no_secret(_part: str) -> SecretStr | None:
    """The secrets of a source that needs none."""
    return None


@dataclass(frozen=True)
class Access:
    """What a connector may use in one sync, and what bounds it.

    Moments from `since` up to, not including, `until` are read (both UTC); `now` is when the run
    began. `key` makes account keys. `secret` gives the source's own, by part: TOKEN, USER.
    `internal_hosts` are hosts on private networks that may be talked to, `host` or `host:port`.
    `folder` is that of the settings, to which relative names belong. `stored` gives what is stored
    of the source, to go on from with the cursor; None: nothing can be looked up. `is_full`: all is
    read again, and of the cursor only what the source itself does not keep is gone on from.
    """

    key: bytes
    since: datetime
    until: datetime
    now: datetime
    folder: str = "."
    internal_hosts: tuple[str, ...] = ()
    secret: Callable[[str], SecretStr | None] = no_secret
    stored: Stored | None = None
    is_full: bool = False


@dataclass(frozen=True)
class Problem:
    """Something left out of a batch, in one line that says how to mend it; no personal data."""

    where: str
    text: str


@dataclass(frozen=True)
class Batch:
    """What one sync of one source brings.

    `rows`: new or changed rows by table name; they replace stored rows of the same key.
    `raw.accounts` comes here too, with only the accounts that this batch read: where a key is
    stored already, the new row replaces it, but `first_seen_at` is the earlier and
    `last_seen_at` the later of the two. `whole`: all rows of this source in small tables, which
    replace what is stored of it; a table that is absent from `whole` stays as it is stored.
    `objects`: by table name, a column and the objects of it that were read whole: stored rows of
    this source and these objects that are not in `rows` go, such as a comment that was deleted.
    `restart` is true when stored rows of this source must go first, in every table, because its
    history was rewritten or it is read anew. `cursor` is JSON and goes in with the next sync.
    `problems` lowers completeness and is shown on the page; `unread` are those of them that say
    of a part of the source, such as a project, that nothing could be read of it.
    """

    rows: Mapping[str, pl.DataFrame]
    whole: Mapping[str, pl.DataFrame]
    cursor: Mapping[str, object]
    problems: Sequence[Problem] = field(default_factory=tuple)
    unread: Sequence[Problem] = field(default_factory=tuple)
    restart: bool = False
    objects: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
