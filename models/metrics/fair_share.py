"""Reviews above the fair share of a team's baseline duty (METHOD 4.4)."""

import polars as pl

from models.authority.grants import BASELINE_KINDS
from models.metrics.intervals import PACE, low, own_variance
from models.metrics.sums import total
from models.metrics.windows import trailing

WEEKS = 8


def excess(acts: pl.LazyFrame, present: pl.LazyFrame) -> pl.LazyFrame:
    """Minutes above the fair share: person_id, week, team_id, excess_minutes.

    A person's share of each review is by contract hours present among the members present but the
    author, who may be none of them. Only baseline duties enter, and of them ordinary acts, so none
    under an own mandate: asking an owner is ordinary too, and nobody owes a share of it. Excess
    counts only if its 5 % bound over 8 weeks is above 0; the 8 weeks' excess is then laid on the
    weeks by the person's own minutes, and is 0 elsewhere. Rows for people of a team only.

    The bound is that of own minutes, less the share as expected: of pace and of the acts' minutes,
    and of their number, since who happens to take two reviews of two carries nothing yet.
    Kind and session bias are the same on both sides.
    """
    members = present.filter(pl.col("team_id").is_not_null()).with_columns(
        weight=pl.coalesce("contract_hours", 8.0 * pl.col("present_days")).fill_null(0.0)
    )
    week = ["team_id", "week"]
    person = ["person_id", *week]
    ordinary = acts.filter(
        pl.col("kind").is_in(BASELINE_KINDS),
        pl.col("authority") == "ordinary",
        pl.col("team_id").is_not_null(),
    )
    own = ordinary.group_by(person_id="actor_id", team_id="team_id", week="week").agg(
        own=total("credited_minutes"),
        variance=total(own_variance() + pl.col("credited_minutes") ** 2),
    )
    authored = ordinary.group_by(person_id="target_id", team_id="team_id", week="week").agg(
        authored=total("credited_minutes")
    )
    shares = (
        members.join(own, on=person, how="left")
        .join(authored, on=person, how="left")
        .with_columns(pl.col("own", "variance", "authored").fill_null(0.0))
        .with_columns(team_weight=total("weight").over(week))
        .with_columns(others=pl.col("team_weight") - pl.col("weight"))
        .with_columns(
            owed=pl.when(pl.col("others") > 0)
            .then(pl.col("authored") / pl.col("others"))
            .otherwise(0.0)
        )
        .with_columns(
            by_others=(total("own").over(week) - total("authored").over(week)).clip(0.0),
            owed_to_all=total("owed").over(week),
        )
        .with_columns(
            expected=pl.col("weight") * (pl.col("owed_to_all") - pl.col("owed"))
            + pl.when(pl.col("team_weight") > 0)
            .then(pl.col("weight") / pl.col("team_weight") * pl.col("by_others"))
            .otherwise(0.0)
        )
    )
    sums = ["own", "expected", "variance"]
    over_weeks = trailing(shares, WEEKS, ["person_id", "team_id"], quantities=sums).rename(
        {name: f"{name}_8w" for name in sums}
    )
    difference = pl.col("own_8w") - pl.col("expected_8w")
    square = PACE * (pl.col("own_8w") ** 2 + pl.col("variance_8w"))
    is_sure = low("own_8w", square) > pl.col("expected_8w")
    return shares.join(over_weeks, on=person).select(
        "person_id",
        "week",
        "team_id",
        excess_minutes=pl.when(is_sure & (pl.col("own_8w") > 0))
        .then(difference * pl.col("own") / pl.col("own_8w"))
        .otherwise(0.0),
    )
