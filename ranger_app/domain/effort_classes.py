"""Where the classes end in which patrol effort is shown."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

MOST_CLASSES = 5
"""As many as there are colours that people tell apart in grey print."""


def class_breaks(values: NDArray[np.float64], *, is_whole: bool = False) -> tuple[float, ...]:
    """Where classes of values end: round numbers near the quantiles, ascending; the last class has no end.

    Args:
        is_whole: The values count something.
    """
    positive = values[values > 0]
    if not len(positive):
        return ()
    shares = np.arange(1, MOST_CLASSES) / MOST_CLASSES
    rounded = sorted({_round(float(value), is_whole) for value in np.quantile(positive, shares)})
    return tuple(one for one in rounded if one < positive.max())


def _round(value: float, is_whole: bool) -> float:
    """The nearest 1, 2 or 5 times a power of ten, as ratios go."""
    power = 10.0 ** math.floor(math.log10(value))
    nearest = min((step * power for step in (1.0, 2.0, 5.0, 10.0)), key=lambda one: abs(math.log(one / value)))
    return max(round(nearest), 1.0) if is_whole else float(f"{nearest:.3g}")
