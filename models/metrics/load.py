"""Hours per person and week by authority, with the interval of what is hidden (METHOD 5)."""

import polars as pl

from models.division import divided
from models.metrics.fair_share import excess
from models.metrics.intervals import high, low, own_variance, person_square
from models.metrics.sums import total
from models.metrics.windows import trailing
from models.tables.metrics import HiddenMinutesSchema, PersonWeeksSchema

WEEKS = 8
HOUR = 60.0
HOURS_A_WEEK = 168.0
CLASSES = ("deliberate", "ordinary", "formal", "unknown")


def hidden_minutes(acts: pl.LazyFrame, *, present_weeks: pl.LazyFrame) -> pl.LazyFrame:
    """Hidden minutes and their own variance by person, week and kind; excess is of kind review."""
    above = excess(acts, present_weeks).filter(pl.col("excess_minutes") > 0)
    teams = present_weeks.select("person_id", "week", "team_id")
    informal = _counted(acts).filter(pl.col("authority_class") == "informal")
    cells = [
        informal.select(
            "week",
            "kind",
            person_id="actor_id",
            minutes="credited_minutes",
            held_minutes="held_minutes",
            excess_minutes=pl.lit(0.0),
            variance=own_variance(),
            informal_act_count=pl.lit(1, dtype=pl.Int64),
        ),
        above.select(
            "week",
            kind=pl.lit("review"),
            person_id="person_id",
            minutes="excess_minutes",
            held_minutes=pl.lit(0.0),
            excess_minutes="excess_minutes",
            variance=pl.lit(0.0),
            informal_act_count=pl.lit(0, dtype=pl.Int64),
        ),
    ]
    sums = ["minutes", "held_minutes", "excess_minutes", "variance"]
    return (
        pl.concat(cells)
        .group_by("person_id", "week", "kind")
        .agg(*(total(name).alias(name) for name in sums), pl.col("informal_act_count").sum())
        .join(teams, on=["person_id", "week"], how="left")
        .select(HiddenMinutesSchema.column_names())
    )


def person_weeks(
    acts: pl.LazyFrame,
    *,
    present_weeks: pl.LazyFrame,
    hidden_minutes: pl.LazyFrame,
    mandates: pl.LazyFrame,
    register_weeks: pl.LazyFrame,
    meeting_weeks: pl.LazyFrame,
) -> pl.LazyFrame:
    """Load of each person and week, in the shape of metrics.person_weeks.

    Measures are null in weeks not observed: what was not read is not zero. The 8-week mean is
    over observed weeks, with an interval of its own, because error terms are shared by weeks.
    Meeting hours are null for who was in no meeting of the eight weeks: no calendar of theirs.
    """
    key = ["person_id", "week"]
    sums = _by_person(hidden_minutes, key)
    rows = (
        present_weeks.join(_by_class(_counted(acts)), on=key, how="left")
        .join(_with_interval(sums, "hidden_hours", HOUR), on=key, how="left")
        .join(_eight_weeks(hidden_minutes, present_weeks), on=key, how="left")
        .join(sums.select(*key, "excess_minutes"), on=key, how="left")
        .join(_funded(mandates, present_weeks), on=key, how="left")
        .join(_in_meetings(meeting_weeks), on=key, how="left")
    )
    grades = register_weeks.select("week", "grade", place="team_id")
    return (
        _measures(rows)
        .with_columns(place=pl.col("team_id").fill_null(""))
        .join(grades, on=["place", "week"], how="left")
        .with_columns(evidence_grade="grade")
        .select(PersonWeeksSchema.column_names())
    )


def _counted(acts: pl.LazyFrame) -> pl.LazyFrame:
    return acts.filter(pl.col("exclusion").is_null(), pl.col("actor_id").is_not_null())


def _by_person(cells: pl.LazyFrame, key: list[str]) -> pl.LazyFrame:
    return cells.group_by(key).agg(
        total=total("minutes"),
        held=total("held_minutes"),
        excess_minutes=total("excess_minutes"),
        kinds_squared=total((pl.col("minutes") - pl.col("held_minutes")) ** 2),
        variance=total("variance"),
    )


def _with_interval(sums: pl.LazyFrame, name: str, divisor: float | str) -> pl.LazyFrame:
    """person_id, week and `name` with _low and _high, in hours."""
    scale = divisor if isinstance(divisor, float) else pl.col(divisor) * HOUR
    square = person_square("total", "held", "kinds_squared", "variance")
    return sums.select(
        "person_id",
        "week",
        divided(pl.col("total"), scale).alias(name),
        divided(low("total", square), scale).alias(f"{name}_low"),
        divided(high("total", square), scale).alias(f"{name}_high"),
    )


