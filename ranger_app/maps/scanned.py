"""OziExplorer's ``.map`` files: what a scanned sheet is on, and how its pixels lie on the ground.

The file is lines of text; its points tie pixels to degrees or to metres of a grid, on the datum of the fifth line. The
layout is the one that OziExplorer's own help describes under "Map File Format".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ranger_app.coordinates.systems import DATUMS, GRIDS, PULKOVO_1942, WGS_84, Datum
from ranger_app.maps.errors import (
    MapCalibrationError,
    MapDamagedError,
    MapDatumUnknownError,
    MapFileMissingError,
    MapNoPlaceError,
    MapNotAMapError,
    MapOtherProjectionError,
)
from ranger_app.maps.projections import proj_words

BEGINNING = "OziExplorer Map Data File"
CHOICES = (*DATUMS, "wgs84")
"""What somebody can answer who is asked for the datum: ids of notations."""

LARGEST_BYTES = 1 << 20
PICTURES = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jp2", ".bmp", ".gif")

_KNOWN_DATUMS = {
    "wgs84": WGS_84, "pulkovo1942(1)": PULKOVO_1942, "pulkovo1942(2)": PULKOVO_1942,
}  # fmt: skip
"""Ozi's names that leave no doubt, without blanks; its bare "Pulkovo 1942" was other things in other versions."""

_WITH_ZONE_BEFORE = ("sk42", "sk95", "kyrg06")
"""Notations whose eastings begin with the number of the zone."""

_WORST_SHARE = 0.02
"""How far off a point of calibration may be, as a share of the picture's diagonal."""

