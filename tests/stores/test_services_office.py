"""The SMART office as a station knows it: training lists, what files name, what the office told, what people map."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from db.officers import members
from ranger_app.domain.office_mapping import Rules
from ranger_app.domain.smart_office import Office, training_office
from ranger_app.importers.employees import EmployeesNotUtf8Error, EmployeesUnreadableError
from ranger_app.importers.office_metadata import MetadataUnreadableError
from ranger_app.services.export_smart import ExportSmart
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.office import (
    AddChoice,
    ChoiceKnownError,
    ChoiceMissingError,
    LoadEmployees,
    LoadMetadata,
    MappingMissingError,
    RenameChoice,
    SetMapping,
    office_of,
    office_rules,
)
from ranger_app.services.office_book import OfficeBook
from ranger_app.services.stations import WrongValueError
from tests.service_desk import MORNING, Desk, walk, write_gpx


def office(desk: Desk) -> Office:
    return office_of(desk.store.reader, desk.store.station_id)


def rules(desk: Desk) -> Rules:
    return office_rules(desk.store.reader, office(desk))


def test_a_new_station_knows_the_training_area_and_nobodys_employees(desk: Desk) -> None:
    assert office(desk) == training_office()


def test_what_a_file_names_becomes_known_once(desk: Desk) -> None:
    with desk.store.transaction(desk.officer) as transaction:
        book = OfficeBook(desk.store, transaction)
        keys = [book.choice("mandate", {"es": "Vigilancia"}) for _ in range(2)]
        foot = book.choice("transport", {"en": "Foot"})
        horse = book.choice("transport", {"es": "Caballo"}, key="horse", patrol_type="GROUND")
        book.choice("transport", {"en": "Horse"}, key="horse")
        station = book.choice("station", {"ru": "Кордон № 3"})
        team = book.choice("team", {"ru": "Отряд"})
        people = {book.person("Aibek", "Toktogulov", ""), book.person("Aibek", "Toktogulov", "")}
        people.add(book.person("Gulnara", "Asanova", "R-1"))

    again = desk.reopen()
    with again.store.transaction(again.officer) as transaction:
        book = OfficeBook(again.store, transaction)
        keys.append(book.choice("mandate", {"es": "Vigilancia"}))
        people.add(book.person("Gulnara", "Asanova", "R-1"))

    found = office(again)
    assert set(keys) == {"vigilancia"}
    assert (foot, horse, station) == ("foot", "horse", "Кордон № 3")
    assert team.startswith("team_")
    assert found.label(found.transports, "horse") == ("en", "Horse")
    assert found.label(found.transports, "horse", "es") == ("es", "Caballo")
    assert found.label(found.teams, team) == ("ru", "Отряд")
    assert "antipoaching" in found.mandates
    assert people >= {desk.officer}
    assert len(people) == 2
    assert found.members is None


def test_a_key_that_a_file_labels_otherwise_than_the_training_area_keeps_the_files_label(desk: Desk) -> None:
    with desk.store.transaction(desk.officer) as transaction:
        assert OfficeBook(desk.store, transaction).choice("transport", {"es": "A pie"}, key="foot") == "foot"

    found = office(desk)

    assert found.label(found.transports, "foot") == ("es", "A pie")


# What people say


@pytest.mark.parametrize("language", ["es_MX", "en_CA", "pt-BR", "mn-Cyrl", "EN"])
def test_a_language_is_spelt_as_the_area_spells_it(desk: Desk, language: str) -> None:
    with desk.store.transaction(desk.officer) as transaction:
        key = OfficeBook(desk.store, transaction).choice("mandate", {language: "Vigilancia"})
    own = AddChoice(desk.store)("mandate", "Ronda", language=language, officer=desk.officer)

    found = office(desk.reopen())

    assert found.label(found.mandates, key, language) == (language, "Vigilancia")
    assert found.label(found.mandates, own, language) == (language, "Ronda")


def test_a_person_adds_and_renames_entries(desk: Desk) -> None:
    key = AddChoice(desk.store)("mandate", " Patrulla móvil ", language="es", officer=desk.officer)
    plane = AddChoice(desk.store)("transport", "Plane", patrol_type="AIR", officer=desk.officer)
    assert RenameChoice(desk.store)("mandate", key, "Patrulla", language="es", officer=desk.officer)
    assert RenameChoice(desk.store)("transport", "foot", "On foot", officer=desk.officer)
    assert not RenameChoice(desk.store)("transport", "foot", "On foot", officer=desk.officer)
    assert not RenameChoice(desk.store)("transport", "vehicle", "Vehicle", officer=desk.officer)

    found = office(desk)

    assert (key, found.label(found.mandates, key)) == ("patrullamovil", ("es", "Patrulla"))
    assert found.patrol_type(plane) == "AIR"
    assert found.label(found.transports, "foot") == ("en", "On foot")


def test_what_a_person_cannot_say_of_the_office_is_refused_and_stores_nothing(desk: Desk) -> None:
    before = desk.changes()
    add, rename, mapping = AddChoice(desk.store), RenameChoice(desk.store), SetMapping(desk.store)

    with pytest.raises(ChoiceKnownError):
        add("mandate", "Anti", key="antipoaching", officer=desk.officer)
    with pytest.raises(ChoiceMissingError):
        rename("mandate", "picnic", "Picnic", officer=desk.officer)
    with pytest.raises(MappingMissingError):
        mapping.clear("mandate", "picnic", officer=desk.officer)
    for wrong in (
        lambda: add("boats", "x", officer=desk.officer),
        lambda: add("team", " ", officer=desk.officer),
        lambda: add("team", "half \udcff", officer=desk.officer),
        lambda: add("team", "x", patrol_type="AIR", officer=desk.officer),
        lambda: add("transport", "x", patrol_type="SPACE", officer=desk.officer),
        lambda: rename("boats", "x", "x", officer=desk.officer),
        lambda: mapping("boat", "a", "b", officer=desk.officer),
        lambda: mapping("mandate", "antipoaching", "antipoaching", officer=desk.officer),
        lambda: mapping("mandate", "", "antipoaching", officer=desk.officer),
        lambda: mapping("mandate", "picnic", "nothing", officer=desk.officer),
        lambda: mapping("category", "a.", "no.such.", officer=desk.officer),
        lambda: mapping("attribute", "a", "nosuch", officer=desk.officer),
        lambda: mapping("option", "a", "typeoftrap/wiresnare", officer=desk.officer),
        lambda: mapping("option", "typeoftrap/x", "typeoftrap/y", officer=desk.officer),
        lambda: mapping("option", "typeoftrap/x", "nosuch/y", officer=desk.officer),
        lambda: mapping("member", "Nobody, At All", desk.officer, officer=desk.officer),
        lambda: mapping("member", desk.officer, desk.officer, officer=desk.officer),
    ):
        with pytest.raises(WrongValueError):
            wrong()

    assert desk.changes() == before


def test_a_mapping_is_set_changed_and_taken_away(desk: Desk) -> None:
    mapping = SetMapping(desk.store)

    first = mapping("mandate", "picnic", "antipoaching", officer=desk.officer)
    second = mapping("mandate", "picnic", "followup", officer=desk.officer)
    assert first == second
    assert rules(desk).theirs("mandate", "picnic") == "followup"
    mapping.clear("mandate", "picnic", officer=desk.officer)

    assert rules(desk).theirs("mandate", "picnic") == "picnic"
    assert mapping("mandate", "picnic", "followup", officer=desk.officer) == first
    assert mapping("option", "typeoftrap/noose", "typeoftrap/wiresnare", officer=desk.officer) != first
    assert mapping("category", "traps.", "humanactivity.", officer=desk.officer)
    assert mapping("attribute", "kind", "typeoftrap", officer=desk.officer)


# What the office says

EMPLOYEES = Path(__file__).parent.parent / "data" / "smart" / "samples" / "employees.csv"
HEADING = "employee_id,given_name,family_name,birth_date,gender,start_date,end_date,agency,rank\n"


def written(desk: Desk, *lines: str, heading: str = HEADING) -> Path:
    path = desk.out / "employees.csv"
    path.write_text(heading + "\n".join(lines), encoding="utf-8")
    return path


def test_smarts_own_sample_of_employees_is_read_whole(desk: Desk) -> None:
    done = LoadEmployees(desk.store)(EMPLOYEES, officer=desk.officer)

    found = office(desk)
    assert (done.new, done.left, done.problems) == (done.employees, 0, ())
    assert found.members is not None
    assert len(found.members) == done.employees
    assert ("SMART1", "Dana", "Owens") in {(one.employee_id, one.given_name, one.family_name) for one in found.members}
    assert [one.labels for one in found.ranks.values()]
    assert [one.labels for one in found.agencies.values()]


def test_a_later_list_takes_the_place_of_the_earlier_one(desk: Desk) -> None:
    load = LoadEmployees(desk.store)
    load(written(desk, "R-1,Bek,Asanov,,M,2020-01-01,,,", "R-2,Aida,Osmonova,,F,2020-01-01,,,"), officer=desk.officer)
    before = {one.employee_id: one.id for one in office(desk).members or ()}

    done = load(written(desk, "R-1,Bekbolot,Asanov,,M,2020-01-01,,,", "R-3,Nur,Beishe,,F,2021-01-01,,,"),
                officer=desk.officer)  # fmt: skip

    found = {one.employee_id: one for one in office(desk).members or ()}
    assert (done.employees, done.new, done.left) == (2, 1, 1)
    assert sorted(found) == ["R-1", "R-3"]
    assert (found["R-1"].id, found["R-1"].given_name) == (before["R-1"], "Bekbolot")
    changes = desk.changes()
    load(written(desk, "R-1,Bekbolot,Asanov,,M,2020-01-01,,,", "R-3,Nur,Beishe,,F,2021-01-01,,,"), officer=desk.officer)
    assert desk.changes() == changes


@pytest.mark.parametrize(
    "line",
    [
        "R-1,Bek,Asanov,,M,2020-01-01,,",
        "Bek,Asanov,,M,2020-01-01,,,",
        "R-1,Bek,Asanov,,M,2020-01-01,,,,,",
        "R-1,,,,,,,,",
    ],
)
def test_nobody_has_left_of_whom_a_line_tells_that_cannot_be_taken(desk: Desk, line: str) -> None:
    load = LoadEmployees(desk.store)
    aida = "R-2,Aida,Osmonova,,F,2020-01-01,,,"
    load(
        written(desk, "R-1,Bek,Asanov,,M,2020-01-01,,,", aida, "R-3,Nur,Beishe,,F,2021-01-01,,,"), officer=desk.officer
    )

    done = load(written(desk, line, aida), officer=desk.officer)

    assert (done.employees, done.new, done.left) == (1, 0, 1)
    assert sorted(one.employee_id for one in office(desk).members or ()) == ["R-1", "R-2"]
    assert done.problems


def test_a_person_seen_in_a_file_stays_as_the_file_said_unless_the_list_says_exactly_so(desk: Desk) -> None:
    with desk.store.transaction(desk.officer) as transaction:
        book = OfficeBook(desk.store, transaction)
        same, other = book.person("Bek", "Asanov", "R-1"), book.person("Aida", "Osmonova", "R-9")

    LoadEmployees(desk.store)(
        written(desk, "R-1,Bek,Asanov,,M,2020-01-01,,,", "R-2,Aida,Osmonova,,F,2020-01-01,,,"), officer=desk.officer
    )

    people = {one.id: one.employee_id for one in office(desk).members or ()}
    assert people[same] == "R-1"
    assert other not in people
    assert members(desk.store.reader)[other].employee_id == "R-9"


def test_lines_of_employees_that_cannot_be_taken_are_named(desk: Desk) -> None:
    lines = ("R-1;Bek;Asanov;1990-13-01;M;2020-01-01;;;", "too;few", "R-1;A;B;;F;2020-01-01;;;", ";;;;F;2020-01-01;;;x",
             "R-2;Aida;Osmonova;;x;;;;")  # fmt: skip

    done = LoadEmployees(desk.store)(written(desk, *lines, heading=HEADING.replace(",", ";")), officer=desk.officer)

    told = [(one.code, one.where, one.facts.get("field")) for one in done.problems]
    assert told == [
        ("employee-field", "line 2", "birth_date"), ("employee-columns", "line 3", None),
        ("employee-twice", "line 4", None), ("employee-field", "line 5", "given_name"),
        ("employee-field", "line 5", "family_name"), ("employee-field", "line 6", "gender"),
        ("employee-field", "line 6", "start_date"),
    ]  # fmt: skip
    assert [one.employee_id for one in office(desk).members or ()] == ["R-1", "R-2"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1,2\n", b'"' + b"a" * 200_000, b"\x00" * 20])
def test_what_is_no_list_of_employees_is_refused(desk: Desk, content: bytes) -> None:
    path = desk.out / "x.csv"
    path.write_bytes(content)
    before = desk.changes()

    for wrong in (path, desk.out / "none.csv"):
        with pytest.raises(EmployeesUnreadableError):
            LoadEmployees(desk.store)(wrong, officer=desk.officer)

    assert desk.changes() == before


BEK, AIDA = "0" * 31 + "1", "0" * 31 + "2"


def options(*told: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"id": key, "names": [{"name": label, "locale": "es"}]} for key, label in told]


def metadata(**more: Any) -> dict[str, Any]:
    """Metadata of a small Spanish-speaking office."""
    return {
        "patrolMetadata": [
            {"id": "team", "listOptions": options(("movil", "Equipo móvil"))},
            {"id": "station", "listOptions": options(("A1" * 4 + "-" + "b2" * 12, "Kichi"))},
            {"id": "objective", "type": "text"},
            {"id": "weather", "type": "list", "listOptions": options(("sun", "Sol"), ("rain", "Lluvia"))},
            {"id": "snow_cm", "type": "numeric", "names": []},
        ],
        "patrolLegMetadata": [
            {"id": "transportType", "listOptions": options(("foot", "A pie"), ("horse", "Caballo"))},
            {"id": "mandate", "listOptions": options(("apu", "Vigilancia"))},
            {"id": "members", "listOptions": options((BEK, "Asanov, Bek"), (AIDA, "Aida Osmonova"))},
        ],
        **more,
    }  # fmt: skip


def test_what_the_office_told_is_exact(desk: Desk) -> None:
    AddChoice(desk.store)("mandate", "Typed", language="es", officer=desk.officer)
    with desk.store.transaction(desk.officer) as transaction:
        book = OfficeBook(desk.store, transaction)
        book.choice("mandate", {"es": "Vigilancia"})
        book.choice("mandate", {"es": "Otro"})
        book.choice("station", {"es": "Kichi"})

    done = LoadMetadata(desk.store)(json.dumps(metadata()).encode(), officer=desk.officer)

    found = office(desk)
    assert done.problems == ()
    assert dict(done.lists) == {"team": 1, "station": 1, "patrol_attribute": 2, "transport": 2, "mandate": 1}
    assert found.told == set(done.lists)
    assert found.language == "es"
    assert set(found.mandates) == {"apu", "typed"}
    assert set(found.transports) == {"foot", "horse"}
    assert found.label(found.transports, "foot") == ("es", "A pie")
    assert found.stations["Kichi"].uuid == "a1" * 4 + "b2" * 12
    assert found.label(found.mandates, "otro") == ("es", "Otro")
    assert found.members is None
    assert found.patrol_attributes is not None
    assert (found.patrol_attributes["weather"].type, found.patrol_attributes["weather"].options) == (
        "LIST", ("rain", "sun"),
    )  # fmt: skip
    assert rules(desk).theirs("mandate", "vigilancia") == "apu"
    assert rules(desk).theirs("mandate", "otro") == "otro"


def test_metadata_loaded_again_change_only_what_changed(desk: Desk) -> None:
    load = LoadMetadata(desk.store)
    LoadEmployees(desk.store)(written(desk, "R-1,Bek,Asanov,,M,2020-01-01,,,"), officer=desk.officer)
    load(metadata(), officer=desk.officer)
    changes = desk.changes()
    load(metadata(), officer=desk.officer)
    assert desk.changes() == changes

    fewer = metadata(patrolLegMetadata=[{"id": "transportType", "listOptions": options(("horse", "Mula"))}])
    load(fewer, officer=desk.officer)

    found = office(desk)
    assert [one.labels for one in found.transports.values()] == [{"es": "Mula"}]
    assert set(found.mandates) == {"apu"}
    assert found.label(found.transports, "foot") == ("es", "A pie")
    [bek] = found.members or ()
    assert desk.store.reader.entry(bek.id).values["uuid"] == BEK
    assert sum(one.family_name == "Osmonova" for one in members(desk.store.reader).values()) == 1


def test_entries_of_metadata_that_cannot_be_taken_are_named(desk: Desk) -> None:
    odd = metadata(patrolMetadata=[
        7, {"id": ""}, {"id": "team"},
        {"id": "team", "listOptions": [*options(("a", "A"), ("a", "B")), 7, {"id": "b"}]},
        {"id": "members", "listOptions": options(("no uuid", "Bek"))}, {"id": "snow"}, {"id": "snow"},
    ])  # fmt: skip

    done = LoadMetadata(desk.store)(odd, officer=desk.officer)

    assert [(one.where, one.facts["what"]) for one in done.problems] == [
        ("patrolMetadata 1", "id"), ("patrolMetadata 2", "id"), ("patrolMetadata 3", "listOptions"),
        ("patrolMetadata 4", "a"), ("patrolMetadata 4, option 3", "names"), ("patrolMetadata 4, option 4", "names"),
        ("patrolMetadata 5", "no uuid"),
    ]  # fmt: skip
    assert set(office(desk).patrol_attributes or ()) == {"snow"}


def test_an_attribute_that_the_office_tells_twice_counts_once_and_is_named(desk: Desk) -> None:
    fuel = {"id": "fuel", "type": "NUMERIC", "names": [{"name": "Fuel", "locale": "en"}]}

    done = LoadMetadata(desk.store)(metadata(patrolMetadata=[fuel, {**fuel, "type": "TEXT"}]), officer=desk.officer)

    assert [(one.where, one.facts["what"]) for one in done.problems] == [("patrolMetadata 2", "fuel")]
    assert (office(desk).patrol_attributes or {})["fuel"].type == "NUMERIC"


def test_employees_of_another_encoding_are_refused_with_what_helps(desk: Desk) -> None:
    path = desk.out / "x.csv"
    path.write_bytes((HEADING + "R-1,Бек,Асанов,,M,2020-01-01,,,").encode("cp1251"))

    with pytest.raises(EmployeesNotUtf8Error):
        LoadEmployees(desk.store)(path, officer=desk.officer)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"patrolMetadata": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_metadata_is_refused(desk: Desk, content: bytes) -> None:
    with pytest.raises(MetadataUnreadableError):
        LoadMetadata(desk.store)(content, officer=desk.officer)
    assert office(desk) == training_office()


def test_what_is_known_of_the_office_is_the_same_after_tables_are_derived_again(desk: Desk) -> None:
    LoadMetadata(desk.store)(metadata(), officer=desk.officer)
    LoadEmployees(desk.store)(EMPLOYEES, officer=desk.officer)
    SetMapping(desk.store)("mandate", "antipoaching", "apu", officer=desk.officer)
    before = office(desk), rules(desk)

    desk.store.rederive(desk.context)

    assert (office(desk), rules(desk)) == before


def test_two_patrols_of_one_number_are_named(desk: Desk) -> None:
    days = [MORNING, MORNING + dt.timedelta(days=9)]
    paths = [write_gpx(desk.out / f"{place}.gpx", walk(day)) for place, day in enumerate(days)]
    imported = ImportTracks(desk.store)(paths, officer=desk.officer, context=desk.context)
    first, second = imported.patrols
    with desk.store.act(officer=desk.officer) as change:  # as two laptops do that met late
        change.set("patrol", second, {"number": desk.store.reader.entry(first).values["number"]})

    done = ExportSmart(desk.store)(desk.out / "smart", officer=desk.officer, context=desk.context)

    assert [(one.code, one.record_id) for one in done.findings.lossy] == [
        ("smart-number-twice", first), ("smart-number-twice", second),
    ]  # fmt: skip
    assert (done.is_written, done.findings.clean) == (False, 0)
