"""Where a record stands among its siblings: fractional indexes, compared as text."""

from __future__ import annotations

DIGITS = 6


def position_at(place: int) -> str:
    """Index of the record at *place*, counted from 0, of a list that is written as a whole."""
    return f"{place:0{DIGITS}d}"


def position_between(before: str, after: str) -> str:
    """An index between two; either may be empty for the beginning or the end.

    Raises:
        ValueError: *before* is not smaller than *after*.
    """
    if after and before >= after:
        raise ValueError(f"{before} is not before {after}")
    if not after:
        return (
            position_at(int(before[:DIGITS] or "-1") + 1) if before[:DIGITS].isdigit() or not before else before + "5"
        )
    width = max(len(before), len(after)) + 1
    low, high = int(before.ljust(width, "0") or "0"), int(after.ljust(width, "0"))
    while high - low < 2:
        width, low, high = width + 1, low * 10, high * 10
    return str((low + high) // 2).zfill(width).rstrip("0")
