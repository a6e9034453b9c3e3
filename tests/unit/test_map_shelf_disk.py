"""Where the station's disk takes no copy, the disk is told, and never that the map is damaged."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.maps.rasters import convert_raster
from ranger_app.services.maps import MapShelf
from tests import made_maps
from tests.map_sheets import a_picture, write_sheet
from tests.small_disk import no_file_larger_than


@pytest.fixture
def shelf(tmp_path: Path) -> MapShelf:
    (tmp_path / "station" / "maps").mkdir(parents=True)
    return MapShelf(tmp_path / "station")


def geojson(path: Path) -> Path:
    path.write_text(json.dumps({"type": "Point", "coordinates": [74.5, 41.5]}), encoding="utf-8")
    return path


def heights(path: Path) -> Path:
    path.write_bytes(bytes(1201 * 1201 * 2))
    return path


MAPS: dict[str, Callable[[Path], Path]] = {
    "tiles": lambda folder: made_maps.mbtiles(folder / "a.mbtiles"),
    "a folder of tiles": lambda folder: made_maps.tile_folder(folder / "tiles"),
    "a layer": lambda folder: geojson(folder / "a.geojson"),
    "heights": lambda folder: heights(folder / "N41E074.hgt"),
}


def failing(number: int) -> Callable[..., Any]:
    def fail(*_anything: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def refusal(shelf: MapShelf, source: Path) -> RangerAppError:
    with pytest.raises(RangerAppError) as refused:
        shelf.add(source, context=JobContext())
    return refused.value


@pytest.mark.parametrize("kind", MAPS)
@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "map-no-room"), (errno.EROFS, "map-not-written"), (errno.EIO, "map-not-written")],
)
def test_a_disk_that_takes_no_copy_is_told_and_not_the_map(
    shelf: MapShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, number: int, code: str
) -> None:
    source = MAPS[kind](tmp_path)
    monkeypatch.setattr(os, "fsync", failing(number))

    refused = refusal(shelf, source)

    assert refused.code == code
    assert "damaged" not in str(refused.facts)
    assert list(shelf.folder.iterdir()) == []


def test_a_station_that_can_only_be_read_is_told(
    shelf: MapShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = MAPS["tiles"](tmp_path)
    monkeypatch.setattr(os, "mkdir", failing(errno.EROFS))

    refused = refusal(shelf, source)

    assert (refused.code, refused.facts["told"]) == ("map-not-written", "Read-only file system")
    assert refused.facts["folder"] == str(shelf.folder)


def test_a_disk_that_refuses_in_the_middle_of_a_sheet_is_told(tmp_path: Path) -> None:
    source = write_sheet(tmp_path / "sheet.tif", a_picture())

    with no_file_larger_than(8192), pytest.raises(RangerAppError) as refused:
        convert_raster(source, tmp_path / "sheet.mbtiles", context=JobContext())

    assert refused.value.code == "map-not-written"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sheet.tif"]


@pytest.mark.parametrize("kind", MAPS)
def test_how_much_has_to_stay_free_is_told_and_kept_for_every_kind(
    shelf: MapShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("ranger_app.maps.writing.ROOM_BYTES", 1 << 60)

    refused = refusal(shelf, MAPS[kind](tmp_path))

    assert refused.code == "map-no-room"
    assert {"free_mb", "kept_mb"} <= set(refused.facts)
    assert list(shelf.folder.iterdir()) == []


def test_a_link_that_leads_back_to_itself_does_not_damage_a_folder_of_tiles(shelf: MapShelf, tmp_path: Path) -> None:
    folder = MAPS["a folder of tiles"](tmp_path)
    for name in ("8", "loop"):
        (folder / name).symlink_to(name)
    (folder / "7" / "92").symlink_to("92")

    entry = shelf.add(folder, context=JobContext())

    assert entry.zooms == (5, 7)
