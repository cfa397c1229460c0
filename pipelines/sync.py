"""Bring one source up to date: its connector's rows and cursor into the lake.

A source that cannot be read keeps its earlier rows. How a source is read is in `connectors`, what
is known to be missing of it in `models.metrics.coverage`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from connectors.connector import Batch, SourceError
from connectors.git import sync_git
from models.settings import AnySource
from models.tables import Table, raw
from models.tables.registry import TABLES
from pipelines.night import Night, midnight
from pipelines.touched import touched_weeks
from warehouse.lake import Lake

CURSOR = raw.COMMITS  # the table whose commit carries a source's cursor: it is written last


@dataclass(frozen=True)
class Reading:
    """How far a source was read, kept with its rows in one commit.

    `since` and `until` bound what was read, `at` is when, `cursor` the connector's own.
    """

    cursor: Mapping[str, object]
    since: datetime
    until: datetime
    at: datetime
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """In the shape that is kept with the rows."""
        moments = {name: getattr(self, name).isoformat() for name in ("since", "until", "at")}
        return {**asdict(self), **moments, "problems": list(self.problems)}


@dataclass(frozen=True)
class Synced:
    """What one sync brought: rows by table, and what is missing.

    `stored_count` counts all rows of the source, `set_aside` those that break a rule of their
    table. `error` says why the source could not be read; None: it was.
    """

    source: str
    row_counts: Mapping[str, int]
    stored_count: int
    set_aside: int
    problems: tuple[str, ...] = ()
    error: str | None = None


def last_reading(lake: Lake, source: str) -> Reading | None:
    """How far a source was read; None: never."""
    kept: Mapping[str, Any] | None = lake.cursor(CURSOR, source)
    if not kept:
        return None
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("since", "until", "at")}
    return Reading(cursor=kept["cursor"], problems=tuple(kept["problems"]), **moments)


def sync(night: Night, source: AnySource, since: date | None = None) -> Synced:
    """Reads what is new in a source, or all of it in a full run; one commit a table.

    Broken off anywhere, the next sync brings the same rows: the cursor goes with the last table.
    """
    last = None if night.is_full else last_reading(night.lake, source.name)
    start = midnight(since, night.settings.company.time_zone) if since else night.since(source)
    try:
        cursor = last.cursor if last else None
        batch = sync_git(source, cursor, night.key, since=start, until=night.until)
    except SourceError as error:
        night.unread.add(source.name)
        return Synced(source.name, {}, *_counts(night.lake, source.name), error=str(error))
    is_anew = last is None or batch.restart
    reading = Reading(
        cursor=batch.cursor,
        since=start if is_anew or last is None else min(start, last.since),
        until=night.until.astimezone(UTC),
        at=night.now.astimezone(UTC),
        problems=tuple(dict.fromkeys(problem.text for problem in batch.problems)),
    )
    row_counts = _write(night.lake, source.name, batch, reading, is_anew=is_anew)
    return Synced(source.name, row_counts, *_counts(night.lake, source.name), reading.problems)


def forget_others(night: Night) -> tuple[str, ...]:
    """Removes the rows of sources that are no longer in the settings; gives their names.

    A source under a new name would otherwise count twice.
    """
    kept = {source.name for source in night.settings.sources}
    stored = night.lake.snapshot(CURSOR).state.cursors
    gone = tuple(sorted(name for name, cursor in stored.items() if cursor and name not in kept))
    for source in gone:
        for table in [*(table for table in raw.RAW if table != CURSOR), CURSOR]:
            rows = table.schema.create_empty()
            is_last = table == CURSOR
            night.lake.upsert(
                table, rows, source=source, cursor={} if is_last else None, restart=True
            )
    return gone


def _write(
    lake: Lake, source: str, batch: Batch, reading: Reading, *, is_anew: bool
) -> dict[str, int]:
    """One commit a table, the cursor with the last; rows written, by table."""
    whole = {TABLES[name]: rows for name, rows in batch.whole.items()}
    weekly = {TABLES[name]: rows for name, rows in batch.rows.items()}
    if not is_anew:
        weekly[raw.ACCOUNTS] = _seen_longer(lake, source, weekly[raw.ACCOUNTS])
    for table, rows in whole.items():
        touched = touched_weeks(lake, table, _of_source(lake, table, source), rows, reading.until)
        lake.upsert(table, rows, source=source, restart=True, touched=touched)
    for table, rows in sorted(weekly.items(), key=lambda item: item[0] == CURSOR):
        cursor = reading.as_json() if table == CURSOR else None
        lake.upsert(table, rows, source=source, cursor=cursor, restart=is_anew)
    return {table.name: rows.height for table, rows in {**whole, **weekly}.items()}


def _counts(lake: Lake, source: str) -> tuple[int, int]:
    """Rows of a source that are stored, and those set aside."""
    stored = sum(
        lake.scan(table).filter(pl.col("source") == source).select(pl.len()).collect().item()
        for table in raw.RAW
    )
    aside = [lake.quarantine.rows(table).filter(source=source).height for table in raw.RAW]
    return stored, sum(aside)


def _seen_longer(lake: Lake, source: str, accounts: pl.DataFrame) -> pl.DataFrame:
    """Accounts with the earlier of their first and the later of their last moments."""
    known = _of_source(lake, raw.ACCOUNTS, source).select(
        "source", "account_key", earlier="first_seen_at", later="last_seen_at"
    )
    return accounts.join(known, on=["source", "account_key"], how="left").select(
        pl.exclude("earlier", "later").exclude("first_seen_at", "last_seen_at"),
        first_seen_at=pl.min_horizontal("first_seen_at", "earlier"),
        last_seen_at=pl.max_horizontal("last_seen_at", "later"),
    )


def _of_source(lake: Lake, table: Table, source: str) -> pl.DataFrame:
    return lake.scan(table).filter(pl.col("source") == source).collect(engine="streaming")
