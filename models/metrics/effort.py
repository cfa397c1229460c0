"""Minutes of each act, overlaps of one person counted once, and what lies after hours.

METHOD 4.1 to 4.3. An act whose moment is its actor's own takes the minutes before that moment;
the union per person is built from intervals of mean length, and minutes covered by several
classes go to formal, then deliberate, ordinary, informal, unknown. Acts known only by when the
work landed (reviews in commit trailers) have no place on the clock: their minutes add up, one
review per person and object, and whether they were after hours is not known. A meeting takes its
own time by the clock besides what organising it takes, before all else (METHOD 4.2: containers).
"""

from collections.abc import Mapping

import polars as pl

from models.metrics.intervals import ATTENDED_VARIANCE
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
    "row", "act_id", "happened_at", "kind", "actor_id", "object_id", "source", "exclusion",
    "is_moment_own", "lines_changed", "item_count", "authority_class",
]  # fmt: skip
MEASURED = [
    "week", "minutes", "minutes_low", "minutes_high", "credited_minutes", "held_minutes",
    "is_after_hours", "after_hours_minutes", "evidence_url",
]  # fmt: skip
MINUTE_US = 60_000_000
LINE_US = 4 * 7 * 24 * 60 * MINUTE_US  # a week and the longest act end well before the next
MEETING = -1  # its time comes before that of all classes
PRIORITY = {"formal": 0, "deliberate": 1, "ordinary": 2, "informal": 3, "unknown": 4}
SHARED_SD = (KIND_BIAS_SD**2 + PACE_SD**2 + SESSION_BIAS_SD**2) ** 0.5
SHARED_MEAN = SESSION_BIAS_MEDIAN * lognormal_mean(SHARED_SD)


def acts(
    acts: pl.LazyFrame,
    *,
    held_meetings: pl.LazyFrame,
    people: pl.LazyFrame,
    absences: pl.LazyFrame,
    offsets: pl.LazyFrame,
    minutes_of_week: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
    company_zone: str,
    links: Mapping[str, str],
) -> pl.LazyFrame:
    """Judged acts with week, minutes and their interval, credited and after-hours minutes.

    `links` has, by name of source, the address before an object's id in `evidence_url`; the # of
    `owner/name#12` becomes /pull/.
    """
    whole = settled(acts.with_row_index("row"))
    sized = _with_minutes(_with_meetings(whole.select(NEEDED), held_meetings))
    timed = settled(_with_local_time(sized, people, offsets, company_zone))
    credited = settled(_credited(timed))
    pieces = _with_after_hours(credited, absences, minutes_of_week, holiday_dates)
    measured = _with_links(_put_together(pieces), links)
    # Measured narrow and put beside the whole rows again: sorting whole rows costs twice as much.
    narrow = settled(measured.select("row", *MEASURED).sort("row").drop("row"))
    return pl.concat([whole.drop("row"), narrow], how="horizontal").select(
        ActEffortsSchema.column_names()
    )


