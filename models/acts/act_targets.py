"""The people led by each act. Acts with several targets bring their own rows."""

import polars as pl


def act_targets(*ledgers: pl.LazyFrame) -> pl.LazyFrame:
    """One row per act and target of the ledgers given; acts on machines' work have none."""
    return pl.concat(
        [
            ledger.filter(pl.col("target_id").is_not_null()).select(
                "act_id", "target_id", "utc_week"
            )
            for ledger in ledgers
        ]
    )
