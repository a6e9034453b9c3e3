"""Photos are kept as they are, hashed, and placed by their own GPS or by the track walked at that time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db.fields import attachment_from
from db.reader import Reader
from db.store import Store
from ranger_app.domain.ordering import position_at
from ranger_app.domain.records import Attachment, Position
from ranger_app.domain.track_edits import Shift
from ranger_app.domain.typed_text import whole_text
from ranger_app.errors import RangerAppError
from ranger_app.importers.photo import Photo, read_photo
from ranger_app.jobs import JobContext
from ranger_app.problem import Problem
from ranger_app.services.clock_plan import clock_field
from ranger_app.services.clocks import clock_key
from ranger_app.services.photo_places import PhotoPlaces
from ranger_app.services.stations import station_of
from ranger_app.services.take_back import refuse_taken_back

if TYPE_CHECKING:
    from db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """A photo with where it was taken, before it is stored.

    Attributes:
        taken_at: By the camera, aware; the station's zone stands in where it wrote none.
        found_by: ``photo``, ``track`` or empty.
        shift: A correction of the camera's clock that is kept with the photo.
    """

    path: Path
    photo: Photo
    taken_at: dt.datetime | None
    position: Position | None
    found_by: str
    shift: Shift | None = None

    @property
    def really_at(self) -> dt.datetime | None:
        """When it was taken, by the corrected clock."""
        return shifted(self.taken_at, self.shift)


def shifted(taken: dt.datetime | None, shift: Shift | None) -> dt.datetime | None:
    """What a camera wrote, with a correction of its clock."""
    return taken if taken is None or shift is None else taken + dt.timedelta(seconds=float(shift.seconds))


class AttachPhotos:
    """Keep photos and attach them to a record."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        paths: Sequence[Path],
        *,
        officer: str,
        parent: tuple[str, str] | None,
        context: JobContext,
        refused: list[Problem] | None = None,
    ) -> tuple[Attachment, ...]:
        """Store *paths*; the same bytes attached to the same record twice stay one attachment.

        Args:
            parent: Kind and id of the record they belong to; ``None`` keeps them for later.
            refused: Takes what is wrong with files that are no photos, while the others are stored; without it the
                first such file refuses all.

        Raises:
            NotAPhotoError, PhotoTooLargeError: One of them is refused, or all of them are.
            RecordMissingError, RecordTakenBackError: There is no such record, or it was taken back.
        """
        if parent is not None:
            refuse_taken_back(self._store.reader.entry(parent[1], parent[0]))
        photos = self.read(paths, context, refused)
        with self._store.transaction(officer) as transaction:
            ids = self.write(transaction, photos, parent)
        return tuple(attachment_from(self._store.reader.entry(record)) for record in ids)

    def read(
        self,
        paths: Sequence[Path],
        context: JobContext,
        refused: list[Problem] | None = None,
        *,
        shift: Shift | None = None,
    ) -> list[ReadPhoto]:
        """Read and place photos without storing anything.

        Args:
            shift: A correction of the clocks of their cameras.
        """
        zone = ZoneInfo(station_of(self._store).timezone)
        found: list[ReadPhoto] = []
        places: PhotoPlaces | None = None
        for number, path in enumerate(paths):
            context.step(number, len(paths), "reading-photos")
            try:
                photo = read_photo(path)
            except RangerAppError as error:
                if refused is None or len(paths) == 1 or (not found and number == len(paths) - 1):
                    error.others = tuple(refused or ())
                    raise
                refused.append(Problem(code=error.code, file=str(path), facts={**error.facts}))
                continue
            taken = photo.taken_at
            if taken is not None and taken.tzinfo is None:
                taken = taken.replace(tzinfo=zone)
            position, found_by = photo.position, "photo" if photo.position else ""
            if position is None and taken is not None:
                places = places or PhotoPlaces(self._store, zone)
                position = places.at(shifted(taken, shift) or taken)
                found_by = "track" if position else ""
            found.append(ReadPhoto(path, photo, taken, position, found_by, shift))
        return found

    def write(self, transaction: Transaction, photos: Sequence[ReadPhoto], parent: tuple[str, str] | None) -> list[str]:
        """Store photos inside a transaction; answers the ids of their attachments."""
        audience = self._audience(parent)
        known = self._known(parent)
        ids = []
        for photo in photos:
            digest, size = self._store.blobs.put_file(photo.path)
            if digest not in known:
                shown = photo.photo.derivative
                derivative = self._store.blobs.put(shown) if shown else ""
                with transaction.change(audience) as change:
                    known[digest] = change.create(
                        "attachment",
                        _values(photo, digest, size, derivative),
                        parent=parent,
                        position=position_at(len(known)),
                        blobs=[digest, *filter(None, [derivative])],
                    )
            ids.append(known[digest])
        return ids

    def _known(self, parent: tuple[str, str] | None) -> dict[str, str]:
        """Digest to id of what is attached to *parent*, or to nothing, already."""
        wanted = parent[1] if parent is not None else ""
        entries = self._store.reader.entries("attachment", parent=wanted)
        return {str(entry.values.get("sha256")): entry.id for entry in entries if entry.parent == wanted}

    def _audience(self, parent: tuple[str, str] | None) -> str:
        """A photo of a case stays with the case; a parent that is written in this transaction is the station's."""
        if parent is None or not self._store.reader.has(parent[1]):
            return "station"
        return self._store.reader.entry(parent[1]).audience


def photo_problems(reader: Reader, kept: Sequence[Attachment], files: Sequence[Path] = ()) -> tuple[Problem, ...]:
    """What is wrong with the pictures of photos that were kept all the same.

    Args:
        files: Those they were kept from, one by one; without them their names tell.
    """
    found = []
    for place, one in enumerate(kept):
        if flaw := reader.entry(one.id).values.get("flaw"):
            file = str(files[place]) if files else ""
            found.append(Problem(code=str(flaw), file=file, facts={"file": one.name}))
    return tuple(found)


def _values(photo: ReadPhoto, digest: str, size: int, derivative: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": whole_text(photo.path.name),
        "sha256": digest,
        "derivative": derivative or None,
        "flaw": photo.photo.flaw or None,
        "bytes": size,
        "mime": photo.photo.mime,
        "width_px": photo.photo.width_px,
        "height_px": photo.photo.height_px,
        "camera": photo.photo.camera or None,
        "camera_serial": photo.photo.serial or None,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
        "found_by": photo.found_by or None,
    }
    if photo.shift is not None and photo.taken_at is not None:
        clock = clock_key("camera", photo.photo.serial or photo.photo.camera)
        values |= clock_field(clock, photo.shift)
    if photo.position is not None:
        values |= {
            "latitude": repr(photo.position.latitude_deg),
            "longitude": repr(photo.position.longitude_deg),
            "accuracy_m": photo.position.accuracy_m,
            "position_source": str(photo.position.source),
        }
    return values
