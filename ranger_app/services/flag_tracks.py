"""What in the tracks of a patrol should be looked at, and what a person looked at and let be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from db.blobs import Blobs
from db.fields import attachments, chosen, moment, ordered
from db.incidents import RECORD_KINDS
from db.journal import act_of
from db.reader import Entry, Reader
from db.schema import TYPED, VISIBLE
from db.store import Store
from db.track_summaries import edited_track
from ranger_app.domain.records import Attachment
from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_edits import EditedTrack, Run
from ranger_app.domain.track_extras import decode_extras
from ranger_app.domain.track_flag import flag, limits
from ranger_app.domain.track_flags import KINDS, Flag, flags_between, flags_of, original_flag, photo_flag
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.messages import say_code
from ranger_app.messages.track_edits import SIGNS, flag_code
from ranger_app.services.edit_track import TrackRangeError, fix_count
from ranger_app.services.patrol_span import patrol_of_track
from ranger_app.services.record_moves import FLAG_SEEN
from ranger_app.services.shared_fixes import patrol_number, sharers, told_by_both
from ranger_app.services.take_back import refuse_taken_back

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FlagUnknownError(RangerAppError):
    """There is no flag of this kind."""

    code = "flag-unknown"


class FlagMissingError(RangerAppError):
    """No flag of this kind stands on these fixes."""

    code = "flag-missing"


class FlagReasonMissingError(RangerAppError):
    """Letting a flag be needs a reason."""

    code = "flag-reason-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFlag:
    """A flag on a stored track.

    Attributes:
        track: Id of its record.
        flag: About original fixes of it.
        seen: Why somebody let it be; ``None`` while nobody did.
        other: Id of the other track, or of the photo, that it is about.
    """

    track: str
    flag: Flag
    seen: str | None = None
    other: str = ""

    @property
    def field(self) -> str:
        """The field of the track that says why somebody let it be."""
        return f"{FLAG_SEEN}{self.flag.kind}/{Run(self.flag.first, self.flag.last)}"


@dataclass(frozen=True, slots=True, eq=False)
class _Walked:
    """A track of a patrol as it is told, with the leg that it is in."""

    entry: Entry
    leg: Entry
    told: EditedTrack

    def flag(self, found: Flag, **more: Any) -> TrackFlag:
        """*found*, which is about the told fixes, as one about the original ones."""
        return self.original(original_flag(found, self.told.index), **more)

    def original(self, found: Flag, **more: Any) -> TrackFlag:
        """*found*, which is about original fixes."""
        whole = TrackFlag(track=self.entry.id, flag=found, **more)
        seen = self.entry.values.get(whole.field)
        return replace(whole, seen=seen) if isinstance(seen, str) else whole


def flags_of_patrol(reader: Reader, patrol_id: str, blobs: Blobs) -> tuple[TrackFlag, ...]:
    """Everything about the tracks of a patrol that should be looked at, track by track.

    Tracks are looked at as they are told: what was corrected or hidden is not flagged any more.

    Raises:
        RecordMissingError: There is no such patrol.
        BlobMissingError, TrackChunkDamagedError: Fixes are not here, or damaged.
    """
    reader.entry(patrol_id, "patrol")
    walked = [
        _Walked(track, leg, edited_track(track.values, blobs))
        for leg in ordered(reader.entries("leg", parent=patrol_id))
        for track in ordered(reader.entries("track", parent=leg.id))
    ]
    found = [one for each in walked for one in _flags_of(reader, each, blobs)]
    found += _flags_of_devices(reader, walked, blobs)
    found += _flags_of_photos(reader, patrol_id, walked)
    places = {each.entry.id: place for place, each in enumerate(walked)}
    return tuple(sorted(found, key=lambda one: (places[one.track], one.flag.first, one.flag.kind)))


def flags_of_track(reader: Reader, track_id: str, blobs: Blobs) -> tuple[TrackFlag, ...]:
    """Everything about one track by itself that should be looked at.

    Raises:
        RecordMissingError: There is no such track.
        BlobMissingError, TrackChunkDamagedError: Its fixes are not here, or damaged.
    """
    entry = reader.entry(track_id, "track")
    leg = reader.entry(entry.parent, "leg")
    return tuple(_flags_of(reader, _Walked(entry, leg, edited_track(entry.values, blobs)), blobs))


def say_flag(words: Words, one: Flag) -> str:
    """A flag as a sentence."""
    facts = {**one.facts}
    if "signs" in facts:
        facts["signs"] = ", ".join(words.say(SIGNS[sign]) for sign in str(facts["signs"]).split())
    said = say_code(words, flag_code(one.kind, facts), facts)
    return f"{said} {say_code(words, 'flag-more', {'count': facts['more']})}" if "more" in facts else said


class DismissFlag:
    """Let a flag be, for a reason: somebody looked, and knows better."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, track_id: str, kind: str, first: int, last: int, *, officer: str, reason: str | None) -> bool:
        """Keep *reason* with the flag on these original fixes; answers whether anything is otherwise now.

        Args:
            reason: ``None`` raises the flag again.

        Raises:
            RecordMissingError, RecordTakenBackError, FlagReasonMissingError, FlagUnknownError, FlagMissingError,
                TrackRangeError, BlobMissingError, TrackChunkDamagedError: Nothing is changed.
        """
        reader = self._store.reader
        entry = reader.entry(track_id, "track")
        refuse_taken_back(entry)
        if kind not in KINDS:
            raise FlagUnknownError(flag=kind)
        if reason is not None and not typed_text(reason):
            raise FlagReasonMissingError
        count = fix_count(entry, self._store.blobs)
        if not 0 <= first <= last < count:
            raise TrackRangeError(first=first, last=last, points=count)
        told = None if reason is None else typed_text(reason)
        field = f"{FLAG_SEEN}{kind}/{Run(first, last)}"
        if field not in entry.values:
            found = flags_of_patrol(reader, patrol_of_track(reader, entry).id, self._store.blobs)
            if not any(one.track == track_id and one.field == field for one in found):
                raise FlagMissingError(flag=kind, first=first, last=last)
        with self._store.act(officer=officer) as change:
            return change.set("track", track_id, {field: told})


