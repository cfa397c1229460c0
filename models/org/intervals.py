"""Half-open intervals: what holds at a moment, and where two of them meet. Null is open."""

import polars as pl


def holds(at: str | pl.Expr, start: str = "valid_from", end: str = "valid_to") -> pl.Expr:
    """Whether the interval from `start` (null: ever) to `end` (null: open) holds at `at`."""
    moment = pl.col(at) if isinstance(at, str) else at
    begun = pl.col(start).is_null() | (pl.col(start) <= moment)
    return begun & (pl.col(end).is_null() | (pl.col(end) > moment))


def intersected(rows: pl.LazyFrame, start: str, end: str) -> pl.LazyFrame:
    """Rows whose valid_from/valid_to meet the interval in columns `start`, `end`, cut to it.

    The two columns are dropped; rows without a common moment go.
    """
    return (
        rows.with_columns(
            valid_from=pl.max_horizontal("valid_from", start),
            valid_to=pl.min_horizontal("valid_to", end),
        )
        .filter(
            pl.col("valid_from").is_null()
            | pl.col("valid_to").is_null()
            | (pl.col("valid_from") < pl.col("valid_to"))
        )
        .drop(start, end)
    )
