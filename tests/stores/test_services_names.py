"""The station and its officers are given other names."""

from __future__ import annotations

import pytest

from db.officers import officers
from db.patrols import patrol
from ranger_app.services.edit_station import EditOfficer, EditStation
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.stations import WrongValueError, station_of
from tests.service_desk import MORNING, Desk, walk, write_gpx


def test_the_station_is_given_other_names(desk: Desk) -> None:
    edit = EditStation(desk.store)

    assert edit(name=" Osh ", area_name="Kulun-Ata", officer=desk.officer)
    assert not edit(name="Osh", officer=desk.officer)

    station = station_of(desk.store)
    assert (station.name, station.area_name, station.area_id) == ("Osh", "Kulun-Ata", "KG-NAR")
    for name in ("", "  ", "broken \udcff name"):
        with pytest.raises(WrongValueError):
            edit(name=name, officer=desk.officer)


def test_a_wrong_time_zone_is_put_right_and_days_that_were_cut_stay(desk: Desk) -> None:
    edit = EditStation(desk.store)
    before = ImportTracks(desk.store)(
        [write_gpx(desk.out / "1.gpx", walk(MORNING))], officer=desk.officer, context=desk.context
    ).patrols[0]

    assert edit(timezone="Asia/Tokyo", default_mandate="research", officer=desk.officer)
    after = ImportTracks(desk.store)(
        [write_gpx(desk.out / "2.gpx", walk(MORNING, 7))], officer=desk.officer, context=desk.context
    ).patrols[0]

    assert patrol(desk.store.reader, before).timezone == "Asia/Bishkek"
    assert patrol(desk.store.reader, after).timezone == "Asia/Tokyo"
    assert patrol(desk.store.reader, after).mandate == "research"
    with pytest.raises(WrongValueError):
        edit(timezone="Bishk", officer=desk.officer)


def test_an_officer_is_given_another_name_role_and_number(desk: Desk) -> None:
    edit = EditOfficer(desk.store)

    assert edit(desk.officer, name="Toktogulova, Aida", role="inspector", employee_id="7", officer=desk.officer)
    assert not edit(desk.officer, name="Toktogulova, Aida", officer=desk.officer)

    (found,) = officers(desk.store.reader)
    assert (found.name, found.role, found.employee_id) == ("Toktogulova, Aida", "inspector", "7")
    assert edit(desk.officer, employee_id="", officer=desk.officer)
    assert officers(desk.store.reader)[0].employee_id == ""
    for wrong in ({"name": ", Aida"}, {"name": " "}, {"role": "chief"}, {"employee_id": "\udcff"}):
        with pytest.raises(WrongValueError):
            edit(desk.officer, officer=desk.officer, **wrong)
