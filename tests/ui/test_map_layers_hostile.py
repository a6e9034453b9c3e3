"""Layers made to hurt: tiles that claim gigabytes, areas upon areas; the map is there soon, and tells of it."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from ranger_app.maps.vector_file import AREA, LINE, POINT, VectorMap
from tests.ui.map_samples import NARYN, colour_at, colours_in, tracks_layer
from tests.ui.map_tiles import MadeTiles, plain_tile
from ui.map import Layer, TilesLayer, VectorLayer, VectorStyle, Viewport, render_map
from ui.map.layer import Stale
from ui.map.render import new_canvas, new_image, paint_names, paint_shapes
from ui.map.words import MapWords
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

LONGEST_S = 25.0
"""Far more than any of these takes alone, for machines that are busy."""


def told(layer: Layer, view: Viewport, is_stale: Callable[[], bool] = lambda: False) -> list[tuple[str, str]]:
    """What went wrong while the layer was painted."""
    image = new_image(view, view.dpr, LIGHT.map)
    painter = QPainter(image)
    try:
        canvas = new_canvas(painter, view, words=MapWords(), colours=LIGHT.map, is_stale=is_stale)
        paint_shapes(canvas, [layer])
        paint_names(canvas, [layer])
        return canvas.source_errors
    finally:
        painter.end()


def most_memory_kb() -> int:
    """The most memory that this process ever had; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def png(width: int, height: int, *, rows: bytes = b"") -> bytes:
    """A PNG that claims a size, whatever it holds."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    packed = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose header claims another size."""
    tile = bytearray(plain_tile("#00FF00", form="JPEG"))
    at = tile.find(b"\xff\xc0")
    tile[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(tile)


def webp_of(width: int, height: int) -> bytes:
    """A WebP that claims a size on its canvas."""
    canvas = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(canvas)) + canvas
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def many_scans() -> bytes:
    tile = plain_tile("#00FF00", form="JPEG")
    scan = tile[tile.find(b"\xff\xda") : -2]
    return tile[:-2] + scan * 1_500 + tile[-2:]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256"/></svg>'
BMP = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 70, 0, 0, 54, 40, 2, 2, 1, 24, 0, 16, 0, 0, 0, 0) + bytes(16)


@pytest.mark.parametrize(
    "tile",
    [
        png(32_768, 32_768),
        png(65_535, 16_384, rows=bytes(600_000)),
        png(2**31 - 1, 2**31 - 1),
        png(0, 0),
        png(1025, 16, rows=bytes(1025 * 4 * 16 + 16)),
        jpeg_of(65_500, 65_500),
        webp_of(16_384, 16_384),
        many_scans(),
        SVG,
        BMP,
        b"GIF89a" + bytes(100),
        b"RIFF" + bytes(4) + b"WAVE" + bytes(100),
        b"\x89PNG\r\n\x1a\n" + bytes(5_000_000),
        b"\xff\xd8\xff" + b"\xff\xda" * 600_000,
        b"",
    ],
    ids=lambda tile: f"{tile[:4]!r}-{len(tile)}",
)
def test_a_tile_that_claims_gigabytes_or_is_none_is_left_out_without_asking_for_memory(tile: bytes) -> None:
    before = most_memory_kb()
    began = time.process_time()
    layer = TilesLayer("sheet", MadeTiles(lambda z, x, y: tile))

    assert told(layer, NARYN) == [("sheet", "tile-damaged")]
    assert colours_in(render_map([layer], NARYN)) == {LIGHT.map.unknown}

    assert time.process_time() - began < LONGEST_S
    assert most_memory_kb() - before < 200_000


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_tiles_with_changed_bytes_do_not_stop_the_map(form: str) -> None:
    random = np.random.default_rng(7)
    whole = plain_tile("#00FF00", form=form)

    def changed(z: int, x: int, y: int) -> bytes:
        tile = np.frombuffer(whole, np.uint8).copy()
        tile[random.integers(0, len(tile), 4)] = random.integers(0, 256, 4)
        return tile[: int(random.integers(1, len(tile) + 1))].tobytes()

    view = Viewport(76.0, 41.4, 11.0, 2400, 1600)
    image = render_map([TilesLayer("sheet", MadeTiles(changed)), tracks_layer()], view)

    assert colour_at(image, 1200, 800) == LIGHT.map.track


