"""Taking out of the lake what retention keeps no longer, and all bytes that no table needs."""

from collections.abc import Collection, Iterable
from datetime import date

import polars as pl
from deltalake import DeltaTable

from models.tables import Table
from warehouse import commits, storage
from warehouse.commits import Purged, State
from warehouse.lake import Lake
from warehouse.snapshot import Snapshot

RECENT = 20  # commits among which the last purge is looked for; a night makes some four


def purge(
    lake: Lake, tables: Iterable[Table], before: date, kept_sources: Collection[str] = ()
) -> dict[str, int]:
    """Removes rows of weeks that begin before a date, and all bytes that no table needs.

    Result: rows removed, by table. Rows of `kept_sources` (public histories) stay: then tables
    without a source are left to the next refresh, which finds the changed weeks touched;
    otherwise old weeks go from every table without touching any. Nothing else may read or
    write the lake meanwhile.

    Raises:
        LakeError: storage refuses.
    """
    removed = {}
    asked = Purged(before, tuple(sorted(kept_sources)))
    for table in tables:
        removed[table.name] = _purge(lake, table, asked)
        now = lake.snapshot(table)
        _clean(now.delta, now.state, asked)
        _clean(lake.quarantine.opened(table), State(), asked)
    return removed


def _purge(lake: Lake, table: Table, asked: Purged) -> int:
    if table.week is None or (asked.kept_sources and "source" not in table.columns):
        return 0
    stays = pl.lit(value=False)
    if asked.kept_sources:
        stays = pl.col("source").is_in(asked.kept_sources)
    aside = lake.quarantine.rows(table)
    kept_aside = aside.filter((pl.col(table.week) >= asked.before) | stays)
    if kept_aside.height < aside.height:
        lake.quarantine.keep(table, kept_aside)
    old = _unseen(lake.snapshot(table), asked)
    if not old:
        return 0
    rows = lake.scan(table, old)
    going = int(rows.filter(~stays).select(pl.len()).collect(engine="streaming").item())
    if going and asked.kept_sources:
        lake.write_weeks(table, rows.filter(stays).collect(engine="streaming"), old)
    elif going:
        lake.drop_weeks(table, old)
    return going


def _clean(delta: DeltaTable | None, state: State, asked: Purged) -> None:
    """Deletes what no version needs of a table that was written since the last purge."""
    if delta is not None and commits.last_purge(delta.history(1)) is None:
        storage.vacuum(delta, commits.properties(state, (), {}, purged=asked))


def _unseen(now: Snapshot, asked: Purged) -> frozenset[date]:
    """Weeks before the date, but for those where the last purge on these terms left nothing."""
    old = frozenset(week for week in now.weeks() if week < asked.before)
    if not old or now.delta is None:
        return old
    earlier, since = commits.last_purge(now.delta.history(RECENT)) or (None, None)
    if earlier is None or since is None or earlier.kept_sources != asked.kept_sources:
        return old
    return frozenset(week for week in old if week >= earlier.before or week in since)
