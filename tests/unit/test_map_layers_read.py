"""Layers of other programs come in as GDAL reads them; what is broken, foreign or hostile is told by name."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest

from ranger_app.coordinates.systems import GRIDS
from ranger_app.errors import RangerAppError
from ranger_app.jobs import Cancelled, JobContext, Progress
from ranger_app.maps.errors import (
    MapDamagedError,
    MapFileMissingError,
    MapNeedsGisError,
    MapNotAMapError,
    MapOtherProjectionError,
    MapPartMissingError,
)
from ranger_app.maps.vector_file import AREA, LINE, POINT, VectorMap
from ranger_app.maps.vectors import read_vectors

SQUARE = [(74.0, 41.0), (74.2, 41.0), (74.2, 41.2), (74.0, 41.2), (74.0, 41.0)]
HOLE = [(74.05, 41.05), (74.1, 41.05), (74.1, 41.1), (74.05, 41.05)]


def layer_of(path: Path) -> VectorMap:
    return read_vectors(path, name="Слой", context=JobContext())


def refusal_of(path: Path) -> RangerAppError:
    with pytest.raises(RangerAppError) as refused:
        layer_of(path)
    assert refused.value.facts["file"] == path.name
    return refused.value


def polygon(*rings: Sequence[tuple[float, float]]) -> bytes:
    parts = [struct.pack("<I", len(ring)) + b"".join(struct.pack("<2d", *place) for place in ring) for ring in rings]
    return struct.pack("<BII", 1, 3, len(rings)) + b"".join(parts)


def point(x: float, y: float) -> bytes:
    return struct.pack("<BI2d", 1, 1, x, y)


def write_layer(path: Path, shapes: list[bytes], names: list[str], **told: Any) -> Path:
    facts = {"geometry_type": "Polygon", "crs": "EPSG:4326", **told}
    pyogrio.raw.write(path, np.array(shapes, object), [np.array(names, object)], np.array(["name"]), **facts)
    return path


def geojson(path: Path, *features: object, **also: object) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", **also, "features": features}), encoding="utf-8")
    return path


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def parts_of(layer: VectorMap) -> list[list[tuple[float, float]]]:
    return [
        list(zip(layer.longitude_deg[start:end].tolist(), layer.latitude_deg[start:end].tolist(), strict=True))
        for start, end in zip(layer.starts.tolist(), layer.ends.tolist(), strict=True)
    ]


def told_of(layer: VectorMap) -> dict[str, int]:
    return {problem.code: problem.count for problem in layer.problems}


# GeoJSON


def test_points_lines_and_areas_of_geojson_come_in_with_their_fields(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "all.geojson",
        feature("Point", [74.5, 41.5, 2300], name="Перевал", height=2300),
        feature("MultiLineString", [[[74, 41], [75, 42]], [[75, 41], [76, 42], [77, 41]]], name="Тропа"),
        feature("Polygon", [SQUARE, HOLE], name=None, open=True, more={"a": [1]}),
        feature("MultiPolygon", [[SQUARE], [HOLE]]),
    )

    layer = layer_of(path)

    assert layer.name == "Слой"
    assert layer.shapes.tolist() == [POINT, LINE, AREA, AREA]
    assert layer.owners.tolist() == [0, 1, 1, 2, 2, 3, 3]
    assert parts_of(layer)[2] == [(75, 41), (76, 42), (77, 41)]
    assert parts_of(layer)[3:5] == [SQUARE, HOLE]
    assert {name: list(values) for name, values in layer.attributes.items()} == {
        "name": ["Перевал", "Тропа", None, None], "height": [2300.0, None, None, None],
        "open": [None, None, "true", None], "more": [None, None, '{"a": [1]}', None],
    }  # fmt: skip
    assert layer.problems == ()


def test_geojson_may_be_one_feature_one_geometry_or_one_a_line(tmp_path: Path) -> None:
    one, bare, lines = tmp_path / "one.json", tmp_path / "bare.json", tmp_path / "lines.geojsonl"
    one.write_text(json.dumps(feature("Point", [74, 41], name="a")))
    bare.write_text('{"coordinates": [[74, 41], [75, 42]], "type": "LineString"}')
    lines.write_text("\n".join("\x1e" + json.dumps(feature("Point", [74 + n, 41])) for n in range(3)))

    assert layer_of(one).shapes.tolist() == [POINT]
    assert layer_of(bare).shapes.tolist() == [LINE]
    assert layer_of(lines).longitude_deg.tolist() == [74, 75, 76]


def test_a_feature_of_a_hundred_thousand_points_is_one_feature(tmp_path: Path) -> None:
    places = [[70 + n / 100_000, 41.123456789] for n in range(100_000)]

    layer = layer_of(geojson(tmp_path / "long.geojson", feature("LineString", places), feature("Point", [1, 2])))

    assert layer.starts.tolist() == [0, 100_000]


def test_what_cannot_be_shown_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "odd.geojson"
    good = json.dumps(feature("Point", [74, 41], name="good"))
    bad = [
        '{"type": "Feature", "properties": {}, "geometry": null}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": []}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [NaN, 41]}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1e999, 41]}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [74, 91]}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[1, 2], [500, 2]]}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": "here"}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Sphere", "coordinates": [1, 2]}}',
        "17",
    ]
    path.write_text('{"type": "FeatureCollection", "features": [' + ", ".join([*bad, good]) + "]}")

    layer = layer_of(path)

    assert list(layer.attributes["name"]) == ["good"]
    assert told_of(layer) == {
        "map-feature-without-place": 2, "map-feature-unreadable": 4, "map-feature-outside": 4,
    }  # fmt: skip


def test_old_geojson_on_the_soviet_grid_goes_by_epsg_15865(tmp_path: Path) -> None:
    zone = next(grid for grid in GRIDS["sk42"] if grid.code == "EPSG:28413")
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28413"}}

    layer = layer_of(geojson(tmp_path / "old.geojson", feature("Point", [13_500_100, 4_600_000]), crs=crs))

    latitude, longitude = zone.to_wgs84(13_500_100, 4_600_000)
    assert layer.latitude_deg[0] == pytest.approx(latitude, abs=1e-8)
    assert layer.longitude_deg[0] == pytest.approx(longitude, abs=1e-8)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('{"type": "FeatureCollection", "features": [{"type": "Feature", "geo', MapDamagedError),
        ('{"type": "FeatureCollection", "features": [{} {}]}', MapDamagedError),
        ('{"type": "FeatureCollection", "features": [' + "[" * 100_000, MapDamagedError),
        ('{"type": "FeatureCollection", "features": [' + '{"a":' * 100_000, MapDamagedError),
        ('{"type": "FeatureCollection", "features": [' + "9" * 10_000 + "]}", MapDamagedError),
        ('{"type": "FeatureCollection", "features": []}', MapNotAMapError),
        ('{"type": "FeatureCollection"}', MapNotAMapError),
        ('{"type": "Topology", "objects": {}}', MapNotAMapError),
        ('{"some": "settings"}', MapNotAMapError),
        ('{"crs": {"properties": {"name": "EPSG:999999"}}, "features": [{"type": "Point", "coordinates": [1, 2]}]}',
         MapOtherProjectionError),
        ('{"features": [{"type": "Point", "coordinates": [1, 2]}], "crs": {"properties": {"name": "EPSG:28413"}}}',
         MapOtherProjectionError),
        ("", MapNotAMapError),
        ("just words", MapNotAMapError),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_files_that_are_no_layer_are_refused(tmp_path: Path, content: str, error: type[RangerAppError]) -> None:
    path = tmp_path / "layer.geojson"
    path.write_text(content)

    assert type(refusal_of(path)) is error


# KML


KML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
)
PLACEMARKS = """
<Folder><name>ignored</name>
<Placemark><name>Кордон</name><ExtendedData><Data name="staff"><value>3</value></Data></ExtendedData>
  <Point><coordinates>74.5,41.5,2000</coordinates></Point></Placemark>
