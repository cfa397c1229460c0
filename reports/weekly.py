"""The values of the weekly page of one reader: what may be said, and then what is.

The tests stand in the order of trust: enough people, a register good enough, enough read, enough
weeks, and only then names.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from reports import findings, phrases, since
from reports.actions import moves, seen_besides
from reports.carriers import carriers, crowd, top_two, usual
from reports.certainty import ENOUGH, WORKING_DAYS, certainty, days_covered, uncounted
from reports.facts import Allowed, Areas, Bar, Certainty, Stage, Terms, Trend, Weekly
from reports.groups import (
    PROJECT,
    Group,
    Names,
    ReportError,
    grade_of,
    group_of,
    leaves_few,
    manager_of,
    names_of,
    people_seen,
    totals,
)
from reports.headlines import EARLY, LEARNING, Story, assessable_from, furthest, headline, lede
from reports.ownership import areas, lines
from reports.rows import Rows, day_of, read_rows
from reports.strips import strip
from reports.tiles import leading_area, tiles
from reports.told import told
from reports.trends import quarters, series, trend


def weekly(
    store: Path,
    *,
    week: date,
    terms: Terms,
    rendered_at: datetime,
    reader: str | None = None,
    team_id: str | None = None,
    opens_on: date | None = None,
) -> Weekly:
    """The page of a week, by its Monday, for one reader.

    The reader is a line manager's id or the manager of `team_id`; neither: the page for everyone.
    `opens_on` is the day from which the parts that name people are open: the preview's end, as the
    people of the page have seen their own pages; None: not open yet.

    Raises:
        ReportError: the reader leads nobody, the team has no manager, or both are given.
    """
    rows = read_rows(store, week)
    if reader is not None and team_id is not None:
        raise ReportError("give a reader or a team, not both; a team's reader is its manager")
    if team_id is not None:
        reader = manager_of(rows, team_id, rendered_at)
    return page_of(rows, reader or PROJECT, terms=terms, rendered_at=rendered_at, opens_on=opens_on)


def page_of(
    rows: Rows, reader: str, *, terms: Terms, rendered_at: datetime, opens_on: date | None
) -> Weekly:
    """The page of one reader from rows already read."""
    group = group_of(rows, reader, rendered_at, terms.company)
    names = names_of(rows)
    sure = certainty(rows, group, grade_of(rows, group, rows.week), terms.time_zone)
    weeks_seen = _weeks_seen(rows, group)
    stage = stage_of(weeks_seen)
    is_open = opens_on is not None and day_of(rendered_at, terms.time_zone) >= opens_on
    few = _few(rows, group, sure, terms, at=rendered_at, is_open=is_open)
    allowed = _allowed(group, sure, terms, few, is_open=is_open, opens_on=opens_on)
    now = _now(rows, group, terms)
    if few or (_is_all(group) and now.total is None):
        sure = uncounted(sure)
    past = series(rows, group, terms.smallest_group)
    people = carriers(rows, group, names, stage) if allowed.people else ()
    owned = _areas(rows, group, names, allowed, terms)
    leader = furthest(people)
    full = allowed.hours and allowed.claims
    seen = findings.seen(rows, group, names, terms.time_zone)
    is_told = full and (allowed.people or (_is_all(group) and allowed.areas))
    to_do, others = moves(rows, group, seen, terms) if is_told else ((), ())
    window = told(rows, seen, stage) if full and allowed.people and stage != "learning" else None
    story = Story(
        week=rows.week,
        weeks_seen=weeks_seen,
        stage=stage,
        allowed=allowed,
        certainty=sure,
        now=now,
        usual=usual(past),
        leader=leader,
        led=leading_area(rows, leader.person_id) if leader else None,
        two=_two(rows, group, names) if allowed.people else None,
        gaps=dict(owned.counts)["no_owner"],
        is_manager=not _is_all(group),
        told=window.headline if window else None,
    )
    is_spread = allowed.hours and allowed.areas and _is_all(group)
    return Weekly(
        week=rows.week,
        iso_week=phrases.iso_week(rows.week),
        days=phrases.week_days(rows.week),
        company=phrases.shown(terms.company),
        reader=reader,
        reader_words=names[reader] if group.manager_id else "anyone at the company",
        group=group.title,
        people_count=_people_count(rows, group, terms),
        stage=stage,
        weeks_seen=weeks_seen,
        assessable_from=assessable_from(rows.week, weeks_seen) if stage != "full" else None,
        allowed=allowed,
        notes=_notes(rows, sure, terms),
        headline=headline(story),
        told=window.sentence if window else "",
        lede=lede(story),
        tiles=tiles(rows, group, allowed, stage, now, past),
        moves=to_do,
        other_moves=others,
        answers_to=terms.answers_to,
        seen=seen_besides(seen, to_do) if is_told else (),
        unsaid=findings.unsaid(rows, group),
        carriers=people,
        areas=owned,
        lines=lines(rows, group, names, terms.time_zone) if allowed.people else None,
        strip=strip(seen) if full and allowed.people else None,
        trend=_trend(rows, group, allowed, stage, terms),
        quarters=quarters(rows, terms.smallest_group) if allowed.hours and _is_all(group) else (),
        crowd=crowd(rows, group, terms.smallest_group) if is_spread else (),
        thanks=since.thanks(rows, group, seen) if allowed.people else (),
        settled=since.settled(rows, group, seen) if allowed.people else (),
        unread_answers=() if _is_all(group) else since.unread(rows),
        certainty=sure,
        run_id=phrases.shown(rows.run_id),
        rendered_at=rendered_at,
        data_until=rows.data_until,
        method_version=phrases.shown(rows.method_version),
        assessed_on=terms.assessed_on,
        is_calibrated=terms.is_calibrated,
    )


def stage_of(weeks_seen: int) -> Stage:
    """How much may be compared: METHOD 5, First weeks."""
    if weeks_seen <= LEARNING:
        return "learning"
    return "early" if weeks_seen < EARLY else "full"


def _is_all(group: Group) -> bool:
    return group.manager_id is None


def _weeks_seen(rows: Rows, group: Group) -> int:
    seen = rows["seen"].filter(pl.col("person_id").is_in(list(group.people)))["week_count"]
    return 0 if seen.is_empty() else int(str(seen.max()))


def _people_count(rows: Rows, group: Group, terms: Terms) -> int | None:
    """How many people the page is about; None where everyone's page has too few to say."""
    count = len(people_seen(rows, group, rows.week))
    return None if _is_all(group) and count < terms.smallest_group else count


