"""Patrols in time: where each was at a moment, and the way up to there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Degrees, Indices, Times
from ranger_app.domain.track_levels import cells_of, kept, to_world

Floats = NDArray[np.float64]

_GRIDS = ((300_000, 16), (1_500_000, 14), (6_000_000, 12))
"""Up to how many fixes, and the zoom at whose half pixels they are told apart."""

_COARSEST = 10


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where patrols are at one moment, as columns.

    Attributes:
        track: Index of each track in the replay.
        x, y: World units.
        is_seen: Whether there are fixes around that moment; where not, it is the last place before a silence.
    """

    track: Indices
    x: Floats
    y: Floats
    is_seen: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """Fixes with times in the order they were walked, as columns, track after track; never changes.

    Attributes:
        tracks: Ids of the track records.
        patrols: Id of the patrol of each; empty where it has none.
        time_us: Ascending within a track.
        x, y: World units of Mercator's square.
        begins: Whether a fix begins a part.
        first: Index of the first fix of each track, with the number of all fixes at the end.
    """

    tracks: tuple[str, ...]
    patrols: tuple[str, ...]
    time_us: Times
    x: Floats
    y: Floats
    begins: NDArray[np.bool_]
    first: Indices

    def __len__(self) -> int:
        """Number of tracks."""
        return len(self.tracks)

    def span_us(self) -> tuple[int, int] | None:
        """First and last moment; ``None`` when there is no fix."""
        return (int(self.time_us.min()), int(self.time_us.max())) if len(self.time_us) else None

    def at(self, moment_us: int) -> Standing:
        """Where those are that are on their way at a moment: between two fixes, in the share of time gone by."""
        if not len(self):
            none = np.empty(0)
            return Standing(np.empty(0, np.int64), none, none, np.empty(0, np.bool_))
        began, ended = self.time_us[self.first[:-1]], self.time_us[self.first[1:] - 1]
        under_way = np.flatnonzero((began <= moment_us) & (ended >= moment_us))
        here = np.array([self._before(track, moment_us) for track in under_way.tolist()], np.int64)
        there = np.minimum(here + 1, self.first[under_way + 1] - 1)
        is_seen = ~self.begins[there] | (there == here) | (self.time_us[here] == moment_us)
        step = self.time_us[there] - self.time_us[here]
        share = np.divide(moment_us - self.time_us[here], step, out=np.zeros(len(here)), where=(step > 0) & is_seen)
        across = self.x[there] - self.x[here]
        across -= np.round(across)  # the short way over the 180th meridian
        x = (self.x[here] + share * across) % 1.0
        return Standing(under_way, x, self.y[here] + share * (self.y[there] - self.y[here]), is_seen)

    def _before(self, track: int, moment_us: int) -> int:
        """The last fix of a track that is not after a moment."""
        first, stop = int(self.first[track]), int(self.first[track + 1])
        return first + int(self.time_us[first:stop].searchsorted(moment_us, side="right")) - 1

    def next_begin(self, moment_us: int) -> int | None:
        """When the next patrol sets out after a moment; ``None`` when none does."""
        began = self.time_us[self.first[:-1]]
        later = began[began > moment_us]
        return int(later.min()) if len(later) else None

    def is_anybody_out(self, moment_us: int) -> bool:
        """Whether a patrol is on its way."""
        if not len(self):
            return False
        began, ended = self.time_us[self.first[:-1]], self.time_us[self.first[1:] - 1]
        return bool(((began <= moment_us) & (ended >= moment_us)).any())


@dataclass(frozen=True, slots=True, eq=False)
class TimedLine:
    """A track that is to be replayed.

    Attributes:
        begins: Indices of the fixes that begin a part.
    """

    track: str
    patrol: str
    time_us: Times
    longitude_deg: Degrees
    latitude_deg: Degrees
    begins: Indices


def replay_of(lines: Iterable[TimedLine], fixes: int, *, from_us: int, to_us: int) -> Replay:
    """A replay of the fixes of a span, both ends included.

    Fixes without a time are left out, and those that were written earlier than one before them. Fixes that cannot be
    told apart on a map are left out where there are many.

    Args:
        fixes: About how many there are in all.
    """
    cells = cells_of(next((zoom for most, zoom in _GRIDS if fixes <= most), _COARSEST))
    tracks: list[str] = []
    patrols: list[str] = []
    pieces: list[tuple[Times, Floats, Floats, NDArray[np.bool_]]] = []
    for line in lines:
        piece = _piece(line, cells, from_us, to_us)
        if len(piece[0]):
            tracks.append(line.track)
            patrols.append(line.patrol)
            pieces.append(piece)
    none = np.empty(0)
    empty = [np.empty(0, np.int64), none, none, np.empty(0, np.bool_)]
    time_us, x, y, begins = (np.concatenate(column) for column in zip(empty, *pieces, strict=True))
    first = np.cumsum([0, *(len(piece[0]) for piece in pieces)]).astype(np.int64)
    return Replay(tuple(tracks), tuple(patrols), time_us, x, y, begins, first)


def _piece(line: TimedLine, cells: int, from_us: int, to_us: int) -> tuple[Times, Floats, Floats, NDArray[np.bool_]]:
    part = np.zeros(len(line.time_us), np.int64)
    part[line.begins] = 1
    part = np.cumsum(part)
    inside = (line.time_us != NO_TIME) & (line.time_us >= from_us) & (line.time_us <= to_us)
    chosen = np.flatnonzero(inside)
    times = line.time_us[chosen]
    ahead = np.ones(len(times), np.bool_)
    ahead[1:] = times[1:] > np.maximum.accumulate(times)[:-1]
    chosen = chosen[ahead]
    x, y = to_world(line.longitude_deg[chosen], line.latitude_deg[chosen])
    begins = np.ones(len(chosen), np.bool_)
    begins[1:] = np.diff(part[chosen]) > 0
    stays = kept((x * cells).astype(np.int64), (y * cells).astype(np.int64), begins)
    return line.time_us[chosen[stays]], x[stays], y[stays], begins[stays]
