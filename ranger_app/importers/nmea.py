"""Logs of NMEA 0183 sentences: sentences of one moment become one fix, and each checksum is verified."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ranger_app.importers.gpx_problems import ProblemList
from ranger_app.importers.nmea_fixes import NmeaFixes
from ranger_app.importers.opened import LARGEST_BYTES, opened
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks_columns import BegunTrack, columns_from_numbers, cut_tracks
from ranger_app.importers.tracks_problems import STAGE
from ranger_app.jobs import JobContext

LONGEST_LINE = 4096
"""Bytes of one line that are looked at; a sentence has 82."""

_STEP_LINES = 8192
_BLANKS = b"\x00 \t\r\n"


def read_nmea(source: Path | bytes, *, name: str, context: JobContext | None = None) -> TrackFile:
    """Read one log of a receiver.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.

    Raises:
        FileRefusedError: The file cannot be opened, or is too large.
        Cancelled: A stop was asked for.
    """
    problems = ProblemList(name)
    fixes = NmeaFixes(problems)
    with opened(source, name=name, largest=LARGEST_BYTES) as (file, size):
        for number, line in enumerate(_lines(file), start=1):
            if number % _STEP_LINES == 1:
                (context or JobContext()).step(file.tell(), size, STAGE)
            text = line.strip(_BLANKS)
            if text:
                fixes.take(text, number)
            elif b"\x00" in line:
                problems.note("file-truncated", f"line {number}")
    return _nmea_file(name, fixes, problems)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a log, also of one that a redirection of Windows wrote in UTF-16."""
    begins_as_utf_16 = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    file.seek(0)
    if not begins_as_utf_16:
        while line := file.readline(LONGEST_LINE):
            yield line
        return
    text = io.TextIOWrapper(file, "utf-16", errors="replace", newline="")
    while letters := text.readline(LONGEST_LINE):
        yield letters.encode("ascii", "replace")
    text.detach()


def _nmea_file(name: str, fixes: NmeaFixes, problems: ProblemList) -> TrackFile:
    taken = fixes.columns()
    columns = columns_from_numbers(
        taken.latitude_deg,
        taken.longitude_deg,
        taken.elevation_m,
        taken.time_us,
        extras=taken.extras,
        problems=problems,
        told=taken.without_fix,
    )
    begun = [BegunTrack(first_number=1)] if len(taken.time_us) else []
    tracks = cut_tracks(columns, begun, [], problems)
    if not tracks:
        problems.note("file-holds-nothing", "")
    return TrackFile(
        name=name,
        format="nmea",
        tracks=tracks,
        problems=problems.rows(),
        point_count=len(columns.number),
        points_in_file=len(taken.time_us),
    )
