import pytest

from models.signs.waiting import median_interval, median_wait

WAITED = [12, 20, 29, 33, 41]
OPEN = [60, 66, 74, 83]


def test_who_still_waits_is_not_taken_for_answered():
    """METHOD 8, item 2: dropping the open requests would wrongly give 29 hours."""
    flags = [False] * 5 + [True] * 4
    assert median_wait([*WAITED, *OPEN], flags) == 41
    assert median_wait(WAITED, [False] * 5) == 29


@pytest.mark.parametrize(
    ("hours", "is_open", "median"),
    [
        ([], [], None),
        ([5], [False], 5),
        ([5, 5], [True, True], None),
        ([3, 3, 3, 9], [False, True, True, False], 9),
        ([9, 1, 4], [False, False, False], 4),
        ([4, 4, 8, 8], [False, False, True, True], 4),
    ],
)
def test_the_median_is_the_time_by_which_half_are_answered(hours, is_open, median):
    assert median_wait(hours, is_open) == median


def test_the_interval_is_the_same_each_time_and_open_where_half_is_not_reached():
    flags = [False] * 5 + [True] * 4
    first = median_interval([*WAITED, *OPEN], flags)
    assert first == median_interval([*WAITED, *OPEN], flags)
    low, high = first
    assert low is not None
    assert low < 41
    assert high is None
    assert median_interval([], []) == (None, None)
    assert median_interval([7, 7, 7], [False] * 3) == (7, 7)
