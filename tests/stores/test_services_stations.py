"""Creating, opening, counting, deriving again and checking a station, and who works at it."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

import pytest

from db.officers import officers
from db.store import StationExistsError, StationMissingError
from ranger_app.jobs import JobContext
from ranger_app.services.officers import (
    AddOfficer,
    OfficerUnknownError,
    acting_officer,
    last_officer,
    person_named,
    remember_officer,
)
from ranger_app.services.stations import (
    EncryptionNotYetError,
    WrongValueError,
    check_station,
    create_station,
    open_station,
    rebuild_station,
    station_facts,
    station_of,
)
from ranger_app.services.take_back import TakeBack
from ranger_app.settings import local_timezone
from tests.service_desk import Desk, new_desk

ASKED = {
    "name": "Naryn", "area_id": "KG-NAR", "officer_name": "Toktogulov, Aibek", "role": "ranger",
    "timezone": "Asia/Bishkek",
}  # fmt: skip


def test_a_new_station_knows_its_name_zone_and_first_officer(desk: Desk) -> None:
    station = station_of(desk.store)

    assert (station.name, station.area_id, station.timezone) == ("Naryn", "KG-NAR", "Asia/Bishkek")
    assert station.default_mandate == "antipoaching"
    assert len(station.short_code) == 4
    assert [officer.name for officer in officers(desk.store.reader)] == ["Toktogulov, Aibek"]
    assert acting_officer(desk.store, "", desk.home).id == desk.officer


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "), ("area_id", ""), ("area_id", "KG NAR"), ("area_id", "x" * 33), ("area_id", "KG_NAR"),
        ("officer_name", " "), ("officer_name", ", Aibek"), ("role", "chief"), ("timezone", "Asia/Nowhere"),
        ("timezone", "../../etc/passwd"), ("timezone", "Asia"), ("language", "xx"), ("name", "broken \udcff name"),
        ("officer_name", "broken \udcff, name"), ("area_name", "broken \udcff name"),
    ],
)  # fmt: skip
def test_a_refused_station_leaves_nothing_behind(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(WrongValueError):
        create_station(tmp_path / "new", home=tmp_path / "home", is_encrypted=False, **{**ASKED, field: value})

    assert list(tmp_path.iterdir()) == []


def test_an_encrypted_station_is_refused_until_there_are_keys_for_it(tmp_path: Path) -> None:
    with pytest.raises(EncryptionNotYetError):
        create_station(tmp_path / "new", home=tmp_path / "home", is_encrypted=True, **ASKED)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "letters.txt").write_text("keep me")

    with pytest.raises(StationExistsError):
        create_station(folder, home=tmp_path / "home", is_encrypted=False, **ASKED)

    assert [path.name for path in folder.iterdir()] == ["letters.txt"]


def test_a_file_in_the_place_of_the_folder_is_left_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "letters.txt"
    place.write_text("keep me")

    for folder in (place, place / "below"):
        with pytest.raises(StationExistsError):
            create_station(folder, home=tmp_path / "home", is_encrypted=False, **ASKED)

    assert place.read_text() == "keep me"


def test_a_station_is_not_made_twice_in_one_folder(desk: Desk) -> None:
    desk.store.close()
    before = sorted(path.name for path in desk.folder.iterdir())

    with pytest.raises(StationExistsError):
        create_station(desk.folder, home=desk.home, is_encrypted=False, **ASKED)

    assert sorted(path.name for path in desk.folder.iterdir()) == before
    desk.store = open_station(desk.folder, home=desk.home)


def test_there_is_no_station_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(StationMissingError):
        open_station(tmp_path, home=tmp_path / "home")


@pytest.mark.parametrize("name", ['Пост "Нарын" \U0001f406', "گلگت پوسٹ", "O'Brien; DROP TABLE record;--", "x" * 3000])
def test_a_station_and_its_people_may_be_called_anything(tmp_path: Path, name: str) -> None:
    desk = new_desk(tmp_path, name=name, area_name=name, officer_name=f"{name}, {name}")

    with desk.store:
        assert station_of(desk.store).name == name
        assert acting_officer(desk.store, "", desk.home).name == f"{name}, {name}"
        assert check_station(desk.store, JobContext()).bad == ()


def test_names_are_kept_in_one_spelling(tmp_path: Path) -> None:
    typed = unicodedata.normalize("NFD", "Нарын Бийик Тоо ё й é")
    desk = new_desk(tmp_path, name=typed, officer_name=f"{typed}, A")

    with desk.store:
        AddOfficer(desk.store)(f" {typed} ,  B ", "inspector", typed, officer=desk.officer)
        composed = unicodedata.normalize("NFC", typed)
        assert station_of(desk.store).name == composed
        assert [one.name for one in officers(desk.store.reader)] == [f"{composed}, A", f"{composed}, B"]
        assert officers(desk.store.reader)[1].employee_id == composed
        found = person_named(desk.store.reader, f"{typed.upper()}, b")
        assert found is not None
        assert found.given_name == "B"


def test_a_machine_without_a_zone_is_in_utc_or_somewhere() -> None:
    assert local_timezone()


@pytest.mark.parametrize(
    ("name", "role"), [("", "ranger"), (", Aibek", "ranger"), ("A, B", "boss"), ("\udcff, B", "ranger")]
)
def test_a_refused_officer_is_not_recorded(desk: Desk, name: str, role: str) -> None:
    before = desk.changes()

    with pytest.raises(WrongValueError):
        AddOfficer(desk.store)(name, role, officer=desk.officer)

    assert desk.changes() == before


def test_the_officer_chosen_last_acts_until_another_is_chosen(desk: Desk) -> None:
    store = desk.store
    second = AddOfficer(store)("Asanova, Gulnara", "inspector", "R-19", officer=desk.officer)

    assert acting_officer(store, second, desk.home).employee_id == "R-19"
    assert acting_officer(store, "", desk.home).name == "Asanova, Gulnara"  # nobody was chosen: the first by name
    remember_officer(desk.home, store.station_id, desk.officer)
    assert last_officer(desk.home, store.station_id) == desk.officer
    assert acting_officer(store, "", desk.home).id == desk.officer


def test_strangers_and_those_who_left_do_not_act(desk: Desk) -> None:
    gone = AddOfficer(desk.store)("Asanova, Gulnara", "inspector", officer=desk.officer)
    TakeBack(desk.store)("officer", gone, "moved away", officer=desk.officer)

    for chosen in (gone, "0" * 32, "nobody", desk.store.station_id):
        with pytest.raises(OfficerUnknownError):
            acting_officer(desk.store, chosen, desk.home)
    remember_officer(desk.home, desk.store.station_id, gone)
    assert acting_officer(desk.store, "", desk.home).id == desk.officer


def test_facts_count_what_lists_show(desk: Desk) -> None:
    facts = station_facts(desk.store)

    assert facts["counts"] == {
        "patrols": 0, "waypoints": 0, "observations": 0, "incidents": 0, "conflicts": 0, "cases": 0, "exhibits": 0,
        "attachments": 0, "changes": 3,
    }  # fmt: skip
    assert (facts["logs"], facts["waiting"], facts["alarms"], facts["encrypted"]) == (1, 0, [], False)
    assert facts["schema_version"] == 1
    assert len(facts["station_root"]) == 64
    assert json.dumps(facts)


def test_a_rebuild_proves_that_nothing_changed(desk: Desk) -> None:
    before = desk.content()

    rebuilt = rebuild_station(desk.store, JobContext())

    assert (rebuilt.identical, rebuilt.changes) == (True, desk.changes())
    assert desk.content() == before
    assert not [path for path in desk.folder.iterdir() if path.name.startswith("ranger-")]


def test_a_rebuild_notices_a_table_that_somebody_touched(desk: Desk) -> None:
    desk.store.reader.derived.execute("UPDATE officer SET family_name = 'Nobody'")

    assert rebuild_station(desk.store, JobContext()).identical is False
    assert [one.family_name for one in officers(desk.store.reader)] == ["Toktogulov"]


def test_a_lost_derived_file_comes_back_with_everything(desk: Desk) -> None:
    before = desk.content()
    desk.store.close()
    for path in desk.folder.glob("derived.db*"):
        path.unlink()
    desk.store = open_station(desk.folder, home=desk.home)

    assert desk.content() == before
    assert rebuild_station(desk.store, JobContext()).identical is None


def test_a_copied_station_says_so_and_gives_numbers_of_its_own(desk: Desk, tmp_path: Path) -> None:
    desk.store.close()
    shutil.copytree(desk.folder, tmp_path / "copy")

    with open_station(tmp_path / "copy", home=desk.home) as copy:
        assert "station-moved" in [code for code, _ in copy.notices]
    desk.store = open_station(desk.folder, home=desk.home)
    assert "station-moved" not in [code for code, _ in desk.store.notices]


def test_a_copied_station_says_so_until_something_is_written_in_it(desk: Desk, tmp_path: Path) -> None:
    with desk.store.act(officer=desk.officer, audience="case") as change:
        change.create("case", {"title": "Snares"})
    desk.store.close()
    shutil.copytree(desk.folder, tmp_path / "copy")

    told = []
    for _ in range(3):
        with open_station(tmp_path / "copy", home=desk.home) as copy:
            told.append([code for code, _ in copy.notices])
            if len(told) == 2:
                AddOfficer(copy)("New, One", "ranger", "", officer=desk.officer)
    with (
        open_station(tmp_path / "copy", home=desk.home) as copy,
        copy.act(officer=desk.officer, audience="case") as act,
    ):
        act.create("case", {"title": "Traps"})
    with open_station(tmp_path / "copy", home=desk.home) as copy:
        logs = copy.journal.versions()

    desk.store = open_station(desk.folder, home=desk.home)
    assert told == [["station-moved"], ["station-moved"], []]
    assert len(logs) == 4


def test_a_checked_station_names_what_was_altered(desk: Desk) -> None:
    digest = desk.store.blobs.put(b"x" * 300_000)
    assert check_station(desk.store, JobContext()).bad == ()
    desk.store.blobs.path(digest).write_bytes(b"y" * 300_000)

    bad = check_station(desk.store, JobContext()).bad

    assert len(bad) == 1
    assert digest in bad[0]
