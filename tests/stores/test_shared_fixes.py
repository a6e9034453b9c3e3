"""What a split moved is told by one record: no edit shows it twice, and a merge that does is flagged."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.patrol_pages import patrol_ids
from db.track_summaries import edited_track
from ranger_app.i18n import Words
from ranger_app.services.edit_track import EditTrack, Hide, TakeBackEdit, TrackAct, Trim
from ranger_app.services.flag_tracks import TrackFlag, flags_of_patrol, flags_of_track, say_flag
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.shared_fixes import ToldTwiceError
from ranger_app.services.split_patrol import Parted, SplitPatrol
from ranger_app.services.undo_acts import UndoActs
from tests.service_desk import MORNING, Desk, exchanged, twin, walk, write_gpx


def with_track(desk: Desk) -> str:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING, 40))
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    (entry,) = desk.store.reader.entries("track")
    return entry.id


def split(desk: Desk, track: str, index: int, *, into_leg: bool = False) -> Parted:
    return SplitPatrol(desk.store)(track, index, officer=desk.officer, into_leg=into_leg)


def edit(desk: Desk, track: str, *acts: TrackAct) -> bool:
    return EditTrack(desk.store)(track, acts, officer=desk.officer)


def told(desk: Desk, track: str) -> list[int]:
    values = desk.store.reader.entry(track, "track").values
    return [int(place) for place in edited_track(values, desk.store.blobs).index]


@pytest.mark.parametrize("into_leg", [False, True])
def test_taking_back_what_a_split_hides_is_refused_and_names_the_patrol(desk: Desk, into_leg: bool) -> None:
    track = with_track(desk)
    parted = split(desk, track, 30, into_leg=into_leg)
    number = desk.store.reader.entry(parted.patrol).values["number"]
    changes = desk.changes()
    with pytest.raises(ToldTwiceError) as refused:
        edit(desk, track, TakeBackEdit("hide/30-39"))
    assert refused.value.facts == {"first": 30, "last": 39, "patrol": number}
    assert desk.changes() == changes
    assert told(desk, track) == list(range(30))


def test_a_part_of_it_and_a_trim_in_between_are_refused_too(desk: Desk) -> None:
    track = with_track(desk)
    split(desk, track, 30)
    for act in (Hide(30, 35), Trim(0, 36)):
        with pytest.raises(ToldTwiceError):
            edit(desk, track, TakeBackEdit("hide/30-39"), act)
    assert edit(desk, track, Hide(30, 35)) is True
    assert edit(desk, track, TakeBackEdit("hide/30-35")) is True
    assert edit(desk, track, TakeBackEdit("hide/30-39"), Trim(0, 29)) is True


def test_what_the_other_patrol_hides_may_come_back_and_then_stands_here_alone(desk: Desk) -> None:
    track = with_track(desk)
    piece = split(desk, track, 30).track
    assert edit(desk, piece, Hide(30, 34)) is True
    assert edit(desk, track, TakeBackEdit("hide/30-39"), Hide(35, 39)) is True
    assert told(desk, track) == list(range(35))
    with pytest.raises(ToldTwiceError):
        edit(desk, piece, TakeBackEdit("hide/30-34"))


def test_an_undone_split_leaves_nothing_that_refuses(desk: Desk) -> None:
    track = with_track(desk)
    split(desk, track, 30)
    UndoActs(desk.store)(officer=desk.officer)
    assert edit(desk, track, Hide(30, 39)) is True
    assert edit(desk, track, TakeBackEdit("hide/30-39")) is True


def test_two_laptops_that_part_one_track_apart_are_told_so(desk: Desk, tmp_path: Path) -> None:
    track = with_track(desk)
    other = twin(desk, tmp_path)
    first, second = split(desk, track, 20), split(other, track, 30)
    exchanged(desk, other)
    for each in (desk, other):
        reader, blobs = each.store.reader, each.store.blobs
        found: list[TrackFlag] = [
            one for record in patrol_ids(reader) for one in flags_of_patrol(reader, record, blobs)
            if one.flag.kind == "told-twice"
        ]  # fmt: skip
        assert {(one.track, one.flag.first, one.flag.last, one.other) for one in found} == {
            (first.track, 30, 39, second.track), (second.track, 30, 39, first.track),
        }  # fmt: skip
        assert all(one.flag.facts["count"] == 10 and one.flag.severity == "error" for one in found)
        assert str(found[0].flag.facts["other"]) in say_flag(Words(), found[0].flag)
        assert [one for one in flags_of_track(reader, track, blobs) if one.flag.kind == "told-twice"] == []
    other.store.close()
