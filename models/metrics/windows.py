"""Sums over the weeks before: each weekly row counts in its own week and those after it."""

import polars as pl


def trailing(rows: pl.LazyFrame, weeks: int, sums: list[str], by: list[str]) -> pl.LazyFrame:
    """Sums of `sums` over the `weeks` weeks ending with each week, by `by` and week.

    A week has a row if any of its window has one, so rows run on past the last week given.
    """
    steps = pl.LazyFrame({"step": range(weeks)}, schema={"step": pl.Int64})
    return (
        rows.group_by(*by, "week")
        .agg(pl.col(sums).sum())
        .join(steps, how="cross")
        .with_columns(
            week=(pl.col("week").cast(pl.Int32) + 7 * pl.col("step").cast(pl.Int32)).cast(pl.Date)
        )
        .group_by(*by, "week")
        .agg(pl.col(sums).sum())
    )
