"""A patrol ends at a fix, or goes on as another leg: what comes after becomes a record of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from db.fields import moment, ordered
from db.patrol_pages import find_patrol
from db.reader import Entry
from db.store import Store
from db.track_summaries import DaySummary, counted_days, edited_track
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.ordering import position_at
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_edits import HIDE, Run
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import RangerAppError
from ranger_app.services.edit_track import TrackRangeError, fix_count, told_days
from ranger_app.services.numbers import Numbers
from ranger_app.services.patrol_span import patrol_of_track, span_of
from ranger_app.services.record_moves import Write, created, file_writes, moved, piece_of_track
from ranger_app.services.take_back import refuse_taken_back

OF_PATROL = ("timezone", "team", "station", "mandate", "objective", "armed", "patrol_type", "custom_as")
OF_LEG = ("transport", "mandate", "leader", "pilot", "member_order")
DAY_FIELDS = ("rest_minutes/", "day_start/", "day_end/")
SPLIT = "split"
"""Reason of what a split hides and takes back, where nobody gave another."""


class SplitEmptyError(RangerAppError):
    """Nothing would be left before the fix, or nothing would come after it."""

    code = "split-empty"


class NumberTakenError(RangerAppError):
    """Another patrol has the number that a new one was to have."""

    code = "number-taken"


@dataclass(frozen=True, slots=True)
class Parted:
    """Ids of what a split made: the patrol and leg in which the fix is now, and the track there."""

    patrol: str
    leg: str
    track: str


@dataclass(slots=True)
class _Split:
    """What one split moves.

    Attributes:
        at_us: When it happens by the corrected clock; ``None`` where the fix has no time.
        starts: Track to the first original fix that goes; those that go as a whole are in *wholes*.
    """

    at_us: int | None
    starts: list[tuple[Entry, int]] = field(default_factory=list)
    wholes: list[Entry] = field(default_factory=list)
    waypoints: list[Entry] = field(default_factory=list)


class SplitPatrol:
    """Let a patrol end before a fix; what comes after is a new patrol, or a new leg of the same one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        track_id: str,
        index: int,
        *,
        officer: str,
        into_leg: bool = False,
        transport: str = "",
        mandate: str = "",
        number: str = "",
        reason: str = "",
    ) -> Parted:
        """Split at the original fix *index*, which is the first of the new patrol or leg.

        All other tracks of the patrol (of the leg, for a new leg) are split at the same moment, and waypoints go by
        their times; a track or waypoint without times stays. What a person typed about later days goes along.

        Args:
            into_leg: Make a new leg of the same patrol instead of a new patrol.
            transport, mandate: Of the new leg; those of the old one when empty.
            number: Of the new patrol; the next one when empty.

        Raises:
            RecordMissingError, RecordTakenBackError, TrackRangeError, SplitEmptyError, NumberTakenError,
                BlobMissingError, TrackChunkDamagedError: Nothing is changed.
        """
        reader = self._store.reader
        entry = reader.entry(track_id, "track")
        refuse_taken_back(entry)
        patrol = patrol_of_track(reader, entry)
        split = self._planned(entry, patrol, index, into_leg=into_leg)
        legs = [leg for leg in ordered(reader.entries("leg", parent=patrol.id)) if _goes(split, leg)]
        new_legs = {leg.id: new_id() for leg in legs}
        told = {key: value for key, value in (("transport", transport), ("mandate", mandate)) if value}
        reason, number = typed_text(reason) or SPLIT, typed_text(number)
        if number and find_patrol(reader, number):
            raise NumberTakenError(value=number)
        track_ids = {one.id: new_id() for one, _ in split.starts}
        with self._store.transaction(officer) as transaction:
            target = patrol.id
            writes: list[Write] = []
            if not into_leg:
                target = new_id()
                number = number or Numbers(self._store, officer).next()
                writes.append(self._new_patrol(patrol, target, number, split))
            first = len(reader.entries("leg", parent=patrol.id)) if into_leg else 0
            for place, leg in enumerate(legs, start=first):
                of_leg = told if leg.id == entry.parent else {}
                writes += _leg_writes(leg, new_legs[leg.id], target, place, of_leg, _day_of(split, patrol))
            writes += self._track_writes(split, patrol, new_legs, track_ids, reason, stays=into_leg)
            writes += self._waypoint_writes(split, patrol, target, new_legs, reason)
            if not into_leg:
                parts = (*(one for one, _ in split.starts), *split.wholes, *split.waypoints)
                writes += file_writes(reader, parts, target)
            transaction.spread(writes)
        return Parted(target, new_legs[entry.parent], track_ids[track_id])

    def _planned(self, entry: Entry, patrol: Entry, index: int, *, into_leg: bool) -> _Split:
        reader = self._store.reader
        told = edited_track(entry.values, self._store.blobs)
        count = fix_count(entry, self._store.blobs)
        if not 0 <= index < count:
            raise TrackRangeError(first=index, last=index, points=count)
        place = int(told.index.searchsorted(index))
        if not 0 < place < len(told.index):
            raise SplitEmptyError(index=index)
        times = told.track.time_us[place:]
        timed = times[times != NO_TIME]
        split = _Split(at_us=int(timed[0]) if len(timed) else None)
        split.starts.append((entry, index))
        if split.at_us is None:
            return split
        for leg in reader.entries("leg", parent=patrol.id):
            if into_leg and leg.id != entry.parent:
                continue
            for track in ordered(reader.entries("track", parent=leg.id)):
                if track.id != entry.id:
                    self._plan_track(split, track, split.at_us)
        for waypoint in reader.entries("waypoint", parent=patrol.id):
            at = moment(waypoint.values.get("at"))
            is_of_leg = not into_leg or waypoint.values.get("leg") == entry.parent
            if at is not None and is_of_leg and round(at.timestamp() * 1_000_000) >= split.at_us:
                split.waypoints.append(waypoint)
        return split

    def _plan_track(self, split: _Split, track: Entry, at_us: int) -> None:
        told = edited_track(track.values, self._store.blobs)
        later = np.flatnonzero(told.track.time_us >= at_us)
        if not len(later):
            return
        if later[0] == 0:
            split.wholes.append(track)
        else:
            split.starts.append((track, int(told.index[later[0]])))

    def _new_patrol(self, patrol: Entry, target: str, number: str, split: _Split) -> Write:
        values = {name: patrol.values[name] for name in OF_PATROL if name in patrol.values}
        values |= {name: value for name, value in patrol.values.items() if name.startswith(("assumed/", "custom."))}
        zone = str(patrol.values.get("timezone", "UTC"))
        dates = {day.date for one, start in split.starts for day in self._days_from(one, start, zone)}
        dates |= {day.date for one in split.wholes for day in counted_days(one.values, zone, self._store.blobs)}
        dates |= {str(one.values["at"])[:10] for one in split.waypoints}
        known = sorted(dates - {""})
        span = {"start": known[0], "end": known[-1]} if known else {}

        def create(change: ChangeBuilder) -> None:
            change.create("patrol", {**values, **span, "number": number}, record=target)

        return create

    def _days_from(self, track: Entry, start: int, zone: str) -> Sequence[DaySummary]:
        return counted_days({**track.values, "first": start}, zone, self._store.blobs)

    def _track_writes(
        self, split: _Split, patrol: Entry, legs: dict[str, str], ids: dict[str, str], reason: str, *, stays: bool
    ) -> Iterator[Write]:
        reader, blobs = self._store.reader, self._store.blobs
        zone = str(patrol.values.get("timezone", "UTC"))
        days = {}
        for place, (track, start) in enumerate(split.starts):
            stop = track.values.get("stop", fix_count(track, blobs))
            piece = piece_of_track(reader, track.values, start, stop, zone)
            yield created("track", piece, record=ids[track.id], parent=("leg", legs[track.parent]),
                          position=position_at(place))  # fmt: skip
            hidden = {f"{HIDE}{Run(start, stop - 1)}": reason}
            rest = {**track.values, **hidden}
            days[track.id] = counted_days(rest, zone, blobs)
            hidden_told = {**hidden, **told_days(rest, zone, blobs)}
            yield partial(ChangeBuilder.set, kind="track", record=track.id, values=hidden_told)
        for place, track in enumerate(split.wholes, start=len(split.starts)):
            position = {POSITION: position_at(place)}
            yield from moved(reader, track, ("leg", legs[track.parent]), reason, **position)
        if not stays:
            gone = {one.id for one in (*split.wholes, *split.waypoints)}
            span = span_of(reader, patrol, days=days, without=gone)
            yield partial(ChangeBuilder.set, kind="patrol", record=patrol.id, values=span)

    def _waypoint_writes(
        self, split: _Split, patrol: Entry, target: str, legs: dict[str, str], reason: str
    ) -> Iterator[Write]:
        for waypoint in split.waypoints:
            leg = legs.get(str(waypoint.values.get("leg")))
            if target == patrol.id:
                yield partial(ChangeBuilder.set, kind="waypoint", record=waypoint.id, values={"leg": leg})
            else:
                yield from moved(self._store.reader, waypoint, ("patrol", target), reason, leg=leg)


