"""Whom a page is about and who may read it: direct reports by the solid line, or everybody unnamed.

METHOD 11.1, G3: names and hours of a person go to that person and to the line manager at read
time, nobody up the chain; everybody else sees totals of the smallest group or more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from reports.phrases import NAMELESS, shown
from reports.rows import Rows, in_utc, total

PROJECT = "project"  # the reader of the company-wide page: anyone
EVERYBODY = ""  # the team_id of all people together
DOMINANT = 0.85  # METHOD 11.3: above it a total is one person's


class ReportError(Exception):
    """A page that cannot be made: says for whom, why, and what to do."""


@dataclass(frozen=True)
class Group:
    """The people of one page.

    `manager_id` is None on the company-wide page, which names nobody. `people` includes the
    manager where they belong to the team of their reports. `team_id` is the team whose totals are
    exactly these people's; None: totals are summed over `people`. `led_teams` are the teams most
    of whose people report to the manager: what is found about a team is for them, not up the chain.
    """

    reader: str
    manager_id: str | None
    title: str
    reports: frozenset[str]
    people: frozenset[str]
    team_id: str | None
    led_teams: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Names:
    """Names and titles by person, fit to be shown."""

    by_id: Mapping[str, str]
    titles: Mapping[str, str]

    def __getitem__(self, person_id: str) -> str:
        """The name, or a stand-in where the register has none."""
        return self.by_id.get(person_id) or NAMELESS

    def in_order(self, person_ids: frozenset[str] | set[str]) -> list[str]:
        """The persons by name, then by id: never by a measure."""
        return sorted(person_ids, key=lambda person_id: (self[person_id].casefold(), person_id))


def names_of(rows: Rows) -> Names:
    """The names of everybody published."""
    people = rows["people"].rows(named=True)
    return Names(
        {row["person_id"]: shown(row["name"]) for row in people},
        {row["person_id"]: shown(row["title"]) for row in people},
    )


def managers(rows: Rows, at: datetime) -> list[str]:
    """Everybody with a direct report by the solid line at that moment, by id."""
    return sorted({manager for _, manager in _lines_at(rows, at)})


def manager_of(rows: Rows, team_id: str, at: datetime) -> str:
    """Who manages most of a team's people by the solid line, the first by id among equals.

    Raises:
        ReportError: nobody does, or there is no such team.
    """
    if team_id not in rows["teams"]["team_id"]:
        raise ReportError(f'no team has the id "{team_id}"; ids are those of org/teams.csv')
    members = set(rows["people"].filter(pl.col("team_id") == team_id)["person_id"])
    spans: dict[str, int] = {}
    for person, manager in _lines_at(rows, at):
        if person in members:
            spans[manager] = spans.get(manager, 0) + 1
    if not spans:
        raise ReportError(
            f'team "{team_id}" has no manager on {at.date()}; '
            "add its people's lines to org/reporting_lines.csv"
        )
    return min(spans, key=lambda manager: (-spans[manager], manager))


def group_of(rows: Rows, reader: str, at: datetime, company: str) -> Group:
    """The people of a reader's page, by the lines as they stand when it is read.

    Raises:
        ReportError: the reader leads nobody by a solid line at that moment.
    """
    if reader == PROJECT:
        everybody = frozenset(rows["people"]["person_id"])
        return Group(PROJECT, None, shown(company), frozenset(), everybody, None)
    reports = frozenset(person for person, manager in _lines_at(rows, at) if manager == reader)
    if not reports:
        raise ReportError(
            f'"{reader}" leads nobody by a solid line on {at.date()}; only a line manager has '
            f'such a page, the page of reader "{PROJECT}" is for everyone'
        )
    teams = dict(rows["people"].select("person_id", "team_id").iter_rows())
    team_ids = {teams.get(person) for person in reports}
    team_id = next(iter(team_ids)) if len(team_ids) == 1 else None
    with_reader = reports | ({reader} if team_id and teams.get(reader) == team_id else set())
    is_whole = team_id is not None and with_reader == _members(rows, team_id)
    return Group(
        reader=reader,
        manager_id=reader,
        title=_title(rows, team_id, reader),
        reports=reports,
        people=frozenset(with_reader),
        team_id=team_id if is_whole else None,
        led_teams=frozenset(
            team for team in team_ids if team and manager_of(rows, team, at) == reader
        ),
    )


def leaves_few(rows: Rows, at: datetime, smallest_group: int) -> bool:
    """Whether a manager who subtracts their own people from the total is left with too few.

    METHOD 11.3, viewer-relative: a total shown to a manager holds exactly those people, or the
    smallest group or more beyond them.
    """
    seen = frozenset(rows["person_weeks"].filter(pl.col("week") == rows.week)["person_id"])
    spans: dict[str, set[str]] = {}
    for person, manager in _lines_at(rows, at):
        spans.setdefault(manager, {manager}).add(person)
    return any(0 < len(seen - known) < smallest_group for known in spans.values())


def _lines_at(rows: Rows, at: datetime) -> list[tuple[str, str]]:
    """Person and manager of every solid line that holds at the moment."""
    return sorted(
        (row["person_id"], row["manager_id"])
        for row in rows["lines"].rows(named=True)
        if row["person_id"] != row["manager_id"]
        and in_utc(row["valid_from"]) <= at
        and (row["valid_to"] is None or at < in_utc(row["valid_to"]))
    )


def _members(rows: Rows, team_id: str) -> frozenset[str]:
    weeks = rows["person_weeks"].filter(pl.col("team_id") == team_id)
    return frozenset(weeks["person_id"])


def _title(rows: Rows, team_id: str | None, reader: str) -> str:
    named = rows["teams"].filter(pl.col("team_id").eq_missing(team_id))
    if not named.is_empty():
        return shown(named["name"][0])
    return f"Direct reports of {names_of(rows)[reader]}"


def totals(rows: Rows, group: Group, smallest_group: int) -> pl.DataFrame:
    """Hours outside the role by week, over the weeks read back: week, value, low, high.

    The team's own row where the page is about exactly that team, everybody's on the page for
    everyone. Else sums over its people, whose bounds are added too: wider than 9 in 10, never
    narrower. A week that was not read has no row. On the page for everyone a week is null where
    some acted, but fewer than the smallest group, or where one person gives nearly all of it; a
    week read whole in which nobody acted is 0.
    """
    whole = (
        rows["team_weeks"]
        .filter(pl.col("team_id") == (group.team_id or EVERYBODY), "is_observed")
        .select("week", value="hidden_hours", low="hidden_hours_low", high="hidden_hours_high")
    )
    if group.team_id is not None:
        return whole
    summed = (
        rows["person_weeks"]
        .filter(pl.col("person_id").is_in(list(group.people)), "is_observed")
        .group_by("week")
        .agg(
            value=total("hidden_hours"),
            low=total("hidden_hours_low"),
            high=total("hidden_hours_high"),
            most=pl.col("hidden_hours").max(),
            people=(pl.col("act_count") > 0).sum(),
        )
    )
    if group.manager_id is None:
        bounds = ["value", "low", "high"]
        summed = summed.join(
            whole, on="week", how="full", coalesce=True, validate="1:1", suffix="_whole"
        ).with_columns(
            pl.col("people").fill_null(0),
            *(pl.coalesce(f"{name}_whole", name).alias(name) for name in bounds),
        )
        nothing = (pl.col("people") == 0) & (pl.col("value") == 0)
        is_shared = (pl.col("value") == 0) | (pl.col("most") <= DOMINANT * pl.col("value"))
        is_shown = nothing | ((pl.col("people") >= smallest_group) & is_shared)
        summed = summed.with_columns(pl.when(is_shown).then(pl.col(bounds)))
    return summed.select("week", "value", "low", "high").sort("week")


def grade_of(rows: Rows, group: Group, week: date) -> str | None:
    """The register's grade for the page; None where it could not be graded.

    The team's or the company's row, else the worst grade among the page's people.
    """
    team = EVERYBODY if group.manager_id is None else group.team_id
    own = rows["team_weeks"].filter(pl.col("week") == week, pl.col("team_id").eq_missing(team))
    if not own.is_empty():
        return str(own["evidence_grade"][0]) if own["evidence_grade"][0] else None
    grades = (
        rows["person_weeks"]
        .filter(pl.col("week") == week, pl.col("person_id").is_in(list(group.people)))
        .get_column("evidence_grade")
        .drop_nulls()
    )
    return max(grades, default=None)


def people_seen(rows: Rows, group: Group, week: date) -> frozenset[str]:
    """The persons of the page with a row this week, whether observed or not."""
    return frozenset(
        rows["person_weeks"]
        .filter(pl.col("week") == week, pl.col("person_id").is_in(list(group.people)))
        .get_column("person_id")
    )
