"""What people did to a track, on top of fixes that never change.

An edit is a field of the ``track`` record and names *original* fixes: the place of a fix in the track as its chunks
hold it, counted from 0, both ends of a range included. So edits need no order, two laptops' edits merge as a union, and
each can be taken back alone, at any time:

    hide/<first>-<last>    why: these fixes are not told
    pause/<first>-<last>   why: a rest; between its two ends nothing is told, and the way between them is not counted
    break/<index>          "cut": a part begins here; "join": none does
    day/<first>-<last>     ISO date: these fixes belong to another leg day; of several ranges the shortest decides
    clock/<id>             "<seconds> <why>": added to every time; the sum of all
    first, stop            the record is about these fixes of its chunks only (a piece that was split off)

For whoever shows or changes tracks: :meth:`Edits.parse` reads a record's values, :func:`edited` gives the track as it
is told, :func:`edit` the same with the original index of every fix, :func:`rest_minutes` what pauses offer as rest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

from ranger_app.domain.records import TrackEdit
from ranger_app.domain.track_edit_names import BREAK as BREAK
from ranger_app.domain.track_edit_names import CLOCK as CLOCK
from ranger_app.domain.track_edit_names import DAY as DAY
from ranger_app.domain.track_edit_names import FAMILIES as FAMILIES
from ranger_app.domain.track_edit_names import HIDE as HIDE
from ranger_app.domain.track_edit_names import PAUSE as PAUSE

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import numpy as np
    from numpy.typing import NDArray

    from ranger_app.domain.track import Indices, Times, Track

CUT, JOIN = "cut", "join"

NO_DAY = -(2**62)
"""Stands in a column of days, counted from 1970-01-01, where nobody gave one."""

SPIKE_FIXES = 5
"""The line goes on over so many hidden fixes where no time tells how long they took; over more it breaks."""

LONGEST_SHIFT_S = 100 * 366 * 86_400
"""No clock is wrong by more than a hundred years."""

_RANGE = re.compile(r"(0|[1-9][0-9]{0,9})-(0|[1-9][0-9]{0,9})")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()


class Run(NamedTuple):
    """A range of original fixes, both ends included."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    @classmethod
    def parse(cls, text: str) -> Run | None:
        """The range that a field's name ends with; ``None`` when it is none."""
        match = _RANGE.fullmatch(text)
        if match is None or int(match[1]) > int(match[2]):
            return None
        return cls(int(match[1]), int(match[2]))


class Shift(NamedTuple):
    """A correction of a clock.

    Attributes:
        seconds: What is added to the times that the clock told.
    """

    seconds: Decimal
    reason: str

    def __str__(self) -> str:
        return f"{self.seconds:f} {self.reason}".rstrip()

    @classmethod
    def parse(cls, value: object) -> Shift | None:
        """The correction that a ``clock/`` field holds; ``None`` when it is none."""
        told, _, reason = str(value).partition(" ")
        try:
            seconds = Decimal(told)
        except InvalidOperation:
            return None
        if not isinstance(value, str) or not seconds.is_finite() or abs(seconds) > LONGEST_SHIFT_S:
            return None
        return cls(seconds, reason)


