"""Two devices on one leg: whose track is the patrol's, and whose is kept beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Final, TypeAlias

Span: TypeAlias = tuple[float, float]
"""Beginning and end, in seconds on any one clock."""

MOST_SHARED: Final = 0.5
"""A track of another device of which more than this share of the time is covered already was walked beside it."""

MOST_DEVICES: Final = 50
"""Nobody joins the tracks of more devices into one file; in a file of nonsense the last ones are not told apart."""


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
        found |= {one.key for one in of_device if is_beside(one, covered)}
        leading += [one for one in of_device if one.key not in found]
    return frozenset(found)


class OneFile:
    """The new tracks of one file, which may hold those of several devices: the tracks of one hardly overlap in time."""

    def __init__(self, file: Hashable) -> None:
        self._file = file
        self._devices: list[_Device] = []

    def add(self, one: Recording) -> Recording:
        """Take the next track; the answer says which of the file's devices recorded it, the first that can have."""
        number = next((n for n, device in enumerate(self._devices) if not device.was_on_in(one)), len(self._devices))
        if number == len(self._devices) < MOST_DEVICES:
            self._devices.append(_Device())
        number = min(number, MOST_DEVICES - 1)
        self._devices[number].add(one)
        return replace(one, device=(self._file, number))


class _Device:
    """Tracks by time, so that only those of the same time are compared."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float, int]] = []
        self._tracks: list[Recording] = []
        self._longest_s = 0.0

    def was_on_in(self, one: Recording) -> bool:
        near = {
            track
            for start, end in one.spans
            for _, until, track in self._spans[
                bisect_left(self._spans, (start - self._longest_s,)) : bisect_left(self._spans, (end,))
            ]
            if until > start
        }
        return any(overlaps(one, self._tracks[track]) for track in near)

    def add(self, one: Recording) -> None:
        for start, end in one.spans:
            insort(self._spans, (start, end, len(self._tracks)))
            self._longest_s = max(self._longest_s, end - start)
        self._tracks.append(one)


def is_beside(one: Recording, covered: Sequence[Span]) -> bool:
    """Whether more than the share of *one* lies in the spans *covered*, which are in order and do not overlap."""
    shared = 0.0
    for start, end in one.spans:
        first = bisect_right(covered, start, key=itemgetter(1))
        for since, until in covered[first : bisect_left(covered, (end,))]:
            shared += max(min(end, until) - max(start, since), 0.0)
    return one.seconds > 0 and shared > MOST_SHARED * one.seconds


def overlaps(one: Recording, other: Recording) -> bool:
    """Whether more than the share of either was recorded while the other was."""
    return is_beside(one, _union(other.spans)) or is_beside(other, _union(one.spans))


def _union(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):  # a clock may have been set back
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
