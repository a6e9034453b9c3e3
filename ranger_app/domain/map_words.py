"""The words of maps on paper, in the reader's language: for the dossier, for printed maps, for the window."""

from __future__ import annotations

from collections.abc import Sequence

from ranger_app.coordinates import Grid, grid_at, notation_of, zone_cells
from ranger_app.domain.hot_spots import HEAT_M
from ranger_app.i18n import Words

MOST_ZONES_NAMED = 4
BASE_MAP_BOUNDS = (44.0, 22.0, 122.0, 58.0)
"""West, south, east and north of what resources/basemap covers."""

ISOLATE, END_OF_ISOLATE = "\u2066", "\u2069"
"""Between them a number, a code or a name reads from left to right inside a line that does not."""

ISOLATE_AS_IT_IS = "\u2068"
"""Before a name in whatever language: it reads as its own letters do."""


def map_words(words: Words) -> dict[str, str]:
    """The furniture's words and those of the legend by name, as a map request takes them."""
    return {
        "attribution": words.say("Map data: {sources}", sources="{sources}"),
        "not_authoritative": words.say("Boundaries shown are not authoritative."),
        "north": words.say("N"),
        "south": words.say("S"),
        "east": words.say("E"),
        "west": words.say("W"),
        "scale_m": words.say("{count} m", count="{count}"),
        "scale_km": words.say("{count} km", count="{count}"),
        "decimal_mark": words.decimal_mark,
        "scale": words.say("Scale {ratio}, at the middle of the map", ratio=fact(words, "1 : {count}")),
        "language": words.language,
        "direction": "rtl" if words.is_right_to_left else "",
        "track": words.say("Track"),
        "incident": words.say("Incident"),
        "conflict": words.say("Livestock conflict"),
        "waypoint": words.say("Waypoint"),
        "photo": words.say("Photo"),
        "exhibit": words.say("Exhibit"),
        "mark": words.say("Mark of the scene"),
        "area": words.say("Areas"),
        "heat": words.say("Where conflicts gather, within {count} km", count=f"{HEAT_M / 1000:g}"),
        "group": words.say("Several places, and how many"),
        "track_start": words.say("Beginning"),
        "track_end": words.say("End"),
    }


def grid_notes(
    words: Words,
    notation: str,
    latitude_deg: float,
    longitude_deg: float,
    bounds: tuple[float, float, float, float] | None = None,
) -> tuple[str, ...]:
    """What has to be said of the coordinates of a map: system, zones, operation and accuracy.

    Args:
        notation: Of the grid.
        latitude_deg, longitude_deg: The middle of the map.
        bounds: West, south, east, north: all zones in them are named; without, that of the middle alone.
    """
    told = notation_of(notation)
    south, west, north, east = (latitude_deg, longitude_deg) * 2
    if bounds is not None:
        west, south, east, north = bounds
    grids = _grids(notation, (west, south, east, north))
    if not grids:
        return (words.say("Grid: degrees on WGS 84."),)
    system = _system(words, words.say(told.label), grids)
    if not told.operation:
        return (system,)
    return (f"{system} {_operation(words, told.operation, told.accuracy_m)}",)


def _grids(notation: str, bounds: tuple[float, float, float, float]) -> list[Grid]:
    """Those whose zones reach into the bounds, each once."""
    west, south, east, north = bounds
    return list(dict.fromkeys(
        cell.grid for cell in zone_cells(notation)
        if cell.box[0] <= north and cell.box[2] >= south and cell.box[1] <= east and cell.box[3] >= west
    ))  # fmt: skip


def reaches(notation: str, bounds: tuple[float, float, float, float]) -> bool:
    """Whether the grid of a notation covers any of the land within west, south, east and north; degrees always do."""
    return notation_of(notation).is_degrees or bool(_grids(notation, bounds))


def _system(words: Words, label: str, grids: list[Grid]) -> str:
    if len(grids) > MOST_ZONES_NAMED:
        return words.say("Grid: {system}, kilometres; each zone is named on the map.", system=label)
    if len(grids) > 1:
        named = listed(words, [f"{grid.zone} ({grid.code})" for grid in grids])
        return words.say("Grid: {system}, zones {zones}, kilometres.", system=label, zones=named)
    return words.say(
        "Grid: {system}, zone {zone} ({code}), kilometres.",
        system=label, zone=fact(words, grids[0].zone), code=fact(words, grids[0].code),
    )  # fmt: skip


def _operation(words: Words, operation: str, accuracy_m: float | None) -> str:
    code = fact(words, operation)
    if accuracy_m is None:
        return words.say(
            "Positions were recorded on WGS 84; the grid was placed by operation {operation}, whose accuracy nobody"
            " has estimated.", operation=code,
        )  # fmt: skip
    accuracy = fact(words, f"{accuracy_m:g}".replace(".", words.decimal_mark))
    return words.say(
        "Positions were recorded on WGS 84; the grid was placed by operation {operation}, accurate to {accuracy} m.",
        operation=code, accuracy=accuracy,
    )  # fmt: skip


def ground_notes(words: Words, bounds: tuple[float, float, float, float]) -> tuple[str, ...]:
    """What has to be said of land that the base map does not know."""
    west, south, east, north = BASE_MAP_BOUNDS
    if bounds[0] >= west and bounds[1] >= south and bounds[2] <= east and bounds[3] <= north:
        return ()
    return (words.say("What is plain grey lies beyond the base map: nothing is known of it here."),)


def natural_grid(latitude_deg: float, longitude_deg: float) -> str:
    """The notation of the sheets in use at a place: Pulkovo 1942 where EPSG has its zones in use, else UTM."""
    grid = grid_at(latitude_deg, longitude_deg, "sk42")
    if grid is not None:
        south, west, north, east = grid.common
        if south <= latitude_deg <= north and west <= longitude_deg <= east:
            return "sk42"
    return "utm"


def fact(words: Words, text: str) -> str:
    """*text* so that it reads from left to right in a sentence of the reader's language."""
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if words.is_right_to_left else text


def isolated(words: Words, text: str) -> str:
    """*text*, in whatever language it is, so that it keeps its own order in a sentence of the reader's."""
    return f"{ISOLATE_AS_IT_IS}{text}{END_OF_ISOLATE}" if words.is_right_to_left else text


def listed(words: Words, facts: Sequence[str]) -> str:
    """Numbers, codes or names in a row, each after the other in the direction in which one reads."""
    return ("، " if words.is_right_to_left else ", ").join(fact(words, one) for one in facts)


def joined(words: Words, parts: Sequence[str]) -> str:
    """Parts of a title in a row."""
    return ("؛ " if words.is_right_to_left else "; ").join(parts)
