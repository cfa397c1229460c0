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


def with_record(
    rows: pl.LazyFrame, records: pl.LazyFrame, *, by: str, at: str, columns: list[str]
) -> pl.LazyFrame:
    """The rows with `columns` of the record of `by` that holds at `at`; null where none does.

    Records of one key must not overlap. Nearly every key has one record, which an equal join
    finds; only keys with several are searched by time.
    """
    dated = records.select(by, *columns, __start="valid_from", __end="valid_to")
    several = dated.group_by(by).len().filter(pl.col("len") > 1).select(by)
    single = dated.join(several, on=by, how="anti")
    found = [
        rows.join(several, on=by, how="anti").join(single, on=by, how="left"),
        rows.join(several, on=by, how="semi")
        .sort(at)
        .join_asof(
            dated.join(several, on=by, how="semi").sort("__start"),
            left_on=at,
            right_on="__start",
            by=by,
            strategy="backward",
            coalesce=False,
            check_sortedness=False,
        ),
    ]
    is_valid = holds(at, "__start", "__end")
    return (
        pl.concat(found, how="diagonal")
        .with_columns(pl.when(is_valid).then(pl.col(name)).alias(name) for name in columns)
        .drop("__start", "__end")
    )
