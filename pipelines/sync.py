"""Bring one source up to date: its connector's rows and cursor into the lake.

A source that cannot be read keeps its earlier rows. How a source is read is in `connectors`, what
is known to be missing of it in `models.metrics.coverage`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from connectors import readers
from connectors.connector import Access, Batch, SourceError
from models.settings import Settings
from models.sources import AnySource
from models.tables import Table, code_reviews, meetings, raw, tickets
from models.tables.registry import TABLES
from pipelines.night import Night, midnight
from pipelines.touched import touched_weeks
from warehouse.lake import Lake

# Tables whose commit carries a source's cursor, by kind of source; they are written last.
CURSORS = {
    "git": raw.COMMITS,
    "jira": tickets.TICKET_EVENTS,
    "github": code_reviews.CODE_REVIEW_EVENTS,
    "ics": meetings.MEETINGS,
}


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


def access(
    settings: Settings,
    source: AnySource,
    *,
    now: datetime,
    bounds: tuple[datetime, datetime],
    key: bytes,
) -> Access:
    """What the connector of a source may use: its own secrets, and the hosts allowed."""
    return Access(
        key=key,
        since=bounds[0],
        until=bounds[1],
        now=now,
        folder=settings.folder,
        internal_hosts=settings.privacy.internal_hosts,
        secret=lambda part: settings.secret(source.name, part),
    )


def last_reading(lake: Lake, source: AnySource) -> Reading | None:
    """How far a source was read; None: never."""
    kept: Mapping[str, Any] | None = lake.cursor(CURSORS[source.kind], source.name)
    if not kept:
        return None
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("since", "until", "at")}
    return Reading(cursor=kept["cursor"], problems=tuple(kept["problems"]), **moments)


def sync(night: Night, source: AnySource, since: date | None = None) -> Synced:
    """Reads what is new in a source, or all of it in a full run; one commit a table.

    Broken off anywhere, the next sync brings the same rows: the cursor goes with the last table.
    """
    last = last_reading(night.lake, source)
    start = midnight(since, night.settings.company.time_zone) if since else night.since(source)
    try:
        cursor = last.cursor if last else None
        bounds = (start, night.until)
        given = replace(
            access(night.settings, source, now=night.now, bounds=bounds, key=night.key),
            stored=lambda name: _known(night.lake, TABLES[name], source.name),
            is_full=night.is_full,
        )
        batch = readers.sync(source, cursor, given)
        if night.is_full and last is not None and batch.unread:
            raise SourceError(
                f"{batch.unread[0].text}; so nothing of {source.name} is read anew: mend that, or "
                "run without --full"
            )
    except SourceError as error:
        night.unread.add(source.name)
        return Synced(source.name, {}, *_counts(night.lake, source.name), error=str(error))
    is_anew = night.is_full or last is None or batch.restart
    reading = Reading(
        cursor=batch.cursor,
        since=start if is_anew or last is None else min(start, last.since),
        until=night.until.astimezone(UTC),
        at=night.now.astimezone(UTC),
        problems=tuple(dict.fromkeys(problem.text for problem in batch.problems)),
    )
    row_counts = _write(night.lake, source, batch, reading, is_anew=is_anew)
    return Synced(source.name, row_counts, *_counts(night.lake, source.name), reading.problems)


def forget_others(night: Night) -> tuple[str, ...]:
    """Removes the rows of sources that are no longer in the settings; gives their names.

    A source under a new name would otherwise count twice.
    """
    kept = {(source.name, CURSORS[source.kind].name) for source in night.settings.sources}
    gone = [
        (name, table)
        for table in raw.EVENTS
        for name, cursor in night.lake.snapshot(table).state.cursors.items()
        if cursor and (name, table.name) not in kept
    ]
    for source, last in gone:
        for table in [*(table for table in raw.RAW if table != last), last]:
            rows = table.schema.create_empty()
            cursor: dict[str, object] | None = {} if table == last else None
            night.lake.upsert(table, rows, source=source, cursor=cursor, restart=True)
    return tuple(sorted({name for name, _ in gone}))


def _write(
    lake: Lake, source: AnySource, batch: Batch, reading: Reading, *, is_anew: bool
) -> dict[str, int]:
    """One commit a table, the cursor with the last; rows written, by table."""
    last = CURSORS[source.kind]
    whole = {TABLES[name]: rows for name, rows in batch.whole.items()}
    weekly = {TABLES[name]: rows for name, rows in batch.rows.items()}
    weekly.setdefault(last, last.schema.create_empty())
    if not is_anew and raw.ACCOUNTS in weekly:
        weekly[raw.ACCOUNTS] = _seen_longer(lake, source.name, weekly[raw.ACCOUNTS])
    for table, rows in whole.items():
        before = _of_source(lake, table, source.name)
        touched = touched_weeks(lake, table, before, rows, reading.until)
        lake.upsert(table, rows, source=source.name, restart=True, touched=touched)
    for table, rows in sorted(weekly.items(), key=lambda item: item[0] == last):
        lake.upsert(
            table,
            rows,
            source=source.name,
            cursor=reading.as_json() if table == last else None,
            restart=is_anew,
            objects=batch.objects.get(table.name),
        )
    return {table.name: rows.height for table, rows in {**whole, **weekly}.items()}


def _counts(lake: Lake, source: str) -> tuple[int, int]:
    """Rows of a source that are stored, and those set aside."""
    read = {
        name
        for table in raw.EVENTS
        for name, cursor in lake.snapshot(table).state.cursors.items()
        if cursor
    }
    if read <= {source}:
        stored = sum(map(lake.row_count, raw.RAW))
    else:
        own = (lake.scan(table).filter(pl.col("source") == source) for table in raw.RAW)
        stored = sum(rows.select(pl.len()).collect().item() for rows in own)
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


def _known(lake: Lake, table: Table, source: str) -> pl.DataFrame:
    """All rows that a source brought, those set aside, too."""
    aside = lake.quarantine.rows(table).filter(source=source).select(table.columns)
    return pl.concat([_of_source(lake, table, source), aside])


def _of_source(lake: Lake, table: Table, source: str) -> pl.DataFrame:
    return lake.scan(table).filter(pl.col("source") == source).collect(engine="streaming")
