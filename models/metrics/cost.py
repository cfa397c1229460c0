"""Minutes of each act taken alone, with their interval (METHOD 4.1)."""

import polars as pl

from models.metrics.intervals import ATTENDED_VARIANCE
from models.metrics.priors import (
    KIND_BIAS_SD,
    PACE_SD,
    REVIEW_LINES_UNKNOWN,
    REVIEW_MOST_COMMENTS,
    REVIEW_MOST_LINES,
    SESSION_BIAS_MEDIAN,
    SESSION_BIAS_SD,
    Z90,
    capped_moment,
    lognormal_mean,
    median_minutes,
    of_prior,
)
from models.settled import settled
from models.tables.columns import KINDS

SHARED_SD = (KIND_BIAS_SD**2 + PACE_SD**2 + SESSION_BIAS_SD**2) ** 0.5
SHARED_MEAN = SESSION_BIAS_MEDIAN * lognormal_mean(SHARED_SD)
MOST_ITEMS = 1_000_000  # caps have long cut the minutes by then
SIZED = ("triage", "follow_up")  # kinds whose minutes grow with their items


def with_minutes(acts: pl.LazyFrame, held_meetings: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with minutes and their 5th and 95th percentile; null where an act is excluded.

    Adds desk_minutes, the part that is no meeting's own time, span_minutes, that time by the clock
    (0 elsewhere), and attended_share, what of it counts. Percentiles are of the capped act times
    the shared error terms: a cap cuts the act's own spread, so both are matched by their first two
    moments. They depend on kind and size only, so they are worked out once a size and not an act.
    """
    sized = settled(_with_meetings(acts, held_meetings).with_columns(size=_size()))
    sizes = settled(_minutes_of(sized))
    found = sized.join(sizes, on="size", how="left").drop("size", "is_series", "is_stamp")
    counted = pl.col("exclusion").is_null()
    desk = found.with_columns(
        pl.when(counted).then(pl.col(name)).alias(name)
        for name in ("desk_minutes", "minutes_low", "minutes_high")
    )
    is_meeting = pl.col("span_minutes") > 0
    alone = desk.filter(~is_meeting).with_columns(minutes="desk_minutes")
    return pl.concat([alone, _with_clock(desk.filter(is_meeting))], how="diagonal").drop("spread")


def _with_meetings(acts: pl.LazyFrame, held_meetings: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with is_series, span_minutes and attended_share: of meetings theirs, else nothing."""
    nothing = {
        "is_series": pl.lit(value=False),
        "span_minutes": pl.lit(0.0),
        "attended_share": pl.lit(1.0),
    }
    meetings = held_meetings.select(
        "act_id", "is_series", "attended_share", span_minutes="clock_minutes"
    )
    convened = acts.filter(pl.col("kind") == "convene").join(meetings, on="act_id", how="left")
    others = acts.filter(pl.col("kind") != "convene").with_columns(
        value.alias(name) for name, value in nothing.items()
    )
    filled = convened.with_columns(
        pl.col(name).fill_null(value) for name, value in nothing.items()
    ).select(others.collect_schema().names())
    return pl.concat([others, filled])


def _size() -> pl.Expr:
    """One number for kind and all that minutes depend on; acts of one number cost the same."""
    kind = pl.col("kind").cast(pl.Enum(KINDS)).to_physical().cast(pl.Int64)
    series, stamp = (pl.col(name).cast(pl.Int64) for name in ("is_series", "is_stamp"))
    return ((kind * 4 + series * 2 + stamp) * 512 + _lines()) * (2 * MOST_ITEMS) + _items()


def _lines() -> pl.Expr:
    lines = pl.col("lines_changed").fill_null(REVIEW_LINES_UNKNOWN).clip(0, REVIEW_MOST_LINES)
    return pl.when(pl.col("kind") == "review").then(lines).otherwise(0)


def _items() -> pl.Expr:
    items = pl.col("item_count")
    return (
        pl.when(pl.col("kind") == "review")
        .then(items.clip(0, REVIEW_MOST_COMMENTS))
        .when(pl.col("kind").is_in(SIZED))
        .then(items.clip(0, MOST_ITEMS))
        .otherwise(0)
    )


def _minutes_of(sized: pl.LazyFrame) -> pl.LazyFrame:
    """size, desk_minutes, minutes_low and minutes_high of each size, and their spread."""
    sizes = sized.group_by("size").agg(
        pl.col("kind", "is_series", "is_stamp").first(),
        lines_changed=_lines().first(),
        item_count=_items().first(),
    )
    priors = sizes.with_columns(
        median=median_minutes(), own=of_prior("spread"), cap=of_prior("cap")
    )
    first = capped_moment(pl.col("median"), pl.col("own"), pl.col("cap"), 1)
    second = capped_moment(pl.col("median"), pl.col("own"), pl.col("cap"), 2)
    return (
        priors.with_columns(
            desk_minutes=first * SHARED_MEAN,
            spread=(second.log() - 2.0 * first.log() + SHARED_SD**2).sqrt(),
        )
        .with_columns(
            minutes_low=_percentile("desk_minutes", -Z90),
            minutes_high=_percentile("desk_minutes", Z90),
        )
        .select("size", "desk_minutes", "minutes_low", "minutes_high", "spread")
    )


def _with_clock(meetings: pl.LazyFrame) -> pl.LazyFrame:
    """Acts of convening with their time by the clock added; a lognormal of both parts' moments."""
    desk = pl.col("desk_minutes")
    clock = pl.col("span_minutes") * pl.col("attended_share")
    variance = desk**2 * ((pl.col("spread") ** 2).exp() - 1.0) + ATTENDED_VARIANCE * clock**2
    return meetings.with_columns(
        minutes=desk + clock, spread=(1.0 + variance / (desk + clock) ** 2).log().sqrt()
    ).with_columns(
        minutes_low=_percentile("minutes", -Z90), minutes_high=_percentile("minutes", Z90)
    )


def _percentile(minutes: str, z: float) -> pl.Expr:
    spread = pl.col("spread")
    return pl.col(minutes) * (z * spread - spread * spread / 2.0).exp()
