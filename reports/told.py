"""What happened in a window, in one sentence, each word of it from rows that can be opened.

Who gave out how much of the work in whose scope, how long the owner's answers took, what it cost.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from models.signs.slow_decisions import TIMES
from reports import phrases
from reports.facts import Stage
from reports.findings import Seen, holders_of
from reports.rows import ROLLING, Rows, total

CRISIS, SLOW = "S4", "P2"
NEARLY_ALL = 0.95  # of the 8 weeks' hours: their own interval then is that of the window
HANDED = ("assign", "reassign")

Row = dict[str, Any]
Hours = tuple[float, float, float]


@dataclass(frozen=True)
class Told:
    """Headline and sentence of a window."""

    headline: str
    sentence: str


def told(rows: Rows, seen: Seen, stage: Stage) -> Told | None:
    """The window that matters: work moved in a crisis first, else slow answers; None: neither."""
    crisis = next((row for row in seen.rows if row["code"] == CRISIS), None)
    slow = [row for row in seen.rows if row["code"] == SLOW and row["value"] is not None]
    if crisis is None:
        return _slow_only(rows, seen, slow[0]) if slow else None
    handed = [
        trace for trace in seen.traces.get(crisis["finding_id"], []) if trace["kind"] in HANDED
    ]
    if not handed:
        return None
    scope = _scope(crisis)
    slow = [row for row in slow if _scope(row) == scope] or slow
    outside = [trace for trace in handed if trace["authority_class"] == "informal"]
    person = crisis["person_id"] if crisis["person_id"] in seen.known else None
    own = [trace for trace in outside if person in (None, trace["person_id"])]
    share = f"{len(own)} of the {phrases.counted(len(handed), 'assignment')}"
    parts = [_handed(crisis, rows, seen, person, f"{share} and reassignments")]
    parts += [_waited(row, rows, seen) for row in slow[:1]]
    if person:
        parts += _cost(rows, seen, person, own, stage)
    what = f"{share} around {_words(crisis)}"
    headline = (
        f"{seen.names[person]} gave out {what}. This is outside the recorded role."
        if person
        else f"{what[0].upper()}{what[1:]} fell outside recorded roles."
    )
    return Told(headline, f"{'; '.join(parts)}.")


def _slow_only(rows: Rows, seen: Seen, slow: Row) -> Told:
    waited = _waited(slow, rows, seen)
    return Told(
        f"{waited[0].upper()}{waited[1:]}.",
        f"{_when(slow)}, {waited}.",
    )


def _handed(crisis: Row, rows: Rows, seen: Seen, person: str | None, share: str) -> str:
    holders = [seen.name_of(one) for one in holders_of(rows, *_scope(crisis), seen.zone)]
    if len(holders) == 1:
        where = f"in a scope that is {holders[0]}'s by role"
    elif holders:
        where = f"in a scope that is that of {phrases.names(holders)} by role"
    else:
        where = f"around {_words(crisis)}, which has no published owner of its own"
    if person:
        return f"{_when(crisis)}, {seen.names[person]} made {share} {where}"
    return f"{_when(crisis)}, {share} {where} fell outside recorded roles"


def _waited(slow: Row, rows: Rows, seen: Seen) -> str:
    """`requests to P waited 41 working hours instead of 5`."""
    asked = {
        trace["person_id"]
        for trace in seen.traces.get(slow["finding_id"], [])
        if trace["evidence_kind"] == "request" and trace["person_id"]
    }
    may_name = len(asked) == 1 and asked <= seen.known | seen.holders
    whom = seen.name_of(asked.pop()) if may_name else None
    hours = phrases.tenths(slow["value"])
    usual = f" instead of {phrases.tenths(slow['threshold'] / TIMES)}" if slow["threshold"] else ""
    to = whom or f"holders of {_words(slow)}"
    return f"requests to {to} waited {hours} working {'hour' if hours == '1' else 'hours'}{usual}"


def _cost(rows: Rows, seen: Seen, person: str, acts: list[Row], stage: Stage) -> list[str]:
    hours = cost(rows, person, {act["week"] for act in acts})
    if hours is None or not hours[0]:
        return []
    value, low, high = hours
    who = seen.names[person]
    ends = f"{phrases.number(phrases.half(low))} to {phrases.number(phrases.half(high))}"
    if stage != "full":
        return [f"it cost {who} {phrases.band_words(*phrases.band(value, is_total=True))}"]
    if phrases.is_banded(value, low, high):
        return [f"it cost {who} between {ends.replace(' to ', ' and ')} hours"]
    about = phrases.number(phrases.half(value))
    return [f"it cost {who} about {about} {'hour' if about == '1' else 'hours'} ({ends})"]


def cost(rows: Rows, person: str, weeks: set[date]) -> Hours | None:
    """Hours outside the role in these weeks, with their 5th and 95th percentile.

    Bounds of weeks do not add. Where these weeks hold nearly all of the 8 weeks' hours, the
    interval of the 8 weeks' mean is theirs too; else the bounds are added, which is wider, never
    narrower. None: one of the weeks was not observed.
    """
    last = max(weeks)
    eight = rows["person_weeks"].filter(
        pl.col("person_id") == person,
        pl.col("week").is_between(last - timedelta(weeks=ROLLING - 1), last),
        "is_observed",
    )
    own = eight.filter(pl.col("week").is_in(sorted(weeks)))
    if own.height < len(weeks) or own["hidden_hours"].has_nulls():
        return None
    sums = own.select(
        total("hidden_hours"), total("hidden_hours_low"), total("hidden_hours_high")
    ).row(0)
    mean = eight.filter(pl.col("week") == last).row(0, named=True)
    whole = float(eight.select(total("hidden_hours")).item())
    if mean["hidden_hours_8w_low"] is None or sums[0] < NEARLY_ALL * whole:
        return float(sums[0]), float(sums[1]), float(sums[2])
    low, high = (mean[f"hidden_hours_8w_{end}"] * eight.height for end in ("low", "high"))
    return float(sums[0]), max(float(low), float(sums[1])), min(float(high), float(sums[2]))


def _scope(row: Row) -> tuple[str | None, str | None]:
    return row["scope_type"], row["scope_id"]


def _words(row: Row) -> str:
    scope = phrases.shown(f"{(row['scope_type'] or '').replace('_', ' ')} {row['scope_id'] or ''}")
    return scope or "the company"


def _when(row: Row) -> str:
    """`Between 18 September and 2 October`, with the years where they differ; one day: `On` it."""
    start, end = row["window_start"], row["window_end"]
    first, last = (
        phrases.day(day) if start.year != end.year else f"{day.day} {phrases.MONTHS[day.month - 1]}"
        for day in (start, end)
    )
    return f"On {first}" if start == end else f"Between {first} and {last}"
