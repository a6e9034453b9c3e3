"""Where a character was written: a person who has to correct it must know the record and the field."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from ranger_app.domain.dossier import DossierContent, ToldValue
from ranger_app.domain.records import Case, Incident, Member, Patrol, Station, Waypoint

RECORDS = {
    Station: ("station", "area_id"), Member: ("officer", "id"), Case: ("case", "number"),
    Incident: ("incident", "number"), Patrol: ("patrol", "number"), Waypoint: ("waypoint", "number"),
}  # fmt: skip
"""Records that a person can find: how a place names their kind, and which field names the one."""


def where_written(content: DossierContent, character: str) -> str:
    """The first place with *character*, such as ``incident KG-NAR_K7QD_000002, field summary``; empty without one."""
    for place, text in _texts(content, ()):
        if character in unicodedata.normalize("NFC", text):
            return ", ".join(place)
    return ""


def _texts(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in *value* with the places that lead to it."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, ToldValue):
        yield from _texts(value.value, _in_field(place, value.label))
    elif dataclasses.is_dataclass(value):
        kind, name = RECORDS.get(type(value), ("", ""))
        inside = (*place, f"{kind} {getattr(value, name)}") if kind else place
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name), _in_field(inside, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, _in_field(place, str(key)))
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one, place)


def _in_field(place: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Fields inside fields are known by the innermost."""
    return (*(part for part in place if not part.startswith("field ")), f"field {name}")