def total_shift_us(values: Mapping[str, Any]) -> int:
    """Microseconds that the ``clock/`` fields of a record add to its times."""
    shifts = (Shift.parse(value) for name, value in values.items() if name.startswith(CLOCK))
    return sum(round(shift.seconds * 1_000_000) for shift in shifts if shift is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Every edit that stands on a track.

    Attributes:
        first, stop: The window on the chunks: the first original fix, and the one after the last; ``None`` for all.
        hidden, pauses: Range to reason.
        breaks: Original index to ``cut`` or ``join``.
        days: Range to the day that a person gave it.
        clocks: Id of a clock to its correction.
    """

    first: int = 0
    stop: int | None = None
    hidden: Mapping[Run, str] = field(default_factory=dict)
    pauses: Mapping[Run, str] = field(default_factory=dict)
    breaks: Mapping[int, str] = field(default_factory=dict)
    days: Mapping[Run, dt.date] = field(default_factory=dict)
    clocks: Mapping[str, Shift] = field(default_factory=dict)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Edits:
        """The edits among the fields of a ``track`` record; what cannot be read as one is none."""
        first, stop = _whole(values.get("first")) or 0, _whole(values.get("stop"))
        values = {name: value for name, value in values.items() if "/" in name}
        if not values:
            return cls(first=first, stop=stop)
        return cls(
            first=first,
            stop=stop,
            hidden=dict(_runs(values, HIDE)),
            pauses=dict(_runs(values, PAUSE)),
            breaks=dict(sorted(_breaks(values))),
            days=dict(_days(values)),
            clocks=dict(sorted(_clocks(values))),
        )

    @property
    def stands(self) -> bool:
        """Whether anybody edited the track; a window alone is no edit."""
        return bool(self.hidden or self.pauses or self.breaks or self.days or self.clocks)

    @property
    def changes_fixes(self) -> bool:
        """Whether the track that is told is another one than that of the chunks."""
        return self.stands or bool(self.first) or self.stop is not None

    @property
    def shift_us(self) -> int:
        """Microseconds that are added to every time."""
        return sum(round(shift.seconds * 1_000_000) for shift in self.clocks.values())

    def key(self, *others: object) -> str:
        """16 hexadecimal digits that are the same wherever the same edits stand; reasons do not count."""
        told = (
            self.first,
            self.stop,
            sorted(self.hidden),
            sorted(self.pauses),
            sorted(self.breaks.items()),
            sorted((run, day.isoformat()) for run, day in self.days.items()),
            self.shift_us,
            others,
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def told_runs(self) -> tuple[tuple[int, int | None], ...]:
        """Runs of original fixes that the window and what is hidden leave; pauses and single spikes aside.

        Each is the first fix and the one after the last; ``None`` for the end of the chunks.
        """
        runs: list[tuple[int, int | None]] = []
        first = self.first
        for run in sorted(self.hidden):
            if self.stop is not None and run.first >= self.stop:
                break
            if run.first > first:
                runs.append((first, run.first))
            first = max(first, run.last + 1)
        if self.stop is None or first < self.stop:
            runs.append((first, self.stop))
        return tuple(runs)

    def told(self, track: str) -> tuple[TrackEdit, ...]:
        """Every edit as people are told of it, *track* being the name of the track."""
        return (
            *(TrackEdit(track=track, what="hide", **run._asdict(), value=why) for run, why in self.hidden.items()),
            *(TrackEdit(track=track, what="pause", **run._asdict(), value=why) for run, why in self.pauses.items()),
            *(TrackEdit(track=track, what=what, first=place, last=place) for place, what in self.breaks.items()),
            *(
                TrackEdit(track=track, what="day", **run._asdict(), value=day.isoformat())
                for run, day in self.days.items()
            ),
            *(
                TrackEdit(track=track, what="clock", value=f"{shift.seconds:f}", reason=shift.reason)
                for shift in self.clocks.values()
            ),
        )

    def within(self, first: int, stop: int) -> dict[str, Any]:
        """The fields of the edits that concern the fixes from *first* up to, not including, *stop*.

        For a record that takes these fixes over; a correction of the clock concerns all of them.
        """

        def is_inside(run: Run) -> bool:
            return run.first < stop and run.last >= first

        return {
            **{f"{HIDE}{run}": why for run, why in self.hidden.items() if is_inside(run)},
            **{f"{PAUSE}{run}": why for run, why in self.pauses.items() if is_inside(run)},
            **{f"{BREAK}{index}": what for index, what in self.breaks.items() if first <= index < stop},
            **{f"{DAY}{run}": day.isoformat() for run, day in self.days.items() if is_inside(run)},
            **{f"{CLOCK}{clock}": str(shift) for clock, shift in self.clocks.items()},
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EditedTrack:
    """A track as it is told, and where each of its fixes stands in the original.

    Attributes:
        index: Original index of each fix, ascending.
        day: Days since 1970-01-01 that a person gave; :data:`NO_DAY` where the time says the day.
    """

    track: Track
    index: Indices
    day: Indices


def edited(track: Track, edits: Edits) -> Track:
    """*track* as it is told where *edits* stand; the track itself where none do."""
    return edit(track, edits).track if edits.changes_fixes else track


def edit(track: Track, edits: Edits) -> EditedTrack:
    """Apply *edits* to the *track* of the chunks; ranges that reach beyond its ends are cut there."""
    import numpy as np

    count = len(track)
    if not edits.changes_fixes:
        return EditedTrack(track=track, index=np.arange(count), day=np.full(count, NO_DAY, np.int64))
    keeps = np.zeros(count, np.bool_)
    keeps[edits.first : count if edits.stop is None else edits.stop] = True
    for run in edits.hidden:
        keeps[run.first : run.last + 1] = False
    for run in edits.pauses:
        keeps[run.first + 1 : run.last] = False
    index = np.flatnonzero(keeps).astype(np.int64)
    told = type(track)(
        time_us=_shifted(track.time_us[index], edits.shift_us),
        longitude_deg=track.longitude_deg[index],
        latitude_deg=track.latitude_deg[index],
        elevation_m=track.elevation_m[index],
        part_starts=_part_starts(track, edits, index),
    )
    return EditedTrack(track=told, index=index, day=_given_days(edits, count)[index])


def rest_minutes(track: Track, edits: Edits, zone: ZoneInfo) -> dict[dt.date, int]:
    """Whole minutes that the marked pauses offer as rest, by the local day on which each began.

    Pauses without times at both ends, and those of which nothing is told, offer nothing; overlapping ones count once.
    """
    from ranger_app.domain.track import NO_TIME

    told = edit(track, edits)
    known = set(told.index.tolist())
    spans: list[tuple[int, int, dt.date]] = []
    for run in sorted(edits.pauses):
        if run.last >= len(track) or run.first not in known or run.last not in known:
            continue
        began, ended = int(track.time_us[run.first]), int(track.time_us[run.last])
        if NO_TIME in (began, ended) or ended <= began:
            continue
        given = int(told.day[told.index.searchsorted(run.first)])
        local = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=began + edits.shift_us)
        day = local.astimezone(zone).date() if given == NO_DAY else dt.date.fromordinal(given + _EPOCH_ORDINAL)
        spans.append((began, ended, day))
    rests: dict[dt.date, int] = {}
    reached: int | None = None
    for began, ended, day in sorted(spans):
        fresh = began if reached is None else max(began, reached)
        rests[day] = rests.get(day, 0) + max(ended - fresh, 0)
        reached = ended if reached is None else max(reached, ended)
    return {day: minutes for day, us in rests.items() if (minutes := us // 60_000_000)}


def _part_starts(track: Track, edits: Edits, index: Indices) -> Indices:
    """Where parts begin among the fixes at *index*: a break before a hidden fix moves to the next that is told.

    A join there ends it too, and leaves the hidden one as it is.
    """
    import numpy as np

    if not len(index):
        return np.empty(0, np.int64)
    breaks = np.zeros(len(track), np.bool_)
    breaks[track.part_starts] = True
    inside = {place: what for place, what in edits.breaks.items() if place < len(track)}
    breaks[[place for place, what in inside.items() if what == CUT]] = True
    joins = np.zeros(len(track), np.bool_)
    joins[[place for place, what in inside.items() if what == JOIN]] = True
    breaks &= ~joins
    pauses = np.zeros(len(track), np.bool_)
    pauses[[run.last for run in edits.pauses if run.first < run.last < len(track)]] = True
    begins = np.diff(np.cumsum(breaks)[index], prepend=-1) > 0
    begins[1:] |= _is_long_hidden(track.time_us, index)
    begins &= ~joins[index]
    begins |= np.diff(np.cumsum(pauses)[index], prepend=0) > 0
    begins[0] = True
    return np.flatnonzero(begins).astype(np.int64)


def _is_long_hidden(time_us: Times, index: Indices) -> NDArray[np.bool_]:
    """For each fix but the first: whether so much is hidden before it that the line must not go straight on."""
    import numpy as np

    from ranger_app.domain.track import NO_TIME, longest_gap_s

    left_out = np.diff(index) - 1
    if not left_out.any():
        return left_out > 0
    earlier, later = time_us[index[:-1]], time_us[index[1:]]
    is_timed = (earlier != NO_TIME) & (later != NO_TIME)
    silence = np.where(is_timed, later, 0) - np.where(is_timed, earlier, 0)
    is_silent = np.abs(silence) > longest_gap_s(time_us) * 1e6
    found: NDArray[np.bool_] = (left_out > 0) & np.where(is_timed, is_silent, left_out > SPIKE_FIXES)
    return found


def _shifted(time_us: Times, shift_us: int) -> Times:
    """Times moved by *shift_us*; what would leave the years that a fix can have is no time any more."""
    import numpy as np

    from ranger_app.domain.track import EARLIEST_US, LATEST_US, NO_TIME

    if not shift_us:
        return time_us
    is_timed = (time_us != NO_TIME) & (time_us >= EARLIEST_US - shift_us) & (time_us <= LATEST_US - shift_us)
    return np.where(is_timed, np.where(is_timed, time_us, 0) + shift_us, NO_TIME)


def _given_days(edits: Edits, count: int) -> Indices:
    import numpy as np

    days = np.full(count, NO_DAY, np.int64)
    for run, day in sorted(edits.days.items(), key=lambda told: (told[0].first - told[0].last, told[0].first, told[1])):
        days[run.first : run.last + 1] = day.toordinal() - _EPOCH_ORDINAL
    return days


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _runs(values: Mapping[str, Any], family: str) -> Iterator[tuple[Run, str]]:
    for name in sorted(values):
        if name.startswith(family) and (run := Run.parse(name[len(family) :])) is not None:
            yield run, values[name] if isinstance(values[name], str) else ""


def _breaks(values: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for name, value in values.items():
        if name.startswith(BREAK) and value in (CUT, JOIN) and _INDEX.fullmatch(name[len(BREAK) :]):
            yield int(name[len(BREAK) :]), value


def _days(values: Mapping[str, Any]) -> Iterator[tuple[Run, dt.date]]:
    for name in sorted(values):
        run = Run.parse(name[len(DAY) :]) if name.startswith(DAY) else None
        try:
            day = dt.date.fromisoformat(str(values[name])) if run is not None else None
        except ValueError:
            continue
        if run is not None and day is not None:
            yield run, day


def _clocks(values: Mapping[str, Any]) -> Iterator[tuple[str, Shift]]:
    for name, value in values.items():
        if name.startswith(CLOCK) and (shift := Shift.parse(value)) is not None:
            yield name[len(CLOCK) :], shift
