"""Edits of stored tracks: told everywhere, never in the fixes, undone at any time, merged without a question."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import track_summaries
from db.patrol_pages import patrol_ids, patrol_page
from db.patrols import load_track, original_track, patrol
from db.reader import Entry
from db.track_summaries import TOLD_DAYS, counted_days, days_of
from ranger_app.domain.records import Patrol
from ranger_app.domain.track_edits import Edits, edit
from ranger_app.services.edit_track import (
    Cut,
    EditTrack,
    GiveDay,
    Hide,
    Join,
    Pause,
    TakeBackEdit,
    TrackAct,
    TrackEditMissingError,
    TrackRangeError,
    Trim,
    edit_fields,
)
from ranger_app.services.export_tracks import ExportGeojson, ExportGpx
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.officers import AddOfficer
from ranger_app.services.stations import check_station, rebuild_station
from ranger_app.services.take_back import RecordTakenBackError, TakeBack
from ranger_app.services.undo_acts import RedoActs, UndoActs, UndoRefusedError
from tests.service_desk import MORNING, ZONE, Desk, exchanged, new_desk, twin, walk, write_gpx

COUNT = 40


def with_track(desk: Desk, count: int = COUNT, *, start: dt.datetime | None = MORNING) -> str:
    """Import one walk; answers the id of its track."""
    path = write_gpx(desk.out / "walk.gpx", walk(start, count))
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    (entry,) = desk.store.reader.entries("track")
    return entry.id


def edited(desk: Desk, track: str, *acts: TrackAct, reason: str = "because") -> bool:
    return EditTrack(desk.store)(track, acts, officer=desk.officer, reason=reason)


def entry_of(desk: Desk, track: str) -> Entry:
    return desk.store.reader.entry(track, "track")


def shown(desk: Desk) -> Patrol:
    (record,) = patrol_ids(desk.store.reader)
    return patrol(desk.store.reader, record, blobs=desk.store.blobs)


def stored_bytes(desk: Desk) -> dict[str, bytes]:
    return {digest: desk.store.blobs.get(digest) for digest in desk.store.blobs.digests()}


def as_counted(desk: Desk, track: str) -> None:
    """What lists tell is what the fixes say, and what is exported is what was told."""
    entry = entry_of(desk, track)
    days = counted_days(entry.values, ZONE, desk.store.blobs)
    assert days_of(entry.values, ZONE, desk.store.reader.blobs) == days
    (row,) = patrol_page(desk.store.reader)
    found = shown(desk)
    assert row.points == found.points == sum(day.points for day in days)
    assert row.distance_m == pytest.approx(found.distance_m)
    fixes = sum(len(day.track) for leg in found.legs for day in leg.days if day.track is not None)
    assert fixes == sum(day.points for day in days if day.date)


def test_what_is_hidden_is_told_nowhere_and_kept_for_ever(desk: Desk) -> None:
    track = with_track(desk)
    before, whole = stored_bytes(desk), shown(desk)
    original = original_track(entry_of(desk, track), desk.store.blobs)

    assert edited(desk, track, Trim(5, 34), Hide(20, 20), reason="by car")

    told = load_track(entry_of(desk, track), desk.store.blobs)
    assert len(told) == 29
    assert shown(desk).points == 29
    assert shown(desk).distance_m < whole.distance_m
    assert shown(desk).legs[0].days[0].start == dt.time(8, 5)
    as_counted(desk, track)
    ExportGpx(desk.store)(desk.out / "out.gpx", context=desk.context)
    assert (desk.out / "out.gpx").read_text().count("<trkpt") == 29
    ExportGeojson(desk.store)(desk.out / "out.geojson", context=desk.context)
    lines = json.loads((desk.out / "out.geojson").read_text())["features"]
    assert sum(len(part) for line in lines for part in _parts(line)) == 29
    assert edit_fields(entry_of(desk, track)) == {"hide/0-4": "by car", "hide/20-20": "by car", "hide/35-39": "by car"}
    assert stored_bytes(desk) == before
    again = original_track(entry_of(desk, track), desk.store.blobs)
    assert again.time_us.tolist() == original.time_us.tolist()
    assert check_station(desk.store, desk.context).bad == ()
    assert rebuild_station(desk.store, desk.context).identical is True


def _parts(feature: dict[str, Any]) -> list[Any]:
    geometry = feature["geometry"]
    if geometry["type"] == "LineString":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"]) if geometry["type"] == "MultiLineString" else []


def test_one_act_is_one_change_and_the_same_again_is_none(desk: Desk) -> None:
    track = with_track(desk)
    before = desk.changes()

    assert edited(desk, track, Pause(3, 9), Cut(20), GiveDay(30, 39, dt.date(2026, 3, 5)))
    assert desk.changes() == before + 1
    assert not edited(desk, track, Pause(3, 9), Cut(20))
    assert desk.changes() == before + 1
    assert [day.date.day for leg in shown(desk).legs for day in leg.days] == [4, 5]
    as_counted(desk, track)


def test_parts_are_cut_and_joined(desk: Desk) -> None:
    track = with_track(desk)
    edited(desk, track, Cut(10), Cut(20))
    assert load_track(entry_of(desk, track), desk.store.blobs).part_starts.tolist() == [0, 10, 20]

    edited(desk, track, Join(10), Hide(18, 21))
    assert load_track(entry_of(desk, track), desk.store.blobs).part_starts.tolist() == [0, 18]

    edited(desk, track, Join(22))
    assert load_track(entry_of(desk, track), desk.store.blobs).part_starts.tolist() == [0]
    as_counted(desk, track)


def test_an_edit_is_taken_back_by_its_field(desk: Desk) -> None:
    track = with_track(desk)
    edited(desk, track, Hide(0, 9))

    edited(desk, track, TakeBackEdit("hide/0-9"))

    assert len(load_track(entry_of(desk, track), desk.store.blobs)) == COUNT
    with pytest.raises(TrackEditMissingError):
        edited(desk, track, TakeBackEdit("hide/0-9"))
    with pytest.raises(TrackEditMissingError):
        edited(desk, track, TakeBackEdit("chunks"))


@pytest.mark.parametrize("act", [Hide(5, 4), Hide(-1, 2), Pause(0, COUNT), Cut(COUNT), Trim(0, 99), Join(-1)])
def test_fixes_that_are_not_there_are_refused(desk: Desk, act: TrackAct) -> None:
    track = with_track(desk)
    before = desk.changes()

    with pytest.raises(TrackRangeError):
        edited(desk, track, act)

    assert desk.changes() == before


def test_a_track_that_was_taken_back_is_not_edited(desk: Desk) -> None:
    track = with_track(desk)
    TakeBack(desk.store)("track", track, "wrong file", officer=desk.officer)

    with pytest.raises(RecordTakenBackError):
        edited(desk, track, Hide(0, 1))


def test_everything_may_be_hidden_and_comes_back(desk: Desk) -> None:
    track = with_track(desk)

    edited(desk, track, Hide(0, COUNT - 1))

    assert (shown(desk).points, shown(desk).distance_m) == (0, 0)
    (row,) = patrol_page(desk.store.reader)
    assert (row.points, row.start) == (0, "2026-03-04")
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert shown(desk).points == COUNT


def test_a_track_without_times_gets_days_piece_by_piece(desk: Desk) -> None:
    track = with_track(desk, start=None)

    edited(desk, track, GiveDay(0, 19, dt.date(2026, 3, 4)), GiveDay(20, 39, dt.date(2026, 3, 5)))

    assert [(day.date.day, day.points) for day in shown(desk).legs[0].days] == [(4, 20), (5, 20)]
    (row,) = patrol_page(desk.store.reader)
    assert (row.start, row.end) == ("2026-03-04", "2026-03-05")
    as_counted(desk, track)


def test_lists_need_no_fixes_while_the_edits_are_those_that_were_told(desk: Desk) -> None:
    track = with_track(desk)
    edited(desk, track, Hide(0, 4))
    entry = entry_of(desk, track)
    counted = counted_days(entry.values, ZONE, desk.store.blobs)
    other = new_desk(desk.out)
    elsewhere = other.store.blobs
    track_summaries._counted.clear()

    assert len([name for name in entry.values if name.startswith(TOLD_DAYS)]) == 1
    assert days_of(entry.values, ZONE, elsewhere) == counted
    assert days_of({**entry.values, "hide/9-9": "spike"}, ZONE, elsewhere)[0].points == COUNT
    assert counted[0].points == COUNT - 5
    other.store.close()


def test_days_told_in_a_way_that_cannot_be_read_are_passed_over(desk: Desk) -> None:
    track = with_track(desk)
    edited(desk, track, Hide(0, 4))
    (name,) = [one for one in entry_of(desk, track).values if one.startswith(TOLD_DAYS)]
    with desk.store.act(officer=desk.officer) as change:
        change.set("track", track, {name: None, name.split(".")[0] + ".a_b": True})

    as_counted(desk, track)


# Undo, in any order


def act_strategy() -> st.SearchStrategy[TrackAct]:
    runs = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).map(sorted).map(tuple)
    days = st.sampled_from([dt.date(2026, 3, 3), dt.date(2026, 3, 5)])
    return st.one_of(
        runs.map(lambda run: Hide(*run)),
        runs.map(lambda run: Pause(*run)),
        runs.map(lambda run: Trim(*run)),
        st.integers(0, COUNT - 1).map(Cut),
        st.integers(0, COUNT - 1).map(Join),
        st.tuples(runs, days).map(lambda both: GiveDay(both[0][0], both[0][1], both[1])),
    )


STEPS = st.lists(st.one_of(act_strategy(), st.sampled_from(["undo one", "undo two", "redo one", "reopen"])), max_size=9)


def naive_fields(desk: Desk, track: str) -> dict[str, Any]:
    """The edits that stand, out of the history alone: what each act wrote, until an undo set it back."""
    values: dict[str, Any] = {}
    for line in desk.store.reader.history(track):
        for op in line.ops:
            values |= op.get("set", {})
    return {name: value for name, value in values.items() if value is not None}


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_edits_and_undos_in_any_order_are_what_the_standing_edits_say(steps: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        desk = new_desk(Path(folder))
        track = with_track(desk)
        second = AddOfficer(desk.store)("Second, Officer", "ranger", officer=desk.officer)
        officers = {"one": desk.officer, "two": second}
        before = stored_bytes(desk)
        original = original_track(entry_of(desk, track), desk.store.blobs)
        for number, step in enumerate(steps):
            if step == "reopen":
                desk.reopen()
            elif isinstance(step, str):
                what, who = step.split()
                acts = UndoActs(desk.store) if what == "undo" else RedoActs(desk.store)
                if what == "undo" and not _has_edits(desk, track, officers[who]):
                    continue
                acts(officer=officers[who]) if what == "redo" else _undone(acts, officers[who])
            else:
                who = "one" if number % 2 else "two"
                EditTrack(desk.store)(track, [step], officer=officers[who], reason=f"reason {number}")
            values = entry_of(desk, track).values
            stands = Edits.parse(naive_fields(desk, track))
            assert Edits.parse(values) == stands
            told = load_track(entry_of(desk, track), desk.store.blobs)
            expected = edit(original, stands).track
            assert told.time_us.tolist() == expected.time_us.tolist()
            assert told.part_starts.tolist() == expected.part_starts.tolist()
            as_counted(desk, track)
        assert stored_bytes(desk) == before
        assert rebuild_station(desk.store, desk.context).identical is True
        desk.store.close()


def _has_edits(desk: Desk, track: str, officer: str) -> bool:
    """Whether this officer has an act on the track that may be undone, so that the import stays."""
    lines = desk.store.reader.history(track)
    undone = {line.undoes for line in lines}
    return any(line.officer == officer and not line.undoes and line.ref not in undone for line in lines[1:])


def _undone(acts: Any, officer: str) -> None:
    with suppress(UndoRefusedError):  # the other officer wrote the very same field since
        acts(officer=officer)


# Two laptops


@given(st.lists(act_strategy(), max_size=4), st.lists(act_strategy(), max_size=4))
@settings(max_examples=15, deadline=None)
def test_edits_of_two_laptops_are_united_without_a_question(here: list[TrackAct], there: list[TrackAct]) -> None:
    with TemporaryDirectory() as folder:
        one = new_desk(Path(folder))
        track = with_track(one)
        other = twin(one, Path(folder))
        for act in here:
            EditTrack(one.store)(track, [act], officer=one.officer, reason="seen")
        for act in there:
            EditTrack(other.store)(track, [act], officer=other.officer, reason="seen")
        mine, theirs = entry_of(one, track).values, entry_of(other, track).values
        exchanged(one, other)

        differ = {name for name in {*mine, *theirs} if name in mine and name in theirs and mine[name] != theirs[name]}
        asked = {field for _, _, field, _ in one.store.reader.conflicts()}
        assert asked == differ
        assert all(field.startswith(("break/", "day/")) for field in asked)
        assert sorted(one.store.reader.conflicts()) == sorted(other.store.reader.conflicts())
        if not differ:
            assert Edits.parse(entry_of(one, track).values) == Edits.parse({**mine, **theirs})
        as_counted(one, track)
        as_counted(other, track)
        for desk in (one, other):
            desk.store.close()


def test_a_patrol_whose_days_two_laptops_moved_apart_asks_nobody(tmp_path: Path) -> None:
    one = new_desk(tmp_path)
    track = with_track(one)
    other = twin(one, tmp_path)
    EditTrack(one.store)(track, [GiveDay(0, 9, dt.date(2026, 3, 2))], officer=one.officer)
    EditTrack(other.store)(track, [GiveDay(5, 6, dt.date(2026, 3, 1))], officer=other.officer)

    exchanged(one, other)

    assert one.store.reader.conflicts() == other.store.reader.conflicts() == ()
    for desk in (one, other):
        (row,) = patrol_page(desk.store.reader)
        assert (row.start, row.end) == ("2026-03-01", "2026-03-04")
        UndoActs(desk.reopen().store)(officer=desk.officer)
    for desk in (one, other):
        desk.store.close()


def test_a_join_is_of_one_place_whatever_is_hidden_and_leaves_a_cut_that_somebody_made(desk: Desk) -> None:
    track = with_track(desk)
    edited(desk, track, Hide(0, COUNT - 1))
    edited(desk, track, Cut(10), Join(20))
    assert edit_fields(entry_of(desk, track)) | {"hide/0-39": ""} == {
        "break/10": "cut", "break/20": "join", "hide/0-39": "",
    }  # fmt: skip
    edited(desk, track, TakeBackEdit("hide/0-39"))
    assert loaded_parts(desk, track) == [0, 10]

    edited(desk, track, Hide(8, 11), Join(12))
    assert loaded_parts(desk, track) == [0]
    edited(desk, track, TakeBackEdit("hide/8-11"))
    assert loaded_parts(desk, track) == [0, 10]


def loaded_parts(desk: Desk, track: str) -> list[int]:
    told = track_summaries.edited_track(entry_of(desk, track).values, desk.store.blobs)
    return [int(told.index[place]) for place in told.track.part_starts]
