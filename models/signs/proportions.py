"""Shares of small counts: Beta(.5, .5) posteriors and Fisher's exact test, without chance.

Densities are laid out on an even grid of angles, x = sin(angle)^2, on which a Beta of parameters
from one half on has no pole; sums over it are the integrals to about six digits, the same each run.

Source: METHOD 9 (Beta(.5, .5) for proportions); Jeffreys 1946 for the prior.
"""

from bisect import bisect_right
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

PRIOR = 0.5
POINTS = 8001
ANGLES = np.linspace(0.0, np.pi / 2.0, POINTS)
SHARES = np.sin(ANGLES) ** 2
LOW, HIGH = 0.05, 0.95

Weights = npt.NDArray[np.float64]


@lru_cache(maxsize=1024)
def _posterior(hits: int, trials: int) -> tuple[Weights, Weights]:
    """Density over the grid and its running integral, the last of which is 1."""
    power_hit, power_miss = 2.0 * (hits + PRIOR) - 1.0, 2.0 * (trials - hits + PRIOR) - 1.0
    with np.errstate(divide="ignore"):  # the logarithm of 0 is minus infinity: no density there
        sines, cosines = np.log(np.sin(ANGLES)), np.log(np.clip(np.cos(ANGLES), 0.0, None))
    logs = _times(power_hit, sines) + _times(power_miss, cosines)
    density = np.exp(logs - logs.max())
    steps = (density[1:] + density[:-1]) / 2.0
    running = np.concatenate([[0.0], np.cumsum(steps)])
    return density / running[-1], running / running[-1]


def _times(power: float, logs: Weights) -> Weights:
    return power * logs if power else np.zeros_like(logs)


def interval(hits: int, trials: int) -> tuple[float, float]:
    """5th and 95th percentile of the share behind so many hits."""
    _, running = _posterior(hits, trials)
    low, high = np.interp([LOW, HIGH], running, SHARES)
    return float(low), float(high)


def exceeds(hits: int, trials: int, hits_before: int, trials_before: int) -> float:
    """Probability that the share behind the first count lies above that behind the second."""
    density, _ = _posterior(hits, trials)
    _, below = _posterior(hits_before, trials_before)
    joint = density * below
    return float((joint[1:] + joint[:-1]).sum() / 2.0)


def least_exceeding(trials: int, hits_before: int, trials_before: int, sure: float) -> float | None:
    """The smallest share of so many trials that lies above the earlier one for sure; None: none."""
    hits = bisect_right(
        range(trials + 1), sure, key=lambda k: exceeds(k, trials, hits_before, trials_before)
    )
    return hits / trials if hits <= trials else None


def fisher(hits: int, trials: int, other_hits: int, other_trials: int) -> float:
    """Two-sided p that two counts come from one share, all tables no likelier added up.

    Source: Fisher 1935, exact test of a 2 x 2 table.
    """
    all_hits = hits + other_hits
    ways = [
        comb(trials, k) * comb(other_trials, all_hits - k)
        for k in range(max(0, all_hits - other_trials), min(trials, all_hits) + 1)
    ]
    seen = comb(trials, hits) * comb(other_trials, other_hits)
    return sum(way for way in ways if way <= seen) / sum(ways)
