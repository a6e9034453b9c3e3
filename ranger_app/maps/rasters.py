"""Scanned sheets and satellite pictures: GeoTIFF, JPEG 2000, Panorama's RMF and Ozi's ``.map`` become tiles once."""

from __future__ import annotations

from pathlib import Path

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapFileMissingError
from ranger_app.maps.scanned import is_ozi
from ranger_app.maps.worker_process import run_worker
from ranger_app.maps.writing import being_written

_BEGINNINGS = (
    b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+",  # TIFF, and TIFF of more than 4 GB
    b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51",  # JPEG 2000, as a file and as a bare stream
    b"RSW\x00", b"MTW\x00",  # rasters and matrices of Panorama
)  # fmt: skip
_HEAD_BYTES = 256


def is_raster(path: Path) -> bool:
    """Whether :func:`convert_raster` is for a file, by its first bytes; ``False`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return head.startswith(_BEGINNINGS) or is_ozi(head)


def convert_raster(source: Path, target: Path, *, context: JobContext, datum: str = "") -> None:
    """Turn a picture into MBTiles, in a process of its own that is killed when a stop is asked for.

    Memory is bounded by windows of the picture, places without values are clear, and what is drawn with few colours
    stays as it is. What lies at *target* is replaced when the new file is whole, and not before.

    Args:
        datum: What the sheet's degrees are on, an id among :data:`ranger_app.maps.scanned.CHOICES`, where somebody was
            asked because of ``map-datum-unknown``.

    Raises:
        MapFileRefusedError: It is damaged, says not where it lies, or is too large; ``map-needs-gis`` where libraries
            are missing.
        Cancelled: A stop was asked for.
    """
    if not source.exists():
        raise MapFileMissingError(source.name)
    beside = target.with_name(target.name + ".part")
    with being_written(source.name, target.parent):
        beside.unlink(missing_ok=True)
    try:
        arguments = [str(source.absolute()), str(beside.absolute()), datum]
        run_worker("raster_worker", arguments, file=source.name, context=context)
        with being_written(source.name, target.parent):
            beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
