"""Records as exporters and pages want them: tracks loaded, numbers as numbers, observations in the office's words."""

from __future__ import annotations

from dataclasses import replace

from db.blobs import Blobs
from db.incidents import incident
from db.patrols import patrol
from db.reader import Reader
from ranger_app.domain.data_model import DataModel
from ranger_app.domain.form_smart import smart_observations
from ranger_app.domain.forms import form_of_kind
from ranger_app.domain.records import Incident, Observation, Patrol
from ranger_app.services.models import with_numbers


def loaded_patrol(reader: Reader, record: str, model: DataModel, blobs: Blobs | None = None) -> Patrol:
    """A patrol with its tracks (when *blobs* are given) and its numbers.

    Raises:
        RecordMissingError: There is no such patrol.
    """
    found = patrol(reader, record, blobs=blobs)
    waypoints = tuple(
        replace(waypoint, observations=with_numbers(waypoint.observations, model)) for waypoint in found.waypoints
    )
    return replace(found, waypoints=waypoints)


def loaded_incident(reader: Reader, record: str, model: DataModel) -> Incident:
    """An incident with its numbers.

    Raises:
        RecordMissingError: There is no such incident.
    """
    found = incident(reader, record)
    return replace(found, observations=with_numbers(found.observations, model))


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
