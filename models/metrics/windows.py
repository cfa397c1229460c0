"""Sums over the weeks before: each weekly row counts in its own week and those after it."""

import polars as pl

from models.division import divided
from models.metrics.sums import PARTS, parts
from models.settled import settled

DAYS = 2**20  # days on one line; 1970 is in its middle, so years from 535 to 3405 fit


def trailing(
    rows: pl.LazyFrame,
    weeks: int,
    by: list[str],
    *,
    counts: list[str] | None = None,
    quantities: list[str] | None = None,
) -> pl.LazyFrame:
    """Sums over the `weeks` weeks ending with each week, by `by` and week, which is a Monday.

    `counts` are whole numbers, `quantities` are not. A week has a row if any of its window has
    one, so rows run on past the last week given.

    Each weekly row enters where it is and leaves `weeks` weeks on. The lines of weeks are laid end
    to end, so one running sum, in whole numbers, gives every window.
    """
    names = [*(counts or []), *(quantities or [])]
    weekly = settled(
        rows.group_by(*by, "week").agg(
            *(pl.col(name).sum().cast(pl.Int64) for name in counts or []),
            *(parts(name).alias(name) for name in quantities or []),
        )
    )
    lines = settled(weekly.select(by).unique().with_row_index("line"))
    enters = weekly.join(lines, on=by, nulls_equal=True).select(
        *names,
        present=pl.lit(1, dtype=pl.Int64),
        place=pl.col("line").cast(pl.Int64) * DAYS + DAYS // 2 + pl.col("week").cast(pl.Int32),
    )
    leaves = enters.with_columns(-pl.col("present", *names), place=pl.col("place") + 7 * weeks)
    sums = settled(
        pl.concat([enters, leaves])
        .group_by("place")
        .agg(pl.col("present", *names).sum())
        .sort("place")
    )
    return (
        sums.with_columns(pl.col("present", *names).cum_sum(), until=pl.col("place").shift(-1))
        .filter(pl.col("present") > 0)
        .with_columns(place=pl.int_ranges("place", "until", step=7))
        .explode("place")
        .with_columns(
            line=(pl.col("place") // DAYS).cast(pl.UInt32),
            week=(pl.col("place") % DAYS - DAYS // 2).cast(pl.Int32).cast(pl.Date),
        )
        .join(lines, on="line")
        .select(
            *by,
            "week",
            *(counts or []),
            *(divided(pl.col(name).cast(pl.Float64), PARTS) for name in quantities or []),
        )
    )
