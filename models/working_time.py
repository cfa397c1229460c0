"""When people work: patterns of working hours, public holidays, and hours worked between moments.

Patterns are `Mo-Th 09:00-12:30,13:00-17:30; Fr 09:00-14:00`, in the zone of the person. Zones and
weeks are in `models.weeks`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, pairwise
from typing import Literal

import polars as pl

from models.division import divided
from models.tables.columns import MOMENT
from models.weeks import MINUTES_A_WEEK

# Nobody's pattern is declared: after-hours is what lies outside this (METHOD 4.3).
DEFAULT_PATTERN = "Mo-Fr 07:00-20:00"
# Waiting is counted in a working day of 8 hours where no pattern is declared: in the 13 hours
# above a day's wait would pass the 8 hours of METHOD 2.2 rule 7 before it is one.
WAITING_PATTERN = "Mo-Fr 09:00-17:00"

EVER, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
CALENDAR = ["zone", "working_hours", "location"]
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_DAY = "|".join(DAYS)
_GROUP = re.compile(
    rf"(?P<days>(?:{_DAY})(?:[-,](?:{_DAY}))*)\s+(?P<times>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)"
)

Stretch = tuple[int, int, int]  # weekday from 0, first minute and length


@cache
def stretches(pattern: str) -> tuple[Stretch, ...]:
    """Stretches of work of a pattern: weekday (Monday is 0), minute of the day, minutes long.

    Stretches that touch or overlap on one day are one; what runs over midnight is two.

    Raises:
        ValueError: no such pattern; write `Mo-Th 09:00-12:30,13:00-17:30; Fr 09:00-14:00`.
    """
    works = _works(pattern)
    edges = [
        minute
        for minute in range(MINUTES_A_WEEK + 1)
        if minute % 1440 == 0 or works[minute - 1] != works[minute % MINUTES_A_WEEK]
    ]
    return tuple(
        (start // 1440, start % 1440, end - start) for start, end in pairwise(edges) if works[start]
    )


def _works(pattern: str) -> list[bool]:
    """Whether each minute of the week, from Monday 00:00, is one of work."""
    works = [False] * MINUTES_A_WEEK
    for part in pattern.lower().split(";"):
        group = _GROUP.fullmatch(re.sub(r"\s*([,-])\s*", r"\1", part.strip()))
        if group is None:
            raise ValueError("is no pattern; write Mo-Th 09:00-12:30,13:00-17:30; Fr 09:00-14:00")
        for start, length in [_span(text) for text in group["times"].split(",")]:
            for day in _days(group["days"]):
                for minute in range(day * 1440 + start, day * 1440 + start + length):
                    works[minute % MINUTES_A_WEEK] = True
    return works


def _days(text: str) -> list[int]:
    days = []
    for part in text.split(","):
        first, last = DAYS.index(part[:2]), DAYS.index(part[-2:])
        days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return days


def _span(text: str) -> tuple[int, int]:
    """First minute and length; one that ends before it begins runs into the next day."""
    start, end = (_minute(clock) for clock in text.split("-"))
    if start == end or start >= 1440:
        raise ValueError(f"has no length in {text}")
    return start, (end - start) % 1440 or 1440


def _minute(clock: str) -> int:
    hour, minute = int(clock[:2]), int(clock[3:])
    if minute > 59 or hour * 60 + minute > 1440:
        raise ValueError(f"has no time of day in {clock}")
    return hour * 60 + minute


def minutes_of_week(patterns: Iterable[str]) -> pl.LazyFrame:
    """Each minute of the week, by pattern.

    Columns: working_hours (the pattern), minute (0 to 10,080), is_working, worked_before (minutes
    worked since Monday 00:00 before it). Minute 10,080 closes the week, so minutes worked between
    two minutes of a week are a difference of worked_before.
    """
    frames = [pl.LazyFrame(schema=_MINUTES)]
    for pattern in sorted(set(patterns)):
        works = _works(pattern)
        rows = {
            "working_hours": [pattern] * (MINUTES_A_WEEK + 1),
            "minute": range(MINUTES_A_WEEK + 1),
            "is_working": [*works, works[0]],
            "worked_before": [0, *accumulate(works)],
        }
        frames.append(pl.LazyFrame(rows, schema=_MINUTES))
    return pl.concat(frames)


_MINUTES = {
    "working_hours": pl.String,
    "minute": pl.Int64,
    "is_working": pl.Boolean,
    "worked_before": pl.Int64,
}


def holiday_dates(locations: Mapping[str, str], years: Iterable[int]) -> pl.DataFrame:
    """Public holidays of each location: columns location and on.

    `locations` gives the calendar (DE, DE-BE) by id; an empty one has no holidays.
    """
    wanted = sorted(set(years))
    rows = [
        (location, on)
        for location, calendar in sorted(locations.items())
        if calendar and wanted
        for on in sorted(_public(calendar, wanted))
    ]
    return pl.DataFrame(rows, schema={"location": pl.String, "on": pl.Date}, orient="row")


def _public(calendar: str, years: list[int]) -> Iterable[date]:
    import holidays  # where a calendar is named

    country, _, part = calendar.partition("-")
    days = holidays.country_holidays(country, subdiv=part or None, years=years)
    return [day for day in days if day.year in years]


def shifts(
    calendars: pl.DataFrame, holiday_dates: pl.DataFrame, first: date, last: date
) -> pl.DataFrame:
    """Stretches of work in UTC from the first local day to the last, by calendar.

    `calendars` has zone, working_hours and location (null: no holidays). Columns added: start_at,
    end_at, worked_before (minutes of work of the calendar between the first day and start_at);
    sorted by start_at. On a night of a clock change a stretch is as long as it really was.
    """
    shape = dict.fromkeys(CALENDAR, pl.String()) | {
        "on": pl.Date(),
        "start_at": MOMENT,
        "end_at": MOMENT,
    }
    parts = [
        _in_zone(str(zone), rows, first, last)
        for (zone,), rows in calendars.unique().sort(CALENDAR).group_by("zone", maintain_order=True)
    ]
    every = pl.concat([pl.DataFrame(schema=shape), *parts])
    length = (pl.col("end_at") - pl.col("start_at")).dt.total_minutes()
    return (
        every.join(holiday_dates, on=["location", "on"], how="anti")
        .drop("on")
        .sort("start_at", *CALENDAR)
        .with_columns(worked_before=(length.cum_sum() - length).over(CALENDAR))
    )


def work_stretches(
    people: pl.DataFrame,
    absences: pl.DataFrame,
    holiday_dates: pl.DataFrame,
    company_zone: str,
    first: date,
    last: date,
) -> pl.DataFrame:
    """When each person works, in UTC, from the first local day to the last.

    Columns: person_id, start_at, end_at, worked_before (minutes this person works between the
    first day and start_at); sorted by start_at, disjoint for each person. Public holidays of the
    location and absences are left out; on a night of a clock change a stretch is as long as it
    really was. Without a zone the company's holds, without a pattern WAITING_PATTERN.
    """
    calendars = people.select(
        "person_id",
        "location",
        "valid_from",
        "valid_to",
        zone=pl.col("time_zone").fill_null(company_zone),
        working_hours=pl.col("working_hours").fill_null(WAITING_PATTERN),
    )
    work = shifts(calendars.select(CALENDAR), holiday_dates, first, last)
    employed = _cut(calendars.join(work, on=CALENDAR, nulls_equal=True), "valid_from", "valid_to")
    present = _without(employed.select("person_id", "start_at", "end_at"), absences)
    minutes = divided((pl.col("end_at") - pl.col("start_at")).dt.total_seconds(), 60)
    return present.sort("start_at", "person_id").with_columns(
        worked_before=(minutes.cum_sum() - minutes).over("person_id")
    )


def waited_hours(rows: pl.LazyFrame, work_stretches: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with `waited_hours`: working hours of person_id from asked_at to until_at.

    Null where a moment is missing or the person has no stretch of work at all; 0 where until_at
    is before asked_at.
    """
    known = work_stretches.select("person_id").unique().with_columns(__known=pl.lit(value=True))
    marked = rows.with_row_index("__row")
    worked = pl.col("__until") - pl.col("__asked")
    begun = _worked_until(marked, "asked_at", "__asked", work_stretches)
    return (
        _worked_until(begun, "until_at", "__until", work_stretches)
        .join(known, on="person_id", how="left")
        .with_columns(
            waited_hours=pl.when(
                "__known", pl.col("asked_at").is_not_null(), pl.col("until_at").is_not_null()
            ).then(divided(worked, 60).clip(0))
        )
        .sort("__row")
        .drop("__row", "__asked", "__until", "__known")
    )


