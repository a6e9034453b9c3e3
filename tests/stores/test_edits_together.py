"""Splits, joins, edits, clocks and undos one after the other: no fix lost, none told twice, all of it undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from db.patrol_pages import patrol_ids, patrol_page
from db.patrols import patrol
from db.reader import Entry
from db.track_summaries import edited_track
from ranger_app.errors import RangerAppError
from ranger_app.services.correct_clock import CorrectClock
from ranger_app.services.documents import patrol_document
from ranger_app.services.edit_track import EditTrack, Hide, Pause, TakeBackEdit, edit_fields
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.join_patrols import JoinLegs, JoinPatrols
from ranger_app.services.split_patrol import SplitPatrol
from ranger_app.services.stations import check_station, rebuild_station
from ranger_app.services.undo_acts import RedoActs, UndoActs
from tests.service_desk import MORNING, Desk, new_desk, walk, write_gpx

REFUSALS = {"split-empty", "join-refused", "track-edit-missing", "track-told-twice", "clock-edit"}
"""What a random act may be answered."""


def tracks_of(desk: Desk) -> list[Entry]:
    reader = desk.store.reader
    legs = [leg for record in patrol_ids(reader) for leg in reader.entries("leg", parent=record)]
    return [track for leg in legs for track in reader.entries("track", parent=leg.id)]


def told(desk: Desk) -> list[tuple[str, int]]:
    """Every fix that is told, by its chunks and its place in them."""
    return sorted(
        (str(track.values["chunks"][0]), int(place))
        for track in tracks_of(desk)
        for place in edited_track(track.values, desk.store.blobs).index
    )


def documents(desk: Desk) -> list[Any]:
    reader = desk.store.reader
    return [patrol_document(patrol(reader, record, blobs=desk.store.blobs)) for record in sorted(patrol_ids(reader))]


def _pick(found: list[Any], number: int) -> Any:
    return found[number % len(found)]


def _split(desk: Desk, one: int, two: int, *, into_leg: bool) -> None:
    track = _pick(tracks_of(desk), one)
    more = {"transport": "horse"} if into_leg and two % 2 else {}
    SplitPatrol(desk.store)(track.id, two % 30, officer=desk.officer, into_leg=into_leg, **more)


def _join(desk: Desk, one: int, two: int) -> None:
    records = list(patrol_ids(desk.store.reader))
    JoinPatrols(desk.store)(_pick(records, one), [_pick(records, two)], officer=desk.officer)


def _join_legs(desk: Desk, one: int, two: int) -> None:
    legs = list(desk.store.reader.entries("leg", parent=_pick(list(patrol_ids(desk.store.reader)), one)))
    JoinLegs(desk.store)(_pick(legs, one).id, [_pick(legs, two).id], officer=desk.officer)


def _hide(desk: Desk, one: int, two: int) -> None:
    track = _pick(tracks_of(desk), one)
    EditTrack(desk.store)(track.id, [Hide(two % 30, min(two % 30 + 2, 29))], officer=desk.officer)


def _rest(desk: Desk, one: int, two: int) -> None:
    track = _pick(tracks_of(desk), one)
    EditTrack(desk.store)(track.id, [Pause(two % 25, two % 25 + 4)], officer=desk.officer)


def _take_back(desk: Desk, one: int, two: int) -> None:
    track = _pick(tracks_of(desk), one)
    fields = [*edit_fields(track)] or ["hide/x"]
    EditTrack(desk.store)(track.id, [TakeBackEdit(_pick(fields, two))], officer=desk.officer)


def _correct(desk: Desk, one: int, two: int) -> None:
    track = _pick(tracks_of(desk), one)
    shift = (two - 15) * 1800
    CorrectClock(desk.store)(tracks=[track.id], shift_s=shift, reason="seen", officer=desk.officer)


ACTS: dict[str, Callable[[Desk, int, int], None]] = {
    "split": lambda desk, one, two: _split(desk, one, two, into_leg=False),
    "leg": lambda desk, one, two: _split(desk, one, two, into_leg=True),
    "join": _join, "join legs": _join_legs, "hide": _hide, "rest": _rest, "take back": _take_back,
    "correct": _correct,
}  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from([*ACTS, "undo", "redo", "reopen"]), st.integers(0, 5), st.integers(0, 29)), max_size=8
)


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_no_fix_is_told_twice_and_everything_is_undone(steps: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        desk = new_desk(Path(folder))
        path = write_gpx(
            desk.out / "walk.gpx",
            walk(MORNING, 30), walk(MORNING + dt.timedelta(hours=2), 30, latitude=41.4),
            waypoints=[(41.2, 74.5, MORNING, "snare"), (41.4, 74.5, MORNING + dt.timedelta(hours=2), "camp")],
        )  # fmt: skip
        ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
        before, first, whole = documents(desk), desk.changes(), told(desk)
        stored = {digest: desk.store.blobs.get(digest) for digest in desk.store.blobs.digests()}
        done = 0
        for what, one, two in steps:
            done += _step(desk, what, one, two, undoable=done)
            found = told(desk)
            assert len(found) == len(set(found))
            assert set(found) <= set(whole)
            assert sum(row.points for row in patrol_page(desk.store.reader)) == len(found)
            waypoints = [one["comment"] for each in documents(desk) for one in each["waypoints"]]
            assert sorted(waypoints) == ["camp", "snare"]
        assert {digest: desk.store.blobs.get(digest) for digest in desk.store.blobs.digests()} == stored
        assert check_station(desk.store, desk.context).bad == ()
        assert rebuild_station(desk.store, desk.context).identical is True
        UndoActs(desk.reopen().store)(officer=desk.officer, steps=done)
        assert documents(desk) == before
        assert told(desk) == whole
        assert desk.changes() >= first
        desk.store.close()


def _step(desk: Desk, what: str, one: int, two: int, *, undoable: int) -> int:
    """Do one step; answers how many acts more there are to be undone."""
    if what == "reopen":
        desk.reopen()
        return 0
    if what == "undo":
        return -len(UndoActs(desk.store)(officer=desk.officer)) if undoable else 0
    if what == "redo":
        return len(RedoActs(desk.store)(officer=desk.officer))
    changes = desk.changes()
    try:
        ACTS[what](desk, one, two)
    except RangerAppError as error:
        if error.code not in REFUSALS:
            raise
    return int(desk.changes() > changes)
