import math

import pytest

from models.signs.proportions import exceeds, fisher, interval, least_exceeding


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(11, 15, 0.52, 0.88), (3, 9, 0.13, 0.60), (0, 3, 0.00, 0.44)],
)
def test_intervals_are_those_of_the_launch(hits, trials, low, high):
    """METHOD 8, items 1 and 4."""
    found = interval(hits, trials)
    assert [round(bound, 2) for bound in found] == [low, high]


def test_an_interval_is_that_of_the_arcsine_law_before_anything_is_seen():
    """Beta(.5, .5) has the distribution function 2 / pi * asin(sqrt(x))."""
    low, high = interval(0, 0)
    assert 2 / math.pi * math.asin(math.sqrt(low)) == pytest.approx(0.05, abs=1e-6)
    assert 2 / math.pi * math.asin(math.sqrt(high)) == pytest.approx(0.95, abs=1e-6)


def test_equal_counts_exceed_one_another_half_the_time():
    assert exceeds(4, 9, 4, 9) == pytest.approx(0.5, abs=1e-6)
    assert exceeds(11, 15, 2, 20) > 0.99
    assert exceeds(2, 20, 11, 15) == pytest.approx(1 - exceeds(11, 15, 2, 20), abs=1e-6)


def test_large_counts_lie_on_the_grid_too():
    low, high = interval(5_000, 10_000)
    assert (low, high) == pytest.approx((0.5 - 1.645 * 0.005, 0.5 + 1.645 * 0.005), abs=1e-4)


def test_the_threshold_is_the_first_share_that_exceeds():
    share = least_exceeding(15, 2, 20, 0.95)
    hits = round(15 * (share or 0))
    assert exceeds(hits, 15, 2, 20) > 0.95 >= exceeds(hits - 1, 15, 2, 20)
    assert least_exceeding(8, 20, 20, 0.95) is None


@pytest.mark.parametrize(
    ("table", "p"),
    [((3, 9, 0, 3), 0.51), ((0, 0, 0, 0), 1.0), ((8, 8, 0, 8), 2 / math.comb(16, 8))],
)
def test_fisher_adds_all_tables_no_likelier(table, p):
    assert fisher(*table) == pytest.approx(p, abs=0.001)