def _worked_until(
    rows: pl.LazyFrame, moment: str, as_: str, work_stretches: pl.LazyFrame
) -> pl.LazyFrame:
    """Minutes worked by person_id up to a moment: 0 before the first stretch."""
    work = work_stretches.sort("start_at").select(
        "person_id", __start="start_at", __end="end_at", __before="worked_before"
    )
    seconds = (pl.min_horizontal(moment, "__end") - pl.col("__start")).dt.total_seconds()
    worked = divided(seconds, 60)
    return (
        rows.sort(moment)
        .join_asof(
            work,
            left_on=moment,
            right_on="__start",
            by="person_id",
            coalesce=False,
            check_sortedness=False,
        )
        .with_columns((pl.col("__before") + worked).fill_null(0.0).alias(as_))
        .drop("__start", "__end", "__before")
    )


def _in_zone(zone: str, calendars: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    times = pl.DataFrame(
        [
            (pattern, *stretch)
            for pattern in calendars["working_hours"].unique().sort()
            for stretch in stretches(pattern)
        ],
        schema={"working_hours": pl.String, "day": pl.Int64, "start": pl.Int64, "length": pl.Int64},
        orient="row",
    )
    days = pl.select(on=pl.date_range(first, last)).with_columns(
        day=pl.col("on").dt.weekday().cast(pl.Int64) - 1
    )
    start = pl.col("on").cast(pl.Datetime("us")) + pl.duration(minutes="start")
    end = start + pl.duration(minutes="length")
    return (
        calendars.join(times, on="working_hours")
        .join(days, on="day")
        .select(
            *CALENDAR,
            "on",
            start_at=_in_utc(start, zone, "earliest"),
            end_at=_in_utc(end, zone, "latest"),
        )
        .filter(pl.col("start_at") < pl.col("end_at"))
    )


def _in_utc(wall: pl.Expr, zone: str, ambiguous: Literal["earliest", "latest"]) -> pl.Expr:
    """Wall time as UTC; one that the clock skips is the moment it would have been."""

    def there(moment: pl.Expr) -> pl.Expr:
        return moment.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")

    moved = there(wall + timedelta(hours=1))
    return pl.coalesce(there(wall), moved).dt.convert_time_zone("UTC")


def _cut(rows: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """start_at and end_at cut to the interval in two columns; what lies outside goes."""
    return rows.with_columns(
        start_at=pl.max_horizontal("start_at", start), end_at=pl.min_horizontal("end_at", end)
    ).filter(pl.col("start_at") < pl.col("end_at"))


def _without(work: pl.DataFrame, absences: pl.DataFrame) -> pl.DataFrame:
    """The stretches without what lies in an absence of their person.

    Each stretch is cut to the presence it begins in and to those that begin within it: two as-of
    joins, where a join of all stretches with all absences of a person would square.
    """
    presences = _presences(work, absences).sort("back_at")
    ordered = work.sort("start_at")
    begun = ordered.join_asof(
        presences, left_on="start_at", right_on="back_at", by="person_id", check_sortedness=False
    )
    within = presences.join_asof(
        ordered, left_on="back_at", right_on="start_at", by="person_id", check_sortedness=False
    ).filter(pl.col("back_at") > pl.col("start_at"))
    columns = ["person_id", "start_at", "end_at", "back_at", "away_at"]
    pieces = pl.concat([begun.select(columns), within.select(columns)])
    return _cut(pieces, "back_at", "away_at").select("person_id", "start_at", "end_at")


def _presences(work: pl.DataFrame, absences: pl.DataFrame) -> pl.DataFrame:
    """From when (back_at) until when (away_at, null: open) each person is there."""
    ever = pl.lit(EVER, MOMENT)
    away = (
        absences.sort("person_id", "valid_from")
        .with_columns(until=pl.col("valid_to").fill_null(pl.lit(NEVER, MOMENT)))
        .with_columns(before=pl.col("until").cum_max().shift(1).over("person_id"))
        .select("person_id", back_at=pl.coalesce("before", ever), away_at="valid_from")
    )
    last = absences.group_by("person_id").agg(
        back_at=pl.col("valid_to").fill_null(pl.lit(NEVER, MOMENT)).max()
    )
    people = work.select("person_id").unique()
    always = people.join(absences, on="person_id", how="anti").with_columns(back_at=ever)
    open_end = pl.concat([last, always]).with_columns(away_at=pl.lit(None, MOMENT))
    return pl.concat([away, open_end]).filter(
        pl.col("away_at").is_null() | (pl.col("back_at") < pl.col("away_at"))
    )
