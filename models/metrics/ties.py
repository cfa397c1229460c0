"""Who led whom over 8 weeks (METHOD 6.4, lead-tie network)."""

import polars as pl

from models.division import divided
from models.metrics.windows import trailing
from models.settled import settled
from models.tables.metrics import LeadTiesSchema

PERSON = pl.Categorical(pl.Categories("person", "ties"))  # numbers, while they are counted
WEEKS = 8
FEWEST_ACTS = 3  # METHOD 6.4: weaker ties are dropped


def lead_ties(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Ties of three acts or more over the 8 weeks to each week, informal ones counted apart."""
    pair = ["actor_id", "target_id"]
    led = settled(
        acts.filter(
            pl.col("exclusion").is_null(),
            pl.col("actor_id").is_not_null(),
            pl.col("target_id").is_not_null(),
        ).select(
            pl.col(pair).cast(PERSON),
            "week",
            act_count=pl.lit(1, dtype=pl.Int64),
            informal_act_count=(pl.col("authority_class") == "informal").cast(pl.Int64),
            hours=divided(pl.col("credited_minutes"), 60.0),
        )
    )
    # Most pairs of a large company meet once or twice: they are never a tie.
    pairs = settled(
        led.group_by(pair)
        .len()
        .filter(pl.col("len") >= FEWEST_ACTS)
        .select(pair)
        .with_row_index("tie")
    )
    counts = ["act_count", "informal_act_count"]
    return (
        trailing(led.join(pairs, on=pair), WEEKS, ["tie"], counts=counts, quantities=["hours"])
        .filter(pl.col("act_count") >= FEWEST_ACTS)
        .join(pairs, on="tie")
        .with_columns(pl.col(pair).cast(pl.String))
        .select(LeadTiesSchema.column_names())
    )
