from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.geojson import line_parts, write_geojson
from ranger_app.domain.records import Incident, Observation, Patrol
from ranger_app.domain.smart_office import training_office
from ranger_app.domain.track import Track
from tests import strategies
from tests.smart_samples import default_model, sample_incident, sample_patrol

MODEL = default_model()


def written(patrols: list[Patrol], incidents: list[Incident]) -> list[dict[str, Any]]:
    stream = io.BytesIO()
    write_geojson(stream, patrols, incidents)
    document = json.loads(stream.getvalue().decode())
    assert document["type"] == "FeatureCollection"
    features: list[dict[str, Any]] = document["features"]
    return features


def walk(longitudes: list[float], latitudes: list[float], parts: tuple[int, ...] = (0,)) -> Track:
    count = len(longitudes)
    return Track(
        time_us=np.arange(count, dtype=np.int64),
        longitude_deg=np.array(longitudes),
        latitude_deg=np.array(latitudes),
        elevation_m=np.full(count, np.nan),
        part_starts=np.array(parts, np.int64),
    )


def test_a_patrol_and_an_incident_are_features_with_longitude_first() -> None:
    first, second, place, incident = written([sample_patrol()], [sample_incident()])

    assert first["geometry"] == {
        "type": "MultiLineString",
        "coordinates": [[[74.5, 41.2, 2040.0], [74.501, 41.2005, 2041.5]]],
    }
    assert (first["properties"]["record"], first["properties"]["date"]) == ("leg_day", "2026-03-04")
    assert (second["geometry"], second["properties"]["points"]) == (None, 0)
    assert place["geometry"] == {"type": "Point", "coordinates": [74.501234, 41.201111]}
    assert place["properties"]["at"] == "2026-03-04T09:15:42+06:00"
    assert place["properties"]["observations"][0]["attributes"] == {
        "typeoftrap": "wiresnare",
        "numberofweaponsequipment": 3,
        "isactive": True,
    }
    assert (incident["properties"]["number"], incident["properties"]["kind"]) == ("INC-2026-0031", "conflict")


def test_the_sample_records_as_geojson_are_the_golden_file(golden: Callable[[str, bytes], None]) -> None:
    stream = io.BytesIO()

    write_geojson(stream, [sample_patrol()], [sample_incident()])

    golden("sample_records.geojson", stream.getvalue())


def test_nothing_is_an_empty_collection() -> None:
    assert written([], []) == []


def test_an_incident_without_a_place_is_told_without_geometry() -> None:
    seen = Observation(
        id="1" * 32,
        category="a.",
        attributes={"a": Decimal("1.50"), "b": Decimal(3), "c": Decimal("NaN"), "d": ("x", "y")},
    )
    unplaced = dataclasses.replace(sample_incident(), position=None, occurred_at=None, observations=(seen,))

    [feature] = written([], [unplaced])

    assert feature["geometry"] is None
    assert feature["properties"]["at"] is None
    assert feature["properties"]["observations"][0]["attributes"] == {"a": 1.5, "b": 3, "c": "NaN", "d": ["x", "y"]}


def test_a_line_over_the_date_line_is_cut_there() -> None:
    track = walk([179.0, 179.9, -179.8, -179.0, 179.5], [10.0, 10.0, 13.0, 14.0, 17.0])

    first, second, third = line_parts(track)

    assert first == [[179.0, 10.0], [179.9, 10.0], [180.0, pytest.approx(11.0)]]
    assert second == [[-180.0, pytest.approx(11.0)], [-179.8, 13.0], [-179.0, 14.0], [-180.0, pytest.approx(16.0)]]
    assert third == [[180.0, pytest.approx(16.0)], [179.5, 17.0]]


def test_a_fix_on_the_date_line_itself_is_cut_without_a_division_by_nothing() -> None:
    assert line_parts(walk([180.0, -180.0], [1.0, 1.0])) == [
        [[180.0, 1.0], [180.0, 1.0]],
        [[-180.0, 1.0], [-180.0, 1.0]],
    ]


def test_parts_stay_parts_and_a_single_fix_is_told_twice() -> None:
    assert line_parts(walk([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], (0, 2))) == [[[1.0, 0.0], [2.0, 0.0]], [[3.0, 0.0]] * 2]


@given(
    st.lists(strategies.patrols(MODEL, training_office(), odd=True), max_size=2),
    st.lists(strategies.incidents(MODEL, odd=True), max_size=2),
)
def test_any_records_are_json_whose_lines_have_two_positions_or_more(
    patrols: list[Patrol], incidents: list[Incident]
) -> None:
    features = written(patrols, incidents)

    days = sum(len(leg.days) for patrol in patrols for leg in patrol.legs)
    assert len(features) == days + sum(len(patrol.waypoints) for patrol in patrols) + len(incidents)
    lines = [
        feature["geometry"] for feature in features if (feature["geometry"] or {}).get("type") == "MultiLineString"
    ]
    assert all(len(part) >= 2 for line in lines for part in line["coordinates"])


def test_a_track_that_was_not_loaded_is_a_mistake_of_ours() -> None:
    [leg] = sample_patrol().legs
    unloaded = dataclasses.replace(leg, days=tuple(dataclasses.replace(day, track=None) for day in leg.days))

    with pytest.raises(ValueError, match="not loaded"):
        written([dataclasses.replace(sample_patrol(), legs=(unloaded,))], [])


def test_a_moment_keeps_its_offset() -> None:
    at = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=45)))

    [feature] = written([], [dataclasses.replace(sample_incident(), occurred_at=at)])

    assert feature["properties"]["at"] == "2026-01-02T03:04:05+05:45"
