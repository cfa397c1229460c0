"""Sums that come out the same whatever the order: fixed point in 64 bits.

Engines add in any order, and floating sums differ in the last digit by order: two runs over the
same rows would not give the same bytes. A millionth of a minute is far below what is known.
"""

import polars as pl

from models.division import divided

PARTS = 1_000_000


def parts(quantity: str | pl.Expr) -> pl.Expr:
    """The sum of a quantity in millionths, a whole number; null counts as nothing."""
    value = pl.col(quantity) if isinstance(quantity, str) else quantity
    return (value.cast(pl.Float64) * PARTS).round().cast(pl.Int64).sum()


def total(quantity: str | pl.Expr) -> pl.Expr:
    """The sum of a quantity, to a millionth; null counts as nothing."""
    return divided(parts(quantity).cast(pl.Float64), PARTS)
