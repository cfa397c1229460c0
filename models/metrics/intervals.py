"""How far a sum of minutes may be off: the three error terms of METHOD 0.3 in closed form.

A cheaper estimator than 500 draws, allowed by METHOD where it matches them: the sum's first two
moments under act spread, kind bias, person pace and session bias, then a lognormal of those
moments. A test compares it with draws.
"""

import math

import polars as pl

from models.metrics.priors import KIND_BIAS_SD, PACE_SD, PRIORS, SESSION_BIAS_SD, Z90

KIND = math.exp(KIND_BIAS_SD**2)  # mean square over squared mean of each error term
PACE = math.exp(PACE_SD**2)
SESSION = math.exp(SESSION_BIAS_SD**2)

# METHOD 4.1: log-scale spread of shared terms behind minutes_low and minutes_high of an act.
SHARED_VARIANCE = KIND_BIAS_SD**2 + PACE_SD**2 + SESSION_BIAS_SD**2
# METHOD 4.1: a meeting takes its time by the clock, attended U(0.8, 1.0): no pace, bias or session.
ATTENDED_MEAN = 0.9
ATTENDED_VARIANCE = 0.2**2 / 12.0 / ATTENDED_MEAN**2  # of a mean of 1


def own_variance() -> pl.Expr:
    """Variance of an act's credited minutes that it shares with no other act, in minutes squared.

    Reads credited_minutes, held_minutes, minutes_low and minutes_high. The interval of a meeting
    with time by the clock is of two unlike parts: there the spread is the prior's, and the clock's
    is added.
    """
    spread = (pl.col("minutes_high") / pl.col("minutes_low")).log() * (0.5 / Z90)
    own = (spread * spread - SHARED_VARIANCE).clip(0.0).exp() - 1.0
    desk = pl.col("credited_minutes") - pl.col("held_minutes")
    organising = math.exp(PRIORS["convene"].spread ** 2) - 1.0
    return (
        pl.when(pl.col("held_minutes") > 0)
        .then(organising * desk**2 + ATTENDED_VARIANCE * pl.col("held_minutes") ** 2)
        .otherwise(own * pl.col("credited_minutes") ** 2)
    )


def person_square(total: str, held: str, kinds_squared: str, variance: str) -> pl.Expr:
    """Mean square of a person's minutes: of their sum, squared sums by kind, and own variance.

    `held` is the part of the total that meetings took by the clock, `kinds_squared` is of the rest.
    """
    desk = pl.col(total) - pl.col(held)
    square = (
        SESSION * PACE * (desk**2 + (KIND - 1.0) * pl.col(kinds_squared) + KIND * pl.col(variance))
    )
    return _with_held(square, desk, held)


def _with_held(square: pl.Expr, desk: pl.Expr, held: str) -> pl.Expr:
    """The mean square with time by the clock added to what is done at a desk."""
    return square + pl.col(held) * (2.0 * desk + pl.col(held))


def team_square(
    total: str,
    held: str,
    people_squared: str,
    kinds_squared: str,
    cells_squared: str,
    variance: str,
) -> pl.Expr:
    """Mean square of a team's minutes: pace differs by person, kind and session bias are shared.

    `held` as in `person_square`; all squares are of the rest.
    """
    desk = pl.col(total) - pl.col(held)
    square = SESSION * (
        desk**2
        + (PACE - 1.0) * pl.col(people_squared)
        + (KIND - 1.0) * pl.col(kinds_squared)
        + (PACE - 1.0) * (KIND - 1.0) * pl.col(cells_squared)
        + PACE * KIND * pl.col(variance)
    )
    return _with_held(square, desk, held)


def bound(total: str, square: pl.Expr, z: float) -> pl.Expr:
    """The percentile at `z` of a lognormal with that mean and mean square; 0 of nothing."""
    mean = pl.col(total)
    spread = (square / mean**2).log().clip(0.0).sqrt()
    return (
        pl.when(mean.is_null())
        .then(None)
        .when(mean > 0)
        .then(mean * (z * spread - spread * spread / 2.0).exp())
        .otherwise(0.0)
    )


def low(total: str, square: pl.Expr) -> pl.Expr:
    """5th percentile."""
    return bound(total, square, -Z90)


def high(total: str, square: pl.Expr) -> pl.Expr:
    """95th percentile."""
    return bound(total, square, Z90)
