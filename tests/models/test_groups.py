"""The smallest group: no reachable set of people is small, whatever the tree."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.groups import cohorts, contributors, publishable, shown_teams

MONDAY = date(2026, 10, 5)


def below(team, parents):
    """The team and all below it, by walking up from each."""
    found = set()
    for other in parents:
        at, seen = other, set()
        while at is not None and at not in seen:
            if at == team:
                found.add(other)
            seen.add(at)
            at = parents[at]
    return found


@pytest.mark.parametrize(
    ("people", "parents", "shown"),
    [
        ({"a": 5}, {"a": None}, {"a"}),
        ({"a": 4}, {"a": None}, set()),
        ({}, {"a": None}, set()),
        # the parent less its one shown team would be four people: the shown team goes too
        ({"a": 8, "b": 4}, {"all": None, "a": "all", "b": "all"}, {"all"}),
        ({"a": 8, "b": 5}, {"all": None, "a": "all", "b": "all"}, {"all", "a", "b"}),
        # a manager who sits alone in the upper team would be its only person
        ({"all": 1, "a": 8, "b": 5}, {"all": None, "a": "all", "b": "all"}, {"a", "b"}),
        ({"a": 9, "b": 6, "c": 3}, {"all": None, "a": "all", "b": "all", "c": "all"}, {"all", "a"}),
    ],
)
def test_a_team_is_shown_only_if_no_rest_of_its_parent_is_small(people, parents, shown):
    assert publishable(people, parents, 5) == shown


def test_a_circle_of_teams_ends():
    assert publishable({"a": 5, "b": 5}, {"a": "b", "b": "a"}, 5) <= {"a", "b"}


@st.composite
def trees(draw):
    names = [f"t{n}" for n in range(draw(st.integers(1, 14)))]
    parents = {
        name: draw(st.sampled_from([None, *names[:position]]))
        for position, name in enumerate(names)
    }
    return parents, {name: draw(st.integers(0, 12)) for name in names}


@settings(max_examples=400, deadline=None)
@given(trees(), st.integers(5, 8))
def test_no_group_told_apart_by_published_teams_is_small(tree, smallest):
    parents, people = tree
    shown = publishable(people, parents, smallest)
    nodes = {team: below(team, parents) for team in shown}
    patterns: dict[frozenset[str], int] = {}
    for team, count in people.items():
        pattern = frozenset(node for node, parts in nodes.items() if team in parts)
        patterns[pattern] = patterns.get(pattern, 0) + count
    patterns.pop(frozenset(), None)  # people of no published team are in no figure
    assert all(count == 0 or count >= smallest for count in patterns.values())
    assert all(people[team] == 0 or people[team] >= smallest for team in shown)


@settings(max_examples=200, deadline=None)
@given(trees(), st.integers(0, 9))
def test_people_without_a_team_in_their_rows_are_none_or_no_small_group(tree, teamless):
    parents, people = tree
    shown = shown_of(parents, weeks({**people, None: teamless}))
    named = shown.filter("in_rows")["team_id"].to_list()
    rest = teamless + sum(count for team, count in people.items() if team not in named)
    assert rest == 0 or rest >= 5 or not named
    assert all(people[team] >= 5 for team in named)


def shown_of(parents, person_weeks):
    schema = {"team_id": pl.String, "parent_team_id": pl.String}
    teams = pl.DataFrame(list(parents.items()), schema=schema, orient="row")
    return shown_teams(teams, cohorts(person_weeks).collect(), 5)


def weeks(people, week=MONDAY, observed=True, hours=1.0):
    rows = [
        {"person_id": f"{team}-{n}", "week": week, "team_id": team, "is_observed": observed}
        for team, count in people.items()
        for n in range(count)
    ]
    schema = {
        "person_id": pl.String, "week": pl.Date, "team_id": pl.String, "is_observed": pl.Boolean
    }  # fmt: skip
    return pl.LazyFrame(rows, schema=schema).with_columns(
        hidden_hours=pl.lit(hours), act_count=pl.lit(1, dtype=pl.Int64)
    )


def test_joiners_count_from_the_next_quarter_on():
    first = weeks({"a": 4})
    later = weeks({"a": 6}, week=date(2026, 10, 12))
    next_quarter = weeks({"a": 6}, week=date(2027, 1, 4))
    shown = shown_of({"a": None}, pl.concat([first, later, next_quarter]))
    assert shown["quarter"].to_list() == [date(2027, 1, 1)]


def test_people_never_observed_are_nobody_in_the_group():
    four = weeks({"a": 4})
    objector = weeks({"a": 5}, observed=False).filter(pl.col("person_id") == "a-4")
    assert shown_of({"a": None}, pl.concat([four, objector])).height == 0


def test_no_rows_show_no_team():
    assert shown_of({"a": None}, weeks({})).height == 0


def test_contributors_say_how_much_one_person_gives():
    rows = weeks({"a": 3}).with_columns(
        hidden_hours=pl.Series([9.0, 1.0, None]), act_count=pl.Series([0, 0, 0])
    )
    found = contributors(rows).collect().row(0, named=True)
    assert found["observed_count"] == 3
    assert found["hours_share"] == pytest.approx(0.9)
    assert found["acts_share"] is None
