"""When something happened for whoever did it: the week of their zone, and after their hours or not.

Zones, patterns and places are numbers here, packed into one key a join: with strings it costs
several times as much.
"""

import polars as pl

from models.org.intervals import holds, with_record
from models.settled import settled
from models.weeks import MINUTES_A_WEEK, slot
from models.working_time import DEFAULT_PATTERN

MINUTE_US = 60_000_000
DAY_US = 24 * 60 * MINUTE_US
MONDAY = 3  # 1970-01-01 was a Thursday, three days after one
ROOM = 1 << 32  # more than there are half hours, days or minutes of a week


def numbered(acts: pl.LazyFrame) -> pl.LazyFrame:
    """The people who act, with a number each: actor_id, actor."""
    people = acts.select("actor_id").unique().drop_nulls().sort("actor_id")
    return settled(people.with_row_index("actor"))


def with_local_time(
    acts: pl.LazyFrame,
    actors: pl.LazyFrame,
    people: pl.LazyFrame,
    offsets: pl.LazyFrame,
    company_zone: str,
    minutes_of_week: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts with week, local_us (wall time in microseconds since 1970), pattern and place.

    Acts and `actors` have `actor`, the number of `numbered`. Who is not in people has the company's
    zone and the default pattern (METHOD 4.3). Pattern and place become numbers that
    `with_after_hours` takes.
    """
    zones = _numbers(offsets, "zone", company_zone)
    patterns = _numbers(minutes_of_week, "working_hours", DEFAULT_PATTERN)
    places = _numbers(holiday_dates, "location")
    known = (
        people.select(
            "person_id", "location", "valid_from", "valid_to",
            zone=pl.col("time_zone").fill_null(company_zone),
            working_hours=pl.col("working_hours").fill_null(DEFAULT_PATTERN),
        )
        .join(zones, on="zone", how="left")
        .join(patterns, on="working_hours", how="left")
        .join(places, on="location", how="left")
        .select(
            "valid_from", "valid_to", "zone_no", "working_hours_no", "location_no",
            actor_id="person_id",
        )
    )  # fmt: skip
    records = settled(known.join(actors, on="actor_id").drop("actor_id"))
    columns = ["zone_no", "working_hours_no", "location_no"]
    placed = with_record(acts, records, by="actor", at="happened_at", columns=columns)
    by_slot = offsets.join(zones, on="zone").select(
        "offset_minutes", slot_key=_packed("zone_no", pl.col("slot"))
    )
    local = pl.col("happened_at").dt.epoch("us") + pl.col("offset_minutes").fill_null(0) * MINUTE_US
    day = pl.col("local_us") // DAY_US
    return (
        placed.with_columns(pl.col("zone_no", "working_hours_no").fill_null(0))
        .with_columns(slot_key=_packed("zone_no", slot("happened_at")))
        .join(by_slot, on="slot_key", how="left")
        .with_columns(local_us=local)
        .with_columns(week=(day - (day + MONDAY) % 7).cast(pl.Int32).cast(pl.Date))
        .drop("slot_key", "offset_minutes", "zone_no")
    )


def with_after_hours(
    pieces: pl.LazyFrame,
    actors: pl.LazyFrame,
    absences: pl.LazyFrame,
    minutes_of_week: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
) -> pl.LazyFrame:
    """Pieces with is_after_hours and the part of credited_minutes outside the working pattern.

    The part is that of the piece's interval, `length` minutes up to `ended_us`, in local time; a
    public holiday or an absence makes all of it after hours (METHOD 4.3).
    """
    places = _numbers(holiday_dates, "location")
    off = (
        holiday_dates.join(places, on="location")
        .select(day_key=_packed("location_no", pl.col("on").cast(pl.Int32).cast(pl.Int64)))
        .unique()
        .with_columns(is_off=pl.lit(value=True))
    )
    patterns = _numbers(minutes_of_week, "working_hours", DEFAULT_PATTERN)
    minutes = settled(
        minutes_of_week.join(patterns, on="working_hours").select(
            "working_hours_no", "minute", "is_working", "worked_before",
            key=_packed("working_hours_no", pl.col("minute")),
        )
    )  # fmt: skip
    ends = minutes.select("is_working", end_key="key", worked_end="worked_before")
    starts = minutes.select(start_key="key", worked_start="worked_before")
    weekly = minutes.filter(pl.col("minute") == MINUTES_A_WEEK).select(
        "working_hours_no", worked_week="worked_before"
    )
    length = pl.col("length").fill_null(0.0).round().cast(pl.Int64)
    minute = (pl.col("ended_us") + MONDAY * DAY_US) // MINUTE_US % MINUTES_A_WEEK
    worked = (
        pl.col("worked_end")
        - pl.col("worked_start")
        + pl.when(pl.col("minute") < length).then("worked_week").otherwise(0)
    )
    share_off = (1.0 - worked.cast(pl.Float64) / length.cast(pl.Float64)).clip(0.0, 1.0)
    is_free = pl.col("is_off").fill_null(value=False) | pl.col("is_away").fill_null(value=False)
    has_clock = pl.col("is_moment_own") & pl.col("actor").is_not_null()
    return (
        pieces.with_columns(minute=minute)
        .with_columns(
            end_key=_packed("working_hours_no", pl.col("minute")),
            start_key=_packed("working_hours_no", (pl.col("minute") - length) % MINUTES_A_WEEK),
            day_key=_packed("location_no", pl.col("local_us") // DAY_US),
        )
        .join(ends, on="end_key", how="left")
        .join(starts, on="start_key", how="left")
        .join(weekly, on="working_hours_no", how="left")
        .join(off, on="day_key", how="left")
        .join(_away(pieces, actors, absences), on="row", how="left")
        .with_columns(
            is_after_hours=pl.when(has_clock).then(is_free | ~pl.col("is_working")),
            after_hours_minutes=pl.when(has_clock)
            .then(
                pl.col("credited_minutes")
                * pl.when(is_free | (length == 0))
                .then(is_free.cast(pl.Float64))
                .otherwise(share_off)
            )
            .otherwise(0.0),
        )
    )


def _away(pieces: pl.LazyFrame, actors: pl.LazyFrame, absences: pl.LazyFrame) -> pl.LazyFrame:
    """Rows whose actor is away at the moment."""
    spans = settled(absences.join(actors, left_on="person_id", right_on="actor_id"))
    return (
        pieces.select("row", "actor", "happened_at")
        .join(spans.select("actor", "valid_from", "valid_to"), on="actor")
        .filter(holds("happened_at"))
        .select("row")
        .unique()
        .with_columns(is_away=pl.lit(value=True))
    )


def _numbers(rows: pl.LazyFrame, name: str, first: str = "") -> pl.LazyFrame:
    """The distinct values of a column with a number each, as `<name>_no`; `first` is 0."""
    values = rows.select(name).unique().drop_nulls().sort(pl.col(name) != first, name)
    return settled(values.with_row_index(f"{name}_no").with_columns(pl.first().cast(pl.Int64)))


def _packed(number: str, other: pl.Expr) -> pl.Expr:
    """Two whole numbers as one key."""
    return pl.col(number) * ROOM + other.cast(pl.Int64)
