"""Incidents and patrols as the JSON documents that the command line speaks."""

from __future__ import annotations

from typing import Any

from ranger_app.domain.form_values import json_value
from ranger_app.domain.forms import form_of_kind
from ranger_app.domain.records import Attachment, Incident, Member, Observation, Patrol, Position


def position_document(position: Position | None) -> dict[str, Any] | None:
    """A position as documents say it; ``None`` without one."""
    if position is None:
        return None
    told: dict[str, Any] = {
        "latitude_deg": position.latitude_deg,
        "longitude_deg": position.longitude_deg,
        "accuracy_m": position.accuracy_m,
        "source": str(position.source),
    }
    how = {"typed": position.typed, "operation": position.operation}
    return told | {name: text for name, text in how.items() if text}


def _observation(observation: Observation) -> dict[str, Any]:
    attributes = {key: json_value(value) for key, value in observation.attributes.items()}
    told = {"id": observation.id, "category": observation.category, "attributes": attributes}
    return told | ({"group": observation.group} if observation.group else {})


def attachment_document(attachment: Attachment) -> dict[str, Any]:
    """An attachment as documents say it."""
    return {
        "id": attachment.id,
        "name": attachment.name,
        "sha256": attachment.sha256,
        "bytes": attachment.byte_count,
        "taken_at": attachment.taken_at.isoformat() if attachment.taken_at else None,
        "position": position_document(attachment.position),
        "position_source": attachment.position_source or None,
    }


def incident_document(incident: Incident) -> dict[str, Any]:
    """The document of one incident, as ``incident show`` answers it."""
    told: dict[str, Any] = {
        "id": incident.id,
        "kind": incident.kind,
        "number": incident.number,
        "occurred_at": incident.occurred_at.isoformat() if incident.occurred_at else None,
        "occurred_until": incident.occurred_until.isoformat() if incident.occurred_until else None,
        "position": position_document(incident.position),
        "no_position_reason": incident.no_position_reason or None,
        "place": incident.place or None,
        "reported_by": incident.reported_by or None,
        "patrol_id": incident.patrol_id or None,
        "summary": incident.summary or None,
        "observations": [_observation(observation) for observation in incident.observations],
        "attachments": [attachment_document(attachment) for attachment in incident.attachments],
        "fields": _answers(incident),
        "missing": list(incident.missing),
        "contradictions": list(incident.contradictions),
    }
    for line in form_of_kind(incident.kind).lines:
        told[line.id] = [
            {"id": animal.id} | {name: json_value(value) for name, value in animal.fields.items()}
            for animal in incident.animals
        ]
    return told


def _answers(incident: Incident) -> dict[str, Any]:
    """Answers to the form's own fields; several choices in the order in which the form asks for them."""
    fields = {field.id: field for field in form_of_kind(incident.kind).fields}
    told = {name: json_value(value) for name, value in incident.fields.items()}
    for name, value in told.items():
        if name in fields and isinstance(value, list):
            order = [option.key for option in fields[name].options]
            told[name] = sorted(value, key=lambda key: (order.index(key) if key in order else len(order), key))
    return told


def _name(members: dict[str, Member], record: str) -> str | None:
    return members[record].name if record in members else None


def patrol_document(patrol: Patrol) -> dict[str, Any]:
    """The document of one patrol, as ``patrol show`` answers it."""
    legs = []
    for leg in patrol.legs:
        people = {member.id: member for member in leg.members}
        days = [
            {
                "date": day.date.isoformat(), "start": day.start.isoformat("seconds") if day.is_timed else None,
                "end": day.end.isoformat("seconds") if day.is_timed else None, "rest_minutes": day.rest_minutes,
                "distance_m": day.distance_m, "points": day.points,
            }
            for day in leg.days
        ]  # fmt: skip
        legs.append({
            "id": leg.id, "transport": leg.transport, "mandate": leg.mandate, "leader": _name(people, leg.leader),
            "pilot": _name(people, leg.pilot), "members": [member.name for member in leg.members], "days": days,
            "assumed": list(leg.assumed),
            "tracks": [
                {
                    "id": track.id, "name": track.name or None, "device": track.device or None,
                    "companion": track.is_companion, "start": track.start.isoformat() if track.start else None,
                    "end": track.end.isoformat() if track.end else None, "distance_m": track.distance_m,
                    "points": track.points,
                }
                for track in leg.tracks
            ],
        })  # fmt: skip
    waypoints = [
        {
            "id": waypoint.id, "number": waypoint.number, "leg": waypoint.leg_id,
            "at": waypoint.at.isoformat() if waypoint.at else None,
            "date": waypoint.date.isoformat() if waypoint.is_date_given and waypoint.date else None,
            "assumed": ["at"] if waypoint.is_at_from_track else [],
            "position": position_document(waypoint.position), "direction_deg": waypoint.direction_deg,
            "distance_m": waypoint.distance_m, "comment": waypoint.comment or None,
            "observations": [_observation(observation) for observation in waypoint.observations],
            "attachments": [attachment_document(attachment) for attachment in waypoint.attachments],
        }
        for waypoint in patrol.waypoints
    ]  # fmt: skip
    return {
        "id": patrol.id,
        "number": patrol.number,
        "start": patrol.start.isoformat() if patrol.start else None,
        "end": patrol.end.isoformat() if patrol.end else None,
        "distance_m": patrol.distance_m,
        "points": patrol.points,
        "timezone": patrol.timezone,
        "team": patrol.team or None,
        "station": patrol.station or None,
        "mandate": patrol.mandate or None,
        "objective": patrol.objective or None,
        "comment": patrol.comment or None,
        "armed": patrol.is_armed,
        "assumed": list(patrol.assumed),
        "legs": legs,
        "waypoints": waypoints,
    }
