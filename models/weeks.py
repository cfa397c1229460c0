"""Weeks and local time: a week is its Monday; zones come from the IANA database, never as numbers.

Hours of work are in `models.working_time`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import polars as pl

SLOT_MINUTES = 30  # every zone of today changes its offset on a half hour of UTC
MINUTES_A_WEEK = 7 * 24 * 60


def monday(day: date) -> date:
    """The Monday of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def iso_week(text: str) -> date:
    """The Monday of a week written as 2026-W47.

    Raises:
        ValueError: no such week; write year, -W and two digits.
    """
    try:
        year, number = text.upper().split("-W")
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        raise ValueError(f"'{text}' is no week; write it as 2026-W47") from None


def weeks_between(first: date, last: date) -> list[date]:
    """All Mondays from the week of the first day to that of the last, both included."""
    start, count = monday(first), (monday(last) - monday(first)).days // 7 + 1
    return [start + timedelta(weeks=number) for number in range(max(count, 0))]


def utc_week(moment: pl.Expr) -> pl.Expr:
    """The Monday, in UTC, of a moment."""
    return moment.dt.convert_time_zone("UTC").dt.truncate("1w").dt.date()


def week_in(zone: str, moment: pl.Expr) -> pl.Expr:
    """The Monday of a moment in one zone."""
    return moment.dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.truncate("1w").dt.date()


def offsets(zones: Iterable[str], start: datetime, end: datetime) -> pl.LazyFrame:
    """Offset from UTC of each zone in each half hour from start to end.

    Columns: zone, slot (half hours since 1970), offset_minutes. With `slot` it turns any number
    of moments into local time by one equi join, where converting zone by zone is slower by far.
    """
    slots = pl.datetime_range(
        start.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        end.astimezone(UTC),
        f"{SLOT_MINUTES}m",
        time_unit="us",
        time_zone="UTC",
    )
    at = pl.select(at=slots).lazy()
    parts = [
        at.select(zone=pl.lit(zone), slot=slot("at"), offset_minutes=_offset(zone))
        for zone in sorted(set(zones))
    ]
    shape = {"zone": pl.String, "slot": pl.Int64, "offset_minutes": pl.Int64}
    return pl.concat([pl.LazyFrame(schema=shape), *parts])


def _offset(zone: str) -> pl.Expr:
    local = pl.col("at").dt.convert_time_zone(zone)
    return (local.dt.base_utc_offset() + local.dt.dst_offset()).dt.total_minutes()


def slot(moment: str) -> pl.Expr:
    """The half hour since 1970 in which a column's moment lies."""
    return pl.col(moment).dt.epoch("s") // (SLOT_MINUTES * 60)


def localized(
    rows: pl.LazyFrame, moment: str, zone: str, offsets: pl.LazyFrame, as_: str = "local_at"
) -> pl.LazyFrame:
    """The rows with their moment as wall time of their own zone (no zone on the column).

    Null where the zone is null or the moment lies outside the offsets.
    """
    marked = rows.with_columns(slot(moment).alias("__slot"))
    joined = marked.join(
        offsets,
        left_on=[zone, "__slot"],
        right_on=["zone", "slot"],
        how="left",
        maintain_order="left",
        coalesce=True,
    )
    wall = pl.col(moment).dt.replace_time_zone(None) + pl.duration(minutes="offset_minutes")
    return joined.with_columns(wall.alias(as_)).drop("__slot", "offset_minutes")


def week_of(local: pl.Expr) -> pl.Expr:
    """The Monday of a wall time."""
    return local.dt.truncate("1w").dt.date()


def minute_of_week(local: pl.Expr) -> pl.Expr:
    """Minutes of a wall time since Monday 00:00: 0 to 10,079."""
    day = local.dt.weekday().cast(pl.Int64) - 1
    return day * 1440 + local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute().cast(pl.Int64)
