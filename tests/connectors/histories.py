"""Small git repositories with made-up people, written by one `git fast-import` each."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from connectors.connector import Batch
from connectors.git import sync_git
from models.tables.registry import TABLES

ANA = "Ana Roth <ana@plant.example>"
BEN = "Ben Ito <ben@plant.example>"
CAI = "Cai Lund <cai@plant.example>"
KEY = b"a key for tests, 32 bytes long.."
END = datetime(2030, 1, 1, tzinfo=UTC)
CLEAN = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Change:
    """One commit: files by path (None deletes), on a day of January 2026 or at a moment."""

    day: int | datetime
    files: Mapping[str, str | None] = field(default_factory=dict)
    author: str = ANA
    committer: str = ""
    body: str = ""

    @property
    def at(self) -> datetime:
        return self.day if isinstance(self.day, datetime) else january(self.day)


@dataclass(frozen=True)
class Source:
    """A git source as the settings would have it."""

    paths: tuple[str | Path, ...]
    owners: Any = "auto"
    name: str = "history"


def january(day: int) -> datetime:
    """Noon, UTC, of a day of January 2026."""
    return datetime(2026, 1, day, 12, tzinfo=UTC)


def git(*arguments: str | Path, folder: Path | None = None, stdin: bytes = b"") -> str:
    """Run git with none of the machine's settings; its output."""
    command = ["git", *(["-C", str(folder)] if folder else []), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, env=CLEAN, check=True)
    return done.stdout.decode("utf-8", "replace").strip()


def repository(folder: Path, *changes: Change, bare: bool = True) -> Path:
    """A new repository with these commits."""
    git("init", "--quiet", "-b", "main", *(["--bare"] if bare else []), folder)
    return add(folder, *changes)


def add(folder: Path, *changes: Change, on: str | None = None) -> Path:
    """Put commits on top; `on` starts from another commit and leaves what stood above it."""
    stream = b""
    start = on
    if start is None and git("for-each-ref", folder=folder):
        start = "refs/heads/main^0"
    for number, change in enumerate(changes):
        below = start if number == 0 else None
        stream += _commit(change, below)
    git("fast-import", "--quiet", "--force", folder=folder, stdin=stream)
    return folder


def tip(folder: Path) -> str:
    """The commit that HEAD names."""
    return git("rev-parse", "HEAD", folder=folder)


def sync(
    *paths: Path,
    cursor: Mapping[str, object] | None = None,
    since: datetime | None = None,
    until: datetime = END,
    owners: str = "auto",
    after: Sequence[Batch] = (),
) -> Batch:
    """One sync of these clones with the key of the tests; `after` others whose rows are stored."""
    stored = None
    if after:
        cursor = json.loads(json.dumps(after[-1].cursor))
        stored = stored_after(*after).__getitem__
    return sync_git(Source(paths, owners), cursor, KEY, since=since, until=until, stored=stored)


def stored_after(*batches: Batch) -> dict[str, pl.DataFrame]:
    """What is stored after these batches, one upon the other."""
    stored: dict[str, pl.DataFrame] = {}
    for batch in batches:
        if batch.restart:
            stored = {}
        for name, rows in {**batch.rows, **batch.whole}.items():
            earlier = stored.get(name, rows.clear()) if name in batch.rows else rows.clear()
            both = pl.concat([earlier, rows])
            last = both.unique(TABLES[name].key, keep="last")
            if name == "raw.accounts":
                span = both.group_by(TABLES[name].key).agg(
                    pl.col("first_seen_at").min(), pl.col("last_seen_at").max()
                )
                last = last.drop("first_seen_at", "last_seen_at").join(span, on=TABLES[name].key)
            stored[name] = last.select(rows.columns).sort(TABLES[name].key)
    return stored


def assert_same(stored: dict[str, pl.DataFrame], fresh: dict[str, pl.DataFrame]) -> None:
    """The same rows in the same tables."""
    assert stored.keys() == fresh.keys()
    for name, rows in fresh.items():
        assert_frame_equal(stored[name], rows)


def _commit(change: Change, below: str | None) -> bytes:
    at = int(change.at.timestamp())
    message = f"Change something\n\n{change.body}".encode()
    lines = [
        b"commit refs/heads/main",
        f"author {change.author} {at} +0000".encode(),
        f"committer {change.committer or change.author} {at} +0000".encode(),
        b"data %d" % len(message),
        message,
        *([f"from {below}".encode()] if below else []),
    ]
    for path, text in change.files.items():
        quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if text is None:
            lines.append(f"D {quoted}".encode())
        else:
            data = text.encode()
            lines += [f"M 100644 inline {quoted}".encode(), b"data %d" % len(data), data]
    return b"\n".join(lines) + b"\n"
