"""Who led whom over 8 weeks (METHOD 6.4, lead-tie network)."""

import polars as pl

from models.metrics.windows import trailing
from models.tables.metrics import LeadTiesSchema

WEEKS = 8
FEWEST_ACTS = 3  # METHOD 6.4: weaker ties are dropped


def lead_ties(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Ties of three acts or more over the 8 weeks to each week, informal ones counted apart."""
    led = acts.filter(
        pl.col("exclusion").is_null(),
        pl.col("actor_id").is_not_null(),
        pl.col("target_id").is_not_null(),
    ).select(
        "actor_id",
        "target_id",
        "week",
        act_count=pl.lit(1, dtype=pl.Int64),
        informal_act_count=(pl.col("authority_class") == "informal").cast(pl.Int64),
        hours=pl.col("credited_minutes") / 60.0,
    )
    counts = ["act_count", "informal_act_count"]
    return (
        trailing(led, WEEKS, ["actor_id", "target_id"], counts=counts, quantities=["hours"])
        .filter(pl.col("act_count") >= FEWEST_ACTS)
        .select(LeadTiesSchema.column_names())
    )
