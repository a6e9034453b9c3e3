"""The station and its officers are given other names."""

from __future__ import annotations

import pytest

from db.officers import officers
from ranger_app.services.edit_station import EditOfficer, EditStation
from ranger_app.services.stations import WrongValueError, station_of
from tests.service_desk import Desk


def test_the_station_is_given_other_names(desk: Desk) -> None:
    edit = EditStation(desk.store)

    assert edit(name=" Osh ", area_name="Kulun-Ata", officer=desk.officer)
    assert not edit(name="Osh", officer=desk.officer)

    station = station_of(desk.store)
    assert (station.name, station.area_name, station.area_id) == ("Osh", "Kulun-Ata", "KG-NAR")
    for name in ("", "  ", "broken \udcff name"):
        with pytest.raises(WrongValueError):
            edit(name=name, officer=desk.officer)


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
