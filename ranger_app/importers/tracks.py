"""Track files of every format: the content says what a file is, and names are ignored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.importers.opened import content_of, head_of
from ranger_app.importers.sniff import HEAD_BYTES, FileKind, kind_of_file
from ranger_app.importers.tracks_problems import REFUSALS_OF_TRACKS
from ranger_app.importers.tracks_unpack import LARGEST_PACKED_BYTES, PACKED, PackedInPackedError, unpacked_file
from ranger_app.jobs import JobContext
from ranger_app.problem import Problem

if TYPE_CHECKING:
    from ranger_app.importers.csv_tracks_mapping import CsvMapping
    from ranger_app.importers.track_file import TrackFile

_TEXTS = frozenset({FileKind.UNKNOWN, FileKind.NMEA})
_NESTED = PACKED | {FileKind.ZIP, FileKind.TAR, FileKind.SEVEN_ZIP, FileKind.RAR}


def read_tracks(
    source: Path | bytes, *, name: str, context: JobContext | None = None, mapping: CsvMapping | None = None
) -> TrackFile:
    """Read one file of tracks or waypoints, whatever its format and its name; gzip, bzip2 and xz are unpacked.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.
        mapping: Which column of a table is what; a text is then read as a table in any case.

    Raises:
        CsvMappingNeededError: The content is a table, and nobody can tell which column is what.
        FileRefusedError: The file cannot be opened, or its content is something else; the code says what.
        Cancelled: A stop was asked for.
    """
    used = context or JobContext()
    kind = kind_of_file(head_of(source, name=name))
    if kind not in PACKED:
        return _read(source, kind, name, used, mapping)
    packed = content_of(source, name=name, largest=LARGEST_PACKED_BYTES)
    content, is_whole = unpacked_file(packed, kind, name=name)
    inner = kind_of_file(content[:HEAD_BYTES])
    if inner in _NESTED:
        raise PackedInPackedError(name)
    file = _read(content, inner, name, used, mapping)
    if is_whole:
        return file
    return replace(file, problems=(*file.problems, Problem(code="packed-damaged", file=name)))


def _read(
    source: Path | bytes, kind: FileKind, name: str, context: JobContext, mapping: CsvMapping | None
) -> TrackFile:
    if kind is FileKind.OTHER_XML:
        from ranger_app.importers.tracks_xml import kind_by_root

        kind = kind_by_root(source, name=name)
    if kind in _TEXTS and (mapping is not None or (kind is FileKind.UNKNOWN and _has_headings(source, name))):
        kind = FileKind.CSV
    match kind:
        case FileKind.GPX:
            from ranger_app.importers.gpx import read_gpx

            return read_gpx(source, name=name, context=context)
        case FileKind.FIT:
            from ranger_app.importers.fit import read_fit

            return read_fit(source, name=name, context=context)
        case FileKind.KML:
            from ranger_app.importers.kml import read_kml

            return read_kml(source, name=name, context=context)
        case FileKind.TCX:
            from ranger_app.importers.tcx import read_tcx

            return read_tcx(source, name=name, context=context)
        case FileKind.NMEA:
            from ranger_app.importers.nmea import read_nmea

            return read_nmea(source, name=name, context=context)
        case FileKind.CSV:
            from ranger_app.importers.csv_tracks import read_csv

            return read_csv(source, name=name, context=context, mapping=mapping)
        case _:
            raise REFUSALS_OF_TRACKS[kind](name)


def _has_headings(source: Path | bytes, name: str) -> bool:
    """Whether a text of no known shape begins like a table whose columns can be guessed."""
    from ranger_app.importers.csv_tracks import GUESS_BYTES, guess_mapping

    return guess_mapping(head_of(source, name=name, count=GUESS_BYTES)) is not None