def _goes(split: _Split, leg: Entry) -> bool:
    """Whether anything of a leg goes."""
    tracks = {one.parent for one, _ in split.starts} | {one.parent for one in split.wholes}
    return leg.id in tracks or any(one.values.get("leg") == leg.id for one in split.waypoints)


def _day_of(split: _Split, patrol: Entry) -> str:
    """The local day of a split; later than all days where it has no time."""
    if split.at_us is None:
        return "~"
    at = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=split.at_us)
    return at.astimezone(ZoneInfo(str(patrol.values.get("timezone", "UTC")))).date().isoformat()


def _leg_writes(leg: Entry, record: str, patrol: str, place: int, told: dict[str, str], day: str) -> Iterator[Write]:
    """A new leg like *leg*, with what was typed about days after *day*, which leaves the old one."""
    later = {
        name: value
        for name, value in leg.values.items()
        if name.startswith(DAY_FIELDS) and name.partition("/")[2] > day
    }
    values = leg_values(leg.values) | told | later | {"number": place + 1}
    for stated in told:
        values.pop(f"assumed/{stated}", None)
    yield created("leg", values, record=record, parent=("patrol", patrol), position=position_at(place))
    if later:
        yield partial(ChangeBuilder.set, kind="leg", record=leg.id, values=dict.fromkeys(later))


def leg_values(values: Any) -> dict[str, Any]:
    """What a leg says of who went, and how."""
    found = {name: values[name] for name in OF_LEG if name in values}
    return found | {name: value for name, value in values.items() if name.startswith(("members/", "assumed/"))}
