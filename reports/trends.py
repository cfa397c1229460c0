"""Twelve weeks of hours outside the role, and ten years of them by quarter.

A week that was not read is a gap, never a zero; nothing is drawn between its neighbours.
"""

from datetime import date

import polars as pl

from reports import phrases
from reports.carriers import departs, usual
from reports.facts import Bar, Quarter, Series, Trend, Usual
from reports.groups import DOMINANT, Group, totals
from reports.rows import BEFORE, WEEKS, Rows, total, weeks_to

FEWEST = 4  # under four weeks there is no trend to draw
INFORMAL = ("gap", "cover", "bypass", "unresolved")
LONG = 4  # quarters from which on a long line says more than twelve weeks


def series(rows: Rows, group: Group, smallest_group: int) -> Series:
    """Total hours outside the role of 13 weeks, to this one."""
    found = dict(totals(rows, group, smallest_group).select("week", "value").iter_rows())
    return tuple(found.get(monday) for monday in weeks_to(rows.week, BEFORE))


def trend(rows: Rows, group: Group, smallest_group: int, *, compares: bool) -> Trend | None:
    """Twelve weeks, split by why the work fell outside the role; None under four read weeks."""
    by_week = {row["week"]: row for row in totals(rows, group, smallest_group).rows(named=True)}
    parts = _parts(rows, group)
    bars = tuple(_bar(monday, by_week, parts) for monday in weeks_to(rows.week, WEEKS))
    if sum(bar.total is not None for bar in bars) < FEWEST:
        return None
    band = usual(series(rows, group, smallest_group)) if compares else None
    return Trend(_sentence(bars, band), bars, band)


def _bar(
    monday: date,
    totals_by_week: dict[date, dict[str, float | None]],
    parts: dict[date, tuple[float, ...]],
) -> Bar:
    row = totals_by_week.get(monday)
    if row is None or row["value"] is None:
        return Bar(monday, is_read=row is not None)
    total = row["value"]
    shares = tuple(total * share for share in parts.get(monday, ()))
    return Bar(monday, total, row["low"], row["high"], shares, is_read=True)


def _parts(rows: Rows, group: Group) -> dict[date, tuple[float, ...]]:
    """For each week the share of each part of the total, in the order of `phrases.PARTS`.

    Excess is a measure of its own; the rest is split by the minutes of its acts.
    """
    ids = list(group.people)
    persons = (
        rows["person_weeks"]
        .filter(pl.col("person_id").is_in(ids), "is_observed")
        .group_by("week")
        .agg(total("hidden_hours"), total("excess_hours"))
    )
    acts = (
        rows["acts"]
        .filter(pl.col("actor_id").is_in(ids), pl.col("authority_class") == "informal")
        .group_by("week", "authority")
        .agg(total("minutes"))
    )
    minutes: dict[date, dict[str, float]] = {}
    for monday, authority, value in acts.sort("week", "authority").iter_rows():
        minutes.setdefault(monday, {})[authority] = value
    found = {}
    for monday, hidden, excess in persons.iter_rows():
        split = minutes.get(monday, {})
        whole = sum(split.values())
        above = min(1.0, excess / hidden) if hidden else 0.0
        rest = (1 - above) / whole if whole else 0.0
        found[monday] = (*(split.get(name, 0.0) * rest for name in INFORMAL), above)
    return found


def _sentence(bars: tuple[Bar, ...], band: Usual | None) -> str:
    values = [bar.total for bar in bars]
    gaps = sum(not bar.is_read for bar in bars)
    hidden = sum(bar.is_read and bar.total is None for bar in bars)
    now = values[-1]
    words = []
    rising = _rising(values)
    if now is None:
        words.append(missing(bars[-1]))
    elif band is not None:
        words.append(_beside(now, bars[-1], band))
    if rising >= 3:
        words.append(f"It rose {rising} weeks in a row.")
    if gaps:
        words.append(f"{phrases.counted(gaps, 'week')} not read: left white, nothing is guessed.")
    if hidden:
        words.append(f"{phrases.counted(hidden, 'week')} not shown: too few people acted.")
    return " ".join(words)


def _beside(now: float, bar: Bar, band: Usual) -> str:
    """Where this week lies beside the usual, by the measure of the headline."""
    low, high = (now if bound is None else bound for bound in (bar.low, bar.high))
    change = departs(now, low, high, band)
    if change:
        return f"This week lies {change} the usual."
    if band[0] <= now <= band[1]:
        return "This week is within the usual."
    return "This week's range reaches into the usual."


def missing(bar: Bar) -> str:
    """Why a week has no total, as a sentence."""
    return "Too few people acted for a total." if bar.is_read else "This week could not be read."


def _rising(values: list[float | None]) -> int:
    """How many weeks in a row, to the last, were above the week before by half an hour or more."""
    count = 0
    for now, before in zip(reversed(values), reversed(values[:-1]), strict=False):
        if now is None or before is None or phrases.half(now) <= phrases.half(before):
            break
        count += 1
    return count


def quarters(rows: Rows, smallest_group: int) -> tuple[Quarter, ...]:
    """Mean hours a week by quarter over all weeks read; empty where that is under a year.

    None where fewer than the smallest group acted or one person gave nearly all of it.
    """
    found = []
    for row in rows["quarters"].rows(named=True):
        is_shown = row["people_count"] >= smallest_group and (row["top_share"] or 0) <= DOMINANT
        label = f"{row['quarter'].year} Q{(row['quarter'].month + 2) // 3}"
        bounds = (row["value"], row["low"], row["high"]) if is_shown else (None, None, None)
        found.append(Quarter(label, bounds[0], bounds[1], bounds[2], row["act_count"] or 0))
    return tuple(found) if len(found) > LONG else ()
