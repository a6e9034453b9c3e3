"""Cells of a table: angles, numbers with a comma, dates in the order of the country."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ranger_app.coordinates import CoordinatesError, read_place
from ranger_app.domain.track import NO_TIME
from ranger_app.importers.gpx_columns import MISSING, numbers_from_texts
from ranger_app.importers.gpx_time import TimeFlag, times_from_texts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LONGEST_CELL = 100
_SECOND_US = 1_000_000
_QUARTER_US = 900 * _SECOND_US
_EXCEL_EPOCH_US = -2_209_161_600 * _SECOND_US
"""1899-12-30, the day 0 of Excel."""

_UTM_ZONE = re.compile(r"(\d{1,2})[NS]")
_UTM_HALF_WIDTH_M = 500_000.0
_SOUTH_WEST = frozenset("SWЮЗ")
_SIDE = "NSEWСЮВЗ"
_NUMBER = r"(\d{1,2}(?:\.\d{1,20})?)"
_BODY = rf"([+-]?\d{{1,3}}(?:\.\d{{1,20}})?)[°º\s:]*(?:{_NUMBER}['′\s:]*)?(?:{_NUMBER}[\"″'\s]*)?"
_ANGLE = re.compile(rf"([{_SIDE}])?\s*{_BODY}\s*([{_SIDE}])?(?:\.?\s*[ШД]\.?)?")
_PAIR_PLAIN = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*")
_PAIR_LED = re.compile(r"\s*([NSСЮ][^EWВЗ]{1,40}?)[,;\s]*([EWВЗ].{1,40})")
_PAIR_FOLLOWED = re.compile(
    rf"\s*([^{_SIDE}]{{1,40}}[NSСЮ](?:\.?\s*Ш\.?)?)[,;\s]*([^{_SIDE}]{{1,40}}[EWВЗ](?:\.?\s*Д\.?)?)\s*"
)
_DEGREES = r"([+-]?\d{1,3}(?:\.\d{0,30})?(?:E[+-]?\d{1,2})?)"
_POINT = re.compile(
    rf"(?:SRID=4326;\s*)?POINT\s*(?:Z|M|ZM)?\s*\(\s*{_DEGREES}\s+{_DEGREES}(?:\s+\S{{1,40}}){{0,2}}?\s*\)"
)
_MEASURED = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,12})?)\s*(m|м|ft)?\.?", re.IGNORECASE)
_BLANKS_IN_NUMBER = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?:\D|$))")
_DATE_TIME = re.compile(
    r"(\d{1,4})[./ -](\d{1,2})[./ -](\d{1,4})[,T\s]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(?:([AaPp])\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?",
)
_COMPACT = re.compile(r"(\d{6}|\d{8})[T\s]+(\d{5,6})(?:\.(\d{1,9}))?\s*(Z|UTC)?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")


def numbers_from_cells(cells: Sequence[str], decimal: str) -> Floats:
    """Numbers, NaN where a cell is empty or holds none; a unit of metres may follow."""
    texts = [cell.strip() or MISSING for cell in cells]
    if decimal == ",":
        texts = [_BLANKS_IN_NUMBER.sub("", text).replace(",", ".") for text in texts]
    values = numbers_from_texts(texts)
    for row in np.flatnonzero(np.isnan(values)).tolist():
        match = _MEASURED.fullmatch(texts[row][:_LONGEST_CELL])
        if match and (match.group(2) or "m").lower() in {"m", "м"}:
            values[row] = float(match.group(1))
    return values


def degrees_from_cells(cells: Sequence[str], decimal: str) -> Floats:
    """Angles in any notation of degrees, minutes and seconds, with or without a letter for the side of the world."""
    texts = [cell.strip() or MISSING for cell in cells]
    if decimal == ",":
        texts = [text.replace(",", ".") for text in texts]
    values = numbers_from_texts(texts)
    for row in np.flatnonzero(np.isnan(values)).tolist():
        values[row] = _angle(texts[row])
    return values


def pairs_from_cells(cells: Sequence[str]) -> tuple[list[str], list[str]]:
    """Latitude and longitude of cells that hold both; what cannot be parted stays as it is, in both columns.

    A place may be a point of WKT too, which tells the longitude first.
    """
    latitudes, longitudes = [], []
    for cell in cells:
        text = cell.strip().upper()[:_LONGEST_CELL]
        if point := _POINT.fullmatch(text):
            longitudes.append(point[1])
            latitudes.append(point[2])
            continue
        match = next((found for pattern in (_PAIR_PLAIN, _PAIR_LED, _PAIR_FOLLOWED)
                      if (found := pattern.fullmatch(text))), None)  # fmt: skip
        latitude, longitude = match.group(1, 2) if match else _place_in_any_notation(cell.strip())
        latitudes.append(latitude)
        longitudes.append(longitude)
    return latitudes, longitudes


def _place_in_any_notation(text: str) -> tuple[str, str]:
    """A place in a grid or a rarer notation, when it can mean one place only."""
    try:
        found = read_place(text) if text else ()
    except CoordinatesError:
        found = ()
    if len(found) == 1 and not found[0].is_doubtful:
        return repr(found[0].latitude_deg), repr(found[0].longitude_deg)
    return text, text


def is_utm_zone(zone: str) -> bool:
    """Whether *zone* is a zone of UTM with its hemisphere, such as ``43N``."""
    match = _UTM_ZONE.fullmatch(zone)
    return match is not None and 1 <= int(match.group(1)) <= 60


def degrees_from_utm(eastings: Floats, northings: Floats, zone: str) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of metres in one zone of UTM; NaN where there are none, or none within the grid."""
    from pyproj import Transformer

    usable = (np.abs(eastings - 500_000.0) <= _UTM_HALF_WIDTH_M) & (northings >= 0.0) & (northings <= 10_000_000.0)
    code = (32_600 if zone[-1] == "N" else 32_700) + int(zone[:-1])
    to_degrees = Transformer.from_crs(code, 4326, always_xy=True)
    latitudes, longitudes = np.full(len(eastings), np.nan), np.full(len(eastings), np.nan)
    longitudes[usable], latitudes[usable] = to_degrees.transform(eastings[usable], northings[usable])
    return latitudes, longitudes


