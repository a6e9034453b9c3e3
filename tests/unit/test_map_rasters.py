"""Scanned sheets become tiles that lie where EPSG:15865 puts them; nothing half done is left behind."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio

from ranger_app.coordinates.systems import GRIDS, PULKOVO_1942, degrees_to_wgs84
from ranger_app.jobs import Cancelled, JobContext, Progress
from ranger_app.maps.errors import (
    MapCalibrationError,
    MapDamagedError,
    MapDatumUnknownError,
    MapFileMissingError,
    MapNeedsGisError,
    MapNoPlaceError,
    MapOtherProjectionError,
    MapPictureNotReadError,
    MapTooLargeError,
)
from ranger_app.maps.rasters import convert_raster, is_raster
from ranger_app.maps.tile_files import open_tiles
from tests.map_sheets import (
    CORNER,
    MARK,
    PIXEL_M,
    SIDE,
    a_picture,
    degree_points,
    finest_tiles,
    grid_points,
    mark_of,
    metadata_of,
    write_ozi,
    write_picture,
    write_sheet,
)

ZONE_13 = next(grid for grid in GRIDS["sk42"] if grid.code == "EPSG:28413")
MARK_ON_GRID = (CORNER[0] + (MARK[0] + 0.5) * PIXEL_M, CORNER[1] - (MARK[1] + 0.5) * PIXEL_M)
CORNERS = [(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)]
METRE_DEG = 1 / 111_000
PLACED = {"crs": "EPSG:28413", "transform": rasterio.transform.from_origin(*CORNER, PIXEL_M, PIXEL_M)}


def converted(source: Path, *, datum: str = "") -> Path:
    target = source.with_suffix(".mbtiles")
    convert_raster(source, target, context=JobContext(), datum=datum)
    return target


def metres_apart(found: tuple[float, float], expected: tuple[float, float]) -> float:
    east = (found[1] - expected[1]) * np.cos(np.radians(expected[0]))
    return float(np.hypot(found[0] - expected[0], east) / METRE_DEG)


@pytest.mark.parametrize(("driver", "name"), [("GTiff", "s.tif"), ("JP2OpenJPEG", "s.jp2"), ("RMF", "s.rsw")])
def test_a_sheet_on_the_soviet_grid_lies_where_epsg_15865_puts_it(tmp_path: Path, driver: str, name: str) -> None:
    also = {"QUALITY": "100", "REVERSIBLE": "YES"} if driver == "JP2OpenJPEG" else {}
    transform = rasterio.transform.from_origin(*CORNER, PIXEL_M, PIXEL_M)
    source = write_sheet(tmp_path / name, a_picture(), driver=driver, crs="EPSG:28413", transform=transform, **also)

    assert is_raster(source)
    target = converted(source)

    # PROJ's own choice for this place would be 2.5 m off; a pixel is half a metre.
    assert metres_apart(mark_of(target), ZONE_13.to_wgs84(*MARK_ON_GRID)) < 0.4


def test_what_was_made_opens_as_any_other_map(tmp_path: Path) -> None:
    target = converted(write_sheet(tmp_path / "Нарын.tif", a_picture()))

    with open_tiles(target) as tiles:
        assert (tiles.kind, tiles.name) == ("mbtiles", "Нарын")
        west, south, east, north = tiles.bounds
        latitude, longitude = ZONE_13.to_wgs84(*MARK_ON_GRID)
        assert west < longitude < east
        assert south < latitude < north
        assert tiles.zooms[0] < tiles.zooms[1] <= 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Нарын.mbtiles", "Нарын.tif"]


def test_a_sheet_of_ozi_is_read_by_its_grid(tmp_path: Path) -> None:
    write_picture(tmp_path / "SHEET.png", a_picture())
    setup = "0.000000000,75.000000000,1.000000000,13500000.00,0.00,,,,,"
    source = write_ozi(tmp_path / "k43.map", grid_points(CORNERS), datum="Pulkovo 1942 (1)",
                       projection="Transverse Mercator", setup=setup)  # fmt: skip

    assert is_raster(source)
    target = converted(source)

    assert metres_apart(mark_of(target), ZONE_13.to_wgs84(*MARK_ON_GRID)) < 0.4
    assert metadata_of(target)["name"] == "K-43-049"


def test_ozis_bare_pulkovo_is_asked_for_and_the_answer_taken(tmp_path: Path) -> None:
    write_picture(tmp_path / "sheet.png", a_picture())
    places = [(0, 0, 41.502, 75.0), (SIDE, 0, 41.502, 75.004), (SIDE, SIDE, 41.5, 75.004), (0, SIDE, 41.5, 75.0)]
    source = write_ozi(tmp_path / "k43.map", degree_points(places), datum="Pulkovo 1942")

    with pytest.raises(MapDatumUnknownError) as asked:
        converted(source)
    by_sk42 = mark_of(converted(source, datum="sk42"))
    by_wgs84 = mark_of(converted(source, datum="wgs84"))

    assert asked.value.facts["datum"] == "Pulkovo 1942"
    assert asked.value.facts["choices"] == "sk42, sk95, kyrg06, kalianpur, wgs84"
    place = 41.502 - 0.002 * (MARK[1] + 0.5) / SIDE, 75.0 + 0.004 * (MARK[0] + 0.5) / SIDE
    assert metres_apart(by_wgs84, place) < 0.8
    assert metres_apart(by_sk42, degrees_to_wgs84(PULKOVO_1942, *place)) < 0.8


def test_an_answer_nobody_offered_is_asked_for_again(tmp_path: Path) -> None:
    write_picture(tmp_path / "sheet.png", a_picture())
    source = write_ozi(tmp_path / "k43.map", grid_points(CORNERS))

    with pytest.raises(MapDatumUnknownError):
        converted(source, datum="mars")


def test_a_picture_that_was_made_smaller_since_keeps_its_place(tmp_path: Path) -> None:
    write_picture(tmp_path / "sheet.png", a_picture()[:, ::2, ::2])
    places = [(0, 0, 41.502, 75.0), (SIDE, SIDE, 41.5, 75.004)]
    source = write_ozi(tmp_path / "k43.map", degree_points(places))

    place = 41.502 - 0.002 * (MARK[1] + 0.5) / SIDE, 75.0 + 0.004 * (MARK[0] + 0.5) / SIDE
    assert metres_apart(mark_of(converted(source)), place) < 1.6


@pytest.mark.parametrize(
    ("points", "told", "error"),
    [
        ("", {}, MapCalibrationError),
        (grid_points(CORNERS[:1]), {}, MapCalibrationError),
        (degree_points([(0, 0, 41.0, 75.0), (0, 0, 42.0, 76.0)]), {}, MapCalibrationError),
        (degree_points([(0, 0, 41.0, 75.0), (9, 9, 41.1, 75.1), (18, 18, 41.2, 75.2)]), {}, MapCalibrationError),
        (degree_points([(0, 0, 41.5, 75.0), (SIDE, 0, 41.5, 75.1), (0, SIDE, 41.0, 75.0), (SIDE, SIDE, 41.0, 79.1)]),
         {}, MapCalibrationError),
        (degree_points([(0, 0, 41.5, 75.0), (SIDE, SIDE, 41.0, 75.1)]), {"width": 40}, MapCalibrationError),
        (degree_points([(0, 0, 41.5, 75.0), (SIDE, SIDE, 41.0, 75.1)]), {"projection": "Van Der Grinten"},
         MapOtherProjectionError),
        (degree_points([(0, 0, 41.5, 75.0), (SIDE, SIDE, 41.0, 75.1)]), {"datum": "Adindan"}, MapDatumUnknownError),
        (degree_points([(0, 0, 41.5, 75.0), (SIDE, SIDE, 41.0, 75.1)]), {"picture": "other.ozf2"},
         MapPictureNotReadError),
    ],
)  # fmt: skip
def test_a_sheet_that_is_not_calibrated_well_is_refused(
    tmp_path: Path, points: str, told: dict[str, object], error: type[Exception]
) -> None:
    write_picture(tmp_path / "sheet.png", a_picture())
    (tmp_path / "other.ozf2").write_bytes(b"\x80\x77 a picture of Ozi's own")

    with pytest.raises(error):
        converted(write_ozi(tmp_path / "k43.map", points, **told))


def test_a_sheet_without_its_picture_says_which_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MapFileMissingError) as missing:
        converted(write_ozi(tmp_path / "k43.map", grid_points(CORNERS), picture=r"D:\Карты\лист.tif"))

    assert missing.value.facts["file"] == "лист.tif"


def test_where_nothing_was_scanned_tiles_are_clear(tmp_path: Path) -> None:
    picture = a_picture()
    picture[:, :, :200] = 0
    transform = rasterio.transform.from_origin(*CORNER, PIXEL_M, PIXEL_M)
    target = converted(write_sheet(tmp_path / "s.tif", picture, crs="EPSG:28413", transform=transform, nodata=0))

    _, tiles = finest_tiles(target)
    seen = sum(int((pixels[..., 3] > 0).sum()) for pixels in tiles.values())
    whole = sum(int((pixels[..., 3] >= 0).sum()) for pixels in tiles.values())
    latitude, _ = mark_of(target)
    assert 0 < seen < 0.75 * whole
    assert latitude == pytest.approx(ZONE_13.to_wgs84(*MARK_ON_GRID)[0], abs=METRE_DEG)


def test_a_drawn_map_keeps_its_colours_and_a_photo_becomes_jpeg(tmp_path: Path) -> None:
    transform = rasterio.transform.from_origin(*CORNER, PIXEL_M, PIXEL_M)
    drawn = (np.indices((1, 800, 800)).sum(axis=0) // 40 % 3).astype(np.uint8)
    path = tmp_path / "drawn.tif"
    with rasterio.open(path, "w", driver="GTiff", width=800, height=800, count=1, dtype="uint8", crs="EPSG:28413",
                       transform=transform) as sheet:  # fmt: skip
        sheet.write(drawn)
        sheet.write_colormap(1, {0: (255, 255, 240, 255), 1: (120, 60, 0, 255), 2: (0, 90, 200, 255)})
    noise = np.random.default_rng(1).integers(0, 255, (3, 1600, 1600), np.uint8)

    drawn_tiles = converted(path)
    photo_tiles = converted(write_sheet(tmp_path / "photo.tif", noise))

    assert metadata_of(drawn_tiles)["format"] == "png"
    assert metadata_of(photo_tiles)["format"] == "jpg"
    colours = {tuple(colour) for pixels in finest_tiles(drawn_tiles)[1].values()
               for colour in np.unique(pixels[pixels[..., 3] > 0].reshape(-1, 4), axis=0).tolist()}  # fmt: skip
    assert colours == {(255, 255, 240, 255), (120, 60, 0, 255), (0, 90, 200, 255)}


@pytest.mark.parametrize("kind", ["uint16", "int16", "float32"])
def test_pictures_of_other_numbers_are_spread_over_what_can_be_seen(tmp_path: Path, kind: str) -> None:
    down, across = np.mgrid[0:300, 0:300]
    heights = (1000 + 3 * down + 5 * across)[np.newaxis].astype(kind)

    _, tiles = finest_tiles(converted(write_sheet(tmp_path / "dem.tif", heights)))

    light = np.concatenate([pixels[pixels[..., 3] > 0][:, 0] for pixels in tiles.values()])
    assert light.min() < 10
    assert light.max() > 245


def test_coarser_tiles_are_made_of_finer_ones(tmp_path: Path) -> None:
    plain = np.full((3, 600, 600), 90, np.uint8)
    target = converted(write_sheet(tmp_path / "plain.tif", plain))

    with open_tiles(target) as tiles:
        least, most = tiles.zooms
        assert most - least >= 2
        x, y = next(iter(finest_tiles(target)[1]))
        for zoom in range(least, most + 1):
            assert tiles.tile(zoom, x >> (most - zoom), y >> (most - zoom))


def test_a_picture_with_a_world_file_alone_asks_for_its_datum(tmp_path: Path) -> None:
    source = write_picture(tmp_path / "sheet.tif", a_picture())
    left, top = CORNER[0] + PIXEL_M / 2, CORNER[1] - PIXEL_M / 2
    (tmp_path / "sheet.tfw").write_text(f"{PIXEL_M}\n0\n0\n-{PIXEL_M}\n{left}\n{top}\n")

    with pytest.raises(MapDatumUnknownError) as asked:
        converted(source)
    target = converted(source, datum="sk42")

    assert asked.value.facts["choices"] == "sk42, sk95"
    assert metres_apart(mark_of(target), ZONE_13.to_wgs84(*MARK_ON_GRID)) < 0.4


def test_a_world_file_of_nobody_knows_which_grid_is_refused(tmp_path: Path) -> None:
    source = write_picture(tmp_path / "sheet.tif", a_picture())
    (tmp_path / "sheet.tfw").write_text("1\n0\n0\n-1\n500000\n4600000\n")

    with pytest.raises(MapNoPlaceError):
        converted(source)


def test_a_picture_without_a_place_is_refused(tmp_path: Path) -> None:
    source = write_picture(tmp_path / "photo.tif", a_picture())

    with pytest.raises(MapNoPlaceError):
        converted(source)


def test_stopping_kills_the_process_and_leaves_what_was_there(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (3, 3000, 3000), np.uint8)
    source = write_sheet(tmp_path / "large.tif", noise)
    target = tmp_path / "large.mbtiles"
    target.write_bytes(b"an older map")
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        context.cancel()

    context = JobContext(stop)
    begun = time.process_time()
    with pytest.raises(Cancelled):
        convert_raster(source, target, context=context)

    assert seen[0].stage == "converting-map"
    assert time.process_time() - begun < 20
    assert target.read_bytes() == b"an older map"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large.mbtiles", "large.tif"]


def test_stopping_before_the_start_converts_nothing(tmp_path: Path) -> None:
    source = write_sheet(tmp_path / "s.tif", a_picture())
    context = JobContext()
    context.cancel()

    with pytest.raises(Cancelled):
        convert_raster(source, tmp_path / "s.mbtiles", context=context)

    assert not (tmp_path / "s.mbtiles").exists()


def test_damaged_pictures_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    whole = write_sheet(tmp_path / "whole.tif", a_picture()).read_bytes()
    cases = {
        "cut.tif": whole[: len(whole) // 2],
        "head.tif": whole[:60],
        "zeros.tif": whole[:8] + bytes(5000),
        "cut.jp2": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(200),
        "cut.rsw": b"RSW\x00" + bytes(400),
    }

    for name, content in cases.items():
        source = tmp_path / name
        source.write_bytes(content)
        with pytest.raises(MapDamagedError):
            convert_raster(source, tmp_path / "out.mbtiles", context=JobContext())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["whole.tif", *cases])


def test_a_picture_that_claims_to_be_absurdly_large_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.tif"
    with rasterio.open(path, "w", driver="GTiff", width=900_000, height=900_000, count=1, dtype="uint8",
                       crs="EPSG:28413", transform=rasterio.transform.from_origin(*CORNER, 0.2, 0.2), sparse_ok=True,
                       tiled=True, blockxsize=4096, blockysize=4096, bigtiff="yes"):  # fmt: skip
        pass

    begun = time.process_time()
    with pytest.raises(MapTooLargeError):
        converted(path)
    assert time.process_time() - begun < 20


def test_without_the_libraries_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_sheet(tmp_path / "s.tif", a_picture())
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "rasterio.py").write_text("raise ModuleNotFoundError('none here', name='rasterio')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "none"))

    with pytest.raises(MapNeedsGisError) as needed:
        converted(source)

    assert needed.value.facts["packages"] == "rasterio, pyogrio"
    assert needed.value.facts["file"] == "s.tif"


def test_files_that_are_no_pictures_are_not_taken_for_some(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("OziExplorer is a program")

    assert not is_raster(tmp_path / "notes.txt")
    assert not is_raster(tmp_path / "none.tif")
    assert not is_raster(tmp_path)
    with contextlib.suppress(OSError), pytest.raises(MapFileMissingError):
        converted(tmp_path / "none.tif")


def test_the_process_ends_when_whoever_started_it_is_gone(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (3, 4000, 4000), np.uint8)
    source = write_sheet(tmp_path / "large.tif", noise)
    arguments = ["raster_worker", str(source), str(tmp_path / "out.mbtiles"), ""]
    start = f"import sys; from ranger_app.maps.worker_process import main; sys.exit(main({arguments!r}))"

    done = subprocess.run([sys.executable, "-c", start], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)

    assert done.returncode == 1
    assert b"finished" not in done.stdout


def test_a_packed_program_starts_its_reader_by_name(tmp_path: Path) -> None:
    source = write_sheet(tmp_path / "s.tif", a_picture())
    command = [sys.executable, "-m", "ranger_app", "--map-worker", "raster_worker"]

    with subprocess.Popen(
        [*command, str(source), str(tmp_path / "out.mbtiles"), ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        told = [json.loads(line) for line in process.stdout]

    assert told[-1] == {"finished": True}
    assert metadata_of(tmp_path / "out.mbtiles")["name"] == "s"


@pytest.mark.parametrize(
    ("kind", "paper", "ink"),
    [("uint16", 65535, 0), ("uint16", 4000, 100), ("int16", 32767, 0), ("float32", 1.0, 0.0)],
)
def test_a_drawn_sheet_of_many_bits_is_white_with_black_lines(
    tmp_path: Path, kind: str, paper: float, ink: float
) -> None:
    drawn = np.full((1, 800, 800), paper, kind)
    drawn[0, 400:402, :] = ink

    _, tiles = finest_tiles(converted(write_sheet(tmp_path / "s.tif", drawn, **PLACED)))

    greys = np.concatenate([pixels[pixels[..., 3] == 255][:, 0] for pixels in tiles.values()])
    assert np.median(greys) == 255
    assert greys.min() < 60


@pytest.mark.parametrize(("kind", "value", "grey"), [("uint16", 65535, 255), ("uint16", 0, 0), ("float32", 7.5, 255)])
def test_a_sheet_of_one_value_is_as_light_as_its_kind_of_numbers_says(
    tmp_path: Path, kind: str, value: float, grey: int
) -> None:
    sheet = np.full((1, 300, 300), value, kind)

    _, tiles = finest_tiles(converted(write_sheet(tmp_path / "s.tif", sheet, **PLACED)))

    greys = np.concatenate([pixels[pixels[..., 3] == 255][:, 0] for pixels in tiles.values()])
    assert set(greys.tolist()) == {grey}
