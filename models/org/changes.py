"""What a changed record touches: the stretches of time in which anything differs."""

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from models.tables.columns import MOMENT

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # stands for an open end while ends are compared


def touched(
    old: pl.LazyFrame,
    new: pl.LazyFrame,
    key: Sequence[str],
    interval: tuple[str, str],
    compare: Sequence[str],
) -> pl.LazyFrame:
    """Stretches of time in which the two tables say something different: touched_from, touched_to.

    Rows are the same record where `key` is equal, and say the same where `compare` is; `interval`
    names the columns between which they hold, an open end being null. A row that only ends sooner
    or later touches what lies between the two ends and nothing else. No rows: nothing differs.

    Raises:
        ColumnNotFoundError: a column named is in only one of the tables.
    """
    said = [*key, *compare]
    edges = pl.concat([_edges(old, -1, said, interval), _edges(new, 1, said, interval)])
    steps = edges.group_by(*said, "__at").agg(pl.col("__step").sum())
    until = pl.col("__at").shift(-1).over(said)
    return (
        steps.filter(pl.col("__step") != 0)
        .sort(*said, "__at")
        .with_columns(__differs=pl.col("__step").cum_sum().over(said) != 0, __until=until)
        .filter("__differs")
        .select(touched_from="__at", touched_to=pl.col("__until").replace(NEVER, None))
        .unique()
        .sort("touched_from", "touched_to", nulls_last=True)
    )


def _edges(
    rows: pl.LazyFrame, sign: int, said: Sequence[str], interval: tuple[str, str]
) -> pl.LazyFrame:
    """Where rows begin (sign) and where they end (minus sign)."""
    start, end = interval
    never = pl.lit(NEVER, MOMENT)
    begins = rows.select(*said, __at=start, __step=pl.lit(sign, pl.Int64))
    ends = rows.select(*said, __at=pl.col(end).fill_null(never), __step=pl.lit(-sign, pl.Int64))
    return pl.concat([begins, ends])
