"""Minutes of each act, overlaps of one person counted once, and what lies after hours.

METHOD 4.1 to 4.3. An act whose moment is its actor's own takes the minutes before that moment;
the union per person is built from intervals of mean length, and minutes covered by several
classes go to formal, then deliberate, ordinary, informal, unknown. Acts known only by when the
work landed (reviews in commit trailers) have no place on the clock: their minutes add up, one
review per person and object, and whether they were after hours is not known.
"""

import polars as pl

from models.metrics.priors import (
    KIND_BIAS_SD,
    PACE_SD,
    SESSION_BIAS_MEDIAN,
    SESSION_BIAS_SD,
    Z90,
    capped_moment,
    lognormal_mean,
    median_minutes,
    of_kind,
)
from models.metrics.sums import total
from models.org.intervals import holds, with_record
from models.settled import settled
from models.tables.metrics import ActEffortsSchema
from models.weeks import MINUTES_A_WEEK, localized
from models.working_time import DEFAULT_PATTERN

NEEDED = [
    "row", "act_id", "happened_at", "kind", "actor_id", "object_id", "exclusion", "is_moment_own",
    "lines_changed", "item_count", "authority_class",
]  # fmt: skip
MEASURED = [
    "week", "minutes", "minutes_low", "minutes_high", "credited_minutes", "is_after_hours",
    "after_hours_minutes", "evidence_url",
]  # fmt: skip
MINUTE_US = 60_000_000
LINE_US = 4 * 7 * 24 * 60 * MINUTE_US  # a week and the longest act end well before the next
PRIORITY = {"formal": 0, "deliberate": 1, "ordinary": 2, "informal": 3, "unknown": 4}
SHARED_SD = (KIND_BIAS_SD**2 + PACE_SD**2 + SESSION_BIAS_SD**2) ** 0.5
SHARED_MEAN = SESSION_BIAS_MEDIAN * lognormal_mean(SHARED_SD)


def acts(
    acts: pl.LazyFrame,
    *,
    people: pl.LazyFrame,
    absences: pl.LazyFrame,
    offsets: pl.LazyFrame,
    minutes_of_week: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
    company_zone: str,
) -> pl.LazyFrame:
    """Judged acts with week, minutes and their interval, credited and after-hours minutes."""
    whole = settled(acts.with_row_index("row"))
    timed = settled(
        _with_local_time(_with_minutes(whole.select(NEEDED)), people, offsets, company_zone)
    )
    credited = settled(_credited(timed))
    measured = _with_after_hours(credited, absences, minutes_of_week, holiday_dates)
    # Measured narrow and put beside the whole rows again: sorting whole rows costs twice as much.
    narrow = settled(measured.select("row", *MEASURED).sort("row").drop("row"))
    return pl.concat([whole.drop("row"), narrow], how="horizontal").select(
        ActEffortsSchema.column_names()
    )


