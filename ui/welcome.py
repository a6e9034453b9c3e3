"""The first page of all: make a station, open one, or look at the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ranger_app.domain.people import ROLES
from ranger_app.errors import RangerAppError
from ranger_app.i18n import LANGUAGES, Words
from ranger_app.settings import DeviceSettings, local_timezone
from ui import file_acts, theme
from ui.banner import Banner, BannerPlace
from ui.button import Button
from ui.choice_box import ChoiceBox
from ui.forms.choices import FindBox
from ui.icons import icon
from ui.job_runner import Job, JobRunner
from ui.pages.texts import LANGUAGE_NAMES, ROLE_WORDS, zone_names
from ui.path_line import PathLine

if TYPE_CHECKING:
    from ranger_app.services.demo import DemoMade
    from ranger_app.services.stations import Created

WIDEST_PX = 720


class WelcomeWindow(QMainWindow):
    """``station_wanted`` tells the folder to open, ``language_wanted`` the language to begin again in."""

    OPEN = 1
    """Place of the page that opens a station."""

    station_wanted = Signal(object)
    language_wanted = Signal(str)

    def __init__(self, words: Words, home: Path) -> None:
        super().__init__()
        self.words = words
        self._home = home
        self._settings = DeviceSettings(home)
        self.jobs = JobRunner(self)
        self.setWindowTitle("Ranger App")
        self.resize(1024, 640)
        self.banners = BannerPlace()
        self.busy = QLabel()
        theme.set_kind(self.busy, "quiet")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._create(), words.say("Make a station"))
        self.tabs.addTab(self._open(), words.say("Open a station"))
        self.tabs.addTab(self._demo(), words.say("Look at the demo"))
        inside = QWidget()
        inside.setMaximumWidth(WIDEST_PX)
        column = QVBoxLayout(inside)
        column.setContentsMargins(*(theme.SPACES_PX[4],) * 4)
        column.setSpacing(theme.SPACES_PX[2])
        column.addLayout(self._head())
        column.addWidget(self.banners)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.busy)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.addStretch(1)
        row.addWidget(inside, 6)
        row.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(centre)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QWidget.setTabOrder(self.plain, self.make)
        self.setCentralWidget(area)
        self.name.setFocus()
        self.jobs.began.connect(lambda job: self._show_busy(job.title))
        self.jobs.ended.connect(lambda _: self._show_busy(""))

    def _head(self) -> QHBoxLayout:
        words = self.words
        title = QLabel(words.say("Welcome to the Ranger App"))
        theme.set_kind(title, "title")
        self.language = ChoiceBox()
        for code in LANGUAGES:
            self.language.addItem(LANGUAGE_NAMES[code], code)
        self.language.setCurrentIndex(max(self.language.findData(words.language), 0))
        self.language.setAccessibleName(words.say("Language"))
        self.language.activated.connect(lambda _: self.language_wanted.emit(str(self.language.currentData())))
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(self.language)
        return row

    # Make a station

    def _create(self) -> QWidget:
        words = self.words
        self.name = QLineEdit()
        self.area_id = QLineEdit()
        self.area_id.setPlaceholderText("KG-NAR")
        self.area_name = QLineEdit()
        self.officer = QLineEdit()
        self.officer.setPlaceholderText(words.say("Family, Given"))
        self.role = ChoiceBox()
        for one in ROLES:
            self.role.addItem(words.say(ROLE_WORDS[one]), one)
        self.zone = FindBox()
        self.zone.offer([(zone, zone) for zone in zone_names()])
        self.zone.setCurrentText("")
        line = self.zone.lineEdit()
        assert line is not None
        line.setPlaceholderText(words.say("That of this computer: {zone}", zone=local_timezone()))
        line.editingFinished.connect(self.zone.take_only_match)
        self.folder = PathLine(words, "folder", name=words.say("New folder for the station"))
        self.folder.set_paths([Path.home() / "ranger-station"])
        self.plain = QCheckBox(words.say("I know that this version keeps the station unencrypted"))
        self.make = self._button(words.say("Make the station"), self.create_station)
        page, form = self._page(
            words.say("A station is a folder on this computer that holds all records of your team. It works offline."),
            self.make,
        )
        for label, field in (
            (words.say("Name of the station"), self.name),
            (words.say("Short id of the area"), self.area_id),
            (words.say("Name of the area"), self.area_name),
            (words.say("Your name"), self.officer),
            (words.say("Your role"), self.role),
            (words.say("Time zone"), self.zone),
            (words.say("Folder"), self.folder),
        ):
            _row(form, label, field)
        form.addRow(self.plain)
        needed = (self.name, self.area_id, self.officer, self.folder.line)
        for line_edit in needed:
            line_edit.textChanged.connect(lambda _: self._look(needed))
        for typed in (self.name, self.area_id, self.area_name, self.officer, line, self.folder.line):
            typed.returnPressed.connect(self._to_next_field)
        for chosen in (self.role, self.plain):
            chosen.installEventFilter(self)
        self.plain.toggled.connect(lambda _: self._look(needed))
        self._look(needed)
        return page

    def _look(self, needed: tuple[QLineEdit, ...]) -> None:
        self.make.setEnabled(all(one.text().strip() for one in needed) and self.plain.isChecked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on from what is chosen or ticked too."""
        is_enter = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.type() == QEvent.Type.KeyPress and watched in (self.role, self.plain):
            self._to_next_field()
            return True
        return super().eventFilter(watched, event)

    def _to_next_field(self) -> None:
        if self.make.isEnabled() and self.focusWidget() is self.folder.line:
            self.make.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.focusNextChild()

    def create_station(self) -> None:
        """Make the station that the form describes, and open it."""
        folder = self.folder.path()
        if folder is None:
            return
        self.zone.take_only_match()
        zone = self.zone.key()
        if zone is None:
            self.banners.clear()
            told = self.words.say("{zone} is no time zone: choose one of the list.", zone=self.zone.currentText())
            self.banners.show_banner(Banner(self.words, "danger", told))
            self.zone.setFocus()
            return
        work = file_acts.create_station(
            folder, name=self.name.text().strip(), area_id=self.area_id.text().strip(),
            area_name=self.area_name.text().strip(), officer=self.officer.text().strip(),
            role=str(self.role.currentData()), language=self.words.language, timezone=zone,
            home=self._home,
        )  # fmt: skip
        self._do(self.words.say("Making the station"), work, lambda done: self._created(folder, done))

    def _created(self, folder: Path, created: Created) -> None:
        self._settings.put(f"officer/{created.station_id}", created.officer_id)
        self.station_wanted.emit(folder)

    # Open one

    def _open(self) -> QWidget:
        words = self.words
        self.station_folder = PathLine(words, "folder", name=words.say("Folder of the station"))
        last = self._settings.get("window/station")
        if last:
            self.station_folder.set_paths([Path(last)])
        button = self._button(words.say("Open the station"), self.open_station)
        page, form = self._page(words.say("Choose the folder of a station that was made before."), button)
        _row(form, words.say("Folder"), self.station_folder)
        self.station_folder.line.returnPressed.connect(self.open_station)
        return page

    def open_station(self) -> None:
        """Open the folder that was named."""
        folder = self.station_folder.path()
        if folder is not None:
            self.station_wanted.emit(folder)

    # The demo

    def _demo(self) -> QWidget:
        words = self.words
        self.demo_folder = PathLine(words, "folder", name=words.say("New folder for the demo"))
        self.demo_folder.set_paths([Path.home() / "ranger-demo"])
        button = self._button(words.say("Make and open the demo"), self.make_demo)
        told = words.say("A station with a real track and made-up records, marked as made up on every page.")
        page, form = self._page(told, button)
        _row(form, words.say("Folder"), self.demo_folder)
        self.demo_folder.line.returnPressed.connect(self.make_demo)
        return page

    def make_demo(self) -> None:
        """Make the demo station and open it; open it at once when it is there already."""
        folder = self.demo_folder.path()
        if folder is None:
            return
        if (folder / "station" / "journal.db").exists():
            self.station_wanted.emit(folder / "station")
            return
        work = file_acts.demo(folder, home=self._home, language=self.words.language, painter=file_acts.map_painter)

        def made(done: DemoMade) -> None:
            self.station_wanted.emit(done.station)

        self._do(self.words.say("Making the demo"), work, made)

    # Around

    def _page(self, told: str, button: QPushButton) -> tuple[QWidget, QFormLayout]:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, theme.SPACES_PX[3], 0, 0)
        column.setSpacing(theme.SPACES_PX[2])
        label = QLabel(told)
        label.setWordWrap(True)
        theme.set_kind(label, "quiet")
        form = QFormLayout()
        form.setHorizontalSpacing(theme.SPACES_PX[2])
        form.setVerticalSpacing(theme.SPACES_PX[1])
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        column.addWidget(label)
        column.addLayout(form)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch(1)
        return page, form

    def _button(self, label: str, act: Callable[[], None]) -> QPushButton:
        button = Button(label)
        theme.set_kind(button, "primary")
        button.setIcon(icon("forward", colour=theme.current().on_primary, is_mirrored=self.words.is_right_to_left))
        button.clicked.connect(lambda: act())
        return button

    def _do(self, title: str, work: file_acts.PlainJob[Any], on_done: Callable[[Any], None]) -> None:
        self.banners.clear()
        self.jobs.submit(Job(work, title, on_done, self.tell_error))

    def _show_busy(self, title: str) -> None:
        self.busy.setText(f"{title}…" if title else "")
        self.tabs.setEnabled(not title)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.jobs.close()
        super().closeEvent(event)

    def tell_error(self, error: RangerAppError) -> None:
        """Show an error in words."""
        from ranger_app.messages import say_error

        self.banners.show_banner(Banner(self.words, "danger", say_error(self.words, error), code=error.code))


def _row(form: QFormLayout, label: str, field: QWidget) -> None:
    caption = QLabel(label)
    caption.setBuddy(field)
    if not field.accessibleName():
        field.setAccessibleName(label)
    form.addRow(caption, field)
