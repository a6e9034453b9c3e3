"""Livestock conflicts as figures need them: where and when, what killed, what died."""

from __future__ import annotations

from collections import defaultdict

from db.fields import moment, number, position
from db.reader import Entry, Reader
from ranger_app.domain.hot_spots import ConflictPlace


def conflict_places(reader: Reader) -> tuple[ConflictPlace, ...]:
    """Every livestock conflict that lists show, those without a position too."""
    animals: dict[str, list[Entry]] = defaultdict(list)
    for entry in reader.entries("animal"):
        animals[entry.parent].append(entry)
    return tuple(_place(entry, animals[entry.id]) for entry in reader.entries("conflict"))


def _place(entry: Entry, animals: list[Entry]) -> ConflictPlace:
    values = entry.values
    where = position(values)
    moments = (moment(values.get(name)) for name in ("occurred_at", "discovered_at", "reported_at"))
    first = next((one for one in moments if one is not None), None)
    dead: dict[str, int] = {}
    for one in animals:
        species = str(one.values.get("species") or "")
        if species:
            dead[species] = dead.get(species, 0) + int(number(one.values.get("count_dead")) or 0)
    return ConflictPlace(
        id=entry.id,
        number=str(values.get("number", "")),
        place=str(values.get("place", "")),
        latitude_deg=where.latitude_deg if where is not None else None,
        longitude_deg=where.longitude_deg if where is not None else None,
        day=first.date().isoformat() if first is not None else "",
        predator=str(values.get("predator") or ""),
        dead=dead,
    )
