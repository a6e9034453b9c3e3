from __future__ import annotations

import datetime as dt
import math

import gpxpy.gpx
import pytest

from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_codec import decode_chunks, encode_chunks
from ranger_app.importers.gpx_time import GPS_EPOCH_US
from tests.gpx_corpus import EXPLAINED, PAGE, counts, gpx_names, other_names, ours, page_with_table, refusal, theirs
from tests.gpx_corpus import their_counts as gpxpy_counts

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SAME = [name for name in gpx_names() if name not in EXPLAINED]


def test_the_corpus_is_there() -> None:
    assert (len(gpx_names()), len(other_names())) == (63, 55)


@pytest.mark.parametrize("name", SAME)
def test_as_many_points_as_gpxpy_reads(name: str) -> None:
    other = theirs(name)

    assert other is not None
    assert counts(ours(name)) == gpxpy_counts(other)


@pytest.mark.parametrize("name", SAME)
def test_the_same_values_as_gpxpy_reads(name: str) -> None:
    other = theirs(name)
    assert other is not None
    points = [point for track in other.tracks for segment in track.segments for point in segment.points]

    tracks = [each.track for each in ours(name).tracks]

    assert [value for track in tracks for value in track.latitude_deg.tolist()] == [point.latitude for point in points]
    assert [value for track in tracks for value in track.longitude_deg.tolist()] == [
        point.longitude for point in points
    ]
    heights = [None if math.isnan(value) else value for track in tracks for value in track.elevation_m.tolist()]
    assert heights == [point.elevation for point in points]
    assert [value for track in tracks for value in track.time_us.tolist()] == [time_of(point) for point in points]


@pytest.mark.parametrize("name", sorted(EXPLAINED))
def test_an_explained_difference_is_one(name: str) -> None:
    other = theirs(name)

    assert other is None or counts(ours(name)) != gpxpy_counts(other)


@pytest.mark.parametrize("name", gpx_names())
def test_nothing_is_left_out_without_a_word(name: str) -> None:
    file = ours(name)

    left_out = {"position-missing", "position-unreadable", "position-out-of-range", "too-many-waypoints"}
    silent = file.points_in_file == file.point_count
    assert silent or left_out & {problem.code for problem in file.problems}


@pytest.mark.parametrize("name", gpx_names())
def test_real_tracks_are_stored_to_the_last_bit(name: str) -> None:
    for each in ours(name).tracks:
        again = decode_chunks(encode_chunks(each.track, fixes_per_chunk=1000))
        assert again.time_us.tobytes() == each.track.time_us.tobytes()
        assert again.longitude_deg.tobytes() == each.track.longitude_deg.tobytes()
        assert again.latitude_deg.tobytes() == each.track.latitude_deg.tobytes()
        assert again.elevation_m.tobytes() == each.track.elevation_m.tobytes()
        assert again.part_starts.tobytes() == each.track.part_starts.tobytes()


@pytest.mark.parametrize("name", other_names())
def test_a_track_of_another_format_is_refused_by_what_it_is(name: str) -> None:
    assert refusal(name) == f"file-is-{name.rpartition('.')[2]}"


def test_the_table_in_the_docs_is_this_one() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page_with_table(page) == page


def time_of(point: gpxpy.gpx.GPXTrackPoint) -> int:
    """Microseconds as we would take them: UTC where there is no zone, none before GPS time began."""
    if point.time is None:
        return NO_TIME
    moment = point.time if point.time.tzinfo else point.time.replace(tzinfo=dt.UTC)
    found = (moment - EPOCH) // dt.timedelta(microseconds=1)
    return found if found >= GPS_EPOCH_US else NO_TIME
