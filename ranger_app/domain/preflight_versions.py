"""What older versions of SMART's files cannot say, and what of a record is lost by that."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.preflight_findings import Finding, Mend, Remedy
from ranger_app.domain.records import Attachment, Incident, Observation, Patrol, Value, Waypoint
from ranger_app.domain.smart_office import PATROL_TYPES
from ranger_app.errors import Fact

INDEPENDENT: Final = "INDINC"
"""SMART's word for an incident that belongs to no patrol; versions before 2.2 know no other."""

LARGEST_ID: Final = 2**31 - 1
"""Of ids that are whole numbers."""

_GEOMETRIES: Final = (AttributeType.LINE, AttributeType.POLYGON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What one version of the patrol or incident format can say.

    Attributes:
        has_groups: Observations of a place stand in groups; else all together, and attachments are an element's text.
        has_text_ids: Ids of waypoints, or of the incident, may be any text; else they are whole numbers.
        has_several_keys: A value may be several choices.
        has_kinds: Signatures and incidents have a kind; patrols have the office's own attributes.
        has_geometries: A value may be a line or an area; a transport has its key.
    """

    has_groups: bool = True
    has_text_ids: bool = True
    has_several_keys: bool = True
    has_kinds: bool = True
    has_geometries: bool = True


FORMATS: Final[Mapping[str, Format]] = {
    "1.2": Format(has_groups=False, has_text_ids=False, has_several_keys=False, has_kinds=False, has_geometries=False),
    "1.3": Format(has_geometries=False),
    "1.4": Format(),
    "2.0": Format(has_groups=False, has_text_ids=False, has_several_keys=False, has_kinds=False, has_geometries=False),
    "2.2": Format(has_geometries=False),
    "2.3": Format(),
}
"""Each version that can be written: 1.x of patrols, 2.x of incidents."""


def whole_id(text: str) -> int:
    """The whole number that stands for an id which is none: the same for the same text, and hardly for another."""
    if is_whole_id(text):
        return int(text)
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % LARGEST_ID + 1


def is_whole_id(text: str) -> bool:
    """Whether an id can stand where only whole numbers can."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) < 11 and abs(int(text)) <= LARGEST_ID


def waypoint_id(waypoint: Waypoint, told: Format) -> str:
    """The id under which a file of this version has a waypoint: the one that it came with where that can be said."""
    is_said = bool(waypoint.smart_id) and (told.has_text_ids or is_whole_id(waypoint.smart_id))
    return waypoint.smart_id if is_said else str(waypoint.number)


def written_patrol_type(patrol: Patrol, of_transport: str) -> str:
    """The kind of patrol as the schemas know it: the one it came with where they do, else that of its transport."""
    told = patrol.patrol_type.upper()
    return told if told in PATROL_TYPES else of_transport


def is_geometry(model: DataModel, observation: Observation, key: str) -> bool:
    """Whether a value is a line or an area: by the model, and where that does not know it, by the file it came with."""
    attribute = model.attribute(key)
    if attribute is None:
        return observation.told_as.get(key) == "geomValue"
    return attribute.type in _GEOMETRIES


def version_losses(
    record: Patrol | Incident, observations: Sequence[Observation], model: DataModel, version: str
) -> Iterator[Finding]:
    """What a file of *version* cannot say of *record*, in the order of the file.

    Args:
        observations: Of an incident, what will be written.
        version: One of ``FORMATS``.
    """
    losses = _Losses(record.id, model, version)
    if isinstance(record, Patrol):
        yield from losses.patrol(record)
    else:
        yield from losses.incident(record, observations)


class _Losses:
    """The losses of one record."""

    def __init__(self, record_id: str, model: DataModel, version: str) -> None:
        self._record_id = record_id
        self._model = model
        self._version = version
        self._told = FORMATS[version]

    def patrol(self, patrol: Patrol) -> Iterator[Finding]:
        if patrol.patrol_type and patrol.patrol_type.upper() not in PATROL_TYPES:
            yield self._finding("smart-patrol-type-blurred", "", "patrol_type", type=patrol.patrol_type)
        for key in patrol.custom if not self._told.has_kinds else ():
            yield self._finding("smart-version-custom", "", key, attribute=key)
        for waypoint in patrol.waypoints:
            where = f"waypoint {waypoint.number}"
            told = waypoint_id(waypoint, self._told)
            if waypoint.smart_id and told != waypoint.smart_id:
                yield self._finding("smart-version-id", where, "number", id=waypoint.smart_id, number=told)
            yield from self._signatures(waypoint.attachments, where)
            yield from self._observations(waypoint.observations, where)

    def incident(self, incident: Incident, observations: Sequence[Observation]) -> Iterator[Finding]:
        if not self._told.has_text_ids and not is_whole_id(incident.number):
            number = whole_id(incident.number)
            yield self._finding("smart-version-id", "", "number", id=incident.number, number=number)
        if not self._told.has_kinds and incident.smart_type not in ("", INDEPENDENT):
            yield self._finding("smart-version-kind", "", "smart_type", type=incident.smart_type)
        yield from self._signatures(incident.attachments, "")
        yield from self._observations(observations, "")

    def _observations(self, observations: Sequence[Observation], where: str) -> Iterator[Finding]:
        if not self._told.has_groups and len({one.group for one in observations}) > 1:
            yield self._finding("smart-version-groups", where, "group")
        for number, one in enumerate(observations, 1):
            place = f"{where}, observation {number}" if where else f"observation {number}"
            for key, value in one.attributes.items():
                yield from self._value(one, key, value, place)
            yield from self._signatures(one.attachments, place)

    def _value(self, observation: Observation, key: str, value: Value, where: str) -> Iterator[Finding]:
        if not self._told.has_geometries and is_geometry(self._model, observation, key):
            yield self._finding("smart-version-geometry", where, key, attribute=key)
        elif not self._told.has_several_keys and isinstance(value, tuple) and len(value) > 1:
            yield self._finding("smart-version-choices", where, key, attribute=key, choice=value[0], count=len(value))

    def _signatures(self, attachments: Sequence[Attachment], where: str) -> Iterator[Finding]:
        for one in attachments if not self._told.has_kinds else ():
            if one.signature_type:
                yield self._finding("smart-version-signature", where, "signature_type", file=one.name)

    def _finding(self, code: str, where: str, what: str, **facts: Fact) -> Finding:
        mend = Mend(remedy=Remedy.CHOOSE_VERSION, what=what)
        return Finding(
            code=code, record_id=self._record_id, where=where, facts={**facts, "version": self._version}, mend=mend
        )
