"""The closed-form intervals against 500 draws of METHOD 4.2, within 5 %."""

import numpy as np
import polars as pl
import pytest

from models.metrics.intervals import high, low, person_square, team_square
from models.metrics.priors import (
    KIND_BIAS_SD,
    PACE_SD,
    PRIORS,
    SESSION_BIAS_MEDIAN,
    SESSION_BIAS_SD,
    capped_moment,
    median_minutes,
)

DRAWS = 40_000  # enough that the draws themselves are within one per cent


def drawn(kinds: dict[str, int], people: int, seed: int) -> np.ndarray:
    """Minutes of `people` who each did the acts, under the error terms of METHOD 4.1."""
    random = np.random.default_rng(seed)
    bias = {kind: np.exp(random.normal(0, KIND_BIAS_SD, DRAWS)) for kind in kinds}
    session = SESSION_BIAS_MEDIAN * np.exp(random.normal(0, SESSION_BIAS_SD, DRAWS))
    minutes = np.zeros(DRAWS)
    for _ in range(people):
        own = np.zeros(DRAWS)
        for kind, count in kinds.items():
            prior = PRIORS[kind]
            acts = prior.median * np.exp(random.normal(0, prior.spread, (DRAWS, count)))
            own += np.minimum(acts, prior.cap).sum(axis=1) * bias[kind]
        minutes += own * np.exp(random.normal(0, PACE_SD, DRAWS))
    return minutes * session


def closed(kinds: dict[str, int], people: int) -> tuple[float, float, float]:
    shared = SESSION_BIAS_MEDIAN * np.exp((KIND_BIAS_SD**2 + PACE_SD**2 + SESSION_BIAS_SD**2) / 2)
    cells = []
    for kind, count in kinds.items():
        prior = PRIORS[kind]
        first, second = (
            pl.select(
                capped_moment(pl.lit(prior.median), pl.lit(prior.spread), pl.lit(prior.cap), power)
            ).item()
            for power in (1, 2)
        )
        cells.append((count * first * shared, count * (second - first**2) * shared**2))
    by_kind = [minutes for minutes, _ in cells]
    sums = pl.DataFrame(
        {
            "total": [people * sum(by_kind)],
            "held": [0.0],
            "people_squared": [people * sum(by_kind) ** 2],
            "kinds_squared": [sum((people * minutes) ** 2 for minutes in by_kind)],
            "cells_squared": [people * sum(minutes**2 for minutes in by_kind)],
            "variance": [people * sum(variance for _, variance in cells)],
        }
    )
    names = ["total", "held", "people_squared", "kinds_squared", "cells_squared", "variance"]
    square = (
        person_square("total", "held", "kinds_squared", "variance")
        if people == 1
        else team_square(*names)
    )
    row = sums.select("total", low=low("total", square), high=high("total", square)).row(0)
    return row[0], row[1], row[2]


@pytest.mark.parametrize("people", [1, 6])
@pytest.mark.parametrize(
    "kinds", [{"review": 8}, {"merge": 20}, {"review": 4, "merge": 4, "assign": 9}]
)
def test_intervals_match_draws_within_five_per_cent(kinds, people):
    draws = drawn(kinds, people, seed=7)
    mean, lower, upper = closed(kinds, people)
    assert mean == pytest.approx(draws.mean(), rel=0.05)
    assert lower == pytest.approx(np.percentile(draws, 5), rel=0.05)
    assert upper == pytest.approx(np.percentile(draws, 95), rel=0.05)


def median_of_a_review(lines: int | None, *, is_stamp: bool = False) -> float:
    act = {
        "kind": "review", "lines_changed": lines, "item_count": 0, "is_series": False,
        "is_stamp": is_stamp,
    }  # fmt: skip
    frame = pl.DataFrame([act], schema_overrides={"lines_changed": pl.Int64})
    return float(frame.select(median_minutes()).item())


@pytest.mark.parametrize(("lines", "minutes"), [(0, 6.0), (67, 16.0), (400, 65.70), (9000, 65.70)])
def test_a_review_takes_six_minutes_and_its_lines_up_to_400(lines, minutes):
    assert median_of_a_review(lines) == pytest.approx(minutes, abs=0.01)


def test_a_review_of_unknown_size_takes_the_time_of_a_median_change():
    assert median_of_a_review(None) == pytest.approx(6 + 24 / 6.7)


@pytest.mark.parametrize("lines", [0, 400, None])
def test_a_stamp_takes_two_minutes_whatever_it_approves(lines):
    assert median_of_a_review(lines, is_stamp=True) == 2.0


def test_the_mean_of_an_uncapped_act_is_that_of_the_lognormal():
    mean = pl.select(capped_moment(pl.lit(3.0), pl.lit(0.8), pl.lit(1e9), 1)).item()
    assert mean == pytest.approx(3.0 * np.exp(0.32), rel=1e-6)
