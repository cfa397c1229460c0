"""Half-open intervals: what holds at a moment, and where two of them meet. Null is open."""

from datetime import UTC, datetime

import polars as pl

EVER = datetime(1, 1, 1, tzinfo=UTC)


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


def with_record(
    rows: pl.LazyFrame, records: pl.LazyFrame, *, by: str, at: str, columns: list[str]
) -> pl.LazyFrame:
    """The rows, by `at`, with `columns` of the record of `by` that holds then; null: none does.

    Records of one key must not overlap.
    """
    dated = records.select(
        by, *columns, __start=pl.col("valid_from").fill_null(EVER), __end="valid_to"
    )
    is_valid = pl.col("__end").is_null() | (pl.col("__end") > pl.col(at))
    return (
        rows.sort(at)
        .join_asof(
            dated.sort("__start"),
            left_on=at,
            right_on="__start",
            by=by,
            strategy="backward",
            coalesce=False,
            check_sortedness=False,
        )
        .with_columns(pl.when(is_valid).then(pl.col(name)).alias(name) for name in columns)
        .drop("__start", "__end")
    )
