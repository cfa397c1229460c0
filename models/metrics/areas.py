"""Who owns an area by the register, and who leads it in practice over 52 weeks."""

import polars as pl

from models.authority.register import holdings
from models.metrics.windows import trailing
from models.org.intervals import holds
from models.tables.metrics import AreaOwnersSchema, AreasSchema

WEEKS = 52
FEWEST_ACTS = 10  # METHOD 6.1 S7 and S2: below it nobody is said to lead
HALF_LIFE_WEEKS = 26.0  # METHOD D2: recency half-life 180 days
NO_AREAS = ("company", "team", "person")


def area_owners(
    traces: pl.LazyFrame, mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame
) -> pl.LazyFrame:
    """Published owners of each area and week with acts in the 52 weeks to it, at the week's end."""
    standing = mandates.filter(pl.col("superseded_at").is_null())
    held = holdings(standing, rotas, people).filter(pl.col("via_kinds") == "")
    week_end = (pl.col("week") + pl.duration(days=7)).cast(pl.Datetime("us")).dt.replace_time_zone(
        "UTC"
    ) - pl.duration(microseconds=1)
    return (
        _area_weeks(traces)
        .select("scope_type", "scope_id", "week")
        .join(held, on=["scope_type", "scope_id"])
        .with_columns(week_end=week_end)
        .filter(holds("week_end"))
        .select("scope_type", "scope_id", "week", owner_id="person_id")
        .unique()
        .select(AreaOwnersSchema.column_names())
    )


def areas(traces: pl.LazyFrame, area_owners: pl.LazyFrame) -> pl.LazyFrame:
    """Each area and week: who leads most, who would without a mandate, and whether owners do.

    The leader has most acts for others over 52 weeks (ties: the earlier id). The candidate is the
    one without a mandate there who has most own work and work for others, older weeks counting
    less (half-life 26 weeks), divided by the square root of what they do everywhere, so that who
    is busy everywhere is not the candidate everywhere. A repository is an area only where it has
    owners.
    """
    area = ["scope_type", "scope_id", "week"]
    people = _people_weeks(traces)
    owners = area_owners.select(*area, person_id="owner_id", is_owner=pl.lit(value=True))
    placed = people.join(owners, on=[*area, "person_id"], how="left").with_columns(
        pl.col("is_owner").fill_null(value=False)
    )
    led = placed.filter(pl.col("led_count") > 0).sort(
        "led_count", "person_id", descending=[True, False]
    )
    leaders = led.group_by(area, maintain_order=True).agg(
        leader_id=pl.col("person_id").first(),
        leader_count=pl.col("led_count").first(),
        act_count=pl.col("led_count").sum(),
        informal_count=pl.col("led_count").filter(~pl.col("is_owner")).sum(),
    )
    everywhere = placed.group_by("person_id", "week").agg(total=pl.col("recent").sum())
    candidates = (
        placed.filter(~pl.col("is_owner"))
        .join(everywhere, on=["person_id", "week"])
        .with_columns(weight=pl.col("recent") / pl.col("total").sqrt())
        .sort("weight", "person_id", descending=[True, False])
        .group_by(area, maintain_order=True)
        .agg(candidate_id=pl.col("person_id").first())
    )
    owned = owners.group_by(area).agg(owner_ids=pl.col("person_id"))
    enough = pl.col("act_count") >= FEWEST_ACTS
    return (
        placed.select(area)
        .unique()
        .join(leaders, on=area, how="left")
        .join(candidates, on=area, how="left")
        .join(owned, on=area, how="left")
        .with_columns(pl.col("act_count").fill_null(0))
        .with_columns(
            leader_id=pl.when(enough).then("leader_id"),
            leader_share=pl.when(enough).then(pl.col("leader_count") / pl.col("act_count")),
            informal_share=pl.when(enough).then(pl.col("informal_count") / pl.col("act_count")),
            candidate_id=pl.when(enough).then("candidate_id"),
        )
        .with_columns(
            match=pl.when(~enough)
            .then(pl.lit("too_few"))
            .when(pl.col("owner_ids").is_null())
            .then(pl.lit("no_owner"))
            .when(pl.col("owner_ids").list.contains(pl.col("leader_id")))
            .then(pl.lit("matches"))
            .otherwise(pl.lit("differs"))
        )
        .filter((pl.col("scope_type") != "repository") | pl.col("owner_ids").is_not_null())
        .select(AreasSchema.column_names())
    )


def _weekly(traces: pl.LazyFrame) -> pl.LazyFrame:
    return traces.filter(~pl.col("scope_type").is_in(NO_AREAS)).select(
        "person_id", "scope_type", "scope_id", "own_count", "led_count", week="utc_week"
    )


def _area_weeks(traces: pl.LazyFrame) -> pl.LazyFrame:
    return trailing(_weekly(traces), WEEKS, ["led_count"], ["scope_type", "scope_id"])


def _people_weeks(traces: pl.LazyFrame) -> pl.LazyFrame:
    """Per area, person and week: acts for others over 52 weeks, and all work with its recency.

    Recency by weeks since: a trace of k weeks ago counts 2^(-k / half-life).
    """
    steps = pl.LazyFrame({"step": range(WEEKS)}, schema={"step": pl.Int32})
    decay = (-pl.col("step").cast(pl.Float64) / HALF_LIFE_WEEKS * 0.6931471805599453).exp()
    return (
        _weekly(traces)
        .group_by("scope_type", "scope_id", "person_id", "week")
        .agg(pl.col("own_count", "led_count").sum())
        .join(steps, how="cross")
        .with_columns(
            week=(pl.col("week").cast(pl.Int32) + 7 * pl.col("step")).cast(pl.Date),
            recent=(pl.col("own_count") + pl.col("led_count")).cast(pl.Float64) * decay,
        )
        .group_by("scope_type", "scope_id", "person_id", "week")
        .agg(pl.col("led_count").sum(), pl.col("recent").sum())
    )
