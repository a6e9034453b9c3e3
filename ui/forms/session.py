"""From typing to a change: a draft at every pause, a change when the form is left, saved, or left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ui import acts
from ui.desk import Desk
from ui.forms.editors import json_equal
from ui.forms.writing import Flat, Writing

if TYPE_CHECKING:
    from db.drafts import Draft
    from db.store import Store
    from ui.store_thread import StoreJob

PAUSE_MS = 1_000
"""A draft is kept so long after the first key that is in none yet, also while somebody types on."""

IDLE_MS = 60_000
"""A silence after which a draft becomes a change."""

AGAIN_MS = 20_000
"""What the station did not take is tried again so often."""

TYPED = "typed"
"""Key of a draft under which texts stand that could not be read yet."""


class FormSession(QObject):
    """Keeps what is typed into one form; outlives the form until the last save is done.

    Args:
        values: What the form means now, and what is typed in it but cannot be read.

    Signals: ``saved`` after a change was written, with the record as it is stored; ``state`` when what can be said
    of the form is another.
    """

    saved = Signal(object)
    state = Signal()

    KEPT_BESIDE = "draft-beside"
    """Code of the trouble under which a draft is kept outside the station."""

    def __init__(self, desk: Desk, writing: Writing, values: Callable[[], tuple[Flat, dict[str, str]]]) -> None:
        super().__init__(desk)
        self.desk = desk
        self.writing = writing
        self._values = values
        self.officer = desk.officer_id
        self.opened: Flat = {}
        self._bases: dict[str, tuple[str, ...]] = {}
        self.saved_at: dt.datetime | None = None
        self._given: Flat = {}
        self._has_draft = False
        self._is_writing = False
        self._keeping = 0
        self._is_wanted_again = False
        self._refusal: RangerAppError | None = None
        self._is_by_itself = False
        self._is_left = False
        self._when_kept: list[Callable[[RangerAppError | None], None]] = []
        self.trouble: RangerAppError | None = None
        """Why the station took neither change nor draft; ``None`` while it has one of them."""
        desk.sessions.add(self)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.keep_draft)
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self.commit)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.try_again)
        desk.officer_changed.connect(self._change_officer)

    # Opening

    def open(self) -> Flat:
        """Read the record, remember what stood behind its values, and answer it."""
        reader = self.desk.reader
        if self.writing.is_new:
            self.opened, self._bases = {}, {}
            self._given = self.writing.begin()
            return dict(self._given)
        self.opened = self.writing.read(reader)
        self._bases = self.writing.bases(reader)
        return dict(self.opened)

    def resume(self, draft: Draft) -> tuple[Flat, dict[str, str]]:
        """Go on with what a power cut left: the values, the texts that cannot be read, and the bases of then."""
        values = self.open()
        typed = draft.values.get(TYPED)
        values |= {key: value for key, value in draft.values.items() if key != TYPED}
        if draft.bases:
            self._bases = {**self._bases, **draft.bases}
        self._has_draft = True
        self.desk.draft_taken.emit(draft.record)
        return values, dict(typed) if isinstance(typed, dict) else {}

    # Typing

    def touch(self) -> None:
        """Something was typed."""
        if not self._pause.isActive():
            self._pause.start()
        self._idle.start()
        self.state.emit()

    def changes(self) -> Flat:
        """What is another now than when the form was opened; a new form that nobody wrote into has nothing."""
        values, unreadable = self._values()
        found = {
            key: value
            for key, value in values.items()
            if key not in unreadable and not json_equal(value, self.opened.get(key))
        }
        if self.writing.is_new and all(json_equal(value, self._given.get(key)) for key, value in found.items()):
            return {}
        return found

    @property
    def is_dirty(self) -> bool:
        """Whether something was typed that is no change yet."""
        return bool(self.changes() or self._values()[1])

    @property
    def is_kept(self) -> bool:
        """Whether all that was typed has reached a draft, or has nothing that one could hold."""
        return not self._pause.isActive() and not self.is_busy

    def keep_draft(self) -> None:
        """Keep the form as it stands; a draft is no change."""
        self._pause.stop()
        changes, unreadable = self.changes(), self._values()[1]
        if not changes and not unreadable:
            self._forget_draft()
            return
        draft = self._draft(changes, unreadable)
        self._has_draft = True
        self._keeping += 1
        self.desk.do(
            acts.keep_draft(draft),
            on_done=lambda _: self._draft_settled(None),
            on_error=self._draft_settled,
            is_urgent=True,
            rescue=acts.keep_draft_beside(draft, home=self.desk.home, station=self.desk.station_id),
        )

    def _draft(self, changes: Flat, unreadable: dict[str, str]) -> Draft:
        from db.drafts import Draft

        values: dict[str, Any] = {**changes, TYPED: unreadable} if unreadable else dict(changes)
        now = round(dt.datetime.now(dt.UTC).timestamp() * 1000)
        return Draft(self.officer, self.writing.form, self.writing.record, values, self._bases, now)

    def _draft_settled(self, error: RangerAppError | None) -> None:
        self._keeping -= 1
        had_trouble = self.trouble is not None
        self._take_note(error)
        self.state.emit()
        refusal = self._refusal
        if error is None and refusal is not None:
            self._refusal = None
            if had_trouble:
                self.commit()  # the station takes something again, after it refused the change
            else:
                self.desk.tell(refusal)
                if self._is_left:
                    self.desk.draft_left.emit(self.writing.record)
        self._end_when_left()

    def _take_note(self, error: RangerAppError | None) -> None:
        """Say that the station did not take what is typed; it stays in memory, form or no form, until it did."""
        was, self.trouble = self.trouble, error
        is_told = was is not None and error is not None and was.code == error.code
        if error is not None:
            self._again.start()
            if not is_told or (self._is_left and not self._is_by_itself):
                self.desk.not_stored.emit(self)
        elif was is not None:
            self._again.stop()
            self.desk.stored_at_last.emit(self)
        self._is_by_itself = False

    @property
    def is_busy(self) -> bool:
        """Whether it is on its way to the disk."""
        return self._is_writing or self._keeping > 0

    @property
    def would_be_lost(self) -> bool:
        """Whether what is typed is stored nowhere at all: neither in the station nor beside it."""
        return self.is_busy or (self.trouble is not None and self.trouble.code != self.KEPT_BESIDE)

    def try_again(self) -> None:
        """Offer the station once more what it did not take; nothing is told anew where it refuses again."""
        if self.trouble is not None and not self.is_busy:
            self._is_by_itself = True
            if self._refusal is not None:
                self.commit()
            else:
                self.keep_draft()

    def when_kept(self, tell: Callable[[RangerAppError | None], None]) -> None:
        """Call *tell* as soon as what is typed has been offered to the station, with what it said."""
        self._when_kept.append(tell)
        self._end_when_left()

    def hand_over(self) -> Draft:
        """What a closed form holds that was not stored, for another form of the record; this session ends."""
        draft = self._draft(self.changes(), self._values()[1])
        self.trouble = None
        self.desk.stored_at_last.emit(self)
        self._end_when_left()
        return draft

    def waits_for(self, record: str) -> bool:
        """Whether it holds what is not stored of *record*, and its form is closed."""
        is_of_record = (self.officer, self.writing.record) == (self.desk.officer_id, record)
        return is_of_record and self._is_left and self.trouble is not None and not self.is_busy

    def _forget_draft(self) -> None:
        if self._has_draft:
            self._has_draft = False
            self.desk.do(acts.drop_draft(self.officer, self.writing.form, self.writing.record), is_urgent=True)

    # Writing

    def commit(self) -> None:
        """Make a change of what was typed; nothing is written when nothing is another now."""
        self._pause.stop()
        self._idle.stop()
        if self._is_writing:
            self._is_wanted_again = True
            return
        changes = self.changes()
        if not changes:
            self.keep_draft()
            self._end_when_left()
            return
        work = self.writing.work(changes, officer=self.officer, bases=self._bases or None)
        self._is_writing = True
        self.desk.do(
            self._and_drop_draft(work),
            on_done=lambda _: self._written(changes),
            on_error=self._refused,
            is_urgent=True,
        )

    def _and_drop_draft(self, work: StoreJob[Any]) -> StoreJob[Any]:
        officer, form, record = self.officer, self.writing.form, self.writing.record

        def both(store: Store, context: JobContext) -> Any:
            answer = work(store, context)
            store.drafts.drop(officer, form, record)
            return answer

        return both

    def _written(self, changes: Flat) -> None:
        self._is_writing = False
        self._has_draft = False
        self._refusal = None
        self._take_note(None)
        self.writing.is_new = False
        self.opened |= changes
        stored: Flat = {}
        if self.desk.is_readable:
            self._bases = self.writing.bases(self.desk.reader)
            stored = self.writing.read(self.desk.reader)
            self.opened |= {key: stored.get(key) for key in changes if isinstance(changes[key], list)}
        self.saved_at = self.desk.now()
        self.saved.emit(stored)
        self.state.emit()
        self._go_on()

    def _refused(self, error: RangerAppError) -> None:
        self._is_writing = False
        self._is_wanted_again = False
        self._refusal = error
        self.keep_draft()
        if not self._keeping:
            self.desk.tell(error)
        self.state.emit()
        self._end_when_left()

    def _go_on(self) -> None:
        again, self._is_wanted_again = self._is_wanted_again, False
        if again:
            self.commit()
        else:
            if self._values()[1]:
                self.keep_draft()
            self._end_when_left()

    # Leaving

    def leave(self) -> None:
        """The form is closed or somebody else sits down: what was typed becomes a change."""
        self.commit()

    def end(self) -> None:
        """The form is gone; go too when nothing is being written."""
        values = self._values()
        self._values = lambda: values
        self._is_left = True
        self._end_when_left()

    def _end_when_left(self) -> None:
        if self.is_busy:
            return
        waiting, self._when_kept = self._when_kept, []
        for tell in waiting:
            tell(self.trouble)
        if self._is_left and self.trouble is None:
            for timer in (self._pause, self._idle, self._again):
                timer.stop()
            self.desk.sessions.discard(self)
            self.deleteLater()

    def _change_officer(self) -> None:
        self.officer = self.desk.officer_id
