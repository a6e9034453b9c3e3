"""The SMART office as a station knows it: training lists, what files name, what the office told, what people map."""

from __future__ import annotations

from ranger_app.domain.smart_office import Office, training_office
from ranger_app.services.office import office_of
from ranger_app.services.office_book import OfficeBook
from tests.service_desk import Desk


def office(desk: Desk) -> Office:
    return office_of(desk.store.reader, desk.store.station_id)


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
