"""Starting the window: fonts, look, the first page or the station, and what stands behind every slot."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from ranger_app.errors import RangerAppError
from ranger_app.i18n import LANGUAGES, Words
from ranger_app.paths import user_data
from ranger_app.settings import DeviceSettings
from ui import theme
from ui.crash_guard import CrashGuard
from ui.store_thread import StoreThread


class Application(QObject):
    """Holds the one window that is open: the first page, or a station."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home
        self.settings = DeviceSettings(home)
        self.window: QMainWindow | None = None
        self.crashes = CrashGuard(Words(self.language()), home)

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
        if before is not None:
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
        if error is not None:
            page.tell_error(error)

    def _speak(self, language: str) -> None:
        self.settings.put("window/language", language)
        QTimer.singleShot(0, self, self.welcome)

    # A station

    def open_station(self, folder: Path) -> None:
        """Open a station folder; the first page hears when that is refused."""
        thread = StoreThread(folder, home=self.home)
        thread.open(
            lambda ids: self._opened(thread, *ids),
            lambda error: self._refused(thread, error),
        )

    def _opened(self, thread: StoreThread, station_id: str, short_code: str) -> None:
        from ui.desk import Desk

        desk = Desk(thread, station_id, short_code)
        desk.setParent(self)
        self.settings.put("window/station", str(thread.folder.absolute()))
        self.crashes.words = desk.words
        self._show_station(desk)
        desk.look_changed.connect(lambda: QTimer.singleShot(0, self, lambda: self._look_anew(desk)))

    def _show_station(self, desk: object) -> None:
        from ui.desk import Desk
        from ui.main_window import MainWindow

        assert isinstance(desk, Desk)
        self.desk = desk
        window = MainWindow(desk)
        self.show(window)
        window.begin()

    def _look_anew(self, desk: object) -> None:
        from ui.desk import Desk
        from ui.icons import forget_icons

        assert isinstance(desk, Desk)
        desk.words = Words(self.language(), timezone=desk.zone)
        self.crashes.words = desk.words
        self.look()
        forget_icons()
        self._show_station(desk)

    def _refused(self, thread: StoreThread, error: RangerAppError) -> None:
        thread.close()
        self.welcome(error)

    def close(self) -> None:
        """Save what was typed and let go of the station."""
        if self.window is not None:
            self.window.close()
        desk = getattr(self, "desk", None)
        if desk is not None:
            desk.close()


def run(station: Path | None) -> int:
    """Open the window and stay until it is closed; the answer is the exit code.

    Args:
        station: Folder to open; ``None`` opens the one that was open last, or the first page.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
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
        whole.welcome()
    app.setQuitOnLastWindowClosed(True)
    code = app.exec()
    whole.close()
    return code
