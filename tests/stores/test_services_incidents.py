"""Incidents written down and changed by their documents: nothing lost, nothing stored that does not fit."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from db.incidents import IncidentRow, incident, incident_page
from db.reader import RecordMissingError
from db.transaction import ChangeRefusedError, new_id
from ranger_app.domain.form_definition import Field, FieldType
from ranger_app.domain.forms import INCIDENT_KINDS, form_of_kind
from ranger_app.importers.photo import NotAPhotoError
from ranger_app.services.documents import incident_document
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.record_incident import (
    DocumentRefusedError,
    EditIncident,
    KindUnknownError,
    RecordIncident,
)
from ranger_app.services.take_back import RecordTakenBackError, TakeBack
from tests.service_desk import CONFLICT, DOCUMENTS, MORNING, OTHER, POACHING, Desk, walk, write_gpx, write_photo

NASTY = ["x" * 100_000, "برفانی چیتا کے نشان", "Снежный барс 🐆", "a\tb\nc\r\n\0", "<&>\"'", "null"]


def recorded(desk: Desk, kind: str, document: dict[str, Any] | None = None, **more: Any) -> str:
    return RecordIncident(desk.store)(
        kind, DOCUMENTS[kind] if document is None else document, officer=desk.officer, **more
    ).incident_id


def shown(desk: Desk, record: str) -> dict[str, Any]:
    return incident_document(incident(desk.store.reader, record))


def changed(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**copy.deepcopy(document), **more}


def answers(fields: tuple[Field, ...]) -> Iterator[tuple[Field, Any]]:
    """Each question with an answer, the last one where there are several."""
    for field in fields:
        match field.type:
            case FieldType.TEXT | FieldType.LONG_TEXT:
                yield field, "Снежный барс"
            case FieldType.INTEGER:
                yield field, 12
            case FieldType.DECIMAL:
                yield field, 42.25
            case FieldType.BOOLEAN:
                yield field, False
            case FieldType.DATE:
                yield field, "2026-03-04"
            case FieldType.DATETIME:
                yield field, "2026-03-04T09:15:42+06:00"
            case FieldType.CHOICE:
                yield field, field.options[-1].key
            case FieldType.CHOICES:
                yield field, [option.key for option in field.options[:2]]


@pytest.mark.parametrize("kind", INCIDENT_KINDS)
def test_every_field_of_every_form_comes_back_as_it_was_written(desk: Desk, kind: str) -> None:
    form = form_of_kind(kind)
    fields = {field.id: value for field, value in answers(form.fields)}
    document: dict[str, Any] = {"kind": kind, "fields": fields}
    for line in form.lines:
        document[line.id] = [{field.id: value for field, value in answers(line.fields)}]

    record = recorded(desk, kind, document)

    told = shown(desk, record)
    assert set(fields) == {field.id for field in form.fields}
    assert told["fields"] == fields
    for line in form.lines:
        assert [{k: v for k, v in one.items() if k != "id"} for one in told[line.id]] == document[line.id]


@pytest.mark.parametrize("kind", INCIDENT_KINDS)
def test_a_complete_document_misses_nothing_and_comes_back(desk: Desk, kind: str) -> None:
    told = shown(desk, recorded(desk, kind))

    assert told["missing"] == []
    for name in ("kind", "occurred_at", "place", "reported_by", "summary", "fields"):
        assert told[name] == DOCUMENTS[kind][name]
    assert told["position"]["latitude_deg"] == DOCUMENTS[kind]["position"]["latitude_deg"]
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("kind", INCIDENT_KINDS)
def test_giving_back_what_was_answered_changes_nothing(desk: Desk, kind: str) -> None:
    document = changed(
        DOCUMENTS[kind],
        occurred_at="2026-03-04 09:15:42.5Z",
        position={"latitude_deg": 41, "longitude_deg": 74.50123400000001, "accuracy_m": 8},
        observations=[
            {"category": "humanactivity.people.", "attributes": {"numberofpeople": 2.5, "flags": ["b", "a"]}},
            {"category": "animals.sign.", "attributes": {"big": 10**15, "yes": True, "text": "7"}},
        ],
    )  # fmt: skip
    record = recorded(desk, kind, document)
    before = desk.changes()

    again = EditIncident(desk.store)(record, shown(desk, record), officer=desk.officer)
    bases = desk.store.reader.bases(record)
    once_more = EditIncident(desk.store)(record, shown(desk, record), officer=desk.officer, bases=bases)

    assert not again.is_changed
    assert not once_more.is_changed
    assert desk.changes() == before


def test_an_empty_document_is_saved_and_says_what_is_missing(desk: Desk) -> None:
    done = RecordIncident(desk.store)("poaching", {}, officer=desk.officer)

    assert done.missing[:5] == ("occurred_at", "position", "place", "reported_by", "summary")
    assert "species" in done.missing
    assert shown(desk, done.incident_id)["missing"] == list(done.missing)


def test_none_everywhere_is_the_same_as_nothing(desk: Desk) -> None:
    document = {name: None for name in POACHING if name not in ("kind", "observations", "fields")}
    fields = {field.id: None for field in form_of_kind("poaching").fields}

    record = recorded(desk, "poaching", {**document, "fields": fields, "occurred_until": None, "patrol_id": None})

    assert shown(desk, record)["fields"] == {}
    EditIncident(desk.store)(record, POACHING, officer=desk.officer)
    EditIncident(desk.store)(record, {**document, "fields": fields}, officer=desk.officer)
    told = shown(desk, record)
    assert (told["fields"], told["summary"], told["position"], told["occurred_at"]) == ({}, None, None, None)


@pytest.mark.parametrize("text", NASTY)
def test_texts_of_any_kind_are_kept_but_for_control_characters(desk: Desk, text: str) -> None:
    kept = "".join(sign for sign in text if sign in "\t\n" or unicodedata.category(sign) != "Cc")
    document = changed(
        POACHING, summary=text, place=text, observations=[{"category": text, "attributes": {"note": text}}]
    )
    document["fields"]["persons"] = text

    told = shown(desk, recorded(desk, "poaching", document))

    assert (told["summary"], told["place"], told["fields"]["persons"]) == (kept, kept, kept)
    assert told["observations"][0]["category"] == text
    assert told["observations"][0]["attributes"] == {"note": kept}


def test_typed_text_is_composed(desk: Desk) -> None:
    typed = unicodedata.normalize("NFD", "Бийик ё é й")
    document = changed(POACHING, summary=typed, observations=[{"category": "a.", "attributes": {"note": typed}}])
    document["fields"]["persons"] = typed

    told = shown(desk, recorded(desk, "poaching", document))

    composed = unicodedata.normalize("NFC", typed)
    assert (told["summary"], told["fields"]["persons"]) == (composed, composed)
    assert told["observations"][0]["attributes"]["note"] == composed


@pytest.mark.parametrize(
    "wrong",
    [
        {"occurred_at": "yesterday"}, {"occurred_at": "2026-03-04T09:15:42"}, {"occurred_at": 7},
        {"position": {"latitude_deg": 0, "longitude_deg": 0.0}}, {"position": {"latitude_deg": 91, "longitude_deg": 1}},
        {"position": {"latitude_deg": 41}}, {"position": {"latitude_deg": "41", "longitude_deg": 74}},
        {"position": {"latitude_deg": 41, "longitude_deg": 74, "source": "guess"}}, {"position": [41, 74]},
        {"position": {"latitude_deg": 41, "longitude_deg": 74, "accuracy_m": -1}},
        {"fields": {"species": "unicorn"}}, {"fields": {"animal_count": -1}}, {"fields": {"animal_count": 1.5}},
        {"fields": {"trap_set": "yes"}}, {"fields": {"weapons": "poison"}},
        {"fields": {"weapons": ["poison", "spoon"]}},
        {"fields": {"unheard_of": 1}}, {"fields": []}, {"kind": "conflict"}, {"nonsense": 1}, {"photos": "a.jpg"},
        {"observations": {}}, {"observations": [{"attributes": {}}]}, {"observations": [{"category": ""}]},
        {"observations": [{"category": "a.", "attributes": {"Big Key": 1}}]},
        {"observations": [{"category": "a.", "attributes": {"key/deep": 1}}]},
        {"observations": [{"category": "a.", "attributes": {"key": {"a": 1}}}]},
        {"observations": [{"category": "a.", "attributes": {"key": float("nan")}}]},
        {"observations": [{"category": "a.", "attributes": {"key": ["Answer A"]}}]},
        {"observations": [{"category": "a.", "attributes": {"key": 10**22}}]}, {"fields": {"animal_count": 2**60}},
        {"patrol_id": "f" * 32}, {"patrol_id": "KG-NAR_XXXX_000001"}, {"animals": []},
    ],
    ids=lambda wrong: json.dumps(wrong),
)  # fmt: skip
def test_a_document_that_does_not_fit_stores_nothing(desk: Desk, wrong: dict[str, Any]) -> None:
    record = recorded(desk, "poaching")
    before = desk.changes()

    with pytest.raises(DocumentRefusedError) as refused:
        recorded(desk, "poaching", {**POACHING, **wrong})
    with pytest.raises(DocumentRefusedError):
        EditIncident(desk.store)(record, wrong, officer=desk.officer)

    assert refused.value.problems
    assert desk.changes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"summary": "half \ud83d a panda"}, {"summary": "x" * 5_000_000},
        {"observations": [{"category": "a."}] * 5001},
    ],
    ids=("half a character", "too long", "too many"),
)  # fmt: skip
def test_what_no_change_can_carry_is_refused_by_code(desk: Desk, wrong: dict[str, Any]) -> None:
    record = recorded(desk, "poaching")
    before = desk.changes()

    for act in (
        lambda: recorded(desk, "poaching", wrong),
        lambda: EditIncident(desk.store)(record, wrong, officer=desk.officer),
    ):
        with pytest.raises(ChangeRefusedError):
            act()

    assert desk.changes() == before
    assert recorded(desk, "poaching")


def test_an_unknown_kind_or_record_is_refused(desk: Desk) -> None:
    with pytest.raises(KindUnknownError):
        recorded(desk, "picnic", {})
    for record in ("0" * 32, "nobody", desk.officer):
        with pytest.raises(RecordMissingError):
            EditIncident(desk.store)(record, {}, officer=desk.officer)


def test_choices_are_set_and_unset_one_by_one(desk: Desk) -> None:
    record = recorded(desk, "poaching")

    EditIncident(desk.store)(record, {"fields": {"weapons": ["poison", "smoothbore"]}}, officer=desk.officer)
    assert shown(desk, record)["fields"]["weapons"] == ["smoothbore", "poison"]
    EditIncident(desk.store)(record, {"fields": {"weapons": []}}, officer=desk.officer)
    assert "weapons" not in shown(desk, record)["fields"]
    EditIncident(desk.store)(record, {"fields": {"weapons": ["smoothbore"]}}, officer=desk.officer)
    assert shown(desk, record)["fields"]["weapons"] == ["smoothbore"]


@pytest.mark.parametrize("number", [0, 0.1, 1e-7, 1e15, "42.50", 120.5])
def test_decimals_are_kept_exactly(desk: Desk, number: float | str) -> None:
    record = recorded(desk, "conflict", {"fields": {"canine_spacing_mm": number}})

    assert incident(desk.store.reader, record).fields["canine_spacing_mm"] == Decimal(str(number))


def test_an_edit_changes_what_it_names_and_nothing_else(desk: Desk) -> None:
    record = recorded(desk, "poaching")
    before = shown(desk, record)

    done = EditIncident(desk.store)(
        record, {"place": "Right bank", "fields": {"animal_count": 2}}, officer=desk.officer
    )

    after = shown(desk, record)
    assert done.is_changed
    assert after == {**before, "place": "Right bank", "fields": {**before["fields"], "animal_count": 2}}


def test_lines_of_animals_keep_who_they_are(desk: Desk) -> None:
    record = recorded(desk, "conflict")
    ewes, lamb = shown(desk, record)["animals"]

    EditIncident(desk.store)(
        record, {"animals": [{**lamb, "count_missing": 2}, {"species": "goat", "count_dead": 1}]}, officer=desk.officer
    )

    animals = shown(desk, record)["animals"]
    assert animals[0] == {**lamb, "count_missing": 2}
    assert (animals[1]["species"], animals[1]["count_dead"]) == ("goat", 1)
    assert ewes["id"] not in [animal["id"] for animal in animals]
    EditIncident(desk.store)(record, {"animals": []}, officer=desk.officer)
    assert shown(desk, record)["animals"] == []
    assert "animals" in shown(desk, record)["missing"]


def test_lines_without_ids_stand_in_their_old_order(desk: Desk) -> None:
    record = recorded(desk, "conflict")
    before = [animal["id"] for animal in shown(desk, record)["animals"]]

    EditIncident(desk.store)(
        record, {"animals": [{"species": "yak", "count_dead": 1}, *CONFLICT["animals"][1:]]}, officer=desk.officer
    )

    animals = shown(desk, record)["animals"]
    assert [animal["id"] for animal in animals] == before
    assert animals[0] == {"id": before[0], "species": "yak", "count_dead": 1}


def test_lines_and_observations_of_another_incident_are_copied(desk: Desk) -> None:
    document = changed(CONFLICT, observations=[{"category": "a."}])
    stranger = recorded(desk, "conflict", document)
    record = recorded(desk, "conflict", document)
    theirs = shown(desk, stranger)

    for part in ("animals", "observations"):
        EditIncident(desk.store)(record, {part: theirs[part]}, officer=desk.officer)

    assert shown(desk, stranger) == theirs
    ours = shown(desk, record)
    assert {one["id"] for one in ours["animals"]}.isdisjoint(one["id"] for one in theirs["animals"])
    assert [one["species"] for one in ours["animals"]] == ["sheep", "sheep"]
    assert [one["category"] for one in ours["observations"]] == ["a."]


def test_observations_are_edited_by_id_in_their_order(desk: Desk) -> None:
    document = changed(POACHING, observations=[{"category": f"{name}.", "attributes": {"n": 1}} for name in "abc"])
    record = recorded(desk, "poaching", document)
    first, second, third = shown(desk, record)["observations"]

    EditIncident(desk.store)(
        record,
        {"observations": [{**third, "attributes": {"n": 2}}, first, {"category": "d.", "attributes": {"m": ["y"]}}]},
        officer=desk.officer,
    )  # fmt: skip

    told = shown(desk, record)["observations"]
    assert [one["category"] for one in told] == ["c.", "a.", "d."]
    assert [one["id"] for one in told[:2]] == [third["id"], first["id"]]
    assert told[0]["attributes"] == {"n": 2}
    assert told[2]["attributes"] == {"m": ["y"]}
    assert second["id"] not in [one["id"] for one in told]


def test_an_observation_may_become_another(desk: Desk) -> None:
    document = changed(POACHING, observations=[{"category": "a.", "attributes": {"n": 1, "m": ["x", "y"]}}])
    record = recorded(desk, "poaching", document)
    first = shown(desk, record)["observations"][0]

    told = {"id": first["id"], "category": "b.", "attributes": {"m": ["y", "z"], "k": "t"}}
    EditIncident(desk.store)(record, {"observations": [told]}, officer=desk.officer)

    assert shown(desk, record)["observations"] == [told]


def test_photos_lie_beside_the_document(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "pictures").mkdir(parents=True)
    write_photo(folder / "pictures" / "a.jpg", colour="blue")
    write_photo(folder / "b.jpg")
    document = changed(POACHING, photos=["pictures/a.jpg", "b.jpg", "b.jpg"])

    record = recorded(desk, "poaching", document, photo_folder=folder)
    EditIncident(desk.store)(record, {"photos": ["b.jpg"]}, officer=desk.officer, photo_folder=folder)

    assert [one["name"] for one in shown(desk, record)["attachments"]] == ["a.jpg", "b.jpg"]


def test_a_photo_that_is_none_stores_nothing(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("no photo")
    record = recorded(desk, "poaching")
    before = desk.changes()

    for photos in (["a.jpg"], ["missing.jpg"], ["."]):
        with pytest.raises(NotAPhotoError):
            recorded(desk, "poaching", changed(POACHING, photos=photos), photo_folder=tmp_path)
        with pytest.raises(NotAPhotoError):
            EditIncident(desk.store)(record, {"photos": photos}, officer=desk.officer, photo_folder=tmp_path)

    assert desk.changes() == before


def test_a_patrol_is_named_by_id_or_number(desk: Desk) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING))
    patrol = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]
    EditPatrol(desk.store)(patrol, {"number": "Walk 7"}, officer=desk.officer)

    for name in ("Walk 7", patrol):
        assert shown(desk, recorded(desk, "other", changed(OTHER, patrol_id=name)))["patrol_id"] == patrol


def test_an_incident_of_a_patrol_that_was_withdrawn_can_still_be_edited(desk: Desk) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING))
    patrol = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]
    record = recorded(desk, "other", changed(OTHER, patrol_id=patrol))
    TakeBack(desk.store)("patrol", patrol, "wrong file", officer=desk.officer)

    EditIncident(desk.store)(record, {**shown(desk, record), "place": "Pass"}, officer=desk.officer)

    assert (shown(desk, record)["place"], shown(desk, record)["patrol_id"]) == ("Pass", patrol)
    with pytest.raises(DocumentRefusedError):
        recorded(desk, "other", changed(OTHER, patrol_id=patrol))
    EditIncident(desk.store)(record, {"patrol_id": None}, officer=desk.officer)
    assert shown(desk, record)["patrol_id"] is None


@pytest.mark.parametrize("kind", ["poaching", "conflict"])
def test_a_withdrawn_incident_refuses_edits(desk: Desk, kind: str) -> None:
    record = recorded(desk, kind)
    TakeBack(desk.store)("conflict" if kind == "conflict" else "incident", record, "twice", officer=desk.officer)

    with pytest.raises(RecordTakenBackError):
        EditIncident(desk.store)(record, {"place": "elsewhere"}, officer=desk.officer)


def test_a_form_that_was_open_too_long_loses_nothing_silently(desk: Desk) -> None:
    record = recorded(desk, "poaching")
    opened, bases = shown(desk, record), desk.store.reader.bases(record)
    EditIncident(desk.store)(record, {"place": "Right bank", "no_position_reason": "x"}, officer=desk.officer)

    EditIncident(desk.store)(
        record, {**opened, "place": "Island", "no_position_reason": "y"}, officer=desk.officer, bases=bases
    )

    state = desk.store.reader.state(record)
    assert {write.value for write in state.rivals["place"]} == {"Right bank", "Island"}
    assert {write.value for write in state.rivals["no_position_reason"]} == {"x", "y"}
    assert {field for _, _, field, _ in desk.store.reader.conflicts()} == {"place", "no_position_reason"}


def test_a_form_that_was_open_too_long_keeps_what_it_did_not_touch(desk: Desk) -> None:
    record = recorded(desk, "poaching")
    opened, bases = shown(desk, record), desk.store.reader.bases(record)
    EditIncident(desk.store)(
        record,
        {"place": "Right bank", "no_position_reason": "cloud", "fields": {"weapons": ["poison"], "trap_count": None}},
        officer=desk.officer,
    )

    EditIncident(desk.store)(record, {**opened, "summary": "Four snares."}, officer=desk.officer, bases=bases)

    told = shown(desk, record)
    assert (told["place"], told["no_position_reason"], told["summary"]) == ("Right bank", "cloud", "Four snares.")
    assert told["fields"]["weapons"] == ["poison"]
    assert "trap_count" not in told["fields"]
    assert desk.store.reader.conflicts() == ()


def test_a_difference_stays_open_until_somebody_decides(desk: Desk) -> None:
    record = recorded(desk, "poaching")
    bases = desk.store.reader.bases(record)
    EditIncident(desk.store)(record, {"place": "A"}, officer=desk.officer)
    EditIncident(desk.store)(record, {"place": "B"}, officer=desk.officer, bases=bases)
    now = shown(desk, record)

    assert not EditIncident(desk.store)(record, now, officer=desk.officer).is_changed
    assert not EditIncident(
        desk.store)(record, now, officer=desk.officer, bases=desk.store.reader.bases(record)).is_changed  # fmt: skip
    assert len(desk.store.reader.conflicts()) == 1
    both = {"place": desk.store.reader.state(record).heads_of("place")}
    with desk.store.act(officer=desk.officer) as change:
        change.set("incident", record, {"place": now["place"]}, bases=both)

    assert desk.store.reader.conflicts() == ()
    assert shown(desk, record)["place"] == now["place"]


def test_saving_a_draft_twice_makes_one_incident(desk: Desk) -> None:
    record = new_id()
    recorded(desk, "conflict", record=record)
    before = shown(desk, record)

    again = RecordIncident(desk.store)("conflict", CONFLICT, officer=desk.officer, record=record)

    assert again.incident_id == record
    assert shown(desk, record) == before
    assert len(incident_page(desk.store.reader)) == 1
    assert desk.store.reader.conflicts() == ()


def test_a_record_of_a_form_that_is_not_known_yet_can_be_read(desk: Desk) -> None:
    with desk.store.act(officer=desk.officer) as change:
        record = change.create(
            "incident",
            {"form_kind": "logging", "summary": "From a newer program", "position_source": "drone", "latitude": "1.5",
             "longitude": "2", "occurred_at": "soon", "animal_count": "many"},
        )  # fmt: skip

    told = shown(desk, record)

    assert (told["kind"], told["summary"], told["occurred_at"]) == ("other", "From a newer program", None)
    assert [row.id for row in incident_page(desk.store.reader)] == [record]


def test_pages_of_incidents_hold_each_once(desk: Desk) -> None:
    records = [
        recorded(desk, kind, changed(DOCUMENTS[kind], occurred_at=f"2026-03-{day:02}T09:00:00+06:00"))
        for day in (4, 4, 2, 9)
        for kind in INCIDENT_KINDS
    ]
    records.append(recorded(desk, "other", {}))

    rows: list[IncidentRow] = []
    before = None
    while page := incident_page(desk.store.reader, before=before, limit=2):
        rows += page
        before = page[-1].place_key

    assert sorted(row.id for row in rows) == sorted(records)
    assert [row.occurred_at for row in rows] == sorted((row.occurred_at for row in rows), reverse=True)
    assert {row.kind for row in rows} == set(INCIDENT_KINDS)
    assert {row.kind for row in incident_page(desk.store.reader, kinds=["conflict"])} == {"conflict"}
