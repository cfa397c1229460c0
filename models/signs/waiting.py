"""How long one usually waits when some still wait: the Kaplan-Meier median and its interval.

Source: Kaplan and Meier 1958; percentile bootstrap with a fixed seed, METHOD 6.3 P2.
"""

from collections.abc import Sequence

import numpy as np

DRAWS = 2000
SEED = 20260102
MOST_CELLS = 4_000_000
HALF = 0.5 + 1e-9  # a product of fractions may miss one half by the last digit
LOW, HIGH = 5, 95


def median_wait(hours: Sequence[float], is_open: Sequence[bool]) -> float | None:
    """The time by which half have been answered; None: fewer than half are, and nothing at all.

    Who still waits counts as waiting until then, and as nothing after.
    """
    if not hours:
        return None
    waits, order = _in_order(hours, is_open)
    answered = ~np.asarray(is_open)[order]
    found = _medians(waits, answered, np.ones((1, len(hours))))[0]
    return None if np.isinf(found) else float(found)


def median_interval(
    hours: Sequence[float], is_open: Sequence[bool]
) -> tuple[float | None, float | None]:
    """5th and 95th percentile of the median over 2,000 resamples; None: half is not reached."""
    if not hours:
        return None, None
    waits, order = _in_order(hours, is_open)
    answered = ~np.asarray(is_open)[order]
    count = len(hours)
    random = np.random.default_rng([SEED, count])
    shares = np.full(count, 1.0 / count)
    step = max(1, MOST_CELLS // count)  # so that many requests do not fill the memory
    medians = np.concatenate(
        [
            _medians(waits, answered, random.multinomial(count, shares, size=size).astype(float))
            for size in (min(step, DRAWS - done) for done in range(0, DRAWS, step))
        ]
    )
    low, high = np.percentile(medians, [LOW, HIGH], method="inverted_cdf")
    return None if np.isinf(low) else float(low), None if np.isinf(high) else float(high)


def _in_order(hours: Sequence[float], is_open: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Waits from the shortest on, an answer before what still waits as long; and that order."""
    order = np.lexsort((np.asarray(is_open), np.asarray(hours, dtype=float)))
    return np.asarray(hours, dtype=float)[order], order


def _medians(waits: np.ndarray, answered: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The median of each row of weights; infinite where half is not reached."""
    at_risk = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
    share = np.divide(weights, at_risk, out=np.zeros_like(weights), where=at_risk > 0)
    still = np.cumprod(np.where(answered, 1.0 - share, 1.0), axis=1)
    reached = still <= HALF
    first = reached.argmax(axis=1)
    return np.where(reached.any(axis=1), waits[first], np.inf)
