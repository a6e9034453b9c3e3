"""An incident outside a patrol as SMART's independent incident XML. Its moment is the local wall clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from exporters.smart_values import (
    ObservationWriter,
    SmartRefusedError,
    SmartTree,
    SmartVersionError,
    incident_attachments,
)
from ranger_app.domain.data_model import DataModel
from ranger_app.domain.preflight import both_measured, preflight
from ranger_app.domain.preflight_versions import FORMATS, INDEPENDENT, whole_id
from ranger_app.domain.records import Incident, Observation
from ranger_app.domain.smart_office import Office

INCIDENT_NAMESPACES: Final[Mapping[str, str]] = {
    version: f"http://www.smartconservationsoftware.org/xml/{version}/independentincident"
    for version in FORMATS
    if version.startswith("2.")
}
"""Versions of the incident format that can be written: 2.3 is SMART 8's, 2.2 is 7's, 2.0 is 6's."""


def incident_xml(
    incident: Incident,
    observations: Sequence[Observation],
    model: DataModel,
    office: Office,
    *,
    version: str = "2.3",
    zone: dt.tzinfo | None = None,
) -> bytes:
    """The incident as one XML document.

    Args:
        incident: Its summary becomes the comment.
        observations: What was seen, in the office's words.
        model: The data model of the receiving office.
        office: Its people, for the preflight.
        version: One of ``INCIDENT_NAMESPACES``.
        zone: Where the incident's wall clock hung; left out, the moment's own offset is taken as that of the place.

    Raises:
        SmartRefusedError: The preflight found something fatal.
    """
    if version not in INCIDENT_NAMESPACES:
        raise SmartVersionError(version, INCIDENT_NAMESPACES)
    findings = preflight(incident, model, office, observations=observations, version=version)
    if findings.fatal or incident.occurred_at is None or incident.position is None:
        raise SmartRefusedError(incident.number, findings)
    moment = incident.occurred_at if zone is None else incident.occurred_at.astimezone(zone)
    told = FORMATS[version]
    tree = SmartTree(
        INCIDENT_NAMESPACES[version],
        "Waypoint",
        None,
        {
            "id": incident.number if told.has_text_ids else str(whole_id(incident.number)),
            "x": repr(float(incident.position.longitude_deg)),
            "y": repr(float(incident.position.latitude_deg)),
            "dateTime": moment.replace(tzinfo=None).isoformat(" ", "milliseconds"),
            **({"type": incident.smart_type or INDEPENDENT} if told.has_kinds else {}),
        },
    )
    files = {attachment.id: name for name, attachment in incident_attachments(incident, observations)}
    writer = ObservationWriter(tree, told, model, files, ("employeeId", "givenName", "familyName"))
    offset = both_measured(incident.direction_deg, incident.distance_m)
    for name, measured in zip(("direction", "distance"), offset or (), strict=False):
        tree.add(tree.root, name, text=repr(measured))
    if incident.summary:
        tree.add(tree.root, "comment", text=incident.summary)
    writer.add_attachments(tree.root, incident.attachments)
    writer.add_groups(tree.root, observations)
    return tree.document()
