"""How much of what happened the register of owners can explain: the gate of METHOD 2.2."""

import polars as pl

from models.metrics.windows import trailing
from models.tables.metrics import RegisterWeeksSchema

WEEKS = 8
# METHOD 2.2, register gates: least resolved share, most stale share.
GATES = {"A": (0.95, 0.05), "B": (0.90, 0.10), "C": (0.80, 0.15)}


def register_weeks(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Grade by team of the actors and week, over 8 weeks; team_id is empty for all acts."""
    counted = acts.filter(pl.col("exclusion").is_null(), pl.col("target_count") > 0).select(
        "team_id",
        "week",
        targeted_count=pl.lit(1, dtype=pl.Int64),
        resolved=pl.col("is_scope_resolved").cast(pl.Int64),
        stale=(pl.col("is_stale") & pl.col("is_scope_resolved")).cast(pl.Int64),
    )
    everyone = counted.with_columns(team_id=pl.lit(""))
    teams = counted.filter(pl.col("team_id").is_not_null())
    sums = ["targeted_count", "resolved", "stale"]
    over_weeks = trailing(pl.concat([everyone, teams]), WEEKS, ["team_id"], counts=sums)
    return (
        over_weeks.with_columns(
            resolved_share=pl.col("resolved") / pl.col("targeted_count"),
            stale_share=pl.when(pl.col("resolved") > 0).then(pl.col("stale") / pl.col("resolved")),
        )
        .with_columns(grade=_grade())
        .select(RegisterWeeksSchema.column_names())
    )


def _grade() -> pl.Expr:
    stale = pl.col("stale_share").fill_null(0.0)
    graded = pl.lit("D")
    for grade, (resolved, most_stale) in reversed(GATES.items()):
        passes = (pl.col("resolved_share") >= resolved) & (stale <= most_stale)
        graded = pl.when(passes).then(pl.lit(grade)).otherwise(graded)
    return graded
