"""Messages about what is typed: forms that are stored nowhere, and drafts that wait to be taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.banner import Banner

if TYPE_CHECKING:
    from ranger_app.errors import RangerAppError
    from ui.desk import Desk
    from ui.forms.session import FormSession
    from ui.main_window import MainWindow


class FormMessages(QObject):
    """Says in *window* what happens to what is typed, and takes it back when it is over."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        desk.not_stored.connect(self._tell_not_stored)
        desk.stored_at_last.connect(self._stored_at_last)
        desk.draft_left.connect(self.offer)
        desk.draft_taken.connect(self._draft_taken)
        desk.officer_changed.connect(self.offer)

    def offer(self, record: str = "") -> None:
        """Offer what whoever works now left unfinished, of one record or of all."""
        if self._desk.refusal is None:
            from ui.drafts_offer import offer_drafts

            offer_drafts(self._desk, self._window, record)

    def tell_only_read(self, refusal: RangerAppError) -> None:
        """Say why nothing can be changed, and offer to open the station again."""
        from ranger_app.messages import say_error

        words, desk = self._window.words, self._desk
        again = (words.say("Open it again"), desk.again_wanted.emit)
        told = say_error(words, refusal)
        question = Banner(words, "warning", told, code=refusal.code, acts=(again,), is_question=True)
        self._window.banners.show_banner(question)

    def _draft_taken(self, record: str) -> None:
        self._window.banners.close_about(draft_of(record))

    def _stored_at_last(self, session: FormSession) -> None:
        self._window.banners.close_about(_unstored(session))

    def _tell_not_stored(self, session: FormSession) -> None:
        """Say which form the station did not take, whether it is kept anywhere, and offer to try again."""
        from ranger_app.messages import say_error

        error = session.trouble
        if error is None:
            return
        words = self._window.words
        reason: RangerAppError = getattr(error, "reason", error)
        told = words.say(
            "“{form}” is not stored: {reason}", form=session.writing.title(), reason=say_error(words, reason)
        )
        kept = words.say("It is kept only as long as this window is open.")
        if reason is not error:
            kept = say_error(words, error)
        self._window.banners.close_about(_unstored(session))
        self._window.banners.show_banner(
            Banner(
                words, "danger", told, code=reason.code, details=(kept,),
                acts=((words.say("Try again"), session.commit),), is_question=True, about=_unstored(session),
            )
        )  # fmt: skip


def draft_of(record: str) -> str:
    """What the message is about that offers the draft of *record*."""
    return f"draft {record}"


def _unstored(session: FormSession) -> str:
    return f"unstored {session.writing.record}"
