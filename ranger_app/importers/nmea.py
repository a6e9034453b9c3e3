"""Logs of NMEA 0183 sentences: sentences of one moment become one fix, and each checksum is verified."""

from __future__ import annotations

from pathlib import Path

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
        number = 0
        while line := file.readline(LONGEST_LINE):
            if number % _STEP_LINES == 0:
                (context or JobContext()).step(file.tell(), size, STAGE)
            number += 1
            text = line.strip(_BLANKS)
            if text:
                fixes.take(text, number)
            elif b"\x00" in line:
                problems.note("file-truncated", f"line {number}")
    return _nmea_file(name, fixes, problems)


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
