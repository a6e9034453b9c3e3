"""Angles in degrees, with or without minutes and seconds, in Latin and Cyrillic letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ranger_app.coordinates.decoded import LONGITUDE_FIRST
from ranger_app.coordinates.errors import (
    CoordinatesError,
    LatitudeOutOfRangeError,
    LongitudeOutOfRangeError,
    SixtiethsOutOfRangeError,
    ZeroPlaceError,
)

REGION = (20.0, 60.0, 40.0, 125.0)
"""South, north, west, east of where rangers use this program: what lies outside as it is written, and inside with the
longitude first, was perhaps copied from a program that writes the longitude first."""

FORMS = ("", "dd", "ddm", "dms")
"""Notation by how many numbers make an angle."""

_WORDS = (
    (r"ТҮНДҮК КЕҢДИК|СОЛТҮСТІК ЕНДІК|АРЗИ ШИМОЛӢ|SHIMOLIY KENGLIK", "N"),
    (r"СЕВЕРНОЙ ШИРОТЫ|СЕВ\.? ?ШИР\.?|С\. ?Ш\.?|\bСШ\b|\bСЕВЕР\b|\bNORTH\b|شمال", "N"),
    (r"ЮЖНОЙ ШИРОТЫ|ЮЖ\.? ?ШИР\.?|Ю\. ?Ш\.?|\bЮШ\b|\bЮГ\b|\bSOUTH\b|جنوب", "S"),
    (r"ЧЫГЫШ УЗУНДУК|ШЫҒЫС БОЙЛЫҚ|ТӮЛИ ШАРҚӢ|SHARQIY UZUNLIK", "E"),
    (r"ВОСТОЧНОЙ ДОЛГОТЫ|ВОСТ?\.? ?ДОЛГ?\.?|В\. ?Д\.?|\bВД\b|\bВОСТОК\b|\bEAST\b|مشرق", "E"),
    (r"ЗАПАДНОЙ ДОЛГОТЫ|ЗАП\.? ?ДОЛГ?\.?|З\. ?Д\.?|\bЗД\b|\bЗАПАД\b|\bWEST\b|مغرب", "W"),
    (r"ШИРОТА|ШИР\b\.?|LATITUDE|\bLAT\b\.?|Φ", "φ"),
    (r"ДОЛГОТА|ДОЛГ\b\.?|LONGITUDE|\bLONG?\b\.?|\bLNG\b|Λ", "λ"),
    (r"ГРАДУС(?:ОВ|А|Ы)?|ГРАД\b\.?|ГР\b\.?|DEGREES?|DEG\b\.?", "°"),
    (r"МИНУТ[АЫ]?|МИН\b\.?|MINUTES?|MIN\b\.?", "'"),
    (r"СЕКУНД[АЫ]?|СЕК\b\.?|SECONDS?|SEC\b\.?", '"'),
    (r"(?:КООРДИНАТЫ|COORDINATES?|COORDS?|МЕСТОПОЛОЖЕНИЕ|МЕСТО|ТОЧКА)\s*[:=-]?", " "),
    (r"(?:LOCATION|POINT|POSITION|GPS|WGS ?-?(?:19)?84)\s*[:=-]?", " "),
    (r"(?<=\d)[OО](?=[\s\d'])", "°"),
)  # fmt: skip
_LETTERS = str.maketrans("СCЮВBЕЗЅ", "NNSEEEWS")
"""Russian initials of the four winds, and letters that look like them, to the Latin ones."""

_DOUBT = re.compile(
    r"(?:(?:ТОЧНОСТЬЮ?|ТОЧН\b\.?|ПОГРЕШНОСТЬ|РАДИУС|ACCURACY|ACC\b\.?|RADIUS) ?[:=]? ?(?:±|\+/-|\+-|ДО |~)?|±|\+/-|\+-)"
    r" ?\d+(?:[.,]\d+)? ?(?:[MМ]|МЕТР\w*|MET(?:ER|RE)S?)\b\.?"
)
_HEIGHT = re.compile(
    r"(?<=\s)(?:(?:ALT(?:ITUDE)?|ELE(?:VATION)?|ВЫСОТА|ВЫС|H)\b\.? ?[:=]? ?)?-?\d+(?:[.,]\d+)? ?[MМ]\b\.?"
    r"(?: ?Н\.? ?У\.? ?М\.?)?\s*$"
)
_KML = re.compile(r"([+-]?\d+\.\d+,[+-]?\d+\.\d+),[+-]?\d+(?:\.\d+)?")
"""A place with its height last; height and radius of doubt are left out."""

_TOKEN = re.compile(r"(\d+(?:\.\d+)?)|([NSEWφλ])|([+-])|([°'\":])|([,;/|\n=()\[\]{}.])|( +)")
_ISO_6709 = re.compile(
    r"([+-])(\d{2}|\d{4}|\d{6})(\.\d+)?([+-])(\d{3}|\d{5}|\d{7})(\.\d+)?(?:[+-][\d.]+)?(?:CRS\w+)?/?"
)
_FOUR_PARTS = re.compile(r"\s*([+-]?\d+),(\d+)\s*,\s*([+-]?\d+),(\d+)\s*")
_EIGHT_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class Angles:
    """Two angles as they were written.

    Attributes:
        parts: How many numbers make each.
        notes: As in a reading.
    """

    latitude_deg: float
    longitude_deg: float
    parts: int
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Number:
    text: str
    sign: str
    mark: str = ""

    @property
    def is_whole(self) -> bool:
        return "." not in self.text


def read_angles(text: str) -> list[Angles]:
    """Every pair of angles that *text*, plain, can mean; none when it has another shape.

    Raises:
        CoordinatesError: It has the shape, and no place is named so.
    """
    told = _HEIGHT.sub("", _DOUBT.sub("", text.upper()).strip()).strip(" ,;")
    kml = _KML.fullmatch(told)
    told = kml[1] if kml is not None else told
    for words, letter in _WORDS:
        told = re.sub(words, letter, told)
    told = told.translate(_LETTERS)
    found: list[Angles] = []
    error: CoordinatesError | None = None
    for variant in _by_commas(told):
        try:
            found += [one for one in _read(variant) if one not in found]
        except CoordinatesError as wrong:
            error = error or wrong
    if not found and error is not None:
        raise error
    return found


def _by_commas(text: str) -> Iterator[str]:
    """*text* as it reads when commas part numbers, and when they stand before decimals."""
    has_point = re.search(r"\d\.\d", text) is not None
    has_inner = re.search(r"\d,\d", text) is not None
    if has_point or not has_inner:
        yield text
    if has_inner:
        four = _FOUR_PARTS.fullmatch(text)
        yield f"{four[1]}.{four[2]} {four[3]}.{four[4]}" if four else re.sub(r"(?<=\d),(?=\d)", ".", text)


def _read(text: str) -> list[Angles]:
    iso = _ISO_6709.fullmatch(text.strip())
    if iso is not None:
        return [_from_iso(iso)]
    items = _items(text)
    groups = None if items is None else _groups(items)
    if groups is None:
        return []
    angles = [angle for angle in (_angle(axis, numbers) for axis, numbers in groups) if angle is not None]
    if len(angles) != 2:
        return []
    (first, one), (second, other) = angles
    parts = max(one, other)
    axes = "".join(_axis(axis) for axis, _ in groups)
    match axes:
        case "φλ":
            return [_placed(first, second, parts)]
        case "λφ":
            return [_placed(second, first, parts)]
        case "":
            return _in_either_order(first, second, parts)
        case _:
            return []


def _axis(letter: str) -> str:
    return "φ" if letter in ("N", "S", "φ") else "λ" if letter else ""


def _in_either_order(first: float, second: float, parts: int) -> list[Angles]:
    """The latitude first, as everywhere here; the other way too where only that is in our part of the world."""
    turned = _is_in_region(second, first) and not _is_in_region(first, second)
    other = [_placed(second, first, parts, LONGITUDE_FIRST)] if turned else []
    if other and abs(first) > 90:
        return other
    return [_placed(first, second, parts), *other]


def _is_in_region(latitude: float, longitude: float) -> bool:
    south, north, west, east = REGION
    return south <= latitude <= north and west <= longitude <= east


def _placed(latitude: float, longitude: float, parts: int, *notes: str) -> Angles:
    require_place(latitude, longitude)
    return Angles(latitude, longitude, parts, notes)


def require_place(latitude: float, longitude: float) -> None:
    """Refuse what is not on the Earth, and 0, 0.

    Raises:
        CoordinatesError: It is.
    """
    if abs(latitude) > 90:
        raise LatitudeOutOfRangeError(value=_told(latitude))
    if abs(longitude) > 180:
        raise LongitudeOutOfRangeError(value=_told(longitude))
    if latitude == 0 and longitude == 0:
        raise ZeroPlaceError


def _told(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _items(text: str) -> list[_Number | str] | None:
    """Numbers with sign and mark, letters of an axis, and ``,`` for what parts them; ``None`` for any other sign."""
    items: list[_Number | str] = []
    sign, at = "", 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return None
        number, axis, signed, mark, part, _space = found.groups()
        if number is not None:
            items.append(_Number(number, sign))
        elif sign:
            return None
        elif axis is not None:
            items.append(axis)
        elif mark is not None and items and isinstance(items[-1], _Number) and not items[-1].mark:
            items[-1].mark = mark
        elif mark not in (None, ":"):
            return None
        elif part is not None:
            items.append(",")
        sign, at = signed or "", found.end()
    return None if sign else items


def _groups(items: Sequence[_Number | str]) -> list[tuple[str, list[_Number]]] | None:
    """Numbers of the first and of the second angle with the letters of their axes; ``None`` when that is not clear."""
    has_winds = any(one in ("N", "S", "E", "W") for one in items if isinstance(one, str))
    kept = [one for one in items if not (has_winds and one in ("φ", "λ"))]
    letters = [place for place, one in enumerate(kept) if isinstance(one, str) and one != ","]
    numbers = [one for one in kept if isinstance(one, _Number)]
    if letters:
        return _by_letters([one for one in kept if one != ","])
    begins = [place for place, one in enumerate(numbers) if one.mark == "°"]
    if len(begins) == 2 and begins[0] == 0:
        middle = begins[1]
    elif len(numbers) in (2, 4, 6) and len(begins) < 2:
        middle = len(numbers) // 2
    else:
        return None
    inner = _inner_commas(kept)
    if len(inner) == 1 and inner[0] != middle:
        return None
    return [("", numbers[:middle]), ("", numbers[middle:])]


def _by_letters(kept: Sequence[_Number | str]) -> list[tuple[str, list[_Number]]] | None:
    groups: list[tuple[str, list[_Number]]] = []
    is_before = isinstance(kept[0], str)
    numbers: list[_Number] = []
    for one in kept if is_before else reversed(kept):
        if isinstance(one, str):
            groups.append((one, []))
        elif not groups:
            return None
        else:
            groups[-1][1].append(one)
            numbers.append(one)
    if len(groups) != 2 or not all(1 <= len(group) <= 3 for _, group in groups):
        return None
    return groups if is_before else [(letter, group[::-1]) for letter, group in reversed(groups)]


def _inner_commas(items: Sequence[_Number | str]) -> list[int]:
    """After how many numbers each comma stands that has numbers on both sides."""
    total, before, found = sum(isinstance(one, _Number) for one in items), 0, set()
    for one in items:
        if isinstance(one, _Number):
            before += 1
        elif one == "," and 0 < before < total:
            found.add(before)
    return sorted(found)


def _angle(axis: str, numbers: Sequence[_Number]) -> tuple[float, int] | None:
    """Degrees of one angle, and of how many numbers it was made; ``None`` when these are none.

    Raises:
        SixtiethsOutOfRangeError: Sixty minutes or seconds, or more.
    """
    marks = (("", "°", ":"), ("", "'", ":"), ("", '"', ":"))
    if any(one.mark not in marks[place] for place, one in enumerate(numbers)):
        return None
    if any(one.sign for one in numbers[1:]) or not all(one.is_whole for one in numbers[:-1]):
        return None
    sign = numbers[0].sign
    if sign and axis in ("N", "S", "E", "W"):
        return None
    texts = [one.text for one in numbers]
    if len(numbers) == 1 and axis and not numbers[0].mark:
        texts = _run_together(texts[0])
    degrees, *sixtieths = (float(one) for one in texts)
    for value in sixtieths:
        if value >= 60:
            raise SixtiethsOutOfRangeError(value=_told(value))
    total = degrees + sum(value / 60**place for place, value in enumerate(sixtieths, 1))
    total = round(total, _EIGHT_DECIMALS) if sixtieths else total
    return -total if sign == "-" or axis in ("S", "W") else total, len(texts)


def _run_together(text: str) -> list[str]:
    """``4112.060`` as receivers write 41°12.060, ``411203.6`` as pilots write 41°12'03.6; else the number alone."""
    whole, point, decimals = text.partition(".")
    match len(whole):
        case 4 | 5:
            return [whole[:-2], whole[-2:] + point + decimals]
        case 6 | 7:
            return [whole[:-4], whole[-4:-2], whole[-2:] + point + decimals]
        case _:
            return [text]


def _from_iso(found: re.Match[str]) -> Angles:
    """As ISO 6709 has it: the number of digits tells degrees, minutes and seconds."""
    values = []
    for sign, whole, decimals, degrees in ((found[1], found[2], found[3], 2), (found[4], found[5], found[6], 3)):
        texts = [whole[:degrees], *(whole[at : at + 2] for at in range(degrees, len(whole), 2))]
        texts[-1] += decimals or ""
        numbers = [_Number(text, "") for text in texts]
        angle = _angle("", numbers)
        assert angle is not None
        values.append((-angle[0] if sign == "-" else angle[0], len(texts)))
    return _placed(values[0][0], values[1][0], max(values[0][1], values[1][1]))