<Placemark><name>Граница</name><description>два</description><MultiGeometry>
  <Polygon><outerBoundaryIs><LinearRing><coordinates>
    74.0,41.0 74.2,41.0 74.2,41.2 74.0,41.2 74.0,41.0
  </coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>
    74.05,41.05,1 74.1,41.05,2 74.1,41.1,3 74.05,41.05,1</coordinates></LinearRing></innerBoundaryIs></Polygon>
  <LineString><coordinates>75,41 76,42</coordinates></LineString></MultiGeometry></Placemark>
</Folder>"""


def test_kml_comes_in_as_gdal_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "all.kml"
    path.write_text(KML.format(PLACEMARKS), encoding="utf-8")

    layer = layer_of(path)

    assert layer.shapes.tolist() == [POINT, AREA, LINE]
    assert parts_of(layer) == [[(74.5, 41.5)], SQUARE, HOLE, [(75, 41), (76, 42)]]
    assert list(layer.attributes["name"]) == ["Кордон", "Граница", "Граница"]
    assert list(layer.attributes["staff"]) == [3.0, None, None]
    total = np.concatenate([pyogrio.read_bounds(path, layer=name)[1] for name, _ in pyogrio.list_layers(path)], axis=1)
    assert layer.bounds == (total[0].min(), total[1].min(), total[2].max(), total[3].max())


def test_kmz_is_kml_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "all.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("doc.kml", KML.format(PLACEMARKS))
        package.writestr("files/icon.png", b"\x89PNG")

    assert layer_of(path).shapes.tolist() == [POINT, AREA, LINE]


def test_a_line_of_kml_with_very_many_points_is_one_line(tmp_path: Path) -> None:
    places = " ".join(f"{70 + n / 100_000:.5f},41.5,0" for n in range(50_000))
    path = tmp_path / "long.kml"
    path.write_text(KML.format(f"<Placemark><LineString><coordinates>{places}</coordinates></LineString></Placemark>"))

    layer = layer_of(path)

    assert layer.starts.tolist() == [0]
    assert np.allclose(layer.longitude_deg, 70 + np.arange(50_000) / 100_000)


def test_a_kml_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    path = tmp_path / "bomb.kml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "lol">{entities}]><kml><Document><Placemark><name>&a9;</name>'
        "</Placemark></Document></kml>"
    )
    begun = time.process_time()

    assert refusal_of(path).code == "file-has-entities"
    assert time.process_time() - begun < 20


def test_a_kmz_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("doc.kml", b" " * 300_000_000)

    assert refusal_of(path).code == "zip-too-large"


def test_kml_that_reads_a_file_of_the_computer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "thief.kml"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<kml><Document><Placemark><name>&x;</name></Placemark></Document></kml>"
    )

    assert refusal_of(path).code == "file-has-entities"


# GPX


def test_gpx_gives_its_tracks_as_lines_and_its_waypoints_as_points(tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="41.5" lon="74.5"><name>Родник</name></wpt><trk><name>Обход</name><trkseg>'
        '<trkpt lat="41" lon="74"/><trkpt lat="41.1" lon="74.1"/></trkseg><trkseg>'
        '<trkpt lat="41.2" lon="74.2"/><trkpt lat="41.3" lon="74.3"/></trkseg></trk></gpx>',
        encoding="utf-8",
    )

    layer = layer_of(path)

    assert layer.shapes.tolist() == [LINE, POINT]
    assert layer.owners.tolist() == [0, 0, 1]
    assert list(layer.attributes["name"]) == ["Обход", "Родник"]


# Shapefiles and GeoPackages


@pytest.mark.parametrize("name", ["areas.shp", "areas.gpkg"])
def test_areas_come_in_as_they_were_written(tmp_path: Path, name: str) -> None:
    path = write_layer(tmp_path / name, [polygon(SQUARE, HOLE), polygon(HOLE)], ["Выпас", "Озеро"], encoding="UTF-8")

    layer = layer_of(path)

    assert layer.shapes.tolist() == [AREA, AREA]
    assert layer.owners.tolist() == [0, 0, 1]
    assert {frozenset(part) for part in parts_of(layer)} == {frozenset(SQUARE), frozenset(HOLE)}
    assert list(layer.attributes["name"]) == ["Выпас", "Озеро"]


def test_other_projections_are_turned_into_wgs_84_by_the_pinned_operation(tmp_path: Path) -> None:
    zone = next(grid for grid in GRIDS["sk42"] if grid.code == "EPSG:28413")
    for name in ("sk42.shp", "sk42.gpkg"):
        path = write_layer(
            tmp_path / name, [point(13_500_100, 4_600_000)], ["x"], geometry_type="Point", crs="EPSG:28413"
        )

        layer = layer_of(path)

        latitude, longitude = zone.to_wgs84(13_500_100, 4_600_000)
        assert layer.latitude_deg[0] == pytest.approx(latitude, abs=1e-7)
        assert layer.longitude_deg[0] == pytest.approx(longitude, abs=1e-7)


@pytest.mark.parametrize(
    ("written", "told"),
    [("CP1251", "1251"), ("CP1251", ""), ("CP1251", "UTF-8"), ("CP866", "CP866"), ("UTF-8", "UTF-8"), ("UTF-8", "")],
)  # fmt: skip
def test_cyrillic_tables_are_read_in_what_they_are_written_in(tmp_path: Path, written: str, told: str) -> None:
    path = write_layer(tmp_path / "t.shp", [polygon(SQUARE)], ["Заповедник Нарын"], encoding=written)
    (tmp_path / "t.cpg").unlink(missing_ok=True)
    table = bytearray((tmp_path / "t.dbf").read_bytes())
    table[29] = 0
    (tmp_path / "t.dbf").write_bytes(table)
    if told:
        (tmp_path / "t.cpg").write_text(told)

    assert list(layer_of(path).attributes["name"]) == ["Заповедник Нарын"]


def test_parts_of_a_shapefile_that_are_missing_are_told(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "t.shp", [polygon(SQUARE)], ["x"])
    (tmp_path / "t.prj").unlink()
    (tmp_path / "t.dbf").unlink()

    layer = layer_of(path)
    (tmp_path / "t.shx").unlink()
    refused = refusal_of(path)

    assert layer.shapes.tolist() == [AREA]
    assert told_of(layer) == {"map-table-missing": 1, "map-projection-assumed": 1}
    assert isinstance(refused, MapPartMissingError)
    assert refused.facts["part"] == "t.shx"


def test_metres_without_a_projection_are_refused(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "t.shp", [point(13_500_100, 4_600_000)], ["x"], geometry_type="Point")
    (tmp_path / "t.prj").unlink()

    refused = refusal_of(path)

    assert isinstance(refused, MapPartMissingError)
    assert refused.facts["part"] == "t.prj"


def test_a_shapefile_cut_short_is_damaged(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "t.shp", [polygon(SQUARE)] * 50, ["x"] * 50)
    whole = path.read_bytes()

    for length in (len(whole) - 8, 2000, 100, 60, 4):
        path.write_bytes(whole[:length])
        assert isinstance(refusal_of(path), MapDamagedError)


def test_a_shapefile_of_nonsense_hurts_nobody(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "t.shp", [polygon(SQUARE)] * 20, ["x"] * 20)
    whole = bytearray(path.read_bytes())
    noise = np.random.default_rng(7)

    for _ in range(4):
        broken = bytearray(whole)
        for at in noise.integers(100, len(broken), 60):
            broken[at] = int(noise.integers(0, 256))
        path.write_bytes(broken)
        try:
            layer = layer_of(path)
        except RangerAppError:
            continue
        assert -180 <= layer.bounds[0] <= layer.bounds[2] <= 180


def test_a_zipped_shapefile_is_read_and_a_zip_that_leads_out_refused(tmp_path: Path) -> None:
    write_layer(tmp_path / "t.shp", [polygon(SQUARE)], ["Выпас"], encoding="UTF-8")
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    for path, prefix in ((good, "районы/"), (bad, "../")):
        with zipfile.ZipFile(path, "w") as package:
            for part in sorted(tmp_path.glob("t.*")):
                package.write(part, prefix + part.name)

    assert list(layer_of(good).attributes["name"]) == ["Выпас"]
    assert refusal_of(bad).code == "zip-unsafe"


def test_layers_of_a_geopackage_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "all.gpkg"
    write_layer(path, [polygon(SQUARE)], ["a"], layer="areas")
    write_layer(path, [point(74, 41)], ["b"], layer="posts", geometry_type="Point", append=False)

    layer = layer_of(path)

    assert sorted(zip(layer.attributes["layer"], layer.shapes.tolist(), strict=True)) == [("areas", 2), ("posts", 0)]


def test_a_truncated_geopackage_and_another_database_are_refused(tmp_path: Path) -> None:
    import sqlite3

    path = write_layer(tmp_path / "t.gpkg", [polygon(SQUARE)] * 200, ["x"] * 200)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    other = tmp_path / "other.gpkg"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE t (a)")
    database.close()

    assert refusal_of(path).code in {"map-damaged", "map-not-a-map"}
    assert refusal_of(other).code == "map-not-a-map"


# All of them


def test_stopping_kills_the_reading(tmp_path: Path) -> None:
    features = json.dumps(feature("Point", [74, 41], name="x" * 50))
    path = tmp_path / "large.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + ",".join([features] * 200_000) + "]}")
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        context.cancel()

    context = JobContext(stop)
    with pytest.raises(Cancelled):
        read_vectors(path, name="x", context=context)

    assert seen[0].stage == "reading-map-layer"
    assert len(seen) == 1


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert isinstance(refusal_of(tmp_path / "none.geojson"), MapFileMissingError)


def test_without_the_libraries_shapefiles_say_what_to_install_and_geojson_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = write_layer(tmp_path / "t.shp", [polygon(SQUARE)], ["x"])
    plain = geojson(tmp_path / "t.geojson", feature("Point", [74, 41]))
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "pyogrio.py").write_text("raise ModuleNotFoundError('none here', name='pyogrio')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "none"))

    refused = refusal_of(shape)

    assert isinstance(refused, MapNeedsGisError)
    assert refused.facts["packages"] == "rasterio, pyogrio"
    assert layer_of(plain).shapes.tolist() == [POINT]


def test_the_readers_leave_nothing_beside_the_files_they_read(tmp_path: Path) -> None:
    shape = write_layer(tmp_path / "t.shp", [polygon(SQUARE)], ["x"])
    pack = write_layer(tmp_path / "t.gpkg", [polygon(SQUARE)], ["x"])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    layer_of(shape)
    layer_of(pack)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_text_in_other_encodings_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old.geojson"
    content = io.StringIO()
    json.dump({"type": "FeatureCollection", "features": [feature("Point", [74, 41], name="Нарын")]}, content,
              ensure_ascii=False)  # fmt: skip
    path.write_bytes(content.getvalue().encode("cp1251"))

    assert layer_of(path).shapes.tolist() == [POINT]
