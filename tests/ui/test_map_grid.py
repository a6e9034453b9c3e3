"""Metric grids on the map, against pyproj with the pinned operation."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Transformer
from PySide6.QtWidgets import QApplication

from ranger_app.coordinates import grid_at, zone_cells
from tests.ui.map_samples import ENGLISH
from ui.map import PAPER, SCREEN, Furniture, GridLayer, Viewport, grid_layer, grid_lines, grid_note, render_map
from ui.map.grid import edge_marks

Floats = NDArray[np.float64]


@cache
def _steps(code: int) -> tuple[Transformer, Transformer]:
    """Degrees of Pulkovo 1942 to a zone, and the pinned operation, both from PROJ's own database."""
    return Transformer.from_crs("EPSG:4284", f"EPSG:{code}"), Transformer.from_pipeline(
        "urn:ogc:def:coordinateOperation:EPSG::15865"
    )


def gauss_krueger(zone: int, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Easting and northing as pyproj has them: not through our own words for the operation."""
    projected, pinned = _steps(28400 + zone)
    lat_42, lon_42 = pinned.transform(lat, lon, direction="INVERSE")
    northing, easting = projected.transform(lat_42, lon_42)
    return easting, northing


def places(count: int) -> list[tuple[float, float, float]]:
    draw = random.Random(20261122)
    return [(draw.uniform(54.0, 113.0), draw.uniform(36.0, 57.0), draw.uniform(4.0, 18.0)) for _ in range(count)]


def test_every_line_of_gauss_krueger_is_where_pyproj_has_it_to_a_pixel() -> None:
    worst, drawn = 0.0, 0
    for lon, lat, zoom in places(200):
        view = Viewport(lon, lat, zoom, 900, 700)
        for line in grid_lines(view, "sk42").lines:
            x, y = line.pixels(view)
            middle_x, middle_y = (x[:-1] + x[1:]) / 2, (y[:-1] + y[1:]) / 2  # as far from the true curve as it gets
            lons, lats = view.unproject(np.append(x, middle_x), np.append(y, middle_y))
            easting, northing = gauss_krueger(int(line.zone), lons, lats)
            off_m = np.abs((easting if line.is_easting else northing) - line.metres)
            ground = view.scale * np.cos(np.radians(lats)) / np.cos(np.radians(view.center_lat))
            worst, drawn = max(worst, float((off_m / ground).max())), drawn + 1

    assert drawn > 2_000
    assert worst < 1.0


def test_no_line_of_gauss_krueger_is_missing() -> None:
    """Where a round kilometre passes within ten pixels of any place, its line is among those drawn."""
    draw = random.Random(7)
    for lon, lat, zoom in places(60):
        view = Viewport(lon, lat, zoom, 900, 700)
        grid = grid_lines(view, "sk42")
        for _ in range(10):
            x, y = draw.uniform(20, 880), draw.uniform(20, 680)
            here = view.unproject(x, y)
            zone = grid_at(here[1], here[0], "sk42")
            if zone is None or 6 / 360 * view.world_px < 60:
                continue
            easting, northing = gauss_krueger(int(zone.zone), np.array([here[0]]), np.array([here[1]]))
            wanted = [(True, round(float(easting[0]) / grid.step_m) * grid.step_m),
                      (False, round(float(northing[0]) / grid.step_m) * grid.step_m)]  # fmt: skip
            for is_easting, metres in wanted:
                apart = abs((float(easting[0]) if is_easting else float(northing[0])) - metres) / view.scale
                if apart > 10:
                    continue
                found = [
                    line for line in grid.lines
                    if (line.is_easting, line.metres, line.zone) == (is_easting, metres, zone.zone)
                ]  # fmt: skip
                assert found, (lon, lat, zoom, is_easting, metres)


def test_a_painted_line_has_its_colour_where_pyproj_has_it(qapp: QApplication) -> None:
    view = Viewport(74.6, 42.9, 11.0, 800, 600)
    bare = render_map([], view)
    image = render_map([GridLayer("grid", "sk42")], view)
    projected, pinned = _steps(28413)
    northings = np.arange(4_748_000.0, 4_764_000.0, 500.0)
    lat_42, lon_42 = projected.transform(northings, np.full_like(northings, 13_460_000.0), direction="INVERSE")
    lat, lon = pinned.transform(lat_42, lon_42)
    x, y = view.project(lon, lat)

    seen = 0
    for px, py in zip(x.tolist(), y.tolist(), strict=True):
        if 5 < px < 795 and 5 < py < 595:
            near = {image.pixel(round(px) + side, round(py)) for side in (-1, 0, 1)}
            assert near != {bare.pixel(round(px), round(py))}
            seen += 1
    assert seen > 10


@pytest.mark.parametrize("notation", ["utm", "sk42", "sk95", "kyrg06", "kalianpur", "mgrs"])
def test_lines_stay_in_their_zone_and_are_curved_where_they_are(notation: str) -> None:
    view = Viewport(72.0, 34.0 if notation == "kalianpur" else 41.5, 7.0, 1000, 700)

    grid = grid_lines(view, notation)

    assert {line.is_easting for line in grid.lines} == {True, False}
    assert grid.step_m % 1000 == 0
    for line in grid.lines:
        lons, lats = view.unproject(*line.pixels(view))
        own = [cell.box for cell in zone_cells(notation) if cell.grid.zone == line.zone]
        inside = [
            (box[0] - 1e-6 <= lats) & (lats <= box[2] + 1e-6) & (box[1] - 1e-6 <= lons) & (lons <= box[3] + 1e-6)
            for box in own
        ]
        assert np.logical_or.reduce(inside).all()
    bends = []
    for line in grid.lines:
        x, y = line.pixels(view)
        if len(x) > 4:
            along = np.linspace(0, 1, len(x))
            bends.append(float(np.hypot(x - x[0] - along * (x[-1] - x[0]), y - y[0] - along * (y[-1] - y[0])).max()))
    assert max(bends) > 0.5


def test_zones_are_parted_by_a_border_that_names_both() -> None:
    grid = grid_lines(Viewport(72.0, 41.5, 8.0, 900, 600), "sk42")

    assert [line.zone for line in grid.borders] == ["12 | 13"]


def test_a_zone_of_another_projection_is_parted_off_to_the_north_too() -> None:
    grid = grid_lines(Viewport(74.0, 35.59, 9.0, 900, 600), "kalianpur")

    (parallel,) = [line for line in grid.borders if not line.zone]
    assert not parallel.is_easting
    assert np.allclose(parallel.pixels(Viewport(74.0, 35.59, 9.0, 900, 600))[1], 300.0, atol=0.5)


def test_a_view_of_the_whole_world_and_of_one_metre_are_no_trouble() -> None:
    for notation in ("utm", "sk42", "kalianpur"):
        for zoom in (0.0, 2.0, 20.0):
            for lat in (-84.9, 0.0, 41.0, 84.9):
                grid = grid_lines(Viewport(74.6, lat, zoom, 1200, 800), notation)
                assert len(grid.lines) < 3_000


def test_numbers_at_the_edge_are_those_of_topographic_sheets() -> None:
    view = Viewport(74.6, 42.9, 12.0, 900, 600)

    marks = edge_marks(grid_lines(view, "sk42"), view)

    left = [mark for mark in marks if mark.side == "left"]
    assert {mark.before for mark in left} == {"47"}
    assert all(len(mark.text) == 2 and not mark.after for mark in marks)
    top = sorted((mark for mark in marks if mark.side == "top"), key=lambda mark: mark.at)
    assert {(mark.before, mark.group) for mark in top} == {("134", "13 134")}
    near = edge_marks(grid_lines(dataclasses.replace(view, zoom=16.0), "sk42"), view)
    assert all(len(mark.after) == 3 for mark in near)


@pytest.mark.parametrize("furniture", [SCREEN, PAPER], ids=["screen", "paper"])
def test_numbers_are_written_on_the_screen_and_around_paper(qapp: QApplication, furniture: Furniture) -> None:
    view = Viewport(74.6, 42.9, 12.0, 900, 600)
    layer = GridLayer("grid", "sk42")

    written = render_map([layer], view, words=ENGLISH, furniture=furniture)
    bare = render_map([layer], view, words=ENGLISH, furniture=furniture._replace(edge=False))

    assert written != bare


def test_degrees_stay_with_the_graticule() -> None:
    with pytest.raises(ValueError, match="no grid of metres"):
        GridLayer("grid", "dd")

    assert type(grid_layer("dms")).__name__ == "GraticuleLayer"
    assert type(grid_layer("sk95")).__name__ == "GridLayer"
    assert (grid_note("sk42").operation, grid_note("sk42").accuracy_m) == ("EPSG:15865", 4.5)


def test_the_layer_is_made_without_numpy_or_pyproj() -> None:
    script = (
        "import sys; from ui.map import GridLayer; GridLayer('grid', 'sk42');"
        "assert not {'numpy', 'pyproj'} & set(sys.modules), sorted(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
