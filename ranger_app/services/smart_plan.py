"""A record with all below it, as a SMART file has it or as it stands here, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Any

from db.fields import ordered
from db.transaction import plain
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.track_edit_names import FAMILIES

if TYPE_CHECKING:
    from db.reader import Entry, Reader
    from db.transaction import ChangeBuilder

    Write = Callable[[ChangeBuilder], object]

BELOW: Mapping[str, tuple[str, ...]] = {
    "patrol": ("leg", "waypoint"),
    "leg": ("track",),
    "waypoint": ("attachment", "observation"),
    "observation": ("attachment",),
    "incident": ("attachment", "observation"),
    "conflict": ("attachment", "observation"),
}
"""Kinds that a SMART file tells of below each kind."""

_TOLD = {"attachment": ("name", "sha256", "signature_type"), "track": ("chunks", "distance_km", "is_line")}
"""What says all of a part whose other fields follow from it."""

_ADDED = frozenset({
    "attributes", "comment", "direction_deg", "distance_m", "observer", "objective", "leader", "pilot", "members",
})  # fmt: skip
"""What a person may say here that a file may not say at all."""

_NAMES = {"observation": ("category",), "attachment": ("name",), "track": ("leg_day",)}


@dataclass(slots=True, kw_only=True)
class Part:
    """One record and what stands below it.

    Attributes:
        values: As a change carries them; fields without a value are left out.
    """

    kind: str
    record: str
    values: Mapping[str, Any]
    parent: tuple[str, str] | None = None
    position: str = ""
    blobs: Sequence[str] = ()
    form: int | None = None
    below: list[Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.values = {name: plain(value) for name, value in self.values.items() if value is not None}

    def of(self, kind: str) -> list[Part]:
        """What stands below it of one kind, in its order."""
        return [one for one in self.below if one.kind == kind]

    @property
    def key(self) -> str:
        """What two states of the same part have in common: a SMART id, else a number, a name, a category."""
        names = _NAMES.get(self.kind, ("smart_id", "number"))
        return next((str(self.values[name]) for name in names if name in self.values), self.position)

    def write(self) -> Write:
        """What creates it."""
        return partial(
            _create, kind=self.kind, values=self.values, record=self.record, parent=self.parent,
            position=self.position, blobs=self.blobs, form=self.form,
        )  # fmt: skip


def _create(change: ChangeBuilder, *, kind: str, values: Mapping[str, Any], **more: Any) -> None:
    change.create(kind, values, **more)


def tree_of(parts: Iterable[Part]) -> Part:
    """The first of *parts* with the others hung below the ones that they name."""
    by_id: dict[str, Part] = {}
    for part in parts:
        by_id[part.record] = part
        if part.parent is not None:
            by_id[part.parent[1]].below.append(part)
    return next(iter(by_id.values()))


def standing(reader: Reader, entry: Entry) -> Part:
    """A record as it stands here."""
    kinds = BELOW.get(entry.kind, ())
    below = [standing(reader, one) for kind in kinds for one in ordered(reader.entries(kind, parent=entry.id))]
    position = str(entry.values.get(POSITION, ""))
    return Part(kind=entry.kind, record=entry.id, values=entry.values, position=position, below=below)


def paired(ours: Sequence[Part], theirs: Sequence[Part], *, by_place: bool = False) -> dict[int, int]:
    """Place in *ours* to the place of the same part in *theirs*: those that say the same first, then those of one key.

    Args:
        by_place: Those left over that stand at one place are the same too.
    """
    found: dict[int, int] = {}
    tests: list[Callable[[Part, Part], bool]] = [
        lambda one, other: one.key == other.key and says_the_same(one, other),
        lambda one, other: one.key == other.key,
    ]
    if by_place:
        tests.append(lambda one, other: bool(one.position) and one.position == other.position)
    for test in tests:
        free = set(range(len(theirs))) - set(found.values())
        by_key: dict[str, list[int]] = {}
        for place in sorted(free):
            by_key.setdefault(theirs[place].key, []).append(place)
        for place, one in enumerate(ours):
            if place in found:
                continue
            likely = sorted(free) if test is tests[-1] and by_place else by_key.get(one.key, [])
            other = next((there for there in likely if there in free and test(one, theirs[there])), None)
            if other is not None:
                found[place] = other
                free.remove(other)
    return found


def says_the_same(one: Part, other: Part) -> bool:
    """Whether two states of a part tell the same, with all below them; *other* may know what no file tells."""
    added = {name for name in other.values if name.partition("/")[0] in _ADDED}
    names = _TOLD.get(one.kind, (one.values.keys() | added) - WITHOUT)
    if not all(alike(one.values.get(name), other.values.get(name)) for name in names):
        return False
    if one.kind == "track" and edits_of(one) != edits_of(other):
        return False
    for kind in BELOW.get(one.kind, ()):
        ours, theirs = one.of(kind), other.of(kind)
        if len(ours) != len(theirs) or not all(map(says_the_same, ours, theirs)):
            return False
    return True


def edits_of(track: Part) -> dict[str, Any]:
    """What people did to a track, on top of what a file says of it."""
    return {
        name: value for name, value in track.values.items() if name.startswith(FAMILIES) or name in ("first", "stop")
    }


WITHOUT = frozenset({"file", "leg", "form_kind"})
"""Fields that name records of one file only, and the form, which a file never changes."""


def alike(one: Any, other: Any) -> bool:
    """Whether two stored values say the same: numbers by what they are, moments by when they are."""
    if one == other:
        return type(one) is type(other) or one is None
    if not isinstance(one, str | int) or not isinstance(other, str | int) or isinstance(one, bool):
        return False
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return _moment(one) is not None and _moment(one) == _moment(other)


def _moment(value: object) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def flat(part: Part, parent: tuple[str, str] | None) -> Iterator[Part]:
    """A part below another parent than it was planned for, and all that stands below it."""
    part.parent = parent
    yield part
    for one in part.below:
        yield from flat(one, (part.kind, part.record))