def _with_minutes(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Expected minutes with 5th and 95th percentile; null for excluded acts.

    Percentiles are of the capped act times the shared error terms: a cap cuts the act's own
    spread, so both are matched by their first two moments.
    """
    sized = acts.with_columns(median=median_minutes(), spread=of_kind("spread"), cap=of_kind("cap"))
    first = capped_moment(pl.col("median"), pl.col("spread"), pl.col("cap"), 1)
    second = capped_moment(pl.col("median"), pl.col("spread"), pl.col("cap"), 2)
    counted = pl.col("exclusion").is_null()
    spread = (second.log() - 2.0 * first.log() + SHARED_SD**2).sqrt()
    return (
        sized.with_columns(mean=first, total_spread=spread)
        .with_columns(
            minutes=pl.when(counted).then(pl.col("mean") * SHARED_MEAN),
        )
        .with_columns(
            minutes_low=_percentile(-Z90),
            minutes_high=_percentile(Z90),
        )
    )


def _percentile(z: float) -> pl.Expr:
    spread = pl.col("total_spread")
    return pl.col("minutes") * (z * spread - spread * spread / 2.0).exp()


def _with_local_time(
    acts: pl.LazyFrame, people: pl.LazyFrame, offsets: pl.LazyFrame, company_zone: str
) -> pl.LazyFrame:
    """Acts with week, local_at, working_hours and location of their actor then."""
    known = people.select(
        "time_zone", "working_hours", "location", "valid_from", "valid_to", actor_id="person_id"
    )
    columns = ["time_zone", "working_hours", "location"]
    placed = with_record(
        acts, known, by="actor_id", at="happened_at", columns=columns
    ).with_columns(
        zone=pl.col("time_zone").fill_null(company_zone),
        working_hours=pl.col("working_hours").fill_null(DEFAULT_PATTERN),
    )
    return localized(placed, "happened_at", "zone", offsets).with_columns(
        week=pl.coalesce("local_at", pl.col("happened_at").dt.replace_time_zone(None))
        .dt.truncate("1w")
        .dt.date()
    )


def _credited(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with credited_minutes: what is left of each when overlaps are counted once."""
    counted = pl.col("minutes").is_not_null() & pl.col("actor_id").is_not_null()
    on_clock = counted & pl.col("is_moment_own")
    off_clock = counted & ~pl.col("is_moment_own")
    nothing = acts.filter(~counted).with_columns(credited_minutes=pl.lit(0.0))
    first = pl.col("act_id") == pl.col("act_id").min().over("actor_id", "object_id", "kind")
    once = acts.filter(off_clock).with_columns(
        credited_minutes=pl.when(first).then("minutes").otherwise(0.0)
    )
    return pl.concat([nothing, once, _union(acts.filter(on_clock))])


def _union(acts: pl.LazyFrame) -> pl.LazyFrame:
    """One union of intervals per person and week, minutes of several classes to the first.

    Acts whose intervals touch form a session. In a session of one class each act keeps what the
    acts before it do not cover; in a mixed one the classes are laid down in the order of PRIORITY.
    Persons and weeks are laid end to end on one line of microseconds, so that one pass in order
    finds what is covered: by person it costs four times as much.
    """
    spans = settled(_on_one_line(acts).sort("start", "end", "act_id"))
    marked = spans.with_columns(covered=pl.col("end").cum_max().shift(1)).with_columns(
        session=(pl.col("covered").is_null() | (pl.col("covered") <= pl.col("start")))
        .cast(pl.Int64)
        .cum_sum()
    )
    mixed = (
        marked.group_by("session")
        .agg(first=pl.col("layer").min(), last=pl.col("layer").max())
        .filter(pl.col("first") != pl.col("last"))
        .select("session")
    )
    marked = settled(marked)
    plain = marked.join(mixed, on="session", how="anti").with_columns(
        credited_minutes=_beyond("covered")
    )
    several = settled(marked.join(mixed, on="session", how="semi"))
    layers = [_layer(several, layer) for layer in sorted(PRIORITY.values())]
    return pl.concat([plain, *layers]).drop("end", "start", "layer", "covered", "session")


def _on_one_line(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with start, end and layer; stretches of different persons or weeks are far apart."""
    who = ["actor_id", "week"]
    lines = settled(acts.select(who).unique().sort(who).with_row_index("line"))
    local = pl.col("happened_at").dt.epoch("us") - pl.col("week").cast(pl.Datetime("us")).dt.epoch(
        "us"
    )
    end = pl.col("line").cast(pl.Int64) * LINE_US + local
    return (
        acts.join(lines, on=who)
        .with_columns(
            end=end, layer=pl.col("authority_class").replace_strict(PRIORITY, return_dtype=pl.Int8)
        )
        .with_columns(start=pl.col("end") - (pl.col("minutes") * MINUTE_US).round().cast(pl.Int64))
        .drop("line")
    )


def _beyond(covered: str) -> pl.Expr:
    """Minutes of an act that what is covered before it leaves."""
    begun = pl.max_horizontal("start", covered)
    return (pl.col("end") - begun).clip(0).cast(pl.Float64) / MINUTE_US


def _layer(mixed: pl.LazyFrame, layer: int) -> pl.LazyFrame:
    """Acts of one class in mixed sessions, with what this and earlier classes leave uncovered.

    The class's minutes are the union up to it less the union before it, shared out among its acts
    by what each adds to their own union.
    """

    def added(rows: pl.LazyFrame) -> pl.LazyFrame:
        ordered = rows.sort("start", "end", "act_id")
        return ordered.with_columns(before=pl.col("end").cum_max().shift(1)).with_columns(
            added=_beyond("before")
        )

    ours = added(mixed.filter(pl.col("layer") == layer))
    up_to = (
        added(mixed.filter(pl.col("layer") <= layer)).group_by("session").agg(up_to=total("added"))
    )
    below = (
        added(mixed.filter(pl.col("layer") < layer)).group_by("session").agg(below=total("added"))
    )
    own = ours.group_by("session").agg(own=total("added"))
    return (
        ours.join(up_to, on="session", how="left")
        .join(below, on="session", how="left")
        .join(own, on="session", how="left")
        .with_columns(
            credited_minutes=pl.col("added")
            * (pl.col("up_to") - pl.col("below").fill_null(0.0)).clip(0.0)
            / pl.col("own")
        )
        .drop("before", "added", "up_to", "below", "own")
    )


def _with_after_hours(
    acts: pl.LazyFrame,
    absences: pl.LazyFrame,
    minutes_of_week: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts with is_after_hours and the part of credited_minutes outside the working pattern.

    The part is that of the interval [moment - minutes, moment] in local time; a public holiday or
    an absence makes all of it after hours (METHOD 4.3).
    """
    away = (
        acts.select("row", "actor_id", "happened_at")
        .join(absences, left_on="actor_id", right_on="person_id")
        .filter(holds("happened_at"))
        .select("row", is_away=pl.lit(value=True))
        .unique()
    )
    off = holiday_dates.select("location", local_on="on", is_off=pl.lit(value=True)).unique()
    minute = (
        (pl.col("local_at").dt.weekday().cast(pl.Int64) - 1) * 1440
        + pl.col("local_at").dt.hour().cast(pl.Int64) * 60
        + pl.col("local_at").dt.minute().cast(pl.Int64)
    )
    length = pl.col("minutes").fill_null(0.0).round().cast(pl.Int64)
    marked = acts.with_columns(
        minute=minute,
        begun=(minute - length) % MINUTES_A_WEEK,
        local_on=pl.col("local_at").dt.date(),
    )
    ends = minutes_of_week.select(
        "working_hours", "minute", is_working="is_working", worked_end="worked_before"
    )
    starts = minutes_of_week.select("working_hours", begun="minute", worked_start="worked_before")
    weekly = minutes_of_week.filter(pl.col("minute") == MINUTES_A_WEEK).select(
        "working_hours", worked_week="worked_before"
    )
    worked = (
        pl.col("worked_end")
        - pl.col("worked_start")
        + pl.when(pl.col("minute") < length).then("worked_week").otherwise(0)
    )
    share_off = (1.0 - worked.cast(pl.Float64) / length.cast(pl.Float64)).clip(0.0, 1.0)
    is_free = pl.col("is_off").fill_null(value=False) | pl.col("is_away").fill_null(value=False)
    has_clock = pl.col("is_moment_own") & pl.col("actor_id").is_not_null()
    return (
        marked.join(ends, on=["working_hours", "minute"], how="left")
        .join(starts, on=["working_hours", "begun"], how="left")
        .join(weekly, on="working_hours", how="left")
        .join(off, on=["location", "local_on"], how="left")
        .join(away, on="row", how="left")
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
            evidence_url=pl.lit(None, dtype=pl.String),
        )
    )
