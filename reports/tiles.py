"""The three numbers under the headline, each beside its own twelve weeks."""

from datetime import timedelta

import polars as pl

from reports import phrases
from reports.carriers import top_two, usual
from reports.facts import Allowed, Bar, Series, Stage, Tile
from reports.groups import Group
from reports.ownership import areas_of, differing
from reports.rows import BEFORE, WEEKS, Rows, weeks_to

KNOWN = ("formal", "deliberate", "ordinary", "informal")


def tiles(
    rows: Rows, group: Group, allowed: Allowed, stage: Stage, now: Bar, series: Series
) -> tuple[Tile, ...]:
    """Hours outside the role; share of two people, or of acts where nobody is named; areas."""
    compares = stage != "learning"
    share = _two(rows, group, stage) if allowed.people else _acts(rows, group, now, series)
    hours = _hours(now, series, stage)
    if not allowed.hours:
        hours, share = (Tile(tile.title, None, allowed.closed_because) for tile in (hours, share))
    shown = [tile if compares else _alone(tile) for tile in (hours, share)]
    return (*shown, _areas(rows, group, allowed))


def _alone(tile: Tile) -> Tile:
    """The tile without a comparison, for the first two weeks."""
    return Tile(tile.title, tile.value, tile.note.partition("; usual")[0])


def _hours(now: Bar, series: Series, stage: Stage) -> Tile:
    title = "Led outside the role"
    if now.total is None or now.low is None or now.high is None:
        return Tile(title, None, _gap(now), series[-WEEKS:])
    band = usual(series)
    usual_words = f"; usual {phrases.usual_words(*band)}" if band else ""
    if stage != "full":
        words = phrases.band_words(*phrases.band(now.total, is_total=True))
        return Tile(title, words, f"early weeks: a band{usual_words}", series[-WEEKS:], band)
    if phrases.is_banded(now.total, now.low, now.high):
        words = f"{phrases.span(now.low, now.high)} h"
        note = f"likely range: too wide for a point{usual_words}"
        return Tile(title, words, note, series[-WEEKS:], band)
    if not now.total:
        return Tile(title, "none", f"none was found{usual_words}", series[-WEEKS:], band)
    likely = f"likely {phrases.span(now.low, now.high)}{usual_words}"
    return Tile(title, phrases.hours(now.total), likely, series[-WEEKS:], band)


def _gap(now: Bar) -> str:
    return "too few people acted for a total" if now.is_read else "this week could not be read"


def _two(rows: Rows, group: Group, stage: Stage) -> Tile:
    title = "Carried by two people"
    found = [top_two(rows, group, monday) for monday in weeks_to(rows.week, BEFORE)]
    series = tuple(two[0] if two else None for two in found)
    if series[-1] is None:
        return Tile(title, None, "under 12 acts or 6 h in 8 weeks", series[-WEEKS:])
    band = usual(series)
    words = f"; usual {phrases.percent_span(*band)}" if band else ""
    since = "of 8 weeks" if stage == "full" else "of the weeks so far"
    return Tile(title, phrases.percent(series[-1]), f"{since}{words}", series[-WEEKS:], band)


def _acts(rows: Rows, group: Group, now: Bar, totals: Series) -> Tile:
    """The share of acts outside the role among those whose authority is known.

    A week whose total is not shown has no share either: both would be those of a few people.
    """
    title = "Acts outside the role"
    acts = rows["acts"].filter(
        pl.col("actor_id").is_in(list(group.people)), pl.col("authority_class").is_in(KNOWN)
    )
    weeks = acts.group_by("week").agg(
        known=pl.col("act_count").sum(),
        outside=pl.col("act_count").filter(pl.col("authority_class") == "informal").sum(),
    )
    shares = {week: outside / known for week, known, outside in weeks.iter_rows() if known}
    series = tuple(
        None if hours is None else shares.get(monday)
        for monday, hours in zip(weeks_to(rows.week, BEFORE), totals, strict=True)
    )
    if now.total is None:
        return Tile(title, None, _gap(now), series[-WEEKS:])
    if series[-1] is None:
        return Tile(title, None, "no act with known authority this week", series[-WEEKS:])
    band = usual(series)
    words = f"; usual {phrases.percent_span(*band)}" if band else ""
    note = f"where authority is known{words}"
    return Tile(title, phrases.percent(series[-1]), note, series[-WEEKS:], band)


def _areas(rows: Rows, group: Group, allowed: Allowed) -> Tile:
    found = areas_of(rows, group)
    unowned = found.filter(pl.col("match") == "no_owner").height
    if not allowed.areas:
        title = "Areas without an owner"
        if found.is_empty():
            return Tile(title, None, "no area was seen")
        return Tile(title, f"{unowned} of {found.height}", "seen over 52 weeks")
    title = "Areas led by someone else"
    if found.is_empty():
        return Tile(title, None, "no area was seen")
    differs = found.filter(pl.col("match") == "differs").height
    few = found.filter(pl.col("match") == "too_few").height
    notes = [f"{unowned} without owner"] * bool(unowned) + [f"{few} with too few acts"] * bool(few)
    owners_lead = "owners lead all others" if differs else "owners lead all"
    is_all = differs == found.height
    note = "; ".join(notes) or ("no other was seen" if is_all else owners_lead)
    return Tile(title, f"{differs} of {found.height}", note, differing(rows, group))


def leading_area(rows: Rows, person_id: str) -> str | None:
    """The area in which a person led most outside the role this week; None under three acts."""
    acts = (
        rows["acts"]
        .filter(
            pl.col("actor_id") == person_id,
            pl.col("week") > rows.week - timedelta(weeks=1),
            pl.col("authority_class") == "informal",
            pl.col("scope_id").is_not_null(),
        )
        .group_by("scope_id")
        .agg(pl.col("act_count").sum())
        .filter(pl.col("act_count") >= 3)
        .sort("act_count", "scope_id", descending=[True, False])
    )
    return None if acts.is_empty() else phrases.shown(acts["scope_id"][0])
