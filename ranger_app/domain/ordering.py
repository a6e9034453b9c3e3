"""Where a record stands among its siblings: fractional indexes, compared as text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

DIGITS = 6


def position_at(place: int) -> str:
    """Index of the record at *place*, counted from 0, of a list that is written as a whole."""
    return f"{place:0{DIGITS}d}"


def position_between(before: str, after: str) -> str:
    """An index between two, both made here; either may be empty for the beginning or the end.

    Raises:
        ValueError: *before* is not smaller than *after*, or nothing comes before *after*.
    """
    if not (before + after or "0").isdecimal() or not (before + after).isascii():
        raise ValueError(f"{before!r} or {after!r} was not made here")
    if not after:
        following = position_at(int(before[:DIGITS]) + 1) if before else position_at(0)
        return following if following > before else before + "5"
    width = max(len(before), len(after)) + 1
    low, high = int(before.ljust(width, "0")), int(after.ljust(width, "0"))
    if low >= high:
        raise ValueError(f"there is no place between {before!r} and {after!r}")
    while high - low < 2:
        width, low, high = width + 1, low * 10, high * 10
    return str((low + high) // 2).zfill(width).rstrip("0")


def positions_in_order(old: Sequence[str]) -> list[str]:
    """Ascending indexes for records in the order wanted, changing as few as possible.

    Args:
        old: The index that each has now; empty for a new record.
    """
    kept = _longest_ascending(old)
    try:
        return _filled(old, kept)
    except ValueError:  # something is to come before the first of all, or an index is not ours
        return [position_at(place) for place in range(len(old))]


def _filled(old: Sequence[str], kept: Sequence[int]) -> list[str]:
    found = []
    ahead = list(reversed(kept))
    before = ""
    for place, now in enumerate(old):
        if ahead and ahead[-1] == place:
            ahead.pop()
            before = now
        else:
            before = position_between(before, old[ahead[-1]] if ahead else "")
        found.append(before)
    return found


def _longest_ascending(old: Sequence[str]) -> list[int]:
    """Places of a longest strictly ascending run among the indexes that are not empty."""
    ends: list[str] = []
    end_places: list[int] = []
    previous: dict[int, int] = {}
    for place, now in enumerate(old):
        if not now:
            continue
        length = bisect_left(ends, now)
        if length:
            previous[place] = end_places[length - 1]
        ends[length : length + 1] = [now]
        end_places[length : length + 1] = [place]
    found = [end_places[-1]] if end_places else []
    while found and found[-1] in previous:
        found.append(previous[found[-1]])
    return found[::-1]
