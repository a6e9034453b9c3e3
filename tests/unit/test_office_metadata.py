"""What an office's server tells of its lists, as different servers tell it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ranger_app.importers.office_metadata import MetadataUnreadableError, read_incident_types, read_metadata


def option(key: str, label: str) -> dict[str, Any]:
    return {"id": key, "names": [{"name": label, "locale": "en"}]}


def mandates(*options: dict[str, Any]) -> dict[str, Any]:
    return {"id": "mandate", "listOptions": list(options)}


def test_a_list_that_is_told_of_patrols_and_of_legs_is_one_list() -> None:
    told = mandates(option("antipoaching", "Anti-poaching"), option("followup", "Follow-up"))

    read = read_metadata({"patrolMetadata": [told], "patrolLegMetadata": [told]})

    assert [one.key for one in read.lists["mandate"]] == ["antipoaching", "followup"]
    assert read.problems == ()


def test_what_is_told_twice_in_one_list_or_otherwise_in_the_other_is_a_problem() -> None:
    twice = option("antipoaching", "Anti-poaching")
    other = option("antipoaching", "Against poaching")

    read = read_metadata({"patrolMetadata": [mandates(twice, twice)], "patrolLegMetadata": [mandates(other)]})

    assert [one.labels for one in read.lists["mandate"]] == [{"en": "Anti-poaching"}]
    assert [(one.where, one.facts["what"]) for one in read.problems] == [
        ("patrolMetadata 1", "antipoaching"), ("patrolLegMetadata 1", "antipoaching"),
    ]  # fmt: skip


def test_types_of_incidents_are_read_and_what_is_none_is_named() -> None:
    told = {"incidentTypes": [option("incident", "Incident"), option("incident", "Again"), {"id": "x"}, 7]}

    read = read_incident_types(json.dumps(told).encode())

    assert [(one.key, one.labels) for one in read.types] == [("incident", {"en": "Incident"})]
    assert len(read.problems) == 3


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"incidentTypes": {}}', b"\xff", b"<html>"])
def test_what_has_no_types_of_incidents_is_refused(content: bytes) -> None:
    with pytest.raises(MetadataUnreadableError):
        read_incident_types(content)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("transportType = 'plane' or transportType = 'boat'", {"foot": False, "plane": True}),
        ("true", {"foot": True, "plane": True}),
        ("false", {"foot": False, "plane": False}),
        ("transportType != 'foot'", {"foot": None, "plane": None}),
        ("when it flies", {"foot": None, "plane": None}),
        (None, {"foot": None, "plane": None}),
    ],
)
def test_the_office_tells_which_transports_want_a_pilot(told: object, wanted: dict[str, bool | None]) -> None:
    transports = [{"id": key, "names": [{"name": key, "locale": "en"}]} for key in ("foot", "plane")]
    pilot = {"id": "pilot", "type": "LIST", "names": [], "requiredWhen": told}
    read = read_metadata({"patrolLegMetadata": [pilot, {"id": "transportType", "listOptions": transports}]})

    assert {one.key: one.needs_pilot for one in read.lists["transport"]} == wanted
