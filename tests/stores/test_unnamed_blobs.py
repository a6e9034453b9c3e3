"""Large files that an import wrote and no change names: they go when it is stopped, or at the next opening."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.blobs import LARGEST_INSIDE, UNNAMED
from ranger_app.jobs import Cancelled
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.import_tracks import ImportTracks
from tests.service_desk import MORNING, CancelAt, Desk, new_desk, photo_bytes, walk, write_gpx


def large_gpx(desk: Desk, name: str, *, latitude: float = 41.2) -> Path:
    path = write_gpx(desk.out / name, walk(MORNING, 4000, latitude=latitude))
    with path.open("ab") as stream:
        stream.write(b"<!--" + b"x" * LARGEST_INSIDE + name.encode() + b"-->")
    return path


def large_photo(path: Path) -> Path:
    path.write_bytes(photo_bytes() + random.Random(1).randbytes(LARGEST_INSIDE))
    return path


def files(desk: Desk) -> list[str]:
    return sorted(path.name for path in (desk.store.folder / "blobs").rglob("*") if path.is_file())


def steps_of(desk: Desk, paths: list[Path]) -> Iterator[int]:
    counting = CancelAt()
    other = new_desk(desk.out / "counted")
    ImportTracks(other.store)(paths, officer=other.officer, context=counting)
    other.store.close()
    yield from range(counting.steps)


def test_a_stopped_import_leaves_no_file(desk: Desk) -> None:
    paths = [large_gpx(desk, "a.gpx"), large_gpx(desk, "b.gpx", latitude=42.2)]

    for at in steps_of(desk, paths):
        with pytest.raises(Cancelled):
            ImportTracks(desk.store)(paths, officer=desk.officer, context=CancelAt(at))
        assert files(desk) == []

    ImportTracks(desk.store)(paths, officer=desk.officer, context=desk.context)
    assert len(files(desk)) == 2


def test_a_file_that_was_kept_before_stays_when_a_later_act_is_stopped(desk: Desk) -> None:
    photo = large_photo(desk.out / "a.jpg")
    AttachPhotos(desk.store)([photo], officer=desk.officer, parent=None, context=desk.context)
    before = files(desk)

    def stopped() -> None:
        with desk.store.transaction(desk.officer):
            desk.store.blobs.put_file(photo)
            desk.store.blobs.put(bytes(LARGEST_INSIDE + 1))
            raise Cancelled

    with pytest.raises(Cancelled):
        stopped()

    assert files(desk) == before != []


def test_what_a_killed_program_never_named_goes_at_the_next_opening(desk: Desk) -> None:
    photo = large_photo(desk.out / "a.jpg")
    AttachPhotos(desk.store)([photo], officer=desk.officer, parent=None, context=desk.context)
    named = files(desk)
    foreign = desk.store.folder / "blobs" / "ab" / ("ab" * 32)
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_bytes(b"brought by somebody, its change is yet to come")
    # As a program leaves it that is killed in the middle of an import, or right after its changes were stored.
    desk.store.blobs.put(bytes(LARGEST_INSIDE + 1))
    with (desk.store.folder / "blobs" / UNNAMED).open("a", encoding="ascii") as listed:
        listed.write("\n".join([*named, "../../journal.db", ""]))

    desk.reopen()

    assert files(desk) == sorted([*named, foreign.name])
    assert (desk.folder / "journal.db").exists()
