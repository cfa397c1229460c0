"""Who carries it: one row a person, alphabetical, each beside their own usual.

METHOD 5, Display: point and range to the half hour; a band where the range is wider than 1.7 times
the point, and in the first seven weeks; nothing under 4 acts in 4 weeks, over 2 of them or more.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from reports import phrases
from reports.facts import Carrier, Crowd, Departs, Series, Stage, Usual
from reports.groups import Group, Names
from reports.rows import BEFORE, ROLLING, WEEKS, Rows, total, weeks_to

FEWEST_ACTS = 4  # METHOD 5, hidden_hours: a person's minimum evidence in 4 weeks
FEWEST_WEEKS = 2  # METHOD 5, the same
LOW, HIGH = 0.10, 0.90  # REPORT 1.3: usual is the own 10th to 90th percentile
FEWEST_BEFORE = 2  # comparisons begin after two weeks

Week = dict[date, dict[str, object]]


def usual(series: Series) -> Usual | None:
    """The 10th and 90th percentile of all but the last; None with under two weeks observed."""
    before = pl.Series([value for value in series[:-1] if value is not None], dtype=pl.Float64)
    if len(before) < FEWEST_BEFORE:
        return None
    low, high = (before.quantile(at, "linear") for at in (LOW, HIGH))
    return (low or 0.0, high or 0.0)


def departs(value: float, low: float, high: float, band: Usual | None) -> Departs:
    """Whether the point lies outside the usual by half an hour or more, and most of its range."""
    if band is None:
        return ""
    if phrases.half(value) > phrases.half(band[1]) and (low + value) / 2 > band[1]:
        return "above"
    if phrases.half(value) < phrases.half(band[0]) and (high + value) / 2 < band[0]:
        return "below"
    return ""


def carriers(rows: Rows, group: Group, names: Names, stage: Stage) -> tuple[Carrier, ...]:
    """Every person of the page who has a row this week, by name."""
    weeks = _by_person(rows)
    with_calendar = any(
        row["meeting_hours"] is not None for person in weeks.values() for row in person.values()
    )
    return tuple(
        _carrier(weeks[person], person, group, names, stage, rows.week, with_calendar)
        for person in names.in_order(group.people)
        if rows.week in weeks.get(person, {})
    )


def _by_person(rows: Rows) -> dict[str, Week]:
    found: dict[str, Week] = {}
    for row in rows["person_weeks"].rows(named=True):
        found.setdefault(row["person_id"], {})[row["week"]] = row
    return found


def _carrier(
    weeks: Week,
    person: str,
    group: Group,
    names: Names,
    stage: Stage,
    week: date,
    with_calendar: bool,
) -> Carrier:
    now = weeks[week]
    series = tuple(_hours(weeks, monday) for monday in weeks_to(week, BEFORE))
    own_usual = usual(series) if stage != "learning" else None
    value, low, high = (
        _number(now[name]) for name in ("hidden_hours", "hidden_hours_low", "hidden_hours_high")
    )
    reason = _note(weeks, week)
    unnoted = Carrier(
        person_id=person,
        name=names[person],
        title=names.titles.get(person, ""),
        is_reader=person == group.manager_id,
        note=reason or "not observed",
        role_hours=_number(now["formal_hours"]),
    )
    if reason or value is None or low is None or high is None:
        return unnoted
    is_banded = value > 0 and (stage != "full" or phrases.is_banded(value, low, high))
    band = phrases.band(value) if is_banded else None
    mean, mean_range = _words(now, "hidden_hours_8w", always_band=stage != "full")
    is_hollow = with_calendar and now["meeting_hours"] is None
    return replace(
        unnoted,
        note="calendar not read: likely low" if is_hollow else "",
        value=value,
        low=low,
        high=high,
        band=band,
        usual=own_usual,
        series=series[-WEEKS:],
        is_hollow=is_hollow,
        this_week=_point_words(value, band),
        range="" if band or not value else phrases.span(low, high),
        mean=mean,
        mean_range=mean_range,
        usual_words=_usual_words(own_usual),
        departs=departs(value, low, high, own_usual),
    )


def _point_words(value: float, band: tuple[float, float | None] | None) -> str:
    if band:
        return phrases.band_words(*band)
    return phrases.hours(value) if value else "none found"


def _usual_words(band: Usual | None) -> str:
    return phrases.usual_words(*band) if band else ""


def _note(weeks: Week, week: date) -> str:
    """Why no hours are shown; empty where they are."""
    now = weeks[week]
    if not now["is_observed"]:
        return "not observed"
    if now["present_days"] == 0:
        return "away"
    last = [weeks.get(week - timedelta(weeks=back), {}).get("act_count") for back in range(4)]
    counts = [int(str(count)) for count in last if count]
    if not counts:
        return "none found in 4 weeks"
    if sum(counts) < FEWEST_ACTS or len(counts) < FEWEST_WEEKS:
        return "too few acts to say"
    return ""


def _words(now: dict[str, object], name: str, *, always_band: bool) -> tuple[str, str]:
    value, low, high = (_number(now[name + end]) for end in ("", "_low", "_high"))
    if value is None or low is None or high is None:
        return "", ""
    if value == 0:
        return "none", ""
    if always_band or phrases.is_banded(value, low, high):
        return phrases.band_words(*phrases.band(value)), ""
    return phrases.hours(value), phrases.span(low, high)


def _hours(weeks: Week, monday: date) -> float | None:
    row = weeks.get(monday)
    return _number(row["hidden_hours"]) if row and row["is_observed"] else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def top_two(rows: Rows, group: Group, week: date) -> tuple[float, frozenset[str]] | None:
    """The share of the hours of 8 weeks that two people gave, and who they are; one may be alone.

    None under METHOD 5's minimum for shares in a team: 12 acts and 6 hours in the 8 weeks.
    """
    sums = (
        rows["person_weeks"]
        .filter(
            pl.col("person_id").is_in(list(group.people)),
            "is_observed",
            pl.col("week").is_between(week - timedelta(weeks=ROLLING - 1), week),
        )
        .group_by("person_id")
        .agg(total("hidden_hours"), pl.col("act_count").sum())
        .sort("hidden_hours", "person_id", descending=[True, False])
    )
    whole = float(sums["hidden_hours"].sum())
    if sums.height < 3 or sums["act_count"].sum() < 12 or whole < 6:
        return None
    two = sums.head(2).filter(pl.col("hidden_hours") > 0)
    return float(two["hidden_hours"].sum()) / whole, frozenset(two["person_id"])


def crowd(rows: Rows, group: Group, smallest_group: int) -> tuple[Crowd, ...]:
    """How many people carry how much, by their mean of 8 weeks; small bands join a neighbour.

    Only people with an act in the 8 weeks count; empty where they are fewer than two groups, since
    one band alone says nothing.
    """
    since = rows.week - timedelta(weeks=ROLLING - 1)
    ids = list(group.people)
    active = rows["person_weeks"].filter(
        pl.col("person_id").is_in(ids), pl.col("week").is_between(since, rows.week), "is_observed"
    )
    means = (
        active.sort("week")
        .group_by("person_id")
        .agg(pl.col("hidden_hours_8w").last(), pl.col("act_count").sum())
        .filter(pl.col("act_count") > 0)["hidden_hours_8w"]
        .drop_nulls()
    )
    found = Counter(-1.0 if value == 0 else phrases.band(value)[0] for value in means)
    edges = [-1.0, 0.0, *phrases.BANDS]
    bins = [([at], found[edge]) for at, edge in enumerate(edges)]
    while len(bins) > 1 and any(0 < count < smallest_group for _, count in bins):
        bins = _merged(bins, smallest_group)
    if len([count for _, count in bins if count]) < 2:
        return ()
    while bins and not bins[0][1]:
        bins = bins[1:]
    while bins and not bins[-1][1]:
        bins = bins[:-1]
    return tuple(Crowd(_bin_words(edges, places), count) for places, count in bins)


def _merged(bins: list[tuple[list[int], int]], smallest: int) -> list[tuple[list[int], int]]:
    """One small band less: it joins the smaller of its neighbours."""
    at = next(at for at, (_, count) in enumerate(bins) if 0 < count < smallest)
    beside = [other for other in (at - 1, at + 1) if 0 <= other < len(bins)]
    to = min(beside, key=lambda other: (bins[other][1] == 0, bins[other][1], -other))
    first, second = sorted((at, to))
    joined = (bins[first][0] + bins[second][0], bins[first][1] + bins[second][1])
    return [*bins[:first], joined, *bins[second + 1 :]]


def _bin_words(edges: list[float], places: list[int]) -> str:
    low = edges[places[0]]
    top = edges[places[-1] + 1] if places[-1] + 1 < len(edges) else None
    if low < 0:
        return "none found" if places == [0] else f"none, or {phrases.band_words(0, top)}"
    return phrases.band_words(low, top)
