"""Acts that give the station, or somebody who works there, another name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from ranger_app.domain.people import ROLES
from ui.choice_box import ChoiceBox
from ui.forms.choices import FindBox
from ui.pages.texts import ROLE_WORDS, zone_names
from ui.sheet import Sheet

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.domain.records import Member
    from ranger_app.jobs import JobContext
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.store_thread import StoreJob


class NameActs:
    """Rename the station; correct a person."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {
            "edit_station": self.edit_station,
            "edit_officer": self.edit_officer,
        }

    def edit_station(self) -> None:
        """Ask for the names of the station and its area, and for its time zone."""
        words, station = self._words, self._desk.station
        name, area, zone = QLineEdit(station.name), QLineEdit(station.area_name), FindBox()
        zone.offer([(one, one) for one in zone_names()])
        zone.set_key(station.timezone)

        def act() -> bool | None:
            zone.take_only_match()
            if not zone.key():
                sheet.complain(
                    words.say("{zone} is no time zone: choose one of the list.", zone=zone.currentText().strip())
                )
                return False
            self._desk.do(
                station_named(
                    _new(name.text(), station.name),
                    _new(area.text(), station.area_name),
                    _new(zone.key() or "", station.timezone),
                    officer=self._desk.officer_id,
                ),
                on_done=self._station_edited,
            )
            return None

        note = words.say("Another time zone counts for new patrols; those that are here keep theirs.")
        sheet = Sheet(words, words.say("The station"), act=words.say("Change"), on_act=act, note=note)
        sheet.add(words.say("Station"), name)
        sheet.add(words.say("Protected area"), area)
        sheet.add(words.say("Time zone"), zone)
        sheet.ready_when(lambda: bool(name.text().strip()))
        self._window.ask(sheet)

    def _station_edited(self, _: bool) -> None:
        from db.stations import station

        self._desk.station = station(self._desk.reader, self._desk.station_id)
        self._desk.__dict__.pop("zone", None)
        self._window.setWindowTitle(f"{self._desk.station.name} · Ranger App")
        self._window.page.refresh()

    def edit_officer(self) -> None:
        """Ask whom, and for their name, role and number."""
        from db.officers import officers

        words, people = self._words, {one.id: one for one in officers(self._desk.reader)}
        who, name, employee, role = ChoiceBox(), QLineEdit(), QLineEdit(), ChoiceBox()
        for one in people.values():
            who.addItem(one.name, one.id)
        for key in ROLES:
            role.addItem(words.say(ROLE_WORDS[key]), key)

        def show() -> None:
            told = people[str(who.currentData())]
            name.setText(told.name)
            employee.setText(told.employee_id)
            role.setCurrentIndex(max(role.findData(told.role), 0))

        def act() -> None:
            shown = people[str(who.currentData())]
            told = (
                _new(name.text(), shown.name),
                _new(str(role.currentData()), shown.role),
                _new(employee.text(), shown.employee_id),
            )
            self._desk.do(officer_named(shown.id, *told, officer=self._desk.officer_id), on_done=self._officer_edited)

        who.currentIndexChanged.connect(lambda _: show())
        who.setCurrentIndex(max(who.findData(self._desk.officer_id), 0))
        show()
        sheet = Sheet(words, words.say("Correct an officer"), act=words.say("Change"), on_act=act)
        sheet.add(words.say("Officer"), who)
        sheet.add(words.say("Name"), name)
        sheet.add(words.say("Role"), role)
        sheet.add(words.say("Employee number"), employee)
        sheet.ready_when(lambda: bool(name.text().strip()))
        self._window.ask(sheet)

    def _officer_edited(self, _: bool) -> None:
        from db.officers import officers

        mine = [one for one in officers(self._desk.reader) if one.id == self._desk.officer_id]
        current: Member | None = self._desk.officer
        self._desk.officer = mine[0] if mine else current
        self._window.strip.refresh()
        self._window.page.refresh()


def _new(told: str, shown: str) -> str | None:
    """What was typed; ``None`` where it is what the panel showed, which may have been changed meanwhile."""
    return None if told == shown else told


def station_named(name: str | None, area_name: str | None, timezone: str | None, *, officer: str) -> StoreJob[bool]:
    """Other names of the station and its area, another zone; ``None`` leaves what is there."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.services.edit_station import EditStation

        return EditStation(store)(name=name, area_name=area_name, timezone=timezone, officer=officer)

    return work


def officer_named(
    record: str, name: str | None, role: str | None, employee_id: str | None, *, officer: str
) -> StoreJob[bool]:
    """Another name, role or number of somebody; ``None`` leaves what is there."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.services.edit_station import EditOfficer

        return EditOfficer(store)(record, name=name, role=role, employee_id=employee_id, officer=officer)

    return work
