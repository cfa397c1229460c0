"""The people led by each act. Acts with several targets bring their own rows."""

import polars as pl


def act_targets(*ledgers: pl.LazyFrame, several: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """One row per act and target of the ledgers given; acts on machines' work have none.

    `several` are the rows, in this shape, of acts that lead more than one person.
    """
    single = [
        ledger.filter(pl.col("target_id").is_not_null(), pl.col("target_count") == 1).select(
            "act_id", "target_id", "utc_week"
        )
        for ledger in ledgers
    ]
    return pl.concat([*single, *([] if several is None else [several])])
