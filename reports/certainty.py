"""How sure a page is: what was read, what could not be, and which file would help most."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from reports import phrases
from reports.facts import Certainty, Source
from reports.groups import Group
from reports.rows import WEEKS, Rows, in_utc, weeks_to

WORKING_DAYS = 5
ENOUGH = 0.60  # REPORT 1.3: under it no headline claims anything
OF_FILES = "."  # coverage rows of org files and corrections bear a file's name, sources have none


def days_covered(rows: Rows, zone: str) -> int:
    """How many of the week's five working days lie wholly before the data's end."""
    ends = (
        datetime.combine(rows.week + timedelta(days=at + 1), time(), ZoneInfo(zone))
        for at in range(WORKING_DAYS)
    )
    return sum(end <= rows.data_until for end in ends)


def readable(rows: Rows, group: Group, zone: str) -> float:
    """The share of the week that could be read: days covered x sources read x people observed.

    People never observed in the weeks read back (they object, or left) are no gap of this week.
    """
    now = rows["coverage"].filter(pl.col("week") == rows.week, ~_is_org())
    known = rows["coverage"].filter(~_is_org())["source"].n_unique()
    read = now.filter(pl.col("records").is_not_null()).height
    people = rows["person_weeks"].filter(pl.col("person_id").is_in(list(group.people)))
    measured = people.filter("is_observed")["person_id"].unique()
    this_week = people.filter(
        pl.col("week") == rows.week, pl.col("person_id").is_in(measured.to_list())
    )
    observed = this_week["is_observed"].mean()
    return (
        days_covered(rows, zone)
        / WORKING_DAYS
        * (read / known if known else 0.0)
        * (float(str(observed)) if observed is not None else 1.0)
    )


def certainty(rows: Rows, group: Group, grade: str | None, zone: str) -> Certainty:
    """What the week's figures rest on, for the page's people."""
    acts = rows["acts"].filter(
        pl.col("week") == rows.week, pl.col("actor_id").is_in(list(group.people))
    )
    counts = dict(acts.group_by("authority_class").agg(pl.col("act_count").sum()).iter_rows())
    measured = rows["person_weeks"].filter(pl.col("person_id").is_in(list(group.people)))
    return Certainty(
        act_count=sum(count for name, count in counts.items() if name != "excluded"),
        unknown_count=counts.get("unknown", 0),
        excluded_count=counts.get("excluded", 0),
        late_count=int(acts["late_count"].sum()),
        late_hours=float(acts["late_minutes"].sum()) / 60,
        readable=readable(rows, group, zone),
        grade=grade,
        allows=phrases.GRADE_ALLOWS[grade],
        sources=sources(rows),
        left_out=_left_out(rows),
        would_help=_would_help(rows),
        has_meetings=measured["meeting_hours"].is_not_null().any(),
    )


def uncounted(sure: Certainty) -> Certainty:
    """The same without counts of acts, which would be those of a few people."""
    return replace(
        sure,
        act_count=None,
        unknown_count=None,
        excluded_count=None,
        late_count=None,
        late_hours=None,
    )


def sources(rows: Rows) -> tuple[Source, ...]:
    """Every source with its records in the 12 weeks, by name."""
    found = []
    coverage = rows["coverage"].filter(~_is_org())
    for name in coverage["source"].unique().sort():
        own = {row["week"]: row for row in coverage.filter(source=name).rows(named=True)}
        now = own.get(rows.week)
        synced = [row["last_sync_at"] for row in own.values() if row["last_sync_at"]]
        found.append(
            Source(
                name=phrases.shown(name),
                records=now["records"] if now else None,
                weeks=tuple(_records(own.get(monday)) for monday in weeks_to(rows.week, WEEKS)),
                last_sync_at=in_utc(max(synced)) if synced else None,
                is_complete=bool(now and now["is_complete"]),
                problem=phrases.shown(now["problem"]) if now else "nothing was read this week",
            )
        )
    return tuple(found)


def _records(row: dict[str, int | None] | None) -> int | None:
    return row["records"] if row else None


def _is_org() -> pl.Expr:
    return pl.col("source").str.contains(OF_FILES, literal=True)


def _left_out(rows: Rows) -> tuple[str, ...]:
    """What the org files lost when the register was read last, one file a line."""
    found = rows["coverage"].filter(_is_org(), pl.col("problem").is_not_null())
    lost = found.sort("source").select("source", "problem").unique(maintain_order=True)
    return tuple(phrases.shown(f"{file}: {problem}") for file, problem in lost.rows())


def _would_help(rows: Rows) -> tuple[tuple[str, str], ...]:
    """Files or sources that are empty and would let the page say more."""
    weeks = rows["person_weeks"]
    wanted = [
        (
            rows["mandates"].is_empty(),
            "org/mandates.csv",
            "who owns what: without it nothing can be told inside or outside a role",
        ),
        (
            rows["lines"].is_empty(),
            "org/reporting_lines.csv",
            "who reports to whom: opens the page of each line manager",
        ),
        (rows["teams"].is_empty(), "org/teams.csv", "teams: opens fair shares of reviews"),
        (
            weeks["contract_hours"].is_null().all(),
            "org/people.csv",
            "contract and working hours: opens shares of contract time and work after hours",
        ),
        (
            weeks["meeting_hours"].is_null().all(),
            "a calendar source",
            "who holds which meetings: today only traces in code and tickets count",
        ),
    ]
    return tuple((name, why) for is_missing, name, why in wanted if is_missing)
