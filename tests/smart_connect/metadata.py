"""What the server tells of itself and of its areas (reading calls)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from lxml import etree

from ranger_app.domain.data_model import AttributeType, Category, DataModel
from tests.smart_connect.areas import Area, Entry

CONFIGURABLE = "http://www.smartconservationsoftware.org/xml/1.1/dataentry"


def server_info(areas: list[Area], version: str) -> dict[str, Any]:
    """``/api/info``."""
    return {
        "build-version": version,
        "build-date": "2026-06-01",
        "db-version": "8.1.0",
        "db-last-updated": "2026-06-02 10:00:00",
        "file-store-version": "1",
        "conservation-areas": [
            {"name": area.label, "uuid": area.uuid.hex, "version": str(area.version), "status": area.status.value,
             "lock-key": None}
            for area in areas
        ],
        "connect-plugin-version": "8.1.0",
        "ca-plugin-version": [{"plugin": "org.wcs.smart.patrol", "version": "8.1.0"}],
    }  # fmt: skip


def area_told(area: Area, *, with_boundaries: bool) -> dict[str, Any]:
    """One entry of ``/api/conservationarea``."""
    told: dict[str, Any] = {
        "uuid": str(area.uuid),
        "label": area.label,
        "status": area.status.value,
        "version": str(area.version),
        "revision": area.revision,
        "description": None,
        "designation": "State reserve",
        "organization": None,
        "pointOfContact": None,
        "location": None,
        "owner": None,
        "caBoundaryJson": area.boundary if with_boundaries and area.boundary else None,
    }
    for name in ("bufferedManagementArea", "managementSectors", "patrolSectors", "administrativeAreas"):
        told[f"{name}Json"] = None
    return told


def patrol_metadata(area: Area) -> dict[str, Any]:
    """``/api/metadata/patrol/{area}``: lists by key, but stations and people by 32-digit ids."""
    people = [{"id": one.uuid.hex, "names": [{"name": one.name, "locale": "en"}]} for one in area.employees]
    pilots = " or ".join(f"transportType = '{one.id}'" for one in area.transports if one.needs_pilot)
    of_legs = [
        _question("transportType", "LIST", {"en": "Transport Type"}, "true", [_option(one) for one in area.transports]),
        _question("mandate", "LIST", {"en": "Mandate"}, "true", [_option(one) for one in area.mandates]),
        _question("members", "MLIST", {"en": "Members"}, "true", people),
        _question("leader", "LIST", {"en": "Leader"}, "true", people),
        _question("pilot", "LIST", {"en": "Pilot"}, pilots or "false", people),
    ]
    custom = [
        _question(one.id, one.type, dict(one.names), one.required_when,
                  [_option(option) for option in one.options] if one.options else None)
        for one in area.patrol_attributes
    ]  # fmt: skip
    return {
        "patrolMetadata": [
            *of_legs,
            _question("isArmed", "BOOLEAN", {"en": "Armed"}),
            _question("team", "LIST", {"en": "Team"}, options=[_option(one) for one in area.teams]),
            _question("station", "LIST", {"en": "Station"}, options=[_option(one) for one in area.stations]),
            _question("objective", "TEXT", {"en": "Objective"}),
            _question("comment", "TEXT", {"en": "Comment"}),
            _question("patrolId", "TEXT", {"en": "Patrol ID"}),
            *custom,
        ],
        "patrolLegMetadata": of_legs,
        "waypointMetadata": [_question("comment", "TEXT", {"en": "Comment"})],
        "signatureTypes": [],
        "attachmentTags": [],
    }


def incident_metadata(area: Area) -> dict[str, Any]:
    """``/api/metadata/incident/{area}``."""
    return {"incidentTypes": [_option(one) for one in area.incident_types]}


def _question(
    name: str,
    kind: str,
    names: dict[str, str],
    required_when: str = "false",
    options: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {"id": name, "type": kind, "names": _names(names), "requiredWhen": required_when, "listOptions": options,
            "linkTo": None}  # fmt: skip


def _option(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, "names": _names(dict(entry.names))}


def _names(names: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "locale": locale} for locale, name in names.items()]


def configurable_list(areas: list[Area]) -> list[dict[str, Any]]:
    """``/api/metadata/configurablemodel``; the names of its members are our guess."""
    return [
        {"uuid": area.configurable_model.hex, "name": f"{area.label} phones", "ca_uuid": area.uuid.hex}
        for area in areas
    ]


def configurable_xml(area: Area, uuid: UUID) -> bytes:
    """A configurable model that shows every category with children of its own as a group, and every answer."""
    language = area.model.languages[0]
    root = etree.Element("ConfigurableModel", nsmap={None: CONFIGURABLE})
    etree.SubElement(etree.SubElement(root, "languages"), "language", code=language, is_default="true")
    etree.SubElement(root, "name", language_code=language, value=f"{area.label} phones")
    nodes = etree.SubElement(root, "nodes")
    for category in area.model.categories:
        _node(nodes, area.model, category, "", language, uuid)
    for attribute in area.model.attributes:
        if attribute.type in {AttributeType.LIST, AttributeType.MLIST} and attribute.items:
            config = etree.SubElement(root, "attributeConfig", id=f"c-{attribute.key}", attributeKey=attribute.key,
                                      isDefault="true")  # fmt: skip
            for item in attribute.items:
                etree.SubElement(config, "listItem", keyRef=item.key, isActive="true" if item.is_active else "false")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _node(
    above: etree._Element, model: DataModel, category: Category, path: str, language: str, uuid: UUID
) -> None:  # fmt: skip
    hkey = f"{path}{category.key}."
    node = etree.SubElement(above, "node", categoryKey=category.key, categoryHkey=hkey, id=f"{uuid.hex[:6]}-{hkey}")
    etree.SubElement(node, "name", language_code=language, value=model.label(category, language))
    for attribute in model.attributes_of(hkey, in_use=True):
        told = etree.SubElement(node, "attribute", attributeKey=attribute.key, type=attribute.type.value,
                                configId=f"c-{attribute.key}")  # fmt: skip
        etree.SubElement(told, "option", id="IS_VISIBLE", doubleValue="1.0")
    for child in category.children:
        _node(node, model, child, hkey, language, uuid)
