from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from xml.etree import ElementTree

import gpxpy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.gpx import gpx_bytes
from ranger_app.domain.records import Incident, Patrol
from ranger_app.domain.smart_office import training_office
from ranger_app.domain.track import NO_TIME
from tests import strategies
from tests.smart_samples import default_model, sample_incident, sample_patrol

MODEL = default_model()

NS = "{http://www.topografix.com/GPX/1/1}"


def test_a_patrol_leaves_as_smarts_gpx_import_wants_it() -> None:
    root = ElementTree.fromstring(gpx_bytes([sample_patrol()], [sample_incident()]))

    assert root.get("version") == "1.1"
    assert [point.findtext(f"{NS}name") for point in root.findall(f"{NS}wpt")] == ["1", "2"]
    assert [point.findtext(f"{NS}cmt") for point in root.findall(f"{NS}wpt")] == ["3 wire snares", "two sheep killed"]
    assert [point.findtext(f"{NS}desc") for point in root.findall(f"{NS}wpt")] == ["TKM-2026-0007", "INC-2026-0031"]
    times = [element.text for element in root.iter(f"{NS}time")]
    assert times == ["2026-03-04T03:15:42Z"] * 2 + ["2026-03-04T02:15:00Z", "2026-03-04T02:16:00Z"]
    [track] = root.findall(f"{NS}trk")
    assert track.findtext(f"{NS}name") == "TKM-2026-0007"


def test_the_sample_patrol_as_gpx_is_the_golden_file(golden: Callable[[str, bytes], None]) -> None:
    golden("sample_patrol.gpx", gpx_bytes([sample_patrol()], [sample_incident()]))


@given(st.lists(strategies.patrols(MODEL, training_office()), max_size=2), st.lists(strategies.incidents(MODEL)))
def test_gpxpy_reads_back_every_fix_and_place(patrols: list[Patrol], incidents: list[Incident]) -> None:
    content = gpx_bytes(patrols, incidents)

    read = gpxpy.parse(content)

    walks = [day.track for patrol in patrols for leg in patrol.legs for day in leg.days if day.track is not None]
    found = [segment.points for track in read.tracks for segment in track.segments]
    assert [len(points) for points in found] == [stop - start for walk in walks for start, stop in walk.parts()]
    told = [(point.longitude, point.latitude) for points in found for point in points]
    assert told == [pair for walk in walks for pair in zip(walk.longitude_deg, walk.latitude_deg, strict=True)]
    assert all(
        waypoint.name and waypoint.name.isdecimal() and waypoint.comment is not None for waypoint in read.waypoints
    )
    assert len(read.waypoints) == sum(len(patrol.waypoints) for patrol in patrols) + len(incidents)


def test_a_fix_without_a_time_or_height_goes_without() -> None:
    [leg] = sample_patrol().legs
    day = leg.days[0]
    assert day.track is not None
    track = dataclasses.replace(
        day.track, time_us=np.array([NO_TIME, 0], np.int64), elevation_m=np.array([np.nan, 12.5])
    )
    patrol = dataclasses.replace(
        sample_patrol(), legs=(dataclasses.replace(leg, days=(dataclasses.replace(day, track=track),)),)
    )

    first, second = gpxpy.parse(gpx_bytes([patrol])).tracks[0].segments[0].points

    assert (first.time, first.elevation) == (None, None)
    assert (second.time, second.elevation) == (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), 12.5)


def test_places_without_words_are_told_by_what_was_seen() -> None:
    [place] = sample_patrol().waypoints
    quiet = dataclasses.replace(place, comment="")
    silent = dataclasses.replace(place, comment="", observations=(), number=7)
    unplaced = dataclasses.replace(sample_incident(), position=None)
    undated = dataclasses.replace(sample_incident(), occurred_at=None, summary="", place="")

    read = gpxpy.parse(
        gpx_bytes([dataclasses.replace(sample_patrol(), waypoints=(quiet, silent))], [unplaced, undated])
    )

    assert [point.comment for point in read.waypoints] == [
        "humanactivity.weaponsequipment.trap.",
        "TKM-2026-0007",
        "INC-2026-0031",
    ]
    assert [point.name for point in read.waypoints] == ["1", "7", "8"]


def test_a_track_that_was_not_loaded_is_a_mistake_of_ours() -> None:
    [leg] = sample_patrol().legs
    unloaded = dataclasses.replace(leg, days=tuple(dataclasses.replace(day, track=None) for day in leg.days))

    with pytest.raises(ValueError, match="not loaded"):
        gpx_bytes([dataclasses.replace(sample_patrol(), legs=(unloaded,))])
