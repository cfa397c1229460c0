"""Sums over the weeks before: each weekly row counts in its own week and those after it."""

import polars as pl

from models.metrics.sums import total


def trailing(
    rows: pl.LazyFrame,
    weeks: int,
    by: list[str],
    *,
    counts: list[str] | None = None,
    quantities: list[str] | None = None,
) -> pl.LazyFrame:
    """Sums over the `weeks` weeks ending with each week, by `by` and week.

    `counts` are whole numbers, `quantities` are not. A week has a row if any of its window has
    one, so rows run on past the last week given.
    """
    steps = pl.LazyFrame({"step": range(weeks)}, schema={"step": pl.Int32})
    sums = [
        *(pl.col(name).sum() for name in counts or []),
        *(total(name).alias(name) for name in quantities or []),
    ]
    return (
        rows.group_by(*by, "week")
        .agg(sums)
        .join(steps, how="cross")
        .with_columns(week=(pl.col("week").cast(pl.Int32) + 7 * pl.col("step")).cast(pl.Date))
        .group_by(*by, "week")
        .agg(sums)
    )
