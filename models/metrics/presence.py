"""Who was there in a week: days present, contract hours, and whether the week was read."""

import polars as pl

from models.metrics.windows import trailing
from models.org.intervals import holds
from models.weeks import MINUTES_A_WEEK
from models.working_time import WAITING_PATTERN

ACTIVE_WEEKS = 8  # people of no team have rows this long after an act


def present_weeks(
    acts: pl.LazyFrame,
    *,
    people: pl.LazyFrame,
    absences: pl.LazyFrame,
    objections: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
    minutes_of_week: pl.LazyFrame,
    coverage: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row per person and week: team_id, contract_hours, present_days, is_observed.

    The team is the last of the week; days before somebody came or after they left are none.
    People of a team have a row in every week they belong to it, others in the 8 weeks from each
    act. A week is observed when every source was read whole; a person who objected is not.
    """
    active = trailing(
        acts.filter(pl.col("exclusion").is_null()).select(
            "week", person_id="actor_id", n=pl.lit(1, dtype=pl.Int64)
        ),
        ACTIVE_WEEKS,
        ["person_id"],
        counts=["n"],
    )
    weeks = coverage.group_by("week").agg(is_complete=pl.col("is_complete").all())
    monday = pl.col("week").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    stays = people.join(weeks, how="cross").filter(
        (pl.col("valid_from") < monday + pl.duration(days=7))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") > monday))
    )
    kept = pl.concat(
        [
            stays.filter(pl.col("team_id").is_not_null()),
            stays.filter(pl.col("team_id").is_null()).join(
                active, on=["person_id", "week"], how="semi"
            ),
        ]
    ).sort("person_id", "week", "valid_from")
    latest = ["team_id", "contract_hours_week", "working_hours", "location", "is_complete"]
    rows = kept.group_by("person_id", "week", maintain_order=True).agg(
        pl.col(latest).last(),
        employed_from=pl.col("valid_from").min(),
        employed_to=pl.when(pl.col("valid_to").is_not_null().all()).then(pl.col("valid_to").max()),
    )
    days = _present_days(rows, absences, holiday_dates, minutes_of_week)
    objected = (
        rows.select("person_id", "week")
        .join(objections, on="person_id")
        .filter(pl.col("valid_from") < monday + pl.duration(days=7))
        .select("person_id", "week", has_objected=pl.lit(value=True))
        .unique()
    )
    return (
        rows.join(days, on=["person_id", "week"], how="left")
        .join(objected, on=["person_id", "week"], how="left")
        .select(
            "person_id",
            "week",
            "team_id",
            present_days=pl.col("present_days").cast(pl.Float64),
            contract_hours=pl.col("contract_hours_week")
            * pl.col("present_days")
            / pl.col("pattern_days"),
            is_observed=pl.col("is_complete") & pl.col("has_objected").is_null(),
        )
    )


def _present_days(
    rows: pl.LazyFrame,
    absences: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
    minutes_of_week: pl.LazyFrame,
) -> pl.LazyFrame:
    """Working days of the pattern less holidays and absences, and the days of the pattern."""
    pattern_days = (
        minutes_of_week.filter("is_working", pl.col("minute") < MINUTES_A_WEEK)
        .select("working_hours", step=pl.col("minute") // 1440)
        .unique()
    )
    days = (
        rows.select(
            "person_id",
            "week",
            "location",
            "employed_from",
            "employed_to",
            pl.col("working_hours").fill_null(WAITING_PATTERN),
        )
        .join(pattern_days, on="working_hours")
        .with_columns(on=pl.col("week") + pl.duration(days="step"))
    )
    noon = pl.col("on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + pl.duration(hours=12)
    days = days.with_columns(noon=noon)
    away = (
        days.join(absences, on="person_id")
        .filter(holds("noon"))
        .select("person_id", "on", is_away=pl.lit(value=True))
        .unique()
    )
    off = holiday_dates.select("location", "on", is_off=pl.lit(value=True))
    present = (
        holds("noon", "employed_from", "employed_to")
        & pl.col("is_away").is_null()
        & pl.col("is_off").is_null()
    )
    return (
        days.join(away, on=["person_id", "on"], how="left")
        .join(off, on=["location", "on"], how="left")
        .group_by("person_id", "week")
        .agg(present_days=present.cast(pl.Int64).sum(), pattern_days=pl.len())
    )
