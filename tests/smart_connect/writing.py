"""Calls that change something: the data queue, direct JSON, alerts."""

from __future__ import annotations

import datetime as dt
from email.message import Message
from email.parser import BytesParser

from tests.smart_connect.answers import Answer, Refused, told
from tests.smart_connect.areas import uuid_from
from tests.smart_connect.calls import Call, uuid_with_dashes
from tests.smart_connect.data_queue import (
    TYPES,
    ItemStatus,
    QueueItem,
    item_told,
    upload_told,
    whole_item_told,
    work_item_told,
)
from tests.smart_connect.direct import Direct
from tests.smart_connect.direct_values import point_from
from tests.smart_connect.office import Office

MOST_BYTES = 1 << 31
"""A body of so many bytes is too large for the server."""


def announce(call: Call) -> Answer:
    """Step 1: say what will come; the answer's Location says where to bring it."""
    said = call.json()
    length = call.header("x-upload-content-length")
    if not (length.isascii() and length.isdigit() and int(length) > 0):
        raise Refused(400, f"X-Upload-Content-Length is {length!r}", rule="announced-without-length")
    uuid = uuid_with_dashes(said.get("conservationArea"))
    if uuid is None:
        raise Refused(400, "conservationArea is no UUID with dashes", rule="area-unknown")
    area = call.area(str(uuid), to_change=True, status=400)
    kind, name = said.get("type"), said.get("name")
    if kind not in TYPES:
        raise Refused(400, f"type {kind!r} is not known", rule="type-unknown")
    if not isinstance(name, str) or not name:
        raise Refused(400, "name is missing", rule="name-not-unique")
    queue = call.office.queue
    before = queue.named(area, name)
    if before:
        call.breach("name-not-unique", f"{name} was announced before: find it by its name instead")
    echo_of = before[-1].uuid if before and call.seen.echo else None
    item = queue.announce(area, str(kind), name, int(length), call.signed_in.name, echo_of=echo_of)
    return Answer(headers=(("Location", f"{call.base}/api/uploader/{item.work_item}"),))


def upload_state(call: Call) -> Answer:
    """How much has arrived."""
    item = call.item("upload")
    item.must_ask = False
    return told(upload_told(item))


def upload(call: Call) -> Answer:
    """Step 2 and 3: append a body to the file, the bytes of a broken one too."""
    if call.header("content-type") != "application/octet-stream":
        raise Refused(415, "the content type is not application/octet-stream", rule="content-type")
    if call.seen.declared_bytes < 0:
        raise Refused(411, "Content-Length is missing", rule="upload-without-length")
    if call.seen.declared_bytes >= MOST_BYTES:
        raise Refused(400, "2 GiB or more", rule="upload-too-large")
    item = call.item("upload")
    _check_upload(call, item, call.seen.declared_bytes)
    with call.office.queue.uploading(item) as append:
        for piece in call.body.pieces():
            append(piece)
    return _uploaded(call, item)


def upload_form(call: Call) -> Answer:
    """The same as a form of a page, with the file in its part ``upload_file``."""
    item = call.item("upload")
    kind = call.header("content-type")
    form: Message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + call.body.all())
    parts = form.get_payload() if form.is_multipart() else []
    for part in parts if isinstance(parts, list) else []:
        content = part.get_payload(decode=True) if isinstance(part, Message) else None
        if isinstance(part, Message) and part.get_param("name", header="content-disposition") == "upload_file":
            assert isinstance(content, bytes), "a part of a form is bytes once it was decoded"
            _check_upload(call, item, len(content))
            with call.office.queue.uploading(item) as append:
                append(content)
            return _uploaded(call, item)
    raise Refused(400, "the part upload_file is missing", rule="content-type")


def _check_upload(call: Call, item: QueueItem, length: int) -> None:
    if item.status is not ItemStatus.UPLOADING:
        raise Refused(400, f"{item.name} is {item.status.value}, no longer UPLOADING", rule="not-uploading")
    if item.must_ask:
        call.breach("resumed-without-asking", f"{item.name}: an upload broke off; ask for current_size first")
    if item.writers:
        call.breach("two-uploaders", f"{item.name} is being uploaded: both together spoil it")
    if length > item.expected_size - item.current_size:
        call.breach("too-many-bytes", f"{item.name}: {length} bytes at {item.current_size} of {item.expected_size}")


def _uploaded(call: Call, item: QueueItem) -> Answer:
    call.office.queue.uploaded(item)
    if item.status is ItemStatus.ERROR:
        raise Refused(400, item.message)
    answer = told(work_item_told(item), status=202)
    item.is_settled = item.is_whole
    return answer


def upload_in_trouble(office: Office, path: str) -> None:
    """Remember that the answer to an upload did not arrive as it was given: its client has to ask before going on."""
    uuid = uuid_from(path.rpartition("/")[2])
    for item in office.queue.items:
        if item.work_item == uuid:
            item.must_ask = True


def queue_items(call: Call) -> Answer:
    """The queue, newest first."""
    wanted = {part for value in call.query.get("status", []) for part in value.split(",")}
    told_areas = call.query.get("cafilter")
    areas = [call.area(told_areas[0])] if told_areas else call.areas()
    found = [item for item in reversed(call.office.queue.items)
             if item.area in areas and (not wanted or item.status.value in wanted)]  # fmt: skip
    answer = told([item_told(item) for item in found])
    call.office.queue.looked_at(found)
    return answer


def queue_item(call: Call) -> Answer:
    item = call.item("item")
    answer = told(whole_item_told(item))
    call.office.queue.looked_at([item])
    return answer


def delete_item(call: Call) -> Answer:
    call.office.queue.withdraw(call.item("item"))
    return Answer()


def direct(call: Call) -> Answer:
    """Features that go straight into an area, all of them or none."""
    if call.header("content-type").partition(";")[0].strip().casefold() != "application/json":
        raise Refused(415, "the content type is not application/json", rule="content-type")
    area = call.area(call.parts["area"], to_change=True)
    if not call.office.has((7, 5)):
        raise Refused(400, f"{call.office.version} speaks another dialect", rule="not-in-this-version")
    body = call.body.all()
    records = call.office.records(area)
    work = Direct(area, records, version=call.office.version_numbers, note=call.breach)
    warnings = work.take(body)
    return told({"message": "Data processed", "warnings": warnings or None})


def alert(call: Call) -> Answer:
    """A new alert by the client's own id, or a changed one."""
    features = call.json().get("features")
    feature = features[0] if isinstance(features, list) and features else None
    said = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(said, dict):
        raise Refused(400, "no feature with properties", rule="data-invalid")
    try:
        point_from(feature.get("geometry"))
        at = dt.datetime.fromisoformat(str(said.get("dateTime")))
    except ValueError as error:
        raise Refused(400, str(error), rule="data-invalid") from error
    if at.tzinfo is None or said.get("level") not in (1, 2, 3, 4, 5) or not isinstance(said.get("description"), str):
        raise Refused(400, "dateTime with an offset, level 1 to 5 and description are needed", rule="data-invalid")
    call.area(said.get("caUuid"), to_change=True, status=400)
    is_new = call.parts["alert"] not in call.office.alerts
    call.office.alerts[call.parts["alert"]] = said
    return Answer(status=201 if is_new else 200)


def alert_types(_call: Call) -> Answer:
    return told([{"uuid": "0c7f2c62b5a14e1cbf0f4f0e5d3c2b1a", "label": "Poaching", "color": "#ff0000"}])