def _eight_weeks(hidden: pl.LazyFrame, present: pl.LazyFrame) -> pl.LazyFrame:
    """Mean hidden hours over the observed weeks of the last eight."""
    seen = present.filter("is_observed").select(
        "person_id", "week", weeks=pl.lit(1, dtype=pl.Int64)
    )
    cells = hidden.join(seen, on=["person_id", "week"])
    quantities = ["minutes", "held_minutes", "excess_minutes", "variance"]
    sums = trailing(cells, WEEKS, ["person_id", "kind"], quantities=quantities)
    observed = trailing(seen, WEEKS, ["person_id"], counts=["weeks"])
    totals = observed.join(
        _by_person(sums, ["person_id", "week"]), on=["person_id", "week"], how="left"
    ).with_columns(pl.col("total", "held", "kinds_squared", "variance").fill_null(0.0))
    return _with_interval(totals, "hidden_hours_8w", "weeks")


def _by_class(acts: pl.LazyFrame) -> pl.LazyFrame:
    minutes = pl.col("credited_minutes")
    return acts.group_by("week", person_id="actor_id").agg(
        *(
            total(minutes.filter(pl.col("authority_class") == name)).alias(f"{name}_minutes")
            for name in CLASSES
        ),
        after_hours_minutes=total(
            pl.col("after_hours_minutes").filter(pl.col("authority_class") == "informal")
        ),
        act_count=pl.len().cast(pl.Int64),
    )


def _funded(mandates: pl.LazyFrame, present: pl.LazyFrame) -> pl.LazyFrame:
    """Hours a week that delegated duties have time or pay for; without a budget, no limit."""
    duties = mandates.filter(
        pl.col("superseded_at").is_null(),
        pl.col("holder_type") == "person",
        pl.col("mandate_kind") == "delegated_duty",
        pl.col("compensated").is_in(["time", "pay"]),
    ).select(
        "valid_from",
        "valid_to",
        person_id="holder_id",
        funded=pl.col("time_budget_hours_week").fill_null(HOURS_A_WEEK),
    )
    monday = pl.col("week").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return (
        present.select("person_id", "week")
        .join(duties, on="person_id")
        .filter(
            (pl.col("valid_from") < monday + pl.duration(days=7))
            & (pl.col("valid_to").is_null() | (pl.col("valid_to") > monday))
        )
        .group_by("person_id", "week")
        .agg(funded_hours=total("funded"))
    )


def _in_meetings(meeting_weeks: pl.LazyFrame) -> pl.LazyFrame:
    """Meeting hours of a week, 0 where only one of the seven weeks before has a meeting."""
    known = trailing(
        meeting_weeks.select("person_id", "week", n=pl.lit(1, dtype=pl.Int64)),
        WEEKS,
        ["person_id"],
        counts=["n"],
    )
    return known.join(meeting_weeks, on=["person_id", "week"], how="left").select(
        "person_id", "week", pl.col("meeting_hours").fill_null(0.0)
    )


def _measures(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Measures in hours: 0 in an observed week without acts, null in one not observed."""
    weekly = ["hidden_hours", "hidden_hours_low", "hidden_hours_high"]
    eight = ["hidden_hours_8w", "hidden_hours_8w_low", "hidden_hours_8w_high"]
    deliberate = divided(pl.col("deliberate_minutes").fill_null(0.0), HOUR)
    hours = [
        *(pl.col(name).fill_null(0.0) for name in weekly),
        pl.when(pl.col("team_id").is_not_null())
        .then(divided(pl.col("excess_minutes").fill_null(0.0), HOUR))
        .alias("excess_hours"),
        *(
            divided(pl.col(f"{name}_minutes").fill_null(0.0), HOUR).alias(f"{name}_hours")
            for name in CLASSES
        ),
        (deliberate - pl.col("funded_hours").fill_null(0.0)).clip(0.0).alias("unfunded_hours"),
        divided(pl.col("after_hours_minutes").fill_null(0.0), HOUR).alias("after_hours_hours"),
        pl.col("act_count").fill_null(0),
    ]
    measured = rows.with_columns(hours)
    names = [*weekly, *eight, "excess_hours", "unfunded_hours", "after_hours_hours", "act_count",
             "meeting_hours",             *(f"{name}_hours" for name in CLASSES)]  # fmt: skip
    return measured.with_columns(
        pl.when("is_observed").then(pl.col(name)).alias(name) for name in names
    )
