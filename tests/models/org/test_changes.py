from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.org.changes import touched

MOMENT = pl.Datetime("us", "UTC")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int | None) -> datetime | None:
    return None if number is None else FIRST + timedelta(days=number)


def frame(rows) -> pl.LazyFrame:
    schema = {"who": pl.String(), "team": pl.String(), "valid_from": MOMENT, "valid_to": MOMENT}
    moments = [(who, team, day(start), day(end)) for who, team, start, end in rows]
    return pl.LazyFrame(moments, schema=schema, orient="row")


def found(old, new) -> list[tuple[int, int | None]]:
    rows = touched(frame(old), frame(new), ["who"], ("valid_from", "valid_to"), ["team"]).collect()
    return [((a - FIRST).days, b and (b - FIRST).days) for a, b in rows.rows()]


def test_a_moved_end_touches_what_lies_between_the_ends():
    assert found([("a", "x", 0, None)], [("a", "x", 0, 9)]) == [(9, None)]
    assert found([("a", "x", 0, 5)], [("a", "x", 0, 9)]) == [(5, 9)]
    assert found([("a", "x", 3, 9)], [("a", "x", 1, 9)]) == [(1, 3)]


def test_a_changed_value_touches_its_whole_stretch():
    assert found([("a", "x", 0, 9)], [("a", "y", 0, 9)]) == [(0, 9)]
    assert found([], [("a", "x", 2, None)]) == [(2, None)]
    assert found([("a", "x", 2, 4)], []) == [(2, 4)]


def test_the_same_said_in_other_pieces_touches_nothing():
    assert found([("a", "x", 0, 9)], [("a", "x", 0, 4), ("a", "x", 4, 9)]) == []


def test_no_rows_touch_nothing():
    assert found([], []) == []


ROW = st.tuples(
    st.sampled_from("ab"),
    st.sampled_from("xy"),
    st.integers(0, 8),
    st.one_of(st.none(), st.integers(9, 12)),
)


def said(rows, on: int) -> list[tuple[str, str]]:
    return sorted(
        (who, team) for who, team, start, end in rows if start <= on and (end is None or on < end)
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=5), st.lists(ROW, max_size=5))
def test_a_day_is_touched_exactly_when_it_says_something_else(old, new):
    stretches = found(old, new)
    for on in range(14):
        is_touched = any(a <= on and (b is None or on < b) for a, b in stretches)
        assert is_touched == (said(old, on) != said(new, on))
