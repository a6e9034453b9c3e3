"""Where livestock conflicts gather, and how many there were by season, animal and predator."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

RADIUS_M = 2_000.0
"""A conflict belongs to a hot spot when it lies no farther from the middle one than this."""

HEAT_M = 10_000.0
"""Within this radius conflicts are drawn as heat, which is seen from farther away than a hot spot is wide."""

FEWEST = 2
"""So many conflicts make a hot spot."""

SEASONS = ("spring", "summer", "autumn", "winter")
"""From March, from June, from September, from December on."""

_METRES_A_DEGREE = 111_195.0
"""Along a meridian of a sphere of 6,371 km; over a few kilometres this is right to half a per cent."""

_LEAST_COS = 0.01


def with_heat(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """West, south, east and north of conflicts, in degrees, with room for their heat on each side.

    So the heat of one alone does not fill the map. The room ends where the earth does.
    """
    west, south, east, north = bounds
    high = HEAT_M / _METRES_A_DEGREE
    wide = high / max(math.cos(math.radians(max(abs(south), abs(north)))), _LEAST_COS)
    return max(west - wide, -180.0), max(south - high, -90.0), min(east + wide, 180.0), min(north + high, 90.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictPlace:
    """One livestock conflict, as far as figures need it.

    Attributes:
        place: Where it was, in words.
        day: ISO date; empty when nobody knows it.
        predator: Key of the list of predators; empty when nothing is said.
        dead: Animals that died, by key of the list of livestock.
    """

    id: str
    number: str
    place: str
    latitude_deg: float | None
    longitude_deg: float | None
    day: str
    predator: str
    dead: Mapping[str, int] = field(default_factory=dict)

    @property
    def season(self) -> str:
        """The season of its day; empty when nobody knows the day."""
        month = self.day[5:7]
        return SEASONS[(int(month) - 3) % 12 // 3] if month.isdigit() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conflicts that are counted together.

    Attributes:
        key: What they have in common: a season, an animal, a predator, or the id of the conflict in the middle; empty
            where nobody said it.
        animals: How many animals died; of a group of one animal only those.
    """

    key: str
    members: tuple[ConflictPlace, ...]
    animals: int

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.members)

    @property
    def name(self) -> str:
        """The words by which most of them call the place; empty when none says one."""
        words = Counter(one.place for one in self.members if one.place)
        return words.most_common(1)[0][0] if words else ""

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude in the middle of them."""
        lats = [one.latitude_deg for one in self.members if one.latitude_deg is not None]
        lons = [one.longitude_deg for one in self.members if one.longitude_deg is not None]
        return sum(lats) / len(lats), sum(lons) / len(lons)

    def mostly(self, what: str) -> tuple[str, int]:
        """The season, predator or animal that stands out among them, and how often; empty for none."""
        counts: Counter[str] = Counter()
        for one in self.members:
            counts.update(one.dead if what == "animal" else {getattr(one, what): 1})
        counts.pop("", None)
        return max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))


def hot_spots(places: Sequence[ConflictPlace], radius_m: float = RADIUS_M) -> tuple[Group, ...]:
    """Where conflicts gather, the most of them first.

    The conflict with the most others around it becomes the middle of the first hot spot and takes them; then the same
    with what is left. Each conflict belongs to one hot spot at most; one without others around it belongs to none.
    """
    around = _Around(places, radius_m)
    counts = {at: sum(len(around.at[other]) for other in around.near(at)) for at in around.at}
    first = {at: min((one.number, one.id) for one in here) for at, here in around.at.items()}
    taken: set[_Spot] = set()
    found = []
    for at in sorted(counts, key=lambda one: (-counts[one], first[one])):
        members = [other for other in around.near(at) if other not in taken] if at not in taken else []
        conflicts = [one for other in members for one in around.at[other]]
        if len(conflicts) >= FEWEST:
            taken.update(members)
            found.append(_group(first[at][1], conflicts))
    return tuple(sorted(found, key=lambda one: (-len(one.members), -one.animals, one.key)))


_Spot = tuple[float, float]
"""Latitude and longitude of one conflict or of several."""


class _Around:
    """Places in squares as wide as the radius, so that only the squares around one have to be looked at."""

    def __init__(self, places: Sequence[ConflictPlace], radius_m: float) -> None:
        self._radius_m = radius_m
        self._step = radius_m / _METRES_A_DEGREE
        self.at: dict[_Spot, list[ConflictPlace]] = defaultdict(list)
        for one in places:
            if one.latitude_deg is not None and one.longitude_deg is not None:
                self.at[one.latitude_deg, one.longitude_deg].append(one)
        self._cells: dict[tuple[int, int], list[_Spot]] = defaultdict(list)
        for at in self.at:
            self._cells[self._cell(at)].append(at)

    def _cell(self, at: _Spot) -> tuple[int, int]:
        return math.floor(at[0] / self._step), math.floor(at[1] / self._step)

    def near(self, at: _Spot) -> list[_Spot]:
        """Places no farther than the radius from one of them, itself among them."""
        across = max(math.cos(math.radians(at[0])), _LEAST_COS)
        row, column = self._cell(at)
        reach = math.ceil(1 / across)
        cells = ((y, x) for y in range(row - 1, row + 2) for x in range(column - reach, column + reach + 1))
        return [
            other
            for cell in cells
            for other in self._cells.get(cell, ())
            if math.hypot(other[0] - at[0], (other[1] - at[1]) * across) * _METRES_A_DEGREE <= self._radius_m
        ]


def _group(key: str, members: Iterable[ConflictPlace], animal: str = "") -> Group:
    told = tuple(sorted(members, key=lambda one: (one.day, one.number, one.id), reverse=True))
    dead = sum(one.dead.get(animal, 0) if animal else sum(one.dead.values()) for one in told)
    return Group(key=key, members=told, animals=dead)


def by_season(places: Sequence[ConflictPlace]) -> tuple[Group, ...]:
    """Conflicts by season in the order of the year, those without a day last."""
    return tuple(
        _group(season, members)
        for season in (*SEASONS, "")
        if (members := [one for one in places if one.season == season])
    )


def by_predator(places: Sequence[ConflictPlace]) -> tuple[Group, ...]:
    """Conflicts by what is thought to have killed, the most first."""
    return _sorted(_group(key, [one for one in places if one.predator == key]) for key in {p.predator for p in places})


def by_animal(places: Sequence[ConflictPlace]) -> tuple[Group, ...]:
    """Conflicts by the animals that died, the most animals first; a conflict counts for each kind that it names."""
    keys = {key for one in places for key in one.dead}
    found = sorted(
        (_group(key, [one for one in places if key in one.dead], key) for key in keys),
        key=lambda one: (-one.animals, -len(one.members), one.key),
    )
    unsaid = [one for one in places if not one.dead]
    return (*found, *([_group("", unsaid)] if unsaid else []))


def _sorted(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda one: (not one.key, -len(one.members), -one.animals, one.key)))
