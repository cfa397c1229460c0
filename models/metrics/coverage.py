"""What was read of each source, week by week, and what is missing."""

from datetime import UTC, datetime

import polars as pl

from models.tables.metrics import CoverageSchema
from models.weeks import utc_week


def coverage(
    records: pl.LazyFrame, readings: pl.LazyFrame, until: datetime, zone: str
) -> pl.LazyFrame:
    """One row per source and week from where it was to be read to `until`.

    `records` has source, week and count; `readings` source, since, read_until and last_sync_at
    (null: never read), and problem (null: none is known). A week that was read and has no record
    has 0, one that was not read has none. Complete is a week read to its end, or to `until`. Both
    are midnights of the company's `zone`: east of UTC the week of a Monday's reading is whole, also
    in later nights in which the source could not be read. Where something is known to be missing,
    weeks before the first record are taken to be what is missing.
    """
    end = pl.lit(until.astimezone(UTC), pl.Datetime("us", "UTC"))
    last = utc_week(end - pl.duration(microseconds=1))
    midnight = (pl.col("week") + pl.duration(days=7)).cast(pl.Datetime("us"))
    week_end = midnight.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    is_read = pl.col("read_until") >= pl.min_horizontal(week_end.dt.convert_time_zone("UTC"), end)
    first = records.group_by("source").agg(first=pl.col("week").min())
    weeks = readings.with_columns(
        week=pl.date_ranges(utc_week(pl.col("since")), last, "1w")
    ).explode("week")
    is_missing = pl.col("problem").is_not_null() & (
        pl.col("first").is_null() | (pl.col("week") < pl.col("first"))
    )
    return (
        weeks.join(records, on=["source", "week"], how="left")
        .join(first, on="source", how="left")
        .with_columns(is_read=is_read.fill_null(value=False))
        .select(
            "source",
            "week",
            records=pl.when("is_read").then(pl.col("count").fill_null(0)).otherwise("count"),
            last_sync_at="last_sync_at",
            is_complete=pl.col("is_read") & ~is_missing,
            problem=pl.when(~pl.col("is_read") | is_missing | (pl.col("week") == last)).then(
                "problem"
            ),
        )
        .select(CoverageSchema.column_names())
    )
