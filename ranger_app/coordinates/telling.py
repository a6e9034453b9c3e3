"""Places told in a notation."""

from __future__ import annotations

from ranger_app.coordinates.bands import band_at
from ranger_app.coordinates.mgrs_squares import mgrs_of
from ranger_app.coordinates.systems import GRIDS, Grid, utm_grid


def tell_place(latitude_deg: float, longitude_deg: float, notation: str) -> str:
    """A place as it is written in a notation, to a metre or finer; what is told can be read again.

    Where the notation does not reach, and for one that is not known, it is told in decimal degrees.
    """
    match notation:
        case "ddm" | "dms":
            return _tell_angles(latitude_deg, longitude_deg, notation)
        case "utm":
            return _tell_utm(latitude_deg, longitude_deg) or tell_dd(latitude_deg, longitude_deg)
        case "mgrs":
            return mgrs_of(latitude_deg, longitude_deg) or tell_dd(latitude_deg, longitude_deg)
        case "sk42" | "sk95" | "kyrg06" | "kalianpur":
            return _tell_grid(latitude_deg, longitude_deg, notation) or tell_dd(latitude_deg, longitude_deg)
        case _:
            return tell_dd(latitude_deg, longitude_deg)


def tell_dd(latitude_deg: float, longitude_deg: float) -> str:
    """Latitude and longitude in decimal degrees, to 0.1 m."""
    return f"{latitude_deg:.6f}, {longitude_deg:.6f}"


def _tell_angles(latitude_deg: float, longitude_deg: float, notation: str) -> str:
    tell = _minutes if notation == "ddm" else _seconds
    north, east = "S" if latitude_deg < 0 else "N", "W" if longitude_deg < 0 else "E"
    return f"{tell(abs(latitude_deg))} {north}, {tell(abs(longitude_deg))} {east}"


def _minutes(degrees: float) -> str:
    whole, rest = divmod(round(degrees * 600_000), 600_000)
    minutes, decimals = divmod(rest, 10_000)
    return f"{whole}°{minutes:02}.{decimals:04}′"


def _seconds(degrees: float) -> str:
    whole, rest = divmod(round(degrees * 360_000), 360_000)
    minutes, rest = divmod(rest, 6_000)
    seconds, decimals = divmod(rest, 100)
    return f"{whole}°{minutes:02}′{seconds:02}.{decimals:02}″"


def utm_zone(latitude_deg: float, longitude_deg: float) -> int:
    """The zone of UTM, with the exceptions around Norway and Svalbard."""
    zone = int((longitude_deg + 180) // 6) % 60 + 1
    if 56 <= latitude_deg < 64 and 3 <= longitude_deg < 12:
        return 32
    if latitude_deg >= 72 and 0 <= longitude_deg < 42:
        return 31 + 2 * int((longitude_deg + 3) // 12)
    return zone


def _tell_utm(latitude_deg: float, longitude_deg: float) -> str:
    if not -80 <= latitude_deg <= 84:
        return ""
    latitude_deg = round(latitude_deg, 9)  # a hair south of the equator is in the band north of it
    zone, band = utm_zone(latitude_deg, longitude_deg), band_at(latitude_deg)
    easting, northing = utm_grid(zone, is_south=latitude_deg < 0).from_wgs84(latitude_deg, longitude_deg)
    return f"{zone}{band} {round(easting)} {round(northing)}"


def _tell_grid(latitude_deg: float, longitude_deg: float, notation: str) -> str:
    grid = grid_at(latitude_deg, longitude_deg, notation)
    if grid is None:
        return ""
    easting, northing = grid.from_wgs84(latitude_deg, longitude_deg)
    match notation:
        case "sk42" | "sk95":
            return f"{grid.datum.name} X {northing:.0f} Y {easting:.0f}"
        case "kyrg06":
            return f"Kyrg-06 E {easting:.0f} N {northing:.0f}"
        case _:
            return f"Kalianpur {grid.zone} E {easting:.0f} N {northing:.0f}"


def grid_at(latitude_deg: float, longitude_deg: float, notation: str) -> Grid | None:
    """The zone in which a place is told: of those that hold it, the one whose middle is nearest, Lambert's first.

    ``None`` where the notation does not reach, and for degrees. MGRS is told in the zones of UTM.
    """
    if notation in ("utm", "mgrs"):
        if not -80 <= latitude_deg <= 84:
            return None
        return utm_grid(utm_zone(latitude_deg, longitude_deg), is_south=latitude_deg < 0)
    holding = [grid for grid in GRIDS.get(notation, ()) if grid.holds(latitude_deg, longitude_deg)]
    lambert = [grid for grid in holding if "lcc" in grid.projection]
    return min(
        lambert or holding, key=lambda grid: abs((grid.area[1] + grid.area[3]) / 2 - longitude_deg), default=None
    )