def _flags_of(reader: Reader, each: _Walked, blobs: Blobs) -> Iterator[TrackFlag]:
    transport = str(each.leg.values.get("transport", ""))
    found = flags_of(
        each.told.track,
        transport=transport,
        now_us=_came_in_us(reader, each.entry),
        extras=_extras(each, blobs),
    )
    for one in found:
        yield each.flag(one)
    yield from _flags_of_sharers(reader, each)


def _flags_of_sharers(reader: Reader, each: _Walked) -> Iterator[TrackFlag]:
    """Fixes that another record tells too: two laptops parted one track, each in its own way."""
    told = each.told.index
    for other in sharers(reader, each.entry):
        for run in told_by_both(each.entry.values, other.values):
            inside = told[(told >= run.first) & (told <= run.last)]
            if len(inside):
                number = patrol_number(reader, other)
                twice = flag("told-twice", inside[0], inside[-1], count=len(inside), other=number)
                yield each.original(twice, other=other.id)


def _extras(each: _Walked, blobs: Blobs) -> Mapping[str, NDArray[np.float64]]:
    digests = each.entry.values.get("extras")
    if not isinstance(digests, list) or not digests:
        return {}
    columns = decode_extras([blobs.get(digest) for digest in digests])
    index = each.told.index
    return {name: column[index] for name, column in columns.items() if not len(index) or index[-1] < len(column)}


def _came_in_us(reader: Reader, track: Entry) -> int | None:
    """When the file of a track was imported, or the track written, by that laptop's clock."""
    file = str(track.values.get("file", ""))
    origin = reader.entry(file).origin if file and reader.has(file) else track.origin
    stored = reader.journal.by_ref(origin)
    return None if stored is None else act_of(stored).at * 1000


# Two devices


def _flags_of_devices(reader: Reader, walked: Sequence[_Walked], blobs: Blobs) -> Iterator[TrackFlag]:
    elsewhere = list(_elsewhere(reader, walked, blobs))
    for place, each in enumerate(walked):
        others = [one for one in (*walked[place + 1 :], *elsewhere) if _is_one_party(each.leg, one.leg)]
        for other in others:
            name = str(other.entry.values.get("name") or other.entry.values.get("device") or other.entry.id)
            for one in flags_between(each.told.track, other.told.track):
                named = replace(one, facts={**one.facts, "other": name})
                yield each.flag(named, other=other.entry.id)


def _is_one_party(leg: Entry, other: Entry) -> bool:
    return leg.id == other.id or bool({*chosen(leg.values, "members")} & {*chosen(other.values, "members")})


