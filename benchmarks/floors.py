"""The noise floors of the Gini that the generated teams need: random draws, given to all alike.

Two random number generators do not draw the same, so SQL and pandas get the floors out of the
product's own team_weeks as a small table, and compute the Gini itself. The product draws anew.
"""

from pathlib import Path

import polars as pl

from models.metrics.windows import trailing

WEEKS = 8


def write_floors(tables: dict[str, pl.LazyFrame], path: Path) -> None:
    """team_id, week, noise: what gini_excess = (gini - noise) / (1 - noise) was made with."""
    who = ["team_id", "person_id"]
    observed = tables["metrics.present_weeks"].filter(
        "is_observed", pl.col("team_id").is_not_null()
    )
    counts = trailing(
        tables["metrics.hidden_minutes"].join(observed, on=["person_id", "week"], how="semi"),
        WEEKS,
        who,
        counts=["informal_act_count"],
    )
    n, acts = pl.len().cast(pl.Float64), pl.col("informal_act_count").sum().cast(pl.Float64)
    place = pl.int_range(1, pl.len() + 1)
    weighted = (pl.col("informal_act_count").sort() * place).sum().cast(pl.Float64)
    (
        observed.join(counts, on=[*who, "week"], how="left")
        .with_columns(pl.col("informal_act_count").fill_null(0))
        .group_by("team_id", "week")
        .agg(gini=(2.0 * weighted / (n * acts) - (n + 1.0) / n) * n / (n - 1.0))
        .join(tables["metrics.team_weeks"], on=["team_id", "week"])
        .filter(pl.col("gini_excess").is_not_null())
        .select(
            "team_id",
            "week",
            noise=(pl.col("gini") - pl.col("gini_excess")) / (1.0 - pl.col("gini_excess")),
        )
        .sink_parquet(path)
    )
