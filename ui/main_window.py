"""The main window: rail, title bar, messages, panel, the page, and the strip at the foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ranger_app.errors import RangerAppError
from ui import messages, theme
from ui.banner import Banner, BannerPlace
from ui.clock_watch import ClockWatch
from ui.closing import ASKED_FOR_MS, what_would_be_lost
from ui.desk import Desk
from ui.focus_keeper import FocusKeeper
from ui.form_messages import FormMessages
from ui.pages.page import Page
from ui.pages.pages import PAGE_OF_KIND, make_page
from ui.panel_place import PanelPlace
from ui.panes import focus_into, next_pane
from ui.rail import Rail
from ui.search_line import SearchLine
from ui.status_strip import NARROW_PX, StatusStrip
from ui.store_thread import REPLACED
from ui.title_bar import TitleBar
from ui.window_commands import WindowCommands

if TYPE_CHECKING:
    from ranger_app.problem import Problem
    from ui.sheet import Sheet

LEAST_PAGE_PX = 80
"""A page gives its room to an open panel, down to this."""

LOW_PX = 340
"""Height of a window, in ordinary type, below which a panel leaves nothing of the page that could be used."""

KEYS_AFTER_MS = 30
"""The keys of the commands are laid when the first page is painted."""

DRAFTS_AFTER_MS = 150
"""What was left unfinished is looked for when the first page stands."""


class MainWindow(QMainWindow):
    """The window of an open station; a :class:`ui.shell.Shell` for its pages."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        desk.front = self
        self.words = desk.words
        self.setWindowTitle(f"{desk.station.name} · Ranger App")
        if self.words.is_right_to_left:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setAcceptDrops(True)
        self._pages: dict[str, Page] = {}
        self._over: list[Page] = []
        self.commands = WindowCommands(self)
        self.clock_watch = ClockWatch(desk, self)
        self._build()
        desk.touched.connect(self._hear)
        desk.trouble.connect(self.tell_error)
        self._form_messages = FormMessages(desk, self)
        self._focus_keeper = FocusKeeper(self, self._focus_places, self.rail.focus_page)
        self.asks_before_closing = True
        desk.officer_leaving.connect(self.leave_forms)
        self.resize(1366, 768)

    def _build(self) -> None:
        words = self.words
        self.rail = Rail(words, lambda page: self.run(f"go_{page}"))
        search = SearchLine(self.desk, self.open_record, run=self.run, can=self.can)
        self.title_bar = TitleBar(words, search, self.run)
        self.title_bar.menu_wanted.connect(self.commands.fill_menu)
        self.banners = BannerPlace()
        self.panel = PanelPlace(on_change=self._place_page, on_closed=self._panel_closed)
        self.stack = QStackedWidget()
        self.stack.setMinimumHeight(LEAST_PAGE_PX)
        self.strip = StatusStrip(self.desk, check=lambda: self.run("check"), show_outbox=lambda: self.run("to_send"))
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title_bar)
        column.addWidget(self.banners)
        column.addLayout(self.panel)
        column.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(column, 1)
        whole = QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        whole.addWidget(self.strip)
        central = QWidget()
        central.setLayout(whole)
        self.setCentralWidget(central)

    # Commands

    def run(self, name: str) -> None:
        """Do a command: the page's own act, or the window's."""
        self.commands.run(name)

    def can(self, name: str) -> bool:
        """Whether a command can act now."""
        return self.commands.can(name)

    def refresh_commands(self) -> None:
        """See again which commands can act now."""
        self.commands.refresh()

    # Pages

    @property
    def page(self) -> Page:
        """The page in sight."""
        shown = self.stack.currentWidget()
        assert isinstance(shown, Page)
        return shown

    def page_named(self, name: str) -> Page:
        """A page of the rail, made when first asked for."""
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = make_page(name, self.desk, self)
            page.changed.connect(self.refresh_commands)
            self.stack.addWidget(page)
        return page

    def go(self, name: str) -> None:
        """Show a page of the rail."""
        self.title_bar.search.close_list()
        self._close_views()
        page = self.page_named(name)
        self.panel.leave(self.page)
        if self.page is not page:
            self.page.leave()
            self.stack.setCurrentWidget(page)
        self.rail.choose(name)
        page.appear()
        self.panel.come_back(page)
        self.refresh_commands()
        self._focus_first(page)

    def show_view(self, view: Page) -> None:
        """Show a view above the page until one goes back: a history, the help."""
        self.panel.leave(self.page)
        self._over.append(view)
        self.stack.addWidget(view)
        self.stack.setCurrentWidget(view)
        view.changed.connect(self.refresh_commands)
        view.appear()
        self.refresh_commands()
        self._focus_first(view)

    def _close_views(self) -> None:
        while self._over:
            self._close_view()

    def _close_view(self) -> None:
        view = self._over.pop()
        self.close_sheet()
        view.put_away()
        below = self._over[-1] if self._over else self._pages[self.page_below]
        self.stack.setCurrentWidget(below)
        self.stack.removeWidget(view)
        view.deleteLater()
        below.appear()
        self.panel.come_back(below)
        self.refresh_commands()

    @property
    def page_below(self) -> str:
        """The page of the rail that is shown, or lies below a view."""
        return next((name for name in self._pages if self.rail.is_chosen(name)), "patrols")

    def open_record(self, kind: str, record: str) -> None:
        """Show the page of a record with the record chosen."""
        if kind == "plan":
            self.go("patrols")
            self.run("plans")
            self.page.show_record(kind, record)
        name = PAGE_OF_KIND.get(kind)
        if name is not None:
            self.go(name)
            self.page.show_record(kind, record)
            self.refresh_commands()

    def go_back(self) -> None:
        """Close what was opened last: a panel, a view, a form, a message."""
        search = self.title_bar.search
        if search.close_list():
            return
        if search.hasFocus():
            search.clear()
            search.leave()
            self._focus_first(self.page)
            return
        if self.sheet is not None:
            self.close_sheet()
        elif self._over:
            if not self.page.go_back():
                self._close_view()
                self._focus_first(self.page)
        elif not self.page.go_back() and not self.banners.close_newest():
            self._focus_first(self.page)
        self.refresh_commands()

    def next_pane(self, step: int = 1) -> None:
        """Move the focus to the next part of the window."""
        panes = [self.rail, self.title_bar, *self.page.panes(), self.strip]
        if self.sheet is not None:
            panes.insert(2, self.sheet)
        pane = next_pane([pane for pane in panes if pane.isVisible()], step)
        if pane is self.rail:
            self.rail.focus_page()
        else:
            focus_into(pane)

    def _focus_first(self, page: Page) -> None:
        if self.title_bar.search.hasFocus():
            return
        if self.sheet is not None:
            self.panel.take_focus()
        elif panes := page.panes():
            focus_into(panes[0])

    def _focus_places(self) -> Sequence[QWidget]:
        """Where the keyboard goes when nothing has it: the open panel, else the page."""
        if self.stack.currentWidget() is None:
            return ()
        return (self.sheet,) if self.sheet is not None else self.page.panes()

    def show_help(self) -> None:
        """Show what this page is for, and every key."""
        from ui.pages.help_page import HelpPage

        if not isinstance(self.page, HelpPage):
            self.show_view(HelpPage(self.desk, self, self.page.places))

    # Messages and panels

    def say(
        self,
        kind: str,
        text: str,
        *,
        code: str = "",
        details: Sequence[str] = (),
        acts: Sequence[tuple[str, Callable[[], None]]] = (),
        is_of_last_act: bool = False,
        about: str = "",
        is_question: bool = False,
    ) -> None:
        """Show a message in the page."""
        self.banners.show_banner(
            Banner(
                self.words, kind, text, code=code, details=tuple(details), acts=tuple(acts),
                is_of_last_act=is_of_last_act, about=about, is_question=is_question,
            )
        )  # fmt: skip

    def put_away(self, about: str) -> bool:
        """Put away what was said about something that is over."""
        return self.banners.close_about(about)

    def tell_error(self, error: RangerAppError) -> None:
        """Show an error in words, its code in small type."""
        messages.tell_error(self, error)

    def say_problems(
        self, text: str, problems: Sequence[Problem], *, acts: messages.Offers = (), about: str = ""
    ) -> None:
        """Show what could not be taken as it stood; all of it in a view where it is too much for a message."""
        messages.say_problems(self, text, problems, acts, about)

    def ask(self, sheet: Sheet) -> None:
        """Show a panel above the page and put the cursor into it."""
        self.panel.ask(sheet)

    def close_sheet(self) -> None:
        """Close the panel, if there is one, without its act."""
        self.panel.close_sheet()

    def _panel_closed(self) -> None:
        self.page.appear()
        self._focus_first(self.page)

    def _place_page(self) -> None:
        """Show the page; in a low window, or where a panel is large, only while none is open."""
        is_low = self.height() < theme.beside_type(LOW_PX)
        self.stack.setVisible(self.sheet is None or not (self.sheet.is_large or is_low))

    @property
    def sheet(self) -> Sheet | None:
        """The open panel."""
        return self.panel.sheet

    # What happens around

    def _hear(self, touched: frozenset[tuple[str, str]]) -> None:
        self.banners.another_act()
        for page in self._all_pages:
            page.hear(touched)
        self.clock_watch.hear(touched)
        self.strip.refresh()
        self.refresh_commands()

    def reread(self) -> None:
        """Read everything again: the tables were made anew."""
        for page in self._pages.values():
            page.hear(frozenset((kind, "") for kind in page.kinds))
        self.strip.refresh()

    @property
    def _all_pages(self) -> tuple[Page, ...]:
        """The pages of the rail, and the views above them."""
        return (*self._pages.values(), *self._over)

    def leave_forms(self) -> None:
        """What is typed becomes changes, or drafts."""
        for page in self._all_pages:
            page.leave()

    def is_open(self, record: str) -> bool:
        """Whether a form of this record is open."""
        return any(page.writes(record) for page in self._all_pages)

    def offer_draft(self, record: str = "") -> None:
        """Offer what was left unfinished, of one record or of all."""
        self._form_messages.offer(record)

    def begin(self, page: str = "patrols") -> None:
        """Show the first page, and what was left unfinished."""
        self.go(page)
        if self.desk.refusal is not None:
            self.only_read(self.desk.refusal)
        QTimer.singleShot(KEYS_AFTER_MS, self, self.commands.make_keys)
        QTimer.singleShot(DRAFTS_AFTER_MS, self, self.offer_draft)

    def only_read(self, refusal: RangerAppError) -> None:
        """Show everything from the copy that is read, and say that nothing can be changed, and why."""
        self.setWindowTitle(self.words.say("{station} · Ranger App · only read", station=self.desk.station.name))
        self.reread()
        self.refresh_commands()
        self._form_messages.tell_only_read(refusal)

    def event(self, event: QEvent) -> bool:
        """A key pressed before the keys were laid lays them."""
        if event.type() == QEvent.Type.ShortcutOverride:
            self.commands.make_keys()
        return super().event(event)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Import files that were dropped."""
        self.banners.begin_act()
        self.commands.station_acts().take_files(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < theme.beside_type(NARROW_PX)
        self.rail.set_narrow(is_narrow)
        self.title_bar.set_narrow(is_narrow)
        self._place_page()

    def quit(self) -> None:
        """Close the window; everything typed is kept."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        lost = what_would_be_lost(self) if self.asks_before_closing and not self.property(REPLACED) else ""
        if lost:
            self.asks_before_closing = False
            QTimer.singleShot(ASKED_FOR_MS, self, self._ask_again)
            event.ignore()
            self.say("danger", lost, details=[self.words.say("Close the window once more to close it all the same.")])
            return
        for page in self._all_pages:
            page.put_away()
        super().closeEvent(event)

    def _ask_again(self) -> None:
        self.asks_before_closing = True
