"""What a file is that somebody dropped or chose in a folder: told by its name and its first bytes, nothing is read."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from ui.photo_list import ENDINGS as PHOTO_ENDINGS

TRACKS, SMART, MODEL, PHOTO = "tracks", "smart", "model", "photo"

TRACK_FILTERS = ("gpx", "fit", "kml", "kmz", "tcx", "nmea", "csv", "gz", "zip", "tar")
"""Endings that Browse offers first; what a file is, its content says."""

TRACK_ENDINGS = (".gpx", ".gpx.gz", ".fit", ".kml", ".kmz", ".tcx", ".nmea", ".csv")
SMART_ENDINGS = (".xml", ".zip")

_HEAD_BYTES = 4096
_MOST_NAMES = 10_000


def kind_of_file(path: Path) -> str:
    """``photo``, ``smart``, ``model``, or ``tracks`` for everything else."""
    name = path.name.lower()
    if path.suffix.lower().lstrip(".") in PHOTO_ENDINGS:
        return PHOTO
    if path.is_dir():
        return _kind_of_folder(path)
    try:
        if name.endswith(".xml"):
            return _kind_of_xml(path)
        return _kind_of_zip(path) if name.endswith(".zip") else TRACKS
    except (OSError, zipfile.BadZipFile):
        return TRACKS if name.endswith(".zip") else SMART


def _kind_of_xml(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    return MODEL if b"DataModel" in head else SMART


def _kind_of_zip(path: Path) -> str:
    """A zip with a track in it is one of tracks; one with a document at its top is SMART's."""
    with zipfile.ZipFile(path) as package:
        names = [name.lower() for name in package.namelist()[:_MOST_NAMES]]
        if any(name.endswith(TRACK_ENDINGS) for name in names):
            return TRACKS
        document = next((name for name in package.namelist()[:_MOST_NAMES] if name.lower().endswith(".xml")), "")
        if not document:
            return TRACKS
        with package.open(document) as stream:
            return MODEL if b"DataModel" in stream.read(_HEAD_BYTES) else SMART


def _kind_of_folder(path: Path) -> str:
    """A folder with SMART's files at its top, and no tracks beside them, is one of SMART's."""
    return TRACKS if files_in(path, TRACK_ENDINGS) or not files_in(path, SMART_ENDINGS) else SMART


def files_in(path: Path, endings: Sequence[str]) -> list[Path]:
    """A file as it is; of a folder every file with one of these endings, by name."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.name.lower().endswith(tuple(endings)))
