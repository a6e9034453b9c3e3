"""Tiles as PNG are looked through before they are opened: libpng grumbles on standard error."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from ui.map.png_check import is_whole_png
from ui.map.tiled import TileDamagedError
from ui.map.tiles import decoded

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def made(mode: str, size: tuple[int, int]) -> bytes:
    held = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(held, "PNG")
    return held.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def written(points: bytes, *, size: tuple[int, int] = (2, 2), colour: int = 2, interlace: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", *size, 8, colour, 0, 0, interlace)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(points)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
@pytest.mark.parametrize("size", [(256, 256), (1, 1), (9, 7)])
def test_a_picture_of_any_kind_is_whole_until_a_byte_of_it_is_lost_or_changed(mode: str, size: tuple[int, int]) -> None:
    data = made(mode, size)

    assert is_whole_png(data, 1024)
    assert not is_whole_png(data[:-5], 1024)
    assert not is_whole_png(data, 0)
    for place in (18, len(data) // 2, len(data) - 15):
        changed = bytearray(data)
        changed[place] ^= 0x55
        assert not is_whole_png(bytes(changed), 1024)


def test_an_interlaced_picture_is_whole_with_all_its_passes() -> None:
    rows = [(1, 1), (1, 1), (1, 1), (3, 1), (2, 2), (5, 1)]  # columns and rows of a picture of 5 by 3
    points = b"".join((b"\0" + bytes(3 * columns)) * count for columns, count in rows)

    assert is_whole_png(written(points, size=(5, 3), interlace=1), 1024)
    assert not is_whole_png(written(points[:-1], size=(5, 3), interlace=1), 1024)


@pytest.mark.parametrize(
    "data",
    [
        b"", SIGNATURE, SIGNATURE + chunk(b"IEND", b""), SIGNATURE + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
        written(b"\x09" + bytes(6) + b"\0" + bytes(6)), written(bytes(13)), written(bytes(9), colour=3),
        written(bytes(14), colour=5), written(bytes(14), interlace=2), written(bytes(14), size=(0, 2)),
        written(bytes(14)).replace(b"IEND", b"IENX"), written(bytes(14))[:-12] + chunk(b"ABCD", b""),
    ],
)  # fmt: skip
def test_what_libpng_would_grumble_about_is_not_whole(data: bytes) -> None:
    assert is_whole_png(written(bytes(14)), 1024)
    assert not is_whole_png(data, 1024)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("tile", [made("RGB", (256, 256))[:-30], made("RGB", (256, 256))[:80] + b"?" * 60])
def test_a_damaged_tile_leaves_no_line_on_standard_error(tile: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TileDamagedError):
        decoded(tile)

    assert capfd.readouterr().err == ""
