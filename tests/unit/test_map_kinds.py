"""Layers, heights and scanned sheets on the shelf of maps, beside tiles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.jobs import Cancelled, JobContext, Progress
from ranger_app.maps.elevation import ElevationFile
from ranger_app.maps.errors import MapDamagedError, MapFileMissingError
from ranger_app.maps.tile_files import open_tiles
from ranger_app.maps.vector_file import load_vectors
from ranger_app.messages import say_error
from ranger_app.services.maps import MapShelf

# rasterio 1.4 multiplies affine transforms in a way that affine 3.1 wants written otherwise.
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")


@pytest.fixture
def shelf(tmp_path: Path) -> MapShelf:
    (tmp_path / "station").mkdir()
    return MapShelf(tmp_path / "station")


def files(shelf: MapShelf) -> set[str]:
    return {path.name for path in shelf.folder.iterdir()} if shelf.folder.exists() else set()


def layer(path: Path) -> Path:
    ring = [[74, 41], [75, 41], [75, 42], [74, 41]]
    zone = {"type": "Feature", "properties": {"name": "Core"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}), encoding="utf-8")
    return path


def heights(path: Path) -> Path:
    path.write_bytes(np.full((1201, 1201), 2040, ">i2").tobytes())
    return path


def sheet(path: Path, side: int = 300) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=side, height=side, count=3, dtype="uint8", crs="EPSG:32643",
        transform=Affine(30, 0, 400_000, 0, -30, 4_600_000),
    ) as target:  # fmt: skip
        target.write(np.full((3, side, side), 99, np.uint8))
    return path


def test_a_layer_is_converted_once(shelf: MapShelf, tmp_path: Path) -> None:
    source = layer(tmp_path / "zones.geojson")

    entry = shelf.add(source, keep=False, context=JobContext())
    source.unlink()

    assert (entry.name, entry.kind, entry.is_kept, entry.bounds) == ("zones", "vectors", True, (74, 41, 75, 42))
    assert shelf.problem_of(entry) is None
    assert load_vectors(entry.path).attributes["name"][0] == "Core"
    assert files(shelf) == {"maps.json", "zones.vectors.npz"}
    entry.path.write_bytes(b"PK")
    assert isinstance(shelf.problem_of(entry), MapDamagedError)
    entry.path.unlink()
    assert isinstance(shelf.problem_of(entry), MapFileMissingError)


def test_heights_are_kept_under_the_name_that_tells_where_they_are(shelf: MapShelf, tmp_path: Path) -> None:
    source = heights(tmp_path / "N41E074.hgt")

    first = shelf.add(source, context=JobContext())
    second = shelf.add(source, name="again", context=JobContext())
    reference = shelf.add(source, name="reference", keep=False, context=JobContext())

    assert [entry.bounds for entry in (first, second, reference)] == [(74.0, 41.0, 75.0, 42.0)] * 3
    assert [entry.path.name for entry in (first, second)] == ["N41E074.hgt", "N41E074-2.hgt"]
    with ElevationFile(second.path) as opened:
        assert opened.elevation_m(41.5, 74.5) == 2040
    source.unlink()
    assert isinstance(shelf.problem_of(reference), MapFileMissingError)
    assert shelf.problem_of(second) is None


def test_a_scanned_sheet_becomes_tiles(shelf: MapShelf, tmp_path: Path) -> None:
    entry = shelf.add(sheet(tmp_path / "K-43-80.tif"), context=JobContext())

    west, south, east, north = entry.bounds
    assert (entry.name, entry.kind, entry.is_kept) == ("K-43-80", "tiles", True)
    assert 73.7 < west < east < 74.0
    assert 41.4 < south < north < 41.6
    with open_tiles(entry.path) as opened:
        assert opened.zooms == entry.zooms
    assert files(shelf) == {"maps.json", "K-43-80.mbtiles"}


def test_a_conversion_that_is_stopped_leaves_nothing(shelf: MapShelf, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.stage != "map-opening":
            context.cancel()

    context = JobContext(stop)
    with pytest.raises(Cancelled):
        shelf.add(sheet(tmp_path / "sheet.tif", 3000), context=context)

    assert files(shelf) == set()


@pytest.mark.parametrize("name", ["a.txt", "a.geojson", "a.kml", "a.tif", "a.map", "N41E074.hgt", "a.zip", "a.gpkg"])
@pytest.mark.parametrize(
    "content", [b"hello " * 50, b"\x00" * 5000, b"PK\x03\x04" + bytes(200), b"II*\x00" + bytes(99)]
)
def test_what_is_no_map_of_any_kind_leaves_nothing(shelf: MapShelf, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(RangerAppError) as refused:
        shelf.add(tmp_path / name, context=JobContext())

    assert "–" not in say_error(Words("en"), refused.value)
    assert files(shelf) == set()
