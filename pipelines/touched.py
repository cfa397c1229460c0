"""Which weeks a changed small table concerns, so that only those are computed again."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from models.org.changes import touched
from models.tables import Table, org, raw
from models.weeks import monday, weeks_between
from warehouse.lake import Lake

WEEK = timedelta(weeks=1)


def weeks_of_events(lake: Lake) -> frozenset[date]:
    """Weeks in which any source has an event."""
    return frozenset().union(*(lake.weeks(table) for table in raw.EVENTS))


def touched_weeks(
    lake: Lake, table: Table, before: pl.DataFrame, after: pl.DataFrame, until: datetime
) -> frozenset[date] | None:
    """Weeks in which the two say something different; None: any, as it is not dated.

    From a week before the first events to a week after `until`: weeks of a person's own zone begin
    before or after those of UTC.
    """
    if before.sort(table.key).equals(after.select(before.columns).sort(table.key)):
        return frozenset()
    if table.interval is None:
        return None
    stored = weeks_of_events(lake)
    if not stored:
        return frozenset()
    if table == org.IDENTITIES:
        return _weeks_of_accounts(lake, before, after)
    first, last = min(stored) - WEEK, monday(until.astimezone(UTC).date()) + WEEK
    key = [name for name in table.key if name not in table.interval]
    compare = [name for name in table.columns if name not in (*key, *table.interval)]
    stretches = touched(before.lazy(), after.lazy(), key, table.interval, compare).collect()
    weeks: frozenset[date] = frozenset()
    for start, end in stretches.iter_rows():
        begins = max(first, monday(start.date()))
        ends = last if end is None else min(last, monday((end - timedelta(microseconds=1)).date()))
        weeks |= frozenset(weeks_between(begins, ends))
    return weeks


def _weeks_of_accounts(lake: Lake, before: pl.DataFrame, after: pl.DataFrame) -> frozenset[date]:
    """Weeks with an event that names an account of which the two say something different.

    From when to when it occurs is not among that: who occurs again is nobody else than before.
    """
    said = [name for name in org.IDENTITIES.columns if name not in org.MOMENTS]
    other = pl.concat(
        [
            one.join(two, on=said, how="anti", nulls_equal=True).select("account_key", "valid_from")
            for one, two in ((before, after), (after, before))
        ]
    )
    if other.is_empty():
        return frozenset()
    first = monday(other.select(pl.col("valid_from").min()).item().date())
    found = [
        lake.scan(table, [week for week in lake.weeks(table) if week >= first])
        .filter(raw.names_any_of(table, other["account_key"]))
        .select(pl.col(str(table.week)).unique())
        for table in raw.RAW
        if table.week is not None
    ]
    weeks = pl.concat(found).collect(engine="streaming").to_series()
    return frozenset(weeks)
