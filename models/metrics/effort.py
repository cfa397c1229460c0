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

from models.division import divided
from models.metrics.clock import MINUTE_US, numbered, with_after_hours, with_local_time
from models.metrics.cost import with_minutes
from models.metrics.sums import total
from models.settled import settled
from models.tables.metrics import ActEffortsSchema

NEEDED = [
    "row", "act_id", "happened_at", "kind", "actor", "object_id", "exclusion", "is_moment_own",
    "is_stamp", "lines_changed", "item_count", "authority_class",
]  # fmt: skip
PIECE = [
    "row", "tie", "actor", "happened_at", "week", "local_us", "working_hours_no", "location_no",
    "is_moment_own", "layer", "attended_share",
]  # fmt: skip
MEASURED = [
    "week", "minutes", "minutes_low", "minutes_high", "credited_minutes", "held_minutes",
    "is_after_hours", "after_hours_minutes",
]  # fmt: skip
MOST_ACTS = 1_000_000  # measured at once: half a GB
LINE_US = 4 * 7 * 24 * 60 * MINUTE_US  # a week and the longest act end well before the next
MEETING = -1  # its time comes before that of all classes
PRIORITY = {"formal": 0, "deliberate": 1, "ordinary": 2, "informal": 3, "unknown": 4}


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
    actors = numbered(whole)
    brief = whole.join(actors, on="actor_id", how="left").select(NEEDED)

    def measured(part: pl.LazyFrame) -> pl.LazyFrame:
        costed = with_minutes(part, held_meetings)
        timed = settled(
            with_local_time(
                costed, actors, people, offsets, company_zone, minutes_of_week, holiday_dates
            )
        )
        pieces = with_after_hours(
            settled(_credited(timed)), actors, absences, minutes_of_week, holiday_dates
        )
        return settled(_put_together(timed, pieces).select("row", *MEASURED))

    # Measured narrow and put beside the whole rows again: sorting whole rows costs twice as much.
    parts = [measured(part) for part in _by_people(settled(brief))]
    narrow = settled(pl.concat(parts).sort("row").drop("row"))
    return pl.concat(
        [whole.drop("row").with_columns(evidence_url=_address(links)), narrow], how="horizontal"
    ).select(ActEffortsSchema.column_names())


