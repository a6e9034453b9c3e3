"""The real track files of other formats than GPX: the same fixes as a slow, careful reader finds, and a row each."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ranger_app.domain.track_codec import decode_chunks, encode_chunks
from ranger_app.importers.track_file import EXTRAS, TrackFile
from ranger_app.importers.tracks import read_tracks
from tests.gpx_corpus import TRACKS, gpx_names, other_names
from tests.track_references import Reference, reference


@cache
def ours(name: str) -> TrackFile:
    return read_tracks(TRACKS / name, name=name)


@cache
def theirs(name: str) -> Reference:
    return reference(TRACKS / name)


def row_of(file: TrackFile) -> str:
    said = "; ".join(f"{one.code} x{one.count} ({one.where})" for one in file.problems)
    extras = " ".join(sorted({name for track in file.tracks for name in track.extras}))
    parts = sum(len(track.track.part_starts) for track in file.tracks)
    return "\t".join(
        (file.name, file.format, file.version, file.creator, str(len(file.tracks)), str(parts), str(file.point_count),
         str(file.points_in_file), str(len(file.waypoints)), extras, said)
    )  # fmt: skip


@pytest.mark.parametrize("name", other_names())
def test_the_same_fixes_as_a_careful_reader_finds(name: str) -> None:
    other, file = theirs(name), ours(name)

    assert file.points_in_file == other.points
    assert [len(track.track) for track in file.tracks] == [len(track) for track in other.tracks]
    for one, fixes in zip(file.tracks, other.tracks, strict=True):
        assert one.track.latitude_deg.tolist() == [fix.latitude for fix in fixes]
        assert one.track.longitude_deg.tolist() == [fix.longitude for fix in fixes]
        assert one.track.time_us.tolist() == [fix.time_us for fix in fixes]
        np.testing.assert_array_equal(one.track.elevation_m, [fix.elevation for fix in fixes])


@pytest.mark.parametrize("name", other_names())
def test_the_same_further_columns_as_a_careful_reader_finds(name: str) -> None:
    for one, fixes in zip(ours(name).tracks, theirs(name).tracks, strict=True):
        for column in EXTRAS:
            expected = [fix.extras.get(column, math.nan) for fix in fixes]
            found = one.extras.get(column, np.full(len(fixes), np.nan))
            np.testing.assert_allclose(found, expected, rtol=1e-15, err_msg=column)


@pytest.mark.parametrize("name", other_names())
def test_the_same_waypoints_as_a_careful_reader_finds(name: str) -> None:
    found = [(one.name, one.latitude_deg, one.longitude_deg) for one in ours(name).waypoints]

    assert found == theirs(name).waypoints


@pytest.mark.parametrize("name", other_names())
def test_nothing_is_left_out_without_a_word(name: str) -> None:
    file = ours(name)

    told = {problem.code for problem in file.problems}
    assert file.points_in_file == file.point_count or told & {"position-missing", "position-unreadable"}
    assert bool(file.tracks or file.waypoints) != ("file-holds-nothing" in told)


@pytest.mark.parametrize("name", other_names())
def test_real_tracks_are_stored_to_the_last_bit(name: str) -> None:
    for each in ours(name).tracks:
        again = decode_chunks(encode_chunks(each.track, fixes_per_chunk=1000))
        assert again.time_us.tobytes() == each.track.time_us.tobytes()
        assert again.latitude_deg.tobytes() == each.track.latitude_deg.tobytes()
        assert again.longitude_deg.tobytes() == each.track.longitude_deg.tobytes()
        assert again.elevation_m.tobytes() == each.track.elevation_m.tobytes()


def test_every_file_of_the_corpus_has_its_row(golden: Callable[[str, bytes], None]) -> None:
    rows = [row_of(ours(name)) for name in other_names()]

    golden("track_files.tsv", ("\n".join(rows) + "\n").encode())


@pytest.mark.parametrize("name", gpx_names())
def test_gpx_is_read_as_before(name: str) -> None:
    file = ours(name)

    assert (file.format, file.name) == ("gpx", name)


def test_the_name_of_a_file_means_nothing(tmp_path: Path) -> None:
    path = tmp_path / "walk.jpg"
    path.write_bytes((TRACKS / "fitdecode" / "Activity.fit").read_bytes())

    assert read_tracks(path, name="walk.jpg").format == "fit"
