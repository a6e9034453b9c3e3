from __future__ import annotations

import struct

import pytest
from fontTools.ttLib import TTFont

from ranger_app.evidence.true_type import BrokenFontError, FontFile
from ranger_app.paths import resource


def font_with_cmap(cmap: bytes) -> bytes:
    """A font of three glyphs, 500, 600 and 600 of 1,000 units wide, with this cmap."""
    tables = {
        b"cmap": cmap,
        b"head": bytes(18) + struct.pack(">H", 1000) + bytes(34),
        b"hhea": bytes(34) + struct.pack(">H", 2),
        b"hmtx": struct.pack(">HhHhh", 500, 0, 600, 0, 0),
        b"maxp": bytes(4) + struct.pack(">H", 3),
    }
    offset = 12 + 16 * len(tables)
    head, body = struct.pack(">IHHHH", 0x10000, len(tables), 0, 0, 0), b""
    for tag, data in tables.items():
        head += struct.pack(">4sIII", tag, 0, offset + len(body), len(data))
        body += data
    return head + body


def subtables(*found: tuple[int, int, bytes]) -> bytes:
    head, body = struct.pack(">HH", 0, len(found)), b""
    start = 4 + 8 * len(found)
    for platform, encoding, data in found:
        head += struct.pack(">HHI", platform, encoding, start + len(body))
        body += data
    return head + body


FORMAT_0 = struct.pack(">HHH", 0, 262, 0) + bytes([0, 1, 2]) + bytes(253)
FORMAT_6 = struct.pack(">HHHHHHH", 6, 14, 0, 65, 2, 1, 2)


def test_widths_are_those_of_the_font_and_the_last_one_goes_on() -> None:
    font = FontFile.read(font_with_cmap(subtables((1, 0, FORMAT_6))))

    assert font.advances == (500, 600, 600)
    assert font.glyph_of == {65: 1, 66: 2}


def test_a_list_of_bytes_is_read() -> None:
    assert FontFile.read(font_with_cmap(subtables((1, 0, FORMAT_0)))).glyph_of == {1: 1, 2: 2}


def test_symbols_come_before_the_macintosh_mapping() -> None:
    symbols = struct.pack(">HHHHHHH", 6, 14, 0, 0xF041, 2, 2, 1)

    font = FontFile.read(font_with_cmap(subtables((1, 0, FORMAT_6), (3, 0, symbols))))

    assert font.glyph_of == {0x41: 2, 0x42: 1}


def test_a_real_font_gives_the_glyphs_that_fonttools_finds() -> None:
    path = resource("fonts", "NotoSans-Regular.ttf")
    oracle = TTFont(path)
    order = {name: number for number, name in enumerate(oracle.getGlyphOrder())}
    expected = {code: order[name] for code, name in oracle["cmap"].getcmap(0, 3).cmap.items()}

    font = FontFile.read(path.read_bytes())

    assert font.glyph_of == expected
    assert font.advances[order["A"]] == pytest.approx(oracle["hmtx"]["A"][0] * 1000 / oracle["head"].unitsPerEm)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\1\0\0\0\x05",
        font_with_cmap(subtables()),
        font_with_cmap(subtables((1, 0, struct.pack(">HHH", 12, 0, 0)))),
        font_with_cmap(subtables((1, 0, FORMAT_6)))[:-4],
        font_with_cmap(subtables((1, 0, FORMAT_6))).replace(struct.pack(">H", 1000), b"\0\0"),
    ],
)
def test_a_font_that_cannot_be_followed_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFontError):
        FontFile.read(data)
