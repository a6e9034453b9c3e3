"""Tables of fixes or waypoints as text: CSV of loggers and of Excel, read by a mapping that is given or guessed."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ranger_app.importers.csv_tracks_cells import is_zone
from ranger_app.importers.csv_tracks_garmin import is_garmin_text, read_garmin_text, time_order_of_garmin_text
from ranger_app.importers.csv_tracks_mapping import CsvMapping, guess_mapping
from ranger_app.importers.csv_tracks_table import Table, TextLines
from ranger_app.importers.csv_tracks_text import encoding_of, encoding_of_file
from ranger_app.importers.gpx_problems import FileRefusedError, ProblemList
from ranger_app.importers.gpx_xml import is_readable_encoding
from ranger_app.importers.opened import LARGEST_BYTES, opened
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks_problems import FileTextUnknownError
from ranger_app.jobs import JobContext

__all__ = ["CsvMapping", "CsvMappingNeededError", "guess_mapping", "read_csv"]


GUESS_BYTES = 1 << 16
"""As much of a file's beginning as its mapping is guessed from."""


class CsvMappingNeededError(FileRefusedError):
    """Nobody can tell from its headings which column of a table is what: a person has to say."""

    code = "csv-mapping-needed"


class CsvZoneUnknownError(FileRefusedError):
    """The time zone of a mapping is none."""

    code = "csv-zone-unknown"


def read_csv(
    source: Path | bytes, *, name: str, context: JobContext | None = None, mapping: CsvMapping | None = None
) -> TrackFile:
    """Read one table.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.
        mapping: Which column is what; guessed from the headings when it is left out.

    Raises:
        CsvMappingNeededError: The headings do not tell, or leave it open whether days or months come first; or the
            mapping that was given reads no time of any row, or most positions lie nowhere.
        FileRefusedError: The file cannot be opened or is too large, or the mapping names what does not exist.
        Cancelled: A stop was asked for.
    """
    with opened(source, name=name, largest=LARGEST_BYTES) as (file, size):
        return _read(file, file.read(GUESS_BYTES), size, name, context or JobContext(), mapping)


def _read(
    file: BinaryIO, head: bytes, size: int, name: str, context: JobContext, mapping: CsvMapping | None
) -> TrackFile:
    problems = ProblemList(name)
    if is_garmin_text(head):
        encoding = encoding_of_file(file, encoding_of(head))
        order = time_order_of_garmin_text(TextLines(file, size, encoding, ProblemList(name), context))
        if mapping is None and order is not None:
            mapping = CsvMapping(columns={"position": 0}, time_order=order, encoding=encoding)
        used = _usable(mapping, name)
        return read_garmin_text(TextLines(file, size, encoding, problems, context), used, name=name, problems=problems)
    used = _usable(mapping or guess_mapping(head), name)
    table = Table(used, problems)
    table.read(TextLines(file, size, encoding_of_file(file, used.encoding), problems, context))
    found = table.track_file(name)
    if table.is_misplaced or (mapping is not None and table.has_times_of_another_order):
        raise CsvMappingNeededError(name)
    return found


def _usable(mapping: CsvMapping | None, name: str) -> CsvMapping:
    if mapping is None:
        raise CsvMappingNeededError(name)
    if not is_readable_encoding(mapping.encoding):
        raise FileTextUnknownError(name, encoding=mapping.encoding[:40])
    if mapping.zone and not is_zone(mapping.zone):
        raise CsvZoneUnknownError(name, zone=mapping.zone[:40])
    return mapping
