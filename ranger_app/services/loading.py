"""Records as exporters and pages want them: tracks loaded, numbers as numbers, observations in the office's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.blobs import Blobs
from db.incidents import incident
from db.patrols import patrol
from db.reader import Reader
from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.form_smart import smart_observations
from ranger_app.domain.forms import form_of_kind
from ranger_app.domain.records import Incident, Observation, Patrol, Value
from ranger_app.services.models import with_numbers


def loaded_patrol(reader: Reader, record: str, model: DataModel, blobs: Blobs | None = None) -> Patrol:
    """A patrol with its tracks (when *blobs* are given) and its numbers.

    Raises:
        RecordMissingError: There is no such patrol.
    """
    found = patrol(reader, record, blobs=blobs)
    waypoints = tuple(
        replace(waypoint, observations=_as_modelled(waypoint.observations, model)) for waypoint in found.waypoints
    )
    return replace(found, waypoints=waypoints)


def loaded_incident(reader: Reader, record: str, model: DataModel) -> Incident:
    """An incident with its numbers.

    Raises:
        RecordMissingError: There is no such incident.
    """
    found = incident(reader, record)
    return replace(found, observations=_as_modelled(found.observations, model))


def _as_modelled(observations: Sequence[Observation], model: DataModel) -> tuple[Observation, ...]:
    """Numbers as numbers, and one choice out of several as a set of one, whatever was known when it was stored."""

    def value(one: Observation, key: str, told: Value) -> Value:
        attribute = model.attribute(key)
        if attribute is None or one.told_as.get(key) != "itemKey":
            return told
        if attribute.type is AttributeType.MLIST:
            return (told,) if isinstance(told, str) and told else told
        return told[0] if isinstance(told, tuple) and len(told) == 1 else told

    return tuple(
        replace(one, attributes={key: value(one, key, told) for key, told in one.attributes.items()})
        for one in with_numbers(observations, model)
    )


def office_observations(found: Incident, model: DataModel) -> tuple[Observation, ...]:
    """What an office gets of an incident: what a person observed, and what the form says in SMART's words."""
    form = form_of_kind(found.kind)
    written = {one.category for one in found.observations}
    lines = {line.id: [animal.fields for animal in found.animals] for line in form.lines}
    said = smart_observations(form, found.fields, lines, model=model, written=written)
    derived = tuple(
        Observation(id=f"{found.id}-{place}", category=category, attributes=attributes)
        for place, (category, attributes) in enumerate(said)
    )
    return (*found.observations, *derived)
