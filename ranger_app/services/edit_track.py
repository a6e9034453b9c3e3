"""Edits of a stored track: on top of its fixes, never in them; each is one change, and can be undone for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from db.reader import Entry
from db.store import Store
from db.track_summaries import days_field, days_of
from ranger_app.domain.track_codec import fixes_in_chunk
from ranger_app.domain.track_edits import BREAK, CLOCK, CUT, DAY, FAMILIES, HIDE, JOIN, PAUSE, Run
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import RangerAppError
from ranger_app.services.patrol_span import patrol_of_track, span_of, zone_of_track
from ranger_app.services.shared_fixes import refuse_told_twice
from ranger_app.services.take_back import refuse_taken_back

if TYPE_CHECKING:
    from db.blobs import Blobs


class TrackRangeError(RangerAppError):
    """Fixes were named that a track does not have."""

    code = "track-range"


class TrackEditMissingError(RangerAppError):
    """An edit is to be taken back that does not stand."""

    code = "track-edit-missing"


class ClockEditError(RangerAppError):
    """A correction of a clock moved waypoints and photos too; a track alone does not take it back."""

    code = "clock-edit"


@dataclass(frozen=True, slots=True)
class Hide:
    """Tell nothing of these original fixes: a spike, a ride at the end."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Trim:
    """Tell these original fixes alone: hide what stands before *first* and after *last*."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Between these two original fixes was a rest."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Let a part begin at this original fix."""

    index: int


@dataclass(frozen=True, slots=True)
class Join:
    """Let no part begin at this original fix: the way to it was walked without a break."""

    index: int


@dataclass(frozen=True, slots=True)
class GiveDay:
    """Let these original fixes belong to another leg day."""

    first: int
    last: int
    date: dt.date


@dataclass(frozen=True, slots=True)
class TakeBackEdit:
    """Let an edit stand no more, whoever made it; of a clock, :class:`CorrectClock` by 0 s takes all back.

    Attributes:
        field: Its field, such as ``hide/10-20``.
    """

    field: str


TrackAct: TypeAlias = Hide | Trim | Pause | Cut | Join | GiveDay | TakeBackEdit


class EditTrack:
    """Change what is told of a track."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, track_id: str, acts: Sequence[TrackAct], *, officer: str, reason: str = "") -> bool:
        """Store *acts* as one change; answers whether anything is told otherwise now.

        Args:
            reason: Why; stands in the history.

        Raises:
            RecordMissingError, RecordTakenBackError, TrackRangeError, TrackEditMissingError, ClockEditError,
                ToldTwiceError, BlobMissingError, TrackChunkDamagedError: Nothing is changed.
        """
        reader = self._store.reader
        entry = reader.entry(track_id, "track")
        refuse_taken_back(entry)
        fields: dict[str, Any] = {}
        count = fix_count(entry, self._store.blobs)
        for act in acts:
            fields |= self._fields(track_id, {**entry.values, **fields}, act, typed_text(reason), count)
        if all(entry.values.get(name) == value for name, value in fields.items()):
            return False
        after = {name: value for name, value in {**entry.values, **fields}.items() if value is not None}
        refuse_told_twice(reader, entry, after)
        patrol, zone = patrol_of_track(reader, entry), zone_of_track(reader, entry)
        fields |= told_days(after, zone, self._store.blobs)
        days = {track_id: days_of(after, zone, self._store.blobs)}
        with self._store.act(officer=officer) as change:
            change.set("track", track_id, fields)
            change.set("patrol", patrol.id, span_of(reader, patrol, days=days))
        return True

    def _fields(self, track: str, values: dict[str, Any], act: TrackAct, reason: str, count: int) -> dict[str, Any]:
        match act:
            case Hide(first, last):
                return {f"{HIDE}{_run(first, last, count)}": reason}
            case Trim(first, last):
                _run(first, last, count)
                ends = ((0, first - 1), (last + 1, count - 1))
                return {f"{HIDE}{Run(*end)}": reason for end in ends if end[0] <= end[1]}
            case Pause(first, last):
                return {f"{PAUSE}{_run(first, last, count)}": reason}
            case GiveDay(first, last, date):
                return {f"{DAY}{_run(first, last, count)}": date.isoformat()}
            case Cut(index):
                return {f"{BREAK}{_run(index, index, count).first}": CUT}
            case Join(index):
                return {f"{BREAK}{_run(index, index, count).first}": JOIN}
            case TakeBackEdit(field):
                if field.startswith(CLOCK) and field in values:
                    raise ClockEditError(track=track)
                if not field.startswith(FAMILIES) or field not in values:
                    raise TrackEditMissingError(field=field)
                return {field: None}


def told_days(after: Mapping[str, Any], zone: str, blobs: Blobs) -> dict[str, bool]:
    """The element of a set that tells lists the days of a track with the values *after*; none while no edit stands."""
    name = days_field(after, zone, blobs)
    return {name: True} if name else {}


def fix_count(track: Entry, blobs: Blobs) -> int:
    """How many fixes the chunks of a track hold.

    Raises:
        BlobMissingError, TrackChunkDamagedError: A chunk is not here, or damaged.
    """
    return sum(fixes_in_chunk(blobs.get(digest)) for digest in track.values.get("chunks", ()))


def edit_fields(track: Entry) -> dict[str, Any]:
    """The fields of every edit that stands on a track, in the order of their names."""
    return {name: value for name, value in sorted(track.values.items()) if name.startswith(FAMILIES)}


def _run(first: int, last: int, count: int) -> Run:
    if not 0 <= first <= last < count:
        raise TrackRangeError(first=first, last=last, points=count)
    return Run(first, last)
