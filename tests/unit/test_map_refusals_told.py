"""What is known of a file is told when it is refused, and what was left out of a layer is told with its place."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.jobs import JobContext
from ranger_app.maps.rasters import convert_raster
from ranger_app.maps.vector_file import LINE, POINT, VectorMap
from ranger_app.maps.vectors import read_vectors
from ranger_app.messages import NOTHING, say_error
from ranger_app.services.maps import MapShelf
from tests.map_sheets import a_picture, degree_points, write_ozi, write_picture, write_sheet

OVERLAY = "<GroundOverlay><name>x</name><Icon><href>a.png</href></Icon></GroundOverlay>"


def kml(inner: str) -> bytes:
    return (
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inner}</Document></kml>'.encode()
    )


def collection(*places: object) -> bytes:
    features = [{"type": "Feature", "properties": {}, "geometry": place} for place in places]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def layer_of(path: Path, content: bytes) -> VectorMap:
    path.write_bytes(content)
    return read_vectors(path, name="x", context=JobContext())


def told_of(layer: VectorMap) -> list[tuple[str, str, int]]:
    return [(problem.code, problem.where, problem.count) for problem in layer.problems]


def zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "nothing")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.geojson", collection(), "map-layer-empty"),
        ("a.geojson", collection({"type": "Point", "coordinates": [8_283_000, 5_060_000]}), "map-layer-outside"),
        ("a.kml", kml(OVERLAY), "map-kml-pictures"),
        ("a.kml", kml(""), "map-layer-empty"),
        ("a.kmz", None, "map-kmz-empty"),
        ("heights.hgt", bytes(1201 * 1201 * 2), "map-heights-name"),
        ("a.dbf", b"\x03" + bytes(100), "map-part-of-shape"),
        ("a.gpx", b'<gpx version="1.1"/>', "map-layer-empty"),
        ("a.txt", b"just words", "map-unknown-content"),
    ],
)
def test_a_file_that_is_known_is_refused_by_what_it_is(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(zipped(tmp_path / "z.zip") if content is None else content)
    (tmp_path / "station").mkdir()

    with pytest.raises(RangerAppError) as refused:
        MapShelf(tmp_path / "station").add(path, context=JobContext())

    assert (refused.value.code, refused.value.facts["reason"]) == ("map-not-a-map", reason)
    assert NOTHING not in say_error(Words("en"), refused.value)


@pytest.mark.parametrize(
    ("crs", "transform", "code", "told"),
    [
        ("EPSG:3995", rasterio.transform.from_origin(75, 41.5, 1e-4, 1e-4), "map-outside", "Arctic"),
        ("IAU_2015:30100", rasterio.transform.from_origin(75, 41.5, 1e-4, 1e-4), "map-other-projection", "Moon"),
    ],
)
def test_a_picture_on_a_system_that_is_not_shown_is_refused_by_the_systems_name(
    tmp_path: Path, crs: str, transform: object, code: str, told: str
) -> None:
    source = write_sheet(tmp_path / "s.tif", a_picture(), crs=crs, transform=transform)

    with pytest.raises(RangerAppError) as refused:
        convert_raster(source, tmp_path / "s.mbtiles", context=JobContext())

    assert refused.value.code == code
    assert told in str(refused.value.facts["projection"])


@pytest.mark.parametrize(
    ("datum", "answer", "reason"),
    [("", "", "map-datum-silent"), ("Pulkovo 1942", "", "map-datum-said"), ("WGS 84", "ed50", "map-datum-other")],
)
def test_what_a_sheet_says_of_its_datum_is_told_without_empty_places(
    tmp_path: Path, datum: str, answer: str, reason: str
) -> None:
    write_picture(tmp_path / "sheet.png", a_picture())
    source = write_ozi(tmp_path / "k.map", degree_points([(0, 0, 41.5, 75.0), (400, 400, 41.4, 75.1)]), datum=datum)

    with pytest.raises(RangerAppError) as refused:
        convert_raster(source, tmp_path / "k.mbtiles", context=JobContext(), datum=answer)

    assert (refused.value.code, refused.value.facts["reason"]) == ("map-datum-unknown", reason)
    assert NOTHING not in say_error(Words("en"), refused.value)


# GPX


def test_waypoints_need_no_time_on_a_map_and_routes_are_lines(tmp_path: Path) -> None:
    waypoints = "".join(f'<wpt lat="41.{n:02}" lon="74.5"><name>{n}</name></wpt>' for n in range(40))
    route = '<rte><name>Тропа</name><rtept lat="41" lon="74"><name>a</name></rtept><rtept lat="41.1" lon="74.1"/></rte>'
    track = '<trk><name>Обход</name><trkseg><trkpt lat="41" lon="75"/><trkpt lat="42" lon="75"/></trkseg></trk>'

    layer = layer_of(tmp_path / "a.gpx", f'<gpx version="1.1">{waypoints}{route}{track}</gpx>'.encode())

    assert layer.shapes.tolist() == [LINE, LINE] + [POINT] * 40
    assert list(layer.attributes["name"]) == ["Тропа", "Обход", *map(str, range(40))]
    assert np.round(layer.longitude_deg[:4], 6).tolist() == [74, 74.1, 75, 75]
    assert layer.problems == ()


def test_places_of_gpx_that_cannot_be_read_are_told_with_where_they_stand(tmp_path: Path) -> None:
    good = '<wpt lat="41" lon="74"/>'
    bad = '<wpt lat="x" lon="74"/><wpt lon="74"/><wpt lat="nan" lon="74"/><wpt lat="141" lon="74"/>'
    track = '<trk/><trk><trkseg><trkpt lat="41" lon="75"/><trkpt lat="" lon="75"/><trkpt lat="42" lon="75"/>'

    layer = layer_of(tmp_path / "a.gpx", f'<gpx version="1.1">{good}{bad}{track}</trkseg></trk></gpx>'.encode())

    assert layer.shapes.tolist() == [LINE, POINT]
    assert sorted(told_of(layer)) == [
        ("map-feature-outside", "waypoint 5", 1), ("map-feature-without-place", "track 1", 4),
        ("map-place-unreadable", "waypoint 2", 4),
    ]  # fmt: skip


def test_gpx_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    content = b'<gpx version="1.1"><trk><trkseg><trkpt lat="41" lon="75"/><trkpt lat="42" lon="75"/><trkpt la'

    layer = layer_of(tmp_path / "a.gpx", content)

    assert layer.shapes.tolist() == [LINE]
    assert [code for code, _, _ in told_of(layer)] == ["file-truncated"]


# Places of what was left out


def test_shapes_that_are_left_out_are_told_with_their_number(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [74, 41]}
    flat = {"type": "Polygon", "coordinates": [[[74, 41], [75, 41]]]}
    outside, broken = {"type": "Point", "coordinates": [740, 41]}, {"type": "Point", "coordinates": "x"}

    layer = layer_of(tmp_path / "a.geojson", collection(point, flat, point, outside, None, broken, outside))

    assert layer.shapes.tolist() == [POINT, POINT]
    assert sorted(told_of(layer)) == [
        ("map-area-flat", "shape 2", 1), ("map-feature-outside", "shape 4", 2),
        ("map-feature-unreadable", "shape 6", 1), ("map-feature-without-place", "shape 5", 1),
    ]  # fmt: skip


def test_pictures_beside_placemarks_are_told(tmp_path: Path) -> None:
    place = "<Placemark><Point><coordinates>74,41</coordinates></Point></Placemark>"

    layer = layer_of(tmp_path / "a.kml", kml(place + OVERLAY))

    assert layer.shapes.tolist() == [POINT]
    assert told_of(layer) == [("map-pictures-left-out", "", 1)]


def test_a_placemark_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    good = "<Placemark><Point><coordinates>74,41</coordinates></Point></Placemark>"
    bad = "<Placemark><Point><coordinates>here</coordinates></Point></Placemark>"

    layer = layer_of(tmp_path / "a.kml", kml(good + bad + "<Placemark/>"))

    assert layer.shapes.tolist() == [POINT]
    assert told_of(layer) == [("map-feature-unreadable", "shape 2", 1), ("map-feature-without-place", "shape 3", 1)]