_NUMBER = r"\s*(-?\d+(?:\.\d*)?)\s*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A pixel and where it is.

    Attributes:
        longitude_deg, latitude_deg: On the sheet's datum; ``None`` where metres are given.
        easting_m, northing_m: In the sheet's grid; ``None`` where degrees are given.
        zone: Of UTM, where metres are; negative south of the equator.
    """

    x: float
    y: float
    longitude_deg: float | None = None
    latitude_deg: float | None = None
    easting_m: float | None = None
    northing_m: float | None = None
    zone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OziMap:
    """What a ``.map`` file says.

    Attributes:
        picture: The name of its picture, without the folder on the machine it was made on.
        setup: Numbers of the projection: latitude and longitude of origin, scale, false easting and northing, two
            parallels.
        size: Width and height of the picture in pixels, as it was when it was calibrated; zeros where not told.
    """

    file: str
    title: str
    picture: str
    datum: str
    projection: str
    setup: tuple[float, ...]
    ties: tuple[Tie, ...]
    corners: tuple[Tie, ...]
    size: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OnGround:
    """How pixels lie on the ground.

    Attributes:
        words: The system of coordinates in PROJ's words, with its operation to WGS 84.
        pixels: Two rows of three: x and y of the ground from column, row and 1.
    """

    words: str
    pixels: NDArray[np.float64]


def is_ozi(head: bytes) -> bool:
    """Whether a file is a ``.map`` of OziExplorer, by its first bytes."""
    return head.lstrip(b"\xef\xbb\xbf").startswith(BEGINNING.encode())


def read_ozi(path: Path) -> OziMap:
    """Read a ``.map`` file.

    Raises:
        MapFileRefusedError: It is none, missing, or breaks off.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES)
    except FileNotFoundError as error:
        raise MapFileMissingError(path.name) from error
    except OSError as error:
        raise MapDamagedError(path.name) from error
    if not is_ozi(content):
        raise MapNotAMapError(path.name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")
    lines = text.splitlines()
    if len(lines) < 9:
        raise MapDamagedError(path.name)
    return OziMap(
        file=path.name,
        title=lines[1].strip(),
        picture=re.split(r"[\\/]", lines[2].strip())[-1],
        datum=" ".join(lines[4].split(",")[0].split()),
        projection=_field(lines, "Map Projection", 1),
        setup=tuple(_number(word) or 0.0 for word in (_line(lines, "Projection Setup").split(",")[1:] + [""] * 7)[:7]),
        ties=tuple(tie for line in lines if (tie := _tie(line)) is not None),
        corners=_corners(lines),
        size=(int(_number(_field(lines, "IWH", 2)) or 0), int(_number(_field(lines, "IWH", 3)) or 0)),
    )


def picture_of(path: Path, ozi: OziMap) -> Path:
    """The picture of a sheet, which lies beside its ``.map`` file wherever that was made.

    Raises:
        MapFileMissingError: It does not.
    """
    beside = {found.name.lower(): found for found in sorted(path.parent.iterdir()) if found.is_file()}
    names = [ozi.picture, *(path.stem + ending for ending in PICTURES)]
    for name in names:
        if name and name.lower() in beside:
            return beside[name.lower()]
    raise MapFileMissingError(ozi.picture or path.stem)


def on_ground(ozi: OziMap, *, width: int, height: int, datum: str = "") -> OnGround:
    """How the pixels of a sheet lie on the ground.

    Args:
        width, height: Of the picture as it is now.
        datum: One of :data:`CHOICES` where somebody was asked; it goes before what the file says.

    Raises:
        MapDatumUnknownError: The file does not tell its datum well enough.
        MapOtherProjectionError: Its projection is not known here.
        MapCalibrationError: There are too few points, or they do not fit.
    """
    used = _datum(ozi, datum)
    across, down = _scales(ozi, width, height)
    ties = ozi.ties if len(ozi.ties) >= 2 else ozi.corners
    if len(ties) < 2:
        raise MapCalibrationError(ozi.file)
    pixels = np.array([(tie.x * across, tie.y * down) for tie in ties])
    best: tuple[float, OnGround] | None = None
    for projection in _projections(ozi, ties):
        places = _places(ties, projection, used)
        matrix, worst_px = fitted(pixels, places)
        if math.isfinite(worst_px) and (best is None or worst_px < best[0]):
            best = worst_px, OnGround(words=proj_words(projection, used), pixels=matrix)
    if best is None or best[0] > _WORST_SHARE * math.hypot(width, height):
        raise MapCalibrationError(ozi.file)
    return best[1]


def system_of_numbers(file: str, x: float, y: float, *, datum: str) -> str:
    """The system, in PROJ's words, of a picture that has numbers and does not say what they are.

    Args:
        x, y: Of the middle of the picture: degrees, or metres of a zone whose number stands before the easting.

    Raises:
        MapDatumUnknownError: Nobody was asked yet, or the answer was not among the choices.
        MapNoPlaceError: They are the numbers of no system that could be chosen.
    """
    if abs(x) <= 180 and abs(y) <= 90:
        systems = {name: proj_words("+proj=longlat", DATUMS.get(name, WGS_84)) for name in CHOICES}
    else:
        systems = {
            grid.notation: proj_words(grid.projection, grid.datum)
            for notation in _WITH_ZONE_BEFORE
            for grid in GRIDS[notation]
            if grid.holds(*grid.to_wgs84(x, y))
        }
    if not systems:
        raise MapNoPlaceError(file)
    if datum not in systems:
        reason = "map-datum-other" if datum else "map-datum-silent"
        raise MapDatumUnknownError(file, reason=reason, datum=datum[:60], choices=", ".join(systems))
    return systems[datum]


def fitted(pixels: NDArray[np.float64], places: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The straight way from pixels to places that fits best: by two points without turning, by more with.

    Returns:
        Two rows of three, and how many pixels the worst point is off; infinite where points do not span a picture.
    """
    columns = np.column_stack([pixels, np.ones(len(pixels))])
    if not np.isfinite(places).all():
        return np.zeros((2, 3)), math.inf
    if len(pixels) == 2:
        span = pixels[1] - pixels[0]
        if not span.all():
            return np.zeros((2, 3)), math.inf
        scale = (places[1] - places[0]) / span
        matrix = np.column_stack([np.diag(scale), places[0] - scale * pixels[0]])
    else:
        if np.linalg.matrix_rank(columns - columns.mean(axis=0) * [1, 1, 0], tol=1e-6) < 3:
            return np.zeros((2, 3)), math.inf
        # Metres have eight digits: only what differs between points is fitted.
        middle, centre = places.mean(axis=0), pixels.mean(axis=0)
        turned = np.linalg.lstsq(pixels - centre, places - middle, rcond=None)[0].T
        matrix = np.column_stack([turned, middle - turned @ centre])
    if abs(np.linalg.det(matrix[:, :2])) < 1e-18:
        return matrix, math.inf
    back = np.linalg.solve(matrix[:, :2], (places - matrix[:, 2]).T).T
    return matrix, float(np.hypot(*(back - pixels).T).max())


def _datum(ozi: OziMap, answer: str) -> Datum:
    if answer:
        if answer not in CHOICES:
            raise MapDatumUnknownError(
                ozi.file, reason="map-datum-other", datum=answer[:60], choices=", ".join(CHOICES)
            )
        return DATUMS.get(answer, WGS_84)
    known = _KNOWN_DATUMS.get(ozi.datum.replace(" ", "").lower())
    if known is None:
        reason = "map-datum-said" if ozi.datum else "map-datum-silent"
        raise MapDatumUnknownError(ozi.file, reason=reason, datum=ozi.datum[:60], choices=", ".join(CHOICES))
    return known


def _scales(ozi: OziMap, width: int, height: int) -> tuple[float, float]:
    """By what the picture was enlarged since it was calibrated."""
    if not all(size > 0 for size in ozi.size):
        return 1.0, 1.0
    across, down = width / ozi.size[0], height / ozi.size[1]
    if abs(across / down - 1) > 0.02:
        raise MapCalibrationError(ozi.file)
    return across, down


def _projections(ozi: OziMap, ties: Sequence[Tie]) -> list[str]:
    """In PROJ's words; several where the file only says "degrees", and a sheet is straight in one of them."""
    latitude, longitude, scale, easting, northing, first, second = ozi.setup
    shifted = f"+x_0={easting!r} +y_0={northing!r}"
    degrees = [tie.longitude_deg for tie in ties if tie.longitude_deg is not None]
    middle = sum(degrees) / len(degrees) if degrees else 0.0
    match ozi.projection.lower():
        case "latitude/longitude":
            meridian = 6 * math.floor(middle / 6) + 3
            return ["+proj=longlat", f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0"]
        case "mercator":
            return ["+proj=merc +lon_0=0"]
        case "transverse mercator":
            return [f"+proj=tmerc +lat_0={latitude!r} +lon_0={longitude!r} +k={scale or 1.0!r} {shifted}"]
        case "(utm) universal transverse mercator":
            zone = next((tie.zone for tie in ties if tie.zone), 0) or math.floor(middle / 6) + 31
            south = " +south" if zone < 0 or any((tie.latitude_deg or 0) < 0 for tie in ties) else ""
            return [f"+proj=utm +zone={abs(zone)}{south}"] if 1 <= abs(zone) <= 60 else []
        case "lambert conformal conic":
            return [f"+proj=lcc +lat_0={latitude!r} +lon_0={longitude!r} +lat_1={first!r} +lat_2={second!r} {shifted}"]
        case "albers equal area":
            return [f"+proj=aea +lat_0={latitude!r} +lon_0={longitude!r} +lat_1={first!r} +lat_2={second!r} {shifted}"]
    raise MapOtherProjectionError(ozi.file, projection=ozi.projection[:60])


def _places(ties: Sequence[Tie], projection: str, datum: Datum) -> NDArray[np.float64]:
    """Where the points are in a projection, on their own ellipsoid."""
    from pyproj import Proj
    from pyproj.exceptions import ProjError

    try:
        project = Proj(f"{projection} {datum.ellipsoid}")
    except ProjError:
        return np.full((len(ties), 2), np.inf)
    is_degrees = projection.startswith("+proj=longlat")
    places = []
    for tie in ties:
        if tie.longitude_deg is None or tie.latitude_deg is None:
            places.append((tie.easting_m, tie.northing_m) if not is_degrees else (math.inf, math.inf))
        elif is_degrees:
            places.append((tie.longitude_deg, tie.latitude_deg))
        else:
            places.append(project(tie.longitude_deg, tie.latitude_deg))
    return np.array(places, np.float64)


def _tie(line: str) -> Tie | None:
    """``Point01,xy, 10, 20,in, deg, 41, 30,N, 75, 0,E, grid, 43, 500000, 4600000,N``; ``None`` where it is empty."""
    parts = [part.strip() for part in line.split(",")]
    if not re.fullmatch(r"Point\d+", parts[0]) or len(parts) < 12:
        return None
    x, y = _number(parts[2]), _number(parts[3])
    if x is None or y is None:
        return None
    latitude, longitude = _degrees(parts[6:9], "S", 90), _degrees(parts[9:12], "W", 180)
    if latitude is not None and longitude is not None:
        return Tie(x=x, y=y, longitude_deg=longitude, latitude_deg=latitude)
    grid = [*parts[13:17], "", "", "", ""]
    easting, northing = _number(grid[1]), _number(grid[2])
    if easting is None or northing is None:
        return None
    zone = int(_number(grid[0]) or 0) * (-1 if grid[3].upper() == "S" else 1)
    return Tie(x=x, y=y, easting_m=easting, northing_m=northing, zone=zone)


def _degrees(parts: Sequence[str], negative: str, limit: int) -> float | None:
    """Degrees, minutes and a letter."""
    whole, minutes = _number(parts[0]), _number(parts[1])
    if whole is None:
        return None
    found = math.copysign(abs(whole) + (minutes or 0.0) / 60, -1 if parts[2].upper() == negative or whole < 0 else 1)
    return found if abs(found) <= limit else None


def _corners(lines: Sequence[str]) -> tuple[Tie, ...]:
    """The picture's corners, which Ozi writes besides the points."""
    pixels = {found[1]: found for line in lines if (found := _three("MMPXY", line))}
    places = {found[1]: found for line in lines if (found := _three("MMPLL", line))}
    return tuple(
        Tie(x=pixels[number][2], y=pixels[number][3], longitude_deg=places[number][2], latitude_deg=places[number][3])
        for number in sorted(pixels.keys() & places.keys())
        if abs(places[number][2]) <= 180 and abs(places[number][3]) <= 90
    )


def _three(name: str, line: str) -> tuple[str, float, float, float] | None:
    found = re.fullmatch(f"{name},{_NUMBER},{_NUMBER},{_NUMBER}", line.strip())
    return (name, float(found[1]), float(found[2]), float(found[3])) if found else None


def _line(lines: Sequence[str], name: str) -> str:
    return next((line for line in lines if line.startswith(name + ",")), "")


def _field(lines: Sequence[str], name: str, number: int) -> str:
    parts = _line(lines, name).split(",")
    return parts[number].strip() if number < len(parts) else ""


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
