"""Sums over the weeks before: which weeks count, and where rows begin and end."""

from datetime import date, timedelta

import polars as pl

from models.metrics.windows import trailing

MONDAY = date(2026, 3, 2)
SCHEMA = {"team_id": pl.String, "week": pl.Date, "acts": pl.Int64, "hours": pl.Float64}


def after(weeks: int) -> date:
    return MONDAY + timedelta(weeks=weeks)


def sums(*rows: tuple[str | None, int, int, float], weeks: int = 3) -> list[tuple[object, ...]]:
    given = pl.LazyFrame(
        [(team, after(week), acts, hours) for team, week, acts, hours in rows],
        schema=SCHEMA,
        orient="row",
    )
    found = trailing(given, weeks, ["team_id"], counts=["acts"], quantities=["hours"]).collect()
    return found.sort("team_id", "week", nulls_last=True).rows()


def test_a_row_counts_in_its_own_week_and_those_after_it():
    assert sums(("a", 0, 2, 0.5)) == [("a", after(n), 2, 0.5) for n in range(3)]


def test_rows_within_the_window_add_up_and_leave_one_by_one():
    found = sums(("a", 0, 1, 0.1), ("a", 1, 2, 0.2), ("a", 1, 4, 0.4))
    assert [(week, acts, hours) for _, week, acts, hours in found] == [
        (after(0), 1, 0.1),
        (after(1), 7, 0.7),
        (after(2), 7, 0.7),
        (after(3), 6, 0.6),
    ]


def test_weeks_of_which_no_week_of_the_window_has_a_row_have_none():
    found = sums(("a", 0, 1, 0.0), ("a", 5, 1, 0.0), weeks=2)
    assert [row[1] for row in found] == [after(0), after(1), after(5), after(6)]


def test_a_row_of_nothing_is_a_row():
    assert sums(("a", 0, 0, 0.0), weeks=1) == [("a", after(0), 0, 0.0)]


def test_those_of_no_team_are_a_team_of_their_own():
    assert sums(("a", 0, 1, 1.0), (None, 0, 2, 2.0), weeks=1) == [
        ("a", after(0), 1, 1.0),
        (None, after(0), 2, 2.0),
    ]


def test_weeks_before_1970_have_their_sums_too():
    given = pl.LazyFrame([("a", date(1969, 12, 29), 1, 1.0)], schema=SCHEMA, orient="row")
    found = trailing(given, 2, ["team_id"], counts=["acts"]).collect().sort("week")
    assert found["week"].to_list() == [date(1969, 12, 29), date(1970, 1, 5)]


def test_no_rows_have_no_sums():
    assert sums() == []