def _by_people(acts: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The acts in as many parts as keep memory low, one at least; those of a person in one part."""
    height = acts.select(pl.len()).collect().item()
    count = max(1, -(-height // MOST_ACTS))
    part = pl.col("actor").fill_null(0) % count
    return [acts.filter(part == number) for number in range(count)]


def _address(links: Mapping[str, str]) -> pl.Expr:
    """The address of what an act was done on; null where its source has none."""
    if not links:
        return pl.lit(None, dtype=pl.String)
    page = pl.col("source").replace_strict(dict(links), default=None, return_dtype=pl.String)
    return page + pl.col("object_id").str.replace("#", "/pull/", literal=True)


def _credited(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Pieces of acts with credited_minutes: what is left of each when overlaps are counted once.

    An act is one piece, its desk minutes; a meeting is two, the other (`is_clock`) its own time.
    """
    layer = pl.col("authority_class").replace_strict(PRIORITY, default=4, return_dtype=pl.Int8)
    desk = acts.with_columns(tie="act_id", layer=layer, length="desk_minutes", ended_us="local_us")
    counted = pl.col("minutes").is_not_null() & pl.col("actor").is_not_null()
    off_clock = desk.filter(counted & ~pl.col("is_moment_own"))
    first = pl.col("act_id") == pl.col("act_id").min().over("actor", "object_id", "kind")
    once = off_clock.with_columns(credited_minutes=pl.when(first).then("minutes").otherwise(0.0))
    nothing = desk.filter(~counted).with_columns(credited_minutes=pl.lit(0.0))
    on_clock = desk.filter(counted & pl.col("is_moment_own"))
    span = pl.col("span_minutes")
    clock = on_clock.filter(span > 0).with_columns(
        layer=pl.lit(MEETING, dtype=pl.Int8),
        length=span,
        ended_us=pl.col("local_us") + (span * MINUTE_US).round().cast(pl.Int64),
    )
    columns = [*PIECE, "length", "ended_us"]
    union = _union(pl.concat([on_clock.select(columns), clock.select(columns)]))
    columns = [*columns, "credited_minutes"]
    return pl.concat([nothing.select(columns), once.select(columns), union.select(columns)])


def _union(pieces: pl.LazyFrame) -> pl.LazyFrame:
    """One union of intervals per person and week, minutes of several classes to the first.

    Pieces whose intervals touch form a session. In a session of one class each keeps what those
    before it do not cover; in a mixed one the classes are laid down in the order of PRIORITY.
    Persons and weeks are laid end to end on one line of microseconds, so that one pass in order
    finds what is covered: by person it costs four times as much.
    """
    spans = settled(_on_one_line(pieces).sort("start", "end", "tie"))
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
    counts = pl.when(pl.col("layer") == MEETING).then("attended_share").otherwise(1.0)
    return pl.concat([plain, *layers]).with_columns(
        credited_minutes=pl.col("credited_minutes") * counts
    )


def _on_one_line(pieces: pl.LazyFrame) -> pl.LazyFrame:
    """Pieces with start and end; stretches of different persons or weeks are far apart.

    Desk minutes end at the act's moment, a meeting begins there.
    """
    # A week of a person as one number; people by far fewer than the room between two weeks.
    line_key = pl.col("week").cast(pl.Int32).cast(pl.Int64) * (1 << 32) + pl.col("actor")
    keyed = pieces.with_columns(line_key=line_key)
    lines = settled(keyed.select("line_key").unique().sort("line_key").with_row_index("line"))
    week_us = pl.col("week").cast(pl.Datetime("us")).dt.epoch("us")
    moment = (
        pl.col("line").cast(pl.Int64) * LINE_US + pl.col("happened_at").dt.epoch("us") - week_us
    )
    span = (pl.col("length") * MINUTE_US).round().cast(pl.Int64)
    return (
        keyed.join(lines, on="line_key")
        .with_columns(end=moment + pl.when(pl.col("layer") == MEETING).then(span).otherwise(0))
        .with_columns(start=pl.col("end") - span)
        .drop("line", "line_key")
    )


def _beyond(covered: str) -> pl.Expr:
    """Minutes of an act that what is covered before it leaves."""
    begun = pl.max_horizontal("start", covered)
    return divided((pl.col("end") - begun).clip(0).cast(pl.Float64), MINUTE_US)


def _layer(mixed: pl.LazyFrame, layer: int) -> pl.LazyFrame:
    """Pieces of one class in mixed sessions, with what this and earlier classes leave uncovered.

    The class's minutes are the union up to it less the union before it, shared out among its acts
    by what each adds to their own union.
    """

    def added(rows: pl.LazyFrame) -> pl.LazyFrame:
        ordered = rows.sort("start", "end", "tie")
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


def _put_together(acts: pl.LazyFrame, pieces: pl.LazyFrame) -> pl.LazyFrame:
    """One row an act again: a meeting's own time is added to its desk minutes, and stands apart."""
    is_clock = pl.col("layer") == MEETING
    desk = pieces.filter(~is_clock).select(
        "row", "is_after_hours", "credited_minutes", "after_hours_minutes"
    )
    clock = pieces.filter(is_clock).select(
        "row", held_minutes="credited_minutes", clock_after_hours="after_hours_minutes"
    )
    costs = acts.select("row", "week", "minutes", "minutes_low", "minutes_high")
    held, after = pl.col("held_minutes"), pl.col("clock_after_hours")
    return (
        costs.join(desk, on="row")
        .join(clock, on="row", how="left")
        .with_columns(held.fill_null(0.0), after.fill_null(0.0))
        .with_columns(
            credited_minutes=pl.col("credited_minutes") + held,
            after_hours_minutes=pl.col("after_hours_minutes") + after,
        )
    )
