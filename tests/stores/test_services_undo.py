"""Undo and redo over every kind of act, after a restart, and beside another officer's work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.cases import case
from db.incidents import incident, incident_ids
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.jobs import Cancelled
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.correct_clock import CorrectClock
from ranger_app.services.documents import incident_document, patrol_document
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.histories import history
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.models import ImportModel
from ranger_app.services.officers import AddOfficer
from ranger_app.services.open_case import EditCase, OpenCase
from ranger_app.services.record_incident import EditIncident, RecordIncident
from ranger_app.services.take_back import (
    BringBack,
    KindFixedError,
    ReasonMissingError,
    RecordTakenBackError,
    TakeBack,
)
from ranger_app.services.undo_acts import RedoActs, UndoActs, UndoRefusedError
from tests.service_desk import CONFLICT, MORNING, POACHING, CancelAt, Desk, new_desk, walk, write_gpx, write_photo


def shown(desk: Desk) -> list[Any]:
    """Everything that lists show, with everything in it."""
    reader = desk.store.reader
    told: list[Any] = [incident_document(incident(reader, one)) for one in incident_ids(reader)]
    told += [patrol_document(patrol(reader, one)) for one in patrol_ids(reader)]
    told += [case(reader, entry.id) for entry in reader.entries("case")]
    told += [entry for kind in ("officer", "member", "file", "setting", "model") for entry in reader.entries(kind)]
    return told


def _import(desk: Desk, number: int) -> None:
    path = write_gpx(desk.out / f"{number}.gpx", walk(MORNING + dt.timedelta(days=number), 4))
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context, leader=f"New, {number}")


def _record(desk: Desk, number: int) -> None:
    RecordIncident(desk.store)(
        "conflict" if number % 2 else "poaching", CONFLICT if number % 2 else POACHING, officer=desk.officer
    )


def _edit(desk: Desk, number: int) -> None:
    for one in incident_ids(desk.store.reader)[-1:]:
        told = incident_document(incident(desk.store.reader, one))
        observations = [{"category": f"a.{number}.", "attributes": {"n": number}}, *told["observations"][:1]]
        document: dict[str, Any] = {"place": f"place {number}", "occurred_until": None, "observations": observations}
        if "animals" in told:
            document["animals"] = [*told["animals"][1:], {"species": "yak", "count_dead": number}]
        EditIncident(desk.store)(one, document, officer=desk.officer)


def _edit_patrol(desk: Desk, number: int) -> None:
    for one in patrol_ids(desk.store.reader)[:1]:
        told = patrol_document(patrol(desk.store.reader, one))
        leg = {"id": told["legs"][0]["id"], "transport": f"t{number}", "members": ["Toktogulov, Aibek"]}
        EditPatrol(desk.store)(one, {"comment": f"comment {number}", "legs": [leg]}, officer=desk.officer)


def _photo(desk: Desk, number: int) -> None:
    path = write_photo(desk.out / f"{number}.jpg", colour=(number, 0, 0))
    for one in incident_ids(desk.store.reader)[:1]:
        kind = desk.store.reader.entry(one).kind
        AttachPhotos(desk.store)([path], officer=desk.officer, parent=(kind, one), context=desk.context)


def _take_back(desk: Desk, number: int) -> None:
    found = [("patrol", one) for one in patrol_ids(desk.store.reader)]
    found += [(desk.store.reader.entry(one).kind, one) for one in incident_ids(desk.store.reader)]
    for kind, one in found[number % (len(found) or 1) :][:1]:
        TakeBack(desk.store)(kind, one, f"reason {number}", officer=desk.officer)


def _bring_back(desk: Desk, number: int) -> None:
    hidden = [entry for entry in desk.store.reader.entries("incident", with_hidden=True) if entry.is_hidden]
    for entry in hidden[:1]:
        BringBack(desk.store)("incident", entry.id, f"reason {number}", officer=desk.officer)


def _case(desk: Desk, number: int) -> None:
    cases = desk.store.reader.entries("case")
    if number % 2 and cases:
        named = incident_ids(desk.store.reader)[: number % 3]
        EditCase(desk.store)(cases[0].id, title=f"title {number}", incidents=named, officer=desk.officer)
    else:
        OpenCase(desk.store)(f"case {number}", incident_ids(desk.store.reader)[:1], officer=desk.officer)


def _officer(desk: Desk, number: int) -> None:
    AddOfficer(desk.store)(f"Helper, {number}", "ranger", officer=desk.officer)


ACTS: list[Callable[[Desk, int], None]] = [
    _import, _record, _edit, _edit, _edit_patrol, _photo, _take_back, _bring_back, _case, _officer,
]  # fmt: skip


@given(st.lists(st.sampled_from(ACTS), max_size=9), st.booleans())
@settings(max_examples=25)
def test_all_undone_is_the_beginning_and_all_redone_is_the_end(
    acts: list[Callable[[Desk, int], None]], restarts: bool
) -> None:
    with TemporaryDirectory() as folder:
        desk = new_desk(Path(folder))
        try:
            states = [shown(desk)]
            for number, act in enumerate(acts):
                before = desk.changes()
                act(desk, number)
                if desk.changes() > before:
                    states.append(shown(desk))
            if restarts:
                desk.reopen()

            for expected in reversed(states[:-1]):
                assert len(UndoActs(desk.store)(officer=desk.officer)) == 1
                assert shown(desk) == expected
            assert UndoActs(desk.store)(officer=desk.officer, steps=3) == ()
            assert len(RedoActs(desk.store)(officer=desk.officer, steps=99)) == len(states) - 1
            assert shown(desk) == states[-1]
            assert len(UndoActs(desk.store)(officer=desk.officer, steps=99)) == len(states) - 1
            assert shown(desk) == states[0]
            assert desk.store.reader.conflicts() == ()
            assert desk.store.reader.alarms() == ()
        finally:
            desk.store.close()


@pytest.fixture
def other(desk: Desk) -> str:
    """A second officer; added by the first, who does not undo that here."""
    return AddOfficer(desk.store)("Asanova, Gulnara", "inspector", officer=desk.officer)


def test_what_another_officer_changed_since_is_not_undone(desk: Desk, other: str) -> None:
    record = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    EditIncident(desk.store)(record, {"place": "mine"}, officer=desk.officer)
    EditIncident(desk.store)(record, {"place": "theirs"}, officer=other)
    before = desk.changes()

    with pytest.raises(UndoRefusedError) as refused:
        UndoActs(desk.store)(officer=desk.officer)

    assert refused.value.facts["by"] == other
    assert desk.changes() == before
    assert UndoActs(desk.store)(officer=other)
    assert UndoActs(desk.store)(officer=desk.officer)
    assert incident(desk.store.reader, record).place == POACHING["place"]


def test_what_another_officer_added_to_is_not_undone(desk: Desk, other: str) -> None:
    record = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    path = write_photo(desk.out / "a.jpg")
    (photo,) = AttachPhotos(desk.store)([path], officer=other, parent=("incident", record), context=desk.context)

    with pytest.raises(UndoRefusedError):
        UndoActs(desk.store)(officer=desk.officer)

    TakeBack(desk.store)("attachment", photo.id, "wrong", officer=other)
    assert UndoActs(desk.store)(officer=desk.officer)
    assert incident_ids(desk.store.reader) == ()


def test_each_officer_undoes_what_is_his(desk: Desk, other: str) -> None:
    mine = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    theirs = RecordIncident(desk.store)("poaching", POACHING, officer=other).incident_id

    UndoActs(desk.store)(officer=desk.officer)

    assert incident_ids(desk.store.reader) == (theirs,)
    RedoActs(desk.store)(officer=other)
    assert incident_ids(desk.store.reader) == (theirs,)
    RedoActs(desk.store)(officer=desk.officer)
    assert set(incident_ids(desk.store.reader)) == {mine, theirs}


def test_nothing_is_redone_after_something_new(desk: Desk) -> None:
    record = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    EditIncident(desk.store)(record, {"place": "A"}, officer=desk.officer)
    UndoActs(desk.store)(officer=desk.officer)
    EditIncident(desk.store)(record, {"summary": "B"}, officer=desk.officer)

    assert RedoActs(desk.store)(officer=desk.officer, steps=5) == ()
    assert incident(desk.store.reader, record).place == POACHING["place"]


def test_the_founding_of_the_station_is_not_undone(desk: Desk) -> None:
    before = desk.changes()

    assert UndoActs(desk.store)(officer=desk.officer, steps=9) == ()
    assert desk.changes() == before


def test_undoing_answers_what_was_undone_and_stands_in_the_history(desk: Desk) -> None:
    record = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    EditIncident(desk.store)(record, {"place": "A"}, officer=desk.officer)
    ref = history(desk.store.reader, "incident", record)[-1]["ref"]

    assert UndoActs(desk.store)(officer=desk.officer) == (ref,)
    assert RedoActs(desk.store)(officer=desk.officer) == (ref,)
    assert UndoActs(desk.store)(officer=desk.officer) == (ref,)

    told = history(desk.store.reader, "incident", record, timezone="Asia/Bishkek")
    assert [one["act"] for one in told] == ["create", "set", "undo", "undo", "undo"]
    assert told[1]["fields"] == {"place": "A"}
    assert {one["officer"] for one in told} == {"Toktogulov, Aibek"}
    assert all(one["at"].endswith("+06:00") for one in told)


def test_taking_back_needs_a_reason_and_a_kind_that_can_be(desk: Desk) -> None:
    record = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id

    with pytest.raises(ReasonMissingError):
        TakeBack(desk.store)("incident", record, " \n", officer=desk.officer)
    with pytest.raises(KindFixedError):
        TakeBack(desk.store)("setting", desk.store.station_id, "x", officer=desk.officer)
    with pytest.raises(KindFixedError):
        TakeBack(desk.store)("poaching", record, "x", officer=desk.officer)
    assert TakeBack(desk.store)("incident", record, " twice ", officer=desk.officer)
    with pytest.raises(RecordTakenBackError):
        TakeBack(desk.store)("incident", record, "again", officer=desk.officer)
    assert history(desk.store.reader, "incident", record)[-1]["reason"] == "twice"


def test_what_was_taken_back_before_stays_so_when_the_whole_comes_back(desk: Desk) -> None:
    record = RecordIncident(desk.store)("conflict", CONFLICT, officer=desk.officer).incident_id
    first, second = (line.id for line in incident(desk.store.reader, record).animals)
    TakeBack(desk.store)("animal", first, "counted twice", officer=desk.officer)
    TakeBack(desk.store)("conflict", record, "twice", officer=desk.officer)
    assert desk.store.reader.count("animal") == 0

    assert BringBack(desk.store)("conflict", record, "it was not", officer=desk.officer)
    assert BringBack(desk.store)("conflict", record, "again", officer=desk.officer) == ""

    assert [line.id for line in incident(desk.store.reader, record).animals] == [second]


def test_an_imported_model_is_undone(desk: Desk) -> None:
    path = Path(__file__).parent.parent / "data" / "smart" / "models" / "default_datamodel_7.4.1.xml"
    before = shown(desk)
    ImportModel(desk.store)(path, officer=desk.officer)

    UndoActs(desk.store)(officer=desk.officer)

    assert shown(desk) == before


def test_undo_survives_a_rebuild(desk: Desk) -> None:
    record = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    EditIncident(desk.store)(record, {"place": "A"}, officer=desk.officer)
    UndoActs(desk.store)(officer=desk.officer)
    desk.store.rederive(desk.context)

    assert RedoActs(desk.store)(officer=desk.officer)
    assert incident(desk.store.reader, record).place == "A"


def test_the_undo_of_many_files_tells_how_far_it_is_and_stops_with_nothing_undone(desk: Desk) -> None:
    paths = [write_gpx(desk.out / f"{day}.gpx", walk(MORNING + dt.timedelta(days=day), 4)) for day in range(6)]
    ImportTracks(desk.store)(paths, officer=desk.officer, context=desk.context)
    tracks = [entry.id for entry in desk.store.reader.entries("track")]
    CorrectClock(desk.store)(tracks=tracks, shift_s=3600, reason="zone", officer=desk.officer)
    before = shown(desk)

    counted = CancelAt()
    UndoActs(desk.store, counted)(officer=desk.officer)
    RedoActs(desk.store)(officer=desk.officer)
    assert counted.steps >= 2 * len(tracks)
    assert shown(desk) == before

    changes = desk.changes()
    for at in (1, counted.steps // 2, counted.steps - 1):
        with pytest.raises(Cancelled):
            UndoActs(desk.store, CancelAt(at))(officer=desk.officer)
        assert desk.changes() == changes
        assert shown(desk) == before
    UndoActs(desk.reopen().store)(officer=desk.officer, steps=2)
    assert (list(patrol_ids(desk.store.reader)), desk.store.reader.count("track")) == ([], 0)
