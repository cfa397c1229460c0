"""What meetings cost: whoever convenes them, and everybody who is in them (METHOD 4.1, 4.2)."""

import polars as pl

from models.acts.meetings import ALL_HANDS, attended, facilitated
from models.division import divided
from models.metrics.sums import total
from models.org.holders import holders
from models.org.intervals import with_record
from models.tables.metrics import HeldMeetingsSchema, MeetingWeeksSchema
from models.weeks import localized

ATTENDED = 0.9  # METHOD 4.1: scheduled overlap x U(0.8, 1.0)
BESIDE_ATTENDING = 0.15  # METHOD 4.1, incremental: share of the duration of who would come anyway
MOST_MINUTES = 180.0  # METHOD 4.1
UNANSWERED = 0.5  # METHOD 4.2: weight of an invitation without an answer
KEY = ["source", "meeting_id"]
HOUR_US = 3_600_000_000
LINE_US = 40 * 24 * HOUR_US  # people and weeks are laid end to end, further apart than a meeting


def held_meetings(
    acts: pl.LazyFrame,
    *,
    act_targets: pl.LazyFrame,
    meetings: pl.LazyFrame,
    mandates: pl.LazyFrame,
    rotas: pl.LazyFrame,
    people: pl.LazyFrame,
    scopes: pl.LazyFrame,
    teams: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row per act of convening: its time by the clock, and the share of it that counts.

    The whole time, as attended, where the act is informal and no holder of the scope is among
    those who came (the meeting is there to coordinate); otherwise what comes on top of attending.
    """
    convened = acts.filter(pl.col("kind") == "convene", pl.col("exclusion").is_null()).select(
        "act_id", "utc_week", "object_id", "source", "happened_at", "scope_chain", "authority_class"
    )
    holding = holders(
        convened.select("act_id", "happened_at", "scope_chain"),
        "happened_at",
        kind="convene",
        mandates=mandates,
        rotas=rotas,
        people=people,
        scopes=scopes,
        teams=teams,
    ).select("act_id", target_id="holder_id")
    with_holder = (
        act_targets.join(holding, on=["act_id", "target_id"], how="semi").select("act_id").unique()
    )
    is_whole = (pl.col("authority_class") == "informal") & pl.col("has_holder").is_null()
    minutes = divided((pl.col("ends_at") - pl.col("starts_at")).dt.total_seconds(), 60.0)
    return (
        convened.join(
            meetings.select(
                "source", "is_series", "ends_at", object_id="meeting_id", starts_at="happened_at"
            ),
            on=["source", "object_id"],
        )
        .join(with_holder.with_columns(has_holder=pl.lit(value=True)), on="act_id", how="left")
        .with_columns(
            clock_minutes=minutes.clip(0.0, MOST_MINUTES),
            attended_share=pl.when(is_whole).then(ATTENDED).otherwise(BESIDE_ATTENDING),
        )
        .select(HeldMeetingsSchema.column_names())
    )


def meeting_weeks(
    attendances: pl.LazyFrame,
    *,
    meetings: pl.LazyFrame,
    identities: pl.LazyFrame,
    people: pl.LazyFrame,
    offsets: pl.LazyFrame,
    company_zone: str,
) -> pl.LazyFrame:
    """Hours of each person and week in meetings that were held, overlaps counted once.

    Declined, cancelled, all-day and large ones, focus, leave, holds and social events, and those
    whose organiser declined, count nothing (METHOD 4.2); an invitation without an answer counts
    half of what others leave.
    """
    whose = identities.filter(pl.col("person_id").is_not_null()).select(
        "source", "account_key", "person_id"
    )
    asked = (
        attended(attendances)
        .join(time_taking(meetings, attendances).select(*KEY, "ends_at"), on=KEY)
        .join(whose, on=["source", "account_key"])
        .select(
            "person_id",
            "happened_at",
            "ends_at",
            is_sure=(pl.col("response") != "unanswered") | pl.col("is_organizer"),
        )
        .unique()
    )
    placed = _placed(asked, people, offsets, company_zone)
    sure, all_ = _hours(placed.filter("is_sure")), _hours(placed)
    return (
        all_.join(sure, on=["person_id", "week"], how="left", suffix="_sure")
        .with_columns(pl.col("hours_sure").fill_null(0.0))
        .with_columns(
            meeting_hours=pl.col("hours_sure")
            + UNANSWERED * (pl.col("hours") - pl.col("hours_sure"))
        )
        .select(MeetingWeeksSchema.column_names())
    )


def time_taking(meetings: pl.LazyFrame, attendances: pl.LazyFrame) -> pl.LazyFrame:
    """Meetings whose time counts: held, of 2 to 30 people, not declined by whoever called them."""
    return facilitated(meetings, attendances).filter(
        pl.col("attendee_count").is_between(2, ALL_HANDS)
    )


def _placed(
    rows: pl.LazyFrame, people: pl.LazyFrame, offsets: pl.LazyFrame, company_zone: str
) -> pl.LazyFrame:
    """The rows with the week, in the person's zone, in which they start."""
    known = with_record(
        rows, people, by="person_id", at="happened_at", columns=["time_zone"]
    ).with_columns(zone=pl.col("time_zone").fill_null(company_zone))
    local = pl.coalesce("local_at", pl.col("happened_at").dt.replace_time_zone(None))
    return localized(known, "happened_at", "zone", offsets).with_columns(
        week=local.dt.truncate("1w").dt.date()
    )


def _hours(rows: pl.LazyFrame) -> pl.LazyFrame:
    """person_id, week, hours: the union of [happened_at, ends_at) of each person and week."""
    who = ["person_id", "week"]
    lines = rows.select(who).unique().sort(who).with_row_index("line")
    base = pl.col("line").cast(pl.Int64) * LINE_US - pl.col("week").cast(
        pl.Datetime("us")
    ).dt.epoch("us")
    spans = (
        rows.join(lines, on=who)
        .with_columns(
            start=base + pl.col("happened_at").dt.epoch("us"),
            end=base + pl.col("ends_at").dt.epoch("us"),
        )
        .sort("start", "end")
        .with_columns(covered=pl.col("end").cum_max().shift(1))
    )
    begun = pl.max_horizontal("start", "covered")
    added = divided((pl.col("end") - begun).clip(0).cast(pl.Float64), HOUR_US)
    return spans.with_columns(added=added).group_by(who).agg(hours=total("added"))