def _elsewhere(reader: Reader, walked: Sequence[_Walked], blobs: Blobs) -> Iterator[_Walked]:
    """Tracks of other patrols at the same time, of somebody who was on this one."""
    spans = [span for each in walked if (span := each.told.track.span_us()) is not None]
    if not spans:
        return
    began, ended = min(first for first, _ in spans), max(last for _, last in spans)
    own = {each.leg.parent for each in walked}
    for track in reader.entries("track"):
        start, end = track.values.get("start_us"), track.values.get("end_us")
        if not isinstance(start, int) or not isinstance(end, int) or start > ended or end < began:
            continue
        if not reader.has(track.parent):
            continue
        leg = reader.entry(track.parent, "leg")
        if leg.parent in own or leg.is_hidden or not any(_is_one_party(each.leg, leg) for each in walked):
            continue
        try:
            yield _Walked(track, leg, edited_track(track.values, blobs))
        except RangerAppError:
            continue  # the check of the station names it


# Photos


def _flags_of_photos(reader: Reader, patrol_id: str, walked: Sequence[_Walked]) -> Iterator[TrackFlag]:
    timed = [each for each in walked if each.told.track.is_timed]
    for photo, noted_us in _photos(reader, patrol_id) if timed else ():
        if photo.taken_at is None:
            continue
        taken_us = round(photo.taken_at.timestamp() * 1_000_000)
        found = _photo_by_place(photo, taken_us, timed)
        if found is None and noted_us is not None and abs(taken_us - noted_us) > limits().photo_apart_s * 1_000_000:
            each, beside = _nearest(timed, noted_us)
            found = each, flag("photo-time", beside, beside, minutes=round(abs(taken_us - noted_us) / 6e7))
        if found is not None:
            each, one = found
            yield each.flag(replace(one, facts={**one.facts, "photo": photo.name}), other=photo.id)


def _photo_by_place(photo: Attachment, taken_us: int, timed: Sequence[_Walked]) -> tuple[_Walked, Flag] | None:
    """A photo that knows its place, held against all tracks: one that agrees is enough."""
    if photo.position is None or photo.position_source != "photo":
        return None
    where = photo.position
    found: list[tuple[_Walked, Flag]] = []
    for each in timed:
        one = photo_flag(
            each.told.track, taken_us=taken_us, longitude_deg=where.longitude_deg, latitude_deg=where.latitude_deg
        )
        span = each.told.track.span_us()
        if one is None and span is not None and span[0] <= taken_us <= span[1]:
            return None
        found += [(each, one)] if one is not None else []
    return min(found, key=lambda both: abs(int(both[1].facts.get("shift_s") or 10**12)), default=None)


def _nearest(timed: Sequence[_Walked], time_us: int) -> tuple[_Walked, int]:
    """The track with the fix nearest in time, and the place of that fix in it as it is told."""

    def apart(each: _Walked) -> NDArray[np.int64]:
        times = each.told.track.time_us
        return np.where(
            times == NO_TIME, np.iinfo(np.int64).max, np.abs(np.where(times == NO_TIME, 0, times) - time_us)
        )

    each = min(timed, key=lambda one: int(apart(one).min()))
    return each, int(apart(each).argmin())


def _photos(reader: Reader, patrol_id: str) -> Iterator[tuple[Attachment, int | None]]:
    """Photos of a patrol, its waypoints, observations and incidents, each with the time noted there."""
    above: list[tuple[Entry, object]] = [(reader.entry(patrol_id), None)]
    above += [(one, one.values.get("at")) for one in reader.entries("waypoint", parent=patrol_id)]
    for kind in RECORD_KINDS:
        rows = reader.derived.execute(
            f'SELECT r.id FROM "{TYPED[kind][0]}" t JOIN record r ON r.no = t.no WHERE t.patrol = ? AND r.{VISIBLE}',
            (patrol_id,),
        ).fetchall()
        above += [(one, one.values.get("occurred_at")) for one in (reader.entry(raw.hex()) for (raw,) in rows)]
    for entry, noted in above:
        at = moment(noted)
        noted_us = None if at is None else round(at.timestamp() * 1_000_000)
        inside = [entry, *(reader.entries("observation", parent=entry.id) if entry.kind != "patrol" else ())]
        for one in inside:
            for photo in attachments(reader, one.id):
                yield photo, noted_us
