"""Starting the window: fonts, look, the first page or the station, and what stands behind every slot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from ranger_app.errors import RangerAppError
from ranger_app.i18n import LANGUAGES, Words
from ranger_app.paths import user_data
from ranger_app.settings import DeviceSettings
from ui import theme
from ui.crash_guard import CrashGuard
from ui.garbage import Collector
from ui.store_thread import REPLACED, Opened, StoreThread

if TYPE_CHECKING:
    from db.sight import FirstSight
    from ui.desk import Desk
    from ui.main_window import MainWindow

COLLECT_AFTER_MS = 2_000
OBJECTS_BETWEEN_COLLECTIONS = 50_000
ROOM_AFTER_MS = 1_000
SEND_AFTER_MS = 4_000
"""Offices are asked when the window has been at hand for a while."""

READY_MS = 120
"""The first page is painted by then, and nobody has begun what needs a thread that paints."""

AHEAD_MS = 400
"""The first page had its time by then, and the other pages are read."""

OPEN_AFTER_MS = 60
"""The first page is painted before the station is opened for work."""

MOST_WAIT_S = 0.0005
"""Seconds after which a thread that reads or paints lets the window go on; Python's own 5 ms come at each step."""


class LastStationGoneError(RangerAppError):
    """The station that was open last is not where it was."""

    code = "station-gone"


