"""The files of a SMART package become blobs, with what their pictures say of themselves."""

from __future__ import annotations

import mimetypes
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from db.reader import Reader
from db.store import Store
from ranger_app.domain.typed_text import whole_text
from ranger_app.importers.photo import NotAPhotoError, PhotoTooLargeError, read_photo
from ranger_app.importers.smart_package import SmartPackage
from ranger_app.importers.smart_parts import SmartFileName, SmartPatrol, SmartPlace
from ranger_app.problem import Problem

FileFields = Mapping[str, Any]
"""Stored fields of an attachment, without its name and signature."""


def files_named(told: SmartPatrol | SmartPlace) -> Iterator[SmartFileName]:
    """Every attachment that a record names."""
    places = [told] if isinstance(told, SmartPlace) else [
        waypoint for leg in told.legs for day in leg.days for waypoint in day.waypoints
    ]  # fmt: skip
    for place in places:
        yield from place.files
        for observation in place.observations:
            yield from observation.files


def kept_files(
    store: Store, package: SmartPackage, named: Iterable[SmartFileName], zone: ZoneInfo, problems: list[Problem]
) -> dict[str, FileFields]:
    """Keep the bytes of every file named; answers its fields by its name. What is not in the package is a problem.

    Raises:
        ZipDamagedError: The package breaks off.
    """
    found: dict[str, FileFields] = {}
    for name in dict.fromkeys(one.name for one in named):
        if package.attachment_size(name) is None:
            problems.append(Problem(code="smart-attachment-not-found", facts={"name": name[:80]}))
            continue
        with _unpacked(package, name) as path:
            found[name] = _fields(store, path, zone)
    return found


def held_files(reader: Reader, record: str, *, with_hidden: bool = False) -> dict[str, FileFields]:
    """What is kept of the files of a record and of all below it, by name; those taken back only when asked for."""
    found: dict[str, FileFields] = {}
    waiting = [record]
    while waiting:
        parent = waiting.pop()
        for entry in reader.entries("attachment", parent=parent, with_hidden=with_hidden):
            values = {name: value for name, value in entry.values.items() if name not in ("name", "signature_type")}
            found.setdefault(str(entry.values.get("name", "")), values)
        for kind in ("waypoint", "observation"):
            waiting += [entry.id for entry in reader.entries(kind, parent=parent, with_hidden=with_hidden)]
    return found


@contextmanager
def _unpacked(package: SmartPackage, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ranger-") as folder:
        path = Path(folder) / ("attachment" + Path(name).suffix[:10].lower())
        with path.open("wb") as stream:
            package.copy_attachment(name, stream)
        yield path


def _fields(store: Store, path: Path, zone: ZoneInfo) -> FileFields:
    digest, size = store.blobs.put_file(path)
    values: dict[str, Any] = {
        "sha256": digest, "bytes": size, "mime": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
    }  # fmt: skip
    try:
        photo = read_photo(path)
    except (NotAPhotoError, PhotoTooLargeError):
        return values  # a sound, a document, a picture that nobody can show: kept as it is
    taken = photo.taken_at
    if taken is not None and taken.tzinfo is None:
        taken = taken.replace(tzinfo=zone)
    values |= {
        "derivative": store.blobs.put(photo.derivative) if photo.derivative else None,
        "flaw": photo.flaw or None, "mime": photo.mime, "width_px": photo.width_px, "height_px": photo.height_px,
        "camera": whole_text(photo.camera) or None, "taken_at": taken.isoformat() if taken else None,
    }  # fmt: skip
    if photo.position is not None:
        values |= {
            "latitude": repr(photo.position.latitude_deg), "longitude": repr(photo.position.longitude_deg),
            "accuracy_m": photo.position.accuracy_m, "position_source": str(photo.position.source),
            "found_by": "photo",
        }  # fmt: skip
    return values
