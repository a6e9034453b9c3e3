"""An office that nobody has to reach, an outbox in every state, and the panels of the assistant: for pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from db.incidents import incident_ids
from db.outbox import KIND
from db.patrol_pages import patrol_ids
from db.store import Store
from ranger_app.domain.outbox import State
from ranger_app.domain.places import Area, Place
from ranger_app.jobs import JobContext
from ranger_app.services.outbox import shown_items, tried_here
from ranger_app.services.places import Places
from ranger_app.services.queue_smart import QueueSmart
from ranger_app.sync.connect_errors import CertificateSelfSignedError
from ui.connect_acts import Asked
from ui.main_window import MainWindow
from ui.place_sheets import Assistant

AREA = Area(id="0d40d513-88c3-5da5-9db1-7501a850569d", label="Kichi-Naryn")
OFFICE = Place(
    name="Naryn office", kind="smart", url="https://connect.example.org:8443/server", user="naryn.station",
    area=AREA.id, version="8", told_version="8.1.3", pin="0123456789abcdef" * 4, areas=(AREA,), read={},
)  # fmt: skip
OLD_OFFICE = replace(OFFICE, name="Osh office", url="https://smart.example.net/server", told_version="", version="7",
                     area="", areas=(), pin="")  # fmt: skip
ANSWERS: tuple[dict[str, Any], ...] = (
    {"work_item": "6f2b8f0e-52c1-4f5c-9d0e-2a4b6c8d0e1f", "outcome": State.ACCEPTED.value},
    {"work_item": "7f2b8f0e-52c1-4f5c-9d0e-2a4b6c8d0e1f", "outcome": State.REFUSED.value,
     "answer": "The mandate 'research' is not known in this conservation area."},
    {"work_item": "8f2b8f0e-52c1-4f5c-9d0e-2a4b6c8d0e1f", "outcome": State.SENT.value},
)  # fmt: skip


def fill(window: MainWindow) -> None:
    """Know two offices, and have something in every state for one of them."""
    desk = window.desk
    desk.sending.choose("hand")
    places = Places(desk.home, desk.station_id)
    for place in (OFFICE, OLD_OFFICE):
        places.put(place)
    desk.do(lambda store, _context: _queue(store, window))


def _queue(store: Store, window: MainWindow) -> None:
    home, officer = window.desk.home, window.desk.officer_id
    if shown_items(store, home):
        return
    records = [*patrol_ids(store.reader), *incident_ids(store.reader)][:5]
    queued = QueueSmart(store)(OFFICE, records, force=True, officer=officer, context=JobContext())
    for item, answer in zip(queued.items, ANSWERS, strict=False):
        with store.act(officer=officer) as change:
            change.set(KIND, item.id, {**answer, "answered_at": store.clock()})
    tried = tried_here(store, home)
    if len(queued.items) > len(ANSWERS):
        tried.of(queued.items[-1].id).failed(
            "connect-not-allowed", {"host": "connect.example.org", "words": ""}, now=0.0, needs_person=True
        )
    tried.save()


def ask_trust(window: MainWindow) -> None:
    """A certificate that nobody vouches for."""
    assistant = Assistant(window.desk, window, None, None)
    assistant.ask_who()
    error = CertificateSelfSignedError(host="connect.example.org", fingerprint="0123456789abcdef" * 4)
    assistant.ask_trust(Asked(place=replace(OFFICE, pin="")), error)


def ask_rest(window: MainWindow) -> None:
    """A server that answers."""
    assistant = Assistant(window.desk, window, None, None)
    assistant.ask_who()
    assistant.ask_rest(Asked(place=OFFICE))


def ask_who(window: MainWindow) -> None:
    """The first panel, with what has to be put right."""
    assistant = Assistant(window.desk, window, OFFICE, None)
    assistant.ask_who()
    assert window.sheet is not None
    window.sheet.complain(window.words.say("Another place has this name."))
