"""Reviews above the fair share of a team (METHOD 4.4)."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from models.metrics.fair_share import excess
from models.tables import metrics
from tests.given import rows

WEEKS = [date(2026, 3, 2) + timedelta(weeks=n) for n in range(8)]
LAST = WEEKS[-1]
NAMES = ["ann", "ben", "cai", "dan", "eva", "fay"]


def reviewed(by: str, author: str | None, minutes: float = 20.0, week: date = LAST, **more: Any):
    return {"actor_id": by, "target_id": author, "team_id": "red", "week": week, "kind": "review",
            "authority": "ordinary", "credited_minutes": minutes, "held_minutes": 0.0,
            "minutes_low": minutes / 4, "minutes_high": minutes * 3, **more}  # fmt: skip


def members(hours: dict[str, float | None], weeks: list[date] = WEEKS):
    return [
        {"person_id": name, "week": week, "team_id": "red", "contract_hours": value,
         "present_days": 5.0}
        for name, value in hours.items()
        for week in weeks
    ]  # fmt: skip


def above(acts: list[dict[str, Any]], hours: dict[str, float | None]) -> dict[str, float]:
    """Minutes above the share, over the 8 weeks, by person."""
    found = excess(rows(metrics.ACTS, *acts), rows(metrics.PRESENT_WEEKS, *members(hours)))
    last = found.filter(pl.col("week").is_in(WEEKS)).collect(engine="streaming")
    return dict(
        last.group_by("person_id").agg(pl.col("excess_minutes").sum()).sort("person_id").iter_rows()
    )


FULL: dict[str, float | None] = dict.fromkeys(NAMES, 40.0)


def test_the_excess_is_own_minutes_less_the_share_of_each_review():
    """Worked by hand: ann did all 40 reviews, of 20 minutes, of what cai wrote.

    Of ann (40 h), ben (20 h) and dan (40 h), present beside cai, ann owes 40 of 100: 320 of the
    800 minutes. The bound of her 800 lies above 320: 480 minutes are excess. Of 10 reviews it does
    not: her 200 minutes may be as few as 72, and 80 are hers.
    """
    hours: dict[str, float | None] = {"ann": 40.0, "ben": 20.0, "cai": 40.0, "dan": 40.0}
    acts = [reviewed("ann", "cai") for _ in range(40)]
    others = {"ben": 0.0, "cai": 0.0, "dan": 0.0}
    assert above(acts, hours) == pytest.approx({"ann": 480.0, **others})
    assert above(acts[:10], hours) == {"ann": 0.0, **others}


def test_who_is_away_owes_nothing():
    acts = [reviewed("ann", "cai") for _ in range(10)]
    found = above(acts, {"ann": 40.0, "ben": 0.0, "cai": 40.0})
    assert found["ann"] == 0.0  # ann was the only one there: all of it was hers


def test_without_contract_hours_days_present_count():
    acts = [reviewed("ann", "cai") for _ in range(10)]
    assert above(acts, dict.fromkeys(["ann", "ben", "cai", "dan"], None))["ann"] == pytest.approx(
        200 - 200 / 3
    )


def test_reviews_of_work_from_outside_are_owed_by_all():
    acts = [reviewed(name, "zoe") for name in NAMES for _ in range(10)]
    assert set(above(acts, FULL).values()) == {0.0}
    assert set(above([{**act, "target_id": None} for act in acts], FULL).values()) == {0.0}


def test_acts_under_a_mandate_or_of_no_team_do_not_enter():
    acts = [
        reviewed("ann", "cai", authority="formal_mandate"),
        reviewed("ann", "cai", authority="bypass"),
        reviewed("ann", "cai", team_id=None),
    ]
    assert set(above(acts * 10, FULL).values()) == {0.0}


def test_asking_an_owner_is_ordinary_and_no_share_of_a_duty():
    asked = [reviewed("ann", "cai", kind="assign") for _ in range(40)]
    assert above(asked, FULL) == dict.fromkeys(NAMES, 0.0)


def weekly(counts: dict[str, int], random: np.random.Generator) -> list[dict[str, Any]]:
    """As many reviews a week as named, of team-mates' work by chance."""
    return [
        reviewed(
            name, str(random.choice([one for one in NAMES if one != name])),
            float(random.lognormal(3.0, 0.6)), week,
        )
        for week in WEEKS
        for name, count in counts.items()
        for _ in range(count)
    ]  # fmt: skip


def test_who_reviews_three_times_the_share_for_eight_weeks_has_excess():
    random = np.random.default_rng(1)
    counts = dict.fromkeys(NAMES, 2) | {"ann": 10}  # 10 of 20: three times a sixth
    found = above(weekly(counts, random), FULL)
    assert found["ann"] > 8 * 60
    assert sum(found.values()) == found["ann"]


def test_who_differs_by_chance_alone_has_none():
    random = np.random.default_rng(2)
    flagged = 0
    for _ in range(20):
        acts = [
            act
            for week in WEEKS
            for name in NAMES
            for act in weekly({name: int(random.poisson(2.0))}, random)
            if act["week"] == week
        ]
        flagged += sum(minutes > 0 for minutes in above(acts, FULL).values())
    assert flagged == 0


def test_two_reviews_of_two_carry_nothing_yet():
    assert above([reviewed("ann", "cai") for _ in range(2)], FULL)["ann"] == 0.0
