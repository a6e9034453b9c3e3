"""Runs in the environment of the foreign programs: smartconnect-client talks to a server and tells what it got.

Standard input says where the server is, who asks, and what to send.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from smartconnect import SmartClient  # type: ignore[import-not-found]
from smartconnect.exceptions import SMARTClientException  # type: ignore[import-not-found]
from smartconnect.models import SMARTRequest  # type: ignore[import-not-found]


def plain(value: Any) -> Any:
    """What the client made of an answer, as JSON."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    return json.loads(value.json()) if hasattr(value, "json") else value


def refused(client: Any, text: str, area: str) -> bool:
    """Whether the client says that the server refused *text*."""
    try:
        client.post_smart_request(json=text, ca_uuid=area)
    except SMARTClientException:
        return True
    return False


def talk(said: dict[str, Any]) -> dict[str, Any]:
    """The client's documented calls, in order."""
    client = SmartClient(api=said["address"], username=said["user"], password=said["password"])
    info = client.get_server_api_info()
    if info is None:
        return {"info": None}
    areas = client.get_conservation_areas()
    area = str(areas[0].uuid)
    listed = client.list_configurable_datamodels(ca_uuid=area)
    told = {
        "info": plain(info),
        "areas": plain(areas),
        "model": client.download_datamodel(ca_uuid=area).export_as_dict(),
        "listed": listed,
        "configurable": client.download_configurable_datamodel(cm_uuid=listed[0]["uuid"]).export_as_dict(),
        "patrol_metadata": plain(client.download_patrolmodel(ca_uuid=area)),
        "patrol_before": plain(client.get_patrol(patrol_id=said["patrol"])),
        "incident_before": plain(client.get_incident(incident_uuid=said["incident"])),
    }
    for request in said["requests"]:
        client.post_smart_request(json=json.dumps(request), ca_uuid=area)
    for request in said["modelled"]:
        client.post_smart_request(json=SMARTRequest.parse_obj(request).json(), ca_uuid=area)
    return told | {
        "sent_twice_refused": refused(client, json.dumps(said["requests"][0]), area),
        "patrol": plain(client.get_patrol(patrol_id=said["patrol"])),
        "patrol_waypoints": plain(client.get_patrol_waypoints(patrol_id=said["patrol"])),
        "incident": plain(client.get_incident(incident_uuid=said["incident"])),
    }


def main() -> None:
    said = json.load(sys.stdin)
    print(json.dumps(talk(said)))


main()
