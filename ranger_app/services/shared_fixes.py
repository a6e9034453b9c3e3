"""Original fixes that several track records tell: what a split parted is told once, by one of the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.reader import Entry, Reader
from db.schema import VISIBLE
from ranger_app.domain.track_edits import Edits, Run
from ranger_app.errors import RangerAppError

_END = 2**62


class ToldTwiceError(RangerAppError):
    """Fixes were to be told that another record tells already: they were moved there."""

    code = "track-told-twice"


def sharers(reader: Reader, track: Entry) -> tuple[Entry, ...]:
    """Other visible tracks with the same chunks of which they, or *track*, tell a piece."""
    chunks = track.values.get("chunks")
    if not isinstance(chunks, list) or not chunks:
        return ()
    rows = reader.derived.execute(
        "SELECT DISTINCT r.id FROM track_chunk c JOIN record r ON r.no = c.no"
        f" WHERE c.digest = ? AND c.place = 0 AND r.{VISIBLE} ORDER BY r.no",
        (bytes.fromhex(chunks[0]),),
    ).fetchall()
    found = (reader.entry(raw.hex(), "track") for (raw,) in rows if raw.hex() != track.id)
    is_piece = _is_piece(track.values)
    return tuple(one for one in found if one.values.get("chunks") == chunks and (is_piece or _is_piece(one.values)))


def told_by_both(values: Mapping[str, Any], others: Mapping[str, Any]) -> tuple[Run, ...]:
    """Runs of original fixes that two tracks of the same chunks tell."""
    return tuple(_common(_told(values), _told(others)))


def moved_to(reader: Reader, track: Entry) -> dict[Run, str]:
    """Hidden runs of *track* that another track record tells, and the number of that one's patrol."""
    hidden = Edits.parse(track.values).hidden
    found: dict[Run, str] = {}
    for other in sharers(reader, track) if hidden else ():
        told = _told(other.values)
        found |= {run: patrol_number(reader, other) for run in hidden if list(_common((run,), told)) == [run]}
    return found


def refuse_told_twice(reader: Reader, track: Entry, after: Mapping[str, Any]) -> None:
    """Refuse values that let *track* tell more of what another record tells.

    Raises:
        ToldTwiceError: They do.
    """
    before = _told(track.values)
    fresh = tuple(_left(_told(after), before))
    for other in sharers(reader, track) if fresh else ():
        for run in _common(fresh, _told(other.values)):
            raise ToldTwiceError(first=run.first, last=run.last, patrol=patrol_number(reader, other))


def patrol_number(reader: Reader, track: Entry) -> str:
    """Number of the patrol that a track is in; its id where it has none, empty where it is not here."""
    if not reader.has(track.parent):
        return ""
    patrol = reader.entry(track.parent, "leg").parent
    return str(reader.entry(patrol).values.get("number") or patrol) if reader.has(patrol) else patrol


def _is_piece(values: Mapping[str, Any]) -> bool:
    edits = Edits.parse(values)
    return bool(edits.first) or edits.stop is not None


def _told(values: Mapping[str, Any]) -> tuple[Run, ...]:
    return tuple(Run(first, (_END if stop is None else stop) - 1) for first, stop in Edits.parse(values).told_runs())


def _common(runs: Sequence[Run], others: Sequence[Run]) -> Iterator[Run]:
    for run in runs:
        for other in others:
            first, last = max(run.first, other.first), min(run.last, other.last)
            if first <= last:
                yield Run(first, last)


def _left(runs: Sequence[Run], without: Sequence[Run]) -> Iterator[Run]:
    """What of *runs* is in none of *without*, which ascend."""
    for run in runs:
        first = run.first
        for gone in without:
            if gone.last < first:
                continue
            if gone.first > run.last:
                break
            if gone.first > first:
                yield Run(first, gone.first - 1)
            first = gone.last + 1
        if first <= run.last:
            yield Run(first, run.last)
