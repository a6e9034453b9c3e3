"""FIT files of watches and hand-helds: records become fixes, course points and locations become waypoints.

fitdecode takes the file apart. A file that is damaged from some place on gives what stands before that place.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fitdecode
import numpy as np

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.fit_messages import FitMessages
from ranger_app.importers.fit_records import FitRecords
from ranger_app.importers.gpx_problems import ProblemList
from ranger_app.importers.opened import content_of
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks_columns import columns_from_numbers, cut_tracks
from ranger_app.importers.tracks_problems import STAGE
from ranger_app.jobs import JobContext

LARGEST_BYTES = 1 << 26
"""A larger file is refused: a fix a second fills less than 10 MB a day."""

_SPOILT = (
    fitdecode.FitError, AssertionError, KeyError, IndexError, ValueError, TypeError, AttributeError, ArithmeticError,
    struct.error,
)  # fmt: skip
"""What fitdecode raises on bytes that pretend to be FIT."""

_RECORD = 20
_STEP_FRAMES = 2048
_SUM_BYTES = 1 << 16
"""Bytes, an even number, whose checksum is taken at once."""


def read_fit(source: Path | bytes, *, name: str, context: JobContext | None = None) -> TrackFile:
    """Read one FIT file, or several in a row in one file.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.

    Raises:
        FileRefusedError: The file cannot be opened, or is larger than any receiver writes.
        Cancelled: A stop was asked for.
    """
    content = content_of(source, name=name, largest=LARGEST_BYTES)
    problems = ProblemList(name)
    records, messages = FitRecords(), FitMessages(problems)
    headers: list[tuple[int, int]] = []
    file = io.BytesIO(content)
    for number, frame in enumerate(_frames(file, headers, problems)):
        if number % _STEP_FRAMES == 0:
            (context or JobContext()).step(file.tell(), len(content), STAGE)
        if frame.frame_type == fitdecode.FIT_FRAME_DATA:
            if frame.def_mesg.global_mesg_num == _RECORD:
                records.take(frame.fields)
            else:
                messages.take(frame, records.count)
        elif frame.frame_type == fitdecode.FIT_FRAME_HEADER:
            messages.begin_file(frame, records.count)
    messages.finish(records.count)
    _check_sums(content, headers, problems)
    return _fit_file(name, records, messages, problems)


def _frames(file: io.BytesIO, headers: list[tuple[int, int]], problems: ProblemList) -> Iterator[Any]:
    """All that can be taken apart; *headers* gets place and whole length of each FIT file that has a header."""
    reader = fitdecode.FitReader(
        file,
        processor=None,
        check_crc=fitdecode.CrcCheck.DISABLED,
        error_handling=fitdecode.ErrorHandling.IGNORE,
        keep_raw_chunks=False,
    )
    try:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_HEADER:
                headers.append((file.tell() - frame.header_size, frame.header_size + frame.body_size))
            yield frame
    except _SPOILT as error:
        _note_break(file, headers, error, problems)


def _note_break(file: io.BytesIO, headers: list[tuple[int, int]], error: Exception, problems: ProblemList) -> None:
    where = f"byte {file.tell() + 1}"
    last, length = headers[-1] if headers else (0, 0)
    if headers and isinstance(error, fitdecode.FitHeaderError):
        problems.note("file-junk-after-end", f"byte {last + length + 3}")
    elif isinstance(error, (fitdecode.FitEOFError, fitdecode.FitHeaderError)):
        problems.note("file-truncated", where)
    else:
        problems.note("file-damaged", where)


def _check_sums(content: bytes, headers: list[tuple[int, int]], problems: ProblemList) -> None:
    for start, length in headers:
        told = content[start + length : start + length + 2]
        if len(told) == 2 and fit_sum(content[start : start + length]) != int.from_bytes(told, "little"):
            problems.note("file-checksum-wrong", f"byte {start + length + 1}")


def fit_sum(content: bytes) -> int:
    """The CRC-16 of FIT, two bytes at a time."""
    table = _sums_of_pairs()
    crc = 0
    for start in range(0, len(content) - 1, _SUM_BYTES):
        piece = content[start : start + _SUM_BYTES]
        for pair in np.frombuffer(piece, "<u2", len(piece) // 2).tolist():
            crc = table[crc ^ pair]
    return _add_byte(crc, content[-1]) if len(content) % 2 else crc


def _add_byte(crc: int, byte: int) -> int:
    crc ^= byte
    for _ in range(8):
        crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


@cache
def _sums_of_pairs() -> list[int]:
    """What each remainder of 16 bits becomes after two bytes of zeros."""
    crc = np.arange(1 << 16, dtype=np.int64)
    for _ in range(16):
        crc = (crc >> 1) ^ (crc & 1) * 0xA001
    sums: list[int] = crc.tolist()
    return sums


def _fit_file(name: str, records: FitRecords, messages: FitMessages, problems: ProblemList) -> TrackFile:
    taken = records.columns()
    columns = columns_from_numbers(
        taken.latitude_deg, taken.longitude_deg, taken.elevation_m, taken.time_us,
        extras=taken.extras, problems=problems,
    )  # fmt: skip
    tracks = cut_tracks(columns, messages.tracks, messages.part_numbers, problems)
    waypoints = tuple(messages.waypoints)
    if untimed := sum(waypoint.time_us == NO_TIME for waypoint in waypoints):
        problems.note("waypoint-without-time", "waypoint 1", count=untimed)
    if not tracks and not waypoints:
        problems.note("file-holds-nothing", "")
    return TrackFile(
        name=name,
        format="fit",
        version=messages.version,
        creator=messages.creator,
        tracks=tracks,
        waypoints=waypoints,
        problems=problems.rows(),
        point_count=len(columns.number),
        points_in_file=records.count,
    )
