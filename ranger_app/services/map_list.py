"""The list of a station's maps, ``maps/maps.json``: what is shown, how, and where it lies. Never in the journal."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from exporters.safe_write import replacing
from ranger_app.domain.layer_order import SHAPES
from ranger_app.maps.declared import undisguised
from ranger_app.problem import Problem

MapKind = Literal["tiles", "vectors", "elevation"]
KINDS: Final[tuple[MapKind, ...]] = ("tiles", "vectors", "elevation")

NAME: Final = "maps.json"
LONGEST_NAME: Final = 80
LONGEST_ATTRIBUTION: Final = 300
MOST_MAPS: Final = 500

_VERSION: Final = 1
_MOST_BYTES: Final = 8 << 20

Bounds = tuple[float, float, float, float]
Style = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapEntry:
    """One map of a station.

    Attributes:
        name: How people call it; no two maps of a station have the same.
        kind: Tiles, a layer of points, lines and areas, or heights.
        path: The file or folder, absolute.
        is_kept: Whether it lies in the station's own folder; else it may vanish with a stick.
        attribution: Whose map it is: has to be written on every picture of it.
        bounds: West, south, east, north in degrees of WGS 84.
        zooms: The lowest and the highest zoom of tiles; ``None`` of other kinds.
        visible, opacity: How it is shown; 0 to 1.
        order: Its place from below, from 0; shapes stand above all others, as on the map.
        style: What the window keeps of colours and labels, as JSON has it.
        source: What tells the file that it was made of from others; empty where that is not known.
        problems: What of a layer that was just taken in could not be taken as it stands; not kept.
    """

    name: str
    kind: MapKind
    path: Path
    is_kept: bool
    attribution: str = ""
    bounds: Bounds
    zooms: tuple[int, int] | None = None
    visible: bool = True
    opacity: float = 1.0
    order: int = 0
    style: Style = field(default_factory=dict)
    source: str = ""
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= LONGEST_NAME or not self.name.isprintable():
            raise ValueError(f"{self.name!r} is no name")
        if self.kind not in KINDS or not self.path.is_absolute():
            raise ValueError(f"{self.kind} at {self.path} is no map")
        west, south, east, north = self.bounds
        # NaN is in no order, so that it is caught here as well.
        if not (-180.0 <= west <= east <= 180.0 and -90.0 <= south <= north <= 90.0):
            raise ValueError(f"{self.bounds} is nowhere on Earth")
        if not 0.0 <= self.opacity <= 1.0:
            raise ValueError(f"opacity {self.opacity} is not within 0..1")


class MapListDamagedError(ValueError):
    """The list is there and says nothing that can be followed."""


def read_list(folder: Path) -> tuple[MapEntry, ...]:
    """The maps in *folder*'s list, the lowest first; none where there is no list.

    Raises:
        MapListDamagedError: It is not what this program wrote.
        OSError: It cannot be read.
    """
    try:
        with (folder / NAME).open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ()
    try:
        rows = json.loads(content)["maps"]
        if len(content) > _MOST_BYTES or not isinstance(rows, list) or len(rows) > MOST_MAPS:
            raise ValueError("too much")
        entries = in_bands(_entry(row, order, folder) for order, row in enumerate(rows))
        if len({entry.name for entry in entries}) != len(entries):
            raise ValueError("a name twice")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MapListDamagedError(str(error)) from error
    return entries


def in_bands(entries: Iterable[MapEntry]) -> tuple[MapEntry, ...]:
    """The maps with shapes above all that would cover them, and else in their order."""
    ordered = sorted(entries, key=lambda one: one.kind == SHAPES)
    return tuple(replace(one, order=order) for order, one in enumerate(ordered))


def _entry(row: Mapping[str, Any], order: int, folder: Path) -> MapEntry:
    file = row["file"]
    is_kept = file is not None
    if is_kept and (Path(file).name != file or not file):
        raise ValueError(f"{file!r} leads out of the folder")
    west, south, east, north = row["bounds"]
    zooms = row["zooms"]
    if not isinstance(row["visible"], bool) or not isinstance(row["style"], dict):
        raise TypeError("a value of another kind")
    return MapEntry(
        name=str(row["name"]),
        kind=row["kind"],
        path=folder / file if is_kept else Path(row["path"]),
        is_kept=is_kept,
        attribution=str(row["attribution"]),
        bounds=(float(west), float(south), float(east), float(north)),
        zooms=None if zooms is None else (int(zooms[0]), int(zooms[1])),
        visible=row["visible"],
        opacity=float(row["opacity"]),
        order=order,
        style=row["style"],
        source=str(row.get("source", "")),
    )


def write_list(folder: Path, entries: Sequence[MapEntry]) -> None:
    """Replace the list, whole or not at all; the order is that of *entries*.

    Raises:
        FileNotWrittenError: The disk does not take it; what was there stays.
    """
    rows = [
        {
            "name": entry.name, "kind": entry.kind, "file": entry.path.name if entry.is_kept else None,
            "path": None if entry.is_kept else str(entry.path), "attribution": entry.attribution,
            "bounds": entry.bounds, "zooms": entry.zooms, "visible": entry.visible, "opacity": entry.opacity,
            "style": dict(entry.style), "source": entry.source,
        }
        for entry in entries
    ]  # fmt: skip
    # A path that is no UTF-8 holds lone surrogates: escaped, they are still valid JSON.
    told = json.dumps({"version": _VERSION, "maps": rows}, indent=1, allow_nan=False)
    with replacing(folder / NAME) as stream:
        stream.write(told.encode("ascii"))


def put_aside(folder: Path) -> Path | None:
    """Keep a damaged list beside its place; ``None`` when there is none, or no name is free any more."""
    for number in range(1, 100):
        kept = folder / f"maps.damaged-{number}.json"
        if os.path.lexists(kept):
            continue
        try:
            (folder / NAME).rename(kept)
        except FileNotFoundError:
            return None
        return kept
    return None


def shown_changes(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What may be changed of how a map is shown, checked.

    Raises:
        ValueError: Something else, or of another kind: a bug.
    """
    known = {
        "visible": lambda value: isinstance(value, bool),
        "opacity": lambda value: isinstance(value, int | float) and math.isfinite(value),
        "order": lambda value: isinstance(value, int),
        "style": lambda value: isinstance(value, Mapping),
        "attribution": lambda value: isinstance(value, str),
    }
    for name, value in shown.items():
        if name not in known or not known[name](value):
            raise ValueError(f"{name}={value!r} cannot be shown")
    changes = dict(shown)
    if "attribution" in changes:
        changes["attribution"] = one_line(changes["attribution"], LONGEST_ATTRIBUTION)
    return changes


def one_line(told: str, longest: int = LONGEST_NAME) -> str:
    """A text of strangers as one line of signs that can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in undisguised(told)).split())[
        :longest
    ].strip()
