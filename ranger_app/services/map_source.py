"""What tells one map file from another, so that the same is not taken in twice unasked."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO, Final

WHOLE_BYTES: Final = 64 << 20
"""Larger files are known by their beginning and end, size and time: reading all of them takes minutes."""

_PIECE: Final = 1 << 20


def source_mark(source: Path) -> str:
    """A short text for the name of *source* and what it holds, with a shapefile's parts; empty for a folder of tiles.

    Raises:
        OSError: It cannot be read.
    """
    if not source.is_file():
        return ""
    digest = hashlib.sha256()
    for path in (source, *_parts(source)):
        told = path.stat()
        is_large = told.st_size > WHOLE_BYTES
        digest.update(
            f"{path.name} {told.st_size} {told.st_mtime_ns if is_large else ''}\n".encode(errors="surrogatepass")
        )
        with path.open("rb") as stream:
            _read(stream, digest, told.st_size if is_large else 0)
    return digest.hexdigest()


def _parts(source: Path) -> list[Path]:
    if source.suffix.lower() != ".shp":
        return []
    return [path for ending in (".dbf", ".prj", ".cpg") if (path := source.with_suffix(ending)).is_file()]


def _read(stream: BinaryIO, digest: hashlib._Hash, large: int) -> None:
    if large:
        digest.update(stream.read(_PIECE))
        stream.seek(large - _PIECE)
    while piece := stream.read(_PIECE):
        digest.update(piece)
        if large:
            return