def times_from_cells(dates: Sequence[str], times: Sequence[str], *, order: str, zone: str) -> tuple[Ints, Ints]:
    """Microseconds since 1970 UTC and `TimeFlag` bits, as ``times_from_texts`` gives them.

    Args:
        dates: Empty where date and time stand in one cell.
        zone: As in ``CsvMapping``.
    """
    texts = [f"{date.strip()} {time.strip()}".strip() for date, time in zip(dates, times, strict=True)]
    if order in {"unix", "unix_ms", "excel"}:
        return _counted(texts, order)
    isos = texts if order == "iso" else [_iso(text, order) for text in texts]
    time_us, flags = times_from_texts(isos)
    if order == "iso":
        _read_again(texts, time_us, flags)
    if zone:
        naive = (flags & TimeFlag.WITHOUT_ZONE) != 0
        time_us[naive] -= _offsets_us(time_us[naive], zone)
        flags[naive] &= ~int(TimeFlag.WITHOUT_ZONE)
    return time_us, flags


def _read_again(texts: Sequence[str], time_us: Ints, flags: Ints) -> None:
    """Times of which only the end is not ISO 8601: AM and PM, the letters UTC."""
    rows = np.flatnonzero(flags & TimeFlag.UNREADABLE)
    if len(rows):
        time_us[rows], flags[rows] = times_from_texts([_iso(texts[row], "ymd") for row in rows.tolist()])


def is_zone(name: str) -> bool:
    """Whether *name* is an offset, or a time zone that this computer knows."""
    if _OFFSET.fullmatch(name):
        return True
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _angle(text: str) -> float:
    match = _ANGLE.fullmatch(text.upper()) if len(text) <= _LONGEST_CELL else None
    if match is None or (match.group(1) and match.group(5)):
        return float("nan")
    degrees, minutes, seconds = (float(part or 0) for part in match.group(2, 3, 4))
    if minutes >= 60 or seconds >= 60:
        return float("nan")
    size = abs(degrees) + minutes / 60 + seconds / 3600
    is_minus = match.group(2).startswith("-") or (match.group(1) or match.group(5) or "N") in _SOUTH_WEST
    return -size if is_minus else size


