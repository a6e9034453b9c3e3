"""What a power cut left unfinished is offered when its officer sits down again."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten
from typing import TYPE_CHECKING

from ui import acts, telling
from ui.banner import Banner
from ui.desk import Desk
from ui.form_messages import draft_of

if TYPE_CHECKING:
    from db.drafts import Draft
    from ui.main_window import MainWindow

PATROL, PLAN = "patrol", "plan"

FIRST = ("place", "summary", "title", "name", "objective", "comment")
"""Answers that a new record is known by, the first that is given."""

MOST_LETTERS = 40


def offer_drafts(desk: Desk, window: MainWindow, record: str = "") -> None:
    """Show a message for each unfinished form of whoever works now, or for that of one record alone."""
    officer = desk.officer_id
    if officer:
        desk.do(acts.drafts_of(officer), on_done=lambda drafts: _offer(desk, window, officer, drafts, record))


def _offer(desk: Desk, window: MainWindow, officer: str, drafts: tuple[Draft, ...], record: str) -> None:
    if officer != desk.officer_id:
        return
    for draft in reversed(drafts):  # the newest stands above, and is not the one that finds no place
        from ranger_app.domain.forms import INCIDENT_KINDS

        is_asked = not record or draft.record == record
        is_held = window.is_open(draft.record) or any(one.waits_for(draft.record) for one in desk.sessions)
        if is_asked and draft.form in (*INCIDENT_KINDS, PATROL, PLAN) and not is_held:
            _offer_one(desk, window, draft)


def _offer_one(desk: Desk, window: MainWindow, draft: Draft) -> None:
    words = desk.words
    at = dt.datetime.fromtimestamp(draft.saved_at / 1000, desk.zone).replace(second=0, microsecond=0)
    moment = telling.moment(words, at)
    told = words.say("You left a form unfinished: {form}, typed {moment}.", form=_name(desk, draft), moment=moment)

    def forget() -> None:
        work = acts.drop_draft(draft.officer, draft.form, draft.record)
        desk.do(work, on_done=lambda _: _tell_discarded(desk, window, draft), is_urgent=True)

    offers = ((words.say("Continue"), lambda: resume(desk, window, draft)), (words.say("Discard"), forget))
    about = draft_of(draft.record)
    window.banners.close_about(about)
    window.banners.show_banner(Banner(words, "information", told, acts=offers, is_question=True, about=about))


def _name(desk: Desk, draft: Draft) -> str:
    """What kind of record it is, with its number; a new one is known by the first words typed."""
    from db.reader import RecordMissingError
    from ranger_app.domain.forms import form_of_kind

    words = desk.words
    named = {PATROL: words.say("Patrol"), PLAN: words.say("Plan")}
    kind = named.get(draft.form) or words.say(form_of_kind(draft.form).label)
    try:
        number = str(desk.reader.entry(draft.record).values.get("number") or "")
    except RecordMissingError:
        number = ""
    if number:
        return words.say("{kind} {number}", kind=kind, number=number)
    first = _first_words(draft)
    return words.say("{kind} “{words}”", kind=kind, words=first) if first else kind


def _first_words(draft: Draft) -> str:
    for key in FIRST:
        told = draft.values.get(key)
        if isinstance(told, str) and told.strip():
            whole = " ".join(told.split())
            cut = shorten(whole, MOST_LETTERS, placeholder="…")
            return cut if cut != "…" else f"{whole[: MOST_LETTERS - 1]}…"
    return ""


def _tell_discarded(desk: Desk, window: MainWindow, draft: Draft, *details: str) -> None:
    """Say that *draft* is gone, and offer it back as long as the message stands."""
    words = desk.words

    def undo() -> None:
        if window.is_open(draft.record):
            # the form drops what is kept of the record when it is stored
            _tell_discarded(desk, window, draft, words.say("A form of this record is open: close it first."))
            return
        desk.do(acts.restore_draft(draft), on_done=lambda _: offer_drafts(desk, window, draft.record), is_urgent=True)

    told = words.say("Discarded: {form}.", form=_name(desk, draft))
    offers = ((words.say("Undo"), undo),)
    about = f"discarded {draft.record}"
    window.banners.close_about(draft_of(draft.record))  # an offer may have been under way meanwhile
    window.banners.show_banner(
        Banner(words, "information", told, details=details, acts=offers, is_of_last_act=True, about=about)
    )


def resume(desk: Desk, window: MainWindow, draft: Draft) -> None:
    """Open the form of *draft* as it was left."""
    from ui.pages.incidents import IncidentsPage
    from ui.pages.patrols import PatrolsPage

    name = {"conflict": "conflict", PATROL: "patrols", PLAN: "patrols"}.get(draft.form, "incidents")
    window.go(name)
    page = window.page
    if isinstance(page, IncidentsPage):
        page.resume(draft, is_new=not _is_stored(desk, draft.record))
    elif isinstance(page, PatrolsPage) and draft.form == PLAN:
        page.show_plans().resume(draft, is_new=not _is_stored(desk, draft.record))
    elif isinstance(page, PatrolsPage):
        page.resume(draft)


def _is_stored(desk: Desk, record: str) -> bool:
    from db.reader import RecordMissingError

    try:
        desk.reader.entry(record)
    except RecordMissingError:
        return False
    return True
