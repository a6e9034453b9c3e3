"""Map files of strangers reach neither a network nor other files of the computer."""

from __future__ import annotations

import json
import socket
import sqlite3
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.maps.rasters import convert_raster
from ranger_app.maps.vectors import read_vectors
from tests.map_sheets import CORNER, a_picture, degree_points, write_ozi, write_picture, write_sheet


class Listener:
    """A server on this machine that counts who knocks."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.knocks = 0
        self._is_open = True
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while self._is_open:
            try:
                caller, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.knocks += 1
            caller.close()

    def close(self) -> None:
        self._is_open = False
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


def test_files_that_point_to_the_network_are_refused_without_asking_it(tmp_path: Path, listener: Listener) -> None:
    at = f"{listener.address}/map.tif"
    points = degree_points([(0, 0, 41.5, 75.0), (400, 400, 41.0, 75.1)])
    rasters = [
        write_ozi(tmp_path / "a.map", points, picture=at),
        write_ozi(tmp_path / "b.map", points, picture=f"/vsicurl/{at}"),
        write_ozi(tmp_path / "c.map", points, picture=f"/vsizip//vsicurl/{listener.address}/map.zip/map.tif"),
    ]
    mosaic = (
        '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>/vsicurl/{at}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    (tmp_path / "sheet.tif").write_text(mosaic)
    rasters += [tmp_path / "sheet.tif", write_ozi(tmp_path / "d.map", points, picture="sheet.tif")]
    (tmp_path / "layer.shp").write_text(f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{at}'
                                        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>")  # fmt: skip
    (tmp_path / "link.kml").write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link>'
        f"<href>{listener.address}/more.kml</href></Link></NetworkLink></Document></kml>"
    )

    for source in rasters:
        with pytest.raises(RangerAppError):
            convert_raster(source, tmp_path / "out.mbtiles", context=JobContext())
    for name in ("layer.shp", "link.kml"):
        with pytest.raises(RangerAppError):
            read_vectors(tmp_path / name, name="x", context=JobContext())
    assert listener.knocks == 0


def test_conversion_needs_no_socket_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also inside the process: a module that every Python loads takes the sockets away."""
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "sitecustomize.py").write_text(
        "import socket\ndef none(*a, **k):\n    raise SystemExit('a socket was asked for')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = none\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "none"))
    square = [(74.0, 41.0), (74.2, 41.0), (74.2, 41.2), (74.0, 41.0)]
    ring = struct.pack("<BIII", 1, 3, 1, 4) + b"".join(struct.pack("<2d", *place) for place in square)
    pyogrio.raw.write(tmp_path / "areas.shp", np.array([ring], object), [], np.array([]), geometry_type="Polygon",
                      crs="EPSG:28413")  # fmt: skip
    (tmp_path / "post.geojson").write_text(json.dumps({"type": "Point", "coordinates": [74, 41]}))
    sheet = write_sheet(tmp_path / "sheet.tif", a_picture())

    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    convert_raster(sheet, tmp_path / "sheet.mbtiles", context=JobContext())
    layer = read_vectors(tmp_path / "post.geojson", name="x", context=JobContext())

    assert len(layer.shapes) == 1
    with sqlite3.connect(tmp_path / "sheet.mbtiles") as database:
        assert database.execute("SELECT count(*) FROM tiles").fetchone()[0] > 0
    database.close()


def test_a_sheet_opens_no_picture_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "open").mkdir()
    picture = write_picture(tmp_path / "secret" / "photo.png", a_picture())
    points = degree_points([(0, 0, 41.5, 75.0), (400, 400, 41.0, 75.1)])

    for told in (str(picture), "../secret/photo.png", "..\\secret\\photo.png"):
        source = write_ozi(tmp_path / "open" / "sheet.map", points, picture=told)
        with pytest.raises(RangerAppError) as refused:
            convert_raster(source, tmp_path / "out.mbtiles", context=JobContext())
        assert refused.value.code == "map-file-missing"


def test_a_geotransform_of_nonsense_is_refused(tmp_path: Path) -> None:
    from rasterio import Affine

    for number, transform in enumerate(
        [
            Affine(float("nan"), 0, CORNER[0], 0, -1, CORNER[1]),
            Affine(0, 0, CORNER[0], 0, 0, CORNER[1]),
            Affine(1e300, 0, 1e300, 0, -1e300, 1e300),
            Affine(1e-30, 0, CORNER[0], 0, -1e-30, CORNER[1]),
        ]
    ):
        sheet = write_sheet(tmp_path / f"{number}.tif", a_picture(40), crs="EPSG:28413", transform=transform)
        with pytest.raises(RangerAppError):
            convert_raster(sheet, tmp_path / "out.mbtiles", context=JobContext())
        assert not (tmp_path / "out.mbtiles").exists()


def test_a_layer_of_very_many_areas_comes_through(tmp_path: Path) -> None:
    path = tmp_path / "many.geojson"
    with path.open("w") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for number in range(100_000):
            ring = [[70 + number % 1000 / 100, 38 + number // 1000 / 100]] * 4
            area = {"properties": {"n": number}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            file.write(("," if number else "") + json.dumps(area))
        file.write("]}")

    layer = read_vectors(path, name="many", context=JobContext())

    assert len(layer.shapes) == 100_000
    assert layer.attributes["n"][99_999] == 99_999.0