class Application(QObject):
    """Holds the one window that is open: the first page, or a station."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        sys.setswitchinterval(MOST_WAIT_S)
        self.home = home
        self.settings = DeviceSettings(home)
        self.window: QMainWindow | None = None
        self.desk: Desk | None = None
        self.crashes = CrashGuard(Words(self.settings.get("window/language")), home)

    def language(self) -> str:
        """The language chosen for this device; that of the system when nobody chose."""
        chosen = self.settings.get("window/language")
        if chosen:
            return chosen
        from PySide6.QtCore import QLocale

        system = QLocale.system().name().partition("_")[0]
        return system if system in LANGUAGES else LANGUAGES[0]

    def look(self) -> None:
        """Give the program its look as it was chosen."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(
            app, dark=self.settings.get("window/dark") == "yes", touch=self.settings.get("window/touch") == "yes"
        )

    def show(self, window: QMainWindow) -> None:
        """Show *window* in the place of the one before; one as large as the screen fills it, frame and all."""
        before, self.window = self.window, window
        room = window.screen().availableGeometry()
        if window.width() >= room.width() or window.height() >= room.height():
            window.showMaximized()
        else:
            window.show()
        window.activateWindow()
        QTimer.singleShot(READY_MS, _make_ready_for_threads)
        if before is not None:
            before.setProperty(REPLACED, True)
            before.close()
            before.deleteLater()

    # The first page

    def welcome(self, error: RangerAppError | None = None) -> None:
        """Show the first page, with what went wrong before it."""
        from ui.welcome import WelcomeWindow

        page = WelcomeWindow(Words(self.language()), self.home)
        page.station_wanted.connect(self.open_station)
        page.language_wanted.connect(self._speak)
        self.show(page)
        theme.load_fonts()
        if error is not None:
            page.tell_error(error)
        if isinstance(error, LastStationGoneError):
            page.tabs.setCurrentIndex(page.OPEN)

    def _speak(self, language: str) -> None:
        self.settings.put("window/language", language)
        QTimer.singleShot(0, self, self.welcome)

    # A station

    def open_station(self, folder: Path) -> None:
        """Open a station folder; the first page hears when that is refused.

        Where the tables are in step with the journal the window shows them at once, and the station is opened for work
        a moment later, before the first act at the latest.
        """
        from db.sight import first_sight

        thread = StoreThread(folder, home=self.home)
        sight = first_sight(folder)
        if sight is None:
            thread.prepare(lambda opened: self._opened(thread, opened), lambda error: self._refused(thread, error))
            thread.begin()
            return
        thread.prepare(self._tell_notices, lambda error: self._refused(thread, error))
        self._show_desk(thread, sight.station_id, sight)
        QTimer.singleShot(OPEN_AFTER_MS, thread, thread.begin)

    def _opened(self, thread: StoreThread, opened: Opened) -> None:
        self._show_desk(thread, opened.station_id, None, opened)
        self._tell_notices(opened)

    def _show_desk(
        self, thread: StoreThread, station_id: str, sight: FirstSight | None, opened: Opened | None = None
    ) -> None:
        from ui.desk import Desk

        before = self.desk
        desk = Desk(thread, station_id, sight=sight, opened=opened)
        desk.setParent(self)
        desk.look_changed.connect(lambda: QTimer.singleShot(0, self, lambda: self._look_anew(desk)))
        desk.leave_wanted.connect(lambda: QTimer.singleShot(0, self, lambda: self._leave(desk)))
        desk.again_wanted.connect(lambda: QTimer.singleShot(0, self, lambda: self._open_again(desk)))
        self._show_station(desk)
        if before is not None:
            before.close()

    def _show_station(self, desk: Desk, *, anew: bool = False) -> None:
        """Show the window of a station; made anew, on the page that was shown."""
        from ui.icons import begin_late
        from ui.main_window import MainWindow

        begin_late()
        self.desk = desk
        self.crashes.words = desk.words
        before = self.window if anew else None
        name, place = (before.page_below, before.page.place_px) if isinstance(before, MainWindow) else ("patrols", 0)
        window = MainWindow(desk)
        self.show(window)
        window.begin(name)
        window.page.stand_at(place)
        QTimer.singleShot(AHEAD_MS, window, lambda: self._read_ahead(window))

    def _read_ahead(self, window: MainWindow) -> None:
        from ui.ahead import Ahead

        Ahead(window).begin()

    def _tell_notices(self, opened: Opened) -> None:
        """Remember the folder, and say what opening had to mend."""
        from ranger_app.coordinates import notation_of
        from ranger_app.messages import say_code
        from ui.main_window import MainWindow

        desk = self.desk
        assert desk is not None
        folder = str(desk.folder.absolute())
        if self.settings.get("window/station") != folder:
            self.settings.put("window/station", folder)
        QTimer.singleShot(ROOM_AFTER_MS, desk.station_thread, desk.station_thread.make_room)
        QTimer.singleShot(SEND_AFTER_MS, desk, desk.begin_sending)
        if not notation_of(desk.notation).is_degrees:
            desk.load_grids()
        if isinstance(self.window, MainWindow):
            for code, facts in opened.notices:
                self.window.say("warning", say_code(desk.words, code, facts), code=code)
            if opened.refusal is not None and desk.refusal is None:
                desk.only_read(opened)
                self.window.only_read(opened.refusal)

    def _look_anew(self, desk: Desk) -> None:
        from ui.icons import forget_icons

        desk.words = Words(self.language())
        self.crashes.words = desk.words
        self.look()
        forget_icons()
        self._show_station(desk, anew=True)

    def _leave(self, desk: Desk) -> None:
        """Close the station, what was typed is kept, and show the first page."""
        self.desk = None
        self.welcome()
        desk.close()

    def _open_again(self, desk: Desk) -> None:
        """Open the same station again: it may take writing now. Until then the copy is shown."""
        if self.desk is desk:
            self.open_station(desk.folder)

    def _refused(self, thread: StoreThread, error: RangerAppError) -> None:
        desk, self.desk = self.desk, None
        if desk is not None:
            desk.close()
        else:
            thread.close()
        self.welcome(error)

    def close(self) -> None:
        """Save what was typed and let go of the station."""
        window, self.window = self.window, None
        if window is not None:
            window.setProperty(REPLACED, True)
            window.close()
            window.deleteLater()
        desk, self.desk = self.desk, None
        if desk is not None:
            desk.close()


def run(station: Path | None) -> int:
    """Open the window and stay until it is closed; the answer is the exit code.

    Args:
        station: Folder to open; ``None`` opens the one that was open last, or the first page.
    """
    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)
    app = QApplication.instance() or _new_application()
    assert isinstance(app, QApplication)
    app.setApplicationName("Ranger App")
    whole = Application(user_data())
    whole.crashes.install()
    whole.look()
    last = whole.settings.get("window/station")
    folder = station or (Path(last) if last and (Path(last) / "journal.db").exists() else None)
    if folder is not None:
        whole.open_station(folder)
    else:
        whole.welcome(LastStationGoneError(folder=last) if last else None)
    app.setQuitOnLastWindowClosed(True)
    QTimer.singleShot(COLLECT_AFTER_MS, collector.begin)
    code = app.exec()
    whole.close()
    collector.stop()
    return code


def _make_ready_for_threads() -> None:
    from ui.qt_types import make_types

    make_types()


def _new_application() -> QApplication:
    app = QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setProperty(theme.STYLE_CHOSEN, True)
    return app
