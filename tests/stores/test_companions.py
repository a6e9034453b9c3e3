"""Two devices on one patrol: one track is the patrol's, the other is kept beside it."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from db.patrol_pages import patrol_row
from db.patrols import patrol, tracks_of_leg
from exporters.smart_schema import schema_errors
from ranger_app.domain.companions import MOST_DEVICES, OneFile, Recording, companions, is_beside, overlaps
from ranger_app.domain.records import Patrol
from ranger_app.services.choose_track import ChooseTrack
from ranger_app.services.import_tracks import ImportTracks, TracksImported
from ranger_app.services.undo_acts import UndoActs
from tests.command_line import CommandLine
from tests.service_desk import MORNING, Desk, walk, write_gpx


def recording(key: str, device: str, *spans: tuple[float, float], settled: bool = False) -> Recording:
    return Recording(key=key, device=device, spans=spans, is_settled=settled)


@pytest.mark.parametrize(
    ("told", "beside"),
    [
        ([recording("a", "x", (0, 100)), recording("b", "y", (0, 90))], {"b"}),
        ([recording("b", "y", (0, 90)), recording("a", "x", (0, 100))], {"b"}),
        ([recording("a", "x", (0, 100)), recording("b", "y", (60, 140))], set()),
        ([recording("a", "x", (0, 100)), recording("b", "y", (40, 130))], {"b"}),
        ([recording("a", "x", (0, 100)), recording("b", "x", (0, 90))], set()),
        ([recording("a", "x", (0, 50), settled=True), recording("b", "y", (0, 60))], {"b"}),
        ([recording("a", "x", (0, 100)), recording("b", "y", (0, 90)), recording("c", "y", (110, 150))], {"a"}),
        ([recording("a", "x", (0, 40)), recording("c", "x", (60, 100)), recording("b", "y", (10, 95))], {"a", "c"}),
        ([recording("a", "x", (0, 40)), recording("c", "x", (60, 100)), recording("b", "y", (30, 70))], set()),
        ([recording("a", "x", (0, 0)), recording("b", "y", (0, 0))], set()),
        ([], set()),
    ],
)
def test_of_devices_that_were_on_at_one_time_the_longest_leads(told: list[Recording], beside: set[str]) -> None:
    assert companions(told) == beside


def test_a_short_track_inside_a_long_one_overlaps_with_it() -> None:
    long, short = recording("a", "x", (0, 1000)), recording("b", "y", (500, 510))

    assert overlaps(long, short)
    assert overlaps(short, long)
    assert not overlaps(long, recording("c", "y", (1000, 1100)))


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(-5, 20)).map(lambda told: (told[0], told[0] + told[1])), max_size=3
)
"""Some end before they begin, as days do on which a clock was set back."""


@given(st.lists(SPANS, max_size=12))
def test_tracks_of_one_file_that_overlap_are_of_several_devices(told: list[list[tuple[float, float]]]) -> None:
    file, taken = OneFile("walk.gpx"), list[Recording]()

    for number, spans in enumerate(told):
        one = recording(str(number), "", *spans)
        free = next(n for n in range(20) if not any(x.device == ("walk.gpx", n) and overlaps(one, x) for x in taken))
        taken.append(file.add(one))
        assert taken[-1].device == ("walk.gpx", free)


@given(SPANS, SPANS)
def test_a_track_is_beside_another_when_more_than_half_of_its_seconds_are(
    mine: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    seconds = {second for start, end in others for second in range(start, end)}
    apart = sorted((second, second + 1) for second in seconds)
    shared = sum(second in seconds for start, end in mine for second in range(start, end))
    one = recording("a", "x", *mine)

    assert is_beside(one, apart) == (2 * shared > one.seconds > 0)


def test_a_file_of_nonsense_keeps_nobody_waiting() -> None:
    file = OneFile("walk.gpx")

    taken = [file.add(recording(str(number), "", (0, 100))) for number in range(2_000)]

    assert len({one.device for one in taken}) == MOST_DEVICES
    assert len(companions(taken)) == MOST_DEVICES - 1


def both(desk: Desk) -> TracksImported:
    """The leader's receiver for 20 minutes, and another one in the same group for 15 of them."""
    leaders = write_gpx(desk.home / "leader.gpx", walk(MORNING, 21))
    others = write_gpx(desk.home / "other.gpx", walk(MORNING + dt.timedelta(minutes=2), 16, latitude=41.2003))
    return ImportTracks(desk.store)([leaders, others], officer=desk.officer, context=desk.context)


