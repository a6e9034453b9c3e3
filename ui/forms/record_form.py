"""The page of a form: what is filled, the fields, what is missing, photos; saved by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ranger_app.messages import say_code
from ui import acts, telling, theme
from ui.button import Button
from ui.elided_label import ElidedLabel
from ui.forms.form_view import INSIDE, FormView
from ui.forms.lines import LinesEditor
from ui.forms.observations import ObservationsEditor
from ui.forms.place_from_map import PlacesFromMap
from ui.forms.session import FormSession
from ui.forms.writing import Flat, Writing, label_of
from ui.icons import icon
from ui.photo_list import PhotoList

if TYPE_CHECKING:
    from db.drafts import Draft
    from ranger_app.problem import Problem
    from ui.desk import Desk
    from ui.shell import Shell

SECTIONS_WIDE_PX = 220
SIDE_WIDE_PX = 250
NARROW_PX = 900
"""Below this width, in ordinary type, the list of sections makes room for the fields."""


class RecordForm(QWidget):
    """A form for one record; ``closed`` asks the page to put it away, ``renamed`` tells of another title.

    ``outgrown`` tells that the record has other parts than were drawn: the page takes :meth:`again`.

    It is built from the outside inwards, in the place where it will stand: Qt gives a widget its looks anew, and all
    that is inside it, each time it comes into another.
    """

    closed = Signal()
    renamed = Signal()
    outgrown = Signal()

    def __init__(
        self,
        desk: Desk,
        shell: Shell,
        writing: Writing,
        *,
        draft: Draft | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.shell = shell
        self.writing = writing
        self.words = desk.words
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.sections = QListWidget(self._splitter)
        self.view = FormView(writing.sections(), self.words.say("Form"), self._splitter)
        self.session = FormSession(desk, writing, lambda: (self.view.values(), self.view.unreadable()))
        writing.settle = self.session.commit
        self._shape = self._shape_now()
        self.acts: dict[str, Callable[[], None]] = {
            "save": self.save,
            "same_as_last": self.same_as_last,
            **PlacesFromMap(self).acts,
        }
        self._build()
        self._fill(self._left_behind() or draft or self._own_draft())
        self.view.edited.connect(lambda _key: self.session.touch())
        self.view.edited.connect(lambda _key: self._show_state())
        self.session.state.connect(self._show_state)
        self.session.saved.connect(self._saved)
        for key in self.view.keys:
            editor = self.view.editor(key)
            if isinstance(editor, ObservationsEditor):
                editor.redrawn.connect(self._show_state)
        self._show_state()

    # Drawing

    def _build(self) -> None:
        words = self.words
        self.heading = ElidedLabel(self.writing.title())
        theme.set_kind(self.heading, "heading")
        self.state = ElidedLabel()
        theme.set_kind(self.state, "quiet")
        back = Button(words.say("Back to the list"))
        back.setIcon(icon("back", is_mirrored=words.is_right_to_left))
        back.clicked.connect(self.closed)
        top = QFrame(self)
        theme.set_kind(top, "bar")
        row = QHBoxLayout(top)
        gap = theme.SPACES_PX[1]
        row.setContentsMargins(gap, theme.SPACES_PX[0], gap, theme.SPACES_PX[0])
        row.setSpacing(theme.SPACES_PX[2])
        row.addWidget(back)
        row.addWidget(self.heading, 1)
        row.addWidget(self.state)
        undo = Button(words.say("Undo"))
        undo.setIcon(icon("undo"))
        theme.set_kind(undo, "plain")
        undo.clicked.connect(lambda: self.shell.run("undo"))
        row.addWidget(undo)
        self.sections.setAccessibleName(words.say("Sections"))
        self.sections.setMinimumWidth(120)
        self.sections.setWordWrap(True)
        self.sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sections.itemActivated.connect(self._open_section)
        self.sections.itemClicked.connect(self._open_section)
        for section in self.view.sections:
            item = QListWidgetItem(section.label)
            item.setData(Qt.ItemDataRole.UserRole, section.id)
            self.sections.addItem(item)
        self._splitter.setChildrenCollapsible(False)
        self._lay_side()
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([SECTIONS_WIDE_PX, 620, SIDE_WIDE_PX])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._splitter, 1)

    def _lay_side(self) -> None:
        words = self.words
        self.missing = QListWidget()
        self.missing.setWordWrap(True)
        self.missing.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.missing.setAccessibleName(words.say("Missing for a case"))
        self.missing.itemActivated.connect(self._open_missing)
        self.missing.itemClicked.connect(self._open_missing)
        self.photos = PhotoList(self.desk, self.add_photos)
        self.side = QTabWidget(self._splitter)
        self.side.setDocumentMode(True)
        self.side.setMinimumWidth(180)
        self.side.addTab(self.missing, "")
        if self.writing.takes_photos:
            self.side.addTab(self.photos, "")
        if not self.writing.has_side:
            self.side.hide()

    def _fill(self, draft: Draft | None) -> None:
        values, typed = self.session.resume(draft) if draft is not None else (self.session.open(), {})
        self._put(values)
        self.view.set_unreadable(typed)
        self.view.show_problems()
        if draft is not None:
            self.session.touch()

    def _own_draft(self) -> Draft | None:
        """What this officer left unfinished of this record: opening it again goes on with that."""
        if self.writing.is_new or not self.desk.is_readable:
            return None
        return self.desk.reader.drafts.one(self.session.officer, self.writing.form, self.writing.record)

    def _left_behind(self) -> Draft | None:
        """What another form of this record could not store before it was closed."""
        record = self.writing.record
        waiting = next((one for one in self.desk.sessions if one.waits_for(record)), None)
        return waiting.hand_over() if waiting is not None else None

    def _put(self, values: Flat) -> None:
        self.view.set_values(values)
        self._show_photos()

    # What is said of it

    def _show_state(self) -> None:
        values = self.view.values()
        self._show_sections(values)
        self._show_missing(values)
        session = self.session
        if session.trouble is not None and not session.would_be_lost:
            told = self.words.say("kept outside the station, which takes nothing now")
        elif session.trouble is not None:
            told = self.words.say("What was typed is not stored yet, and would be lost.")
        elif session.is_dirty:
            kept = session.is_kept
            told = self.words.say("typing is kept as a draft") if kept else self.words.say("typing is being kept")
        elif session.saved_at is not None:
            told = self.words.say("saved {time}", time=telling.clock(session.saved_at.replace(second=0)))
        elif self.writing.is_new:
            told = self.words.say("nothing written yet")
        else:
            told = self.words.say("as stored")
        self.state.set_text(told)

    def _show_sections(self, values: Flat) -> None:
        wrong = {key.partition(INSIDE)[0] for key in self.view.unreadable()}
        for place, section in enumerate(self.view.sections):
            item = self.sections.item(place)
            is_wrong = any(drawn.key in wrong for drawn in section.fields)
            is_filled = any(values.get(drawn.key) not in (None, "", []) for drawn in section.fields)
            is_ticked = is_filled and not is_wrong
            item.setIcon(icon("check", colour=theme.current().primary) if is_ticked else icon("edit"))
            said = self.words.say("filled") if is_filled else self.words.say("empty")
            if is_wrong:
                said = self.words.say("to be put right")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{section.label}, {said}")
            item.setToolTip(f"{section.label}: {said}")

    def _show_missing(self, values: Flat) -> None:
        lacking = self.writing.missing(values)
        chosen = self.missing.currentRow()
        self.missing.clear()
        wrong = self.writing.contradictions(values)
        for code, key in wrong:
            item = QListWidgetItem(icon("warning", colour=theme.current().warning), say_code(self.words, code, {}))
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.missing.addItem(item)
        for key in lacking:
            item = QListWidgetItem(label_of(key, self.view.sections, self.words))
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.missing.addItem(item)
        if not lacking and not wrong:
            item = QListWidgetItem(self.words.say("Nothing: the record is complete."))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.missing.addItem(item)
        self.missing.setCurrentRow(min(chosen, self.missing.count() - 1))
        self.side.setTabText(0, self.words.say("Missing ({count})", count=telling.number(self.words, len(lacking))))

    def _show_photos(self) -> None:
        if not self.writing.takes_photos or not self.desk.is_readable:
            return
        attachments = self.writing.attachments(self.desk.reader)
        self.photos.show_photos(attachments)
        self.side.setTabText(1, self.words.say("Photos ({count})", count=telling.number(self.words, len(attachments))))

    # Walking

    def _open_section(self, item: QListWidgetItem) -> None:
        self.view.focus_section(str(item.data(Qt.ItemDataRole.UserRole)))

    def _open_missing(self, item: QListWidgetItem) -> None:
        key = str(item.data(Qt.ItemDataRole.UserRole) or "")
        below = ""
        if self.view.editor(key) is None:
            key, _, below = key.partition(".")
        self.view.focus_key(key)
        editor = self.view.editor(key)
        if isinstance(editor, ObservationsEditor):
            editor.go_to(below)

    def focus_first(self) -> None:
        """Put the cursor into the first field that says nothing yet, or the first of all."""
        values = self.view.values()
        empty = next((key for key in self.view.keys if values[key] in (None, "", [])), None)
        if self.view.keys:
            self.view.focus_key(empty or self.view.keys[0])

    def panes(self) -> Sequence[QWidget]:
        return tuple(pane for pane in (self.view, self.side, self.sections) if pane.isVisible())

    # Acting

    def save(self) -> None:
        """Make what was typed a change now; what cannot be read is said and stays a draft."""
        wrong = self.view.show_problems()
        self.session.commit()
        if wrong:
            there = (self.words.say("Go to the field"), self.view.focus_wrong)
            self.shell.say("warning", self.words.say("Not stored yet, please put right:"), details=wrong, acts=[there])
            self.view.focus_wrong()

    def same_as_last(self) -> None:
        """Take the value of the field with the cursor from the last record of the same kind."""
        key = self.view.focused_key()
        editor = self.view.editor(key)
        if editor is None or not self.desk.is_readable:
            return
        value = self.writing.last(self.desk.reader).get(key)
        if isinstance(value, list):
            value = [{k: v for k, v in one.items() if k != "id"} if isinstance(one, dict) else one for one in value]
        editor.set_value(value)
        self.session.touch()
        self._show_state()

    def add_photos(self, paths: Sequence[Path]) -> None:
        """Keep photos of this record; a new record is written first."""
        self.session.commit()
        if self.writing.is_new and not self.session.changes():
            self.shell.say(
                "warning", self.words.say("Write something down first; then photos have a record to belong to.")
            )
            return
        self.desk.do(
            acts.attach_photos(paths, officer=self.session.officer, parent=(self.writing.kind, self.writing.record)),
            title=self.words.say("Keeping photos"),
            on_done=lambda done: self._kept(done[1]),
        )

    def _kept(self, problems: Sequence[Problem]) -> None:
        self._show_photos()
        if problems:
            self.shell.say_problems(self.words.say("Some photos are damaged."), problems)

    def _saved(self, stored: Flat) -> None:
        for key in self.view.keys:
            editor = self.view.editor(key)
            if isinstance(editor, ObservationsEditor | LinesEditor):
                editor.take_ids(stored.get(key))
        self.heading.set_text(self.writing.title())
        self.renamed.emit()
        QTimer.singleShot(0, self, self._outgrow)

    def look_again(self) -> None:
        """The record was touched elsewhere, by undo for one: show it again unless something is being typed."""
        if self._outgrow():
            return
        if not self.session.is_dirty and not self.writing.is_new and self.desk.is_readable:
            self._put(self.session.open())
            self._show_state()
        else:
            self._show_photos()

    def _outgrow(self) -> bool:
        """Ask for another form where the record has other parts now; whether it does."""
        is_at_rest = not self.session.is_dirty and not self.session.is_busy
        is_outgrown = is_at_rest and self._shape_now() != self._shape
        if is_outgrown:
            self.outgrown.emit()
        return is_outgrown

    def _shape_now(self) -> object:
        return None if self.writing.is_new or not self.desk.is_readable else self.writing.shape(self.desk.reader)

    def again(self) -> RecordForm:
        """The same record in a form that is drawn anew."""
        return type(self)(self.desk, self.shell, self.writing, parent=self.parentWidget())

    def leave(self) -> None:
        """What was typed becomes a change; the session ends when that is done."""
        wrong = self.view.show_problems()
        self.session.leave()
        if wrong:
            self.session.when_kept(lambda trouble: self._tell_unread(wrong, is_kept=trouble is None))

    def _tell_unread(self, wrong: Sequence[str], *, is_kept: bool) -> None:
        told = self.words.say("Some of what was typed could not be read.")
        if is_kept:
            told = self.words.say("Some of what was typed could not be read. It is kept as a draft.")
        self.shell.say("warning", told, details=wrong)

    def put_away(self) -> None:
        """The form is closed for good; what could not be read is offered to be taken up again."""
        unreadable = self.view.unreadable()
        self.session.leave()
        self.session.end()
        if unreadable:
            self.shell.offer_draft(self.writing.record)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sections.setVisible(event.size().width() >= theme.beside_type(NARROW_PX))
        QTimer.singleShot(0, self, self._give_room)  # what was just drawn does not know its width yet

    def _give_room(self) -> None:
        """Let what stands beside the fields be narrower where they would have to be scrolled sideways."""
        inside = self.view.widget()
        if inside is None:
            return
        spare = self.side.width() - self.side.minimumWidth()
        lacking = inside.minimumSizeHint().width() - self.view.viewport().width()
        if self.side.isVisibleTo(self) and lacking > 0 and spare > 0:
            given = min(lacking, spare)
            sections, view, side = self._splitter.sizes()
            self._splitter.setSizes([sections, view + given, side - given])
