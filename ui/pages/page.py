"""What every page is: a widget that says what it can do, and hears what was touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desk import Desk
from ui.shell import Shell

if TYPE_CHECKING:
    from ui.record_list import ListRow


class Marked(NamedTuple):
    """What is marked on a page.

    Attributes:
        kind: Kind of the records that the page lists; empty when it lists none.
        is_all: All of that kind, those too that are not among *rows*.
    """

    kind: str = ""
    rows: tuple[ListRow, ...] = ()
    is_all: bool = False


class Page(QWidget):
    """One page of the window.

    Attributes:
        name: Id of the page, as in ``commands.json``.
        kinds: Kinds of records whose change concerns it.
        acts: What it does for a command, by the command's id.
        bar: Commands that have a button beside the title, the first of them the main one.
    """

    name: ClassVar[str]
    kinds: ClassVar[frozenset[str]] = frozenset()
    bar: ClassVar[tuple[str, ...]] = ()

    changed = Signal()
    """The title, or what can be done, is another now."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__()
        self.desk = desk
        self.shell = shell
        self.words = desk.words
        self.acts: dict[str, Callable[[], None]] = {}
        self._is_stale = True

    @property
    def title(self) -> str:
        """What stands above the page."""
        raise NotImplementedError

    @property
    def places(self) -> tuple[str, ...]:
        """Names under which commands find this page now; ``form`` while a form is open."""
        return (self.name,)

    @property
    def buttons(self) -> tuple[str, ...]:
        """Commands that have a button now."""
        return self.bar

    def can(self, command: str) -> bool:
        """Whether a command can act now."""
        return command in self.acts

    def marked(self) -> Marked:
        """The records that acts on several take."""
        return Marked()

    def panes(self) -> Sequence[QWidget]:
        """What F6 walks through, in reading order."""
        return (self,)

    def go_back(self) -> bool:
        """Close what was opened last on this page; whether there was something."""
        return False

    def appear(self) -> None:
        """The page comes into sight: read again what changed meanwhile."""
        if self._is_stale and self.desk.is_readable:
            self._is_stale = False
            self.refresh()

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        """Records changed; read again now or when the page comes into sight."""
        if any(kind in self.kinds for kind, _ in touched):
            self._is_stale = True
            if self.isVisible():
                self.appear()

    @property
    def place_px(self) -> int:
        """How far down the reader is in the page."""
        return 0

    def stand_at(self, place_px: int) -> None:
        """Take the reader to where he was in a page that is made anew."""

    def refresh(self) -> None:
        """Read again what is shown."""

    def show_record(self, kind: str, record: str) -> None:
        """Choose a record of this page."""

    def take_photos(self, paths: Sequence[Path]) -> bool:
        """Keep photos with what is open or chosen here; whether there is such a thing."""
        return False

    def leave(self) -> None:
        """Put open forms away: their text becomes a change."""

    def put_away(self) -> None:
        """The window is closed: open forms end when they are saved."""

    @property
    def has_form(self) -> bool:
        """Whether a form is open here; a panel above it belongs to it, and goes with it."""
        return False

    def writes(self, record: str) -> bool:
        """Whether a form of this record is open here."""
        return False
