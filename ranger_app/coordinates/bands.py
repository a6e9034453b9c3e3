"""Bands of latitude, which UTM and MGRS call by the same letters (DMA TM 8358.1, 1990)."""

from __future__ import annotations

BANDS = "CDEFGHJKLMNPQRSTUVWX"
"""Letters of the bands of eight degrees from 80° S; the last has twelve."""

_SOUTHERNMOST_DEG, _HIGH_DEG, _NORTHERNMOST_DEG = -80, 8, 84


def band_at(latitude_deg: float) -> str:
    """The letter of a latitude between 80° S and 84° N."""
    return BANDS[min(int((latitude_deg - _SOUTHERNMOST_DEG) // _HIGH_DEG), len(BANDS) - 1)]


def band_limits(letter: str) -> tuple[int, int]:
    """The southern and the northern end of a band of :data:`BANDS`, in degrees."""
    south = _SOUTHERNMOST_DEG + _HIGH_DEG * BANDS.index(letter)
    return south, _NORTHERNMOST_DEG if letter == BANDS[-1] else south + _HIGH_DEG
