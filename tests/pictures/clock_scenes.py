"""A clock that was wrong: the panel with what it would change, what was corrected, and what is proposed later."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from db.fields import moment
from tests.pictures.waiting import wait
from ui.clock_acts import correct
from ui.clock_sheet import ClockSheet
from ui.clock_watch import ABOUT, key_of_proposals
from ui.clock_words import ClockWords
from ui.main_window import MainWindow
from ui.pages.clocks import ClocksPage
from ui.pages.list_page import ListPage

BEHIND = dt.timedelta(minutes=7)


def ask(window: MainWindow) -> None:
    """A camera, the photo of a screen, and what would change."""
    sheet = _opened(window)
    camera = next((n for n in range(sheet.clock.count()) if _is_camera(sheet, n)), 0)
    sheet.clock.setCurrentIndex(camera)
    if sheet.photo.count() > 1:
        sheet.photo.setCurrentIndex(1)
        taken = moment(window.desk.reader.entry(str(sheet.photo.currentData())).values.get("taken_at"))
        assert taken is not None
        sheet.shown.setText(f"{(taken + BEHIND).astimezone(window.desk.zone):%H:%M:%S}")
    else:
        sheet.shift.setText("+1:00:00")
    wait(lambda: "7" in sheet.state.text() or "1" in sheet.state.text())


def ask_receiver(window: MainWindow) -> None:
    """A receiver that was wrong by most of a day."""
    sheet = _opened(window)
    sheet.shift.setText("+18:00:00")
    wait(lambda: "18" in sheet.state.text())


def corrected(window: MainWindow) -> None:
    """What was corrected, and the question about a card that came in later."""
    from ranger_app.services.propose_clock import ClockProposal

    window.go("patrols")
    tracks = [one.id for one in window.desk.reader.entries("track")][:2]
    done: list[object] = []
    why = window.words.say("The clock was compared with a correct one.")
    window.desk.do(
        correct(Decimal(420), tracks=tracks, photos=(), reason=why, officer=window.desk.officer_id),
        on_done=done.append,
    )
    wait(lambda: bool(done))
    window.run("corrected_clocks")
    page = window.page
    assert isinstance(page, ClocksPage)
    wait(lambda: page.table.texts.rowCount() > 0)
    told = ClockWords(window.words, window.desk.zone).proposal(
        ClockProposal(
            clock="", is_camera=True, name="Olympus TG-6", shift_s=Decimal(420), reason="",
            corrected_at=dt.datetime(2026, 3, 4, 6, 0, tzinfo=dt.UTC), photos=("one",) * 12,
        ),
        key=key_of_proposals(),
    )  # fmt: skip
    window.say(
        "information", told, acts=[(window.words.say("Correct these too"), lambda: None)], about=ABOUT, is_question=True
    )


def _opened(window: MainWindow) -> ClockSheet:
    window.go("patrols")
    assert isinstance(window.page, ListPage)
    window.page.list.setCurrentIndex(window.page.list.model().index(0, 1))
    window.run("correct_a_clock")
    sheet = window.sheet
    assert isinstance(sheet, ClockSheet)
    wait(lambda: sheet.clock.count() > 0)
    return sheet


def _is_camera(sheet: ClockSheet, place: int) -> bool:
    sheet.clock.setCurrentIndex(place)
    return sheet.chosen is not None and sheet.chosen.is_camera
