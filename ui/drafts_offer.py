"""What a power cut left unfinished is offered when its officer sits down again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ui import acts, telling
from ui.banner import Banner
from ui.desk import Desk
from ui.form_messages import draft_of

if TYPE_CHECKING:
    from db.drafts import Draft
    from ui.main_window import MainWindow

PATROL, PLAN = "patrol", "plan"


def offer_drafts(desk: Desk, window: MainWindow, record: str = "") -> None:
    """Show a message for each unfinished form of whoever works now, or for that of one record alone."""
    officer = desk.officer_id
    if officer:
        desk.do(acts.drafts_of(officer), on_done=lambda drafts: _offer(desk, window, officer, drafts, record))


def _offer(desk: Desk, window: MainWindow, officer: str, drafts: tuple[Draft, ...], record: str) -> None:
    if officer != desk.officer_id:
        return
    for draft in drafts:
        from ranger_app.domain.forms import INCIDENT_KINDS

        is_asked = not record or draft.record == record
        is_held = window.is_open(draft.record) or any(one.waits_for(draft.record) for one in desk.sessions)
        if is_asked and draft.form in (*INCIDENT_KINDS, PATROL, PLAN) and not is_held:
            _offer_one(desk, window, draft)


def _offer_one(desk: Desk, window: MainWindow, draft: Draft) -> None:
    from ranger_app.domain.forms import form_of_kind

    words = desk.words
    at = dt.datetime.fromtimestamp(draft.saved_at / 1000, desk.zone).replace(second=0, microsecond=0)
    named = {PATROL: words.say("Patrol"), PLAN: words.say("Plan")}
    what = named.get(draft.form) or words.say(form_of_kind(draft.form).label)
    told = words.say("You left a form unfinished: {form}, typed {moment}.", form=what, moment=telling.moment(words, at))

    def forget() -> None:
        desk.do(acts.drop_draft(draft.officer, draft.form, draft.record))

    offers = ((words.say("Continue"), lambda: resume(desk, window, draft)), (words.say("Discard"), forget))
    about = draft_of(draft.record)
    window.banners.show_banner(Banner(words, "information", told, acts=offers, is_question=True, about=about))


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
