"""Layers of points, lines and areas from the files of other programs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapFileMissingError, MapNotWrittenError
from ranger_app.maps.vector_file import SUFFIX, VectorMap, load_vectors
from ranger_app.maps.worker_process import run_worker


def read_vectors(path: Path, *, name: str, context: JobContext) -> VectorMap:
    """Read one file: GeoJSON, GPX, KML and KMZ by our own code, shapefiles and GeoPackages by the extra ``gis``.

    The file is read by a process of its own, which is killed when a stop is asked for. What of it could not be taken
    stands in the answer's ``problems``.

    Args:
        name: What the layer is called.

    Raises:
        MapFileRefusedError: It is no such file, damaged, too large, in a projection that is not known, or a part of it
            is missing; ``map-needs-gis`` where libraries are.
        FileRefusedError: It is hostile, or the disk does not give it.
        Cancelled: A stop was asked for.
    """
    if not path.exists():
        raise MapFileMissingError(path.name)
    with _workshop(path.name) as folder:
        target = Path(folder) / f"layer{SUFFIX}"
        run_worker("vector_worker", [str(path.absolute()), str(target), name], file=path.name, context=context)
        return load_vectors(target)


def _workshop(file: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for what the process writes.

    Raises:
        MapNotWrittenError: The system has no place for one.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="ranger-app-")
    except OSError as error:
        told = error.strerror or str(error)
        raise MapNotWrittenError(
            file, folder=tempfile.tempdir or os.environ.get("TMPDIR", os.sep), told=told
        ) from error
