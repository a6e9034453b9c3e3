"""A station with a window over it, for tests of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ranger_app.jobs import JobContext
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.officers import AddOfficer, remember_officer
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import create_station, open_station
from tests.service_desk import MORNING, walk, write_gpx
from ui.application import Application
from ui.desk import Desk
from ui.forms.record_form import RecordForm
from ui.main_window import MainWindow
from ui.pages.list_page import ListPage
from ui.sheet import Sheet

WAIT_MS = 20_000

SNARES: dict[str, Any] = {
    "kind": "poaching",
    "occurred_at": "2026-03-04T09:15:42+06:00",
    "position": {"latitude_deg": 41.201111, "longitude_deg": 74.501234, "accuracy_m": 8, "source": "gps"},
    "place": "Kichi-Naryn, left bank above the bridge",
    "reported_by": "Toktosunov, Aibek",
    "summary": "Three wire snares on an argali trail.",
    "observations": [
        {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "wiresnare"}},
    ],
    "fields": {"type": "snare_trap", "species": "argali", "animal_count": 0, "weapons": ["smoothbore"]},
}


@dataclass
class Room:
    """The program with a station open.

    Attributes:
        whole: The application object.
        folder: The station's folder.
    """

    qtbot: QtBot
    whole: Application
    folder: Path

    @property
    def window(self) -> MainWindow:
        window = self.whole.window
        assert isinstance(window, MainWindow)
        return window

    @property
    def desk(self) -> Desk:
        assert self.whole.desk is not None
        return self.whole.desk

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is seen."""
        self.qtbot.waitUntil(happened, timeout=WAIT_MS)

    def settle(self) -> None:
        """Wait until every job and every answer is through."""
        done: list[bool] = []
        self.desk.do(lambda _store, _context: None, on_done=lambda _: done.append(True))
        self.until(lambda: bool(done))
        done.clear()
        self.desk.ask(lambda _sight, _context: None, lambda _: done.append(True))
        self.until(lambda: bool(done))
        QCoreApplication.processEvents()

    def told(self) -> str:
        """What the messages of the page say now."""
        return " ".join(banner.text for banner in self.window.banners.banners)

    def reopen(self) -> Room:
        """Close the window and open it again, as after a restart."""
        self.whole.close()
        sweep()
        self.whole = enter(self.qtbot, self.folder.parent / "home", self.folder)
        return self

    def leave(self) -> None:
        self.whole.close()
        sweep()


@contextmanager
def inside(qtbot: QtBot, station: Path) -> Iterator[Room]:
    """The window on *station*, whose home lies beside it; closed afterwards."""
    room = Room(qtbot, enter(qtbot, station.parent / "home", station), station)
    try:
        yield room
    finally:
        room.leave()


def sweep() -> None:
    """Let go of everything that was closed."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def make_station(folder: Path, *, with_records: bool = False) -> Path:
    """A station with two officers; with a patrol and an incident when asked for."""
    home, station = folder / "home", folder / "station"
    created = create_station(
        station, name="Naryn", area_id="KG-NAR", officer_name="Toktosunov, Aibek", role="ranger",
        timezone="Asia/Bishkek", is_encrypted=False, home=home,
    )  # fmt: skip
    officer = created.officer_id
    remember_officer(home, created.station_id, officer)
    with open_station(station, home=home) as store:
        AddOfficer(store)("Bekova, Nurgul", "inspector", officer=officer)
        if with_records:
            path = write_gpx(folder / "walk.gpx", walk(MORNING), waypoints=[(41.2, 74.5, MORNING, "snare")])
            ImportTracks(store)([path], officer=officer, transport="foot", context=JobContext())
            RecordIncident(store)("poaching", SNARES, officer=officer)
    return station


def enter(qtbot: QtBot, home: Path, station: Path, *, settings: Mapping[str, str] | None = None) -> Application:
    """Open the window on *station*, in English."""
    whole = Application(home)
    whole.settings.put("window/language", "en")
    for name, value in (settings or {}).items():
        whole.settings.put(name, value)
    whole.look()
    whole.open_station(station)
    qtbot.waitUntil(lambda: isinstance(whole.window, MainWindow), timeout=WAIT_MS)
    assert whole.window is not None
    whole.window.activateWindow()
    qtbot.waitUntil(whole.window.isActiveWindow, timeout=WAIT_MS)
    return whole


def choose_first(room: Room, page: str) -> ListPage:
    room.window.go(page)
    found = room.window.page
    assert isinstance(found, ListPage)
    found.list.setCurrentIndex(found.list.records.index(0, 1))
    room.settle()
    return found


def fill(room: Room, label: str, text: str) -> Sheet:
    """Write into the line of the open panel that is called *label*, and press its main button."""
    sheet, line = line_of_sheet(room, label)
    line.setText(text)
    sheet.act_button.click()
    return sheet


def line_of_sheet(room: Room, label: str) -> tuple[Sheet, QLineEdit]:
    """The open panel, and its line that is called *label*."""
    sheet = room.window.sheet
    assert sheet is not None
    return sheet, next(line for line in sheet.findChildren(QLineEdit) if line.accessibleName() == label)


def form_of(room: Room) -> RecordForm:
    """The form that is open on the page of a list."""
    page = room.window.page
    assert isinstance(page, ListPage)
    assert page.form is not None
    return page.form
