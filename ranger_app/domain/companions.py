"""Two devices on one leg: whose track is the patrol's, and whose is kept beside it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Span: TypeAlias = tuple[float, float]
"""Beginning and end, in seconds on any one clock."""

MOST_SHARED: Final = 0.5
"""A track of another device of which more than this share of the time is covered already was walked beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """When one track was recorded.

    Attributes:
        key: Names the track.
        device: What recorded it, as far as anybody can tell: tracks of one device never go beside each other.
        spans: When it was recorded.
        is_settled: It was here before: what it is was said already.
        is_companion: Of a settled one, whether it goes beside another.
    """

    key: Hashable
    device: Hashable
    spans: tuple[Span, ...]
    is_settled: bool = False
    is_companion: bool = False

    @property
    def seconds(self) -> float:
        """How long it was recorded."""
        return sum(end - start for start, end in self.spans)


def companions(recordings: Iterable[Recording]) -> frozenset[Hashable]:
    """Which of the new tracks go beside others: of devices that were on at one time, the one that was on longest leads.

    Returns:
        Keys of tracks that are not settled; those that were are left as they are.
    """
    told = list(recordings)
    leading = [one for one in told if one.is_settled and not one.is_companion]
    new: dict[Hashable, list[Recording]] = {}
    for one in told:
        if not one.is_settled:
            new.setdefault(one.device, []).append(one)
    found: set[Hashable] = set()
    by_length = sorted(new.values(), key=lambda of_device: -sum(one.seconds for one in of_device))
    for of_device in by_length:
        covered = _union(span for one in leading if one.device != of_device[0].device for span in one.spans)
        beside = [one for one in of_device if is_beside(one, covered)]
        found |= {one.key for one in beside}
        leading += [one for one in of_device if one not in beside]
    return frozenset(found)


def is_beside(one: Recording, covered: Sequence[Span]) -> bool:
    """Whether more than the share of *one* lies in the spans *covered*, which do not overlap."""
    shared = sum(max(min(end, until) - max(start, since), 0.0) for start, end in one.spans for since, until in covered)
    return one.seconds > 0 and shared > MOST_SHARED * one.seconds


def overlaps(one: Recording, other: Recording) -> bool:
    """Whether more than the share of either was recorded while the other was."""
    return is_beside(one, _union(other.spans)) or is_beside(other, _union(one.spans))


def _union(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
