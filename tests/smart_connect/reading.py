"""Calls that only read: the server, its areas, their data models and lists, and what came directly."""

from __future__ import annotations

from itertools import islice

from tests.smart_connect import metadata, queries
from tests.smart_connect.answers import XML, Answer, Refused, told
from tests.smart_connect.areas import uuid_from
from tests.smart_connect.calls import Call, Work


def info(call: Call) -> Answer:
    return told(metadata.server_info(call.areas(), call.office.version))


def areas(call: Call) -> Answer:
    plain = call.query.get("includeSpatialBoundaries", ["true"])[-1] == "false"
    return told([metadata.area_told(area, with_boundaries=not plain) for area in call.areas()])


def data_model(call: Call) -> Answer:
    return Answer(body=call.area(call.parts["area"]).model_xml, content_type=XML)


def data_model_info(call: Call) -> Answer:
    area = call.area(call.parts["area"])
    return told({"ca_uuid": area.uuid.hex, "last_modified": area.model_changed_at.isoformat()})


def patrol_metadata(call: Call) -> Answer:
    return told(metadata.patrol_metadata(call.area(call.parts["area"])))


def incident_metadata(call: Call) -> Answer:
    return told(metadata.incident_metadata(call.area(call.parts["area"])))


def configurable_models(call: Call) -> Answer:
    wanted = call.query.get("ca_uuid")
    return told(metadata.configurable_list([call.area(wanted[0])] if wanted else call.areas()))


def configurable_model(call: Call) -> Answer:
    uuid = uuid_from(call.parts["model"])
    for area in call.areas():
        if area.configurable_model == uuid:
            return Answer(body=metadata.configurable_xml(area, area.configurable_model), content_type=XML)
    raise Refused(404, f"there is no configurable model {call.parts['model']}")


def saved_queries(_call: Call) -> Answer:
    return told([])


def custom(query: queries.Query, allowed: tuple[str, ...], *, as_collection: bool = False) -> Work:
    """A custom query as a call: exactly one filter, and not too many rows."""

    def work(call: Call) -> Answer:
        name, value = queries.one_filter(call.query, allowed)
        found = (row for area in call.areas() for row in query(area, call.office.records(area), name, value))
        rows = list(islice(found, queries.MOST_ROWS + 1))
        if len(rows) > queries.MOST_ROWS:
            raise Refused(403, f"more than {queries.MOST_ROWS} rows")
        return told({"type": "FeatureCollection", "features": rows} if as_collection else rows)

    return work
