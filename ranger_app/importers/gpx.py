"""GPX files: read as a stream into columns, with every problem named; what is not GPX is refused by what it is.

A file that breaks off, or is not well-formed from some place on, gives what stands before that place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import numpy as np

from ranger_app.domain.track import Track
from ranger_app.importers.gpx_columns import MISSING, Columns, PointTexts, joined, parts_of_track
from ranger_app.importers.gpx_fast import FastReading, Unsure
from ranger_app.importers.gpx_problems import (
    REFUSALS,
    GpxEncodingUnknownError,
    GpxNotGpxError,
    ProblemList,
)
from ranger_app.importers.gpx_stream import GpxStream, WaypointTexts
from ranger_app.importers.gpx_xml import StoppedReading
from ranger_app.importers.opened import LARGEST_BYTES, opened
from ranger_app.importers.sniff import HEAD_BYTES, FileKind, kind_of_file
from ranger_app.importers.track_file import ReadTrack, ReadWaypoint, TrackFile
from ranger_app.importers.tracks_waypoints import waypoints_of
from ranger_app.importers.xml_bytes import CUT_OFF, PIECE_BYTES, claimed_encoding, first_bad_line, mended, rest_is_empty
from ranger_app.jobs import JobContext

STAGE = "reading-gpx"
"""What a job says while a file is read; the unit is bytes."""

_XML_KINDS = frozenset({FileKind.GPX, FileKind.KML, FileKind.TCX, FileKind.HTML, FileKind.OTHER_XML})
_INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
_UNKNOWN_ENCODING = expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]


@dataclass(frozen=True, slots=True)
class GpxReading:
    """What was read of a file, and how.

    Attributes:
        at_once: How many of its points the fast reader took; the others were read one by one.
    """

    file: TrackFile
    at_once: int


def read_gpx(source: Path | bytes, *, name: str, context: JobContext | None = None) -> TrackFile:
    """Read one GPX file of version 1.0 or 1.1, or one that resembles them.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.

    Raises:
        FileRefusedError: The file cannot be opened, or its content is something else; the code says what.
        Cancelled: A stop was asked for.
    """
    return gpx_reading(source, name=name, context=context).file


def gpx_reading(
    source: Path | bytes, *, name: str, context: JobContext | None = None, carefully: bool = False
) -> GpxReading:
    """Read a file as `read_gpx` does, and tell how; *carefully* gives the same without the fast reader."""
    with opened(source, name=name, largest=LARGEST_BYTES) as (file, size):
        kind = kind_of_file(file.read(HEAD_BYTES))
        if kind not in _XML_KINDS:
            raise REFUSALS[kind](name)
        context = context or JobContext()
        found = None if carefully else _read_fast(file, size, name, context)
        return found or GpxReading(_read_carefully(file, size, name, context), at_once=0)


def _read_fast(file: BinaryIO, size: int, name: str, context: JobContext) -> GpxReading | None:
    """Read a file that is well-formed throughout; ``None`` when this one may not be."""
    problems = ProblemList(name)
    stream = GpxStream(problems, file=name)
    reading = FastReading(stream)
    try:
        left = size
        for piece in _pieces(file, size, context):
            left -= len(piece)
            reading.feed(piece, is_last=left <= 0)
        reading.finish()
    except (Unsure, StoppedReading, expat.ExpatError):
        return None
    stream.flush()
    stream.fix_problems.tell(problems)
    read = GpxReading(_gpx_file(name, stream, problems), at_once=reading.points)
    stream.close()
    return read


def _read_carefully(file: BinaryIO, size: int, name: str, context: JobContext) -> TrackFile:
    problems = ProblemList(name)
    stream = GpxStream(problems, file=name)
    error = _walk(stream, _pieces(file, size, context), problems)
    claimed = claimed_encoding(file, stream.walk.declared_encoding)
    if error is not None and error.code == _INVALID and claimed in {"utf-8", "ascii"}:
        problems = ProblemList(name)
        if line := first_bad_line(file, claimed):
            problems.note("gpx-wrong-encoding", f"line {line}")
        stream = GpxStream(problems, file=name, encoding="utf-8")
        error = _walk(stream, mended(_pieces(file, size, context)), problems)
    if not stream.walk.has_root:
        if error is not None and error.code == _UNKNOWN_ENCODING:
            raise GpxEncodingUnknownError(name, encoding=stream.walk.declared_encoding)
        raise GpxNotGpxError(name)
    stream.flush()
    stream.fix_problems.tell(problems)
    if error is not None:
        _note_error(stream, error, rest_is_empty(file, stream.walk.error_byte), problems)
    read = _gpx_file(name, stream, problems)
    stream.close()
    return read


def _pieces(file: BinaryIO, size: int, context: JobContext) -> Iterator[bytes]:
    file.seek(0)
    done = 0
    context.step(done, size, STAGE)
    # All of about one length: a short last one would cost as much as a long one.
    length = -(-size // max(1, round(size / PIECE_BYTES))) or 1
    while piece := file.read(length):
        yield piece
        done += len(piece)
        context.step(done, size, STAGE)


def _walk(stream: GpxStream, pieces: Iterator[bytes], problems: ProblemList) -> expat.ExpatError | None:
    """Feed all pieces; answer what ended the reading before the end of the file."""
    try:
        for piece in pieces:
            stream.walk.feed(piece)
        stream.walk.finish()
    except StoppedReading as stopped:
        problems.note(stopped.code, f"line {stream.walk.line}")
    except expat.ExpatError as error:
        return error
    return None


def _note_error(stream: GpxStream, error: expat.ExpatError, rest_is_empty: bool, problems: ProblemList) -> None:
    where = f"line {error.lineno}"
    if stream.walk.has_ended:
        problems.note("gpx-junk-after-end", where)
    elif rest_is_empty or error.code in CUT_OFF:
        problems.note("gpx-truncated", where)
    else:
        problems.note("gpx-ill-formed", where, reason=expat.ErrorString(error.code))


def _gpx_file(name: str, stream: GpxStream, problems: ProblemList) -> TrackFile:
    columns = joined(stream.blocks)
    tracks = _tracks(stream, columns, problems)
    waypoints = _waypoints(stream.waypoints, problems)
    if stream.routes:
        problems.note("route-left-out", "route 1", count=stream.routes, points=stream.route_points)
    if not tracks and not waypoints:
        problems.note("gpx-holds-nothing", "")
    return TrackFile(
        name=name,
        format="gpx",
        version=stream.version,
        creator=stream.creator,
        tracks=tracks,
        waypoints=waypoints,
        problems=problems.rows(),
        point_count=len(columns.number),
        points_in_file=stream.points,
    )


def _tracks(stream: GpxStream, columns: Columns, problems: ProblemList) -> tuple[ReadTrack, ...]:
    numbers = np.array([*(track.first_number for track in stream.tracks), *stream.segment_numbers], np.int64)
    places = np.searchsorted(columns.number, numbers).tolist()
    edges = [*places[: len(stream.tracks)], len(columns.number)]
    segments = np.array(sorted(set(places[len(stream.tracks) :])), np.int64)
    tracks: list[ReadTrack] = []
    for index, texts in enumerate(stream.tracks):
        start, stop = edges[index], edges[index + 1]
        if start == stop:
            problems.note("track-empty", f"track {index + 1}")
            continue
        fixes = columns.between(start, stop)
        inside = segments[np.searchsorted(segments, start) : np.searchsorted(segments, stop)] - start
        track = Track(
            time_us=fixes.time_us,
            longitude_deg=fixes.longitude_deg,
            latitude_deg=fixes.latitude_deg,
            elevation_m=fixes.elevation_m,
            part_starts=parts_of_track(fixes, inside, problems),
        )
        extras = {name: column for name, column in fixes.extras.items() if not np.isnan(column).all()}
        tracks.append(ReadTrack(name=texts.name or None, track=track, extras=extras))
    return tuple(tracks)


def _waypoints(waypoints: list[WaypointTexts], problems: ProblemList) -> tuple[ReadWaypoint, ...]:
    texts = PointTexts(
        number=[*range(1, len(waypoints) + 1)],
        latitude=[waypoint.latitude for waypoint in waypoints],
        longitude=[waypoint.longitude for waypoint in waypoints],
        elevation=[waypoint.texts.get("ele", MISSING) for waypoint in waypoints],
        time=[waypoint.texts.get("time", "") for waypoint in waypoints],
    )
    told = [tuple(one.texts.get(name) for name in ("name", "cmt", "desc")) for one in waypoints]
    return waypoints_of(texts, lambda number: told[number - 1], problems)
