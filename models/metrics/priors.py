"""Minutes an act takes: lognormal priors and the error terms that acts share (METHOD 4.1).

Grades: J judgement, P published. Nothing here is calibrated in the company that reads it.
"""

import math
from dataclasses import dataclass

import polars as pl

from models.division import divided

METHOD_VERSION = "1"

KIND_BIAS_SD = 0.35  # log scale, shared by all acts of a kind
PACE_SD = 0.40  # log scale, shared by all acts of a person
SESSION_BIAS_MEDIAN = 1.08  # asynchronous minutes only
SESSION_BIAS_SD = 0.10
Z90 = 1.6448536269514722  # 95th percentile of the normal: 5 % below, 5 % above

REVIEW_BASE_MINUTES = 6.0
REVIEW_LINES_A_MINUTE = 6.7  # P: inspection under 300 to 500 lines an hour (SmartBear at Cisco)
REVIEW_MOST_LINES = 400
REVIEW_COMMENT_MINUTES = 2.5
REVIEW_MOST_COMMENTS = 20
SERIES_MINUTES = 3.0  # organising one date of a series; a meeting by itself has its prior's 10
REVIEW_LINES_UNKNOWN = 24  # P: median change at Google; where a clone lacks the blob


@dataclass(frozen=True)
class Prior:
    """Median minutes, spread within the kind on the log scale, and cap, of one kind of act."""

    median: float
    spread: float
    cap: float


PRIORS = {
    "assign": Prior(3, 0.8, 30),
    "reassign": Prior(4, 0.8, 30),
    "triage": Prior(4, 0.8, 45),
    "answer": Prior(10, 0.9, 90),
    "review": Prior(REVIEW_BASE_MINUTES, 0.6, 90),
    "decide": Prior(8, 0.9, 60),
    "merge": Prior(3, 0.7, 15),
    "request_review": Prior(2, 0.7, 15),
    "remind": Prior(2, 0.7, 15),
    "convene": Prior(10, 0.7, 45),
    "set_agenda": Prior(12, 0.8, 60),
    "follow_up": Prior(8, 0.8, 60),
    "onboard": Prior(10, 0.9, 90),
    "hand_off": Prior(8, 0.9, 60),
    "endorse": Prior(2, 0.7, 15),
    "command": Prior(30, 0.8, 480),
    "escalate": Prior(10, 0.8, 60),
}
STAMP = Prior(2, 0.7, 5)  # a review that approved without a word within 5 minutes of a request


def median_minutes() -> pl.Expr:
    """Median minutes of an act by kind and size, a meeting's own time apart.

    Reads kind, lines_changed, item_count, is_series and is_stamp.
    """
    lines = pl.col("lines_changed").fill_null(REVIEW_LINES_UNKNOWN).clip(0, REVIEW_MOST_LINES)
    comments = pl.col("item_count").clip(0, REVIEW_MOST_COMMENTS)
    review = (
        REVIEW_BASE_MINUTES
        + divided(lines.cast(pl.Float64), REVIEW_LINES_A_MINUTE)
        + REVIEW_COMMENT_MINUTES * comments.cast(pl.Float64)
    )
    triage = (
        pl.when(pl.col("item_count") > 1)
        .then(6.0 + 0.3 * pl.col("item_count").cast(pl.Float64))
        .otherwise(PRIORS["triage"].median)
    )
    follow_up = PRIORS["follow_up"].median + 3.0 * pl.col("item_count").cast(pl.Float64)
    return (
        pl.when((pl.col("kind") == "review") & ~pl.col("is_stamp"))
        .then(review)
        .when(pl.col("kind") == "triage")
        .then(triage)
        .when(pl.col("kind") == "follow_up")
        .then(follow_up)
        .when((pl.col("kind") == "convene") & pl.col("is_series"))
        .then(SERIES_MINUTES)
        .otherwise(of_prior("median"))
    )


def of_prior(field: str) -> pl.Expr:
    """One field of the prior of an act. Reads kind and is_stamp."""
    values = {kind: float(getattr(prior, field)) for kind, prior in PRIORS.items()}
    of_kind = pl.col("kind").replace_strict(values, return_dtype=pl.Float64)
    return pl.when("is_stamp").then(float(getattr(STAMP, field))).otherwise(of_kind)


def _normal_cdf(x: pl.Expr) -> pl.Expr:
    """Standard normal distribution function, within 1e-7.

    Source: Abramowitz and Stegun 1964, 26.2.17.
    """
    t = 1.0 / (1.0 + 0.2316419 * x.abs())
    poly = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    tail = (-(x * x) / 2.0).exp() * (1.0 / math.sqrt(2 * math.pi)) * poly
    return pl.when(x >= 0).then(1.0 - tail).otherwise(tail)


def capped_moment(median: pl.Expr, spread: pl.Expr, cap: pl.Expr, power: int) -> pl.Expr:
    """Mean of min(X, cap)^power for a lognormal X of that median and spread.

    Source: partial expectation of the lognormal distribution.
    """
    mu, n = median.log(), float(power)
    z = (cap.log() - mu) / spread
    below = (n * mu + n * n * spread * spread / 2.0).exp() * _normal_cdf(z - n * spread)
    return below + cap.pow(n) * (1.0 - _normal_cdf(z))


def lognormal_mean(sd: float) -> float:
    """Mean of a lognormal of median 1."""
    return math.exp(sd * sd / 2.0)


def lognormal_square(sd: float) -> float:
    """Mean square of a lognormal of median 1."""
    return math.exp(2.0 * sd * sd)