def shown(desk: Desk, record: str) -> Patrol:
    return patrol(desk.store.reader, record, blobs=desk.store.blobs)


def test_the_shorter_track_is_kept_beside_and_named_and_nothing_is_counted_twice(desk: Desk) -> None:
    done = both(desk)

    found = shown(desk, done.patrols[0])

    (leg,) = found.legs
    assert [(one.is_companion, one.points) for one in leg.tracks] == [(False, 21), (True, 16)]
    assert (found.points, leg.days[0].points) == (21, 21)
    assert leg.days[0].track is not None
    assert len(leg.days[0].track) == 21
    row = patrol_row(desk.store.reader, found.id)
    assert row is not None
    assert (row.points, row.distance_m) == (21, found.distance_m)
    assert [(one.code, one.facts["track"]) for one in done.problems] == [("track-beside", "test")]
    assert [len(one) for one in tracks_of_leg(desk.store.reader, leg.id, desk.store.blobs)] == [21, 16]


def test_a_person_says_which_track_was_the_leaders(desk: Desk) -> None:
    record = both(desk).patrols[0]
    first, second = shown(desk, record).legs[0].tracks

    assert ChooseTrack(desk.store)(second.id, officer=desk.officer)

    assert [one.is_companion for one in shown(desk, record).legs[0].tracks] == [True, False]
    assert shown(desk, record).points == 16
    assert not ChooseTrack(desk.store)(second.id, officer=desk.officer)
    UndoActs(desk.store)(officer=desk.officer)
    assert shown(desk, record).points == 21
    assert ChooseTrack(desk.store)(first.id, is_leaders=False, officer=desk.officer)
    assert shown(desk, record).points == 0


def test_a_track_that_comes_later_goes_beside_the_one_that_is_here(desk: Desk) -> None:
    path = write_gpx(desk.home / "leader.gpx", walk(MORNING, 11))
    record = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]
    later = write_gpx(desk.home / "longer.gpx", walk(MORNING, 13, latitude=41.2003))

    ImportTracks(desk.store)([later], officer=desk.officer, patrol_id=record, context=desk.context)

    assert [(one.is_companion, one.points) for one in shown(desk, record).legs[0].tracks] == [(False, 11), (True, 13)]


def test_one_file_of_two_devices_is_two_devices(desk: Desk) -> None:
    path = write_gpx(desk.home / "two.gpx", walk(MORNING, 21), walk(MORNING, 15, latitude=41.2003))

    record = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]

    assert [one.is_companion for one in shown(desk, record).legs[0].tracks] == [False, True]


def test_tracks_one_after_the_other_are_all_the_patrols(desk: Desk) -> None:
    morning = write_gpx(desk.home / "1.gpx", walk(MORNING, 11))
    noon = write_gpx(desk.home / "2.gpx", walk(MORNING + dt.timedelta(hours=4), 11, latitude=41.21))

    done = ImportTracks(desk.store)([morning, noon], officer=desk.officer, context=desk.context)

    assert [one.is_companion for one in shown(desk, done.patrols[0]).legs[0].tracks] == [False, False]
    assert done.problems == []


# What leaves


