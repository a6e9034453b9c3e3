"""A later SMART file against a record that is here: only what the file changed, and nothing over a correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ranger_app.errors import Fact
from ranger_app.problem import Problem
from ranger_app.services.smart_plan import BELOW, WITHOUT, Part, alike, edits_of, flat, paired, says_the_same

if TYPE_CHECKING:
    from db.reader import Reader
    from db.transaction import ChangeBuilder
    from ranger_app.services.smart_plan import Write

REPLACED = "replaced by a later SMART file"
"""Reason of what an update takes back."""

CHANGED, KEPT = "smart-field-changed", "smart-field-kept"
PART_NEW, PART_GONE, PART_CHANGED = "smart-part-new", "smart-part-gone", "smart-part-changed"
PART_KEPT, PART_AWAY = "smart-part-kept", "smart-part-away"
STAYING = frozenset({KEPT, PART_KEPT, PART_AWAY})
"""Differences in which this station has a word of its own."""

_WHOLE = frozenset({"track", "attachment"})

_UNITS = (
    ("latitude", "longitude", "position_source", "position_typed", "position_operation"),
    ("direction_deg", "distance_m"),
)
"""Fields that mean something only together."""

_UNTOLD = frozenset({
    "told_as", "choice_order", "group", "custom_as", "member_order", "smart_id", "smart_type", "starts_on", "ends_on",
    "patrol_type", "timezone", "start", "end",
})  # fmt: skip
"""Fields of the format that no form shows: they follow the file."""


@dataclass(slots=True)
class Merge:
    """What an update would do.

    Attributes:
        differences: What the file says otherwise, the fields' keys and stored values among the facts.
    """

    writes: list[Write] = field(default_factory=list)
    differences: list[Problem] = field(default_factory=list)


def merged(reader: Reader, here: Part, base: Part | None, there: Part, *, takes_all: bool) -> Merge:
    """What brings *here* to what *there* says.

    Args:
        here: The record as it stands.
        base: What the file said that it was last made of; ``None`` when nobody knows: then what stands here stays.
        takes_all: Take the file's word also where it was changed here too.
    """
    merging = _Merging(reader, takes_all=takes_all)
    merging.part(here, base, there, "")
    return merging.merge


class _Merging:
    def __init__(self, reader: Reader, *, takes_all: bool) -> None:
        self.merge = Merge()
        self._reader = reader
        self._takes_all = takes_all
        self._legs: dict[str, str] = {}
        self._numbers: set[int] = set()

    # One part that both have

    def part(self, here: Part, base: Part | None, there: Part, where: str) -> None:
        values: dict[str, Any] = {}
        for names in _units(base, there):
            is_told = names[0] not in _UNTOLD
            ours = [here.values.get(name) for name in names]
            theirs = [self._leg_here(name, there.values.get(name)) for name in names]
            before = [self._leg_here(name, base.values.get(name)) for name in names] if base is not None else []
            if _all_alike(ours, theirs) or (base is not None and _all_alike(before, theirs)):
                continue
            is_assumed = here.values.get(f"assumed/{names[0]}") is True
            is_edited = not (is_assumed or _all_alike(ours, before or [None] * len(names)))
            if is_edited and not is_told and names[0] in ("start", "end"):
                days = [str(one) for one in (ours[0], theirs[0]) if one]
                values[names[0]] = min(days) if names[0] == "start" else max(days)
                continue
            stays = is_edited and (base is None if not is_told else not self._takes_all)
            if is_told:
                self._tell(KEPT if stays else CHANGED, where, names, ours, theirs)
            if not stays:
                values |= dict(zip(names, theirs, strict=True)) | ({f"assumed/{names[0]}": None} if is_assumed else {})
        position = self._position(here, base, there)
        if values or position:
            self._write(partial(_set, kind=here.kind, record=here.record, values=values, position=position))
        if here.kind == "patrol":
            self._numbers = {int(one.values.get("number", 0)) for one in here.of("waypoint")}
        for kind in BELOW.get(there.kind, ()):
            self._siblings(kind, here, base, there, where)

    def _position(self, here: Part, base: Part | None, there: Part) -> str:
        if base is None or base.position == there.position or here.position != base.position:
            return ""
        return there.position

    def _leg_here(self, name: str, value: Any) -> Any:
        """A waypoint's leg by the id that it has or gets here."""
        return self._legs.get(value, next(iter(self._legs.values()), None)) if name == "leg" and value else value

    # Lists

    def _siblings(self, kind: str, here: Part, base: Part | None, there: Part, where: str) -> None:
        ours, theirs = here.of(kind), there.of(kind)
        before = base.of(kind) if base is not None else theirs
        to_here = paired(before, ours, by_place=base is not None and kind in ("leg", "observation"))
        to_there = paired(before, theirs) if base is not None else {place: place for place in range(len(theirs))}
        self._know_legs(kind, before, to_here, to_there, ours, theirs)
        for place, old in enumerate(before):
            mine = ours[to_here[place]] if place in to_here else None
            new = theirs[to_there[place]] if place in to_there else None
            known = old if base is not None else None
            spot = _place(kind, mine or old, where, to_here.get(place, place))
            if mine is not None and new is not None:
                self._both(mine, known, new, here, spot)
            elif mine is not None:
                self._gone(mine, old, spot)
            elif new is not None and known is None:
                self._new(new, here, spot)
            elif new is not None and not says_the_same(old, new):
                self._away(new, here, spot)
        for place in sorted(set(range(len(theirs))) - set(to_there.values())):
            self._new(theirs[place], here, _place(kind, theirs[place], where, place))

    def _know_legs(
        self, kind: str, before: Sequence[Part], to_here: Mapping[int, int], to_there: Mapping[int, int],
        ours: Sequence[Part], theirs: Sequence[Part],
    ) -> None:  # fmt: skip
        """Which legs of the two files are which here; what hangs on one that is not here any more goes to the first."""
        if kind != "leg":
            return
        for place, mine in to_here.items():
            self._legs[before[place].record] = ours[mine].record
            if place in to_there:
                self._legs[theirs[to_there[place]].record] = ours[mine].record
        for place in set(range(len(theirs))) - set(to_there.values()):
            self._legs[theirs[place].record] = theirs[place].record

    def _both(self, here: Part, base: Part | None, there: Part, parent: Part, where: str) -> None:
        """Tracks and files are replaced as a whole, unless somebody here had a word on them."""
        if here.kind not in _WHOLE:
            self.part(here, base, there, where)
        elif not says_the_same(there, base if base is not None else here):
            is_edited = edits_of(here) if here.kind == "track" else not says_the_same(base or there, here)
            stays = bool(is_edited) and not self._takes_all
            self._tell(PART_KEPT if stays else PART_CHANGED, where, [])
            if not stays:
                self._write(partial(_take_back, kind=here.kind, record=here.record))
                self._create(there, (parent.kind, parent.record))

    def _gone(self, here: Part, base: Part, where: str) -> None:
        """The file has it no more."""
        is_edited = not says_the_same(base, here)
        stays = is_edited and not self._takes_all
        self._tell(PART_KEPT if stays else PART_GONE, where, [])
        if not stays:
            from ranger_app.services.take_back import with_descendants

            for kind, record in with_descendants(self._reader, here.kind, here.record):
                self._write(partial(_take_back, kind=kind, record=record))

    def _away(self, there: Part, parent: Part, where: str) -> None:
        """It was taken back here, and the file says something else of it now."""
        self._tell(PART_NEW if self._takes_all else PART_AWAY, where, [])
        if self._takes_all:
            self._create(there, (parent.kind, parent.record))

    def _new(self, there: Part, parent: Part, where: str) -> None:
        self._tell(PART_NEW, where, [])
        self._create(there, (parent.kind, parent.record))

    def _create(self, there: Part, parent: tuple[str, str]) -> None:
        values = {name: self._leg_here(name, value) for name, value in there.values.items()}
        if there.kind == "waypoint":
            number = int(values["number"])
            values["number"] = number if number not in self._numbers else max(self._numbers) + 1
            self._numbers.add(values["number"])
        there.values = values
        self.merge.writes += [one.write() for one in flat(there, parent)]

    # What is told and written

    def _write(self, write: Write) -> None:
        self.merge.writes.append(write)

    def _tell(
        self, code: str, where: str, names: Sequence[str], ours: Sequence[Any] = (), theirs: Sequence[Any] = ()
    ) -> None:
        name = "position" if "latitude" in names else next(iter(names), "")
        facts: dict[str, Fact] = {"field": name, "here": _one(ours), "there": _one(theirs)}
        self.merge.differences.append(Problem(code=code, where=where, facts=facts))


