"""Concentration above what chance alone shows."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models.metrics.concentration import noise_floor, team_weeks
from models.tables import metrics
from tests.models.world import rows

WEEK = date(2026, 3, 2)


def test_eight_people_with_three_acts_each_look_concentrated_by_chance():
    """METHOD 0.7: a Gini of 0.33 without any difference in leaning, so more with some."""
    assert 0.33 <= noise_floor(np.ones(8), 24) <= 0.42


def test_the_floor_falls_with_more_acts():
    floors = [noise_floor(np.ones(8), acts) for acts in (20, 60, 400)]
    assert floors == sorted(floors, reverse=True)


def team(acts: list[int], people: int | None = None) -> pl.DataFrame:
    """The team's last of 8 weeks, in which person n did acts[n] informal acts."""
    names = [f"p{n}" for n in range(people or len(acts))]
    weeks = [WEEK + timedelta(weeks=n) for n in range(8)]
    present = [
        {
            "person_id": name,
            "week": week,
            "team_id": "red",
            "present_days": 5.0,
            "is_observed": True,
        }
        for name in names
        for week in weeks
    ]
    hidden = [
        {"person_id": name, "week": week, "kind": "merge", "team_id": "red",
         "minutes": 4.0 * count, "held_minutes": 0.0, "excess_minutes": 0.0, "variance": 4.0,
         "informal_act_count": count}
        for name, count in zip(names, acts, strict=False)
        for week in weeks
    ]  # fmt: skip
    return (
        team_weeks(
            rows(metrics.ACTS),
            present_weeks=rows(metrics.PRESENT_WEEKS, *present),
            hidden_minutes=rows(metrics.HIDDEN_MINUTES, *hidden),
            register_weeks=rows(metrics.REGISTER_WEEKS),
            coverage=rows(metrics.COVERAGE),
        )
        .filter(pl.col("week") == weeks[-1])
        .collect(engine="streaming")
    )


def test_one_person_who_carries_all_is_far_above_the_floor():
    row = team([10, 0, 0, 0, 0, 0]).row(0, named=True)
    assert row["top_share"] == 1.0
    assert row["gini_excess"] == pytest.approx(1.0)


def test_an_even_team_is_not_above_the_floor():
    assert team([3, 3, 3, 3, 3, 3])["gini_excess"].item() < 0


def test_between_counts_of_the_grid_the_floor_is_between_theirs():
    low, mid, high = (team([n, 1, 1, 1, 1, 1])["gini_excess"].item() for n in (3, 4, 5))
    assert low < mid < high


@pytest.mark.parametrize(("acts", "people"), [([10, 0, 0, 0], 4), ([2, 0, 0, 0, 0], 5)])
def test_too_few_people_or_acts_show_no_concentration(acts, people):
    row = team(acts, people).row(0, named=True)
    assert (row["top_share"], row["gini_excess"]) == (None, None)


def test_hours_of_a_team_have_an_interval_around_them():
    row = team([3, 3, 3, 3, 3, 3]).row(0, named=True)
    assert row["hidden_hours_low"] < row["hidden_hours"] < row["hidden_hours_high"]
    assert row["hidden_hours"] == pytest.approx(6 * 12 / 60)
