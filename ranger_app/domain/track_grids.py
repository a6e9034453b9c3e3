"""Grids that values of receivers lie on: whole steps there and back, exact to the last bit or not at all."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_EXACT = 2.0**53
_COST_BESIDE_BYTES = 7.0
_SAMPLE = 64
_HOPELESS_SHARE = 0.5
"""A grid that so many of a sample are not on is never the cheapest: the finest decimals cost less."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How values become whole steps and back, and what a step costs.

    Attributes:
        code: What stands for the grid in stored bytes.
        steps: Nearest steps; what is beyond the grid becomes any step, and is found when it does not come back.
        values: Exactly the float64 that steps stand for.
        bits: Typical bits a difference needs, to choose between grids.
    """

    code: int
    steps: Callable[[Floats], Ints]
    values: Callable[[NDArray[np.signedinteger]], Floats]
    bits: float


def _within(values: Floats, limit: float) -> Floats:
    """The values that a grid can hold; 0 for the others."""
    if len(values) and max(float(values.max()), -float(values.min())) >= limit:
        return np.where(np.abs(values) < limit, values, 0.0)
    return values


def _decimal_grid(decimals: int) -> Grid:
    scale = 10.0**decimals

    def steps(values: Floats) -> Ints:
        return np.rint(_within(values, _EXACT / scale) * scale).astype(np.int64)

    return Grid(decimals, steps, lambda steps: steps / scale, decimals * math.log2(10.0))


def _semicircle_grid() -> Grid:
    def steps(values: Floats) -> Ints:
        return np.rint(_within(values, 1024.0) * (2.0**31 / 180.0)).astype(np.int64)

    return Grid(31, steps, lambda steps: steps.astype(np.float64) * 180.0 / 2.0**31, math.log2(2.0**31 / 180.0))


def _single_precision_grid() -> Grid:
    def steps(values: Floats) -> Ints:
        return _within(values, 1e30).astype(np.float32).view(np.int32).astype(np.int64)

    def values(steps: NDArray[np.signedinteger]) -> Floats:
        with np.errstate(invalid="ignore"):
            return steps.astype(np.int32).view(np.float32).astype(np.float64)

    return Grid(32, steps, values, 16.0)


GRIDS: dict[int, Grid] = {decimals: _decimal_grid(decimals) for decimals in range(10)}
GRIDS[31] = _semicircle_grid()
GRIDS[32] = _single_precision_grid()


def by_cost(*codes: int) -> tuple[Grid, ...]:
    """Grids with these codes, the one with the shortest steps first."""
    return tuple(sorted((GRIDS[code] for code in codes), key=lambda grid: grid.bits))


def cheapest(values: Floats, grids: tuple[Grid, ...]) -> tuple[Grid, Ints, Ints]:
    """The grid on which *values* take the fewest bytes, their steps there, and the places of those not exactly on it.

    Args:
        grids: In the order of :func:`by_cost`.
    """
    bits = values.view(np.int64)
    sample = values[:: max(len(values) // _SAMPLE, 1)]
    best = math.inf
    chosen: tuple[Grid, Ints, Ints] | None = None
    for grid in grids:
        least = len(values) * grid.bits / 8.0
        if least >= best:
            break
        if grid is not grids[-1] and _share_beside(sample, grid) > _HOPELESS_SHARE:
            continue
        steps = grid.steps(values)
        beside = np.flatnonzero(grid.values(steps).view(np.int64) != bits)
        cost = least + len(beside) * _COST_BESIDE_BYTES
        if cost < best or chosen is None:
            best, chosen = cost, (grid, steps, beside)
    assert chosen is not None
    return chosen


def _share_beside(sample: Floats, grid: Grid) -> float:
    if not len(sample):
        return 0.0
    back = grid.values(grid.steps(sample))
    return int(np.count_nonzero(back.view(np.int64) != sample.view(np.int64))) / len(sample)