def _with_meetings(acts: pl.LazyFrame, held_meetings: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with is_series, span_minutes (a meeting's own time, 0 elsewhere) and attended_share."""
    meeting = ["is_series", "clock_minutes", "attended_share"]
    nothing = [pl.lit(value=False), pl.lit(0.0), pl.lit(1.0)]
    convened = acts.filter(pl.col("kind") == "convene").join(
        held_meetings.select("act_id", *meeting), on="act_id", how="left"
    )
    return pl.concat(
        [
            acts.filter(pl.col("kind") != "convene").with_columns(
                value.alias(name) for name, value in zip(meeting, nothing, strict=True)
            ),
            convened.with_columns(
                pl.col(name).fill_null(value) for name, value in zip(meeting, nothing, strict=True)
            ),
        ]
    ).rename({"clock_minutes": "span_minutes"})


def _with_minutes(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Expected minutes with 5th and 95th percentile; null for excluded acts.

    `desk_minutes` is the part of them that is no meeting's own time. Percentiles are of the capped
    act times the shared error terms: a cap cuts the act's own spread, so both are matched by their
    first two moments.
    """
    sized = acts.with_columns(median=median_minutes(), spread=of_kind("spread"), cap=of_kind("cap"))
    first = capped_moment(pl.col("median"), pl.col("spread"), pl.col("cap"), 1)
    second = capped_moment(pl.col("median"), pl.col("spread"), pl.col("cap"), 2)
    counted = pl.col("exclusion").is_null()
    spread = (second.log() - 2.0 * first.log() + SHARED_SD**2).sqrt()
    return (
        sized.with_columns(mean=first, total_spread=spread)
        .with_columns(
            desk_minutes=pl.when(counted).then(pl.col("mean") * SHARED_MEAN),
        )
        .with_columns(
            minutes=pl.col("desk_minutes") + _clock_minutes(),
            total_spread=pl.when(pl.col("span_minutes") > 0)
            .then(_spread_with_clock())
            .otherwise("total_spread"),
        )
        .with_columns(minutes_low=_percentile(-Z90), minutes_high=_percentile(Z90))
    )


def _spread_with_clock() -> pl.Expr:
    """Spread of the lognormal with the moments of desk minutes and a meeting's own together."""
    desk, clock = pl.col("desk_minutes"), _clock_minutes()
    variance = desk**2 * ((pl.col("total_spread") ** 2).exp() - 1.0) + ATTENDED_VARIANCE * clock**2
    return (1.0 + variance / (desk + clock) ** 2).log().sqrt()


def _clock_minutes() -> pl.Expr:
    """A meeting's own time as it counts."""
    return pl.col("span_minutes") * pl.col("attended_share")


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
    """Pieces of acts with credited_minutes: what is left of each when overlaps are counted once.

    An act is one piece, its desk minutes; a meeting is two, the other (`is_clock`) its own time.
    """
    counted = pl.col("minutes").is_not_null() & pl.col("actor_id").is_not_null()
    on_clock = counted & pl.col("is_moment_own")
    off_clock = counted & ~pl.col("is_moment_own")
    acts = acts.with_columns(is_clock=pl.lit(value=False), length="desk_minutes")
    nothing = acts.filter(~counted).with_columns(credited_minutes=pl.lit(0.0))
    first = pl.col("act_id") == pl.col("act_id").min().over("actor_id", "object_id", "kind")
    once = acts.filter(off_clock).with_columns(
        credited_minutes=pl.when(first).then("minutes").otherwise(0.0)
    )
    clock = acts.filter(on_clock, pl.col("span_minutes") > 0).with_columns(
        is_clock=pl.lit(value=True), length="span_minutes"
    )
    return pl.concat([nothing, once, _union(pl.concat([acts.filter(on_clock), clock]))])


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
    layers = [_layer(several, layer) for layer in [MEETING, *sorted(PRIORITY.values())]]
    counts = pl.when("is_clock").then("attended_share").otherwise(1.0)
    return (
        pl.concat([plain, *layers])
        .with_columns(credited_minutes=pl.col("credited_minutes") * counts)
        .drop("end", "start", "layer", "covered", "session")
    )


def _on_one_line(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Pieces with start, end and layer; stretches of different persons or weeks are far apart.

    Desk minutes end at the act's moment, a meeting begins there.
    """
    who = ["actor_id", "week"]
    lines = settled(acts.select(who).unique().sort(who).with_row_index("line"))
    local = pl.col("happened_at").dt.epoch("us") - pl.col("week").cast(pl.Datetime("us")).dt.epoch(
        "us"
    )
    moment = pl.col("line").cast(pl.Int64) * LINE_US + local
    span = (pl.col("length") * MINUTE_US).round().cast(pl.Int64)
    layer = pl.col("authority_class").replace_strict(PRIORITY, return_dtype=pl.Int8)
    return (
        acts.join(lines, on=who)
        .with_columns(
            end=moment + pl.when("is_clock").then(span).otherwise(0),
            layer=pl.when("is_clock").then(pl.lit(MEETING, dtype=pl.Int8)).otherwise(layer),
        )
        .with_columns(start=pl.col("end") - span)
        .drop("line")
    )


def _beyond(covered: str) -> pl.Expr:
    """Minutes of an act that what is covered before it leaves."""
    begun = pl.max_horizontal("start", covered)
    return (pl.col("end") - begun).clip(0).cast(pl.Float64) / MINUTE_US


def _layer(mixed: pl.LazyFrame, layer: int) -> pl.LazyFrame:
    """Pieces of one class in mixed sessions, with what this and earlier classes leave uncovered.

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
    """Pieces with is_after_hours and the part of credited_minutes outside the working pattern.

    The part is that of the piece's interval in local time; a public holiday or an absence makes
    all of it after hours (METHOD 4.3).
    """
    acts = acts.with_columns(
        ended_at=pl.when("is_clock")
        .then(pl.col("local_at") + pl.duration(microseconds=pl.col("length") * MINUTE_US))
        .otherwise("local_at")
    )
    away = (
        acts.select("row", "actor_id", "happened_at")
        .join(absences, left_on="actor_id", right_on="person_id")
        .filter(holds("happened_at"))
        .select("row", is_away=pl.lit(value=True))
        .unique()
    )
    off = holiday_dates.select("location", local_on="on", is_off=pl.lit(value=True)).unique()
    minute = (
        (pl.col("ended_at").dt.weekday().cast(pl.Int64) - 1) * 1440
        + pl.col("ended_at").dt.hour().cast(pl.Int64) * 60
        + pl.col("ended_at").dt.minute().cast(pl.Int64)
    )
    length = pl.col("length").fill_null(0.0).round().cast(pl.Int64)
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
        )
    )


def _put_together(pieces: pl.LazyFrame) -> pl.LazyFrame:
    """One row an act again: a meeting's own time is added to its desk minutes, and stands apart."""
    desk = pieces.filter(~pl.col("is_clock"))
    clock = pieces.filter("is_clock").select(
        "row", held_minutes="credited_minutes", clock_after_hours="after_hours_minutes"
    )
    is_meeting = pl.col("span_minutes") > 0
    apart = ["held_minutes", "clock_after_hours"]
    alone = desk.filter(~is_meeting).with_columns(pl.lit(0.0).alias(name) for name in apart)
    meetings = desk.filter(is_meeting).join(clock, on="row", how="left")
    return pl.concat([alone, meetings.with_columns(pl.col(apart).fill_null(0.0))]).with_columns(
        credited_minutes=pl.col("credited_minutes") + pl.col("held_minutes"),
        after_hours_minutes=pl.col("after_hours_minutes") + pl.col("clock_after_hours"),
    )


def _with_links(acts: pl.LazyFrame, links: Mapping[str, str]) -> pl.LazyFrame:
    """Acts with the address of what they were done on; null where its source has none."""
    address = pl.col("source").replace_strict(
        dict(links), default=None, return_dtype=pl.String
    ) + pl.col("object_id").str.replace("#", "/pull/", literal=True)
    return acts.with_columns(evidence_url=address if links else pl.lit(None, dtype=pl.String))