def _is_good(sure: Certainty) -> bool:
    return sure.grade in ("A", "B")


def _few(
    rows: Rows, group: Group, sure: Certainty, terms: Terms, *, at: datetime, is_open: bool
) -> str:
    """Why a total would tell of a few people; empty where it does not, or where they are named."""
    if not _is_all(group):
        others = len(people_seen(rows, group, rows.week) - {group.manager_id})
        if (is_open and _is_good(sure)) or others >= terms.smallest_group:
            return ""
        return f"Totals of fewer than {terms.smallest_group} people are shown with names only."
    if _people_count(rows, group, terms) is None:
        return f"Totals are shown from {terms.smallest_group} people on."
    if leaves_few(rows, at, terms.smallest_group):
        return "Totals are not shown: a manager could take their own team off and see a few people."
    return ""


def _allowed(
    group: Group,
    sure: Certainty,
    terms: Terms,
    few: str,
    *,
    is_open: bool,
    opens_on: date | None,
) -> Allowed:
    """METHOD 2.2's register gates, the smallest group, the preview, and the reader's own place."""
    is_good = _is_good(sure)
    if few and _is_all(group):
        why = few
    elif not is_good:
        grade = f"graded {sure.grade}" if sure.grade else "not graded yet"
        why = f"The register is {grade}: {sure.allows}."
    elif _is_all(group):
        why = "Names of those who lead are shown to a line manager only, owners as published."
    elif is_open:
        why = ""
    else:
        when = f"on {phrases.day(opens_on)}" if opens_on else "once they had their own pages"
        why = (
            f"The parts that name people open {when}: everybody sees their own page "
            f"{phrases.counted(terms.preview_working_days, 'working day')} before."
        )
    return Allowed(
        hours=not few and sure.grade != "D",
        areas=is_good,
        people=is_good and is_open and not _is_all(group),
        claims=sure.readable >= ENOUGH,
        closed_because=why if why == few else f"{few} {why}".strip(),
    )


def _now(rows: Rows, group: Group, terms: Terms) -> Bar:
    found = totals(rows, group, terms.smallest_group).filter(pl.col("week") == rows.week)
    if found.is_empty():
        return Bar(rows.week)
    week, value, low, high = found.row(0)
    return Bar(week, value, low, high, is_read=True)


def _areas(rows: Rows, group: Group, names: Names, allowed: Allowed, terms: Terms) -> Areas:
    return areas(
        rows,
        group,
        names,
        named=allowed.people,
        only_gaps=not allowed.areas,
        smallest_group=terms.smallest_group,
    )


def _trend(rows: Rows, group: Group, allowed: Allowed, stage: Stage, terms: Terms) -> Trend | None:
    if not allowed.hours:
        return None
    return trend(rows, group, terms.smallest_group, compares=stage != "learning")


def _two(rows: Rows, group: Group, names: Names) -> tuple[str, tuple[str, ...]] | None:
    """The share of two people over 8 weeks and their names, in the order of the alphabet."""
    found = top_two(rows, group, rows.week)
    if found is None:
        return None
    share, people = found
    return phrases.percent(share), tuple(names[one] for one in names.in_order(people))


def _notes(rows: Rows, sure: Certainty, terms: Terms) -> tuple[str, ...]:
    """What is missing this week, for the amber note above the headline."""
    covered = days_covered(rows, terms.time_zone)
    missing = [
        f"{source.name}: {source.problem or 'not complete; the night before counts'}"
        for source in sure.sources
        if not source.is_complete
    ]
    if covered == WORKING_DAYS:
        return tuple(missing)
    last = phrases.day(day_of(rows.data_until - timedelta(microseconds=1), terms.time_zone))
    return (f"Data ends {last}. Figures below cover {covered} of {WORKING_DAYS} days.", *missing)