def members(path: Path) -> dict[str, bytes]:
    if not zipfile.is_zipfile(path):
        return {f"{path.name}.xml": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def two_receivers(ranger: CommandLine) -> str:
    leaders = write_gpx(ranger.folder / "leader.gpx", walk(MORNING, 21))
    others = write_gpx(ranger.folder / "other.gpx", walk(MORNING, 16, latitude=41.2003))
    done = ranger.answer("import", "gpx", leaders, others, "--transport", "foot", "--mandate", "antipoaching",
                         "--leader", "Toktogulov, Aibek")  # fmt: skip
    record: str = done["patrol_id"]
    return record


def test_smart_gpx_and_geojson_get_the_leaders_track_and_the_preflight_names_the_other(
    ranger: CommandLine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = two_receivers(ranger)

    out = ranger.folder / "out.zip"
    told = ranger.answer("export", "smart", out, "--patrol", record)
    (xml,) = members(out).values()

    assert schema_errors(xml) == ()
    assert [one["code"] for one in told["preflight"]["notes"] if "companion" in one["code"]] == [
        "smart-companion-track"
    ]
    tracks = etree.fromstring(xml).findall("{*}legs/{*}days/{*}track")
    assert len(tracks) == 1
    shown = ranger.answer("patrol", "show", record)
    assert float(tracks[0].get("distance") or 0) * 1000 == pytest.approx(shown["distance_m"])
    ranger.answer("export", "gpx", ranger.folder / "out.gpx", "--patrol", record)
    assert (ranger.folder / "out.gpx").read_text("utf-8").count("<trkpt") == 21
    ranger.answer("export", "geojson", ranger.folder / "out.geojson", "--patrol", record)
    lines = json.loads((ranger.folder / "out.geojson").read_text("utf-8"))["features"]
    assert [sum(map(len, one["geometry"]["coordinates"])) for one in lines] == [21]
    other = CommandLine(ranger.folder / "other", capsys, monkeypatch)
    other.create()
    assert other.answer("patrol", "show", other.answer("import", "smart", out)["patrols"][0])["points"] == 21


def test_the_other_track_is_chosen_by_the_document_of_the_patrol(ranger: CommandLine) -> None:
    record = two_receivers(ranger)
    shown = ranger.answer("patrol", "show", record)
    (leg,) = shown["legs"]
    assert [(one["companion"], one["points"]) for one in leg["tracks"]] == [(False, 21), (True, 16)]
    assert "Kept beside, not counted" in ranger("patrol", "show", record).out
    told = ranger.folder / "edit.json"
    told.write_text(json.dumps(shown), encoding="utf-8")
    assert not ranger.answer("patrol", "edit", record, "--from-json", told)["changed"]

    change = {"legs": [{"id": leg["id"], "tracks": [{"id": leg["tracks"][1]["id"], "companion": False}]}]}
    told.write_text(json.dumps(change), encoding="utf-8")
    assert ranger.answer("patrol", "edit", record, "--from-json", told)["changed"]

    shown = ranger.answer("patrol", "show", record)
    assert [one["companion"] for one in shown["legs"][0]["tracks"]] == [True, False]
    assert shown["points"] == 16
    change = {"legs": [{"id": leg["id"], "tracks": [{"id": "f" * 32, "companion": False}]}]}
    told.write_text(json.dumps(change), encoding="utf-8")
    assert "[part-unknown]" in ranger("patrol", "edit", record, "--from-json", told).err


def test_a_split_patrol_goes_to_smart_and_comes_back_with_its_legs(
    ranger: CommandLine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_gpx(ranger.folder / "walk.gpx", walk(MORNING, 21),
                     waypoints=[(41.2015, 74.5, MORNING.replace(minute=15), "hut")])  # fmt: skip
    record = ranger.answer("import", "gpx", path, "--transport", "foot", "--leader", "Toktogulov, Aibek")["patrol_id"]
    told = ranger.folder / "edit.json"
    split = {"legs": [{"split_at": "2026-03-04T08:10:00+06:00", "transport": "vehicle", "members": ["Bekova, Nurgul"],
                       "leader": "Bekova, Nurgul", "pilot": "Bekova, Nurgul"}]}  # fmt: skip
    told.write_text(json.dumps(split), encoding="utf-8")
    ranger.answer("patrol", "edit", record, "--from-json", told)
    before = ranger.answer("patrol", "show", record)

    out = ranger.folder / "out.zip"
    ranger.answer("export", "smart", out, "--patrol", record, "--force")
    (xml,) = members(out).values()
    assert schema_errors(xml) == ()
    other = CommandLine(ranger.folder / "other", capsys, monkeypatch)
    other.create()
    back = other.answer("patrol", "show", other.answer("import", "smart", out)["patrols"][0])

    def told_of(document: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [
            (leg["transport"], leg["leader"], leg["pilot"], leg["members"], leg["days"][0]["points"],
             leg["days"][0]["start"], leg["days"][0]["end"])
            for leg in document["legs"]
        ]  # fmt: skip

    assert told_of(back) == told_of(before)
    assert [leg["days"][0]["points"] for leg in back["legs"]] == [10, 11]
    assert [back["legs"].index(leg) for leg in back["legs"] if leg["id"] == back["waypoints"][0]["leg"]] == [1]
