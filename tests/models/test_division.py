"""A quotient is the same however rows lie in chunks."""

import polars as pl

from models.division import divided

MINUTES = [6.0, 41.3, 90.0, 0.1]


def test_a_quotient_is_the_same_in_a_chunk_of_one_row_and_in_one_of_several():
    whole = pl.DataFrame({"minutes": MINUTES})
    hours = divided(pl.col("minutes"), 60.0).alias("hours")
    alone = [whole.slice(row, 1).select(hours).item() for row in range(whole.height)]
    assert whole.select(hours)["hours"].to_list() == alone


def test_what_is_whole_comes_out_whole():
    frame = pl.DataFrame({"parts": [100_000, 300_000, 90_000_000]})
    assert frame.select(divided(pl.col("parts"), 1_000_000))["parts"].to_list() == [0.1, 0.3, 90.0]


def test_a_column_divides_as_a_constant_does():
    frame = pl.DataFrame({"minutes": MINUTES, "by": [60.0] * 4})
    both = frame.select(
        a=divided(pl.col("minutes"), 60.0), b=divided(pl.col("minutes"), pl.col("by"))
    )
    assert both["a"].to_list() == both["b"].to_list()
