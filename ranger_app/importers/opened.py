"""Files of tracks as they are opened, whole or at their beginning: what the disk does not give is refused by name."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ranger_app.importers.gpx_problems import FileTooBigError, FileUnreadableError
from ranger_app.importers.sniff import HEAD_BYTES

LARGEST_BYTES = 1 << 30
"""A larger file is refused: it would hold more than a month of a fix a second from ten receivers."""


@contextmanager
def opened(source: Path | bytes, *, name: str, largest: int | None = None) -> Iterator[tuple[BinaryIO, int]]:
    """A file to be read from its beginning, and its size; an error of the disk is told in words inside too.

    Args:
        name: What the file is called in errors.
        largest: Bytes; left out, a file of any size is opened.

    Raises:
        FileRefusedError: The disk does not give it, or it is larger.
    """
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            if largest is not None and size > largest:
                raise FileTooBigError(name, most_mb=largest >> 20)
            file.seek(0)
            yield file, size
    except OSError as error:
        raise FileUnreadableError(name, reason=error.strerror or type(error).__name__) from error


def content_of(source: Path | bytes, *, name: str, largest: int) -> bytes:
    """All bytes of a file that is no larger than *largest*.

    Raises:
        FileRefusedError: It is larger, or the disk does not give it.
    """
    with opened(source, name=name, largest=largest) as (file, _):
        return file.read()


def head_of(source: Path | bytes, *, name: str, count: int = HEAD_BYTES) -> bytes:
    """The first bytes of a file, as many as `kind_of_file` wants if nothing else is said.

    Raises:
        FileRefusedError: The disk does not give it.
    """
    with opened(source, name=name) as (file, _):
        return file.read(count)
