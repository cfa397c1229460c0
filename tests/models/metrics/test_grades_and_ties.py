"""Grades of the register over eight weeks, and ties of three acts or more."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.metrics.register_weeks import register_weeks
from models.metrics.ties import lead_ties
from models.tables import metrics
from tests.given import rows

WEEK = date(2026, 3, 2)


def acts(count: int, *, resolved: int = 0, stale: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [
        {"actor_id": "ann", "target_id": "ben", "target_count": 1, "team_id": "red", "week": WEEK,
         "is_scope_resolved": number < resolved, "is_stale": number < stale, **more}
        for number in range(count)
    ]  # fmt: skip


def graded(*given: dict[str, Any], team: str = "red", week: date = WEEK) -> dict[str, Any] | None:
    found = register_weeks(rows(metrics.ACTS, *given)).collect(engine="streaming")
    chosen = [
        row for row in found.rows(named=True) if (row["team_id"], row["week"]) == (team, week)
    ]
    return chosen[0] if chosen else None


@pytest.mark.parametrize(
    ("resolved", "stale", "grade"),
    [(95, 0, "A"), (94, 0, "B"), (90, 0, "B"), (89, 0, "C"), (80, 0, "C"), (79, 0, "D"),
     (0, 0, "D"), (100, 5, "A"), (100, 6, "B"), (100, 10, "B"), (100, 11, "C"), (100, 15, "C"),
     (100, 16, "D"), (95, 6, "B")],
)  # fmt: skip
def test_a_grade_needs_enough_resolved_and_little_stale(resolved, stale, grade):
    row = graded(*acts(100, resolved=resolved, stale=stale))
    assert row is not None
    assert row["grade"] == grade


def test_the_stale_share_is_of_what_is_resolved():
    row = graded(*acts(10, resolved=5, stale=1))
    assert row is not None
    assert (row["resolved_share"], row["stale_share"]) == (0.5, 0.2)


def test_excluded_and_untargeted_acts_do_not_count():
    others = [*acts(5, exclusion="bot"), *acts(5, target_id=None, target_count=0)]
    row = graded(*acts(10, resolved=10), *others)
    assert row is not None
    assert (row["targeted_count"], row["grade"]) == (10, "A")


def test_acts_of_people_of_no_team_count_for_everybody():
    given = [*acts(5, resolved=5), *acts(5, team_id=None)]
    for team, grade in (("red", "A"), ("", "D")):
        row = graded(*given, team=team)
        assert row is not None
        assert row["grade"] == grade


@pytest.mark.parametrize(("weeks", "is_there"), [(0, True), (7, True), (8, False), (-1, False)])
def test_a_grade_is_over_eight_weeks(weeks, is_there):
    row = graded(*acts(3, resolved=3), week=WEEK + timedelta(weeks=weeks))
    assert (row is not None) is is_there


def tied(*given: dict[str, Any]) -> dict[date, dict[str, Any]]:
    found = lead_ties(rows(metrics.ACTS, *given)).collect(engine="streaming")
    return {row["week"]: row for row in found.rows(named=True)}


def test_a_tie_is_three_acts_in_the_eight_weeks_to_a_week():
    last = WEEK + timedelta(weeks=7)
    found = tied(*acts(2), *acts(1, week=last))
    assert set(found) == {last}
    assert tied(*acts(2), *acts(1, week=last + timedelta(weeks=1))) == {}
    assert set(tied(*acts(3))) == {WEEK + timedelta(weeks=n) for n in range(8)}


def test_a_tie_counts_informal_acts_apart_and_adds_up_hours():
    given = [
        *acts(3, authority_class="informal", credited_minutes=20.0),
        *acts(2, authority_class="formal", credited_minutes=30.0),
        *acts(4, exclusion="batch", authority_class="excluded"),
        *acts(4, target_id=None, target_count=0),
    ]
    row = tied(*given)[WEEK]
    assert (row["act_count"], row["informal_act_count"]) == (5, 3)
    assert row["hours"] == pytest.approx(2.0, abs=1e-5)
