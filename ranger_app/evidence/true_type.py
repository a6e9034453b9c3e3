"""The little of a TrueType file that a PDF check asks for: which glyph a code shows, and how wide it is."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAC, MICROSOFT = 1, 3
SYMBOL = 0
SYMBOL_AREA = 0xF000
"""Where a symbolic cmap of Microsoft keeps its codes."""


class BrokenFontError(ValueError):
    """A font file that cannot be followed."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """An embedded font.

    Attributes:
        glyph_of: Code of a byte in a PDF string to glyph number.
        advances: Width of each glyph in thousandths of the font size.
    """

    glyph_of: dict[int, int]
    advances: tuple[float, ...]

    @classmethod
    def read(cls, data: bytes) -> FontFile:
        """Read a font file.

        Raises:
            BrokenFontError: A table is missing or cut off.
        """
        try:
            tables = _tables(data)
            units = struct.unpack_from(">H", tables["head"], 18)[0]
            count = struct.unpack_from(">H", tables["maxp"], 4)[0]
            measured = struct.unpack_from(">H", tables["hhea"], 34)[0]
            widths = struct.unpack_from(">" + "Hh" * measured, tables["hmtx"])[::2]
            if not units or not widths:
                raise BrokenFontError("no units or no widths")
            advances = [width * 1000 / units for width in widths[:count]]
            advances += [advances[-1]] * (count - len(advances))
            return cls(_glyphs(tables["cmap"]), tuple(advances))
        except (struct.error, KeyError, IndexError) as error:
            raise BrokenFontError(str(error)) from error


def _tables(data: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">H", data, 4)[0]
    found = {}
    for number in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        found[tag.decode("latin-1")] = data[offset : offset + length]
    return found


def _glyphs(cmap: bytes) -> dict[int, int]:
    """The mapping that a reader uses for a symbolic font: Microsoft's symbols, else the Macintosh one, else any."""
    count = struct.unpack_from(">H", cmap, 2)[0]
    records = [struct.unpack_from(">HHI", cmap, 4 + 8 * number) for number in range(count)]
    if not records:
        raise BrokenFontError("no cmap")
    by_kind = {(platform, encoding): offset for platform, encoding, offset in reversed(records)}
    if (MICROSOFT, SYMBOL) in by_kind:
        mapping = _subtable(cmap[by_kind[MICROSOFT, SYMBOL] :])
        return {code - SYMBOL_AREA if code >= SYMBOL_AREA else code: glyph for code, glyph in mapping.items()}
    return _subtable(cmap[by_kind.get((MAC, 0), records[0][2]) :])


def _subtable(data: bytes) -> dict[int, int]:
    kind = struct.unpack_from(">H", data)[0]
    if kind == 0:
        return {code: glyph for code, glyph in enumerate(data[6:262]) if glyph}
    if kind == 6:
        first, count = struct.unpack_from(">HH", data, 6)
        glyphs = struct.unpack_from(f">{count}H", data, 10)
        return {first + number: glyph for number, glyph in enumerate(glyphs) if glyph}
    if kind == 4:
        return _segments(data)
    raise BrokenFontError(f"cmap format {kind}")


def _segments(data: bytes) -> dict[int, int]:
    """A cmap of format 4: ranges of codes with a shift, or with a list of glyphs of their own."""
    count = struct.unpack_from(">H", data, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, 14)
    starts = struct.unpack_from(f">{count}H", data, 16 + 2 * count)
    shifts = struct.unpack_from(f">{count}H", data, 16 + 4 * count)
    offsets_at = 16 + 6 * count
    found: dict[int, int] = {}
    for number, (start, end, shift) in enumerate(zip(starts, ends, shifts, strict=True)):
        place = offsets_at + 2 * number
        offset = struct.unpack_from(">H", data, place)[0]
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", data, place + offset + 2 * (code - start))[0]
                if not glyph:
                    continue
            glyph = (glyph + shift) & 0xFFFF
            if glyph:
                found[code] = glyph
    return found
