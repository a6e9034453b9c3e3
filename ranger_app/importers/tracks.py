"""Track files of every format: the content says what a file is, and names are ignored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.importers.sniff import HEAD_BYTES, FileKind, kind_of_file
from ranger_app.importers.tracks_problems import REFUSALS_OF_TRACKS
from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from ranger_app.importers.track_file import TrackFile


def read_tracks(source: Path | bytes, *, name: str, context: JobContext | None = None) -> TrackFile:
    """Read one file of tracks or waypoints, whatever its format and its name.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.

    Raises:
        FileRefusedError: The file cannot be opened, or its content is something else; the code says what.
        Cancelled: A stop was asked for.
    """
    kind = kind_of_file(_head(source, name))
    if kind is FileKind.OTHER_XML:
        from ranger_app.importers.tracks_xml import kind_by_root

        kind = kind_by_root(source, name=name)
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
        case _:
            raise REFUSALS_OF_TRACKS[kind](name)


def _head(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        return source[:HEAD_BYTES]
    try:
        with source.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise FileUnreadableError(name, reason=error.strerror or type(error).__name__) from error
