"""Two devices walked one leg: a person says which of them was the leader's."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from db.reader import Entry, Reader
from db.store import Store
from db.track_summaries import DaySummary, days_of
from ranger_app.domain.companions import OneFile, Recording, companions, overlaps
from ranger_app.services.take_back import refuse_taken_back

if TYPE_CHECKING:
    from db.transaction import ChangeBuilder


class ChooseTrack:
    """Say that a track is the leader's, or that it only went beside."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, track: str, *, is_leaders: bool = True, officer: str) -> bool:
        """Store it; answers whether anything changed.

        The leader's track is exported and counted; those of the leg that were recorded at the same time go beside it
        then. A track that only goes beside leaves the others as they are.

        Raises:
            RecordMissingError, RecordTakenBackError: Nothing is changed.
        """
        entry = self._store.reader.entry(track, "track")
        refuse_taken_back(entry)
        with self._store.act(officer=officer) as change:
            choose(self._store.reader, change, entry, is_leaders=is_leaders)
            return bool(change.ops)


def choose(reader: Reader, change: ChangeBuilder, track: Entry, *, is_leaders: bool) -> None:
    """Write into *change* whether a track is the leader's."""
    if not is_leaders:
        change.set("track", track.id, {"companion": True})
        return
    mine = _recording(reader, track)
    for other in reader.entries("track", parent=track.parent):
        if other.id != track.id and not _goes_beside(other) and overlaps(mine, _recording(reader, other)):
            change.set("track", other.id, {"companion": True})
    change.set("track", track.id, {"companion": None})


def proposed_companions(
    reader: Reader, leg: str, new: Iterable[tuple[int, Hashable, Sequence[DaySummary]]]
) -> frozenset[Hashable]:
    """Which of the tracks that an import brings for a leg went beside others.

    Args:
        leg: Id of the leg; empty for a new one.
        new: A key, the file that it comes from, and the days of each new track.
    """
    here = [_recording(reader, one) for one in reader.entries("track", parent=leg)] if leg else []
    coming: list[Recording] = []
    files: dict[Hashable, OneFile] = {}
    for key, file, days in new:
        one = Recording(key=key, device=file, spans=_spans(days))
        coming.append(files.setdefault(file, OneFile(file)).add(one))
    return companions([*here, *coming])


def _recording(reader: Reader, track: Entry) -> Recording:
    leg = reader.entry(track.parent, "leg")
    zone = str(reader.entry(leg.parent, "patrol").values.get("timezone", "UTC"))
    spans = _spans(days_of(track.values, zone, reader.blobs)) if "date" not in track.values else ()
    return Recording(
        key=track.id, device=track.values.get("file", track.id), spans=spans, is_settled=True,
        is_companion=_goes_beside(track),
    )  # fmt: skip


def _goes_beside(track: Entry) -> bool:
    return track.values.get("companion") is True


def _spans(days: Iterable[DaySummary]) -> tuple[tuple[float, float], ...]:
    """When a track was recorded, day by day, by the local clock."""
    import datetime as dt

    def seconds(date: str, time: str) -> float:
        return dt.datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=dt.UTC).timestamp()

    return tuple((seconds(day.date, day.start), seconds(day.date, day.end)) for day in days if day.date)