def _units(base: Part | None, there: Part) -> Iterator[tuple[str, ...]]:
    """Names of the fields that one of the files has; those that mean something together only, together."""
    names = {**(base.values if base is not None else {}), **there.values}
    in_units = {name for unit in _UNITS for name in unit}
    for unit in _UNITS:
        if names.keys() & set(unit):
            yield unit
    for name in names:
        is_number = there.kind in ("leg", "waypoint") and name == "number"
        if name not in in_units | WITHOUT - {"leg"} and not is_number:
            yield (name,)


def _all_alike(ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    return all(map(alike, ours, theirs))


def _one(values: Sequence[Any]) -> Fact:
    """A stored value as a fact; a position as its two numbers."""
    told = [one for one in values[:2] if one is not None]
    if len(told) == 1 and isinstance(told[0], bool | int | str):
        return told[0]
    return ", ".join(str(one) for one in told)


def _place(kind: str, part: Part, where: str, place: int) -> str:
    name = part.values.get("number") if kind in ("leg", "waypoint") else place + 1
    if kind == "track":
        name = part.values.get("leg_day", "")
    if kind == "attachment":
        name = part.values.get("name", "")
    return ", ".join(one for one in (where, f"{kind} {name}") if one)


def _set(change: ChangeBuilder, *, kind: str, record: str, values: Mapping[str, Any], position: str) -> None:
    change.set(kind, record, values, position=position)


def _take_back(change: ChangeBuilder, *, kind: str, record: str) -> None:
    change.take_back(kind, record, REPLACED)
