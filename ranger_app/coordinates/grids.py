"""Eastings and northings: UTM, and the national grids with or without their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ranger_app.coordinates.bands import BANDS, band_limits
from ranger_app.coordinates.decoded import EASTING_FIRST, NOT_THE_BAND, Decoded
from ranger_app.coordinates.errors import (
    BandDisagreesError,
    BandUnknownError,
    GridOutsideError,
    GridUnknownError,
    ZoneMissingError,
    ZoneUnknownError,
)
from ranger_app.coordinates.letters import LATIN
from ranger_app.coordinates.systems import GRIDS, Grid, is_inside, utm_grid

_DECIMALS = 7
_SLACK_DEG = 0.01
"""Numbers are whole metres: at the edge of an area they may lie just outside it."""

_LEAST_M = 100_000.0
"""Two numbers that are both smaller are no place in any grid: they may be degrees."""

NAMES = {
    "sk42": r"(?:[СC][КK]|S[KК]|S)[- ]?(?:19)?42(?: ?Г\.?)?|(?:ПУЛКОВО|PULKOVO)[- ]?(?:19)?42(?: ?Г\.?)?",
    "sk95": r"(?:[СC][КK]|S[KК])[- ]?(?:19)?95(?: ?Г\.?)?|(?:ПУЛКОВО|PULKOVO)[- ]?(?:19)?95(?: ?Г\.?)?",
    "kyrg06": r"(?:KYRG|KIRG|КЫРГ|КИРГ)[- ]?(?:20)?06",
    "kalianpur": r"(?:KALIANPUR|КАЛИАНПУР)(?:[- ]?(?:19)?62)?",
}
"""Notation to how people name its system, in capitals."""

_GAUSS = re.compile(r"ГАУСС\w*[- ]*КРЮГЕР\w*|GAUSS[- ]*KR\w+|\bГ-?К\b|\bG-?K\b")
_ZONE = re.compile(r"\b(?:ЗОНА|ЗОН|ZONE|ZONA|GRID)\b\.?\s*[:=№#]?\s*(\d{1,2}[NS]?|IIA|I)\b|\b(IIA|I|4[123]N)\b(?=.*\d)")
_NUMBER = r"\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_LETTER_FIRST = re.compile(rf"([XYEN])\s*[=:]?\s*({_NUMBER})\s*(?:M\b\.?)?")
_LETTER_LAST = re.compile(rf"({_NUMBER})\s*M?\.?\s*([EN])\b")
_NO_LETTER = re.compile(rf"({_NUMBER})\s*(?:M\b\.?)?()")
_UTM = re.compile(r"(UTM\b[\s:]*)?(ZONE\s*)?(\d{1,2})\s*(NORTH\b|SOUTH\b|CEB\b|Ю\b|[A-Z]\b)?[\s,;:]*(.*)", re.DOTALL)
_LETTERS = ((r"(?<=\d) ?С\b", " CEB"), (r"\bEASTING\b:?", "E"), (r"\bNORTHING\b:?", "N"), (r"\bЗОНА\b", "ZONE"))
"""A Russian С beside a zone is the north, and not a band over Antarctica."""

_HEMISPHERES = {"NORTH": "N", "CEB": "N", "SOUTH": "S", "Ю": "S"}
_CODE = re.compile(r"\s*\(?EPSG:\d+\)?")


@dataclass(frozen=True, slots=True)
class Pair:
    """An easting and a northing in one of the orders that the text allows."""

    easting_m: float
    northing_m: float
    notes: tuple[str, ...] = ()


def pairs(text: str) -> list[Pair]:
    """The two numbers of *text*, in capitals, in every order that their letters allow; none when there are not two.

    Without letters the first one is taken for the northing, as Soviet maps have it, and also the other way. X is the
    northing on Soviet maps, and the easting in other programs: both are tried.
    """
    found = _two_parts(text)
    if found is None:
        return []
    (first_letter, first), (second_letter, second) = found
    letters = first_letter + second_letter
    in_order, turned = Pair(second, first), Pair(first, second, (EASTING_FIRST,))
    match letters:
        case "NE":
            return [in_order]
        case "EN":
            return [Pair(first, second)]
        case "XY" | "":
            return [in_order, turned]
        case "YX":
            return [Pair(first, second), Pair(second, first, (EASTING_FIRST,))]
        case _:
            return []


def _two_parts(text: str) -> list[tuple[str, float]] | None:
    for told in _by_commas(text):
        for shape in (_LETTER_FIRST, _LETTER_LAST, _NO_LETTER):
            parts = shape.findall(told)
            if len(parts) == 2 and not shape.sub("", told).strip(" ,;:/()\n="):
                named = parts if shape is _LETTER_FIRST else [(letter, number) for number, letter in parts]
                return [(letter, float(number.replace(" ", ""))) for letter, number in named]
    return None


def _by_commas(text: str) -> Iterator[str]:
    yield re.sub(r"(?<=\d),(?=\d)", " , ", text)
    yield re.sub(r"(?<=\d),(?=\d)", ".", text)


def read_utm(text: str) -> list[Decoded]:
    """UTM on WGS 84: zone, band or hemisphere, two numbers; S can be the band from 32° N and the southern hemisphere.

    Raises:
        CoordinatesError: It has the shape, and no place is named so.
    """
    told = text.upper()
    for words, letter in _LETTERS:
        told = re.sub(words, letter, told)
    found = _UTM.fullmatch(told.translate(LATIN).strip())
    if found is None or not (found[1] or found[2] or found[4]):
        return []
    both = [one for one in pairs(found[5]) if 100_000 <= one.easting_m < 1_000_000 and one.northing_m <= 10_000_000]
    if not both:
        return []
    zone, letter = int(found[3]), found[4] or ""
    if not 1 <= zone <= 60:
        raise ZoneUnknownError(zone=zone, least=1, most=60)
    # UTM is written easting first everywhere, so that this order is no peculiarity.
    pair = both[-1]
    if letter in _HEMISPHERES:
        return [_utm(zone, _HEMISPHERES[letter], pair, is_south=_HEMISPHERES[letter] == "S")]
    if not letter:
        return [_utm(zone, one, pair, is_south=one == "S") for one in "NS"]
    return _by_band(zone, letter, pair)


def _by_band(zone: int, letter: str, pair: Pair) -> list[Decoded]:
    """The place in the band of this letter, and, for N and S, in the hemisphere."""
    if letter not in BANDS:
        raise BandUnknownError(band=letter)
    readings = [_utm(zone, letter, pair, is_south=letter == "S")] if letter in "NS" else []
    banded = _utm(zone, letter, pair, is_south=letter < "N")
    if _is_in_band(letter, banded.latitude_deg):
        readings.insert(0, banded)
    elif letter == "S":
        # On maps of these lands S is the band far oftener than the other half of the Earth.
        readings = [replace(one, notes=(*one.notes, NOT_THE_BAND)) for one in readings]
    elif letter != "N":
        raise BandDisagreesError(band=f"{zone}{letter}", latitude=f"{banded.latitude_deg:.2f}")
    return [one for place, one in enumerate(readings) if one not in readings[:place]]


def _utm(zone: int, letter: str, pair: Pair, *, is_south: bool) -> Decoded:
    grid = utm_grid(zone, is_south=is_south)
    latitude, longitude = grid.to_wgs84(pair.easting_m, pair.northing_m)
    if not grid.holds(latitude, longitude):
        raise GridOutsideError(system=f"UTM {zone}{letter}")
    told = f"{zone} {'S' if is_south else 'N'}" if letter in "NS" else f"{zone}{letter}"
    return Decoded(
        latitude_deg=round(latitude, _DECIMALS), longitude_deg=round(longitude, _DECIMALS), notation="utm",
        system=grid.code, zone=told,
    )  # fmt: skip


def _is_in_band(letter: str, latitude: float) -> bool:
    south, north = band_limits(letter)
    return south - _SLACK_DEG <= latitude <= north + _SLACK_DEG


def read_national(text: str, notation: str | None, shown: str = "") -> list[Decoded]:
    """Readings in the national grids.

    Args:
        text: Plain, without the name of a system.
        notation: Of the grid that was named; ``None`` tries all whose common area holds the place.
        shown: Notation of the reader's maps: without a name, it is tried first, and wherever it reaches.

    Raises:
        CoordinatesError: Two numbers stand there, and they name no place.
    """
    told = _CODE.sub("", _GAUSS.sub(" ", text.upper())).strip(" ,;:\n")
    zone = ""
    found = _ZONE.search(told)
    if found is not None:
        zone = (found[1] or found[2] or "").upper()
        told = (told[: found.start()] + " " + told[found.end() :]).strip(" ,;:")
    both = [one for one in pairs(told.translate(LATIN)) if max(one.easting_m, one.northing_m) >= _LEAST_M]
    if not both:
        return []
    wanted = sorted(GRIDS, key=lambda name: name != shown) if notation is None else [notation]
    readings: list[Decoded] = []
    for name in wanted:
        for pair in both:
            readings += _in_grids(name, zone, pair, is_named=name in (notation, shown))
    if not readings:
        _refuse(both, notation, zone)
    return readings


def _in_grids(notation: str, zone: str, pair: Pair, *, is_named: bool) -> Iterator[Decoded]:
    easting = pair.easting_m
    for grid in GRIDS[notation]:
        if zone and grid.zone.upper() != zone:
            continue
        placed = _with_prefix(grid, easting, is_zone_told=bool(zone))
        if placed is None:
            continue
        latitude, longitude = grid.to_wgs84(placed, pair.northing_m)
        # Two numbers without a name are never Kalianpur's: they look like UTM that lacks its zone.
        is_common = is_named or (is_inside(grid.common, latitude, longitude) and notation != "kalianpur")
        if is_common and grid.holds(latitude, longitude, slack_deg=_SLACK_DEG):
            yield Decoded(
                latitude_deg=round(latitude, _DECIMALS), longitude_deg=round(longitude, _DECIMALS), notation=notation,
                system=grid.code, zone=grid.zone, operation=grid.datum.operation,
                accuracy_m=grid.datum.accuracy_m, notes=pair.notes,
            )  # fmt: skip


def _with_prefix(grid: Grid, easting: float, *, is_zone_told: bool) -> float | None:
    """The easting with the zone before it, as the grid wants it; ``None`` when it is of another zone."""
    if grid.notation == "kalianpur":
        return easting if is_zone_told or not grid.zone.endswith("N") else None
    number = int(grid.zone)
    if int(easting // 1_000_000) == number:
        return easting
    return easting + number * 1_000_000 if is_zone_told and easting < 1_000_000 else None


def _refuse(both: list[Pair], notation: str | None, zone: str) -> None:
    """Say why no grid has these numbers.

    Raises:
        CoordinatesError: Always where a grid was named, or the numbers can only be meant for one.
    """
    greatest = max(max(one.easting_m, one.northing_m) for one in both)
    least = min(min(one.easting_m, one.northing_m) for one in both)
    if greatest < 1_000_000 and notation is None:
        return
    if not zone and least < 1_000_000 <= greatest and notation != "kalianpur":
        raise ZoneMissingError
    if notation in ("sk42", "sk95", None) and greatest >= 10_000_000 and not zone:
        number = int(greatest // 1_000_000)
        if not 10 <= number <= 19:
            raise ZoneUnknownError(zone=number, least=10, most=19)
    if notation is None:
        raise GridUnknownError
    raise GridOutsideError(system=GRIDS[notation][0].datum.name)
