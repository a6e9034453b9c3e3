"""Where one looks, in plain numbers."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.map import Viewport
from ui.map.viewport import EQUATOR_M, LAST_LATITUDE, LEAST_ZOOM, MOST_ZOOM

LONS = st.floats(44, 122)
LATS = st.floats(22, 58)
ZOOMS = st.floats(3, 18)
SIZES = st.integers(50, 3000)

views = st.builds(Viewport, LONS, LATS, ZOOMS, SIZES, SIZES)


@given(view=views, lon=LONS, lat=LATS)
def test_a_place_comes_back_from_its_pixel(view: Viewport, lon: float, lat: float) -> None:
    assert view.unproject(*view.project(lon, lat)) == pytest.approx((lon, lat), abs=1e-8)


@given(view=views)
def test_the_centre_is_in_the_middle(view: Viewport) -> None:
    x, y = view.project(view.center_lon, view.center_lat)

    assert (x, y) == pytest.approx((view.width_px / 2, view.height_px / 2), abs=1e-3)


@given(view=views, places=st.lists(st.tuples(LONS, LATS), max_size=20))
def test_a_column_of_places_gives_what_each_place_gives(view: Viewport, places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places, dtype=np.float64).reshape(-1, 2).T

    x, y = view.project(lon, lat)

    alone = [view.project(*place) for place in places]
    np.testing.assert_allclose(np.column_stack((x, y)).ravel(), np.array(alone).ravel(), atol=1e-4)


@given(view=views, lon=LONS, lat=LATS, width=st.floats(0.0, 14.0), height=st.floats(0.0, 5.0))
def test_fitting_shows_all_of_the_bounds(view: Viewport, lon: float, lat: float, width: float, height: float) -> None:
    """What fits into fifty pixels at the least zoom."""
    bounds = (lon, lat, lon + width, lat + height)

    fitted = view.fit(bounds, margin_px=0.0)

    west, south, east, north = fitted.bounds
    assert west <= bounds[0] + 1e-6
    assert south <= bounds[1] + 1e-6
    assert east >= bounds[2] - 1e-6
    assert north >= bounds[3] - 1e-6
    assert (fitted.width_px, fitted.height_px) == (view.width_px, view.height_px)


def test_a_single_place_is_not_shown_as_if_it_filled_the_window() -> None:
    view = Viewport(70, 40, 5, 800, 600).fit((76.0, 41.4, 76.0, 41.4))

    assert view.zoom == 15
    assert (view.center_lon, view.center_lat) == pytest.approx((76.0, 41.4))


@given(view=views, steps=st.floats(-2, 2), right=st.floats(0, 1), down=st.floats(0, 1))
def test_zooming_keeps_the_place_under_the_pointer(view: Viewport, steps: float, right: float, down: float) -> None:
    at = (right * view.width_px, down * view.height_px)
    place = view.unproject(*at)

    nearer = view.zoomed(steps, at)

    if abs(place[1]) < 84 and abs(nearer.center_lat) < 84 and abs(nearer.center_lon) < 180:
        assert nearer.project(*place) == pytest.approx(at, abs=0.01)


@given(view=views, right=st.integers(-500, 500), down=st.integers(-500, 500))
def test_panning_moves_every_place_by_the_same_pixels(view: Viewport, right: int, down: int) -> None:
    before = view.project(view.center_lon, view.center_lat)
    moved = view.panned(right, down)

    if abs(moved.center_lat) < 84 and abs(moved.center_lon) < 179:
        after = moved.project(view.center_lon, view.center_lat)
        assert after == pytest.approx((before[0] - right, before[1] - down), abs=0.01)


def test_the_scale_is_that_of_the_ground_at_the_centre() -> None:
    """40,075,017 m around the equator on 256 pixels; at 60 degrees north half of that."""
    assert Viewport(0, 0, 0, 256, 256).scale == pytest.approx(156_543.03, abs=0.01)
    assert Viewport(76, 60, 10, 800, 600).scale == pytest.approx(156_543.03 / 1024 / 2, abs=0.01)


def test_a_picture_for_paper_shows_the_same_ground_in_larger_units() -> None:
    view = Viewport(76.0, 41.4, 12.0, 2000, 1500)

    drawn = view.drawn_at(300)

    assert drawn.dpr == 3.125
    assert (drawn.width_px, drawn.height_px) == (640, 480)
    assert drawn.bounds == pytest.approx(view.bounds, abs=1e-9)


@pytest.mark.parametrize(("lon", "lat"), [(181.0, 0.0), (0.0, 86.0), (math.nan, 0.0)])
def test_a_view_of_nowhere_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="not on the map"):
        Viewport(lon, lat, 5, 100, 100)


@pytest.mark.parametrize("zoom", range(int(LEAST_ZOOM), int(MOST_ZOOM) + 1))
def test_pixels_are_those_of_web_mercator_as_pyproj_has_it(zoom: int) -> None:
    """EPSG:3857 at 200 places; its square is 40,075,016.69 m wide."""
    import pyproj

    random = np.random.default_rng(zoom)
    lon, lat = random.uniform(-180, 180, 200), random.uniform(-LAST_LATITUDE, LAST_LATITUDE, 200)
    east_m, north_m = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(lon, lat)
    view = Viewport(75.9, 41.4, float(zoom), 1366, 768)
    metres_a_px = EQUATOR_M / view.world_px
    left, top = view.origin

    x, y = view.project(lon, lat)

    np.testing.assert_allclose(x, (east_m / metres_a_px) + (0.5 - left) * view.world_px, atol=0.001)
    np.testing.assert_allclose(y, (0.5 - top) * view.world_px - north_m / metres_a_px, atol=0.001)
    back_lon, back_lat = view.unproject(x, y)
    np.testing.assert_allclose(np.column_stack((back_lon, back_lat)), np.column_stack((lon, lat)), atol=1e-8)


def test_the_window_can_make_its_map_without_numpy() -> None:
    script = (
        "import sys; from ui.map import MapView, Viewport, MapWords, GraticuleLayer, base_map_layers, render_map;"
        "layers = [*base_map_layers(), GraticuleLayer('g')]; Viewport(70, 40, 5, 800, 600).fit((69, 39, 80, 43));"
        "heavy = {'numpy', 'pyproj', 'concurrent.futures.thread'} & set(sys.modules); sys.exit(','.join(heavy) or 0)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