def _counted(texts: Sequence[str], order: str) -> tuple[Ints, Ints]:
    numbers = numbers_from_texts([text.replace(",", ".") or MISSING for text in texts])
    flags = np.zeros(len(texts), np.int64)
    flags[[not text for text in texts]] = TimeFlag.MISSING
    scale = {"unix": 1e6, "unix_ms": 1e3, "excel": 86_400e6}[order]
    usable = np.abs(numbers) < 4e18 / scale / 10
    flags[~usable & (flags == 0)] = TimeFlag.UNREADABLE
    time_us = np.full(len(texts), NO_TIME, np.int64)
    # Days of Excel are exact to about ten microseconds only; nobody writes more than milliseconds.
    step = 1000 if order == "excel" else 1
    counted = np.rint(numbers[usable] * (scale / step)).astype(np.int64) * step
    time_us[usable] = counted + (_EXCEL_EPOCH_US if order == "excel" else 0)
    if order == "excel":
        flags[usable] |= TimeFlag.WITHOUT_ZONE
    return time_us, flags


def _iso(text: str, order: str) -> str:
    """A date and time in ISO 8601; the text itself where it is none."""
    match = _DATE_TIME.fullmatch(text[:_LONGEST_CELL])
    if match is None:
        return _iso_of_digits(text, order)
    first, second, third, hour, minute, seconds, fraction, half, zone = match.groups()
    year, month, day = {"ymd": (first, second, third), "dmy": (third, second, first),
                        "mdy": (third, first, second)}[order]  # fmt: skip
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return text
        hours = hours % 12 + (12 if half in "pP" else 0)
    zone = "Z" if zone in {"Z", "UTC", "GMT"} else zone or ""
    decimals = f".{fraction}" if fraction else ""
    return f"{_year(year)}-{month:0>2}-{day:0>2}T{hours:02}:{minute}:{seconds or '00'}{decimals}{zone}"


def _iso_of_digits(text: str, order: str) -> str:
    match = _COMPACT.fullmatch(text[:_LONGEST_CELL])
    if match is None:
        return text
    date, time, fraction, zone = match.group(1), match.group(2).zfill(6), match.group(3), match.group(4)
    long = len(date) == 8
    pieces = {"ymd": (date[: 4 if long else 2], date[-4:-2], date[-2:]), "dmy": (date[4:], date[2:4], date[:2]),
              "mdy": (date[4:], date[:2], date[2:4])}[order]  # fmt: skip
    clock = f"{time[:2]}:{time[2:4]}:{time[4:]}{'.' + fraction if fraction else ''}"
    return f"{_year(pieces[0])}-{pieces[1]}-{pieces[2]}T{clock}{'Z' if zone else ''}"


def _year(text: str) -> str:
    """A year of four digits; two are of this century."""
    return f"20{text:0>2}" if len(text) <= 2 else text.zfill(4)


def _offsets_us(local_us: Ints, zone: str) -> Ints:
    """How far the clocks of *zone* are ahead of UTC at these local times."""
    if match := _OFFSET.fullmatch(zone):
        minutes = int(match.group(2)) * 60 + int(match.group(3))
        return np.full(len(local_us), (minutes if match.group(1) == "+" else -minutes) * 60 * _SECOND_US, np.int64)
    info = zoneinfo.ZoneInfo(zone)
    quarters, places = np.unique(local_us // _QUARTER_US, return_inverse=True)
    offsets = [_offset_us(int(quarter) * _QUARTER_US, info) for quarter in quarters.tolist()]
    return np.array(offsets, np.int64)[places] if offsets else np.empty(0, np.int64)


def _offset_us(local_us: int, info: zoneinfo.ZoneInfo) -> int:
    local = dt.datetime(1970, 1, 1, tzinfo=info) + dt.timedelta(microseconds=local_us)
    offset = local.utcoffset()
    return round(offset.total_seconds()) * _SECOND_US if offset else 0
