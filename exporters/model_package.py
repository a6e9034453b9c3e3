"""A data model as a file: bare XML, or a zip with the XML at the top and the pictures that it names."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from exporters.safe_write import replacing, write_bytes

XML_NAME: Final = "datamodel.xml"
"""The model inside a zip; SMART takes any name at the top."""

_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_model(path: Path, xml: bytes, pictures: Iterable[tuple[str, bytes]] = ()) -> None:
    """Write a data model; the same model gives the same bytes.

    Args:
        path: Ends with ``.zip`` for a package; anything else is bare XML, without the pictures.
        pictures: Name inside the zip, and bytes.

    Raises:
        FileNotWrittenError, FileTooLargeError: The file cannot be; what stood in its place stands there still.
    """
    if path.suffix.lower() != ".zip":
        write_bytes(path, xml)
        return
    with replacing(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in ((XML_NAME, xml), *pictures):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content)
