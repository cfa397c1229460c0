"""M10: look at what the work costs those who do it, before it becomes part of nobody's plan.

Source: METHOD 7, move 10; its other triggers (overload watch, peers, trend) come with their signs.
"""

import polars as pl

from models.division import divided
from models.metrics.intervals import high, low, own_variance, person_square
from models.metrics.sums import total
from models.moves.seen import OCCASION, Seen
from models.signs import words

LEAST_HOURS = 1.0  # the 5 % bound of a person's hidden hours in the window
MINUTES = 60.0


def watch_load(seen: Seen) -> pl.LazyFrame:
    """One row a finding of S4 in whose days somebody it counts surely spent an hour or more.

    Only whom the finding names is named here, with their hours.
    """
    heavy = _hidden_hours(seen).filter(pl.col("hours_low") >= LEAST_HOURS)
    people = heavy.group_by("finding_id").agg(people_count=pl.len().cast(pl.Int64))
    own = heavy.select("finding_id", "hours_low", "hours_high", person_id="actor_id")
    who = words.person("person_id")
    hours = pl.format(
        "{} to {} hours {}",
        words.half_hours("hours_low"),
        words.half_hours("hours_high"),
        words.days("window_start", "window_end"),
    )
    is_named = pl.col("hours_low").is_not_null()
    return (
        seen.of("S4")
        .join(people, on="finding_id")
        .join(own, on=["finding_id", "person_id"], how="left")
        .select(
            *OCCASION,
            "window_kind",
            "window_start",
            "window_end",
            finding_ids=pl.concat_list("finding_id"),
            sentence=pl.when(is_named)
            .then(
                pl.format(
                    "Look at what leading work outside recorded roles costs {} around {}: {}, 9 "
                    "times in 10. Give it time in the plan, or share it out.",
                    who,
                    words.scope(),
                    hours,
                )
            )
            .otherwise(
                pl.format(
                    "Look at what giving out work around {} costs those who do it, {} of whom "
                    "surely spent an hour or more. Give it time in the plan, or share it out.",
                    words.scope(),
                    "people_count",
                )
            ),
            first_step=pl.when(is_named)
            .then(
                pl.format(
                    "Ask {} what to keep and what to give away, and set that time aside until the "
                    "review.",
                    who,
                )
            )
            .otherwise(
                pl.lit(
                    "Ask those who do it what to keep and what to give away, and set that time "
                    "aside until the review."
                )
            ),
            check_metric=pl.lit("hidden hours, and their share of contract time"),
        )
    )


def _hidden_hours(seen: Seen) -> pl.LazyFrame:
    """finding_id, actor_id, hours_low and hours_high: of all informal acts in the days of each S4.

    Of those who made the hand-outs that it counts as informal.
    """
    doers = (
        seen.counted_acts()
        .filter(pl.col("authority_class") == "informal")
        .select("finding_id", "actor_id")
        .unique()
    )
    about = seen.of("S4").select("finding_id", "window_start", "window_end")
    informal = seen.acts.filter(
        pl.col("authority_class") == "informal", pl.col("exclusion").is_null()
    ).with_columns(variance=own_variance())
    within = seen.in_window(informal, about.join(doers, on="finding_id"), ["actor_id"])
    key = ["finding_id", "actor_id"]
    by_kind = within.group_by(*key, "kind").agg(
        minutes=total("credited_minutes"),
        held=total("held_minutes"),
        variance=total("variance"),
    )
    sums = by_kind.group_by(key).agg(
        total=total("minutes"),
        held=total("held"),
        kinds_squared=total((pl.col("minutes") - pl.col("held")) ** 2),
        variance=total("variance"),
    )
    square = person_square("total", "held", "kinds_squared", "variance")
    return sums.select(
        *key,
        hours_low=divided(low("total", square), MINUTES),
        hours_high=divided(high("total", square), MINUTES),
    )
