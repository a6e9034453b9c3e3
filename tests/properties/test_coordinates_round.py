"""What is told is read again; what is read is true: by EPSG's own definitions, and by formulas that are not PROJ's."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Proj, Transformer

from ranger_app.coordinates import NOTATIONS, CoordinatesError, Decoded, read_place, tell_place
from ranger_app.coordinates.systems import DATUMS, GRIDS, KALIANPUR_1962, PULKOVO_1942, Grid, degrees_to_wgs84
from ranger_app.coordinates.telling import utm_zone

GEOD = Geod(ellps="WGS84")
FINENESS_M = {"dd": 0.08, "ddm": 0.14, "dms": 0.23, "utm": 0.75, "mgrs": 0.75}
"""Half the diagonal of the last digit; 0.75 m for grids in metres."""

anywhere = st.tuples(st.floats(-89.9999, 89.9999), st.floats(-179.9999, 179.9999))
ours = st.tuples(st.floats(36.0, 55.0), st.floats(54.5, 113.5))
kyrgyz = st.tuples(st.floats(39.2, 43.2), st.floats(69.3, 80.2))
pakistani = st.tuples(st.floats(24, 37), st.floats(61, 77))
grids = st.sampled_from([grid for zones in GRIDS.values() for grid in zones])


def apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(GEOD.inv(one[1], one[0], other[1], other[0])[2])


def place(one: Decoded) -> tuple[float, float]:
    return one.latitude_deg, one.longitude_deg


def best(text: str, notation: str, wanted: tuple[float, float]) -> float:
    readings = [one for one in read_place(text) if one.notation == notation]
    return min(apart_m(place(one), wanted) for one in readings)


@pytest.mark.parametrize("notation", ["dd", "ddm", "dms", "utm", "mgrs"])
@given(where=anywhere)
@example(where=(-4e-256, 1.0))
@example(where=(64.0, 125.5))
def test_every_place_that_is_told_is_read_again(notation: str, where: tuple[float, float]) -> None:
    text = tell_place(*where, notation)
    told = "dd" if notation == "utm" and not -80 <= where[0] <= 84 else notation
    if max(map(abs, where)) < 1e-3:
        return  # told so near to 0, 0 that it is refused

    assert best(text, told, where) <= FINENESS_M[told]


@pytest.mark.parametrize("notation", ["sk42", "sk95", "kyrg06", "kalianpur"])
@given(where=ours | kyrgyz | pakistani)
def test_every_place_that_is_told_in_a_national_grid_is_read_again(notation: str, where: tuple[float, float]) -> None:
    text = tell_place(*where, notation)
    assume(text != tell_place(*where, "dd"))

    assert best(text, notation, where) <= 0.75
    assert min(apart_m(place(one), where) for one in read_place(text, notation)) <= 0.75


@given(where=anywhere)
@example(where=(-4e-256, 1.0))
def test_a_square_that_was_told_is_told_again_from_its_middle(where: tuple[float, float]) -> None:
    text = tell_place(*where, "mgrs")

    middle = place(read_place(text, "mgrs")[0])

    again = tell_place(*middle, "mgrs")
    is_cut_by_a_zone = again.partition(" ")[0] != text.partition(" ")[0]
    assert again == text or (is_cut_by_a_zone and apart_m(middle, where) < 0.75)


@given(text=st.text(alphabet="0123456789 .,;:°'\"NSEWСЮВЗXYТ-+=/\nMGRSUTMSK4295\u2032\u2033\u200e", max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        found = read_place(text)
    except CoordinatesError:
        return

    assert found
    assert all(math.isfinite(one.latitude_deg) and math.isfinite(one.longitude_deg) for one in found)


@given(text=st.text(max_size=60), notation=st.sampled_from([None, *(one.id for one in NOTATIONS)]))
def test_no_text_at_all_breaks_the_reading_in_any_notation(text: str, notation: str | None) -> None:
    try:
        found = read_place(text, notation)
    except CoordinatesError:
        return

    assert all(one.notation == notation for one in found if notation is not None)


# Truth


@given(grid=grids, across=st.floats(0.02, 0.98), up=st.floats(0.02, 0.98))
def test_grids_are_what_epsg_says_they_are(grid: Grid, across: float, up: float) -> None:
    south, west, north, east = grid.area
    latitude, longitude = south + up * (north - south), west + across * (east - west)
    crs = CRS.from_user_input(grid.code)
    assert crs.geodetic_crs is not None
    projection = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    easting, northing = projection.transform(longitude, latitude)
    turned = Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{grid.datum.operation[5:]}")
    if grid.datum.shift:
        there_latitude, there_longitude = turned.transform(latitude, longitude)
    else:
        there_latitude, there_longitude = latitude, longitude

    found = grid.to_wgs84(easting, northing)
    back = grid.from_wgs84(*found)

    assert apart_m(found, (there_latitude, there_longitude)) < 1e-3
    assert back == pytest.approx((easting, northing), abs=2e-3)


def test_the_operation_of_pulkovo_1942_is_pinned_and_not_what_proj_would_choose() -> None:
    operation = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::15865")
    for city in ((42.87, 74.6), (43.24, 76.9), (38.56, 68.77), (41.3, 69.24), (37.6, 61.8)):
        assert apart_m(degrees_to_wgs84(PULKOVO_1942, *city), operation.transform(*city)) < 1e-6
    chosen = Transformer.from_crs("EPSG:4284", "EPSG:4326").transform(42.87, 74.6)

    assert apart_m(degrees_to_wgs84(PULKOVO_1942, 42.87, 74.6), chosen) > 2.0
    assert apart_m((42.87, 74.6), degrees_to_wgs84(PULKOVO_1942, 42.87, 74.6)) > 44


@pytest.mark.parametrize("notation", ["sk42", "sk95", "kyrg06", "kalianpur"])
def test_what_is_said_of_an_operation_is_what_epsg_says(notation: str) -> None:
    datum = DATUMS[notation]
    told = next(one for one in NOTATIONS if one.id == notation)
    operation = Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{datum.operation[5:]}")

    assert (told.operation, told.accuracy_m) == (datum.operation, datum.accuracy_m)
    assert operation.accuracy == (datum.accuracy_m or 999.0)


def helmert(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """EPSG:15865 worked out by hand: Krassovsky to WGS 84 by three shifts and three small turns, at height 0."""
    a, f = 6378245.0, 1 / 298.3
    b, east = math.radians(latitude_deg), math.radians(longitude_deg)
    e2 = f * (2 - f)
    n = a / math.sqrt(1 - e2 * math.sin(b) ** 2)
    x, y, z = n * math.cos(b) * math.cos(east), n * math.cos(b) * math.sin(east), n * (1 - e2) * math.sin(b)
    second = math.pi / 648_000
    ry, rz = -0.35 * second, -0.736 * second
    x2, y2, z2 = 25 + x + rz * y - ry * z, -141 - rz * x + y, -78.5 + ry * x + z
    a2, f2 = 6378137.0, 1 / 298.257223563
    e22, p = f2 * (2 - f2), math.hypot(x2, y2)
    found = math.atan2(z2, p * (1 - e22))
    for _ in range(10):
        found = math.atan2(z2 + e22 * a2 / math.sqrt(1 - e22 * math.sin(found) ** 2) * math.sin(found), p)
    return math.degrees(found), math.degrees(math.atan2(y2, x2))


@given(where=ours)
def test_the_shift_of_sk_42_agrees_with_its_formula(where: tuple[float, float]) -> None:
    assert apart_m(degrees_to_wgs84(PULKOVO_1942, *where), helmert(*where)) < 1e-3


def gauss(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """The polynomials of GOST R 51794-2008 for the Krassovsky ellipsoid: degrees to X and Y, to a millimetre or so."""
    b = math.radians(latitude_deg)
    zone = int(longitude_deg // 6) + 1
    east = math.radians(longitude_deg - (6 * zone - 3))
    s2, s4, s6, l2 = math.sin(b) ** 2, math.sin(b) ** 4, math.sin(b) ** 6, east * east
    x4 = 109_500 - 574_700 * s2 + 863_700 * s4 - 398_600 * s6
    x3 = 278_194 - 830_174 * s2 + 572_434 * s4 - 16_010 * s6 + l2 * x4
    x2 = 672_483.4 - 811_219.9 * s2 + 5_420.0 * s4 - 10.6 * s6 + l2 * x3
    x1 = 1_594_561.25 + 5_336.535 * s2 + 26.790 * s4 + 0.149 * s6 + l2 * x2
    x = 6_367_558.4968 * b - math.sin(2 * b) * (16_002.8900 + 66.9607 * s2 + 0.3515 * s4 - l2 * x1)
    y3 = 79_690 - 866_190 * s2 + 1_730_360 * s4 - 945_460 * s6
    y2 = 270_806 - 1_523_417 * s2 + 1_327_645 * s4 - 21_701 * s6 + l2 * y3
    y1 = 1_070_204.16 - 2_136_826.66 * s2 + 17.98 * s4 - 11.99 * s6 + l2 * y2
    y0 = 6_378_245 + 21_346.1415 * s2 + 107.1590 * s4 + 0.5977 * s6 + l2 * y1
    return x, (5 + 10 * zone) * 1e5 + east * math.cos(b) * y0


@given(where=ours)
def test_soviet_grids_agree_with_the_polynomials_of_the_standard(where: tuple[float, float]) -> None:
    x, y = gauss(*where)
    zone = int(y // 1_000_000)
    grid = next(one for one in GRIDS["sk42"] if one.zone == str(zone))

    assert apart_m(grid.to_wgs84(y, x), helmert(*where)) < 0.02


@given(where=anywhere)
@example(where=(-4e-256, 1.0))
def test_mgrs_and_utm_name_the_same_metre(where: tuple[float, float]) -> None:
    assume(-79.9 < where[0] < 83.9)
    assume(min(where[0] % 8, -where[0] % 8, where[1] % 6, -where[1] % 6) > 1e-6)  # to each side another name
    zone = utm_zone(*where)
    easting, northing = Proj(proj="utm", zone=zone, south=where[0] < 0, ellps="WGS84")(where[1], where[0])
    zone_band, _, rest = tell_place(*where, "mgrs").partition(" ")
    _, east, north = rest.split()

    assert zone_band[:-1] == str(zone)
    assert abs((easting - int(east) + 0.001) % 100_000) < 1.002
    assert abs((northing - int(north) + 0.001) % 100_000) < 1.002
    assert tell_place(*where, "utm").startswith(zone_band)


def test_the_grid_of_pakistan_has_its_origin_where_the_survey_put_it() -> None:
    zone = GRIDS["kalianpur"][0]

    origin = zone.to_wgs84(2_743_196.4, 914_398.8)

    assert apart_m(origin, degrees_to_wgs84(KALIANPUR_1962, 32.5, 68.0)) < 1e-3
