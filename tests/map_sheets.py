"""Scanned sheets as tests make them: a grey picture with a red mark on it, written by rasterio."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from PIL import Image

SIDE = 400
MARK = (300, 120)
"""Column and row of the middle of the red mark."""

CORNER = (13_500_000.0, 4_600_000.0)
"""Easting and northing of the north-western corner, in zone 13 of Pulkovo 1942."""

PIXEL_M = 0.5


def a_picture(side: int = SIDE) -> NDArray[np.uint8]:
    """Bands of a picture with many greys, so that it is no drawing, and the mark."""
    down, across = np.mgrid[0:side, 0:side]
    grey = (60 + (down * 7 + across * 13) % 120).astype(np.uint8)
    picture = np.stack([grey, grey, grey])
    column, row = MARK
    picture[:, row - 4 : row + 5, column - 4 : column + 5] = np.array([255, 0, 0], np.uint8)[:, np.newaxis, np.newaxis]
    return picture


def write_sheet(path: Path, picture: NDArray[Any], *, driver: str = "GTiff", **told: Any) -> Path:
    """Write *picture* (bands, rows, columns); without anything told, on zone 13 of Pulkovo 1942."""
    told = told or {"crs": "EPSG:28413", "transform": rasterio.transform.from_origin(*CORNER, PIXEL_M, PIXEL_M)}
    count, height, width = picture.shape
    with rasterio.open(
        path, "w", driver=driver, width=width, height=height, count=count, dtype=picture.dtype, **told
    ) as sheet:
        sheet.write(picture)
    return path


def write_picture(path: Path, picture: NDArray[np.uint8]) -> Path:
    """Write *picture* without a place."""
    Image.fromarray(np.moveaxis(picture, 0, -1)).save(path)
    return path


def mark_of(path: Path) -> tuple[float, float]:
    """Latitude and longitude of the middle of what is red in the finest tiles of a map."""
    zoom, tiles = finest_tiles(path)
    found: list[tuple[float, float]] = []
    for (x, y), pixels in tiles.items():
        red = (pixels[..., 0] > 200) & (pixels[..., 1] < 60) & (pixels[..., 3] > 0)
        found += [(x + (column + 0.5) / 256, y + (row + 0.5) / 256) for row, column in np.argwhere(red)]
    across, down = np.array(found).mean(axis=0) / 2**zoom
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * down))))), float(across * 360 - 180)


def finest_tiles(path: Path) -> tuple[int, dict[tuple[int, int], NDArray[np.uint8]]]:
    """The finest zoom of an MBTiles, and its tiles by column and row from the north, as red, green, blue, opacity."""
    with sqlite3.connect(path) as database:
        zoom = database.execute("SELECT max(zoom_level) FROM tiles").fetchone()[0]
        rows = database.execute("SELECT tile_column, tile_row, tile_data FROM tiles WHERE zoom_level = ?", [zoom])
        tiles = {(x, 2**zoom - 1 - y): pixels_of(content) for x, y, content in rows}
    database.close()
    return zoom, tiles


def pixels_of(tile: bytes) -> NDArray[np.uint8]:
    """A tile as red, green, blue, opacity."""
    return np.array(Image.open(io.BytesIO(tile)).convert("RGBA"))


def metadata_of(path: Path) -> dict[str, str]:
    """What an MBTiles says of itself."""
    with sqlite3.connect(path) as database:
        found = dict(database.execute("SELECT name, value FROM metadata"))
    database.close()
    return found


OZI = """OziExplorer Map Data File Version 2.2
{title}
{picture}
1 ,Map Code,
{datum},,   0.0000,   0.0000,WGS 84
Reserved 1
Reserved 2
Magnetic Variation,,,E
Map Projection,{projection},PolyCal,No,AutoCalOnly,No,BSBUseWPX,No
{points}
Projection Setup,{setup}
Map Feature = MF ; Map Comment = MC     These follow if they exist
Track File = TF      These follow if they exist
Moving Map Parameters = MM?    These follow if they exist
MM0,Yes
IWH,Map Image Width/Height,{width},{height}
"""


def write_ozi(path: Path, points: str, **told: object) -> Path:
    """Write a ``.map`` file."""
    facts = {"title": "K-43-049", "picture": r"C:\Maps\sheet.png", "datum": "WGS 84", "setup": ",,,,,,,,,",
             "projection": "Latitude/Longitude", "width": SIDE, "height": SIDE, **told}  # fmt: skip
    path.write_text(OZI.format(points=points, **facts), encoding="cp1251")
    return path


def grid_points(corners: list[tuple[int, int]]) -> str:
    """Lines of points on metres of zone 13, for pixels of the picture."""
    east, north = CORNER
    return "\n".join(
        f"Point{number:02},xy, {x:4}, {y:4},in, deg,    ,        ,N,    ,        ,E, grid, ,"
        f" {east + x * PIXEL_M}, {north - y * PIXEL_M},N"
        for number, (x, y) in enumerate(corners, 1)
    )


def degree_points(places: list[tuple[int, int, float, float]]) -> str:
    """Lines of points on degrees: column, row, latitude, longitude."""
    return "\n".join(
        f"Point{number:02},xy, {x:4}, {y:4},in, deg, {int(latitude):3}, {latitude % 1 * 60:.8f},N,"
        f" {int(longitude):3}, {longitude % 1 * 60:.8f},E, grid,   ,           ,           ,N"
        for number, (x, y, latitude, longitude) in enumerate(places, 1)
    )