def layer_of(lon: NDArray[np.float64], lat: NDArray[np.float64], shape: int) -> VectorLayer:
    """A layer of features with as many points as each row has."""
    count, size = lon.shape
    return VectorLayer(
        "own",
        VectorMap(
            name="Hostile",
            longitude_deg=np.clip(lon, -180, 180).ravel(),
            latitude_deg=np.clip(lat, -90, 90).ravel(),
            starts=np.arange(0, count * size, size),
            owners=np.arange(count),
            shapes=np.full(count, shape, np.int8),
            attributes={"name": [None] * count},
        ),
        style=VectorStyle(fill_opacity=0.3, width_px=3.0, label="name"),
    )


def over_each_other() -> VectorLayer:
    """200,000 areas, each as large as a country, all in the same place."""
    random = np.random.default_rng(1)
    angle = np.sort(random.uniform(0, 2 * np.pi, (200_000, 5)), axis=1)
    return layer_of(76 + 4 * np.cos(angle), 41.4 + 3 * np.sin(angle), AREA)


def one_endless_line() -> VectorLayer:
    """A line of 800,000 points that goes to and fro over the whole picture."""
    random = np.random.default_rng(2)
    return layer_of(random.uniform(75.5, 76.5, (1, 800_000)), random.uniform(41, 41.8, (1, 800_000)), LINE)


def a_comb() -> VectorLayer:
    """One area of 600,000 points, whose edge runs from north to south and back."""
    lon = np.linspace(75.0, 77.0, 600_000)
    return layer_of(lon[np.newaxis], (41.4 + np.where(np.arange(600_000) % 2, 3, -3))[np.newaxis], AREA)


def a_swarm() -> VectorLayer:
    random = np.random.default_rng(3)
    return layer_of(random.uniform(75, 77, (500_000, 1)), random.uniform(41, 42, (500_000, 1)), POINT)


def nothing_but_one_place() -> VectorLayer:
    return layer_of(np.full((300_000, 4), 76.0), np.full((300_000, 4), 41.4), AREA)


def poles() -> VectorLayer:
    lon = np.tile([-180.0, 180.0, 180.0, -180.0, 0.0], (1000, 1))
    return layer_of(lon, np.tile([-90.0, -90.0, 90.0, 90.0, 90.0], (1000, 1)), AREA)


@pytest.mark.parametrize(
    "make",
    [over_each_other, one_endless_line, a_comb, a_swarm, nothing_but_one_place, poles],
    ids=lambda make: make.__name__,
)
def test_layers_made_to_hurt_are_painted_and_picked_from_in_bounded_time(make: Callable[[], VectorLayer]) -> None:
    layer = make()
    for zoom in (5.0, 11.0):
        view = Viewport(76.0, 41.4, zoom, 1366, 768)
        began = time.process_time()
        errors = told(layer, view)
        painted = time.process_time()
        layer.hit(view, QPointF(683, 384), 8.0)
        assert painted - began < LONGEST_S
        assert time.process_time() - painted < 2.0
        assert set(errors) <= {("own", "layer-too-dense")}


def test_a_picture_that_nobody_waits_for_is_given_up_soon_whatever_the_layer() -> None:
    layer = over_each_other()
    for after_s in (0.05, 0.3):
        stop = threading.Event()
        threading.Timer(after_s, stop.set).start()
        began = time.process_time()
        with pytest.raises(Stale):
            told(layer, Viewport(76.0, 41.4, 8.0, 1366, 768), stop.is_set)
        assert time.process_time() - began < after_s + 1.5
