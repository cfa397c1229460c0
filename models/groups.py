"""Which teams may have figures of their own: the smallest group on one fixed tree (METHOD 11.3).

What is published about a team is a union of blocks, and every block that adding and subtracting
published teams can reach has at least the smallest group of people.
"""

from collections.abc import Iterable, Mapping

import polars as pl

WHOLE = ""  # stands for no team
Parents = Mapping[str, str | None]


def cohorts(person_weeks: pl.LazyFrame) -> pl.LazyFrame:
    """Per quarter and team: people_count. The team is empty for people without one.

    The people of a quarter are those of its first week who were observed at some time in it;
    joiners count from the next quarter on.
    """
    return (
        person_weeks.with_columns(quarter=pl.col("week").dt.truncate("1q"))
        .with_columns(
            is_ever_observed=pl.col("is_observed").any().over("quarter", "person_id"),
            is_first=pl.col("week") == pl.col("week").min().over("quarter"),
        )
        .filter("is_ever_observed", "is_first")
        .group_by("quarter", pl.col("team_id").fill_null(WHOLE))
        .agg(people_count=pl.len().cast(pl.Int64))
        .sort("quarter", "team_id")
    )


def shown_teams(teams: pl.DataFrame, cohorts: pl.DataFrame, smallest_group: int) -> pl.DataFrame:
    """Teams that may be shown, by quarter: quarter, team_id, in_rows.

    Every one of them may have aggregates. `in_rows`: rows of persons may name it too; there the
    people without a named team lie open as a group, which must not be small either.
    """
    parents: Parents = dict(teams.select("team_id", "parent_team_id").iter_rows())
    rows = [
        (quarter, team, team in named)
        for (quarter,), cohort in cohorts.partition_by("quarter", as_dict=True).items()
        for shown, named in [_of_quarter(cohort, parents, smallest_group)]
        for team in shown
    ]
    schema = {"quarter": pl.Date, "team_id": pl.String, "in_rows": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("quarter", "team_id")


def contributors(person_weeks: pl.LazyFrame) -> pl.LazyFrame:
    """Per team and week: observed people, and the largest share of hours and of acts by one.

    A share is null where nothing was found.
    """
    hours, acts = pl.col("hidden_hours"), pl.col("act_count")
    return (
        person_weeks.filter("is_observed", pl.col("team_id").is_not_null())
        .group_by("team_id", "week")
        .agg(
            observed_count=pl.len().cast(pl.Int64),
            hours_share=pl.when(hours.sum() > 0).then(hours.max() / hours.sum()),
            acts_share=pl.when(acts.sum() > 0).then(acts.max() / acts.sum()),
        )
    )


def publishable(people: Mapping[str, int], parents: Parents, smallest_group: int) -> set[str]:
    """Teams of the tree that may be published, given how many people each holds itself.

    A team's people are its own and those of all teams below. A team is left out when they are
    fewer than the smallest group, or when its own are some but fewer. Then, as long as a published
    team has people in no published team below it, some but fewer than the smallest group, the
    smallest published team below it goes too.
    Source: the suppression rule and its simulation are METHOD 11.3.
    """
    sizes = _sizes(people, parents)
    shown = {
        team
        for team, size in sizes.items()
        if size >= smallest_group and (people.get(team, 0) == 0 or people[team] >= smallest_group)
    }
    while gone := _smallest_below_a_small_rest(shown, sizes, parents, smallest_group):
        shown.discard(gone)
    return shown


def _of_quarter(
    cohort: pl.DataFrame, parents: Parents, smallest_group: int
) -> tuple[set[str], set[str]]:
    everybody: dict[str, int] = dict(cohort.select("team_id", "people_count").iter_rows())
    people = {team: count for team, count in everybody.items() if team != WHOLE}
    shown = publishable(people, {**dict.fromkeys(people), **parents}, smallest_group)
    return shown, _named_in_rows(shown, everybody, smallest_group)


def _named_in_rows(figures: set[str], people: Mapping[str, int], smallest_group: int) -> set[str]:
    """Teams that rows of persons may name: those left without one are none or no small group."""
    named = {team for team in figures if people.get(team, 0) >= smallest_group}
    rest = sum(people.values()) - sum(people[team] for team in named)
    for team in sorted(named, key=lambda team: (people[team], team)):
        if rest == 0 or rest >= smallest_group:
            break
        named.discard(team)
        rest += people[team]
    return named


def _chain(team: str, parents: Parents) -> Iterable[str]:
    """The teams above, nearest first; a circle ends where it closes."""
    seen = {team}
    above = parents.get(team)
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = parents.get(above)


def _sizes(people: Mapping[str, int], parents: Parents) -> dict[str, int]:
    sizes = {team: people.get(team, 0) for team in parents}
    for team, count in people.items():
        for above in _chain(team, parents):
            sizes[above] = sizes.get(above, 0) + count
    return sizes


def _smallest_below_a_small_rest(
    shown: set[str], sizes: Mapping[str, int], parents: Parents, smallest_group: int
) -> str | None:
    """The team to leave out next, or None when no published team has a small rest."""
    below: dict[str, list[str]] = {}
    for team in sorted(shown):
        nearest = next((above for above in _chain(team, parents) if above in shown), None)
        if nearest is not None:
            below.setdefault(nearest, []).append(team)
    for team, parts in sorted(below.items()):
        rest = sizes[team] - sum(sizes[part] for part in parts)
        if 0 < rest < smallest_group:
            return min(parts, key=lambda part: (sizes[part], part))
    return None
